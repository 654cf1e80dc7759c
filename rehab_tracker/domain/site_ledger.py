"""The ledger of a joint: did it ever hurt, does it now, has it settled, did it come back, and on which days.

A bout begins on the first day whose pain counts: 3 or more, or 2 above the usual pain where some is declared. It is
resolved once 14 days have passed since its last such day and a later day is known to be below; silence resolves
nothing. Pain that counts again before that goes on with the same bout.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from rehab_tracker.domain.alert import QUIET_DAYS
from rehab_tracker.domain.joint_history import JointHistory


class SiteStanding(StrEnum):
    """Where a joint stands."""

    NEVER = "never"
    ACTIVE = "active"
    RESOLVED = "resolved"
    RELAPSED = "relapsed"


@dataclass(frozen=True, slots=True)
class Bout:
    """Pain that counts, from its first to its last day; ``resolved_on`` is None while it isn't resolved."""

    first: date
    last: date
    resolved_on: date | None = None


class SiteLedger:
    """The bouts of one joint, worked out from its scored days; days added at the end are taken in as they come.

    ``counts_from`` gives the score (1 to 10) from which pain counts on a day. Whoever changes a day that was already
    taken in (``newest``) makes a new ledger.
    """

    def __init__(self, there: JointHistory, counts_from: Callable[[date], int]) -> None:
        self._there = there
        self._counts_from = counts_from
        self._bouts: list[Bout] = []
        self._below: date | None = None
        self.newest = date.min

    def bouts(self) -> Sequence[Bout]:
        """Return the bouts, oldest first, by what is known now."""
        said = self._there.said
        for day in said.days[bisect_right(said.days, self.newest) if self.newest > date.min else 0 :]:
            self.newest = day
            if max(each.score.worst for each in said.of[day]) >= self._counts_from(day):
                self._count(day)
            else:
                self._below = self._below or day
        if not self._bouts or self._bouts[-1].resolved_on:
            return self._bouts
        return [*self._bouts[:-1], replace(self._bouts[-1], resolved_on=self._resolved(self._bouts[-1].last))]

    def standing(self, today: date) -> SiteStanding:
        """Return where the joint stands at the end of a day, by what is known up to now."""
        begun = [bout for bout in self.bouts() if bout.first <= today]
        if not begun:
            return SiteStanding.NEVER
        resolved_on = begun[-1].resolved_on
        if resolved_on and resolved_on <= today:
            return SiteStanding.RESOLVED
        return SiteStanding.RELAPSED if len(begun) > 1 else SiteStanding.ACTIVE

    def is_first_ever(self, day: date) -> bool:
        """Return whether pain of this day is of the joint's first bout, or before any."""
        bouts = self.bouts()
        return len(bouts) < 2 or day < bouts[1].first

    def _count(self, day: date) -> None:
        last = self._bouts[-1] if self._bouts else None
        resolved_on = self._resolved(last.last, before=day) if last else None
        if last is None:
            self._bouts.append(Bout(day, day))
        elif resolved_on and resolved_on < day:
            self._bouts[-1:] = [replace(last, resolved_on=resolved_on), Bout(day, day)]
        else:
            self._bouts[-1] = replace(last, last=day)
        self._below = None

    def _resolved(self, last: date, before: date | None = None) -> date | None:
        """Return when a bout with this last day was resolved: by a day on which the joint was named, or by a zero."""
        below = [day for day in (self._below, self._there.zero_after(last)) if day and (not before or day < before)]
        return max(min(below), _after(last)) if below else None


def _after(last: date) -> date:
    return last + timedelta(days=min(QUIET_DAYS, (date.max - last).days))
