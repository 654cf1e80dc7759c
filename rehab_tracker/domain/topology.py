"""Topology (M6): where new pain lies to places known before, and whether another place began to hurt at the same time.

Migration is mostly reported to the next joint of the limb, to the other side or inside one joint, weeks to months after
the first place began and as that one settles (Toms 2005, Clin Radiol 60:425; BMC Musculoskelet Disord 2008;9:45). So
these raise a verdict from soon to urgent. They never lower or hide one: migration to any place, after years, is
reported too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.site import Region, Site, site
from rehab_tracker.domain.site_day import SiteDay

NEW_SITE = (Rule.NEW_SITE_PAIN, Rule.NEW_COMPARTMENT_PAIN)
"""The rules whose verdicts tell of a place that was quiet."""

SETTLING_DAYS = 7
"""Calendar days whose pain says how much a place known before hurts now, the judged one included."""

WHOLE = 100
"""Percent."""

NEXT_TO: Mapping[Region, frozenset[Region]] = {
    Region.SHOULDER: frozenset({Region.ELBOW}),
    Region.ELBOW: frozenset({Region.SHOULDER, Region.WRIST}),
    Region.WRIST: frozenset({Region.ELBOW, Region.HAND}),
    Region.HAND: frozenset({Region.WRIST}),
    Region.HIP: frozenset({Region.THIGH, Region.KNEE}),
    Region.THIGH: frozenset({Region.HIP, Region.KNEE}),
    Region.KNEE: frozenset({Region.HIP, Region.THIGH, Region.SHIN, Region.ANKLE}),
    Region.SHIN: frozenset({Region.KNEE, Region.ANKLE}),
    Region.ANKLE: frozenset({Region.KNEE, Region.SHIN, Region.FOOT}),
    Region.FOOT: frozenset({Region.ANKLE}),
    Region.NECK: frozenset({Region.THORACIC_SPINE}),
    Region.THORACIC_SPINE: frozenset({Region.NECK, Region.LUMBAR_SPINE}),
    Region.LUMBAR_SPINE: frozenset({Region.THORACIC_SPINE, Region.SACRUM}),
    Region.SACRUM: frozenset({Region.LUMBAR_SPINE}),
}
"""What lies next to what in one limb or in the spine: up to the next joint, and the bone between."""


class Nearness(StrEnum):
    """How a place lies to one known before; also why its verdict was raised."""

    NEXT_JOINT = "next-joint"
    OTHER_PART = "other-part"
    OTHER_SIDE = "other-side"


TWO_PLACES = "two-places"
"""Why a verdict was raised where another new place hurts too."""


@dataclass(frozen=True, slots=True)
class PlaceBefore:
    """A place known before the judged day, whatever its status then, mistaken ones left out.

    ``began_on`` is its onset, or the day on which it was first recorded where that is not known. ``peak`` is the
    highest score (0 to 10) of its joint up to the judged day; ``recent`` are the known days in the 7 calendar days up
    to that day, in any order: those of the involved part of its joint, or of the whole joint where that is quiet now.
    """

    site: Site
    began_on: date
    peak: int
    recent: Sequence[SiteDay]


def nearness(place: Site, before: Site) -> Nearness | None:
    """Return how a place lies to another one, None for far away or not told apart; a joint lies in no other part."""
    if (place.region, place.side) == (before.region, before.side):
        return Nearness.OTHER_PART
    if place.region is before.region:
        return Nearness.OTHER_SIDE
    return Nearness.NEXT_JOINT if place.side is before.side and before.region in NEXT_TO[place.region] else None


def raised_by_two(verdict: Verdict, others: Iterable[Verdict], settings: RuleSettings) -> Verdict:
    """Return a new-site verdict, urgent where another new place had one, at least soon, within the week before.

    ``others`` are the patient's new-site verdicts of other joints, at the level that their own rule gave them.
    """
    if verdict.rule not in NEW_SITE or verdict.level is not Level.SOON:
        return verdict
    together = any(
        other.rule in NEW_SITE
        and other.subject != verdict.subject
        and other.level is not Level.INFO
        and 0 <= (verdict.for_date - other.for_date).days <= settings.together_calendar_days
        for other in others
    )
    return raised(verdict, TWO_PLACES) if together else verdict


def raised_by_nearness(verdict: Verdict, before: Iterable[PlaceBefore], settings: RuleSettings) -> Verdict:
    """Return a new-site verdict, urgent where the place lies near one that began months ago and has settled."""
    if verdict.rule not in NEW_SITE or verdict.level is not Level.SOON:
        return verdict
    joint = site(verdict.subject)
    for place in before:
        near = nearness(joint, place.site)
        if near is Nearness.OTHER_PART and verdict.rule is not Rule.NEW_COMPARTMENT_PAIN:
            continue  # the joint was known, is quiet and hurts again: that is a recurrence, not another part of it
        days = (verdict.for_date - place.began_on).days
        in_time = settings.topology_from_days <= days <= settings.topology_until_days
        if near and in_time and _has_settled(place, verdict.for_date, settings):
            return raised(verdict, near)
    return verdict


def _has_settled(place: PlaceBefore, day: date, settings: RuleSettings) -> bool:
    """Return whether a place isn't known to hurt more than half as much as at its worst.

    Painful days alone are looked at: a place of which nothing is known hurts no less for a zero that is added.
    """
    hurting = [d.x for d in place.recent if d.x and 0 <= (day - d.day).days < SETTLING_DAYS]
    return sum(hurting) * WHOLE <= settings.topology_settled_percent * place.peak * len(hurting)


def raised(verdict: Verdict, why: str) -> Verdict:
    """Return the verdict as urgent, with the reason why it was raised."""
    return replace(verdict, level=Level.URGENT, values={**verdict.values, "raised_by": str(why)})
