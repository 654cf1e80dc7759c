"""On which days Ana did more of an exercise than ever."""

from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.soreness import load_of
from tests.domain.diary import day, entry, history


def done(number, exercise, sets, name=""):
    return entry(number, ExerciseReport(exercise, done_sets=sets), name=name or f"{number} {exercise} {sets}")


def loaded(told, number, within=24):
    return [(each - day(0)).days for each in told.loads.within(day(number), within)]


def test_a_first_time_and_more_than_ever_are_loads():
    told = history([done(n, "bridges", sets) for n, sets in enumerate([2, 2, 3, 1, 3, 4])])
    assert loaded(told, 5) == [0, 2, 5]
    assert loaded(told, 4) == [0, 2]
    assert loaded(told, 5, within=4) == [2, 5]


EXERCISES = st.sampled_from(["bridges", "walking"])
DONE = st.builds(done, st.integers(0, 30), EXERCISES, st.integers(0, 4), st.uuids().map(str))


@given(st.lists(DONE, max_size=15), st.data())
def test_however_they_come_in_and_whenever_one_asks_it_is_the_same(entries, data):
    told = history([])
    for each in entries:
        told.take(each)
        if data.draw(st.booleans()):
            loaded(told, data.draw(st.integers(0, 30)))
    most, expected = {}, set()
    for each in sorted(entries, key=lambda e: e.for_date):
        if load_of(each.content) > most.get(each.content.exercise, 0):
            most[each.content.exercise] = load_of(each.content)
            expected.add((each.for_date - day(0)).days)
    on = data.draw(st.integers(0, 30))
    assert loaded(told, on, within=60) == sorted(n for n in expected if n <= on)
