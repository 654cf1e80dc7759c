"""Arrival: a patient's history as it came in, piece by piece, and the alerts that each piece raises.

Nobody acknowledges here: an alert ends after 14 days without qualifying data, and a rise of level is news of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rehab_tracker.domain.alert import QUIET_DAYS, Verdict, standings
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.history import DeclaredPain, History
from rehab_tracker.domain.involvement import Involvement, KnownSites
from rehab_tracker.domain.limb import Ordered
from rehab_tracker.domain.moment import local_day
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.phase_review import phase_reviews
from rehab_tracker.domain.plan_run import run
from rehab_tracker.domain.plan_story import PlanStory, can_ask
from rehab_tracker.domain.protocol import Template
from rehab_tracker.domain.recorded import LimitOrder, PhaseMove, Recorded
from rehab_tracker.domain.review import first_changed, review

Piece = Entry | Recorded

JUDGED = (Kind.PAIN, Kind.RED_FLAGS)
"""The kinds of entry that rules and plans read; a first version of any other can raise nothing."""


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
    """One patient's history taken in piece by piece, in the order of receipt; ``template`` is that of new plans."""

    def __init__(
        self, zone: ZoneInfo, settings: RuleSettings = DEFAULT_RULES, template: Template = DEFAULT_TEMPLATE
    ) -> None:
        self._zone = zone
        self._settings = settings
        self._entries: list[Entry] = []
        self._involvements: list[Involvement] = []
        self._declared: list[DeclaredPain] = []
        self._story = PlanStory(template)
        self._ordered: list[Ordered] = []
        self._last_day = date.min
        self._phase_reviews: list[Verdict] = []
        self._running: dict[tuple[str, str], list[_Running]] = {}

    def take(self, piece: Piece, received_at: datetime) -> list[Raised]:
        """Return the alerts that this piece raises or lifts to a higher level."""
        raised_on = local_day(received_at, self._zone)
        since = min(self._kept(piece), raised_on)
        self._last_day = max(self._last_day, raised_on)
        if isinstance(piece, Entry) and piece.kind not in JUDGED and piece.rev == 1:
            return []
        history = History(self._entries, self._zone, KnownSites(self._involvements), self._declared)
        self._phase_reviews = self._walked(history)
        if isinstance(piece, Entry) and piece.rev > 1:
            self._forget(history)
        return [Raised(v, received_at, raised_on) for v in self._verdicts(history, since) if self._is_news(v)]

    def _kept(self, piece: Piece) -> date:
        """Keep the piece and return the first day on which it can change a verdict."""
        if isinstance(piece, Recorded):
            return self._recorded(piece)
        versions = [e.for_date for e in self._entries if e.id == piece.id]
        self._entries.append(piece)
        if piece.fault is None:
            self._last_day = max(self._last_day, piece.for_date)
        return min([piece.for_date, *versions])

    def _recorded(self, piece: Recorded) -> date:
        what = piece.what
        if isinstance(what, Involvement | PhaseMove):
            self._story.take(piece)
        if isinstance(what, Involvement):
            self._involvements.append(what)
            # A merge changes what every day before it was about.
            return date.min if what.merged_into else first_changed(what.recorded_on, self._settings)
        if isinstance(what, UsualPain):
            self._declared.append(DeclaredPain(what.site.joint, what.usual_pain, piece.on))
        elif isinstance(what, LimitOrder):
            self._ordered.append((what.limb, what.limit, piece.on))
        return piece.on

    def _verdicts(self, history: History, since: date = date.min) -> list[Verdict]:
        return [*review(history, self._settings, since), *(v for v in self._phase_reviews if v.for_date >= since)]

    def _walked(self, history: History) -> list[Verdict]:
        """Return what the plans ask by now; most patients' plans can't ask anything and are not walked at all."""
        plans = self._story.plans
        if not can_ask(plans, self._ordered):
            return []
        return list(phase_reviews(run(plans, history, self._last_day, self._ordered)))

    def _forget(self, history: History) -> None:
        """End the alerts that an edit or a withdrawal leaves without support; what is lowered may rise again."""
        ranks: dict[tuple[str, str], list[_Running]] = {}
        for found in standings(self._verdicts(history)):
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
    pieces: Iterable[tuple[datetime, Piece]],
    zone: ZoneInfo,
    settings: RuleSettings = DEFAULT_RULES,
    template: Template = DEFAULT_TEMPLATE,
) -> list[Raised]:
    """Return the alerts that these pieces raise; each comes with its receipt, the earliest first."""
    arrivals = Arrivals(zone, settings, template)
    return [raised for received_at, piece in pieces for raised in arrivals.take(piece, received_at)]
