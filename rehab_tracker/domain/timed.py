"""What time alone fulfils, judged at local midnights: silence.

The verdict of a midnight is about the day that begins with it, and rests on the days that are over. Like all others it
follows from everything known now: what comes late may take it back, and is no reason to tell it later.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from rehab_tracker.domain.alert import QUIET_DAYS, Rule, Verdict
from rehab_tracker.domain.by_day import ByDay
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.judging import Judging
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.silences import Silences


class Timed:
    """The timed verdicts of one patient, beside those of ``judging``; a day with a log before it costs a comparison.

    ``courses`` says what has become of the plans by the end of a day.
    """

    def __init__(self, judging: Judging, courses: Callable[[date], Sequence[PlanCourse]]) -> None:
        self._judging = judging
        self._courses = courses
        self._history = judging.history
        self._pain_days = judging.history.diary.standing[Kind.PAIN].days
        self._held: ByDay[Verdict] = ByDay()
        self._until: date | None = None

    @property
    def verdicts(self) -> list[Verdict]:
        """Return the verdicts that hold by now, the oldest midnight first."""
        return list(self._held)

    def passed(self, today: date) -> list[Verdict]:
        """Return the verdicts at the midnights since the last time, up to that with which today begins.

        The first time these are the midnights since enrolment, none where nobody told when that was.
        """
        before = self._until or min(self._history.enrolled_on or today, today)
        if today <= before and self._until:
            return []
        self._until, days = today, self._pain_days
        is_logged = days and days[-1] <= before and (today - days[-1]).days <= self._judging.settings.silent_days
        return [] if today == before or is_logged else self._judge_after(before)

    def changed(self, since: date) -> None:
        """Judge the midnights that have passed anew where something else may be known of the days from one on."""
        if self._until and since < self._until:
            self._judge_after(since)

    def _judge_after(self, day: date) -> list[Verdict]:
        """Judge the midnights after that with which a day begins, and return the verdicts that hold there now."""
        first = day + timedelta(days=1)
        before = [self._held.of[midnight] for midnight in self._held.since(first)]
        for old in before:
            self._held.drop(old.for_date)
        now = list(self._silent(first))
        for new in now:
            self._held.put(new.for_date, new)
        self._judging.running.replace(before, now)
        return now

    def _silent(self, first: date) -> Iterator[Verdict]:
        judging = self._judging
        of_patient = (self._history, judging.settings, judging.plans, judging.ordered)
        return Silences(*of_patient, first, self._until or first, self._is_alerted, self._courses).verdicts()

    def _is_alerted(self, midnight: date) -> bool:
        first = date.fromordinal(max(1, midnight.toordinal() - QUIET_DAYS))
        return self._judging.running.is_mailed(first, midnight - timedelta(days=1), apart=Rule.NOT_LOGGING)
