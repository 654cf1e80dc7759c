"""Ana's right knee has had a plan since day 0. Does it get better?"""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.not_improving import KNOWN_DAYS, not_improving
from rehab_tracker.domain.site import site
from tests.domain.diary import day
from tests.domain.site_days import dated, days_of, judged, never_raised

KNEE = site("right-knee")
SIX_WEEKS = 42


def judge(first, now, settings=DEFAULT_RULES, ends=SIX_WEEKS):
    """Judge the last of ``now``, which ends on a day, against the first days of the plan."""
    days = now if now and not isinstance(now[0], int | None) else days_of("right-knee", *now, first=ends - len(now) + 1)
    started = first if first and not isinstance(first[0], int | None) else days_of("right-knee", *first, first=0)
    return not_improving(days, started, day(0), KNEE, settings)


@pytest.mark.parametrize(
    ("first", "now", "found"),
    [
        ((6, 6, 6), (6, 6, 6), True),
        ((6, 6, 6), (8, 8, 8), True),
        ((6, 6, 6), (5, 5, 5), False),
        ((10, 10, 10, 10), (9, 9, 9, 9), True),
        ((5, 5, 5, 5), (5, 4, 4, 4), False),
        ((4, 4, 4, 4, 4), (4, 3, 3, 4, 3), False),
        ((4, 4, 4, 4), (4, 3, 3, 4), True),
        ((3, 3, 3), (3, 3, 3), True),
        ((2, 2, 2), (2, 2, 2), False),
        ((6, 6), (6, 6, 6), False),
        ((6, 6, 6), (6, 6), False),
        ((6, 6, 6), (6, 6, 6, 0), False),
        ((6, None, 6, None, 6), (6, None, 6, None, 6), True),
    ],
)
def test_less_than_15_percent_lower_after_6_weeks(first, now, found):
    assert bool(judge(first, now)) is found


def test_exactly_15_percent_lower_is_lower_enough():
    exactly = (9, 9, 9, 8, 8, 8, 8, 8, 9, 9)  # 85 of 100
    tens = [10] * 10
    assert sum(exactly) == 85
    assert judge(tens[:7], exactly[-7:]) is None
    settings = RuleSettings(not_improving_percent=14)
    assert judge([7] * 7, [6] * 7, settings) is None  # 14.3 % lower
    assert judge([7] * 7, [6] * 7)


@pytest.mark.parametrize(("ends", "found"), [(41, False), (42, True), (60, True)])
def test_it_waits_six_weeks(ends, found):
    assert bool(judge((6, 6, 6), (6, 6, 6), ends=ends)) is found


def test_it_is_info_and_says_then_and_now():
    verdict = judge((6, None, 7, 6), (6, 6, None, 5, 6))
    assert (verdict.rule, verdict.level, verdict.subject, verdict.for_date) == (
        Rule.NOT_IMPROVING, Level.INFO, "right-knee", day(42),
    )  # fmt: skip
    assert (verdict.values["before"], verdict.values["now"], verdict.values["weeks"]) == ("6.3", "5.8", 6)
    assert [e.value for e in verdict.evidence] == [6, 7, 6, 6, 6, 5, 6]
    assert verdict.unknown_days == 4 + 1


def test_days_after_the_first_week_are_not_the_beginning():
    assert judge(days_of("right-knee", 6, 6, 6, first=4), (6, 6, 6))
    assert judge(days_of("right-knee", 6, 6, 6, first=5), (6, 6, 6)) is None


def test_old_days_do_not_stand_for_the_present():
    assert judge((6, 6, 6), dated("right-knee", {28: 6, 29: 6, 42: 6})) is None
    assert judge((6, 6, 6), dated("right-knee", {29: 6, 30: 6, 42: 6}))


def test_older_days_than_it_says_are_not_needed():
    days = days_of("right-knee", *[9] * 43, first=0)
    assert judge(days[:7], days) == judge(days[:7], days[-KNOWN_DAYS:])


FIRST = st.dictionaries(st.integers(0, 6), st.integers(0, 10), min_size=3, max_size=7)
NOW = st.dictionaries(st.integers(30, 50), st.integers(0, 10), min_size=1, max_size=20)


def found(first, now):
    begun = dated("right-knee", first)
    return judged(dated("right-knee", now), lambda days: not_improving(days, begun, day(0), KNEE, DEFAULT_RULES))


@given(FIRST, NOW, st.integers(0, 6), st.integers(30, 50))
def test_an_added_zero_never_raises(first, now, then, number):
    assert never_raised(found(first, now), found({then: 0, **first}, {number: 0, **now}))


@given(FIRST, NOW, st.data())
def test_more_pain_on_a_present_day_never_removes_a_verdict(first, now, data):
    number = data.draw(st.sampled_from(sorted(now)))
    worse = {**now, number: max(now[number], data.draw(st.integers(0, 10)))}
    assert never_raised(found(first, worse), found(first, now))


def test_a_plan_that_begins_later_waits_longer():
    days = days_of("right-knee", 6, 6, 6, first=40)
    begun = days_of("right-knee", 6, 6, 6, first=1)
    assert not_improving(days, begun, day(1), KNEE, DEFAULT_RULES) is None
    assert not_improving(
        days, days_of("right-knee", 6, 6, 6, first=0), day(42) - timedelta(weeks=6), KNEE, DEFAULT_RULES
    )
