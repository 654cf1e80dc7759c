"""Logging rhythm: the days on which a patient is asked to log, and the asked days that passed without a log.

Daily while a limb is restricted or no plan runs; fewer where a plan's phase says so; daily again after pain at a quiet
site. A hold takes no asked day away: it silences reminders, and silence during it still counts.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.limb import Ordered, in_force
from rehab_tracker.domain.new_site_pain import counts_from
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_day import Said
from rehab_tracker.domain.site_log import readings_of

DAILY, THREE_A_WEEK, WEEKLY, MONTHLY = 1, 2, 7, 30
"""How often a patient is asked: every so many days, as templates say it."""

THREE_WEEKDAYS = (0, 2, 4)
"""Monday, Wednesday and Friday stand for every second day: never more than 3 days apart, and the same each week."""

SHORTEST_MONTH = 28

CALM_SCORE = 1
CALM_DAYS = 14
"""A site is calm after so many known days in a row with pain (0 to 10) of at most this; until then a plan that asks
more often than weekly asks daily (house rule)."""

ASKED_DAYS = 7
"""Asked days that are looked at before a proposal (design: more than 3 of the last 7 unknown block it)."""

DAILY_AGAIN_DAYS = 14
"""Days after pain at a quiet site on which the patient is asked daily (house rule)."""


@dataclass(frozen=True, slots=True)
class RhythmSpan:
    """From a local day until the next span the patient is asked every so many days, None for never.

    Days are counted from ``anchor``, the first day of the phase (``from_on`` if there is none): weekly on its weekday,
    from 28 days on monthly on its day of the month, or the last of a shorter one.
    """

    from_on: date
    every: int | None
    anchor: date | None = None

    def asks_on(self, day: date) -> bool:
        """Return whether the patient is asked on a local day of this span."""
        anchor = self.anchor or self.from_on
        if self.every is None or self.every == THREE_A_WEEK:
            return self.every is not None and day.weekday() in THREE_WEEKDAYS
        if self.every >= SHORTEST_MONTH:
            return day.day == min(anchor.day, monthrange(day.year, day.month)[1])
        return (day - anchor).days % self.every == 0


def rhythm_spans(
    courses: Iterable[PlanCourse],
    ordered: Sequence[Ordered],
    first: date,
    today: date,
    without_plan: int | None = DAILY,
) -> list[RhythmSpan]:
    """Return the rhythm that plans and ordered limits give the days from the first to today, a span for each change.

    Of several plans the most frequent counts, then the longest in its phase. ``without_plan`` is the rhythm of days on
    which no plan runs: daily in an active episode.
    """
    told = [_told(course, first) for course in courses]
    spans: list[RhythmSpan] = []
    for day in map(date.fromordinal, range(first.toordinal(), today.toordinal() + 1)):
        every, anchor = min((days[day] for days in told if day in days), default=(without_plan, None))
        if any(limit.is_restricted for limit in in_force(ordered, day).values()):
            every, anchor = DAILY, None
        if not spans or (spans[-1].every, spans[-1].anchor) != (every, anchor):
            spans.append(RhythmSpan(day, every, anchor))
    return spans


def _told(course: PlanCourse, first: date) -> dict[date, tuple[int, date]]:
    """Return for each day of a plan from the first on how often it asks, and since when its phase runs.

    It goes by the scores known before that day, so that the day's own log doesn't decide whether it was asked for.
    """
    days, told = course.days, dict[date, tuple[int, date]]()
    if not days:
        return told
    at, begin = max(0, (first - days[0].day).days), max(first, days[0].day)
    logged = bisect_left(course.logged, begin, key=lambda known: known.day)
    calm = calm_days([known.x for known in course.logged[max(0, logged - CALM_DAYS) : logged]])
    scores = {known.day: known.x for known in course.logged[logged:]}
    phase, since = _phase_on(course, at)
    for then in days[at:]:
        if then.rung.phase is not phase:
            phase, since = then.rung.phase, then.day
        every = course.plan.template.phase(then.rung.phase).asked_every((then.day - since).days)
        too_soon = every < WEEKLY and calm < CALM_DAYS
        told[then.day] = (DAILY if too_soon or then.limit.is_restricted else every, since)
        if then.day in scores:
            calm = calm + 1 if scores[then.day] <= CALM_SCORE else 0
    return told


def _phase_on(course: PlanCourse, at: int) -> tuple[Phase, date]:
    """Return in which phase a plan stood on its told day of this number, or the last, and since when."""
    days = course.days[: at + 1]
    phase = days[-1].rung.phase
    run = list(takewhile(lambda then: then.rung.phase is phase, reversed(days)))
    since_before = len(run) == len(days)
    return phase, (course.phase_from or course.plan.started_on) if since_before else run[-1].day


def calm_days(scores: Sequence[int]) -> int:
    """Return how many of the latest known days in a row were calm; ``scores`` are their values, oldest first."""
    return sum(1 for _ in takewhile(lambda score: score <= CALM_SCORE, reversed(scores)))


def quiet_pain_days(history: History, settings: RuleSettings = DEFAULT_RULES) -> list[date]:
    """Return the days on which a quiet site hurt enough to count (3 or more; above the usual where pain is usual)."""
    return [day for day in history.diary.standing[Kind.PAIN].days if quiet_pain_on(history, day, settings)]


def quiet_pain_on(history: History, day: date, settings: RuleSettings) -> Said | None:
    """Return the worst score with which a quiet site hurt enough to count on a day, or None."""
    found: list[Said] = []
    for joint in sorted(_hurting(history, day, settings.pain_counts_from), key=str):
        if (quiet := history.of(joint).quiet_until(day)) and quiet[-1].worst:
            usual = history.usual_pain(joint, day)
            if quiet[-1].x >= counts_from(settings.pain_counts_from, usual, settings):
                found.append(quiet[-1].worst)
    return max(found, key=lambda said: said.score.worst, default=None)


def _hurting(history: History, day: date, least: int) -> set[Site]:
    """Return the joints with a score of at least so much on a day."""
    entries = history.diary.standing[Kind.PAIN].of.get(day, ())
    return {score.site.joint for _, said in readings_of(entries) for score in said.scores if score.worst >= least}


def asked_days(
    spans: Iterable[RhythmSpan], enrolled_on: date, first: date, last: date, quiet_pain: Iterable[date] = ()
) -> list[date]:
    """Return the local days from the first to the last on which the patient is asked, oldest first.

    Before enrolment there are none, and before the first span every day is asked. Each of the ``quiet_pain`` days makes
    the 14 days after it daily; but whose rhythm is never is not asked at all (discharged, moved, deceased).
    """
    ordered = [RhythmSpan(date.min, DAILY), *sorted(spans, key=lambda span: span.from_on)]
    begins = [span.from_on for span in ordered]
    again = {day + timedelta(days=n) for day in quiet_pain for n in range(1, DAILY_AGAIN_DAYS + 1)}
    found: list[date] = []
    for day in map(date.fromordinal, range(max(first, enrolled_on).toordinal(), last.toordinal() + 1)):
        span = ordered[bisect_right(begins, day) - 1]
        if span.asks_on(day) or (day in again and span.every is not None):
            found.append(day)
    return found


def silent_asked_days(asked: Iterable[date], logged: Collection[date], today: date) -> list[date]:
    """Return the asked days since the last logged day that are over without a log, oldest first; today isn't over.

    A log on a day that was not asked ends a silence too.
    """
    since = max((day for day in logged if day <= today), default=date.min)
    return sorted(day for day in set(asked) if since < day < today)


def unknown_of_last(
    asked: Iterable[date], logged: Collection[date], today: date, window: int = ASKED_DAYS
) -> tuple[int, int]:
    """Return how many of the last asked days have no log, and how many were looked at, at most ``window``.

    Today counts once it is logged; until then it may still be.
    """
    recent = sorted(day for day in set(asked) if day < today or (day == today and day in logged))[-window:]
    return sum(day not in logged for day in recent), len(recent)
