import pytest

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.exercise_names import EXERCISES, dose_words, exercise_how, exercise_name
from rehab_tracker.domain.prescription import Dose
from rehab_tracker.domain.translation import as_written

ORDERS = {order.exercise for phase in DEFAULT_TEMPLATE.phases for order in phase.exercises}
LONGEST_LINE = 80


def test_every_exercise_of_the_shipped_protocol_has_a_name_and_says_how_and_no_other_has():
    assert set(EXERCISES) == ORDERS


@pytest.mark.parametrize("code", sorted(EXERCISES))
def test_its_words_are_short_and_promise_nothing(code):
    name, how = exercise_name(code, as_written), exercise_how(code, as_written)
    assert name and how.endswith(".") and len(how) <= LONGEST_LINE
    assert not [word for word in ("safe", "full weight", "heal", "cure") if word in f"{name} {how}".lower()]


def test_names_are_all_different():
    assert len({words.name for words in EXERCISES.values()}) == len(EXERCISES)


def test_a_clinics_own_exercise_is_named_by_its_code():
    assert exercise_name("nordic-walking", as_written) == "Nordic walking"
    assert exercise_how("nordic-walking", as_written) == ""


@pytest.mark.parametrize(
    ("dose", "words"),
    [
        (Dose(sets=4, reps=25), "4 × 25"),
        (Dose(reps=15, seconds=10), "15 times, hold for 10 seconds"),
        (Dose(sets=3, seconds=30), "3 times, hold for 30 seconds"),
        (Dose(minutes=10, times_a_day=2), "10 minutes, 2 times a day"),
    ],
)
def test_a_dose_in_words(dose, words):
    assert dose_words(dose, as_written) == words
