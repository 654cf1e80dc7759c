from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.person import ZoneChange, ZoneSince, zones
from rehab_tracker.domain.prescription import Days, Dose, Prescription, days_a_week
from rehab_tracker.domain.schedule import CANCELLED_DAYS, occurrences
from rehab_tracker.domain.site import Limb, site
from tests.domain.diary import day
from tests.domain.exercises import LEFT, RIGHT, days_of, due, named, order, rest

TRICKY = ("Europe/Lisbon", "Africa/Cairo", "America/Sao_Paulo", "Pacific/Kiritimati", "Pacific/Pago_Pago")
EXERCISES = ("bridges", "heel-slides", "ankle-pumps")


def live(found):
    return [o for o in found if not o.is_over]


def test_an_exercise_is_due_on_its_days_from_its_first_to_its_last():
    assert days_of(live(due(order(days=days_a_week(3), first=1, last=9), last=13))) == [2, 4, 7, 9]


def test_an_exercise_three_times_a_day_is_due_three_times():
    found = due(order(dose=Dose(reps=20, times_a_day=3)), last=1)
    assert [(o.day, o.slot) for o in found] == [(day(n), slot) for n in (0, 1) for slot in range(3)]


def test_an_occurrence_is_named_by_prescription_version_local_day_and_slot():
    (found,) = due(order(name="Ana's bridges", version=4), last=0)
    assert found.key == (named("Ana's bridges"), 4, day(0), 0)


def test_nothing_is_due_outside_the_days_asked_for():
    assert days_of(due(order(), first=3, last=5)) == [3, 4, 5]
    assert due(order(), first=5, last=4) == due() == []


def test_asking_again_or_for_longer_gives_the_same_occurrences():
    orders = (order(), order("heel-slides", LEFT))
    assert due(*orders, *orders) == due(*orders)
    assert due(*orders, last=30)[: len(due(*orders))] == due(*orders)


# Two orders of one exercise


def test_an_exercise_ordered_for_two_knees_is_one_occurrence_that_serves_both():
    right, left = order("bridges", RIGHT), order("bridges", LEFT, first=3)
    found = due(right, left)
    assert [[str(place) for place in o.sites] for o in found] == [[RIGHT]] * 3 + [[LEFT, RIGHT]] * 4
    assert found[3].orders == ((right.id, 1), (left.id, 1))


def test_of_two_orders_the_smaller_dose_is_asked():
    more, less = order(dose=Dose(sets=3, reps=10, times_a_day=2)), order("bridges", LEFT, dose=Dose(sets=2, reps=10))
    assert [(o.dose, o.slot) for o in due(more, less, last=0)] == [(Dose(sets=2, reps=10), 0)]


def test_where_only_one_of_two_orders_asks_on_a_day_its_own_dose_holds():
    daily, mondays = order(), order("bridges", LEFT, dose=Dose(reps=5), days=Days(frozenset((0,))))
    assert [o.dose.repetitions for o in due(daily, mondays)] == [5] + [30] * 6


def test_an_occurrence_strengthens_if_one_of_its_orders_does():
    assert due(order(), order("bridges", LEFT, strengthens=True), last=0)[0].strengthens


# Versions and ends


def test_a_later_version_takes_the_place_of_the_earlier_from_its_first_day_on():
    first, second = order(name="b"), order(name="b", version=2, first=3, dose=Dose(reps=5))
    assert [o.orders[0][1] for o in due(second, first)] == [1, 1, 1, 2, 2, 2, 2]


def test_a_version_corrected_before_it_began_was_never_in_force():
    often = Dose(reps=10, times_a_day=3)
    wrong, right = order(name="b", first=3, dose=often), order(name="b", version=2, first=1, last=4)
    found = due(wrong, right, last=30)
    assert {o.orders for o in found} == {((named("b"), 2),)}
    assert days_of(live(found)) == [1, 2, 3, 4]


def test_of_three_versions_the_last_one_bounds_the_first_where_the_second_never_began():
    versions = order(name="b"), order(name="b", version=2, first=6), order(name="b", version=3, first=4)
    assert [o.orders[0][1] for o in live(due(*versions, last=7))] == [1] * 4 + [3] * 4


def test_between_the_end_of_a_version_and_the_next_nothing_is_due():
    assert days_of(live(due(order(name="b", last=1), order(name="b", version=2, first=4)))) == [0, 1, 4, 5, 6]


def test_after_its_end_an_exercise_is_cancelled_for_as_long_as_a_phone_may_still_send_it():
    found = due(order(last=2), last=40)
    assert [o.is_over for o in found] == [False] * 3 + [True] * CANCELLED_DAYS


def test_what_a_running_order_asks_is_never_cancelled_by_one_that_ended():
    found = due(order("bridges", RIGHT, last=2), order("bridges", LEFT))
    assert days_of(found) == list(range(7))
    assert not any(o.is_over for o in found)
    assert [str(place) for place in found[3].sites] == [LEFT]


def test_of_two_orders_that_ended_only_the_one_that_ended_last_is_cancelled():
    found = due(order("bridges", RIGHT, last=1), order("bridges", LEFT, last=3))
    assert [[str(place) for place in o.sites] for o in found if o.is_over] == [[LEFT]] * 3


def test_slots_that_a_new_dose_no_longer_asks_are_cancelled():
    often, once = (order(name="p", version=v, first=f, dose=Dose(reps=20, times_a_day=t)) for v, f, t in
                   ((1, 0, 3), (2, 2, 1)))  # fmt: skip
    found = due(often, once, first=2, last=2)
    assert [(o.slot, o.orders[0][1], o.is_over) for o in found] == [(0, 2, False), (1, 1, True), (2, 1, True)]


# Holds


@pytest.mark.parametrize(
    ("hold", "held"),
    [
        (rest(2, 3), [2, 3]),
        (rest(2, 3, Limb.RIGHT_LEG), [2, 3]),
        (rest(2, 3, Limb.LEFT_LEG), []),
        (rest(5, None, site("right-knee.patella")), [5, 6]),
        (rest(2, 3, only_strengthening=True), []),
    ],
)
def test_held_days_are_marked(hold, held):
    assert days_of([o for o in due(order(), holds=(hold,)) if o.is_held]) == held


def test_a_pause_of_strengthening_holds_what_strengthens():
    pause = rest(0, 6, Limb.RIGHT_LEG, only_strengthening=True)
    found = due(order(strengthens=True), order("heel-slides"), last=0, holds=(pause,))
    assert [(o.exercise, o.is_held) for o in found] == [("bridges", True), ("heel-slides", False)]


def test_an_exercise_for_two_knees_rests_when_one_of_them_is_held():
    (found,) = due(order("bridges", RIGHT, LEFT), last=0, holds=(rest(0, 6, site(LEFT)),))
    assert found.is_held


# Zones and clocks


def test_a_flight_west_over_the_date_line_asks_once_for_each_local_date():
    moved = [ZoneSince(date.min, "Pacific/Auckland"), ZoneSince(day(3), "Pacific/Honolulu")]
    found = occurrences([order()], (), moved, day(0), day(6))
    assert days_of(found) == list(range(7))
    lengths = [o.window.closes_at - o.window.opens_at for o in found]
    assert lengths == [timedelta(days=1)] * 7


def test_a_day_that_the_date_line_left_out_asks_nothing():
    apia = [ZoneSince(date.min, "Pacific/Apia")]
    daily = replace(order(), from_on=date(2011, 12, 1))
    found = occurrences([daily], (), apia, date(2011, 12, 29), date(2011, 12, 31))
    assert [o.day for o in found] == [date(2011, 12, 29), date(2011, 12, 31)]


@st.composite
def prescriptions(draw):
    number = draw(st.integers(0, 3))
    begins = draw(st.dates(date(2018, 1, 1), date(2018, 12, 1)))
    return Prescription(
        id=named(str(number)),
        version=draw(st.integers(1, 3)),
        exercise=EXERCISES[number % len(EXERCISES)],
        sites=tuple(draw(st.sets(st.sampled_from((site(RIGHT), site(LEFT))), min_size=1))),
        dose=Dose(reps=draw(st.integers(1, 30)), times_a_day=draw(st.integers(1, 4))),
        days=Days(frozenset(draw(st.sets(st.integers(0, 6), min_size=1)))),
        from_on=begins,
        until_on=draw(st.none() | st.integers(0, 60).map(lambda n: begins + timedelta(days=n))),
    )


ORDERS = st.lists(prescriptions(), max_size=6, unique_by=lambda p: (p.id, p.version))
HOLDS = st.lists(
    st.builds(
        rest,
        st.integers(-3000, -2600),
        st.integers(-2600, 0),
        st.sampled_from((None, Limb.LEFT_LEG, site(RIGHT))),
        only_strengthening=st.booleans(),
    ),
    max_size=2,
)
MOVES = st.lists(
    st.builds(
        ZoneChange,
        st.datetimes(datetime(2018, 1, 1), datetime(2018, 12, 31), timezones=st.just(UTC)),
        st.sampled_from(TRICKY),
        st.sampled_from(TRICKY),
    ),
    max_size=3,
).map(lambda changes: zones("Europe/Lisbon", changes))
WEEKS = st.dates(date(2018, 1, 15), date(2018, 12, 15))


def asked_by_hand(orders, on):
    """Return how often each exercise is asked on a day, as one would read it off the orders."""
    newest = {}
    for each in sorted(orders, key=lambda p: p.version):
        if each.from_on <= on:
            newest[each.id] = each
    running = [p for p in newest.values() if p.days.include(on) and (p.until_on is None or on <= p.until_on)]
    least = {}
    for each in running:
        least[each.exercise] = min(least.get(each.exercise, 6), each.dose.times_a_day)
    return least


@given(ORDERS, HOLDS, MOVES, WEEKS)
def test_each_local_date_and_slot_is_asked_exactly_once_wherever_she_lives_and_however_clocks_change(
    orders, holds, moves, first
):
    last = first + timedelta(days=20)
    found = live(occurrences(orders, holds, moves, first, last))
    counted = Counter((o.day, o.exercise, o.slot) for o in found)
    by_hand = {
        (on, exercise, slot): 1
        for on in map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
        for exercise, times in asked_by_hand(orders, on).items()
        for slot in range(times)
    }
    assert counted == by_hand


@given(ORDERS, HOLDS, MOVES, WEEKS, st.randoms())
def test_no_occurrence_comes_twice_and_no_order_of_prescriptions_or_holds_matters(orders, holds, moves, first, chance):
    last = first + timedelta(days=20)
    found = occurrences(orders, holds, moves, first, last)
    assert len({o.key for o in found}) == len({(o.day, o.exercise, o.slot) for o in found}) == len(found)
    chance.shuffle(orders)
    chance.shuffle(holds)
    assert occurrences(orders, holds, moves, first, last) == found


@given(ORDERS, MOVES, WEEKS)
def test_a_hold_changes_nothing_but_the_mark(orders, moves, first):
    last = first + timedelta(days=20)
    free = occurrences(orders, (), moves, first, last)
    held = occurrences(orders, [rest(-5000)], moves, first, last)
    assert [o._replace(is_held=False) for o in held] == free
    assert all(o.is_held for o in held)


@given(ORDERS, MOVES, WEEKS)
def test_a_part_of_the_days_is_a_part_of_the_occurrences(orders, moves, first):
    middle, last = first + timedelta(days=9), first + timedelta(days=20)
    parts = occurrences(orders, (), moves, first, middle)
    parts += occurrences(orders, (), moves, middle + timedelta(days=1), last)
    assert occurrences(orders, (), moves, first, last) == parts
