"""Involvements: which sites of a patient are affected, since when staff recorded it, and which are quiet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from rehab_tracker.domain.site import Area, Compartment, Site, can_mean


class InvolvementStatus(StrEnum):
    """Where one affected site stands."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    RESOLVING = "resolving"
    RESOLVED = "resolved"
    RECURRENT = "recurrent"
    ENTERED_IN_ERROR = "entered-in-error"

    @property
    def is_active(self) -> bool:
        """Return whether a site in this status is a known one; only a resolved or mistaken one is quiet again."""
        return self not in (InvolvementStatus.RESOLVED, InvolvementStatus.ENTERED_IN_ERROR)


MISTAKE = InvolvementStatus.ENTERED_IN_ERROR


@dataclass(frozen=True, slots=True)
class Involvement:
    """The status of one site, as a clinician recorded it.

    ``recorded_on`` is the local day of the record in the patient's time zone; the status holds from that day on.
    ``onset`` is the day on which it began, None where that is not recorded.
    """

    site: Site
    status: InvolvementStatus
    recorded_on: date
    onset: date | None = None


class KnownSites:
    """What staff have recorded about a patient's sites, asked day by day.

    For each site the status in force on a day is the last one recorded on or before that day; of two recorded on one
    day the one given later holds.
    """

    def __init__(self, involvements: Iterable[Involvement] = ()) -> None:
        self._by_joint: dict[Site, list[Involvement]] = {}
        for involvement in sorted(involvements, key=lambda i: i.recorded_on):
            self._by_joint.setdefault(involvement.site.joint, []).append(involvement)
        days = [rows[0].recorded_on for rows in self._by_joint.values()]
        self.recorded_since: date | None = min(days, default=None)

    def active(self, joint: Site, day: date) -> frozenset[Site]:
        """Return the sites of this joint that are actively involved on a day; empty means the joint is quiet."""
        in_force = {i.site: i.status for i in self._by_joint.get(joint, ()) if i.recorded_on <= day}
        return frozenset(place for place, status in in_force.items() if status.is_active)

    def turns(self, joint: Site, day: date) -> int:
        """Return how often a joint had turned from quiet to involved or back by a day; mistaken records don't count.

        Days with the same number belong together: what was said of a joint before it was involved is no evidence after.
        """
        rows = [i for i in self._by_joint.get(joint, ()) if i.recorded_on <= day]
        mistaken = {p for p, status in {i.site: i.status for i in rows}.items() if status is MISTAKE}
        in_force: dict[Site, InvolvementStatus] = {}
        states = [False]
        for row in rows:
            if row.site not in mistaken:
                in_force[row.site] = row.status
                states.append(any(status.is_active for status in in_force.values()))
        return sum(before is not after for before, after in pairwise(states))

    def is_known(self, place: Site, area: Area | None, day: date) -> bool:
        """Return whether pain said of this site and area can be the pain of an active involvement of the same joint."""
        return covers(self.active(place.joint, day), place, area)


def covers(active: Iterable[Site], place: Site, area: Area | None) -> bool:
    """Return whether one of the active sites of a joint can be what the patient means by this place and area.

    No area counts as known, and an involvement without a compartment covers its whole joint.
    """
    meant: tuple[Compartment, ...] = (place.compartment,) if place.compartment else can_mean(place.region, area)
    return any(a.compartment is None or a.compartment in meant for a in active)
