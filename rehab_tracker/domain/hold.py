"""Holds: days on which exercises rest for a reason, for the whole patient, one limb or one site.

A hold takes exercises out of what is due and silences reminders. It never touches safety: no rule reads holds, so that
alerts, red flags and the days on which a patient is asked go on as before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from uuid import UUID, uuid5

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.plan import PlanCourse, Turn
from rehab_tracker.domain.site import Limb, Site
from rehab_tracker.domain.strict_json import checked_text

LONGEST_NOTE = 500


class HoldReason(StrEnum):
    """Why exercises rest."""

    PAIN = "pain"
    NEW_SITE = "new-site"
    ILLNESS = "illness"
    SURGERY = "surgery"
    TRAVEL = "travel"
    CLINICIAN = "clinician"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Hold:
    """One stretch of local days, both ends included, on which exercises rest; no last day means until further notice.

    ``scope`` is a limb, a site (without a compartment: its whole joint), or None for the whole patient.
    ``only_strengthening`` leaves all other exercises as they are.
    Raises InvalidValue (``ends-early``, ``too-long``, ``bad-text``).
    """

    id: UUID
    scope: Limb | Site | None
    from_on: date
    until_on: date | None
    reason: HoldReason
    note: str = ""
    only_strengthening: bool = False

    def __post_init__(self) -> None:
        if self.until_on is not None and self.until_on < self.from_on:
            raise InvalidValue("The last day must not be before the first.", code="ends-early", pointer="/until_on")
        checked_text(self.note, LONGEST_NOTE)

    def is_on(self, day: date) -> bool:
        """Return whether the hold is in force on a local day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def covers(self, site: Site) -> bool:
        """Return whether an exercise for this site loads what is held; one for a whole joint loads all its parts."""
        if isinstance(self.scope, Limb):
            return site.limb is self.scope
        if self.scope is None or site.joint != self.scope.joint:
            return self.scope is None
        return None in (site.compartment, self.scope.compartment) or site == self.scope


def holds_on(holds: Iterable[Hold], day: date, site: Site, strengthens: bool = True) -> list[Hold]:
    """Return the holds under which an exercise for this site rests on a local day.

    An exercise that does not strengthen (``strengthens`` False) goes on under holds of strengthening only.
    """
    in_force = (h for h in holds if h.is_on(day) and (strengthens or not h.only_strengthening))
    return [hold for hold in in_force if hold.covers(site)]


def silences_reminders(holds: Iterable[Hold], day: date) -> bool:
    """Return whether the patient gets no reminder on a local day: a hold of the whole patient is in force.

    Only reminders: alerts and what staff are told never ask this. Exercises held by limb or site are excused and so
    have no reminder of their own.
    """
    return any(h.scope is None and not h.only_strengthening and h.is_on(day) for h in holds)


def plan_holds(course: PlanCourse) -> list[Hold]:
    """Return the holds that follow from a plan: days on which it was on hold, and pauses of strengthening.

    A hold that still stands on the last day looked at has no end; the end of the plan ends it. The ids of the same
    days are always the same.
    """
    plan, found = course.plan, list[Hold]()
    still = course.days[-1].day if course.is_held and course.ended_on is None else None
    clinicians = {change.on for change in course.changes if change.turn is Turn.CLINICIAN_HOLD}
    for is_held, run in groupby(course.days, key=lambda day: day.is_held):
        days = [each.day for each in run]
        if is_held:
            reason = HoldReason.CLINICIAN if days[0] in clinicians else HoldReason.PAIN
            until_on = None if days[-1] == still else days[-1]
            found.append(Hold(uuid5(plan.id, f"hold {days[0]}"), plan.site, days[0], until_on, reason))
    for pause in course.pauses:
        own = uuid5(plan.id, f"pause {pause.from_on} {pause.new_site}")
        until_on, reason = pause.until_on, HoldReason.NEW_SITE
        found.append(Hold(own, plan.site, pause.from_on, until_on, reason, only_strengthening=True))
    return found
