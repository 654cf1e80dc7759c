"""Working hours: when a clinic works, and how time is counted that runs only while it does.

Hours are the clinic's wall clock; what is counted is time that really passes. Where the clock jumps, a missing time is
the first instant after the gap, and a doubled one counts once, the first time.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.local_time import ONE_DAY, instant_of
from rehab_tracker.domain.moment import local_date, local_day

Stretch = tuple[int, int]
"""From when to when work is done on a day, in minutes after midnight."""

HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
WEEKDAYS = ("1", "2", "3", "4", "5", "6", "7")
DEFAULT_WEEK = dict.fromkeys(WEEKDAYS[:5], ["08:00-17:00"])
"""Monday to Friday, until the clinic says otherwise (house rule)."""

NOON = time(12)
LAST_MINUTE = 24 * 60
MOST_STRETCHES = 6
MOST_HOLIDAYS = 400
LONGEST_CLOSED = 366
"""Days without any opening after which nobody could say when somebody will look (house rule)."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When a clinic works: its zone, the stretches of each weekday from Monday on, and the days on which it rests.

    Every instant that comes in is aware; every one that goes out is in UTC.
    """

    zone: ZoneInfo
    week: tuple[tuple[Stretch, ...], ...]
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not any(self.week) or not all(self._opens_within_a_year(day) for day in self.holidays):
            raise _never_open()

    @classmethod
    def of(cls, values: object, zone: ZoneInfo) -> "WorkingHours":
        """Return what ``{"week": {"1": ["08:00-12:00", …], …}, "holidays": ["2026-12-25", …]}`` says.

        A weekday that is not named is free; without ``week`` it is Monday to Friday, 08:00 to 17:00. Raises
        InvalidValue for a key, a time or a day that can't be read, for stretches that overlap, and for hours with no
        opening within a year.
        """
        told = _object(values, ("week", "holidays"), "/calendar")
        week = _object(told.get("week", DEFAULT_WEEK), WEEKDAYS, "/calendar/week")
        holidays = _list(told.get("holidays", []), MOST_HOLIDAYS, "/calendar/holidays")
        return cls(
            zone,
            tuple(_stretches(week.get(day, []), f"/calendar/week/{day}") for day in WEEKDAYS),
            frozenset(local_date(text, f"/calendar/holidays/{at}") for at, text in enumerate(holidays)),
        )

    @property
    def plain(self) -> dict[str, Any]:
        """Return the week and the holidays as they are kept."""
        week = {str(n): [_written(each) for each in day] for n, day in enumerate(self.week, 1) if day}
        return {"week": week, "holidays": [day.isoformat() for day in sorted(self.holidays)]}

    def today(self, now: datetime) -> date:
        """Return the clinic's local day."""
        return local_day(now, self.zone)

    def is_open(self, at: datetime) -> bool:
        """Return whether somebody works at this instant; at closing time nobody does any more."""
        opens, _ = next(self._open_from(at))
        return opens <= at

    def next_opening(self, at: datetime) -> datetime:
        """Return this very instant while the clinic works, else when it works again."""
        opens, _ = next(self._open_from(at))
        return max(opens, at.astimezone(UTC))

    def opens_on(self, day: date) -> datetime:
        """Return when work begins on a local day, or on the next one on which any is done."""
        return self.next_opening(self._instant(day, time.min))

    def later(self, at: datetime, working: timedelta) -> datetime:
        """Return the first instant by which so much working time has passed; ``working`` is not negative."""
        left, began = working, at.astimezone(UTC)
        stretches = self._open_from(at)
        while left:
            opens, closes = next(stretches)
            began = max(opens, began)
            if closes - began >= left:
                return began + left
            left -= closes - began
        return began

    def noon_of_next_working_day(self, at: datetime) -> datetime:
        """Return noon of the first working day after this local day; where work begins later, its first closing."""
        day = self._working_day_after(local_day(at, self.zone))
        noon = self._instant(day, NOON)
        opens, closes = next(self._open_from(self._instant(day, time.min)))
        return noon if opens < noon else closes

    def working_days_later(self, at: datetime, days: int) -> datetime:
        """Return the same time of day so many working days on, or the next opening after it."""
        local = at.astimezone(self.zone)
        day = local.date()
        for _ in range(days):
            day = self._working_day_after(day)
        return self.next_opening(self._instant(day, local.time()) if days else at)

    def is_working_day(self, day: date) -> bool:
        """Return whether any work is done on a local day."""
        return bool(self.week[day.weekday()]) and day not in self.holidays

    def _working_day_after(self, day: date) -> date:
        return next(later for n in count(1) if self.is_working_day(later := day + n * ONE_DAY))

    def _opens_within_a_year(self, day: date) -> bool:
        return any(self.is_working_day(day + n * ONE_DAY) for n in range(LONGEST_CLOSED + 1))

    def _open_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield when work begins and ends, from the stretch on that goes on at this instant or comes next."""
        # Where clocks are put back over midnight, a moment of yesterday lies in today's hours.
        first = local_day(at, self.zone) - ONE_DAY
        for n in count():
            yield from (each for each in self._of_day(first + n * ONE_DAY) if each[1] > at)

    def _of_day(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the stretches of a local day; one that falls into the gap of a clock put forward is none."""
        for begins, ends in self.week[day.weekday()] if day not in self.holidays else ():
            opens, closes = self._minute(day, begins), self._minute(day, ends)
            if opens < closes:
                yield opens, closes

    def _minute(self, day: date, minutes: int) -> datetime:
        days, minute = divmod(minutes, LAST_MINUTE)
        return self._instant(day + days * ONE_DAY, time(*divmod(minute, 60)))

    def _instant(self, day: date, clock: time) -> datetime:
        """Return the instant of a wall time; a day that the zone leaves out is over as it begins."""
        found = instant_of(day, clock, self.zone)
        return found or self._instant(day + ONE_DAY, time.min)


def _never_open() -> InvalidValue:
    return InvalidValue(
        "Give working hours with an opening in every year. Otherwise nobody would ever look at an alert.",
        code="never-open", pointer="/calendar",
    )  # fmt: skip


def _object(values: object, keys: tuple[str, ...], pointer: str) -> Mapping[str, Any]:
    if not isinstance(values, dict):
        raise InvalidValue("Give an object with these keys: %(keys)s.", code="wrong-type", pointer=pointer,
                           keys=", ".join(keys))  # fmt: skip
    unknown = sorted(str(key) for key in values if key not in keys)
    if unknown:
        raise InvalidValue("There is no setting named %(name)s.", code="unknown-key", pointer=pointer, name=unknown[0])
    return values


def _list(values: object, most: int, pointer: str) -> list[Any]:
    if not isinstance(values, list) or len(values) > most:
        raise InvalidValue("Give a list of at most %(most)d.", code="wrong-type", pointer=pointer, most=most)
    return values


def _stretches(texts: object, pointer: str) -> tuple[Stretch, ...]:
    """Return the stretches of one weekday, in order; two that touch are two."""
    found = sorted(_stretch(text, pointer) for text in _list(texts, MOST_STRETCHES, pointer))
    if any(later[0] < earlier[1] for earlier, later in zip(found, found[1:], strict=False)):
        raise InvalidValue("Give hours of a day that do not overlap.", code="overlap", pointer=pointer)
    return tuple(found)


def _stretch(text: object, pointer: str) -> Stretch:
    match = HOURS.fullmatch(text) if isinstance(text, str) else None
    numbers = [int(digits) for digits in match.groups()] if match else [0, 0, 0, 0]
    begins, ends = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if not begins < ends <= LAST_MINUTE:
        raise InvalidValue(
            "Give hours like 08:00-17:00; what goes on past midnight is two stretches.", code="bad-hours",
            pointer=pointer,
        )  # fmt: skip
    return begins, ends


def _written(stretch: Stretch) -> str:
    return "-".join(f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in stretch)
