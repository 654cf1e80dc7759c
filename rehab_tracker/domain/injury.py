"""Injury: the patient says that one brought the pain on; soft bone breaks without much of a fall.

It asks the red-flag questions at once, and is a label on the verdict. Where the patient also can't put weight on the
leg the verdict is urgent, as the flag is by itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from rehab_tracker.domain.alert import Level, Verdict
from rehab_tracker.domain.pain import Cause, PainReading
from rehab_tracker.domain.site_day import SiteDay
from rehab_tracker.domain.topology import NEW_SITE, raised
from rehab_tracker.domain.window import hits_of

KNOWN_DAYS = 28
"""Known days that are looked at, at most, the judged one included."""

LABEL = "injury"


def asks_red_flags(reading: PainReading) -> bool:
    """Return whether a patient who says this is asked the red-flag questions: it hurts after an injury."""
    return any(score.cause is Cause.INJURY and score.worst for score in reading.scores)


def after_injury(verdict: Verdict, days: Sequence[SiteDay], no_weight_on: Collection[date]) -> Verdict:
    """Return a new-site verdict with what a stated injury adds to it: a label, and urgency.

    ``days`` are those that the verdict was made from; ``no_weight_on`` the days of the red flag ``cannot-bear-weight``.
    One from the day of the injury up to the day judged counts.
    """
    injured = [d.day for d in hits_of(verdict, days, KNOWN_DAYS) if any(s.score.cause is Cause.INJURY for s in d.said)]
    if verdict.rule not in NEW_SITE or not injured:
        return verdict
    labelled = replace(verdict, values={**verdict.values, "label": LABEL})
    if verdict.level is Level.URGENT or not any(injured[0] <= day <= verdict.for_date for day in no_weight_on):
        return labelled
    return raised(labelled, LABEL)
