"""Instants, time zones and local days, read strictly: a day is never inferred from UTC."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from rehab_tracker.domain.errors import InvalidValue

RFC_3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt]([01]\d:[0-5]\d|2[0-3]:[0-5]\d):(\d{2})(\.\d{1,9})?([Zz]|[+-][01]\d:[0-5]\d)", re.ASCII
)
LOCAL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
WIDEST_OFFSET = timedelta(hours=14)
"""No place on earth is further from UTC (Pacific/Kiritimati)."""


def instant(text: object, pointer: str = "") -> datetime:
    """Return the aware instant that an RFC 3339 text names; a leap second becomes the last millisecond before it.

    Raises InvalidValue (``bad-time``) for anything without an offset, with an unknown offset, or not on the calendar.
    """
    match = RFC_3339.fullmatch(text) if isinstance(text, str) else None
    if match is None or match[5] == "-00:00":
        raise _bad_time(pointer)
    try:
        is_plain = match[3] != "60" and match[4] is None and len(match[5]) > 1
        found = datetime.fromisoformat(match[0] if is_plain else _rewritten(match))
        if found.tzinfo is UTC:
            return found
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad_time(pointer) from None
    if abs(found.utcoffset() or timedelta()) > WIDEST_OFFSET:
        raise _bad_time(pointer)
    return found


def _rewritten(match: re.Match[str]) -> str:
    """Return a text as the standard library reads it."""
    day, clock, seconds, fraction, offset = match.groups()
    if seconds == "60":
        seconds, fraction = "59", ".999"
    offset = "+00:00" if offset in "Zz" else offset
    return f"{day}T{clock}:{seconds}{(fraction or '')[:7]}{offset}"


def _bad_time(pointer: str) -> InvalidValue:
    return InvalidValue(
        "Give the time with its offset, like 2026-01-05T20:10:00+00:00.", code="bad-time", pointer=pointer
    )


def local_date(text: object, pointer: str = "") -> date:
    """Return the calendar day written as YYYY-MM-DD; raise InvalidValue (``bad-date``) for anything else."""
    if isinstance(text, str) and LOCAL_DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise InvalidValue("Give the day like 2026-01-05.", code="bad-date", pointer=pointer)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones()) - {"localtime", "Factory"}


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def time_zone(name: object, pointer: str = "") -> ZoneInfo:
    """Return the IANA time zone of this exact name; raise InvalidValue (``bad-time-zone``) for any other text."""
    if not isinstance(name, str) or name not in _zone_names():
        raise InvalidValue(
            "Choose a time zone from the list, like Europe/Lisbon.", code="bad-time-zone", pointer=pointer
        )
    return _zone(name)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day of an instant in a zone; at the two ends of the calendar, its own written day."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()
