"""Unseen pain: mild pain in a quiet place that stays, below what the other criteria of new-site pain count.

By default 2 or more on 5 logged days over 14 days. The days belong together as long as no more than 3 known days
without it lie between two of them: so do five that are spread evenly over the 14. That bounds how far back they may lie
by what is known, not by the calendar: a patient who logs seldom is seen too, an unknown day parts nothing, and two
short aches of a few days each, weeks apart, don't make one long pain. With up to 4 days between, the pain is shown as
info. Pain that was there at that level in the first
week after enrolment is told as such.
"""

from collections.abc import Sequence
from datetime import date
from itertools import islice

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.new_site_pain import VERSION, counts_from, part_meant
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_day import SiteDay
from rehab_tracker.domain.window import evidence_on, place_of, scores_of

KNOWN_DAYS = 61
"""Known days that the rule looks at, at most, the judged one included: 7 days with 9 others between each two."""

SELDOM_GAP = 4
"""Known days without pain between two painful ones up to which pain that comes back is shown, as info: every fifth day.

A house rule by measure: shown at wider gaps it joined alerts that somebody should have been mailed apart.
"""

SINCE_ENROLMENT = "since-enrolment"

FIRST_DAYS = 7
"""Calendar days from enrolment on whose pain a patient brought along."""

THERE_FROM = 2
"""Painful days in that week from which pain was there; one may be a knock (house rule)."""

PRESENT_DAYS = 14
"""Calendar days whose pain is compared with that week, the judged one included (house rule)."""


def unseen_pain(
    days: Sequence[SiteDay],
    first_days: Sequence[SiteDay],
    enrolled_on: date,
    joint: Site,
    usual: int | None,
    settings: RuleSettings,
    new_part: bool = False,
) -> Verdict | None:
    """Return the verdict on the last of these days, soon or info, or None.

    ``days`` are the known days of one quiet joint, oldest first, up to and including the one judged and since it
    turned; ``first_days`` those in the 7 calendar days from ``enrolled_on``. ``usual`` is the declared long-standing
    pain (0 to 10). ``new_part`` judges the uninvolved parts of an involved joint instead.
    """
    threshold = counts_from(settings.unseen_score, usual, settings)
    found = _found(days, threshold, settings)
    if found is None:
        return None
    level, hits, known = found
    span = (hits[-1].day - hits[0].day).days + 1
    is_old = was_there(days, first_days, enrolled_on, usual, settings)
    rule = Rule.NEW_COMPARTMENT_PAIN if new_part else Rule.NEW_SITE_PAIN
    said = [worst for day in hits if (worst := day.worst)]
    return Verdict(
        rule=rule,
        version=VERSION,
        level=Level.INFO if is_old else level,
        subject=str(joint),
        for_date=hits[-1].day,
        key=f"{rule}.{SINCE_ENROLMENT if is_old else 'staying'}",
        values={
            **place_of(joint, said[-1]),
            "threshold": threshold,
            "hits": len(hits),
            "logged": known,
            "days": span,
            "scores": scores_of(hits),
        },
        evidence=evidence_on(hits),
        site=part_meant(said[-1]) if new_part else joint,
        area=said[-1].score.area,
        unknown_days=span - known,
    )


def _found(days: Sequence[SiteDay], threshold: int, settings: RuleSettings) -> tuple[Level, list[SiteDay], int] | None:
    """Return the level of pain that stays, soon, or that comes back, info, with its days as ``_staying`` does."""
    if days[-1].x < threshold:
        return None
    for level, most_between in ((Level.SOON, settings.unseen_gap), (Level.INFO, SELDOM_GAP)):
        if staying := _staying(days, threshold, most_between, settings):
            return level, *staying
    return None


def _staying(
    days: Sequence[SiteDay], threshold: int, most_between: int, settings: RuleSettings
) -> tuple[list[SiteDay], int] | None:
    """Return the days that belong to the last one, oldest first, and how many known days there are from their first on.

    None where they are too few, or all of them too near. It goes no farther back than the criterion asks.
    """
    hits: list[SiteDay] = []
    gap = 0
    for at, day in enumerate(islice(reversed(days), KNOWN_DAYS), start=1):
        gap = 0 if day.x >= threshold else gap + 1
        if gap > most_between:
            break
        if gap == 0:
            hits.append(day)
            is_long = (days[-1].day - day.day).days + 1 >= settings.unseen_calendar_days
            if is_long and len(hits) >= settings.unseen_days:
                return hits[::-1], at
    return None


def was_there(
    days: Sequence[SiteDay], first_days: Sequence[SiteDay], enrolled_on: date, usual: int | None, settings: RuleSettings
) -> bool:
    """Return whether it hurt like this in the first week: on days enough, and not clearly less than in these two weeks.

    Only painful days count, so that a zero added later never raises. Pain that was first told of after that week, or
    has grown since by what patients call a change, is new.
    """
    threshold = counts_from(settings.unseen_score, usual, settings)
    there = [d.x for d in first_days if 0 <= (d.day - enrolled_on).days < FIRST_DAYS and d.x >= threshold]
    recent = [d.x for d in days[-PRESENT_DAYS:] if (days[-1].day - d.day).days < PRESENT_DAYS and d.x >= threshold]
    return len(there) >= THERE_FROM and _second(recent) - _second(there) < settings.above_usual_by


def is_since_enrolment(verdict: Verdict) -> bool:
    """Return whether a verdict tells of pain that was there from the first week on."""
    return verdict.key.endswith(f".{SINCE_ENROLMENT}")


def _second(scores: Sequence[int]) -> int:
    """Return the second highest score, so that one bad day decides nothing; a single one is the level itself."""
    return sorted(scores)[-2:][0]
