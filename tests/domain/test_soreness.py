"""Ana's legs ache after squats. It may be her muscles, which changes what is said and not how loud."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.exercise import ExerciseReport, NotDone
from rehab_tracker.domain.site import site
from rehab_tracker.domain.soreness import labelled_soreness, load_of
from tests.domain.diary import day
from tests.domain.site_days import asks_for_a_look, days_of, hurting, scored

SORE = {"feel": "muscle"}
SESSION = (day(0),)


def sore(place="left-thigh", *values, **told):
    return days_of(place, *(values or (3, 4, 4, 3)), **{**SORE, **told})


def judge(days=None, mirrored=None, loaded=SESSION, others=(), place="left-thigh", settings=DEFAULT_RULES):
    days = sore(place) if days is None else days
    other = sore(str(site(place).mirrored), 2, 2, 2, 2) if mirrored is None else mirrored
    verdict = asks_for_a_look(days, site(place), None, settings)
    return labelled_soreness(verdict, days, other, loaded, others, settings)


def is_labelled(verdict):
    return verdict.values.get("label") == "soreness"


def test_sore_muscles_of_both_sides_after_a_new_session_are_called_so_and_stay_soon():
    verdict = judge()
    assert (verdict.level, verdict.rule, verdict.values["label"]) == (Level.SOON, Rule.NEW_SITE_PAIN, "soreness")
    assert verdict.for_date == day(4)


def test_so_are_they_where_the_pain_is_only_shown():
    info = replace(asks_for_a_look(sore(), site("left-thigh"), None, DEFAULT_RULES), level=Level.INFO)
    told = labelled_soreness(info, sore(), sore("right-thigh", 2, 2, 2, 2), SESSION, (), DEFAULT_RULES)
    assert (told.level, is_labelled(told)) == (Level.INFO, True)


@pytest.mark.parametrize(
    "told",
    [
        {"days": sore(feel="joint")},
        {"days": sore(feel=None)},
        {"days": sore("left-thigh", 3, 5, 4, 3)},
        {"days": sore(swollen=True)},
        {"days": sore(woke=True)},
        {"mirrored": []},
        {"mirrored": sore("right-thigh", 0, 0, 0, 0)},
        {"mirrored": sore("right-thigh", 2, feel="muscle")},
        {"mirrored": sore("right-thigh", 2, 2, 2, 2, feel="joint")},
        {"mirrored": sore("right-thigh", 2, 6, 2, 2)},
        {"loaded": ()},
        {"loaded": (day(-3),)},
        {"loaded": (day(2),)},
        {"place": "left-hip"},
    ],
)
def test_anything_that_does_not_fit_leaves_it_without_a_label(told):
    assert "label" not in judge(**told).values


@pytest.mark.parametrize(("session", "labelled"), [(-3, False), (-2, True), (1, True), (2, False)])
def test_it_begins_within_72_hours_of_the_session(session, labelled):
    assert is_labelled(judge(loaded=(day(session),))) is labelled


def test_what_the_patient_calls_exercise_stands_in_for_a_session():
    assert is_labelled(judge(sore(cause="exercise"), loaded=()))
    assert not is_labelled(judge(sore(cause="exercise", feel="joint"), loaded=()))


def test_what_is_urgent_gets_no_label_that_could_comfort():
    urgent = replace(asks_for_a_look(sore(), site("left-thigh"), None, DEFAULT_RULES), level=Level.URGENT)
    assert labelled_soreness(urgent, sore(), sore("right-thigh", 2, 2, 2, 2), SESSION, (), DEFAULT_RULES) == urgent


def test_never_two_places_at_once():
    elsewhere = asks_for_a_look(days_of("left-foot", 3, 3, 3, 3), site("left-foot"), None, DEFAULT_RULES)
    assert not is_labelled(judge(others=[elsewhere]))
    assert not is_labelled(judge(others=[replace(elsewhere, level=Level.INFO)]))
    assert not is_labelled(judge(others=[replace(elsewhere, for_date=day(-3))]))
    assert is_labelled(judge(others=[replace(elsewhere, for_date=day(-4))]))


@pytest.mark.parametrize(
    ("values", "labelled"),
    [((3, 3, 3, 0, 0, 0, 3), True), ((3, 3, 0, 0, 0, 3, 3), True), ((3, 3, 3, None, None, None, None, 3), False)],
)
def test_for_a_week_it_may_be_soreness_and_on_the_eighth_day_no_more(values, labelled):
    assert is_labelled(judge(sore("left-thigh", *values), sore("right-thigh", *values))) is labelled


def test_pain_of_earlier_weeks_is_no_new_soreness():
    first = sore("left-thigh", 3, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3)
    assert not is_labelled(judge(first, first, loaded=(day(8),)))


@pytest.mark.parametrize(("ago", "labelled"), [(21, False), (22, True)])
def test_pain_of_three_weeks_before_is_the_same_pain(ago, labelled):
    days = [*sore("left-thigh", 3, first=24 - ago), *sore("left-thigh", 3, 3, 3, 3, first=21)]
    assert is_labelled(judge(days, sore("right-thigh", 3, 3, 3, 3, first=21), loaded=(day(20),))) is labelled


def test_both_sides_must_ache_on_half_of_the_days():
    assert is_labelled(judge(mirrored=sore("right-thigh", 2, 2)))
    assert not is_labelled(judge(mirrored=sore("right-thigh", 2)))


def test_one_score_in_the_joint_is_enough_to_leave_it_without_a_label():
    in_joint = scored(4, hurting("left-thigh", 3, feel="muscle"), hurting("left-thigh", 2, feel="joint"))
    assert not is_labelled(judge([*sore("left-thigh", 3, 4, 4), in_joint]))


def test_one_score_that_says_exercise_is_enough():
    stated = scored(
        1, hurting("left-thigh", 3, feel="muscle"), hurting("left-thigh", 2, feel="muscle", cause="exercise")
    )
    assert is_labelled(judge([stated, *sore("left-thigh", 4, 4, 3, first=2)], loaded=()))


def test_a_clinic_may_allow_less():
    assert not is_labelled(judge(settings=RuleSettings(soreness_most=3)))
    assert not is_labelled(judge(settings=RuleSettings(soreness_days=3)))


# How much was done


@pytest.mark.parametrize(
    ("report", "load"),
    [
        ({"done_sets": 3, "done_reps": 10}, 30),
        ({"done_reps": 10}, 10),
        ({"done_minutes": 20}, 20),
        ({"done_sets": 3}, 3),
        ({"done_sets": 0, "done_reps": 0}, 0),
        ({}, 1),
        ({"not_done": NotDone.PAIN}, 0),
    ],
)
def test_how_much_was_done_of_an_exercise(report, load):
    assert load_of(ExerciseReport("mini-squat", **report)) == load


# Bounds

VALUES = st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=4, max_size=14)


@given(VALUES, VALUES, st.sets(st.integers(-5, 14)), st.sampled_from(Level))
def test_it_says_something_and_changes_nothing_else(values, mirrored, sessions, level):
    days = sore("left-thigh", *values)
    verdict = asks_for_a_look(days, site("left-thigh"), None, DEFAULT_RULES) if days else None
    if verdict is None:
        return
    verdict = replace(verdict, level=level)
    loaded, other = tuple(map(day, sessions)), sore("right-thigh", *mirrored)
    found = labelled_soreness(verdict, days, other, loaded, (), DEFAULT_RULES)
    assert found in (verdict, replace(verdict, values={**verdict.values, "label": "soreness"}))
    if found != verdict:
        first = min(d.day for d in days if d.x >= 3)
        assert level is not Level.URGENT
        assert (found.for_date - first).days < 7
