"""What plans order: each phase its exercises, none against the limit, none twice, and the past stays as it was."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.limb import limit_spans
from rehab_tracker.domain.plan import Act
from rehab_tracker.domain.plan_exercises import phase_stretches, plan_exercises
from rehab_tracker.domain.prescription import Prescription
from rehab_tracker.domain.protocol import Phase, exercise_against_limit
from rehab_tracker.domain.schedule import occurrences
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import Grade, WeightLimit
from tests.domain.diary import day
from tests.domain.exercises import IN_LISBON, order
from tests.domain.plans import (
    HALF,
    LEFT,
    PARTIAL,
    PROTECT,
    RETURN,
    RIGHT,
    STRENGTH,
    THREE_QUARTERS,
    TOLERATED,
    act,
    courses,
    logs,
    move,
    number_of,
    plan,
    start,
)

RUNGS = (PROTECT, PARTIAL, HALF, THREE_QUARTERS, TOLERATED, STRENGTH, RETURN)


def ordered(plans, entries=(), today=30, own=(), limits=()):
    found = courses(plans, entries, today, ordered=limits)
    first = min(plan.started_on for plan in plans)
    return plan_exercises(found, limit_spans(found, list(limits), first, day(today)), list(own), day(today))


def asked(found: list[Prescription], exercise: str) -> list[tuple[int, int | None]]:
    """Return from when to when an exercise is ordered, in days after the first visit."""
    rows = sorted((p for p in found if p.exercise == exercise), key=lambda p: p.from_on)
    return [(number_of(p.from_on), None if p.until_on is None else number_of(p.until_on)) for p in rows]


def test_a_phase_orders_its_exercises_from_its_first_day_and_the_present_one_until_further_notice():
    found = ordered([plan(RIGHT, start(), move(10, STRENGTH))])
    assert asked(found, "heel-slides") == [(0, 9)]
    assert asked(found, "wall-squat") == [(10, None)]


def test_an_ended_plan_orders_nothing_any_more():
    found = ordered([plan(RIGHT, start(), act(Act.END, 5))])
    assert asked(found, "heel-slides") == [(0, 5)]


def test_a_step_back_brings_the_lighter_exercises_back_under_the_next_version_of_the_same_order():
    found = ordered([plan(RIGHT, start(), move(2, HALF), move(10, TOLERATED), move(15, HALF))])
    assert asked(found, "gait-drills") == [(2, None)]
    assert asked(found, "mini-squat") == [(10, 14)]
    red = ordered([plan(RIGHT, start(), move(2, STRENGTH))], logs(RIGHT, 6, first=5))
    squats = sorted((p for p in red if p.exercise == "wall-squat"), key=lambda p: p.version)
    assert [(p.version, number_of(p.from_on)) for p in squats] == [(1, 2)]
    assert asked(red, "gait-drills") == [(5, None)]


def test_the_same_phase_twice_is_two_versions_of_one_order():
    found = ordered([plan(RIGHT, start(), move(5, STRENGTH), move(10, HALF), move(20, STRENGTH))])
    squats = sorted((p for p in found if p.exercise == "wall-squat"), key=lambda p: p.version)
    assert [(p.version, number_of(p.from_on)) for p in squats] == [(1, 5), (2, 20)]
    assert len({p.id for p in squats}) == 1


def test_what_needs_more_than_the_stricter_site_of_the_limb_allows_waits():
    """The knee may bear as much as it can, the hip of the same leg nothing: no squats until the hip is free."""
    hip = plan("right-hip", start(3, PROTECT), act(Act.END, 8))
    found = ordered([plan(RIGHT, start(0, TOLERATED)), hip])
    assert asked(found, "calf-raise") == [(0, 2), (9, None)]
    assert asked(found, "gait-drills") == [(0, 2), (9, None)]


def test_what_an_order_for_the_limb_forbids_today_is_not_asked_ahead():
    limits = [(Limb.RIGHT_LEG, WeightLimit(Grade.NWB), day(20))]
    found = ordered([plan(RIGHT, start(0, TOLERATED))], limits=limits)
    assert asked(found, "calf-raise") == [(0, 19)]


def test_the_other_leg_is_left_alone():
    found = ordered([plan(RIGHT, start(0, TOLERATED)), plan(LEFT, start(3))])
    assert asked([p for p in found if str(p.sites[0]) == RIGHT], "calf-raise") == [(0, None)]


def test_a_clinicians_own_order_takes_the_place_of_the_plans_from_its_first_day_on():
    own = order("quad-sets", RIGHT, first=7)
    found = ordered([plan(RIGHT, start())], own=[own])
    assert asked(found, "quad-sets") == [(0, 6), (7, None)]
    assert own in found  # quad sets need no weight on the leg


def due_days(found: list[Prescription], last: int) -> list[int]:
    return [number_of(o.day) for o in occurrences(found, [], IN_LISBON, day(0), day(last)) if not o.is_over]


def test_a_clinicians_own_order_waits_while_the_limb_may_not_carry_it():
    """Dr Boris ordered step-downs for a free leg; after the step back to 75 percent nobody asks Ana for them."""
    own = replace(order("step-down", RIGHT, first=10), needs=Grade.WBAT)
    plans = [plan(RIGHT, start(), move(10, TOLERATED), move(16, TOLERATED))]
    found = ordered(plans, logs(RIGHT, 6, first=12), today=20, own=[own])
    assert due_days([p for p in found if p.id == own.id], 18) == [10, 11, 16, 17, 18]
    still = ordered(plans, logs(RIGHT, 6, first=18), today=20, own=[own])
    assert due_days([p for p in still if p.id == own.id], 26) == [*range(10, 18)]


def test_an_own_order_for_both_knees_waits_for_the_stricter_leg():
    own = replace(order("step-down", RIGHT, LEFT), needs=Grade.WBAT)
    plans = [plan(RIGHT, start(0, TOLERATED)), plan(LEFT, start(3), act(Act.END, 5))]
    assert due_days([p for p in ordered(plans, own=[own], today=8) if p.id == own.id], 8) == [0, 1, 2, 6, 7, 8]


def test_an_order_for_another_place_does_not():
    found = ordered([plan(RIGHT, start())], own=[order("quad-sets", LEFT, first=7)])
    assert asked([p for p in found if str(p.sites[0]) == RIGHT], "quad-sets") == [(0, None)]


def test_stretches_of_a_phase_meet_without_gap_or_overlap():
    [found] = courses([plan(RIGHT, start(), move(5, STRENGTH), move(9, HALF))], today=20)
    stretches = {phase: [(number_of(s.from_on), s.until_on) for s in of] for phase, of in phase_stretches(
        found, day(20)).items()}  # fmt: skip
    assert stretches == {
        Phase.PARTIAL_WEIGHT_BEARING: [(0, day(4))],
        Phase.STRENGTHENING: [(5, day(8))],
        Phase.GAIT_TRAINING: [(9, None)],
    }


MOVES = st.lists(st.tuples(st.integers(1, 25), st.sampled_from(RUNGS)), max_size=4, unique_by=lambda m: m[0])
SCORES = st.lists(st.one_of(st.none(), st.integers(0, 7)), max_size=25)


@given(right=MOVES, hip=MOVES, scores=SCORES, ends=st.one_of(st.none(), st.integers(10, 28)))
def test_no_exercise_is_asked_twice_a_day_or_against_the_limit_and_yesterday_stays(right, hip, scores, ends):
    acts = [start(), *(move(n, rung) for n, rung in right)]
    knee = plan(RIGHT, *acts, *([act(Act.END, ends)] if ends and all(n < ends for n, _ in right) else []))
    other = plan("right-hip", start(2, PROTECT), *(move(n, rung) for n, rung in hip if n > 2))
    entries = logs(RIGHT, *scores)
    found = ordered([knee, other], entries, 29)
    standing = courses([knee, other], entries, 29)
    spans = limit_spans(standing, [], day(0), day(29))[Limb.RIGHT_LEG]
    times: Counter[tuple[str, str, int]] = Counter()
    for each in found:
        for number in range(30):
            on = day(number)
            if each.from_on <= on and (each.until_on is None or on <= each.until_on):
                times[each.exercise, str(each.sites[0]), number] += 1
                limit = next((limit for first, last, limit in spans if first <= on <= last), None)
                assert not exercise_against_limit(each, limit), (each, on, limit)
    assert set(times.values()) <= {1}
    ids = Counter((each.id, each.version) for each in found)
    assert set(ids.values()) <= {1}
    then = ordered([knee, other], [e for e in entries if e.for_date <= day(20)], 20)
    before = day(20) - timedelta(days=1)
    assert _until(then, before) == _until(found, before)


def _until(found: list[Prescription], last) -> Counter[tuple[str, str, object]]:
    """Return what was asked on each day up to one."""
    asked: Counter[tuple[str, str, object]] = Counter()
    for each in found:
        for number in range((last - day(0)).days + 1):
            on = day(number)
            if each.from_on <= on and (each.until_on is None or on <= each.until_on):
                asked[each.exercise, str(each.sites[0]), on] += 1
    return asked
