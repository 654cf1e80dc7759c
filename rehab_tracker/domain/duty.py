"""Duty: who of the clinic looks after its alerts on which day, who stands in for whom, and whom an alert is told to.

The ladder has four rungs: who looks after it, the second nurse, the lead, and every clinician.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from rehab_tracker.domain.access import CLINICIANS, Role
from rehab_tracker.domain.errors import InvalidValue

EVERY_WEEKDAY = (1, 2, 3, 4, 5, 6, 7)
LONGEST_ABSENCE = 366
"""Days; who is away for longer has left (house rule)."""
TOP_RUNG = 3


class Duty(StrEnum):
    """What a member of staff does on duty; codes are a contract and only ever grow."""

    NURSE = "nurse"
    SECOND = "second"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's duty on these weekdays (1 for Monday to 7), from a day to another or without end.

    Raises InvalidValue without a weekday, for one that there is not, and for a last day before the first.
    """

    staff: UUID
    duty: Duty
    weekdays: tuple[int, ...]
    first_day: date
    last_day: date | None = None

    def __post_init__(self) -> None:
        if not self.weekdays or list(self.weekdays) != sorted({*self.weekdays} & {*EVERY_WEEKDAY}):
            raise InvalidValue("Choose at least one day of the week.", code="no-weekday", pointer="/weekdays")
        if self.last_day and self.last_day < self.first_day:
            raise last_before_first()

    def covers(self, day: date) -> bool:
        """Return whether the person is on duty on a day."""
        is_between = self.first_day <= day and (self.last_day is None or day <= self.last_day)
        return is_between and day.isoweekday() in self.weekdays


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which somebody is away; ``deputy`` is who has accepted to stand in, None while nobody has.

    Raises InvalidValue for a last day before the first, more than 366 days, and for standing in for oneself.
    """

    staff: UUID
    deputy: UUID | None
    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise last_before_first()
        if (self.last_day - self.first_day).days >= LONGEST_ABSENCE:
            raise InvalidValue("Give at most a year.", code="too-long", pointer="/last_day")
        if self.deputy == self.staff:
            raise InvalidValue("Choose somebody else to stand in.", code="own-deputy", pointer="/deputy_id")

    def covers(self, day: date) -> bool:
        """Return whether the person is away on a day."""
        return self.first_day <= day <= self.last_day


def last_before_first() -> InvalidValue:
    """Return the refusal of days that end before they begin."""
    return InvalidValue("Give a last day that is not before the first.", code="bad-days", pointer="/last_day")


class Person(NamedTuple):
    """Somebody of the staff: who, in which role, and whether mail reaches them."""

    id: UUID
    role: Role
    is_reached: bool = True


Rung = tuple[Person, ...]
Rungs = tuple[Rung, Rung, Rung, Rung]


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is there on one day: the people of a clinic who have not left, by name, with shifts and absences."""

    people: Sequence[Person]
    shifts: Sequence[Shift]
    absences: Sequence[Away]
    day: date

    def is_away(self, staff: UUID) -> bool:
        """Return whether somebody is away on this day."""
        return any(away.staff == staff and away.covers(self.day) for away in self.absences)

    def in_place_of(self, staff: UUID) -> UUID | None:
        """Return who does this person's work today: the person, a deputy, the deputy's deputy, … or nobody."""
        seen: set[UUID] = set()
        while self.is_away(staff):
            seen.add(staff)
            deputies = (a.deputy for a in self.absences if a.staff == staff and a.covers(self.day) and a.deputy)
            deputy = next((each for each in deputies if each not in seen), None)
            if deputy is None:
                return None
            staff = deputy
        return staff

    def on_duty(self, duty: Duty) -> Rung:
        """Return who is on this duty today, deputies in place of the absent."""
        return self.standing_in(shift.staff for shift in self.shifts if shift.duty is duty and shift.covers(self.day))

    def standing_in(self, staff: Iterable[UUID]) -> Rung:
        """Return these clinicians whom mail reaches today, deputies in place of the absent, in the clinic's order.

        Whoever has another role now may still stand on an old rota, but can open no alert.
        """
        there = {self.in_place_of(each) for each in staff}
        return tuple(p for p in self.people if p.id in there and p.is_reached and p.role in CLINICIANS)

    def present(self, wanted: Callable[[Person], bool]) -> Rung:
        """Return the people of this kind who are there today and whom mail reaches."""
        return tuple(p for p in self.people if wanted(p) and p.is_reached and not self.is_away(p.id))


def rungs(rota: Rota, team: Collection[UUID]) -> Rungs:
    """Return to whom an alert of a patient with this care team is told, rung by rung; only an empty clinic has nobody.

    Rungs 1 and 2 may be empty where nobody else is there. Whom mail does not reach is told only if it reaches nobody.
    """
    if not any(person.is_reached for person in rota.people):
        reached = [person._replace(is_reached=True) for person in rota.people]
        rota = Rota(reached, rota.shifts, rota.absences, rota.day)
    first = _first(rota, team)
    others = [person for person in rota.present(_is_nurse) if person not in first]
    of_team = tuple(person for person in others if person.id in team)
    second = rota.on_duty(Duty.SECOND) or of_team[:1] or tuple(others[:1])
    physiatrists = rota.present(lambda p: p.role is Role.PHYSIATRIST)
    lead = rota.on_duty(Duty.LEAD) or tuple(p for p in physiatrists if p.id in team) or physiatrists
    everybody = tuple(p for p in rota.people if p.role in CLINICIANS and p.is_reached)
    return first, second, lead, everybody or first


def _first(rota: Rota, team: Collection[UUID]) -> Rung:
    """Return who looks after it: the first of these that is anybody."""
    nearest = (
        rota.standing_in(person.id for person in rota.people if person.id in team and _is_nurse(person)),
        rota.on_duty(Duty.NURSE),
        rota.present(lambda p: p.id in team and p.role in CLINICIANS),
        rota.present(_is_nurse),
        rota.present(lambda p: p.role in CLINICIANS),
        rota.present(lambda p: True),
        tuple(person for person in rota.people if person.is_reached),
    )
    return next((found for found in nearest if found), ())


def _is_nurse(person: Person) -> bool:
    return person.role is Role.NURSE
