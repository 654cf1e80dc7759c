"""Ana does her exercises. Do they hurt more than the plan allows?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.exercise_pain import CALENDAR_DAYS, Did, ExerciseDay, exercise_pain
from tests.domain.diary import day, entry

LIMIT = 3


def session(number, *pains, exercise="wall-squat"):
    """Return a session with one exercise per pain; None is one of whose pain she said nothing."""
    reports = [ExerciseReport(exercise, done_sets=3, pain_during=pain) for pain in pains]
    return ExerciseDay(day(number), tuple(Did(entry(number, report), report) for report in reports))


def judge(pains, settings=DEFAULT_RULES, limit=LIMIT):
    """Judge the last of these sessions, given by day number."""
    return exercise_pain([session(number, pains[number]) for number in sorted(pains)], limit, settings)


@pytest.mark.parametrize(
    ("pains", "found"),
    [
        ({1: 3, 3: 3}, True),
        ({1: 3, 3: 2}, False),
        ({1: 2, 3: 3}, False),
        ({3: 8}, False),
        ({1: 3, 3: 0, 5: 0, 7: 3}, True),
        ({1: 3, 14: 3}, True),
        ({1: 3, 15: 3}, False),
        ({1: None, 3: 3}, False),
        ({1: 3, 3: None}, False),
        ({1: 3, 3: 3, 5: 1}, False),
    ],
)
def test_pain_at_the_limit_on_2_sessions_within_two_weeks(pains, found):
    assert bool(judge(pains)) is found


def test_many_exercises_of_one_day_are_one_session():
    assert exercise_pain([session(1, 5, 5, 5)], LIMIT, DEFAULT_RULES) is None


def test_the_limit_is_the_plans():
    assert judge({1: 3, 3: 3}, limit=4) is None
    assert judge({1: 4, 3: 4}, limit=4)


def test_it_is_info_and_names_the_exercises_that_hurt():
    days = [session(1, 1, 4), session(4, 5, exercise="mini-squat")]
    verdict = exercise_pain(days, LIMIT, DEFAULT_RULES)
    assert (verdict.rule, verdict.level, verdict.subject, verdict.for_date) == (
        Rule.EXERCISE_PAIN, Level.INFO, "whole-body", day(4),
    )  # fmt: skip
    assert [(e.for_date, e.field, e.value) for e in verdict.evidence] == [
        (day(1), "pain_during", 4), (day(4), "pain_during", 5),
    ]  # fmt: skip
    assert (verdict.values["scores"], verdict.values["exercises"]) == ("4, 5", "mini-squat wall-squat")


def test_a_clinic_may_look_farther_back():
    assert judge({1: 3, 28: 3}, RuleSettings(exercise_pain_calendar_days=28))


def test_older_sessions_than_it_says_are_not_needed():
    days = [session(number, 4) for number in range(60)]
    settings = RuleSettings(exercise_pain_calendar_days=28)
    assert exercise_pain(days, LIMIT, settings) == exercise_pain(days[-CALENDAR_DAYS:], LIMIT, settings)


PAINS = st.dictionaries(st.integers(1, 30), st.integers(0, 10), min_size=1, max_size=20)


def found(pains):
    return {n for n in pains if judge({m: pains[m] for m in pains if m <= n})}


@given(PAINS, st.integers(1, 30))
def test_an_added_session_without_pain_never_raises(pains, number):
    assert found({number: 0, **pains}) <= found(pains)


@given(PAINS, st.integers(1, 30), st.integers(0, 10))
def test_more_pain_never_removes_a_verdict(pains, number, more):
    assert found(pains) <= found({**pains, number: max(more, pains.get(number, 0))})
