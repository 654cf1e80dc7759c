"""Any sequence of logs, silences, edits, holds, moves and new sites keeps what a plan promises."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.limb import limits_on
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.plan import Act, PlanAct, PlanCourse
from rehab_tracker.domain.plan_run import run
from rehab_tracker.domain.proposal import Facts, proposal
from rehab_tracker.domain.site import site
from rehab_tracker.domain.traffic_light import Light
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit, both_legs_restricted, strictest
from tests.domain.diary import day, entry, flags, history
from tests.domain.plans import act, plan

PLACES = ("left-foot.forefoot", "left-hip", "left-knee", "right-knee")
HEIGHT = DEFAULT_TEMPLATE.height
SCORES = st.integers(0, 7)
HOURS_END = 22
"""Later than everything that was logged that day, so that nothing of it may be taken back."""
HOURS = st.sampled_from((9, HOURS_END))
OWN_LIMITS = st.none() | st.sampled_from((WeightLimit(Grade.NWB), WeightLimit(Grade.PWB, 20, Aids.FRAME)))


def risen_without_a_clinician(found: list[PlanCourse]) -> list[date]:
    """Return the days on which a rung rose or a limit loosened although no clinician started or moved the plan."""
    bad = []
    for course in found:
        decided = {a.on for a in course.plan.acts if a.act in (Act.START, Act.MOVE)}
        for before, after in pairwise(course.days):
            looser = after.limit.load > before.limit.load or HEIGHT(after.rung) > HEIGHT(before.rung)
            if looser and after.day not in decided:
                bad.append(after.day)
    return bad


def moved_wrongly(course: PlanCourse) -> list[date]:
    """Return the days on which a plan by itself fell too far or without a bad day, or let go without a good one."""
    bad = []
    for before, after in pairwise(course.days):
        acts = [a for a in course.plan.acts if a.on == after.day]
        if any(a.rung for a in acts):
            continue
        lowest = min(HEIGHT(a.rung) for a in course.plan.acts if a.rung and a.on <= after.day)
        fell = HEIGHT(before.rung) - HEIGHT(after.rung)
        too_far = fell > 1 or HEIGHT(after.rung) < lowest
        without_reason = fell and after.light not in (Light.AMBER, Light.RED)
        let_go = before.is_held and not after.is_held and after.light is not Light.GREEN
        if too_far or without_reason or (let_go and all(a.act is not Act.RESUME for a in acts)):
            bad.append(after.day)
    return bad


def second_leg_restricted_by_itself(found: list[PlanCourse], first: date, last: date) -> list[date]:
    """Return the days on which both legs came to be restricted although no clinician started or moved a plan."""
    bad = []
    for number in range((last - first).days):
        before, after = (limits_on(found, first + timedelta(days=n)) for n in (number, number + 1))
        on = first + timedelta(days=number + 1)
        decided = any(a.rung and a.on == on for course in found for a in course.plan.acts)
        if both_legs_restricted(after) and not both_legs_restricted(before) and not decided:
            bad.append(on)
    return bad


class Rehabilitation(RuleBasedStateMachine):
    """Ana's weeks with Dr Boris: each day she may log, he may act, and late news may come in."""

    def __init__(self) -> None:
        super().__init__()
        self.today = 0
        self.entries: list[Entry] = []
        self.acts: dict[str, list[PlanAct]] = {}

    @initialize(place=st.sampled_from(PLACES))
    def first_visit(self, place: str) -> None:
        self.begins(place)

    def begins(self, place: str) -> None:
        self.acts[place] = [act(Act.START, self.today, DEFAULT_TEMPLATE.first_rung(site(place)))]

    @rule(days=st.integers(1, 9))
    def silence(self, days: int) -> None:
        self.today += days

    @rule(place=st.sampled_from(PLACES), scores=st.lists(st.tuples(SCORES, st.none() | SCORES), min_size=1, max_size=9))
    def logs(self, place: str, scores: list[tuple[int, int | None]]) -> None:
        for x, morning in scores:
            self.today += 1
            self.says(self.today, place, x, morning)

    @rule(place=st.sampled_from(PLACES), days=st.integers(7, 25))
    def good_days(self, place: str, days: int) -> None:
        for _ in range(days):
            self.today += 1
            self.says(self.today, place, 1, 0)

    @rule(place=st.sampled_from(PLACES), back=st.integers(0, 14), x=SCORES, rev=st.integers(2, 4))
    def late_or_edited(self, place: str, back: int, x: int, rev: int) -> None:
        self.says(max(0, self.today - back), place, x, None, rev)

    def says(self, number: int, place: str, x: int, morning: int | None, rev: int = 1) -> None:
        score = PainScore(site(place).joint, on_loading=x, at_rest=0, next_morning=morning)
        own = f"{place} {number}"
        self.entries.append(entry(number, PainReading((score,)), name=own, rev=rev, received_on=self.today))

    @rule()
    def red_flag(self) -> None:
        self.entries.append(flags(self.today, "fever"))

    @rule(place=st.sampled_from(PLACES), kind=st.sampled_from((Act.HOLD, Act.RESUME)), hour=HOURS)
    def hold_or_resume(self, place: str, kind: Act, hour: int) -> None:
        if place not in self.acts:
            return
        before = limits_on(self.courses(), day(self.today))
        self.acts[place].append(act(kind, self.today, hour=hour))
        if hour == HOURS_END:
            after = limits_on(self.courses(), day(self.today))
            assert all(after[limb].limit == told.limit for limb, told in before.items())

    @rule(place=st.sampled_from(PLACES), rung=st.sampled_from(DEFAULT_TEMPLATE.rungs), hour=HOURS, limit=OWN_LIMITS)
    def moves(self, place: str, rung, hour: int, limit: WeightLimit | None) -> None:
        if place in self.acts:
            self.acts[place].append(act(Act.MOVE, self.today, rung, hour, limit=limit))

    @rule(place=st.sampled_from(PLACES), rung=st.sampled_from(DEFAULT_TEMPLATE.rungs), limit=OWN_LIMITS)
    def flare_after_a_move(self, place: str, rung, limit: WeightLimit | None) -> None:
        self.moves(place, rung, HOURS_END, limit)
        self.today += 1
        self.says(self.today, place, 6, None)

    @precondition(lambda self: len(self.acts) < len(PLACES))
    @rule(place=st.sampled_from(PLACES))
    def new_site(self, place: str) -> None:
        if place not in self.acts:
            self.begins(place)

    @rule(place=st.sampled_from(PLACES))
    def checks(self, place: str) -> None:
        for item in ("no-limp", "walks-30-minutes", "released"):
            if place in self.acts:
                self.acts[place].append(act(Act.CHECK, self.today, item=item))

    def courses(self, reverse: bool = False) -> list[PlanCourse]:
        step = -1 if reverse else 1
        plans = [plan(place, *acts) for place, acts in self.acts.items()]
        return list(run(plans[::step], history(self.entries[::step]), day(self.today)))

    @invariant()
    def it_keeps_its_promises(self) -> None:
        if not self.acts:
            return
        found = self.courses()
        assert not risen_without_a_clinician(found)
        assert not [moved_wrongly(course) for course in found if moved_wrongly(course)]
        assert not second_leg_restricted_by_itself(found, day(0), day(self.today))
        assert found == self.courses(reverse=True)
        self.limits_are_the_strictest(found)
        for course in found:
            assert len({then.day for then in course.days}) == len(course.days)
            proposed = proposal(course, found, day(self.today), Facts())
            assert not proposed.is_ready or (all(m.is_met for m in proposed.criteria) and not course.is_held)
            assert not proposed.is_ready or HEIGHT(proposed.target) == HEIGHT(course.rung) + 1

    def limits_are_the_strictest(self, found: list[PlanCourse]) -> None:
        limits = limits_on(found, day(self.today))
        for limb in {course.plan.site.limb for course in found}:
            own = [course.limit for course in found if course.plan.site.limb is limb]
            assert limits[limb].limit == strictest(own)
            assert all(limits[limb].limit.load <= limit.load for limit in own)


Rehabilitation.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestRehabilitation = Rehabilitation.TestCase


class Eager(Rehabilitation):
    """A plan that moves itself up as soon as an advance is proposed: what must never be."""

    def courses(self, reverse: bool = False) -> list[PlanCourse]:
        found = super().courses(reverse)
        return [self.moved_up(course, found) for course in found]

    def moved_up(self, course: PlanCourse, found: list[PlanCourse]) -> PlanCourse:
        proposed = proposal(course, found, day(self.today), Facts())
        if not proposed.is_ready or proposed.target is None or proposed.limit is None:
            return course
        last = course.days[-1]._replace(rung=proposed.target, limit=proposed.limit)
        return replace(course, days=(*course.days[:-1], last))


def test_a_plan_that_advances_by_itself_would_be_noticed():
    for kind, is_noticed in ((Rehabilitation, False), (Eager, True)):
        weeks = kind()
        weeks.first_visit("left-knee")
        weeks.good_days("left-knee", 21)
        with pytest.raises(AssertionError) if is_noticed else nullcontext():
            weeks.it_keeps_its_promises()


def test_a_proposal_is_reached_in_these_weeks():
    weeks = Rehabilitation()
    weeks.first_visit("left-knee")
    weeks.good_days("left-knee", 21)
    [course] = weeks.courses()
    assert proposal(course, [course], day(21), Facts()).is_ready
