"""Ana's knees ache after squats. Is it her muscles, and does it go?"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.exercise import ExerciseReport, NotDone
from rehab_tracker.domain.site import site
from rehab_tracker.domain.soreness import load_of, shown_as_soreness, soon_again, soon_again_on
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
    return shown_as_soreness(verdict, days, other, loaded, others, settings)


def test_sore_muscles_of_both_sides_after_a_new_session_are_info():
    verdict = judge()
    assert (verdict.level, verdict.rule, verdict.values["label"]) == (Level.INFO, Rule.NEW_SITE_PAIN, "soreness")
    assert verdict.for_date == day(4)


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
def test_anything_that_does_not_fit_leaves_it_soon(told):
    assert judge(**told).level is Level.SOON
    assert "label" not in judge(**told).values


@pytest.mark.parametrize(("session", "level"), [(-3, Level.SOON), (-2, Level.INFO), (1, Level.INFO), (2, Level.SOON)])
def test_it_begins_within_72_hours_of_the_session(session, level):
    assert judge(loaded=(day(session),)).level is level


def test_what_the_patient_calls_exercise_stands_in_for_a_session():
    assert judge(sore(cause="exercise"), loaded=()).level is Level.INFO
    assert judge(sore(cause="exercise", feel="joint"), loaded=()).level is Level.SOON


def test_it_is_never_lowered_from_urgent():
    urgent = replace(asks_for_a_look(sore(), site("left-thigh"), None, DEFAULT_RULES), level=Level.URGENT)
    assert shown_as_soreness(urgent, sore(), sore("right-thigh", 2, 2, 2, 2), SESSION, (), DEFAULT_RULES) == urgent


def test_never_two_places_at_once():
    elsewhere = asks_for_a_look(days_of("left-foot", 3, 3, 3, 3), site("left-foot"), None, DEFAULT_RULES)
    assert judge(others=[elsewhere]).level is Level.SOON
    assert judge(others=[replace(elsewhere, level=Level.INFO)]).level is Level.SOON
    assert judge(others=[replace(elsewhere, for_date=day(-3))]).level is Level.SOON
    assert judge(others=[replace(elsewhere, for_date=day(-4))]).level is Level.INFO


@pytest.mark.parametrize(
    ("values", "level"), [((3, 3, 3, 0, 0, 0, 3), Level.INFO), ((3, 3, 0, 0, 0, 3, 3), Level.INFO)]
)
def test_within_a_week_it_is_info(values, level):
    assert judge(sore("left-thigh", *values), sore("right-thigh", *values)).level is level


def test_on_the_eighth_day_it_is_soon():
    values = (3, 3, 3, None, None, None, None, 3)
    assert judge(sore("left-thigh", *values), sore("right-thigh", *values)).level is Level.SOON


def test_pain_of_earlier_weeks_is_no_new_soreness():
    first = sore("left-thigh", 3, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3)
    assert judge(first, first, loaded=(day(8),)).level is Level.SOON


@pytest.mark.parametrize(("ago", "level"), [(21, Level.SOON), (22, Level.INFO)])
def test_pain_of_three_weeks_before_is_the_same_pain(ago, level):
    days = [*sore("left-thigh", 3, first=24 - ago), *sore("left-thigh", 3, 3, 3, 3, first=21)]
    assert judge(days, sore("right-thigh", 3, 3, 3, 3, first=21), loaded=(day(20),)).level is level


def test_both_sides_must_ache_on_half_of_the_days():
    assert judge(mirrored=sore("right-thigh", 2, 2)).level is Level.INFO
    assert judge(mirrored=sore("right-thigh", 2)).level is Level.SOON


def test_one_score_in_the_joint_is_enough_to_leave_it_soon():
    in_joint = scored(4, hurting("left-thigh", 3, feel="muscle"), hurting("left-thigh", 2, feel="joint"))
    assert judge([*sore("left-thigh", 3, 4, 4), in_joint]).level is Level.SOON


def test_one_score_that_says_exercise_is_enough():
    stated = scored(
        1, hurting("left-thigh", 3, feel="muscle"), hurting("left-thigh", 2, feel="muscle", cause="exercise")
    )
    assert judge([stated, *sore("left-thigh", 4, 4, 3, first=2)], loaded=()).level is Level.INFO


# It goes, or it is soon again


def test_it_is_soon_again_after_a_week_without_another_word():
    verdict = judge()
    assert soon_again_on(verdict, DEFAULT_RULES) == day(8)
    again = soon_again(verdict, [], DEFAULT_RULES)
    assert (again.level, again.for_date, again.evidence) == (Level.SOON, day(8), verdict.evidence)
    assert "label" not in again.values
    assert soon_again_on(again, DEFAULT_RULES) is None


@pytest.mark.parametrize(("later", "raised"), [((3,), True), ((2,), False), ((0,), False), ((3, 0), False)])
def test_unless_a_later_known_day_was_better(later, raised):
    assert bool(soon_again(judge(), sore("left-thigh", *later, first=5), DEFAULT_RULES)) is raised


def test_a_day_after_the_week_is_too_late():
    assert soon_again(judge(), days_of("left-thigh", 0, first=8), DEFAULT_RULES)


def test_a_verdict_that_was_never_lowered_does_not_come_again():
    verdict = asks_for_a_look(sore(), site("left-thigh"), None, DEFAULT_RULES)
    assert soon_again_on(verdict, DEFAULT_RULES) is None
    assert soon_again(verdict, [], DEFAULT_RULES) is None


def test_a_clinic_may_allow_less():
    assert judge(settings=RuleSettings(soreness_most=3)).level is Level.SOON
    assert judge(settings=RuleSettings(soreness_days=3)).level is Level.SOON


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


@given(VALUES, VALUES, st.sets(st.integers(-5, 14)))
def test_it_changes_the_level_of_a_soon_only_and_for_a_week_only(values, mirrored, sessions):
    days = sore("left-thigh", *values)
    verdict = asks_for_a_look(days, site("left-thigh"), None, DEFAULT_RULES) if days else None
    if verdict is None:
        return
    found = shown_as_soreness(
        verdict, days, sore("right-thigh", *mirrored), tuple(map(day, sessions)), (), DEFAULT_RULES
    )
    if found.level is not verdict.level:
        first = min(d.day for d in days if d.x >= 3)
        assert (verdict.level, found.level) == (Level.SOON, Level.INFO)
        assert (found.for_date - first).days < 7
        assert soon_again_on(found, DEFAULT_RULES) > found.for_date


@given(VALUES, VALUES, st.integers(1, 14), st.sampled_from(["left-thigh", "right-thigh"]))
def test_an_added_zero_never_makes_an_info_soon(values, mirrored, number, place):
    told = {"left-thigh": list(values), "right-thigh": list(mirrored)}
    before = both(told)
    if number <= len(told[place]) and told[place][number - 1] is None:
        told[place][number - 1] = 0
    after = both(told)
    assert after is None or (before is not None and after.level.rank <= before.level.rank)


def both(told):
    days = [scored(n, *((hurting("left-thigh", x, feel="muscle"),) if x else ()))
            for n, x in enumerate(told["left-thigh"], start=1) if x is not None]  # fmt: skip
    if not days:
        return None
    verdict = asks_for_a_look(days, site("left-thigh"), None, DEFAULT_RULES)
    other = sore("right-thigh", *told["right-thigh"])
    return verdict and shown_as_soreness(verdict, days, other, SESSION, (), DEFAULT_RULES)
