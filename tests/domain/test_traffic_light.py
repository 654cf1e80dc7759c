import pytest

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.site_log import LoggedDay, usual_morning
from rehab_tracker.domain.traffic_light import Light, light_of
from tests.domain.diary import day


def light(x, morning=None, baseline=None, **more):
    return str(light_of(LoggedDay(day(1), x, morning=morning), baseline, DEFAULT_TEMPLATE, **more))


@pytest.mark.parametrize(
    ("x", "colour"), [(0, "green"), (2, "green"), (3, "amber"), (4, "amber"), (5, "red"), (10, "red")]
)
def test_the_pain_of_the_day_gives_the_light(x, colour):
    assert light(x) == colour


@pytest.mark.parametrize(("morning", "colour"), [(1, "green"), (2, "green"), (3, "amber"), (4, "red"), (9, "red")])
def test_the_morning_after_is_judged_against_the_baseline(morning, colour):
    assert light(0, morning, 2) == colour


def test_an_unknown_morning_or_baseline_leaves_the_morning_out():
    assert light(2, None, 2) == light(2, 9, None) == "green"


def test_a_day_without_a_log_is_grey_and_never_green():
    assert light_of(None, 2, DEFAULT_TEMPLATE) is Light.GREY


def test_a_red_flag_is_red_whatever_else_is_known():
    assert light(0, 0, 0, flagged=True) == "red"
    assert light_of(None, None, DEFAULT_TEMPLATE, flagged=True) is Light.RED


def test_sore_muscle_turns_amber_to_green_and_never_red():
    assert light(4, 3, 2, sore_muscle=True) == "green"
    assert light(4, 4, 2, sore_muscle=True) == light(5, sore_muscle=True) == "red"


@pytest.mark.parametrize(
    ("mornings", "usual"), [([], None), ([4], 4), ([1, 2], 1), ([2, 3], 2), ([9, 9, 0, 0, 0, 1, 1, 1, 1], 1)]
)
def test_the_usual_morning_is_the_median_of_the_last_seven_rounded_down(mornings, usual):
    assert usual_morning(mornings) == usual
