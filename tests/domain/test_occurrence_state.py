from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.entry import ClockFault
from rehab_tracker.domain.exercise import ExerciseReport, NotDone
from rehab_tracker.domain.occurrence_state import share_done
from rehab_tracker.domain.prescription import Dose
from tests.domain.exercises import (
    LATER,
    LEFT,
    RIGHT,
    THREE_BY_TEN,
    at,
    became,
    did,
    due,
    order,
    rest,
    shares,
    skipped,
    states,
)

TODAY = due(order(), last=0)
THRICE = due(order(dose=Dose(reps=20, times_a_day=3)), last=0)
BOUNDED = Dose(sets=3, reps=10, minutes=10)


# What the clock decides


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (at(-1, 23, 59), "planned"),
        (at(0), "open"),
        (at(0, 23, 59), "open"),
        (at(1, 11, 59), "open"),
        (at(1, 12), "missed"),
    ],
)
def test_an_exercise_is_planned_then_open_and_missed_when_its_grace_is_over(now, state):
    assert states(TODAY, now=now) == [state]


def test_three_times_a_day_opens_one_after_the_other():
    assert states(THRICE, now=at(0, 13)) == ["open", "open", "planned"]
    assert states(THRICE, now=at(1, 1)) == ["missed", "open", "open"]


# What she says


def test_a_report_without_amounts_is_done_in_full():
    assert states(TODAY, did(0)) == ["done"]


def test_sets_and_repetitions_are_measured_against_the_dose():
    (result,) = became(TODAY, did(0, done_sets=2, done_reps=10))
    assert (result.state, result.done, result.due) == ("partial", Fraction(2, 3), 1)


def test_a_late_offline_entry_turns_missed_into_done():
    late = replace(did(0), received_at=at(9))
    assert states(TODAY, now=at(8)) == ["missed"]
    assert states(TODAY, late, now=at(9)) == ["done"]


def test_an_entry_counts_for_the_day_it_is_about():
    assert states(due(order(), last=1), did(1)) == ["missed", "done"]


def test_a_report_of_another_exercise_says_nothing():
    assert states(TODAY, did(0, "heel-slides")) == ["missed"]


def test_a_reason_is_kept_and_is_known_before_the_day_is_over():
    (result,) = became(TODAY, skipped(0, why="no-time"), now=at(0, 21))
    assert (result.state, result.not_done, result.due) == ("missed", NotDone.NO_TIME, 0)


def test_stopped_by_pain_after_one_set_is_partial_with_the_reason():
    (result,) = became(TODAY, skipped(0, done_sets=1))
    assert (result.state, result.done, result.not_done) == ("partial", Fraction(1, 3), NotDone.PAIN)


def test_skipped_in_the_morning_and_done_in_the_evening_is_done():
    assert states(TODAY, skipped(0, hour=9), did(0, hour=20)) == ["done"]


@pytest.mark.parametrize(
    ("dose", "said", "share"),
    [
        (THREE_BY_TEN, {}, 1),
        (THREE_BY_TEN, {"done_sets": 2}, Fraction(2, 3)),
        (THREE_BY_TEN, {"done_reps": 5}, Fraction(1, 2)),
        (THREE_BY_TEN, {"done_sets": 9, "done_reps": 10}, 1),
        (THREE_BY_TEN, {"done_sets": 0}, 0),
        (THREE_BY_TEN, {"done_minutes": 5}, 1),
        (THREE_BY_TEN, {"done_minutes": 0}, 0),
        (THREE_BY_TEN, {"done_minutes": 5, "not_done": NotDone.PAIN}, 0),
        (THREE_BY_TEN, {"not_done": NotDone.PAIN}, 0),
        (Dose(sets=3, seconds=30), {"done_sets": 1}, Fraction(1, 3)),
        (Dose(minutes=20), {"done_minutes": 5}, Fraction(1, 4)),
        (Dose(minutes=20), {"done_minutes": 0, "done_sets": 3}, 0),
        (BOUNDED, {"done_sets": 3, "done_minutes": 4}, 1),
        (BOUNDED, {"done_sets": 1, "done_minutes": 10}, 1),
        (BOUNDED, {"done_sets": 1, "done_minutes": 4}, Fraction(2, 5)),
    ],
)
def test_how_much_of_a_dose_a_report_says(dose, said, share):
    assert share_done(dose, ExerciseReport("bridges", **said)) == share


# Several reports of a day


def test_reports_of_a_day_fill_its_slots_in_the_order_in_which_they_were_recorded():
    morning, evening = did(0, hour=8, done_reps=10), did(0, hour=20)
    assert shares(THRICE, evening, morning) == [Fraction(1, 2), 1, 0]


def test_ten_short_bouts_make_a_whole():
    bouts = (did(0, hour=hour, done_sets=1, done_reps=3) for hour in range(8, 18))
    assert states(TODAY, *bouts) == ["done"]


def test_what_is_too_much_for_one_slot_completes_the_next():
    reports = [did(0, hour=hour, done_reps=reps) for hour, reps in ((8, 15), (12, 10), (16, 5), (20, 20))]
    assert shares(THRICE, *reports) == [1, 1, Fraction(1, 2)]


def test_reasons_go_to_the_slots_that_stayed_empty():
    results = became(THRICE, skipped(0, hour=8), did(0, hour=12))
    assert [(r.state, r.not_done) for r in results] == [("done", None), ("missed", "pain"), ("missed", None)]


# Versions


def test_an_edit_takes_the_place_of_what_it_edits():
    assert shares(TODAY, did(0, name="e"), did(0, name="e", rev=2, done_sets=1)) == [Fraction(1, 3)]


def test_a_withdrawn_report_and_one_with_an_impossible_clock_count_for_nothing():
    assert states(TODAY, replace(did(0), withdrawn=True)) == ["missed"]
    assert states(TODAY, replace(did(0), fault=ClockFault.CLOCK_FAR_OFF)) == ["missed"]


def test_of_two_versions_that_contradict_each_other_the_one_with_less_counts_and_only_once():
    versions = did(0, name="e", hour=8), did(0, name="e", hour=9, done_reps=10)
    assert shares(THRICE, *versions) == [Fraction(1, 2), 0, 0]


def test_versions_that_contradict_each_other_about_the_exercise_say_nothing_sure():
    assert states(TODAY, did(0, name="e"), did(0, "heel-slides", name="e")) == ["missed"]


# Holds and ends


def test_a_held_exercise_is_excused_and_not_missed():
    (result,) = became(due(order(), last=0, holds=(rest(0),)))
    assert (result.state, result.due) == ("excused", 0)


def test_what_was_done_on_a_held_day_stays_done_as_far_as_it_was_done():
    held = due(order(), last=1, holds=(rest(0),))
    whole, part = became(held, did(0), did(1, done_sets=1))
    assert (whole.state, whole.due) == ("done", 1)
    assert (part.state, part.done, part.due) == ("partial", Fraction(1, 3), Fraction(1, 3))


def test_an_exercise_that_ended_is_cancelled_unless_it_was_done_anyway():
    found = due(order(last=0), last=2)
    assert states(found, did(1)) == ["missed", "done", "cancelled"]


def test_a_smaller_dose_from_today_on_does_not_undo_what_was_done_this_morning():
    before, after = Dose(reps=20, times_a_day=3), Dose(reps=20)
    changed = due(order(name="p", dose=before), order(name="p", version=2, dose=after, first=1), first=1, last=1)
    assert states(changed, did(1, hour=8), did(1, hour=12)) == ["done", "done", "cancelled"]


# Whatever she sends


REPORTS = st.lists(
    st.builds(
        lambda number, hour, rev, said: did(number, hour=hour, rev=rev, **said),
        st.integers(0, 3),
        st.integers(6, 23),
        st.integers(1, 2),
        st.fixed_dictionaries(
            {}, optional={"done_sets": st.integers(0, 4), "done_reps": st.integers(0, 12), "not_done": st.just("pain")}
        ),
    ),
    max_size=8,
)
PLANS = st.sampled_from(
    [
        due(order(), last=3),
        due(order(dose=Dose(sets=3, reps=10, times_a_day=3)), last=3),
        due(order("bridges", RIGHT, LEFT, last=1), last=3),
        due(order(), last=3, holds=(rest(1, 2),)),
    ]
)
NOWS = st.sampled_from([at(0, 6), at(1, 13), at(2), at(3, 18), LATER])


@given(PLANS, REPORTS, NOWS, st.randoms())
def test_the_order_in_which_reports_arrive_does_not_matter(found, reports, now, chance):
    shuffled = list(reports)
    chance.shuffle(shuffled)
    assert became(found, *shuffled, now=now) == became(found, *reports, now=now)


@given(PLANS, REPORTS)
def test_one_more_report_never_makes_less_of_a_day(found, reports):
    more = did(1, name="one more", done_sets=2)
    assert sum(shares(found, *reports, more)) >= sum(shares(found, *reports))


@given(PLANS, REPORTS, NOWS)
def test_what_is_done_and_due_are_shares_and_the_state_says_which(found, reports, now):
    for result in became(found, *reports, now=now):
        assert 0 <= result.done <= 1
        assert 0 <= result.due <= 1
        assert (result.state == "done") is (result.done == 1)
        assert (result.state == "partial") is (0 < result.done < 1)
