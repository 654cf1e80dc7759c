"""Arrival: a patient's history as it came in, piece by piece, and the alerts that each piece raises.

Nobody acknowledges here: an alert ends after 14 days without qualifying data, and a rise of level is news of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rehab_tracker.domain.alert import QUIET_DAYS, Verdict, standings
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.history import DeclaredPain, History
from rehab_tracker.domain.involvement import Involvement, KnownSites
from rehab_tracker.domain.moment import local_day
from rehab_tracker.domain.review import first_changed, review

Piece = Entry | Involvement | DeclaredPain


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert as it arises: a verdict, and when the piece that completed it came in, with its local day."""

    verdict: Verdict
    raised_at: datetime
    raised_on: date

    @property
    def late_days(self) -> int:
        """Return how many days after the day it is about the alert was raised, never below 0."""
        return max(0, (self.raised_on - self.verdict.for_date).days)


@dataclass(slots=True)
class _Running:
    """An alert that has not ended: the stretch of qualifying days it covers, and its level so far."""

    first: date
    last: date
    rank: int


class Arrivals:
    """One patient's history taken in piece by piece, in the order of receipt."""

    def __init__(self, zone: ZoneInfo, settings: RuleSettings = DEFAULT_RULES) -> None:
        self._zone = zone
        self._settings = settings
        self._entries: list[Entry] = []
        self._involvements: list[Involvement] = []
        self._declared: list[DeclaredPain] = []
        self._running: dict[tuple[str, str], list[_Running]] = {}

    def take(self, piece: Piece, received_at: datetime) -> list[Raised]:
        """Return the alerts that this piece raises or lifts to a higher level."""
        raised_on = local_day(received_at, self._zone)
        since = min(self._kept(piece), raised_on)
        history = History(self._entries, self._zone, KnownSites(self._involvements), self._declared)
        if isinstance(piece, Entry) and piece.rev > 1:
            self._forget(history)
        return [Raised(v, received_at, raised_on) for v in review(history, self._settings, since) if self._is_news(v)]

    def _kept(self, piece: Piece) -> date:
        """Keep the piece and return the first day on which it can change a verdict."""
        if isinstance(piece, Involvement):
            self._involvements.append(piece)
            return first_changed(piece.recorded_on, self._settings)
        if isinstance(piece, DeclaredPain):
            self._declared.append(piece)
            return piece.declared_on
        versions = [e.for_date for e in self._entries if e.id == piece.id]
        self._entries.append(piece)
        return min([piece.for_date, *versions])

    def _forget(self, history: History) -> None:
        """End the alerts that an edit or a withdrawal leaves without support; what is lowered may rise again."""
        ranks: dict[tuple[str, str], list[_Running]] = {}
        for found in standings(review(history, self._settings)):
            for alert in self._running.get((found.rule, found.subject), ()):
                if found.first_day <= alert.last and alert.first <= found.last_day:
                    left = _Running(found.first_day, found.last_day, min(alert.rank, found.worst.level.rank))
                    ranks.setdefault((found.rule, found.subject), []).append(left)
        self._running = ranks

    def _is_news(self, verdict: Verdict) -> bool:
        """Return whether the verdict starts an alert or lifts one; more of the same only makes it last longer."""
        alerts = self._running.setdefault((verdict.rule, verdict.subject), [])
        near, day = timedelta(days=QUIET_DAYS), verdict.for_date
        alert = next((a for a in alerts if max(a.first - day, day - a.last) <= near), None)
        if alert is None:
            alerts.append(_Running(day, day, verdict.level.rank))
            return True
        alert.first, alert.last = min(alert.first, day), max(alert.last, day)
        rises = verdict.level.rank > alert.rank
        alert.rank = max(alert.rank, verdict.level.rank)
        return rises


def arising(
    pieces: Iterable[tuple[datetime, Piece]], zone: ZoneInfo, settings: RuleSettings = DEFAULT_RULES
) -> list[Raised]:
    """Return the alerts that these pieces raise; each comes with its receipt, the earliest first."""
    arrivals = Arrivals(zone, settings)
    return [raised for received_at, piece in pieces for raised in arrivals.take(piece, received_at)]
