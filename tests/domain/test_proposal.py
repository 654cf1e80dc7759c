from dataclasses import replace

import pytest

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.errors import InvalidValue, WrongState
from rehab_tracker.domain.plan import Act
from rehab_tracker.domain.proposal import Facts, check_move, proposal
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from tests.domain.diary import day
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
    check,
    courses,
    logs,
    move,
    plan,
    start,
)

GOOD = [(1, 1)] * 21
NO_FACTS = Facts()


def proposed(acts, entries, today=21, facts=NO_FACTS, others=(), place=RIGHT):
    found = courses([plan(place, *acts), *others], entries, today)
    own = next(c for c in found if str(c.plan.site) == place)
    return own, proposal(own, found, day(today), facts)


def unmet(found):
    return [met.key for met in found.criteria if not met.is_met]


def blockers(found):
    return [blocker.code for blocker in found.blockers]


def test_after_21_good_days_of_partial_weight_gait_training_is_proposed():
    course, found = proposed([start()], logs(RIGHT, *GOOD))
    assert found.is_ready and (found.target, found.limit) == (HALF, WeightLimit(Grade.PWB, 50, Aids.TWO_CRUTCHES))
    assert course.rung == PARTIAL
    assert [(met.key, met.value, met.needed) for met in found.criteria] == [
        ("days-since-phase", 21, 21), ("days-at-most", 7, 5), ("none-from", 0, 0), ("no-morning-rise", 7, 3),
        ("logged", 7, 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entries", "today", "missing"),
    [
        (GOOD, 20, ["days-since-phase"]),
        ([*GOOD[:14], *[(2, 1)] * 4, *[(3, 1)] * 2, (1, 1)], 21, []),
        ([*GOOD[:14], *[(3, 1)] * 3, *[(1, 1)] * 4], 21, ["days-at-most"]),
        ([*GOOD[:14], (4, 1), *[(1, 1)] * 6], 21, ["none-from"]),
        ([*GOOD[:20], (1, 3)], 21, ["no-morning-rise"]),
        ([1] * 21, 21, ["no-morning-rise"]),
        (GOOD, 25, ["logged"]),
        ([], 60, ["days-at-most", "none-from", "no-morning-rise", "logged"]),
    ],
)
def test_every_unmet_criterion_alone_keeps_it_from_being_proposed(entries, today, missing):
    _, found = proposed([start()], logs(RIGHT, *entries), today)
    assert unmet(found) == missing
    assert not (found.is_ready and missing)


def test_a_step_inside_gait_training_needs_three_days_and_three_good_logs():
    acts = [start(), move(21, HALF)]
    said = [*GOOD, *[(2, 1)] * 3]
    assert not proposed(acts, logs(RIGHT, *said), 23)[1].is_ready
    _, found = proposed(acts, logs(RIGHT, *said), 24)
    assert found.is_ready and found.target == THREE_QUARTERS


def test_strengthening_waits_for_what_only_a_clinician_can_see():
    acts = [start(), move(10, TOLERATED)]
    said = logs(RIGHT, *[(1, 1)] * 30)
    assert unmet(proposed(acts, said, 30)[1]) == ["not-checked", "not-checked"]
    _, found = proposed([*acts, *check(20, "no-limp", "walks-30-minutes")], said, 30)
    assert found.is_ready and found.target == STRENGTH


def test_the_return_needs_questionnaire_checks_and_adherence():
    items = ("stands-on-one-leg-10-s", "single-leg-mini-squats-10", "stairs")
    acts = [start(), move(10, STRENGTH), *check(20, *items)]
    facts = Facts(adherence={2: 0.7}.get, scores={"lefs": [(day(30), 70)]})
    said = logs(RIGHT, *[(1, 1)] * 40)
    assert proposed(acts, said, 40, facts)[1].is_ready
    assert unmet(proposed(acts, said, 40)[1]) == ["questionnaire-unknown", "adherence-unknown"]


def test_a_protected_hip_waits_for_rest_without_pain_and_for_release():
    said = logs("right-hip", *[0] * 3)
    _, found = proposed([start(rung=PROTECT)], said, 10, place="right-hip")
    assert (found.target, unmet(found)) == (PARTIAL, ["rest-days-at-most", "not-checked"])


def test_nothing_comes_after_the_top_and_after_the_end():
    assert proposed([start(), move(5, RETURN)], [])[1].target is None
    _, ended = proposed([start(), act(Act.END, 5)], [])
    assert not ended.is_ready and blockers(ended) == ["ended"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (Facts(unknown_of_last_asked=(4, 7)), "unknown-days"),
        (Facts(drug_starts=(day(7),)), "drug-started"),
        (Facts(drug_starts=(day(21),)), "drug-started"),
        (Facts(is_proposing=False), "not-in-care"),
    ],
)
def test_a_blocker_alone_keeps_it_from_being_proposed(facts, code):
    _, found = proposed([start()], logs(RIGHT, *GOOD), 21, facts)
    assert not unmet(found) and blockers(found) == [code] and not found.is_ready


@pytest.mark.parametrize("facts", [Facts(unknown_of_last_asked=(3, 7)), Facts(drug_starts=(day(6), day(22)))])
def test_three_unknown_days_and_an_old_drug_do_not_block(facts):
    assert proposed([start()], logs(RIGHT, *GOOD), 21, facts)[1].is_ready


def test_a_hold_blocks():
    assert blockers(proposed([start(), act(Act.HOLD, 5)], logs(RIGHT, *GOOD))[1]) == ["held-by-clinician"]
    said = [*GOOD[:19], (3, 1), None]
    assert blockers(proposed([start()], logs(RIGHT, *said))[1]) == ["on-hold"]


def test_two_restricted_legs_block_until_a_clinician_has_answered():
    other = [plan(LEFT, start(10))]
    said = logs(RIGHT, *GOOD)
    assert blockers(proposed([start()], said, others=other)[1]) == ["both-legs"]
    assert proposed([start()], said, facts=Facts(both_legs_answered=True), others=other)[1].is_ready


def test_an_open_question_blocks():
    acts, other = [start(), move(10, TOLERATED)], [plan(LEFT, start(11))]
    said = logs(RIGHT, *[(0, 0)] * 11, 6, *[(0, 0)] * 20)
    assert "open-question" in blockers(proposed(acts, said, 31, others=other)[1])


def test_a_new_site_keeps_its_limb_from_strengthening_for_a_week():
    acts = [start(), move(10, TOLERATED), *check(20, "no-limp", "walks-30-minutes")]
    said, other = logs(RIGHT, *[(1, 1)] * 40), [plan("right-foot", start(30))]
    assert blockers(proposed(acts, said, 36, others=other)[1]) == ["limb-paused"]
    assert proposed(acts, said, 37, others=other)[1].is_ready
    rests = Facts(limb_pauses=frozenset([Limb.RIGHT_LEG]))
    assert blockers(proposed(acts, said, 37, rests)[1]) == ["limb-held"]


READY = proposed([start()], logs(RIGHT, *GOOD))
NOT_READY = proposed([start()], logs(RIGHT, *GOOD), 20)


def test_the_ready_proposal_needs_no_reason():
    assert check_move(*READY[:1], HALF, READY[1]) is False


def test_any_other_move_is_an_override_and_needs_a_reason():
    for (course, found), target in ((NOT_READY, HALF), (READY, PARTIAL), (READY, PROTECT), (READY, THREE_QUARTERS)):
        with pytest.raises(InvalidValue) as refused:
            check_move(course, target, found, "  ok  ")
        assert (refused.value.code, refused.value.pointer) == ("reason-needed", "/reason")
        assert check_move(course, target, found, "walks well") is True


def test_a_looser_limit_than_the_rungs_is_an_override_too():
    half = WeightLimit(Grade.PWB, 60)
    with pytest.raises(InvalidValue):
        check_move(READY[0], HALF, READY[1], limit=half)
    assert check_move(READY[0], HALF, READY[1], limit=WeightLimit(Grade.PWB, 40)) is False


def test_a_phase_is_skipped_upward_only_with_a_reason():
    with pytest.raises(InvalidValue) as refused:
        check_move(READY[0], STRENGTH, READY[1])
    assert refused.value.code == "phase-jump"
    assert check_move(READY[0], STRENGTH, READY[1], "MRI is clear") is True


def test_an_ended_plan_and_an_unknown_step_are_refused():
    ended = proposed([start(), act(Act.END, 5)], [])
    with pytest.raises(WrongState) as refused:
        check_move(ended[0], HALF, ended[1], "walks well")
    assert refused.value.values == {"state": "ended"}
    with pytest.raises(InvalidValue) as unknown:
        check_move(READY[0], HALF._replace(step=9), READY[1], "walks well")
    assert unknown.value.code == "unknown-rung"


def test_without_any_criterion_nothing_is_proposed():
    phases = (
        *DEFAULT_TEMPLATE.phases[:2],
        replace(DEFAULT_TEMPLATE.phases[2], step_up=()),
        *DEFAULT_TEMPLATE.phases[3:],
    )
    careless = replace(DEFAULT_TEMPLATE, phases=phases)
    [own] = courses([plan(RIGHT, start(rung=HALF), template=careless)], [], 1)
    found = proposal(own, [own], day(1), NO_FACTS)
    assert found.target == THREE_QUARTERS and not found.is_ready
