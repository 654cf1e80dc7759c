import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import LONGEST_CODE, MOST_DONE, ExerciseReport, NotDone


@pytest.mark.parametrize("code", ["straight-leg-raise", "bridge2", "a", "a" * LONGEST_CODE])
def test_an_exercise_is_named_by_its_code(code):
    assert ExerciseReport(code).exercise == code


@pytest.mark.parametrize(
    "code", ["", "Bridge", "straight leg raise", "-bridge", "bridge-", "a--b", "bridge\n", "ponte-à-mão", "a" * 65]
)
def test_any_other_text_is_no_exercise(code):
    with pytest.raises(InvalidValue) as refusal:
        ExerciseReport(code)
    assert (refusal.value.code, refusal.value.pointer) == ("unknown-exercise", "/exercise")


@pytest.mark.parametrize("field", ["done_sets", "done_reps", "done_minutes"])
@pytest.mark.parametrize(
    ("amount", "code"), [(-1, "out-of-range"), (1001, "out-of-range"), (True, "wrong-type"), (2.0, "wrong-type")]
)
def test_an_amount_is_a_whole_number_from_0_to_1000(field, amount, code):
    with pytest.raises(InvalidValue) as refusal:
        ExerciseReport("bridge", **{field: amount})
    assert (refusal.value.code, refusal.value.pointer) == (code, f"/{field}")


@given(st.integers(0, MOST_DONE), st.integers(0, 10))
def test_more_than_prescribed_is_kept_as_said(amount, pain_during):
    report = ExerciseReport("bridge", done_reps=amount, pain_during=pain_during)
    assert (report.done_reps, report.pain_during) == (amount, pain_during)


def test_not_said_is_not_zero():
    report = ExerciseReport("bridge", not_done=NotDone.PAIN)
    assert (report.done_sets, report.done_reps, report.done_minutes, report.pain_during) == (None,) * 4


@pytest.mark.parametrize("pain_during", [-1, 11, True])
def test_pain_during_an_exercise_is_a_pain_score(pain_during):
    with pytest.raises(InvalidValue) as refusal:
        ExerciseReport("bridge", pain_during=pain_during)
    assert refusal.value.pointer == "/pain_during"
