"""Silences: the midnights at which a patient was asked and had not answered, by everything that is known now.

A log for a day of a silence ends it there, whenever it came in. Plans are walked only for a silence that may be long
enough and in which the patient may have been asked less than daily.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.limb import Ordered
from rehab_tracker.domain.logging_rhythm import (
    CALM_DAYS,
    CALM_SCORE,
    DAILY,
    DAILY_AGAIN_DAYS,
    WEEKLY,
    RhythmSpan,
    asked_days,
    quiet_pain_on,
    rhythm_spans,
)
from rehab_tracker.domain.not_logging import Silence, not_logging
from rehab_tracker.domain.plan import Plan, PlanCourse
from rehab_tracker.domain.site_day import Said
from rehab_tracker.domain.site_log import SiteLog
from rehab_tracker.domain.surroundings import restricted

LONGEST = 366
"""Days after which a silence is looked at no longer: it was told long ago, and nothing makes it louder (house rule)."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Silences:
    """What is known of a patient for the midnights from ``first`` to ``last``, both included.

    ``is_alerted`` says of a midnight whether an alert of another rule, soon or urgent, had not ended; ``courses`` says
    what has become of the plans by the end of a day, or later.
    """

    history: History
    settings: RuleSettings
    plans: Sequence[Plan]
    ordered: Sequence[Ordered]
    first: date
    last: date
    is_alerted: Callable[[date], bool]
    courses: Callable[[date], Sequence[PlanCourse]]

    def verdicts(self) -> Iterator[Verdict]:
        """Yield the verdict of each midnight at which the patient is silent; none where the rule is in shadow."""
        if Rule.NOT_LOGGING in self.settings.shadow:
            return
        for since, until, has_logged in self._gaps():
            if (until - since).days >= self.settings.silent_days + has_logged:
                yield from self._within(since, min(until, _after(since, LONGEST)), has_logged)

    def _gaps(self) -> Iterator[tuple[date, date, bool]]:
        """Yield the times between two logs, or before the first: from a day to the last midnight without another log.

        Whose enrolment is not known is not missed before the first log.
        """
        days, enrolled_on = self.history.diary.standing[Kind.PAIN].days, self.history.enrolled_on
        at = bisect_left(days, self.first) - 1
        while at < len(days):
            since = days[at] if at >= 0 else enrolled_on
            until = days[at + 1] if at + 1 < len(days) else self.last
            if since is not None:
                yield since, min(until, self.last), at >= 0
            if until >= self.last:
                return
            at += 1

    def _within(self, since: date, until: date, has_logged: bool) -> Iterator[Verdict]:
        silence = self._silence(since, until - ONE_DAY, has_logged)
        asked, number = silence.asked, self.settings.silent_days
        if len(asked) < number:
            return
        midnight = max(self.first, asked[number - 1] + ONE_DAY)
        for day in range(midnight.toordinal(), until.toordinal() + 1):
            yield from self._at(silence, date.fromordinal(day))

    def _at(self, silence: Silence, midnight: date) -> Iterator[Verdict]:
        verdict = not_logging(silence, midnight, False, self.settings)
        if verdict and verdict.level is Level.INFO and self._is_watched(midnight):
            verdict = replace(verdict, level=Level.SOON)
        if verdict:
            yield verdict

    def _is_watched(self, midnight: date) -> bool:
        return bool(restricted(self.plans, self.ordered, midnight)) or self.is_alerted(midnight)

    def _silence(self, since: date, last: date, has_logged: bool) -> Silence:
        """Return the time after a log, or from enrolment on, to a day that is over."""
        first = since + ONE_DAY if has_logged else since
        if self._is_daily(since, last):
            return Silence(since, tuple(self._asked((), first, last)), has_logged)
        spans = rhythm_spans(self._courses, self.ordered, since, last)
        said: Said | None = None
        if has_logged and spans[0].every != DAILY:
            said = quiet_pain_on(self.history, since, self.settings)
        return Silence(since, tuple(self._asked(spans, first, last)), has_logged, said)

    def _asked(self, spans: Sequence[RhythmSpan], first: date, last: date) -> list[date]:
        return asked_days(spans, self.history.enrolled_on or first, first, last, self._hurt(first) if spans else ())

    def _hurt(self, first: date) -> list[date]:
        """Return the days with pain in a quiet place that make the days from the first on daily."""
        days = self.history.diary.standing[Kind.PAIN].days
        near = days[bisect_left(days, _after(first, -DAILY_AGAIN_DAYS)) : bisect_left(days, first)]
        return [day for day in near if quiet_pain_on(self.history, day, self.settings)]

    def _is_daily(self, since: date, last: date) -> bool:
        """Return whether it is known without a walk that every day of a silence is daily."""
        ends = (plan.ended_on for plan in self.plans)
        turns = {act.on for plan in self.plans for act in plan.acts} | {on for _, _, on in self.ordered}
        turns |= {_after(end, 1) for end in ends if end}
        daily = [plan for plan in self.plans if plan.started_on <= last and self._asks_daily(plan, since, last)]
        return all(self._is_daily_on(day, daily) for day in (since, *(turn for turn in turns if since < turn <= last)))

    def _is_daily_on(self, day: date, daily: Sequence[Plan]) -> bool:
        if any(plan.is_active(day) for plan in daily):
            return True
        runs = any(plan.is_active(day) for plan in self.plans)
        return not runs or bool(restricted(self.plans, self.ordered, day))

    def _asks_daily(self, plan: Plan, since: date, last: date) -> bool:
        """Return whether a plan asks daily in a silence, in whichever phase that clinicians had chosen it then is."""
        highest = max((plan.template.height(act.rung) for act in plan.acts if act.rung), default=0)
        phases = {rung.phase for rung in plan.template.rungs[: highest + 1]}
        asked = [asked for phase in phases for asked in plan.template.phase(phase).rhythm]
        most = max(each.every for each in asked if each.from_day <= (last - plan.started_on).days)
        return most == DAILY or (most < WEEKLY and not self._may_be_calm(plan, since))

    def _may_be_calm(self, plan: Plan, day: date) -> bool:
        """Return whether the place of a plan may be calm by a day, and with what is said of the day itself."""
        pain = self.history.diary.standing[Kind.PAIN]
        log, calm = SiteLog(pain.of, plan.site), 1
        for each in reversed(pain.days[: bisect_left(pain.days, day)]):
            if (known := log.get(each)) and known.x > CALM_SCORE:
                return False
            calm += known is not None
            if calm == CALM_DAYS:
                return True
        return False

    @cached_property
    def _courses(self) -> Sequence[PlanCourse]:
        return self.courses(self.last)


def _after(day: date, number: int) -> date:
    """Return the day so many days after one, or the last or first of the calendar."""
    return date.fromordinal(min(max(day.toordinal() + number, 1), date.max.toordinal()))
