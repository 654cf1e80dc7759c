"""Soreness (M7): muscles ache after new or heavier exercise, and stop within a week.

Such soreness begins within a day, is worst after one to three and gone after five to seven (Cheung 2003, Sports Med
33:145). Pain of less than a week gets the label, and keeps its level: a migration may begin on the same day. It looks
like soreness only if every score is felt in the muscle, 4 at most, on both sides, without swelling or waking, and began
within 72 hours of a new or heavier session or of what the patient calls exercise. What is urgent, the hip, and two
places at once get no label that could comfort.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from rehab_tracker.domain.alert import Level, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.pain import Cause, Feel
from rehab_tracker.domain.site import Region, site
from rehab_tracker.domain.site_day import SiteDay
from rehab_tracker.domain.topology import NEW_SITE
from rehab_tracker.domain.window import hits_of, threshold_of

KNOWN_DAYS = 28
"""Known days that are looked at, at most, the judged one included."""

APART_DAYS = 21
"""Calendar days before the judged one in which the first day of the pain is looked for (house rule)."""

LABEL = "soreness"


def load_of(report: ExerciseReport) -> int:
    """Return how much was done of an exercise: repetitions of all sets, or minutes; 1 where only that it was done."""
    if report.not_done:
        return 0
    if (report.done_sets, report.done_reps, report.done_minutes) == (None, None, None):
        return 1
    repetitions = (1 if report.done_sets is None else report.done_sets) * (report.done_reps or 0)
    return max(repetitions, report.done_sets or 0, report.done_minutes or 0)


def labelled_soreness(
    verdict: Verdict,
    days: Sequence[SiteDay],
    mirrored: Sequence[SiteDay],
    loaded: Collection[date],
    others: Iterable[Verdict],
    settings: RuleSettings,
) -> Verdict:
    """Return a new-site verdict, labelled where the pain looks like sore muscles.

    ``days`` are those that the verdict was made from; ``mirrored`` the known days of the same joint on the other side
    at that time. ``loaded`` are days on which an exercise was done for the first time or more of it than ever before
    (``load_of``). ``others`` are the patient's new-site verdicts of other joints in the 7 days before.
    """
    if verdict.rule not in NEW_SITE or verdict.level is Level.URGENT or "label" in verdict.values:
        return verdict
    if site(verdict.subject).region is Region.HIP or _elsewhere(verdict, others, settings):
        return verdict
    hits, first = hits_of(verdict, days, KNOWN_DAYS), _first_day(verdict, days, settings)
    is_new = (verdict.for_date - first).days < settings.soreness_days
    if not is_new or not _is_sore(hits, mirrored, settings):
        return verdict
    if not (_after_load(first, loaded, settings) or _is_stated(hits[0])):
        return verdict
    return replace(verdict, values={**verdict.values, "label": LABEL})


def _first_day(verdict: Verdict, days: Sequence[SiteDay], settings: RuleSettings) -> date:
    """Return the first day of the pain: a zero between does not make it a new one."""
    threshold = threshold_of(verdict, settings)
    near = [d.day for d in days[-KNOWN_DAYS:] if (verdict.for_date - d.day).days <= APART_DAYS and d.x >= threshold]
    return min(near, default=verdict.for_date)


def _elsewhere(verdict: Verdict, others: Iterable[Verdict], settings: RuleSettings) -> bool:
    """Return whether another place has a new-site verdict of whatever level at the time."""
    apart = settings.together_calendar_days
    return any(o.subject != verdict.subject and 0 <= (verdict.for_date - o.for_date).days <= apart for o in others)


def _is_sore(hits: Sequence[SiteDay], mirrored: Sequence[SiteDay], settings: RuleSettings) -> bool:
    other = {day.day: day for day in mirrored}
    both = [other[day.day] for day in hits if day.day in other and other[day.day].x]
    if not hits or 2 * len(both) < len(hits):
        return False
    return all(_is_muscle(day, settings.soreness_most) for day in (*hits, *both))


def _is_muscle(day: SiteDay, most: int) -> bool:
    scores = [said.score for said in day.said if said.score.worst]
    return day.x <= most and all(s.feel is Feel.MUSCLE and not s.swollen and not s.woke_at_night for s in scores)


def _after_load(first: date, loaded: Collection[date], settings: RuleSettings) -> bool:
    return any(0 <= (first - day).days <= settings.soreness_after_days for day in loaded)


def _is_stated(day: SiteDay) -> bool:
    """Return whether the patient says of the first day that exercise brought the pain on."""
    return any(said.score.cause is Cause.EXERCISE for said in day.said)
