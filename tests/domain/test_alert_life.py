"""The moves of an alert's life, and what may not be."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import AlertState, Rule
from rehab_tracker.domain.alert_call import Called, CallResult
from rehab_tracker.domain.alert_life import (
    HUSHED_FOR,
    Rest,
    accepted,
    can_be_undone,
    hushed_until,
    must_stand,
    snoozed,
    woken,
)
from rehab_tracker.domain.errors import InvalidValue, WrongState
from rehab_tracker.domain.site import Limb
from tests.domain.diary import day, evening

OPEN, TAKEN, SNOOZED = AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED
MOVES = {
    snoozed: {TAKEN: SNOOZED},
    woken: {SNOOZED: TAKEN},
    accepted: {OPEN: TAKEN, TAKEN: TAKEN, SNOOZED: SNOOZED},
    must_stand: {OPEN: OPEN, TAKEN: TAKEN, SNOOZED: SNOOZED},
}


@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
def test_a_move_leads_where_the_table_says_and_all_others_name_the_present_state(move, state):
    if state in MOVES[move]:
        assert move(state) is MOVES[move][state]
    else:
        with pytest.raises(WrongState) as refusal:
            move(state)
        assert refusal.value.values["state"] == str(state)


@pytest.mark.parametrize(("days", "fits"), [(0, False), (1, True), (14, True), (15, False), (-3, False)])
def test_an_alert_rests_one_to_14_days(days, fits):
    rest = Rest(day(10 + days), "back from holiday then")
    if fits:
        rest.must_fit(Rule.NEW_SITE_PAIN, day(10))
    else:
        with pytest.raises(InvalidValue) as refusal:
            rest.must_fit(Rule.NEW_SITE_PAIN, day(10))
        assert (refusal.value.code, refusal.value.pointer) == ("out-of-range", "/until")


def test_a_red_flag_never_rests_and_nothing_does_without_a_reason():
    with pytest.raises(InvalidValue, match="red flag"):
        Rest(day(11), "seen yesterday").must_fit(Rule.RED_FLAG, day(10))
    with pytest.raises(InvalidValue, match="why"):
        Rest(day(11), "")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"result": CallResult.NO_ANSWER}, "day-needed"),
        ({"result": CallResult.VISIT_BOOKED}, "day-needed"),
        ({"result": CallResult.SPOKEN, "due_on": day(3)}, "day-not-asked"),
        ({"result": CallResult.SPOKEN, "note": "x" * 1001}, "too-long"),
    ],
)
def test_a_call_has_the_day_that_belongs_to_it(said, code):
    with pytest.raises(InvalidValue) as refusal:
        Called(**said)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("result", "days", "fits"),
    [("no-answer", 0, True), ("no-answer", 14, True), ("no-answer", 15, False), ("no-answer", -1, False),
     ("visit-booked", 365, True), ("visit-booked", 366, False), ("imaging-requested", None, True)],
)  # fmt: skip
def test_nobody_is_called_again_in_the_past_or_in_a_year(result, days, fits):
    called = Called(CallResult(result), None if days is None else day(10 + days))
    if fits:
        called.must_fit(day(10))
    else:
        with pytest.raises(InvalidValue) as refusal:
            called.must_fit(day(10))
        assert refusal.value.pointer == "/due_on"


def test_a_step_can_be_undone_for_ten_minutes_and_a_raised_alert_never():
    made = evening(1)
    assert can_be_undone("acknowledged", made, made + timedelta(minutes=10))
    assert not can_be_undone("acknowledged", made, made + timedelta(minutes=10, seconds=1))
    assert not can_be_undone("raised", made, made)


@given(st.lists(st.tuples(st.sampled_from([*Limb, None]), st.integers(0, 10))), st.sampled_from([*Limb, None]))
def test_only_a_louder_alert_of_the_same_leg_hushes_and_the_newest_says_how_long(loud, limb):
    raised = [(where, evening(number)) for where, number in loud]
    of_leg = [at for where, at in raised if where == limb and limb in (Limb.LEFT_LEG, Limb.RIGHT_LEG)]
    assert hushed_until(limb, raised) == (max(of_leg) + HUSHED_FOR if of_leg else None)
