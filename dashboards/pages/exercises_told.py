"""What was ordered by hand, in words: exercises and rests, in force, to come and over, with their history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from babel.dates import get_day_names
from flask_babel import gettext

from dashboards.pages.training import dose_words
from dashboards.pages.words import words
from rehab_tracker.domain.hold import Hold
from rehab_tracker.domain.prescription import WEEKDAYS, Prescription
from rehab_tracker.domain.protocol import exercise_against_limit
from rehab_tracker.domain.site import Limb, Site
from rehab_tracker.domain.weight_bearing import LimbLimit
from rehab_tracker.services.exercises import Ordered
from rehab_tracker.services.record import Record
from rehab_tracker.storage.schedule import HoldRow, PrescriptionRow, prescriptions

ONE_DAY = timedelta(days=1)

Fact = tuple[str, str]
"""A label and what is told under it."""


class Stands(StrEnum):
    """Where an order or a rest stands today."""

    NOW = "now"
    COMING = "coming"
    OVER = "over"
    TAKEN_BACK = "taken-back"


@dataclass(frozen=True, slots=True)
class VersionTold:
    """One version: its number, when and by whom it was written, why, and all that it says."""

    number: int
    at: datetime
    by: str
    why: str
    what: str


@dataclass(frozen=True, slots=True)
class OrderTold:
    """One order or rest: what holds now or next, what follows that, and every version, the newest first."""

    id: UUID
    name: str
    stands: Stands
    facts: list[Fact]
    history: list[VersionTold]
    later: tuple[str, ...] = ()
    is_against_limit: bool = False


Stretch = tuple[PrescriptionRow, date | None]
"""A version that asks for something, and the last day on which it does; None for no end."""


def stretches(versions: Sequence[PrescriptionRow]) -> list[Stretch]:
    """Return the versions of an order that ask for something, the earliest first; a later one cuts an earlier short."""
    found: list[Stretch] = []
    next_from: date | None = None
    for row in reversed(versions):
        if next_from is None or row.from_on < next_from:
            lasts = [day for day in (row.until_on, next_from and next_from - ONE_DAY) if day]
            if not _asks_nothing(row):
                found.append((row, min(lasts, default=None)))
            next_from = row.from_on
    return found[::-1]


def _asks_nothing(row: PrescriptionRow) -> bool:
    """Return whether an order was taken back before it began: its only day is none of its days of the week."""
    return row.from_on == row.until_on and row.from_on.weekday() not in row.weekdays


def orders_told(ordered: Ordered, record: Record) -> list[OrderTold]:
    """Return every order of an exercise, the newest first."""
    told = [_order(versions, record, ordered.names) for versions in ordered.exercise_versions]
    return told[::-1]


def _order(versions: Sequence[PrescriptionRow], record: Record, names: Mapping[UUID, str]) -> OrderTold:
    newest, asks = versions[-1], stretches(versions)
    left = [(row, last) for row, last in asks if last is None or last >= record.today]
    row, last = left[0] if left else asks[-1] if asks else (versions[-2:][0], versions[-2:][0].until_on)
    return OrderTold(
        id=newest.id,
        name=words().exercise(row.exercise),
        stands=_stands(row.from_on, last, record.today) if asks else Stands.TAKEN_BACK,
        facts=order_facts(row, last),
        history=[_version(each, order_words(each), each.reason, names) for each in reversed(versions)],
        later=tuple(order_words(row, last) for row, last in left[1:]),
        is_against_limit=bool(left) and is_against_limit(prescriptions([row])[0], record.told.standing.limits),
    )


def _stands(first: date, last: date | None, today: date) -> Stands:
    if first > today:
        return Stands.COMING
    return Stands.OVER if last is not None and last < today else Stands.NOW


def is_against_limit(order: Prescription, limits: Mapping[Limb, LimbLimit]) -> bool:
    """Return whether an order needs more than one of its limbs may carry now."""
    limbs = {place.limb for place in order.sites}
    return any(exercise_against_limit(order, own.limit) for limb, own in limits.items() if limb in limbs)


def order_facts(row: PrescriptionRow, last: date | None) -> list[Fact]:
    """Return everything that one version of an order says."""
    [order] = prescriptions([row])
    say = words()
    needs = say.code(order.needs) if order.needs else gettext("nothing")
    return [
        (gettext("Dose"), dose_words(order.dose)),
        (gettext("Places"), "; ".join(say.place(place) for place in order.sites)),
        (gettext("Days"), weekday_words(order.days.weekdays)),
        (gettext("When"), span_words(order.from_on, last)),
        (gettext("Needs at least"), needs),
        (gettext("Strengthens"), gettext("yes") if order.strengthens else gettext("no")),
    ]


def order_words(row: PrescriptionRow, last: date | None = None) -> str:
    """Return one version of an order in one line."""
    facts = order_facts(row, last or row.until_on)
    told = [*(said for _, said in facts[:4]), *(f"{label}: {said}" for label, said in facts[4:])]
    return f"{words().exercise(row.exercise)}: {'; '.join(told)}"


def weekday_words(weekdays: frozenset[int]) -> str:
    """Return days of the week by their names, Monday first."""
    if weekdays == WEEKDAYS:
        return str(gettext("every day"))
    names = weekday_names()
    return ", ".join(names[day] for day in sorted(weekdays))


def weekday_names() -> list[str]:
    """Return the names of the days of the week, Monday first."""
    names = get_day_names("wide", "format", words().locale)
    return [str(names[day]) for day in sorted(WEEKDAYS)]


def span_words(first: date, last: date | None) -> str:
    """Return from which day until which, both included."""
    say = words()
    if last is None:
        return str(gettext("from %(first)s, until further notice", first=say.day(first)))
    if first == last:
        return str(gettext("on %(first)s only", first=say.day(first)))
    return str(gettext("%(first)s to %(last)s", first=say.day(first), last=say.day(last)))


def _version(row: PrescriptionRow | HoldRow, what: str, why: str, names: Mapping[UUID, str]) -> VersionTold:
    by = names.get(row.written_by, "") if row.written_by else ""
    return VersionTold(row.version, row.at, by, why, what)


def rests_told(ordered: Ordered, today: date) -> list[OrderTold]:
    """Return every rest, the newest first, those too that were taken back."""
    return [_rest(versions, today, ordered.names) for versions in reversed(ordered.hold_versions)]


def _rest(versions: Sequence[HoldRow], today: date, names: Mapping[UUID, str]) -> OrderTold:
    newest = versions[-1]
    return OrderTold(
        id=newest.id,
        name=scope_words(newest.content.scope),
        stands=Stands.TAKEN_BACK if newest.is_lifted else _stands(newest.from_on, newest.until_on, today),
        facts=rest_facts(newest.content),
        history=[_version(each, kept_words(each), each.note, names) for each in reversed(versions)],
    )


def scope_words(scope: Limb | Site | None) -> str:
    """Return what rests: everything, a limb or a place."""
    if scope is None:
        return str(gettext("The whole patient"))
    return words().code(scope) if isinstance(scope, Limb) else words().place(scope)


def rest_facts(rest: Hold) -> list[Fact]:
    """Return everything that a rest says besides what it is of."""
    which = gettext("strengthening only") if rest.only_strengthening else gettext("all exercises")
    return [
        (gettext("Rests"), str(which)),
        (gettext("When"), span_words(rest.from_on, rest.until_on)),
        (gettext("Cause"), words().code(rest.reason)),
    ]


def rest_words(rest: Hold) -> str:
    """Return a rest in one line."""
    return f"{scope_words(rest.scope)}: {'; '.join(said for _, said in rest_facts(rest))}"


def kept_words(row: HoldRow) -> str:
    """Return one version of a rest in one line."""
    return str(gettext("Taken back.")) if row.is_lifted else rest_words(row.content)


def asked_by_plans(ordered: Ordered, record: Record) -> list[tuple[str, str]]:
    """Return what the plans themselves ask today: each exercise, with its dose, places and days."""
    own = {row.id for row in ordered.exercises}
    asked = [order for order in record.told.known.prescriptions if order.id not in own]
    now = [order for order in asked if _stands(order.from_on, order.until_on, record.today) is Stands.NOW]
    return sorted({(words().exercise(order.exercise), _asked_words(order)) for order in now})


def _asked_words(order: Prescription) -> str:
    places = map(words().place, order.sites)
    return "; ".join((dose_words(order.dose), *places, weekday_words(order.days.weekdays)))


def rested_by_plans(ordered: Ordered, record: Record) -> list[str]:
    """Return the rests that follow from the plans themselves and are not over."""
    own = {row.id for row in ordered.holds}
    rests = [hold for hold in record.told.known.holds if hold.id not in own]
    left = [hold for hold in rests if _stands(hold.from_on, hold.until_on, record.today) is not Stands.OVER]
    return [rest_words(hold) for hold in left]
