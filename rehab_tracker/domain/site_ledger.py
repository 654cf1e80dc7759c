"""The ledger of a joint: did it ever hurt, does it now, has it settled, did it come back, and on which days.

A bout begins on the first day whose pain counts: 3 or more, or 2 above the usual pain where some is declared. It is
resolved once 14 days have passed since its last such day and a later day is known to be below; silence resolves
nothing. Pain that counts again before that goes on with the same bout.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from rehab_tracker.domain.alert import QUIET_DAYS
from rehab_tracker.domain.by_day import ByDay
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.history import History
from rehab_tracker.domain.new_site_pain import counts_from
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_day import Said

VERSION = 1
"""Of how bouts are told apart; a ledger made by another one is made anew."""


class SiteStanding(StrEnum):
    """Where a joint stands."""

    NEVER = "never"
    ACTIVE = "active"
    RESOLVED = "resolved"
    RELAPSED = "relapsed"


@dataclass(frozen=True, slots=True)
class Bout:
    """Pain that counts, from its first to its last day; ``below`` is the first day after it known to be below."""

    first: date
    last: date
    below: date | None = None

    @property
    def resolved_on(self) -> date | None:
        """Return the day on which it was resolved, None while it isn't."""
        return max(self.below, _later(self.last, QUIET_DAYS)) if self.below else None


@dataclass(frozen=True, slots=True)
class SiteLedger:
    """The bouts of one joint, oldest first, by what is known now."""

    bouts: tuple[Bout, ...] = ()

    def extended(self, day: date, counts: bool) -> "SiteLedger":
        """Return the ledger with what is known of a further day, or more of its newest one: whether pain counts then.

        No day before the newest may be added; see ``anew``.
        """
        last = self.bouts[-1] if self.bouts else None
        if last is None:
            return SiteLedger((Bout(day, day),)) if counts else self
        if day <= last.last or (last.below and not counts):
            return self
        if not counts:
            return SiteLedger((*self.bouts[:-1], replace(last, below=day)))
        if last.below and last.below < day and last.resolved_on and last.resolved_on < day:
            return SiteLedger((*self.bouts, Bout(day, day)))
        return SiteLedger((*self.bouts[:-1], Bout(last.first, day)))

    def standing(self, today: date) -> SiteStanding:
        """Return where the joint stands at the end of a day, by what is known up to now."""
        begun = self.begun_by(today)
        if not begun:
            return SiteStanding.NEVER
        resolved_on = begun[-1].resolved_on
        if resolved_on and resolved_on <= today:
            return SiteStanding.RESOLVED
        return SiteStanding.RELAPSED if len(begun) > 1 else SiteStanding.ACTIVE

    def begun_by(self, day: date) -> tuple[Bout, ...]:
        """Return the bouts that had begun by a day."""
        return tuple(bout for bout in self.bouts if bout.first <= day)

    def before(self, day: date) -> tuple[Bout, ...]:
        """Return the bouts that were over when the pain of a day came, by what is known now."""
        begun = self.begun_by(day)
        over = begun and begun[-1].resolved_on
        return begun if over and over < day else begun[:-1]

    def is_first_ever(self, day: date) -> bool:
        """Return whether pain of this day is of the joint's first bout, or before any."""
        return not self.before(day)

    def within(self, day: date) -> Bout | None:
        """Return the bout that began before a day and goes on to it or beyond."""
        found = (bout for bout in self.bouts if bout.first < day <= bout.last)
        return next(found, None)


def site_ledgers(history: History, settings: RuleSettings) -> dict[Site, SiteLedger]:
    """Return the ledger of every joint that ever hurt enough, from the whole history."""
    found = {joint: gone_on(SiteLedger(), history, joint, settings) for joint in history.joints}
    return {joint: ledger for joint, ledger in found.items() if ledger.bouts}


def gone_on(
    ledger: SiteLedger, history: History, joint: Site, settings: RuleSettings, since: date = date.min
) -> SiteLedger:
    """Return a joint's ledger extended by what a history knows of the days from one on."""
    for day, counts in _known(history, joint, settings, since):
        ledger = ledger.extended(day, counts)
    return ledger


def anew(
    ledger: SiteLedger, history: History, joint: Site, settings: RuleSettings, changed: date, since: date
) -> SiteLedger | None:
    """Return a joint's ledger after days from ``changed`` on were told differently, in whatever order.

    ``history`` knows everything from ``since`` on, a day not after ``changed``. None where that is not far enough: it
    must go back to a day on which pain counted, at the farthest to the first of the bout within which the change lies.
    """
    kept = tuple(bout for bout in ledger.bouts if bout.first < changed)
    if (bout := ledger.within(changed)) is None:
        known = [replace(each, below=None) if each.below and each.below >= changed else each for each in kept]
        return gone_on(SiteLedger(tuple(known)), history, joint, settings, changed)
    before = _known(history, joint, settings, max(since, bout.first))
    counted = next((day for day, counts in before if counts and day < changed), None)
    if counted is None:
        return None
    return gone_on(SiteLedger((*kept[:-1], Bout(bout.first, counted))), history, joint, settings, counted)


def _known(history: History, joint: Site, settings: RuleSettings, since: date) -> Iterator[tuple[date, bool]]:
    """Yield the known days of a joint from one on, oldest first, and whether pain counts then."""
    said = history.diary.scored.get(joint) or ByDay[tuple[Said, ...]]()
    for day in sorted({*said.since(since), *history.diary.zeros.since(since)}):
        worst = max((each.score.worst for each in said.of.get(day, ())), default=0)
        usual = history.usual_pain(joint, day)
        yield day, worst >= counts_from(settings.pain_counts_from, usual, settings)


def _later(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))
