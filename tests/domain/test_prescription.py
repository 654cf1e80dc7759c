from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.prescription import EVERY_DAY, Days, Dose, Prescription, days_a_week
from rehab_tracker.domain.site import site
from tests.domain.exercises import THREE_BY_TEN, named, order

MONDAY = date(2026, 1, 5)
AMOUNTS = st.none() | st.integers(1, 1000)
DOSES = st.builds(
    Dose, sets=AMOUNTS, reps=AMOUNTS, minutes=st.integers(1, 1000), seconds=AMOUNTS, times_a_day=st.integers(1, 6)
) | st.builds(Dose, sets=AMOUNTS, reps=st.integers(1, 1000), seconds=AMOUNTS, times_a_day=st.integers(1, 6))


@pytest.mark.parametrize(
    ("days", "names"),
    [
        (EVERY_DAY, "Mon Tue Wed Thu Fri Sat Sun"),
        (days_a_week(7), "Mon Tue Wed Thu Fri Sat Sun"),
        (days_a_week(3), "Mon Wed Fri"),
        (days_a_week(2), "Mon Thu"),
        (days_a_week(1), "Mon"),
        (Days(frozenset((5, 6))), "Sat Sun"),
    ],
)
def test_an_exercise_is_due_on_these_days_of_the_week(days, names):
    week = (MONDAY + timedelta(days=n) for n in range(7))
    assert " ".join(f"{day:%a}" for day in week if days.include(day)) == names


@given(st.integers(1, 7))
def test_days_of_a_week_are_as_many_as_asked_and_never_far_apart(number):
    chosen = sorted(days_a_week(number).weekdays)
    gaps = [later - earlier for earlier, later in zip(chosen, [*chosen[1:], chosen[0] + 7], strict=True)]
    assert len(chosen) == number
    assert max(gaps) - min(gaps) <= 1


@pytest.mark.parametrize("number", [0, 8, -1, True, 2.0])
def test_no_week_has_other_days(number):
    with pytest.raises(InvalidValue) as refusal:
        days_a_week(number)
    assert refusal.value.code == "days-needed"


@pytest.mark.parametrize("weekdays", [(), (7,), (-1, 2), (True,)])
def test_at_least_one_real_day_of_the_week_is_chosen(weekdays):
    with pytest.raises(InvalidValue) as refusal:
        Days(frozenset(weekdays))
    assert (refusal.value.code, refusal.value.pointer) == ("days-needed", "/days")


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        ({}, "dose-needed", "/dose"),
        ({"seconds": 30}, "dose-needed", "/dose"),
        ({"sets": 0, "reps": 10}, "out-of-range", "/dose/sets"),
        ({"reps": 1001}, "out-of-range", "/dose/reps"),
        ({"minutes": True}, "wrong-type", "/dose/minutes"),
        ({"sets": 3, "seconds": 2.5}, "wrong-type", "/dose/seconds"),
        ({"minutes": 10, "times_a_day": 0}, "out-of-range", "/dose/times_a_day"),
        ({"minutes": 10, "times_a_day": 7}, "out-of-range", "/dose/times_a_day"),
    ],
)
def test_a_dose_says_how_much_within_bounds(said, code, pointer):
    with pytest.raises(InvalidValue) as refusal:
        Dose(**said)
    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


def test_a_set_without_repetitions_is_one():
    assert Dose(sets=3, seconds=30).repetitions == 3
    assert Dose(reps=15, seconds=10).repetitions == 15
    assert THREE_BY_TEN.repetitions == 30
    assert Dose(minutes=10).repetitions is None


@pytest.mark.parametrize(
    ("one", "other", "lighter"),
    [
        (THREE_BY_TEN, Dose(sets=2, reps=20), THREE_BY_TEN),
        (THREE_BY_TEN, Dose(reps=12, times_a_day=2), Dose(reps=12)),
        (Dose(minutes=20), Dose(minutes=10, times_a_day=3), Dose(minutes=10)),
        (THREE_BY_TEN, Dose(minutes=10), Dose(sets=3, reps=10, minutes=10)),
    ],
)
def test_of_two_orders_the_smaller_dose_holds(one, other, lighter):
    assert one.lighter(other) == other.lighter(one) == lighter


@given(DOSES, DOSES, DOSES)
def test_the_smaller_dose_never_exceeds_either_and_no_order_of_comparing_matters(one, other, third):
    smaller = one.lighter(other)
    for dose in (one, other):
        assert smaller.times_a_day <= dose.times_a_day
        assert dose.repetitions is None or (smaller.repetitions or 0) <= dose.repetitions
        assert dose.minutes is None or (smaller.minutes or 0) <= dose.minutes
    assert smaller == other.lighter(one)
    assert one.lighter(one) == one
    assert smaller.lighter(third) == one.lighter(other.lighter(third))


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"exercise": "Bridges"}, "unknown-exercise", "/exercise"),
        ({"exercise": "a" * 65}, "unknown-exercise", "/exercise"),
        ({"sites": ()}, "site-needed", "/sites"),
        ({"until_on": MONDAY - timedelta(days=1)}, "ends-early", "/until_on"),
    ],
)
def test_a_prescription_that_says_too_little_is_refused(change, code, pointer):
    said = {"exercise": "bridges", "sites": (site("right-knee"),), "until_on": None, **change}
    with pytest.raises(InvalidValue) as refusal:
        Prescription(named("x"), 1, dose=THREE_BY_TEN, days=EVERY_DAY, from_on=MONDAY, **said)
    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


def test_a_prescription_may_last_one_day():
    assert order(first=0, last=0).until_on == order().from_on
