"""One day bad enough to act on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level
from tests.domain.diary import hurts, known, logged, long_standing, pain, raised, verdicts

SUDDEN = "sudden-severe-pain"


def levels(entries, **told):
    return {place: level for rule, level, place, _ in raised(entries, **told) if rule == SUDDEN}


@pytest.mark.parametrize(("worst", "level"), [(6, None), (7, "soon"), (10, "soon")])
def test_7_once_in_a_quiet_place_is_enough(worst, level):
    assert levels(logged("left-knee", worst)).get("left-knee") == level


@pytest.mark.parametrize("place", ["left-hip", "right-hip.femoral-neck"])
def test_in_the_hip_it_is_urgent(place):
    assert set(levels(logged(place, 7)).values()) == {"urgent"}
    assert levels(logged(place, 6)) == {}


def test_in_a_known_hip_too():
    assert levels(logged("left-hip", 2, 7), involvements=[known("left-hip")]) == {"left-hip": "urgent"}


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ((3, 3, 3, 7), "soon"),
        ((4, 4, 4, 7), None),
        ((2, 2, 2, 6), None),
        ((4, 3, 4, 3, 4, 8), "soon"),
        ((7,), None),
        ((3, 7), "soon"),
        ((5, 2, 4, 7), None),
        ((0, 0, 9, 7), "soon"),
        ((3, 4, 7), None),
        ((3, 4, 8), "soon"),
    ],
)
def test_a_known_place_must_also_be_4_above_its_median(values, level):
    assert levels(logged("right-knee", *values, area="inner")).get("right-knee") == level


@pytest.mark.parametrize(("ago", "level"), [(7, "soon"), (8, None)])
def test_the_median_is_of_the_7_days_before(ago, level):
    found = levels([pain(20 - ago, hurts("right-knee", 2)), pain(20, hurts("right-knee", 8))])
    assert found.get("right-knee") == level


def test_older_days_do_not_weigh_in_the_median():
    old = logged("right-knee", *[9] * 12, first=1)
    assert levels([*old, *logged("right-knee", 2, 2, 2, 7, first=20)]) == {"right-knee": "soon"}


def test_an_unknown_week_before_is_not_a_week_without_pain():
    assert levels([pain(20, hurts("right-knee", 9), no_other_pain=False)]) == {}


def test_another_part_of_a_known_joint_is_quiet():
    assert levels(logged("right-knee", 7, area="outer")) == {"right-knee": "soon"}
    assert levels(logged("right-knee", 7, area="inner")) == {}


def test_it_does_not_wait_until_a_place_is_recorded():
    assert levels(logged("left-hip", 8), involvements=()) == {"left-hip": "urgent"}


@pytest.mark.parametrize(("usual", "level"), [(5, "soon"), (6, None)])
def test_long_standing_pain_must_be_2_above_its_usual_level(usual, level):
    declared = [long_standing("lumbar-spine", usual)]
    assert levels(logged("lumbar-spine", 7), declared=declared).get("lumbar-spine") == level


def test_the_verdict_shows_the_score_and_what_it_is_compared_with():
    [verdict] = verdicts(logged("right-knee", 2, 3, 8, area="inner"))
    assert (verdict.key, verdict.values["score"], verdict.values["median"]) == (f"{SUDDEN}.known", 8, "2.5")
    assert [e.value for e in verdict.evidence] == [2, 3, 8]
    [quiet] = verdicts(logged("left-knee", 2, 3, 8))
    assert (quiet.key, [e.value for e in quiet.evidence], quiet.level) == (f"{SUDDEN}.quiet", [8], Level.SOON)


@given(st.lists(st.integers(0, 6), max_size=15), st.sampled_from(["left-knee", "right-knee", "left-hip"]))
def test_below_7_it_never_speaks(values, place):
    assert levels(logged(place, *values)) == {}


@given(st.lists(st.integers(0, 10), max_size=12), st.integers(7, 10))
def test_no_history_hides_7_in_a_quiet_place(before, worst):
    assert "left-knee" in levels(logged("left-knee", *before, worst))
