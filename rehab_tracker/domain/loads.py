"""Loads: the days on which a patient did an exercise for the first time, or more of it than ever."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from rehab_tracker.domain.by_day import ByDay
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.soreness import load_of


class Loads:
    """Worked out as far as somebody asks, from the exercises by day, and kept until one of those days changes.

    ``most_before`` gives the greatest load of each exercise on the days before these.
    """

    def __init__(self, exercises: ByDay[list[Entry]], most_before: Callable[[], Mapping[str, int]] = dict) -> None:
        self._exercises = exercises
        self._most_before = most_before
        self._begin()

    def _begin(self) -> None:
        self._most: dict[str, int] = {**self._most_before()}
        self._days: list[date] = []
        self._until = date.min

    def changed(self, day: date) -> None:
        """Forget what was worked out with other reports of this day."""
        if day < self._until:
            self._begin()

    def within(self, day: date, number: int) -> list[date]:
        """Return the loaded days among so many calendar days up to this one."""
        days, most = self._exercises.days, self._most
        for each in days[bisect_left(days, self._until) : bisect_left(days, day)]:
            if self._is_more(each, most):
                self._days.append(each)
        self._until = max(self._until, day)
        found = [each for each in self._days[bisect_left(self._days, _back(day, number)) :] if each < day]
        if self._until > day:
            return self._days[bisect_left(self._days, _back(day, number)) : bisect_right(self._days, day)]
        return [*found, day] if self._is_more(day, dict(most)) else found

    def _is_more(self, day: date, most: dict[str, int]) -> bool:
        """Return whether more was done on a day than ever before, and take that in."""
        is_more = False
        for entry in self._exercises.of.get(day, ()):
            if isinstance(entry.content, ExerciseReport):
                load, exercise = load_of(entry.content), entry.content.exercise
                if load > most.get(exercise, 0):
                    most[exercise], is_more = load, True
        return is_more


def _back(day: date, number: int) -> date:
    return day - timedelta(days=min(number - 1, (day - date.min).days))
