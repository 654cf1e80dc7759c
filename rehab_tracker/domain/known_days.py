"""The known days of a joint seen one way: while it was quiet, or of an involved one this or that part."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from rehab_tracker.domain.by_day import ByDay
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_day import Said, SiteDay, pain_free

FARTHEST_BACK = 61
"""Known days that a rule sees at most, the judged one included: unseen pain looks farthest back (``RULE_BOUNDS``)."""

_day = attrgetter("day")


class State(NamedTuple):
    """What staff had recorded of a joint from a day on: its active and its resolved sites.

    ``turn`` counts how often it had turned between quiet and involved by then.
    """

    since: date
    active: frozenset[Site]
    turn: int
    resolved: frozenset[Site] = frozenset()


QUIET = State(date.min, frozenset(), 0)


class KnownDays:
    """The days on which a joint was ``named`` so, and those with an explicit zero on which it was ``active`` or not.

    ``zeros`` may grow; ``state`` says what was recorded by a day. The last days that somebody asked about are held, all
    of them or at least as many as a rule sees, so that the next day only adds itself.
    """

    __slots__ = ("_held", "_state", "_zeros", "active", "named")

    def __init__(self, zeros: ByDay[bool], state: Callable[[date], State], *, active: bool) -> None:
        self._zeros = zeros
        self._state = state
        self.active = active
        self.named: ByDay[SiteDay] = ByDay()
        self._held: list[SiteDay] = []

    def put(self, day: date, said: tuple[Said, ...], turn: int) -> None:
        """Take in what is said now of a day, which may be nothing."""
        if said:
            self.named.put(day, SiteDay(day, said, turn))
        elif self.named.days:
            self.named.drop(day)

    def forget(self, day: date) -> None:
        """Look anew at the days from this one on."""
        held = self._held
        if held and held[-1].day >= day:
            del held[bisect_left(held, day, key=_day) :]
            if len(held) < FARTHEST_BACK:
                held.clear()

    def upto(self, last: SiteDay) -> list[SiteDay]:
        """Return the known days up to this one, oldest first, as many as a rule sees."""
        held = self._held
        if not held or held[-1].day < last.day:
            self._extend(last)
        at = bisect_right(held, last.day, key=_day)
        if at < min(FARTHEST_BACK, len(held)):
            return [*islice(self.before(last.day), FARTHEST_BACK - 1)][::-1] + [last]
        return held[max(0, at - FARTHEST_BACK) : at]

    def _extend(self, last: SiteDay) -> None:
        """Hold the days up to this one; where a rule doesn't see back to those held, only what it sees."""
        newest, new = self._held[-1].day if self._held else date.min, [last]
        for day in islice(self.before(last.day), FARTHEST_BACK - 1):
            if day.day <= newest:
                break
            new.append(day)
        else:
            self._held.clear()
        self._held += reversed(new)

    def before(self, day: date | None = None) -> Iterator[SiteDay]:
        """Yield the known days (before this one), newest first: those on which it was named, else those of a zero."""
        named, zeros = self.named.days, self._zeros.days
        at = (bisect_left(named, day) if day else len(named)) - 1
        zero = (bisect_left(zeros, day) if day else len(zeros)) - 1
        while at >= 0 or zero >= 0:
            if zero < 0 or (at >= 0 and named[at] >= zeros[zero]):
                if zero >= 0 and named[at] == zeros[zero]:
                    zero -= 1
                yield self.named.of[named[at]]
                at -= 1
                continue
            then = zeros[zero]
            state = self._state(then)
            if bool(state.active) is self.active:
                zero -= 1
                yield pain_free(then, state.turn)
            else:
                zero = bisect_left(zeros, state.since) - 1
