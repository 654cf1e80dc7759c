import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.site import LEGS, Limb, site
from rehab_tracker.domain.weight_bearing import (
    SUPPORT,
    Aids,
    Grade,
    LimbLimit,
    OverLimit,
    WeightLimit,
    both_legs_restricted,
    limb_limits,
    strictest,
)

AIDS = st.sampled_from([None, *SUPPORT])
LIMITS = st.one_of(
    st.builds(WeightLimit, st.sampled_from([Grade.NWB, Grade.WBAT, Grade.FWB]), aids=AIDS),
    st.builds(WeightLimit, st.just(Grade.PWB), st.integers(1, 99), AIDS),
    st.builds(WeightLimit, st.just(Grade.TTWB), st.none() | st.integers(0, 20), AIDS),
)


def test_grades_grow_from_none_to_full():
    assert [str(grade) for grade in Grade] == ["NWB", "TTWB", "PWB", "WBAT", "FWB"]
    assert [grade.rank for grade in Grade] == [0, 1, 2, 3, 4]
    assert [grade for grade in Grade if grade.is_restricted] == [Grade.NWB, Grade.TTWB, Grade.PWB]


def test_what_a_patient_can_answer_is_the_list_of_the_design():
    assert {str(a) for a in Aids} == set(["none", "one-crutch", "two-crutches", "frame", "wheelchair", "stayed-in-bed"])
    assert {str(o) for o in OverLimit} == {"no", "few-steps", "often"}


@pytest.mark.parametrize(
    ("grade", "percent", "aids", "code"),
    [
        ("PWB", None, None, "percent-needed"),
        ("PWB", 0, None, "out-of-range"),
        ("PWB", 100, None, "out-of-range"),
        ("PWB", 30.0, None, "out-of-range"),
        ("PWB", True, None, "out-of-range"),
        ("TTWB", 21, None, "out-of-range"),
        ("NWB", 0, None, "percent-not-allowed"),
        ("WBAT", 100, None, "percent-not-allowed"),
        ("FWB", 50, None, "percent-not-allowed"),
        ("FWB", None, Aids.STAYED_IN_BED, "aids-not-allowed"),
    ],
)
def test_a_limit_that_says_too_little_or_too_much_is_refused(grade, percent, aids, code):
    with pytest.raises(InvalidValue) as refused:
        WeightLimit(Grade(grade), percent, aids)
    assert refused.value.code == code
    assert refused.value.pointer == ("/aids" if aids else "/percent")


@pytest.mark.parametrize(
    ("limit", "load"),
    [
        (WeightLimit(Grade.NWB), 0),
        (WeightLimit(Grade.TTWB), 0),
        (WeightLimit(Grade.TTWB, 15), 15),
        (WeightLimit(Grade.PWB, 30), 30),
        (WeightLimit(Grade.WBAT), 100),
        (WeightLimit(Grade.FWB), 100),
    ],
)
def test_the_load_is_the_most_that_the_limb_may_carry(limit, load):
    assert limit.load == load


def test_of_equal_loads_the_lower_grade_is_stricter():
    assert strictest([WeightLimit(Grade.FWB), WeightLimit(Grade.WBAT)]) == WeightLimit(Grade.WBAT)
    assert strictest([WeightLimit(Grade.TTWB), WeightLimit(Grade.NWB)]) == WeightLimit(Grade.NWB)
    assert strictest([]) is None


def test_the_strictest_keeps_the_most_supporting_aid_of_all():
    half, free = WeightLimit(Grade.PWB, 50, Aids.ONE_CRUTCH), WeightLimit(Grade.WBAT, aids=Aids.FRAME)
    assert strictest([half, free]) == WeightLimit(Grade.PWB, 50, Aids.FRAME)
    assert strictest([half, WeightLimit(Grade.FWB)]) == half


@given(st.lists(LIMITS, min_size=1))
def test_the_strictest_allows_no_more_than_any_and_its_order_is_irrelevant(limits):
    found = strictest(limits)
    assert found.load == min(limit.load for limit in limits)
    assert found == strictest(limits[::-1]) == strictest([found, *limits])


def test_a_limb_carries_what_its_strictest_site_allows_and_the_spine_limits_none():
    knee, foot, back = site("left-knee"), site("left-foot.forefoot"), site("lumbar-spine")
    limits = limb_limits(
        [(knee, WeightLimit(Grade.WBAT)), (foot, WeightLimit(Grade.PWB, 30)), (back, WeightLimit(Grade.NWB))]
    )
    assert limits == {Limb.LEFT_LEG: LimbLimit(Limb.LEFT_LEG, WeightLimit(Grade.PWB, 30), (foot, knee))}


def test_both_legs_are_restricted_only_when_neither_may_bear_what_it_can():
    half, free = WeightLimit(Grade.PWB, 50), WeightLimit(Grade.WBAT)
    left, right = site("left-knee"), site("right-hip")
    assert both_legs_restricted(limb_limits([(left, half), (right, half)]))
    assert not both_legs_restricted(limb_limits([(left, half), (right, free)]))
    assert not both_legs_restricted(limb_limits([(left, half)]))
    assert not both_legs_restricted(limb_limits([(site("left-wrist"), half), (site("right-wrist"), half)]))
    assert set(LEGS) == {Limb.LEFT_LEG, Limb.RIGHT_LEG}
