"""What lies around new-site pain: what raises speaks first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level
from rehab_tracker.domain.circumstances import Circumstances, under
from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.sudden_severe_pain import at_quiet_site
from rehab_tracker.domain.topology import PlaceBefore
from tests.domain.diary import day
from tests.domain.site_days import asks_for_a_look, days_of


def verdict(place, *values, **said):
    days = days_of(place, *(values or (3, 3, 3, 3)), **said)
    return asks_for_a_look(days, site(place), None, DEFAULT_RULES), days


def test_with_nothing_around_it_a_verdict_stays_as_it_is():
    found, days = verdict("left-knee")
    assert under(found, Circumstances(days), DEFAULT_RULES) == found


def test_two_new_places_in_one_week_are_two_alerts_and_one_urgency():
    knee, of_knee = verdict("left-knee")
    foot, of_foot = verdict("left-foot")
    told = [under(knee, Circumstances(of_knee, others=[foot]), DEFAULT_RULES),
            under(foot, Circumstances(of_foot, others=[knee]), DEFAULT_RULES)]  # fmt: skip
    assert [(v.subject, v.level) for v in told] == [("left-knee", Level.URGENT), ("left-foot", Level.URGENT)]


@pytest.mark.parametrize(("began", "level", "label"), [(-60, Level.URGENT, None), (-10, Level.SOON, "soreness")])
def test_what_lies_near_a_place_known_before_is_urgent_and_not_called_soreness(began, level, label):
    thigh, days = verdict("right-thigh", 3, 3, 3, 3, feel="muscle")
    other = days_of("left-thigh", 2, 2, 2, 2, feel="muscle")
    known = PlaceBefore(site("right-knee"), day(began), 6, days_of("right-knee", 1, 1))
    around = Circumstances(days, mirrored=other, before=[known], loaded=[day(0)])
    found = under(thigh, around, DEFAULT_RULES)
    assert (found.level, found.values.get("label")) == (level, label)


def test_nor_is_what_follows_an_injury():
    thigh, days = verdict("left-thigh", 3, 3, 3, 3, feel="muscle", cause="injury")
    other = days_of("right-thigh", 2, 2, 2, 2, feel="muscle")
    found = under(thigh, Circumstances(days, mirrored=other, loaded=[day(0)]), DEFAULT_RULES)
    assert (found.level, found.values["label"]) == (Level.SOON, "injury")


def test_overload_is_said_where_nothing_else_is():
    knee, days = verdict("left-knee")
    found = under(knee, Circumstances(days, restricted=[Limb.RIGHT_LEG]), DEFAULT_RULES)
    assert (found.level, found.values["label"]) == (Level.SOON, "overload")


def test_verdicts_of_other_rules_come_back_as_they_are():
    days = days_of("left-knee", 9, cause="injury")
    severe = at_quiet_site(days, site("left-knee"), None, DEFAULT_RULES)
    others = [verdict("left-foot")[0]]
    around = Circumstances(days, others=others, restricted=[Limb.RIGHT_LEG], no_weight_on=[day(1)])
    assert under(severe, around, DEFAULT_RULES) == severe


@given(
    st.lists(st.integers(3, 10), min_size=4, max_size=8),
    st.sampled_from(["joint", "muscle", None]),
    st.sampled_from(["injury", "exercise", None]),
    st.sampled_from(["left-hip", "left-knee", "left-thigh", "lumbar-spine"]),
    st.booleans(),
)
def test_nothing_lowers_a_verdict(values, feel, cause, place, two):
    found, days = verdict(place, *values, feel=feel, cause=cause)
    mirrored = days_of(str(site(place).mirrored or place), *[2] * 8, feel="muscle")
    others = [verdict("right-foot")[0]] if two else []
    around = Circumstances(days, mirrored, others, loaded=[day(0)], restricted=[Limb.RIGHT_LEG])
    told = under(found, around, DEFAULT_RULES)
    assert told.level.rank >= found.level.rank
    if two or place == "left-hip" or told.level is Level.URGENT:
        assert told.values.get("label") != "soreness"
    assert told.evidence == found.evidence
