"""Values by local day: they come out in the order of their days, whatever the order in which they were put in."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


class ByDay(Generic[T]):
    """One value a day. ``days`` are sorted; to put a value on the newest day takes the same time for one or a thousand.

    Whoever reads ``days`` and ``of`` leaves them as they are.
    """

    __slots__ = ("days", "of")

    def __init__(self) -> None:
        self.days: list[date] = []
        self.of: dict[date, T] = {}

    def __iter__(self) -> Iterator[T]:
        return (self.of[day] for day in self.days)

    def put(self, day: date, value: T) -> None:
        """Let the day have this value instead of any it had."""
        if day not in self.of:
            if not self.days or day > self.days[-1]:
                self.days.append(day)
            else:
                insort(self.days, day)
        self.of[day] = value

    def drop(self, day: date) -> None:
        """Let the day have no value."""
        if self.of.pop(day, None) is not None:
            del self.days[bisect_left(self.days, day)]

    def since(self, day: date) -> list[date]:
        """Return the days from this one on, oldest first."""
        return self.days[bisect_left(self.days, day) :]

    def within(self, first: date, number: int) -> list[date]:
        """Return the days among so many calendar days from the first on, oldest first."""
        start = bisect_left(self.days, first)
        return [day for day in self.days[start : start + number] if (day - first).days < number]

    def after(self, day: date, most: int) -> list[date]:
        """Return at most so many days next after this one, oldest first."""
        if not self.days or self.days[-1] <= day:
            return []
        start = bisect_right(self.days, day)
        return self.days[start : start + most]

    def upto(self, day: date) -> int:
        """Return how many days there are up to this one, it included."""
        if not self.days or self.days[-1] <= day:
            return len(self.days)
        return bisect_right(self.days, day)
