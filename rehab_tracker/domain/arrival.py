"""Arrival: a patient's history as it came in, piece by piece, and the alerts that each piece raises.

Nobody acknowledges here: an alert ends after 14 days without qualifying data, and a rise of level is news of its own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rehab_tracker.domain.alert import Level, Verdict
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.history import DeclaredPain, History, day_of_flags
from rehab_tracker.domain.involvement import Involvement, KnownSites
from rehab_tracker.domain.judging import Judging
from rehab_tracker.domain.moment import local_day
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.phase_review import asked
from rehab_tracker.domain.phase_watch import PhaseWatch
from rehab_tracker.domain.plan_story import PlanStory
from rehab_tracker.domain.protocol import Template
from rehab_tracker.domain.recorded import LimitOrder, PhaseMove, Recorded
from rehab_tracker.domain.reported import concerned
from rehab_tracker.domain.review import first_changed, flags_of, in_order, red_flags
from rehab_tracker.domain.timed import Timed

Piece = Entry | Recorded

LIE_AROUND_NOTHING = (Kind.WEIGHT_BEARING, Kind.CALL_REQUEST)
"""Kinds of entry that no new-site verdict is told by."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert as it arises: a verdict, and when the piece that completed it came in, with its local day.

    ``rises_from`` is the level that the alert had before; None where it starts.
    """

    verdict: Verdict
    raised_at: datetime
    raised_on: date
    rises_from: Level | None = None

    @property
    def late_days(self) -> int:
        """Return how many days after the day it is about the alert was raised, never below 0."""
        return max(0, (self.raised_on - self.verdict.for_date).days)


class Arrivals:
    """One patient's history taken in piece by piece, in the order of receipt; ``template`` is that of new plans.

    Every piece is judged for the days and joints that it can change, and for no other: what one costs does not grow
    with the history. Only what staff recorded, and plans that can ask something, are judged at greater length.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        settings: RuleSettings = DEFAULT_RULES,
        template: Template = DEFAULT_TEMPLATE,
        enrolled_on: date | None = None,
    ) -> None:
        self.history = History((), zone, enrolled_on=enrolled_on)
        self.settings = settings
        self.judging = Judging(self.history, settings)
        self._involvements: list[Involvement] = []
        self._story = PlanStory(template)
        self._watch = PhaseWatch(self.history)
        self._timed = Timed(self.judging, self._watch.courses)
        self._last_day = date.min
        self._changed_from: date | None = None
        self._phase_reviews: list[Verdict] = []
        self._must_walk = False

    @property
    def verdicts(self) -> list[Verdict]:
        """Return every verdict that holds by now."""
        found = (red_flags(self.history), self.judging.verdicts, self._phase_reviews, self._timed.verdicts)
        return in_order(verdict for verdicts in found for verdict in verdicts)

    def take(self, piece: Piece, received_at: datetime) -> list[Raised]:
        """Return the alerts that this piece raises or lifts to a higher level, after those of the time before it."""
        raised_on = local_day(received_at, self.history.zone)
        raised = self.let_pass(raised_on)
        self._last_day = max(self._last_day, raised_on)
        found = self._logged(piece) if isinstance(piece, Entry) else self._recorded(piece)
        if len(found) > 1:
            found = in_order(found)
        found += self._walked()
        if self._changed_from:
            self._timed.changed(self._changed_from)
        if isinstance(piece, Entry) and piece.rev > 1:
            self.judging.running.forget()
        if found:
            raised += self._told(found, received_at, raised_on)
        return raised

    def _told(self, found: Iterable[Verdict], at: datetime, on: date) -> Iterator[Raised]:
        """Yield what is news among these verdicts."""
        for verdict in found:
            if news := self.judging.running.tell(verdict):
                yield Raised(verdict, at, on, news.rises_from)

    def let_pass(self, today: date) -> list[Raised]:
        """Return what time alone raises at the midnights since the last piece, up to that with which today begins."""
        raised: list[Raised] = []
        if found := self._timed.passed(today):
            for verdict in in_order(found):
                midnight = datetime.combine(verdict.for_date, time.min, self.history.zone)
                raised += self._told((verdict,), midnight, verdict.for_date)
        return raised

    def _logged(self, entry: Entry) -> list[Verdict]:
        """Keep a version of an entry and return the verdicts on the days that it can change."""
        if entry.fault is None:
            self._last_day = max(self._last_day, entry.for_date)
        found: list[Verdict] = []
        if entry.kind is Kind.RED_FLAGS:
            found += flags_of(entry, self.history.zone)
            self.judging.running.replace((), found)
            self._watch.flagged(entry.for_date)
            self._must_walk = self._watch.is_concerned(entry.for_date)
        changes = self.history.take(entry)
        for changed in changes:
            if changed.kind is Kind.PAIN:
                found += self.judging.pain(changed)
                self._must_walk = self._watch.is_concerned(changed.day) or self._must_walk
            elif changed.kind in (Kind.WEIGHT_BEARING, Kind.EXERCISE):
                found += self.judging.reported(changed.kind, concerned(self.history.diary, changed.kind, changed.day))
        days = [changed.day for changed in changes]
        if entry.kind is Kind.RED_FLAGS:
            days.append(day_of_flags(entry, self.history.zone))
        self._changed_from = min(days, default=None)
        if self._changed_from is None or entry.kind in LIE_AROUND_NOTHING:
            return found
        return found + self.judging.retold(self._changed_from)

    def _recorded(self, piece: Recorded) -> list[Verdict]:
        """Keep what staff recorded and return the verdicts on the days that it can change."""
        what = piece.what
        if isinstance(what, Involvement | PhaseMove):
            self._story.take(piece)
            self.judging.plans = self._story.plans
        elif isinstance(what, LimitOrder):
            self.judging.ordered.append((what.limb, what.limit, piece.on))
        if isinstance(what, Involvement | PhaseMove | LimitOrder):
            merged = isinstance(what, Involvement) and what.merged_into
            self._must_walk = self._watch.recorded(
                self.judging.plans, self.judging.ordered, date.min if merged else piece.on
            )
        found, since = list[Verdict](), piece.on
        # A limit counts for the silence of the very day on which it is given.
        self._changed_from = piece.on - timedelta(days=piece.on > date.min)
        if isinstance(what, Involvement | PhaseMove):
            found += self.judging.reported(Kind.EXERCISE, self.history.diary.standing[Kind.EXERCISE].since(piece.on))
        if isinstance(what, Involvement):
            found += self._involved(what)
            since = min(since, first_changed(what.recorded_on, self.settings))
        elif isinstance(what, PhaseMove):
            found += self.judging.since(what.site.joint, piece.on)
        elif isinstance(what, UsualPain):
            self.history.declare(DeclaredPain(what.site.joint, what.usual_pain, piece.on))
            found += self.judging.since(what.site.joint, piece.on)
        self._changed_from = min(since, self._changed_from)
        return found + self.judging.retold(since)

    def _involved(self, what: Involvement) -> list[Verdict]:
        since_before = self.history.known.recorded_since
        self._involvements.append(what)
        self.history.record(KnownSites(self._involvements), what.site.joint)
        joints = {what.site.joint}
        if since_before != self.history.known.recorded_since:
            joints |= self.history.joints
            self.judging.first_recorded()
            self._changed_from = date.min
        if what.merged_into:
            self._changed_from = date.min
        since = first_changed(what.recorded_on, self.settings)
        return [verdict for joint in sorted(joints, key=str) for verdict in self.judging.since(joint, since)]

    def _walked(self) -> list[Verdict]:
        """Return what the plans ask by now, where that may have changed; most patients' plans are not walked at all."""
        if not self._must_walk:
            return []
        self._must_walk = False
        since, reviews = self._watch.asked(self._last_day)
        kept = [verdict for verdict in self._phase_reviews if verdict.for_date < since]
        before = [verdict for verdict in self._phase_reviews if verdict.for_date >= since]
        found = [asked(review) for review in reviews]
        self.judging.running.replace(before, found)
        self._phase_reviews = [*kept, *found]
        return found


def arising(
    pieces: Iterable[tuple[datetime, Piece]],
    zone: ZoneInfo,
    settings: RuleSettings = DEFAULT_RULES,
    template: Template = DEFAULT_TEMPLATE,
    enrolled_on: date | None = None,
    until: date | None = None,
) -> list[Raised]:
    """Return the alerts that these pieces raise; each comes with its receipt, the earliest first.

    Time runs to the last piece, or on to the midnight with which ``until`` begins.
    """
    arrivals = Arrivals(zone, settings, template, enrolled_on)
    found = [raised for received_at, piece in pieces for raised in arrivals.take(piece, received_at)]
    return found + arrivals.let_pass(until) if until else found
