"""Ana's right knee was known first. Where does the new pain lie, and does anything else begin to hurt with it?"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.site import SITES, Region, Site, neighbours, site
from rehab_tracker.domain.topology import NEXT_TO, Nearness, PlaceBefore, nearness, raised_by_nearness, raised_by_two
from tests.domain.diary import day
from tests.domain.site_days import asks_for_a_look, days_of

KNEE = site("right-knee.medial-femoral-condyle")
ON = 90


def verdict(place="left-knee", on=ON, level=Level.SOON, rule=Rule.NEW_SITE_PAIN):
    days = days_of(place, 3, 3, 3, 3, first=on - 3)
    found = asks_for_a_look(days, site(place), None, DEFAULT_RULES, new_part=rule is Rule.NEW_COMPARTMENT_PAIN)
    return replace(found, level=level, rule=rule)


def before(place=KNEE, began=0, peak=6, recent=(1, 0, None, 2, 1, 1, 0)):
    return PlaceBefore(place, day(began), peak, days_of(str(place), *recent, first=ON - len(recent) + 1))


# The table


@pytest.mark.parametrize("code", sorted({str(place.joint) for place in SITES.values()}))
def test_the_table_says_the_same_as_the_chains_of_the_body(code):
    joint = site(code)
    beside = {Site(region, joint.side) for region in NEXT_TO[joint.region]}
    assert beside | ({joint.mirrored} if joint.mirrored else set()) == neighbours(joint)


def test_every_region_has_its_row_and_none_lies_next_to_itself():
    assert set(NEXT_TO) == set(Region)
    assert not [region for region, beside in NEXT_TO.items() if region in beside]


@pytest.mark.parametrize(
    ("place", "near"),
    [
        ("left-knee", Nearness.OTHER_SIDE),
        ("right-hip", Nearness.NEXT_JOINT),
        ("right-ankle", Nearness.NEXT_JOINT),
        ("right-thigh", Nearness.NEXT_JOINT),
        ("right-knee", Nearness.OTHER_PART),
        ("right-foot", None),
        ("left-hip", None),
        ("left-foot", None),
        ("lumbar-spine", None),
        ("right-shoulder", None),
    ],
)
def test_how_a_place_lies_to_a_knee(place, near):
    assert nearness(site(place), KNEE) == near


def test_left_and_right_are_never_next_to_each_other():
    for one in SITES.values():
        for other in SITES.values():
            if one.side and other.side and one.side is not other.side:
                assert nearness(one, other) in (None, Nearness.OTHER_SIDE)


# Near a place known before


@pytest.mark.parametrize("place", ["left-knee", "right-hip", "right-ankle"])
def test_near_a_place_that_began_months_ago_and_settled_it_is_urgent(place):
    found = raised_by_nearness(verdict(place), [before()], DEFAULT_RULES)
    assert found.level is Level.URGENT
    assert found.values["raised_by"] == nearness(site(place), KNEE)


@pytest.mark.parametrize("place", ["left-foot", "left-hip", "lumbar-spine"])
def test_far_away_it_stays_as_it_is(place):
    assert raised_by_nearness(verdict(place), [before()], DEFAULT_RULES) == verdict(place)


@pytest.mark.parametrize(("ago", "raised"), [(29, False), (30, True), (270, True), (271, False)])
def test_from_30_to_270_days_after_its_onset(ago, raised):
    found = raised_by_nearness(verdict(), [before(began=ON - ago)], DEFAULT_RULES)
    assert (found.level is Level.URGENT) is raised


@pytest.mark.parametrize(
    ("peak", "recent", "raised"),
    [
        (6, (3, 3, 3), True),
        (6, (3, 4, 3), False),
        (6, (6, 0, 0, 0, 0, 0, 0), False),
        (6, (6, 0, 0, 0, 0, 0, 0, 0), True),
        (6, (6,), False),
        (6, (0, 0, 0), True),
        (6, (), True),
        (5, (2, 3), True),
        (5, (3, 3), False),
        (8, (8, 8, 8, 1, 1, 1, 1, 1, 1, 1), True),
    ],
)
def test_as_long_as_it_is_not_known_to_hurt_more_than_half_as_much_as_at_its_worst(peak, recent, raised):
    found = raised_by_nearness(verdict(), [before(peak=peak, recent=recent)], DEFAULT_RULES)
    assert (found.level is Level.URGENT) is raised


def test_another_part_of_a_joint_is_raised_but_a_resolved_joint_that_hurts_again_is_no_other_part():
    part = verdict("right-knee", rule=Rule.NEW_COMPARTMENT_PAIN)
    assert raised_by_nearness(part, [before()], DEFAULT_RULES).values["raised_by"] == Nearness.OTHER_PART
    assert raised_by_nearness(verdict("right-knee"), [before()], DEFAULT_RULES).level is Level.SOON


def test_any_of_several_places_will_do():
    far = before(site("left-shoulder"))
    assert raised_by_nearness(verdict(), [far, before()], DEFAULT_RULES).level is Level.URGENT
    assert raised_by_nearness(verdict(), [], DEFAULT_RULES).level is Level.SOON


# Two at once


@pytest.mark.parametrize(("ago", "raised"), [(-1, False), (0, True), (7, True), (8, False)])
def test_a_second_new_place_within_a_week_is_urgent(ago, raised):
    found = raised_by_two(verdict("left-foot"), [verdict(on=ON - ago)], DEFAULT_RULES)
    assert (found.level is Level.URGENT) is raised
    assert ("raised_by" in found.values) is raised


def test_one_of_several_others_is_enough_and_none_is_not():
    others = [verdict(on=ON - 20), verdict("neck", on=ON - 3)]
    assert raised_by_two(verdict("left-foot"), others, DEFAULT_RULES).level is Level.URGENT
    assert raised_by_two(verdict("left-foot"), [], DEFAULT_RULES).level is Level.SOON


def test_the_same_place_is_no_second_one():
    assert raised_by_two(verdict(on=ON), [verdict(on=ON - 1)], DEFAULT_RULES).level is Level.SOON


def test_what_is_only_info_raises_nothing_and_is_not_raised():
    info = verdict(level=Level.INFO)
    assert raised_by_two(verdict("left-foot"), [info], DEFAULT_RULES).level is Level.SOON
    assert raised_by_two(info, [verdict("left-foot")], DEFAULT_RULES) == info
    assert raised_by_nearness(info, [before()], DEFAULT_RULES) == info


def test_other_rules_are_neither_raised_nor_do_they_raise():
    severe = verdict("left-foot", rule=Rule.SUDDEN_SEVERE_PAIN)
    assert raised_by_two(severe, [verdict()], DEFAULT_RULES) == severe
    assert raised_by_two(verdict(), [severe], DEFAULT_RULES).level is Level.SOON


def test_a_clinic_may_look_farther_back():
    settings = RuleSettings(together_calendar_days=14)
    assert raised_by_two(verdict("left-foot"), [verdict(on=ON - 14)], settings).level is Level.URGENT


# It raises, and never lowers or hides

PLACES = st.sampled_from(["left-knee", "right-hip", "left-foot", "lumbar-spine", "right-knee"])
LEVELS = st.sampled_from(list(Level))
RULES = st.sampled_from([Rule.NEW_SITE_PAIN, Rule.NEW_COMPARTMENT_PAIN])
RECENT = st.lists(st.one_of(st.none(), st.integers(0, 10)), max_size=12)


@given(PLACES, LEVELS, RULES, PLACES, LEVELS, st.integers(0, 400), st.integers(0, 10), RECENT)
def test_it_never_lowers(place, level, rule, other, its_level, began_ago, peak, recent):
    judged = verdict(place, level=level, rule=rule)
    known = before(site(other), ON - began_ago, peak, recent)
    told = raised_by_nearness(judged, [known], DEFAULT_RULES)
    both = raised_by_two(told, [verdict(other, level=its_level)], DEFAULT_RULES)
    assert judged.level.rank <= told.level.rank <= both.level.rank
    assert (both.rule, both.subject, both.for_date, both.evidence) == (
        judged.rule, judged.subject, judged.for_date, judged.evidence,
    )  # fmt: skip


@given(st.integers(0, 10), RECENT, st.integers(0, 11))
def test_a_zero_at_the_place_before_never_raises(peak, recent, at):
    gap = at < len(recent) and recent[at] is None
    zeroed = [0 if n == at and gap else x for n, x in enumerate(recent)]
    levels = [raised_by_nearness(verdict(), [before(KNEE, 0, peak, told)], DEFAULT_RULES).level.rank
              for told in (recent, zeroed)]  # fmt: skip
    assert levels[1] <= levels[0]
