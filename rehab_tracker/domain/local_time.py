"""Local time: at which instant a day's wall time comes in a zone, and when something daily is due next.

A wall time that a clock change leaves out comes with the first instant after the gap; one that comes twice counts the
first time. A day that a zone leaves out altogether (Apia had no 30 December 2011) has no instant.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rehab_tracker.domain.errors import InvalidValue

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)


class Slot(NamedTuple):
    """One time that something daily is due: the local day for which it is, and the instant in UTC."""

    for_date: date
    due_at: datetime


def wall_time(text: object, pointer: str = "") -> time:
    """Return the time of day written as HH:MM; raise InvalidValue (``bad-clock-time``) for anything else."""
    if not isinstance(text, str) or not CLOCK.fullmatch(text):
        raise InvalidValue("Give the time of day like 07:30.", code="bad-clock-time", pointer=pointer)
    return time.fromisoformat(text)


def instant_of(day: date, clock: time, zone: ZoneInfo) -> datetime | None:
    """Return the instant in UTC at which a day's wall time comes in a zone, or None where there is no such day."""
    wanted = datetime.combine(day, clock, zone)
    found = wanted.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return found
    after = _end_of_gap(wanted)
    before = (after - ONE_SECOND).astimezone(zone).date()
    return after if day in (before, after.astimezone(zone).date()) else None


def _end_of_gap(missing: datetime) -> datetime:
    """Return the first instant after the gap in which a wall time lies, to the second."""
    zone = missing.tzinfo
    early, late = sorted(missing.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    offset = late.astimezone(zone).utcoffset()
    while late - early > ONE_SECOND:
        middle = early + (late - early) // ONE_SECOND // 2 * ONE_SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            late = middle
        else:
            early = middle
    return late


def next_after(day: date, clock: time, zone: ZoneInfo) -> Slot:
    """Return the slot of the first day after one that the zone has."""
    while True:
        day += ONE_DAY
        if due_at := instant_of(day, clock, zone):
            return Slot(day, due_at)


def next_slot(after: datetime, clock: time, zone: ZoneInfo) -> Slot:
    """Return the first slot that is due later than an instant."""
    # A wall time that is left out near midnight may come on the next day by the calendar.
    slot = next_after(after.astimezone(zone).date() - 2 * ONE_DAY, clock, zone)
    while slot.due_at <= after:
        slot = next_after(slot.for_date, clock, zone)
    return slot


def next_midnight(after: datetime, zone: ZoneInfo) -> Slot:
    """Return the first local midnight later than an instant, with the day that it begins."""
    return next_slot(after, time.min, zone)
