"""Which plans follow from what staff recorded of Ana."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.involvement import InvolvementStatus
from rehab_tracker.domain.plan import Act
from rehab_tracker.domain.plan_run import run
from rehab_tracker.domain.plan_story import PlanStory, can_ask, what_follows
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Grade, WeightLimit
from tests.domain.diary import day, history, known
from tests.domain.plans import HALF, LEFT, PARTIAL, PROTECT, RIGHT, STRENGTH, TOLERATED, act, logs, plan, start
from tests.domain.staff import moved, status

INNER, OUTER = f"{RIGHT}.medial-femoral-condyle", f"{RIGHT}.lateral-femoral-condyle"
CONFIRMED, RESOLVED = InvolvementStatus.CONFIRMED, InvolvementStatus.RESOLVED


def plans(*told, before=(), known_before=()):
    story = PlanStory(plans=before, known=known_before)
    for each in told:
        story.take(each)
    return sorted(story.plans, key=lambda plan: (str(plan.site), plan.started_on))


def acts(found):
    """Return what was done to a plan: the act, the day, and the rung."""
    return [(a.act, (a.on - day(0)).days, a.rung) for a in found.acts]


def test_a_confirmed_place_starts_its_plan_where_its_protocol_begins():
    [knee, hip] = plans(status(3, "right-hip", "confirmed"), status(4, LEFT, "recurrent"))
    assert acts(knee) == [(Act.START, 4, PARTIAL)] and acts(hip) == [(Act.START, 3, PROTECT)]
    assert knee.template is DEFAULT_TEMPLATE


def test_a_suspected_or_resolving_place_has_no_plan():
    assert plans(status(1, LEFT, "suspected"), status(2, RIGHT, "resolving")) == []


def test_a_second_confirmation_starts_no_second_plan():
    assert len(plans(status(1, LEFT, "confirmed"), status(2, LEFT, "recurrent"), status(3, LEFT, "confirmed"))) == 1


def test_two_parts_of_one_joint_have_a_plan_each():
    assert [str(p.site) for p in plans(status(1, INNER, "confirmed"), status(1, OUTER, "confirmed"))] == [OUTER, INNER]


@pytest.mark.parametrize("end", ["resolved", "entered-in-error"])
def test_a_place_that_is_over_ends_its_plan_and_starts_another_when_it_comes_back(end):
    first, second = plans(
        status(1, LEFT, "confirmed"), status(9, LEFT, end, reason="All well."), status(30, LEFT, "recurrent")
    )
    assert acts(first) == [(Act.START, 1, PARTIAL), (Act.END, 9, None)] and first.acts[1].reason == "All well."
    assert acts(second) == [(Act.START, 30, PARTIAL)]


def test_a_resolving_place_keeps_its_plan():
    [found] = plans(status(1, LEFT, "confirmed"), status(20, LEFT, "resolving"))
    assert found.ended_on is None


def test_a_phase_moves_the_running_plan_with_its_reason_and_nobodys_name():
    [found] = plans(status(1, LEFT, "confirmed"), moved(21, LEFT, HALF, reason="Three weeks are over."))
    assert acts(found) == [(Act.START, 1, PARTIAL), (Act.MOVE, 21, HALF)]
    assert (found.acts[1].reason, found.acts[1].by) == ("Three weeks are over.", None)


def test_a_phase_may_bring_a_limit_of_its_own():
    own = WeightLimit(Grade.PWB, 20)
    [found] = plans(moved(3, LEFT, PARTIAL, limit=own))
    assert found.acts[0].limit == own


def test_a_phase_starts_a_plan_where_none_runs():
    [found] = plans(moved(3, LEFT, STRENGTH))
    assert acts(found) == [(Act.START, 3, STRENGTH)]
    first, second = plans(status(1, LEFT, "confirmed"), status(5, LEFT, "resolved"), moved(9, LEFT, STRENGTH))
    assert acts(first)[-1] == (Act.END, 5, None) and acts(second) == [(Act.START, 9, STRENGTH)]


def test_other_places_are_left_alone():
    [left, right] = plans(status(1, RIGHT, "confirmed"), moved(22, RIGHT, HALF), status(30, LEFT, "confirmed"))
    assert acts(right) == [(Act.START, 1, PARTIAL), (Act.MOVE, 22, HALF)] and acts(left) == [(Act.START, 30, PARTIAL)]


def test_merging_hands_the_plan_on_to_the_place_that_is_meant():
    [found] = plans(
        status(1, INNER, "confirmed"),
        moved(22, INNER, HALF),
        status(25, INNER, "entered-in-error", merged_into=site(OUTER)),
    )
    assert str(found.site) == OUTER and acts(found) == [(Act.START, 1, PARTIAL), (Act.MOVE, 22, HALF)]


def test_merging_ends_the_plan_where_the_other_place_has_one():
    outer, inner = plans(
        status(1, INNER, "confirmed"),
        status(2, OUTER, "confirmed"),
        status(25, INNER, "entered-in-error", merged_into=site(OUTER)),
    )
    assert acts(inner)[-1] == (Act.END, 25, None) and acts(outer) == [(Act.START, 2, PARTIAL)]


def test_what_comes_at_one_instant_comes_in_the_order_in_which_it_is_told():
    at_once = [
        status(1, LEFT, "confirmed"),
        moved(1, LEFT, HALF),
        moved(1, LEFT, STRENGTH),
        status(1, LEFT, "resolved"),
    ]
    [found] = plans(*at_once)
    assert [a.act for a in found.acts] == [Act.START, Act.MOVE, Act.MOVE, Act.END]
    assert found.acts[2].rung == STRENGTH


def test_the_same_story_gives_the_same_ids_and_another_patient_others():
    told = [status(1, LEFT, "confirmed"), moved(21, LEFT, HALF)]
    assert plans(*told) == plans(*told)
    theirs = PlanStory(names=known_id())
    theirs.take(told[0])
    assert theirs.plans[0].id != plans(*told)[0].id


def known_id():
    return plan(RIGHT, start()).id


def test_a_plan_that_a_clinician_ended_does_not_come_back_by_a_repeated_status():
    ended = plan(LEFT, start(1), act(Act.END, 5))
    confirmed = [known(LEFT, since=1)]
    assert plans(status(9, LEFT, "confirmed"), before=[ended], known_before=confirmed) == [ended]
    assert len(plans(status(9, LEFT, "recurrent"), before=[ended], known_before=confirmed)) == 2


def test_a_phase_of_a_time_before_the_plan_is_refused():
    with pytest.raises(InvalidValue) as refused:
        plans(moved(3, LEFT, HALF), before=[plan(LEFT, start(10))])
    assert refused.value.code == "starts-later"


def test_an_end_before_the_plan_began_is_no_end_of_it():
    there = plan(LEFT, start(10))
    assert plans(status(3, LEFT, "resolved"), before=[there]) == [there]


def test_a_phase_that_is_told_late_joins_the_plan_of_its_time():
    [found] = plans(moved(8, LEFT, HALF), before=[plan(LEFT, start(1), act(Act.END, 20))])
    assert acts(found) == [(Act.START, 1, PARTIAL), (Act.MOVE, 8, HALF), (Act.END, 20, None)]


@pytest.mark.parametrize("running", [True, False])
@pytest.mark.parametrize("now", list(InvolvementStatus))
@pytest.mark.parametrize("before", [None, *InvolvementStatus])
def test_what_follows_a_status(before, now, running):
    follows = what_follows(before, now, running)
    if running:
        assert follows is (None if now.is_active else Act.END)
    else:
        assert follows is (Act.START if now.starts_plan and now is not before else None)


STATUSES = st.builds(status, st.integers(0, 30), st.sampled_from([LEFT, RIGHT]), st.sampled_from(InvolvementStatus))
MOVES = st.builds(moved, st.integers(0, 30), st.sampled_from([LEFT, RIGHT]), st.sampled_from(DEFAULT_TEMPLATE.rungs))
STORIES = st.lists(STATUSES | MOVES, max_size=8, unique_by=lambda each: each.id)


@given(STORIES)
def test_no_place_ever_has_two_running_plans(told):
    told.sort(key=lambda each: each.at)
    for number in range(31):
        running = [p.site for p in plans(*told) if p.started_on <= day(number) and _runs_after(p, day(number))]
        assert len(running) == len(set(running))


def _runs_after(found, last):
    return found.ended_on is None or found.ended_on > last


@given(STORIES, st.integers(0, 8))
def test_a_story_told_in_two_parts_gives_the_same_plans(told, cut):
    told.sort(key=lambda each: each.at)
    first, later = told[:cut], told[cut:]
    said = [each.what for each in first if hasattr(each.what, "status")]
    assert plans(*later, before=plans(*first), known_before=said) == plans(*told)


# Which plans need no walk


SCORES = st.lists(st.none() | st.integers(0, 8), max_size=12)


@given(STORIES, SCORES, SCORES, st.none() | st.sampled_from(Grade).filter(lambda grade: grade is not Grade.PWB))
def test_where_no_plan_can_ask_none_does(told, left, right, grade):
    told.sort(key=lambda each: each.at)
    orders = [] if grade is None else [(Limb.LEFT_LEG, WeightLimit(grade), day(2))]
    found = plans(*told)
    assume(not can_ask(found, orders))
    entries = logs(LEFT, *left) + logs(RIGHT, *right)
    assert not any(course.reviews for course in run(found, history(entries), day(31), orders))


def test_a_plan_at_its_first_rung_can_ask_nothing_and_one_that_was_moved_can():
    started, moved_on = plan(RIGHT, start()), plan(RIGHT, start(), act(Act.MOVE, 9, TOLERATED))
    other = plan(LEFT, start(11))
    assert not can_ask([started, other], [])
    assert can_ask([moved_on, other], []) and not can_ask([moved_on], [])
    assert can_ask([moved_on], [(Limb.LEFT_LEG, WeightLimit(Grade.NWB), day(11))])
    assert not can_ask([moved_on], [(Limb.LEFT_LEG, WeightLimit(Grade.FWB), day(11))])


@pytest.mark.parametrize("late", [1, 2])
def test_what_is_told_late_never_leaves_a_place_that_hurts_without_its_plan(late):
    told = [status(0, RIGHT, "confirmed"), status(50, RIGHT, "resolved"), status(55, RIGHT, "recurrent")]
    told.append(told.pop(late))
    running = [found for found in plans(*told) if acts(found)[-1][0] is not Act.END]
    assert len(running) == 1


def test_a_confirmation_told_late_starts_no_plan_for_a_place_that_is_over():
    assert plans(status(9, LEFT, "resolved"), status(1, LEFT, "confirmed")) == []
