"""Ana's exercises: what was ordered for her, when she rested, and what she said she did, in days after her visit."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from uuid import NAMESPACE_OID, UUID, uuid5

from rehab_tracker.domain.adherence import Adherence, total
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.exercise import ExerciseReport, NotDone
from rehab_tracker.domain.hold import Hold, HoldReason
from rehab_tracker.domain.occurrence_state import Result, results
from rehab_tracker.domain.person import ZoneSince
from rehab_tracker.domain.prescription import EVERY_DAY, Days, Dose, Prescription
from rehab_tracker.domain.schedule import Occurrence, occurrences
from rehab_tracker.domain.site import Limb, Site, site
from tests.domain.diary import LISBON, day, entry

IN_LISBON = [ZoneSince(date.min, LISBON.key)]
THREE_BY_TEN = Dose(sets=3, reps=10)
RIGHT, LEFT = "right-knee", "left-knee"


def named(name: str) -> UUID:
    return uuid5(NAMESPACE_OID, name)


def order(
    exercise: str = "bridges",
    *places: str,
    dose: Dose = THREE_BY_TEN,
    days: Days = EVERY_DAY,
    first: int = 0,
    last: int | None = None,
    version: int = 1,
    name: str = "",
    strengthens: bool = False,
) -> Prescription:
    sites = tuple(site(place) for place in places or (RIGHT,))
    until_on = None if last is None else day(last)
    own = named(name or f"{exercise} {places}")
    return Prescription(own, version, exercise, sites, dose, days, day(first), until_on, strengthens)


def rest(
    first: int, last: int | None = None, scope: Limb | Site | None = None, *, only_strengthening: bool = False
) -> Hold:
    until_on = None if last is None else day(last)
    own = named(f"{first} {last} {scope}")
    return Hold(own, scope, day(first), until_on, HoldReason.ILLNESS, only_strengthening=only_strengthening)


def did(
    number: int, exercise: str = "bridges", *, name: str = "", hour: int = 20, rev: int = 1, **said: object
) -> Entry:
    """Return her report of a day; without amounts she did it in full."""
    report = entry(number, ExerciseReport(exercise, **said), name=name or f"{exercise} {number} {hour}", rev=rev)
    at = datetime.combine(day(number), time(hour), LISBON)
    return Entry(report.id, report.kind, at, at.astimezone(UTC), day(number), LISBON.key, report.content, rev)


def skipped(number: int, exercise: str = "bridges", why: str = "pain", **more: object) -> Entry:
    return did(number, exercise, not_done=NotDone(why), **more)


def due(*orders: Prescription, first: int = 0, last: int = 6, holds: tuple[Hold, ...] = ()) -> list[Occurrence]:
    return occurrences(orders, holds, IN_LISBON, day(first), day(last))


def at(number: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime.combine(day(number), time(hour, minute), LISBON).astimezone(UTC)


LATER = at(60)


def became(found: list[Occurrence], *entries: Entry, now: datetime = LATER) -> list[Result]:
    return results(found, entries, now)


def states(found: list[Occurrence], *entries: Entry, now: datetime = LATER) -> list[str]:
    return [str(result.state) for result in became(found, *entries, now=now)]


def shares(found: list[Occurrence], *entries: Entry) -> list[Fraction]:
    return [result.done for result in became(found, *entries)]


def kept_to(found: list[Occurrence], *entries: Entry, now: datetime = LATER) -> Adherence:
    return total(became(found, *entries, now=now))


def days_of(found: list[Occurrence]) -> list[int]:
    return [(o.day - day(0)) // timedelta(days=1) for o in found]
