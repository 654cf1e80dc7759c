"""What time alone fulfils, judged at local midnights: silence, and pain shown as soreness that did not go.

The verdict of a midnight is about the day that begins with it, and rests on the days that are over. Like all others it
follows from everything known now: what comes late may take it back, and is no reason to tell it later.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from rehab_tracker.domain.alert import QUIET_DAYS, Rule, Verdict
from rehab_tracker.domain.by_day import ByDay
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.joint_history import JointHistory
from rehab_tracker.domain.judging import Judging
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.silences import Silences
from rehab_tracker.domain.site import site
from rehab_tracker.domain.site_day import SiteDay
from rehab_tracker.domain.soreness import soon_again, soon_again_on


class Timed:
    """The timed verdicts of one patient, beside those of ``judging``; a day with a log before it costs a comparison.

    ``courses`` says what has become of the plans by the end of a day.
    """

    def __init__(self, judging: Judging, courses: Callable[[date], Sequence[PlanCourse]]) -> None:
        self._judging = judging
        self._courses = courses
        self._history = judging.history
        self._pain_days = judging.history.diary.standing[Kind.PAIN].days
        self._held: ByDay[list[Verdict]] = ByDay()
        self._until: date | None = None

    @property
    def verdicts(self) -> list[Verdict]:
        """Return the verdicts that hold by now, the oldest midnight first."""
        return [verdict for verdicts in self._held for verdict in verdicts]

    def passed(self, today: date) -> list[Verdict]:
        """Return the verdicts at the midnights since the last time, up to that with which today begins.

        The first time these are the midnights since enrolment, none where nobody told when that was.
        """
        before = self._until or min(self._history.enrolled_on or today, today)
        if today <= before and self._until:
            return []
        self._until, days = today, self._pain_days
        is_logged = days and days[-1] <= before and (today - days[-1]).days <= self._judging.settings.silent_days
        if today == before or (is_logged and not self._judging.sore):
            return []
        return [verdict for verdict in self._judge(before) if before < verdict.for_date]

    def changed(self, since: date) -> None:
        """Judge the midnights that have passed anew where something else may be known of the days from one on."""
        if self._until and (since < self._until or (since == self._until and since in self._held.of)):
            self._judge(since)

    def _judge(self, since: date) -> list[Verdict]:
        """Judge the midnights from one on; what that day says itself counts beside what soreness makes of it."""
        found: list[Verdict] = []
        if self._judging.sore or self._held.days:
            found = self._hold(since, list(self._soon_again(since)), is_silence=False)
        if self._until and since < self._until:
            after = since + timedelta(days=1)
            found = found + self._hold(after, list(self._silent(after)), is_silence=True)
        return found

    def _hold(self, since: date, now: list[Verdict], is_silence: bool) -> list[Verdict]:
        """Let these be the verdicts of the midnights from one on, of the one or of the other rule."""
        before = [v for day in self._held.since(since) for v in self._held.of[day] if _is_silence(v) is is_silence]
        for old in before:
            if left := [v for v in self._held.of[old.for_date] if v is not old]:
                self._held.put(old.for_date, left)
            else:
                self._held.drop(old.for_date)
        for new in now:
            self._held.put(new.for_date, [*self._held.of.get(new.for_date, ()), new])
        beside = [] if is_silence else [own for verdict in (*before, *now) for own in self._beside(verdict)]
        self._judging.running.replace((*before, *beside), (*now, *beside))
        return now

    def _beside(self, verdict: Verdict) -> Iterator[Verdict]:
        """Yield what the day that then began says itself of the same rule and place."""
        for own in self._judging.of(site(verdict.subject).joint, verdict.for_date):
            if (own.rule, own.subject) == (verdict.rule, verdict.subject):
                yield own

    def _silent(self, since: date) -> Iterator[Verdict]:
        judging = self._judging
        last = self._until or since
        of_patient = (self._history, judging.settings, judging.plans, judging.ordered)
        return Silences(*of_patient, since, last, self._is_alerted, self._courses).verdicts()

    def _is_alerted(self, midnight: date) -> bool:
        first = date.fromordinal(max(1, midnight.toordinal() - QUIET_DAYS))
        return self._judging.running.is_mailed(first, midnight - timedelta(days=1), apart=Rule.NOT_LOGGING)

    def _soon_again(self, since: date) -> Iterator[Verdict]:
        """Yield the verdicts of the midnights from one on at which pain shown as soreness did not go."""
        last: dict[tuple[Rule, str, date], Verdict] = {}
        for verdict in self._judging.sore:
            on = soon_again_on(verdict, self._judging.settings)
            if on and since <= on <= (self._until or since):
                key = (verdict.rule, verdict.subject, on)
                last[key] = max(last.get(key, verdict), verdict, key=lambda v: v.for_date)
        for (_, subject, on), verdict in last.items():
            there = self._history.of(site(subject).joint)
            if there.state(on - timedelta(days=1)).turn == there.state(verdict.for_date).turn:
                again = soon_again(verdict, self._later(there, verdict.for_date, on), self._judging.settings)
                if again:
                    yield again

    def _later(self, there: JointHistory, after: date, until: date) -> Iterator[SiteDay]:
        """Yield what is known of the place on the days between, which are few."""
        zeros, is_part = self._history.diary.zeros, bool(there.state(after).active)
        for number in range(after.toordinal() + 1, until.toordinal()):
            day = date.fromordinal(number)
            tail = there.other_until(day, 0) if is_part else there.quiet_until(day, 0)
            if tail:
                yield tail[-1]
            elif day in zeros.of:
                yield SiteDay(day)


def _is_silence(verdict: Verdict) -> bool:
    return verdict.rule is Rule.NOT_LOGGING
