"""Schedule: the occurrences that prescriptions make due, day by day. They are derived each time, and never stored.

So nothing can be issued twice or lost: the same prescriptions, holds and zones always give the same occurrences. On a
local day an exercise has one dose. Where two orders name it, it is one occurrence that serves the sites of both, with
the smaller of the doses (less load, house rule).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from rehab_tracker.domain.entry import MOST_DAYS_BACK
from rehab_tracker.domain.hold import Hold, holds_on
from rehab_tracker.domain.person import ZoneSince, zone_on
from rehab_tracker.domain.prescription import Dose, Prescription
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.slot_window import Window, slot_window

CANCELLED_DAYS = MOST_DAYS_BACK
"""Days after its end on which an exercise is kept as cancelled: a phone that was offline so long may still send it."""


class Occurrence(NamedTuple):
    """One due instance of an exercise; at most one for an exercise, local ``day`` and ``slot`` (from 0).

    ``orders`` are the prescriptions behind it, id and version. ``is_over`` is set when they had ended or been replaced
    before that day, ``is_held`` when one of its sites rests: the movement would load it too.
    """

    exercise: str
    day: date
    slot: int
    orders: tuple[tuple[UUID, int], ...]
    sites: tuple[Site, ...]
    dose: Dose
    strengthens: bool
    window: Window
    is_over: bool = False
    is_held: bool = False

    @property
    def key(self) -> tuple[UUID, int, date, int]:
        """Return what names it among one patient's: first prescription and its version, local day, slot."""
        return *self.orders[0], self.day, self.slot


class _Order(NamedTuple):
    """What the prescriptions of one exercise ask together."""

    orders: tuple[tuple[UUID, int], ...]
    sites: tuple[Site, ...]
    dose: Dose
    strengthens: bool


class _Stretch(NamedTuple):
    """A prescription and the last day on which it is in force, None for no end."""

    prescription: Prescription
    until_on: date | None


Asked = dict[tuple[date, str], list[_Stretch]]


def occurrences(
    prescriptions: Iterable[Prescription], holds: Iterable[Hold], zones: Sequence[ZoneSince], first: date, last: date
) -> list[Occurrence]:
    """Return what is due from the first to the last local day, in order of day, exercise and slot.

    ``zones`` tells where the patient lived from which local day on (``person.zones``); each day is a day of its zone.
    The order of prescriptions and holds doesn't matter; a later version of a prescription holds from its first day on.
    """
    stretches = _in_force(prescriptions)
    live = _asked(((s, s.prescription.from_on, s.until_on) for s in stretches), first, last)
    ended = ((s, s.until_on + timedelta(days=1)) for s in stretches if s.until_on and s.until_on < last)
    over = _asked(((s, day, _after(day, CANCELLED_DAYS - 1)) for s, day in ended), first, last)
    merged: dict[tuple[int, ...], _Order] = {}
    found: list[Occurrence] = []
    held = list(holds)
    for day, exercise in sorted(live.keys() | over.keys()):
        zone, begins = zone_on(zones, day), 0
        for group, is_over in ((live.get((day, exercise)), False), (_ended_last(over.get((day, exercise))), True)):
            if group:
                order = _merged(group, merged)
                found += _slots(day, exercise, order, begins, zone, held, is_over)
                begins = order.dose.times_a_day
    return found


def _after(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))


def _in_force(prescriptions: Iterable[Prescription]) -> list[_Stretch]:
    """Return each version with its last day, which the first day of a later version can only bring forward."""
    unique = {(p.id, p.version): p for p in prescriptions}
    found: list[_Stretch] = []
    for _, group in groupby(sorted(unique), key=lambda key: key[0]):
        next_from: date | None = None
        for version in (unique[key] for key in reversed(list(group))):
            if next_from is None:
                found.append(_Stretch(version, version.until_on))
            elif version.from_on < next_from:
                replaced_on = next_from - timedelta(days=1)
                found.append(_Stretch(version, min(version.until_on or replaced_on, replaced_on)))
            next_from = min(next_from or version.from_on, version.from_on)
    return found


def _asked(stretches: Iterable[tuple[_Stretch, date, date | None]], first: date, last: date) -> Asked:
    asked: Asked = {}
    for stretch, from_on, until_on in stretches:
        begin, end = max(first, from_on), min(last, until_on or last)
        prescription = stretch.prescription
        for day in _days(begin, end):
            if prescription.is_asked_on(day):
                asked.setdefault((day, prescription.exercise), []).append(stretch)
    return asked


def _days(first: date, last: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


def _ended_last(group: list[_Stretch] | None) -> list[_Stretch] | None:
    """Return what ended last: an order that had ended before it says nothing about its days any more."""
    newest = max((s.until_on for s in group or () if s.until_on), default=None)
    return [s for s in group or () if s.until_on == newest]


def _merged(group: list[_Stretch], known: dict[tuple[int, ...], _Order]) -> _Order:
    """Return what a group asks together, worked out once: the same few groups come day after day."""
    key = tuple(map(id, group))
    if key not in known:
        ordered = sorted((s.prescription for s in group), key=lambda p: (p.from_on, p.id, p.version))
        dose = ordered[0].dose
        for prescription in ordered[1:]:
            dose = dose.lighter(prescription.dose)
        known[key] = _Order(
            orders=tuple((p.id, p.version) for p in ordered),
            sites=tuple(sorted({site for p in ordered for site in p.sites}, key=str)),
            dose=dose,
            strengthens=any(p.strengthens for p in ordered),
        )
    return known[key]


def _slots(
    day: date, exercise: str, order: _Order, begins: int, zone: str, holds: Sequence[Hold], is_over: bool
) -> Iterator[Occurrence]:
    is_held = any(holds_on(holds, day, site, order.strengthens) for site in order.sites) if holds else False
    for slot in range(begins, order.dose.times_a_day):
        window = slot_window(day, slot, order.dose.times_a_day, zone)
        if not window.is_empty:
            yield Occurrence(exercise, day, slot, *order, window, is_over, is_held)
