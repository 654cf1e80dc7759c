"""Suspicion: a place that was suspected and of which nothing was found out since then is a task."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.site import Site

LONGEST_SUSPICION = timedelta(days=14)
"""Days after which a suspected place without a finding is a task: 2 weeks (house rule)."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A suspected place and the day since when it is, without a break."""

    site: Site
    since: date


def suspected(involvements: Iterable[Involvement]) -> list[Suspicion]:
    """Return the places that are suspected now, the longest first; ``involvements`` are in the order of recording."""
    since: dict[Site, date] = {}
    for each in sorted(involvements, key=lambda involvement: involvement.recorded_on):
        if each.status is InvolvementStatus.SUSPECTED:
            since.setdefault(each.site, each.recorded_on)
        else:
            since.pop(each.site, None)
    return sorted((Suspicion(place, day) for place, day in since.items()), key=lambda s: (s.since, str(s.site)))


def unfound(
    suspicions: Iterable[Suspicion], findings: Iterable[tuple[Site, date]], today: date
) -> tuple[Suspicion, ...]:
    """Return those that are 14 days old and of whose joint no finding was made since, longest first.

    ``findings`` are places that were examined or imaged, each with the day on which that was done.
    """
    made: dict[Site, date] = {}
    for place, day in findings:
        made[place.joint] = max(day, made.get(place.joint, day))
    old = [each for each in suspicions if today - each.since >= LONGEST_SUSPICION]
    return tuple(each for each in old if made.get(each.site.joint, date.min) < each.since)
