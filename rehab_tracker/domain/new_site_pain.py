"""New-site pain: has a quiet place begun to hurt, so that somebody must look?

It may be the disease moving on, or something worse; this rule says neither. What asks for a look is a running sum of
the scores (``pain_sum``), pain of 5 or more on most days, and waking at night; with pain on 5 days of a week the sum is
urgent. Pain on most of a week's known days alone (M1 of the clinical notes) is only shown: the sum finds the same, a
day sooner and with fewer false alarms, as ``rehab-tracker evaluate`` measures on made-up diaries. A label that
makes the sum count less thus never hides a place. Days count on which the place is known: an unknown day neither
fulfils nor breaks a criterion. A day qualifies only if its own value counts: an explicit zero never raises anything.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.history import Said, SiteDay, evidence_of
from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.pain_sum import pain_sum
from rehab_tracker.domain.site import Site, can_mean
from rehab_tracker.domain.window import evidence_on, scores_of

VERSION = 4
SUM = "adding-up"


class Criterion(NamedTuple):
    """A fulfilled criterion: the wording key, its level, the days that fulfil it, the days it looked at, its sum."""

    key: str
    level: Level
    threshold: int
    hits: Sequence[SiteDay]
    window: Sequence[SiteDay]
    points: int = 0


def new_site_pain(
    days: Sequence[SiteDay], joint: Site, usual: int | None, settings: RuleSettings, new_part: bool = False
) -> Verdict | None:
    """Return the verdict on the last of these days, or None.

    ``days`` are the known days of one quiet joint, oldest first, up to and including the one judged; ``usual`` is its
    declared long-standing pain (0 to 10). ``new_part`` judges the uninvolved parts of an involved joint instead.
    """
    today = days[-1]
    if today.x < min(settings.pain_counts_from, settings.severe_score) and not today.woke:
        return None
    # In the order of their levels: what is fulfilled first is the highest.
    for criterion in (_severe, _adding_up, _woken, _persistent):
        if found := criterion(days, usual, settings):
            return _verdict(found, joint, new_part)
    return None


def counts_from(least: int, usual: int | None, settings: RuleSettings) -> int:
    """Return the score from which a day counts: ``least``, or 2 above the usual pain where that is more; at most 10."""
    return least if usual is None else min(WORST_PAIN, max(least, usual + settings.above_usual_by))


def _adding_up(days: Sequence[SiteDay], usual: int | None, settings: RuleSettings) -> Criterion | None:
    """The scores of two weeks add up; urgent where M2 holds too: 3 or more on 5 of the last 7 known days."""
    threshold = counts_from(settings.pain_counts_from, usual, settings)
    found = pain_sum(days, usual, threshold, settings)
    if found is None:
        return None
    steady = sum(d.x >= threshold for d in _last_week(days, settings))
    level = Level.URGENT if steady >= settings.persistent_urgent_days else Level.SOON
    return Criterion(SUM, level, threshold, [d for d in found.window if d.x > (usual or 0)], found.window, found.points)


def _persistent(days: Sequence[SiteDay], usual: int | None, settings: RuleSettings) -> Criterion | None:
    """M1: 3 or more on 4 of the last 7 known days within 9 calendar days; only shown, never mailed by itself."""
    threshold = counts_from(settings.pain_counts_from, usual, settings)
    if days[-1].x < threshold:
        return None
    window = _last_week(days, settings)
    hits = [d for d in window if d.x >= threshold]
    if len(hits) < settings.persistent_days:
        return None
    return Criterion("persistent", Level.INFO, threshold, hits, window)


def _last_week(days: Sequence[SiteDay], settings: RuleSettings) -> list[SiteDay]:
    return [d for d in days[-settings.persistent_window :] if _within(d, days[-1], settings)]


def _within(day: SiteDay, last: SiteDay, settings: RuleSettings) -> bool:
    return (last.day - day.day).days < settings.persistent_within_calendar_days


def _severe(days: Sequence[SiteDay], usual: int | None, settings: RuleSettings) -> Criterion | None:
    """M2's severe branch: 5 or more on 3 of the last 4 known days, however far apart they were logged."""
    threshold = counts_from(settings.severe_score, usual, settings)
    if days[-1].x < threshold:
        return None
    window = days[-settings.severe_window :]
    hits = [d for d in window if d.x >= threshold]
    if len(hits) < settings.severe_days:
        return None
    return Criterion("severe", Level.URGENT, threshold, hits, window)


def _woken(days: Sequence[SiteDay], usual: int | None, settings: RuleSettings) -> Criterion | None:
    """Woken by pain on 3 of the last 7 known days."""
    if not days[-1].woke:
        return None
    window = days[-settings.night_window :]
    hits = [d for d in window if d.woke]
    if len(hits) < settings.night_days:
        return None
    return Criterion("woken", Level.SOON, 1, hits, window)


def _verdict(found: Criterion, joint: Site, new_part: bool) -> Verdict:
    rule = Rule.NEW_COMPARTMENT_PAIN if new_part else Rule.NEW_SITE_PAIN
    said, evidence = [worst for day in found.hits if (worst := day.worst)], evidence_on(found.hits)
    if found.key == "woken":
        said = [woke for day in found.hits if (woke := day.woke)]
        evidence = tuple(evidence_of(each, "woke_at_night") for each in said)
    level = Level.SOON if new_part and found.level is Level.URGENT else found.level
    span = (found.window[-1].day - found.window[0].day).days + 1
    return Verdict(
        rule=rule,
        version=VERSION,
        level=level,
        subject=str(joint),
        for_date=found.hits[-1].day,
        key=f"{rule}.{found.key}",
        values=_values(found, joint, said[-1]),
        evidence=evidence,
        site=part_meant(said[-1]) if new_part else joint,
        area=said[-1].score.area,
        unknown_days=span - len(found.window),
    )


def _values(found: Criterion, joint: Site, last: Said) -> dict[str, int | str]:
    area = last.score.area
    return {
        "site": str(joint),
        **({"area": str(area)} if area else {}),
        "threshold": found.threshold,
        "hits": len(found.hits),
        "logged": len(found.window),
        "days": (found.window[-1].day - found.window[0].day).days + 1,
        **({"points": found.points} if found.points else {}),
        "scores": scores_of(found.hits),
    }


def part_meant(said: Said) -> Site:
    """Return the compartment the score means where it can be only one, else the joint: a part is never guessed."""
    place, area = said.score.site, said.score.area
    meant = can_mean(place.region, area)
    if place.compartment is None and area is not None and len(meant) == 1:
        return Site(place.region, place.side, meant[0])
    return place
