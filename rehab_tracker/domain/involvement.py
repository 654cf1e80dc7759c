"""Involvements: which sites of a patient are affected, since when staff recorded it, and which are quiet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.site import Area, Compartment, Site, areas_of, can_mean
from rehab_tracker.domain.strict_json import checked_text


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

    @property
    def starts_plan(self) -> bool:
        """Return whether a site in this status is followed by a plan from now on; a suspected one is not yet."""
        return self in (InvolvementStatus.CONFIRMED, InvolvementStatus.RECURRENT)


MISTAKE = InvolvementStatus.ENTERED_IN_ERROR
LONGEST_WORDS = 280
"""Characters of what the patient said of a place, and of why a status was recorded."""


@dataclass(frozen=True, slots=True)
class Involvement:
    """The status of one site, as a clinician recorded it.

    ``recorded_on`` is the local day of the record in the patient's time zone; the status holds from that day on.
    ``onset`` is when it began, as far as that is known; None is not recorded. ``area`` and ``words`` are what the
    patient said of the place, kept beside the clinician's compartment. ``merged_into`` names the site of the same joint
    that this record, entered in error, is read as. Raises InvalidValue (``unknown-area``, ``too-long``, ``bad-text``,
    ``other-joint``, ``wrong-status``).
    """

    site: Site
    status: InvolvementStatus
    recorded_on: date
    onset: PartialDate | None = None
    area: Area | None = None
    words: str = ""
    merged_into: Site | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.area is not None and self.area not in areas_of(self.site.region):
            raise InvalidValue("Choose an area that belongs to this place.", code="unknown-area", pointer="/area")
        checked_text(self.words, LONGEST_WORDS)
        checked_text(self.reason, LONGEST_WORDS)
        if self.merged_into is None:
            return
        if self.merged_into.joint != self.site.joint or self.merged_into == self.site:
            raise InvalidValue(
                "Only two records of one joint can be merged.", code="other-joint", pointer="/merged_into"
            )
        if self.status is not InvolvementStatus.ENTERED_IN_ERROR:
            raise InvalidValue("Only a mistaken record is merged.", code="wrong-status", pointer="/status")


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

    def resolved(self, joint: Site, day: date) -> frozenset[Site]:
        """Return the sites of this joint whose last record by a day says resolved."""
        in_force = {i.site: i.status for i in self._by_joint.get(joint, ()) if i.recorded_on <= day}
        return frozenset(place for place, status in in_force.items() if status is InvolvementStatus.RESOLVED)

    def began(self, day: date) -> dict[Site, date]:
        """Return since when each site recorded by a day is affected: its onset, else its first record; no mistakes."""
        found: dict[Site, date] = {}
        for rows in self._by_joint.values():
            by_day = [i for i in rows if i.recorded_on <= day]
            for place, last in last_of_each(by_day).items():
                if last.status is not MISTAKE:
                    own = [i for i in by_day if i.site == place]
                    onsets = [i.onset.day for i in own if i.onset]
                    found[place] = onsets[-1] if onsets else own[0].recorded_on
        return found

    def changes(self, joint: Site) -> list[date]:
        """Return the days from which something else is recorded of this joint than before, oldest first."""
        return sorted({i.recorded_on for i in self._by_joint.get(joint, ())})

    def turns(self, joint: Site, day: date) -> int:
        """Return how often a joint had turned from quiet to involved or back by a day; mistaken records don't count.

        Days with the same number belong together: what was said of a joint before it was involved is no evidence after.
        Merged records count as those of the site that they are read as.
        """
        rows = [i for i in self._by_joint.get(joint, ()) if i.recorded_on <= day]
        meant = read_as(rows)
        in_force: dict[Site, InvolvementStatus] = {}
        states = [False]
        for row in rows:
            place = meant[row.site]
            if place is None or (place != row.site and row.status is MISTAKE):
                continue
            in_force[place] = row.status
            states.append(any(status.is_active for status in in_force.values()))
        return sum(before is not after for before, after in pairwise(states))

    def is_known(self, place: Site, area: Area | None, day: date) -> bool:
        """Return whether pain said of this site and area can be the pain of an active involvement of the same joint."""
        return covers(self.active(place.joint, day), place, area)


def read_as(involvements: Iterable[Involvement]) -> dict[Site, Site | None]:
    """Return for each site the one that its records are read as: itself, the one it was merged into, or none."""
    last = last_of_each(involvements)
    return {place: _meant(place, last) for place in last}


def _meant(place: Site, last: dict[Site, Involvement]) -> Site | None:
    meant: Site | None = place
    for _ in last:  # a site that another one was merged into may have been merged itself
        record = last.get(meant) if meant else None
        if record is None or record.status is not MISTAKE:
            break
        meant = record.merged_into
    return meant


def last_of_each(involvements: Iterable[Involvement]) -> dict[Site, Involvement]:
    """Return the last record of each site; of two of one day the one given later."""
    return {i.site: i for i in sorted(involvements, key=lambda i: i.recorded_on)}


def opened_on(involvements: Iterable[Involvement]) -> dict[Site, date]:
    """Return the day since which each active site is involved: recorded first, or again after it had been resolved."""
    since: dict[Site, date] = {}
    for row in sorted(involvements, key=lambda i: i.recorded_on):
        if row.status.is_active:
            since.setdefault(row.site, row.recorded_on)
        else:
            since.pop(row.site, None)
    return since


def covers(active: Iterable[Site], place: Site, area: Area | None) -> bool:
    """Return whether one of the active sites of a joint can be what the patient means by this place and area.

    No area counts as known, and an involvement without a compartment covers its whole joint.
    """
    meant: tuple[Compartment, ...] = (place.compartment,) if place.compartment else can_mean(place.region, area)
    return any([a.compartment is None or a.compartment in meant for a in active])
