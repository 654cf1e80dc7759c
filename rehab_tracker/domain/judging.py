"""A patient's verdicts as they hold by now, judged anew for the days and places that something new can change."""

from collections.abc import Iterable
from datetime import date

from rehab_tracker.domain.alert import Verdict
from rehab_tracker.domain.by_day import ByDay
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.diary import Changed
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.joint_history import JointHistory
from rehab_tracker.domain.limb import Ordered
from rehab_tracker.domain.plan import Plan
from rehab_tracker.domain.reported import of_exercises, of_limbs
from rehab_tracker.domain.review import no_site_recorded, of_joint
from rehab_tracker.domain.running import Running
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.surroundings import OwnVerdicts, told
from rehab_tracker.domain.topology import NEW_SITE
from rehab_tracker.domain.unseen_pain import FIRST_DAYS

Judged = Site | Kind | None


class Judging:
    """The verdicts of one patient by what they are about and by day; ``running`` hears of each change.

    All of it follows from the history: it can be thrown away and made again with the same result.
    """

    def __init__(self, history: History, settings: RuleSettings) -> None:
        self.history = history
        self.settings = settings
        self.plans: tuple[Plan, ...] = ()
        self.ordered: list[Ordered] = []
        self.running = Running()
        self._own: OwnVerdicts = {}
        self._new_sites: ByDay[set[Site]] = ByDay()
        self._judged: dict[tuple[Judged, date], list[Verdict]] = {}

    @property
    def verdicts(self) -> list[Verdict]:
        """Return the verdicts that hold by now."""
        return [verdict for verdicts in self._judged.values() for verdict in verdicts]

    def since(self, joint: Site, day: date) -> list[Verdict]:
        """Judge every day of a joint from one on, and return the verdicts that hold now."""
        there = self.history.of(joint)
        return self._judge(there, there.said.since(day))

    def first_recorded(self) -> None:
        """Take back that no place is recorded."""
        for day in [day for what, day in self._judged if what is None]:
            self._hold(None, day, [])

    def reported(self, kind: Kind, days: Iterable[date]) -> list[Verdict]:
        """Judge what was reported of limbs, or of exercises, on these days and return the verdicts that hold now."""
        diary, found = self.history.diary, list[Verdict]()
        for day in days:
            if kind is Kind.WEIGHT_BEARING:
                found += self._hold(kind, day, of_limbs(diary, day, self.settings))
            else:
                found += self._hold(kind, day, of_exercises(diary, day, self.plans, self.settings))
        return found

    def pain(self, changed: Changed) -> list[Verdict]:
        """Judge what other pain of a day can change, and return the verdicts that hold now."""
        day, found = changed.day, []
        if self.history.known.recorded_since is None:
            found += self._hold(None, day, no_site_recorded(self.history, day))
        for joint in changed.joints:
            there = self.history.of(joint)
            found += self._judge(there, (day,))
            if not there.said.days or there.said.days[-1] != day:
                found += self._judge(there, self._concerned(there, day))
        if changed.zero and day != self.history.newest_day:
            for joint in self.history.joints.difference(changed.joints):
                there = self.history.of(joint)
                found += self._judge(there, self._concerned(there, day))
        return found

    def _concerned(self, there: JointHistory, day: date) -> list[date]:
        """Return the later days of a joint that a change of this one concerns; the first week says what is not new."""
        weeks = [plan.started_on for plan in self.plans if plan.site.joint == there.joint]
        if self.history.enrolled_on:
            weeks.append(self.history.enrolled_on)
        if any(0 <= (day - first).days < FIRST_DAYS for first in weeks):
            return there.said.since(day)
        return there.seen_from(day)

    def _judge(self, there: JointHistory, days: Iterable[date]) -> list[Verdict]:
        """Judge these days of a joint (again) and return the verdicts that hold now."""
        found: list[Verdict] = []
        for day in days:
            verdicts = of_joint(self.history, there, day, self.settings, self.plans)
            if not verdicts and day not in self._own:
                continue
            if not self._is_told_later(there.joint, day, verdicts):
                found += self._hold(there.joint, day, verdicts)
        return found

    def _is_told_later(self, joint: Site, day: date, verdicts: list[Verdict]) -> bool:
        """Keep a joint's own verdicts of a day, and return whether what lies around them is to be looked at."""
        self._own.setdefault(day, {})[joint] = verdicts
        new_sites = self._new_sites.of.get(day, set())
        if any(verdict.rule in NEW_SITE for verdict in verdicts):
            self._new_sites.put(day, new_sites | {joint})
            return True
        if joint in new_sites:
            new_sites.discard(joint)
            if not new_sites:
                self._new_sites.drop(day)
        return False

    def retold(self, since: date) -> list[Verdict]:
        """Tell new-site pain from a day on by what lies around it now, and return the verdicts that hold."""
        found: list[Verdict] = []
        for day in self._new_sites.since(since):
            for joint in sorted(self._new_sites.of[day], key=str):
                verdicts = told(self.history, self._own, joint, day, self.settings, self.plans, self.ordered)
                found += self._hold(joint, day, verdicts)
        return found

    def _hold(self, what: Judged, day: date, verdicts: list[Verdict]) -> list[Verdict]:
        """Let these be the verdicts on one joint, one kind of report or (None) the whole body, and one day."""
        before = self._judged.pop((what, day), None)
        if before or verdicts:
            self.running.replace(before or (), verdicts)
        if verdicts:
            self._judged[what, day] = verdicts
        return verdicts
