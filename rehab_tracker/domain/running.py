"""Which alerts run: the stretches of qualifying days that were told, and whether a verdict is news to them.

An alert ends after 14 days without qualifying data, and a rise of level is news of its own. What comes late may join
two alerts; then the higher level was told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from rehab_tracker.domain.alert import QUIET_DAYS, Level, Rule, Verdict

NEAR = timedelta(days=QUIET_DAYS)

Key = tuple[Rule, str]


@dataclass(slots=True)
class Stretch:
    """Qualifying days about one subject of a rule without a gap of more than 14 days, and the highest level's rank."""

    first: date
    last: date
    rank: int

    def is_near(self, day: date) -> bool:
        """Return whether pain of this day makes the stretch last longer."""
        return self.first - day <= NEAR and day - self.last <= NEAR


class News(NamedTuple):
    """An alert that starts, or rises from a level."""

    rises_from: Level | None


class Running:
    """The verdicts of one patient that hold by now, and the alerts told of them that have not ended."""

    def __init__(self) -> None:
        self._ranks: dict[Key, dict[date, int]] = {}
        self._told: dict[Key, list[Stretch]] = {}
        self._shaken: set[Key] = set()

    def replace(self, before: Iterable[Verdict], after: Iterable[Verdict]) -> None:
        """Let these verdicts hold in the place of those; together they are all on their rules, subjects and days."""
        lost: dict[tuple[Key, date], int] = {}
        for old in before:
            key, day = (old.rule, old.subject), old.for_date
            lost[key, day] = max(lost.get((key, day), -1), self._ranks[key].pop(day, -1))
        for new in after:
            ranks = self._ranks.setdefault((new.rule, new.subject), {})
            ranks[new.for_date] = max(ranks.get(new.for_date, -1), new.level.rank)
        self._shaken.update(key for (key, day), rank in lost.items() if self._ranks[key].get(day, -1) < rank)

    def is_mailed(self, first: date, last: date, apart: Rule) -> bool:
        """Return whether a verdict of level soon or urgent is about a day from one to another; of all rules but one."""
        days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
        ranks = (ranks for (rule, _), ranks in self._ranks.items() if rule is not apart)
        return any(held.get(day, -1) >= Level.SOON.rank for held in ranks for day in days)

    def forget(self) -> None:
        """End the alerts that have lost their support; what is lowered may rise again."""
        for key in self._shaken:
            found, told = list(_stretches(self._ranks[key])), self._told.get(key, [])
            self._told[key] = [left for one in told for held in found if (left := _left(one, held))]
        self._shaken.clear()

    def tell(self, verdict: Verdict) -> News | None:
        """Return what is new if the verdict starts an alert or lifts one; else the alert only lasts longer."""
        told, day, level = self._told.setdefault((verdict.rule, verdict.subject), []), verdict.for_date, verdict.level
        near = [stretch for stretch in told if stretch.is_near(day)]
        if not near:
            told.append(Stretch(day, day, level.rank))
            return News(None)
        one, *others = near
        for other in others:
            one.first, one.last = min(one.first, other.first), max(one.last, other.last)
            one.rank = max(one.rank, other.rank)
            told.remove(other)
        one.first, one.last = min(one.first, day), max(one.last, day)
        before, one.rank = one.rank, max(one.rank, level.rank)
        return News(tuple(Level)[before]) if one.rank > before else None


def _stretches(ranks: dict[date, int]) -> Iterator[Stretch]:
    """Yield the stretches that these days make."""
    found: Stretch | None = None
    for day in sorted(ranks):
        if found is None or not found.is_near(day):
            if found is not None:
                yield found
            found = Stretch(day, day, -1)
        found.last, found.rank = day, max(found.rank, ranks[day])
    if found is not None:
        yield found


def _left(told: Stretch, held: Stretch) -> Stretch | None:
    """Return what is left of a told alert in days that hold by now, None where nothing is: it never becomes longer.

    Midnights that only what came late made silent were told to nobody, so none of them makes an alert last.
    """
    first, last = max(told.first, held.first), min(told.last, held.last)
    return Stretch(first, last, min(told.rank, held.rank)) if first <= last else None
