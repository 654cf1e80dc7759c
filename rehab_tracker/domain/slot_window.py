"""Slots of a local day: when an exercise may be done, as instants, through clock changes and changes of zone.

A day with one slot is one window from local midnight to local midnight. More slots share the waking hours evenly; the
first reaches back to midnight and the last on to midnight, so that every minute of the day belongs to one slot.
Three times a day changes at 12:00 and at 17:00.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rehab_tracker.domain.moment import time_zone

WAKING_FROM, WAKING_UNTIL = 7 * 60, 22 * 60
"""Minutes of the local day between which slots change (house rule)."""

DAY_ENDS = 24 * 60

GRACE = timedelta(hours=12)
"""How long after its window an exercise is not yet missed: many log yesterday's in the morning (house rule)."""


class Window(NamedTuple):
    """When a slot opens and closes, and when its grace is over (all UTC); it closes with the instant it names."""

    opens_at: datetime
    closes_at: datetime
    grace_ends_at: datetime

    @property
    def is_empty(self) -> bool:
        """Return whether the slot has no time at all, as on a day that a change of the date line left out."""
        return self.opens_at >= self.closes_at


@lru_cache(maxsize=8_192)
def slot_window(day: date, slot: int, slots: int, zone: str) -> Window:
    """Return the window of a slot (0 to ``slots`` - 1) of a local day; raise InvalidValue for an unknown zone."""
    opens_at, closes_at = (local_instant(day, _minute(at, slots), time_zone(zone)) for at in (slot, slot + 1))
    return Window(opens_at, closes_at, closes_at + GRACE)


def _minute(boundary: int, slots: int) -> int:
    if boundary in (0, slots):
        return DAY_ENDS if boundary else 0
    return WAKING_FROM + boundary * (WAKING_UNTIL - WAKING_FROM) // slots


def local_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which a local clock first shows this minute of the day (0 to 1,440).

    Of a minute that comes twice it is the first; of one that the clock skips, the first instant after the gap.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if _shown(found, zone) == wall:
        return found
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while found - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(found - before) // timedelta(seconds=2))
        before, found = (before, middle) if _shown(middle, zone) >= wall else (middle, found)
    return found


def _shown(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
