"""Which days could ask for a step back that would restrict the second leg; the plans are walked only where one could.

It may name a day too many, never one too few: a review needs a day that hurts, or a red flag, at a place of a leg that
clinicians let carry weight, while the other leg may not.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.limb import Ordered, in_force
from rehab_tracker.domain.plan import PhaseReview, Plan, PlanAct, PlanCourse
from rehab_tracker.domain.plan_run import PlanRun
from rehab_tracker.domain.plan_story import can_ask
from rehab_tracker.domain.plan_walk import Walk
from rehab_tracker.domain.site import LEGS, Limb
from rehab_tracker.domain.traffic_light import Light
from rehab_tracker.domain.weight_bearing import WeightLimit


class PhaseWatch:
    """The days of one patient that could ask, kept up as entries come in and staff act."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._plans: Sequence[Plan] = ()
        self._ordered: Sequence[Ordered] = ()
        self._flag_days: set[date] = set()
        self._asking: set[date] = set()
        self._decided: tuple[Sequence[Plan], Sequence[Ordered]] = (), ()
        self._run: PlanRun | None = None
        self._asked_from = date.min
        self._walks: dict[UUID, Walk] = {}
        self._walked_until = date.min

    def recorded(self, plans: Sequence[Plan], ordered: Sequence[Ordered], since: date) -> bool:
        """Watch these plans and orders, which have changed from a day on; return whether what they ask may change."""
        before, self._walks = self._newest, {}
        if self._run is not None:
            self._run.follow(plans, ordered, since)
        self._decided, self._asked_from = (plans, list(ordered)), date.min
        again = since if self._plans else date.min
        self._plans, self._ordered = (plans, list(ordered)) if can_ask(plans, ordered) else ((), ())
        earlier = {day for day in self._asking if day < again}
        self._asking = earlier.union(filter(self._may_ask, self._since(again))) if self._plans else set()
        return any(since <= asking for asking in (before, self._newest) if asking)

    @property
    def _newest(self) -> date | None:
        """Return the newest day that could ask, None where none could."""
        return max(self._asking, default=None)

    def asked(self, today: date) -> tuple[date, list[PhaseReview]]:
        """Walk the plans to the end of today; return from which day on anew, and what they ask since then.

        Until a day changes, the walks say how far the plans tightened by then.
        """
        run, since = self._walked(today), self._asked_from
        self._walks, self._walked_until = {walk.plan.id: walk for walk in run.walks}, today
        self._asked_from = today + timedelta(days=1)
        return since, list(run.reviews(since))

    def courses(self, today: date) -> tuple[PlanCourse, ...]:
        """Return what has become of all plans by the end of today."""
        return self._walked(today).courses(today)

    def _walked(self, today: date) -> PlanRun:
        if self._run is None:
            pain, (plans, ordered) = self._history.diary.standing[Kind.PAIN].of, self._decided
            self._run = PlanRun(plans, pain, self._history.flagged, ordered)
        self._run.walk(today)
        return self._run

    def flagged(self, day: date) -> None:
        """Take in that a red flag of whatever version is about this day."""
        self._flag_days.add(day)
        self._run, self._asked_from = None, date.min

    def is_concerned(self, day: date) -> bool:
        """Look again at a day of which something else is known now; return whether what the plans ask may change."""
        if self._run is not None:
            self._run.changed(day)
        self._asked_from = min(self._asked_from, day)
        if not self._plans:
            return False
        if day <= self._walked_until:
            self._walks = {}
        before = self._newest
        for changed in self._since(day):
            if self._may_ask(changed):
                self._asking.add(changed)
            else:
                self._asking.discard(changed)
        return any(day <= asking for asking in (before, self._newest) if asking)

    def _since(self, day: date) -> Iterable[date]:
        pain = self._history.diary.standing[Kind.PAIN]
        return {day, *pain.since(day), *(flagged for flagged in self._flag_days if flagged >= day)}

    def _may_ask(self, day: date) -> bool:
        for plan in self._plans:
            if plan.site.limb in LEGS and self._may_step_back(plan, day) and not decided(plan, day).is_restricted:
                other = next(leg for leg in LEGS if leg is not plan.site.limb)
                if self._may_be_restricted(other, day):
                    return True
        return False

    def _may_step_back(self, plan: Plan, day: date) -> bool:
        """Return whether a plan may step back on a day: a red one, or one amber day too many within the window."""
        light = self._light(plan, day)
        if light is not Light.AMBER:
            return light is Light.RED
        window = (day - timedelta(days=n) for n in range(min(plan.template.hold_window, day.toordinal())))
        return sum(self._is_bad(plan, each) for each in window) >= plan.template.holds_to_regress

    def _is_bad(self, plan: Plan, day: date) -> bool:
        return self._light(plan, day) in (Light.AMBER, Light.RED)

    def _light(self, plan: Plan, day: date) -> Light:
        """Return the worst light that a day may have for a plan, by its red flags or by what was said of its joint."""
        there, template = self._history.diary.scored.get(plan.site.joint), plan.template
        said = there.of.get(day, ()) if there else ()
        if day in self._flag_days and day >= plan.started_on:
            return Light.RED
        if not said or day < plan.started_on:
            return Light.GREY
        walk = self._walks.get(plan.id) if day > self._walked_until else None
        worst = max(each.score.worst for each in said)
        rise = max(each.score.next_morning or 0 for each in said) - ((walk.baseline or 0) if walk else 0)
        if worst >= template.regress_from or rise >= template.morning_regress:
            return Light.RED
        return Light.AMBER if worst >= template.hold_from or rise >= template.morning_hold else Light.GREEN

    def _may_be_restricted(self, leg: Limb, day: date) -> bool:
        order: WeightLimit | None = in_force(self._ordered, day).get(leg)
        if order is not None and order.is_restricted:
            return True
        return any(self._may_have_tightened(plan, day) for plan in self._plans if plan.site.limb is leg)

    def _may_have_tightened(self, plan: Plan, day: date) -> bool:
        """Return whether a plan may restrict its limb on a day: by what was decided, or by steps back since then."""
        if day < plan.started_on:
            return False
        since = max(act.on for act in _standing_acts(plan, day))
        walk = self._walks.get(plan.id)
        stood = walk.on(self._walked_until) if walk and since <= self._walked_until < day else None
        if decided(plan, day).is_restricted or (stood and stood.limit.is_restricted):
            return True
        days = (each for each in self._since(since) if each <= day and not (stood and each <= self._walked_until))
        return any(self._is_bad(plan, each) for each in days)


def _standing_acts(plan: Plan, day: date) -> Iterator[PlanAct]:
    return (act for act in plan.acts if act.rung and act.on <= day)


def decided(plan: Plan, day: date) -> WeightLimit:
    """Return the limit that clinicians gave a plan that has begun by a day; what it does by itself only tightens it."""
    *_, last = _standing_acts(plan, day)
    return last.limit or plan.template.limit_at(last.rung or plan.template.rungs[0])
