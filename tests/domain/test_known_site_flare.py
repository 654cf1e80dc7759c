"""Ana's right knee is known. Does it hurt clearly more than it did?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.known_site_flare import KNOWN_DAYS, known_site_flare
from rehab_tracker.domain.site import site
from tests.domain.diary import day
from tests.domain.site_days import SPARSE, dated, days_of, judged, never_raised

KNEE = site("right-knee")


def judge(days, settings=DEFAULT_RULES):
    return known_site_flare(days, KNEE, settings)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ((2, 2, 2, 2, 2, 5, 5, 5), True),
        ((2, 2, 2, 2, 2, 4, 4, 4), True),
        ((2, 2, 2, 2, 2, 5, 5), False),
        ((1, 1, 1, 1, 1, 3, 3, 3), False),
        ((3, 3, 3, 3, 3, 4, 4, 4), False),
        ((3, 3, 3, 3, 3, 5, 5, 5), True),
        ((2, 2, 2, 2, 5, 2, 5, 2, 5), True),
        ((2, 2, 2, 2, 5, 2, 5, 2, 2, 5), False),
        ((2, 2, 2, 2, 2, 5, 5, 5, 2), False),
        ((6, 6, 6, 6, 6, 6, 6, 6), False),
        ((0, 0, 0, 0, 0, 0, 0, 4, 4, 4), True),
        ((9, 9, 9), False),
    ],
)
def test_4_or_more_and_2_above_the_week_before_on_3_of_5_known_days(values, found):
    assert bool(judge(days_of("right-knee", *values))) is found


def test_nothing_known_of_the_week_before_is_nothing_to_rise_from():
    flare = {20: 6, 21: 6, 22: 6, 23: 6, 24: 6}
    assert judge(dated("right-knee", flare)) is None
    assert judge(dated("right-knee", {12: 2, **flare})) is None
    assert judge(dated("right-knee", {20: 1, 21: 6, 22: 6, 23: 6})) is None
    assert judge(dated("right-knee", {13: 2, **flare}))


def test_it_is_soon_and_says_what_it_rose_from():
    verdict = judge(days_of("right-knee", 1, 2, 3, 2, 2, 5, None, 6, 5))
    assert (verdict.rule, verdict.level, verdict.subject, verdict.for_date) == (
        Rule.KNOWN_SITE_FLARE, Level.SOON, "right-knee", day(9),
    )  # fmt: skip
    assert [(e.for_date, e.value) for e in verdict.evidence] == [(day(6), 5), (day(8), 6), (day(9), 5)]
    assert (verdict.values["median"], verdict.values["scores"], verdict.unknown_days) == ("2", "5, 6, 5", 1)


def test_a_flare_in_sparse_logs_is_seen():
    assert judge(dated("right-knee", {1: 2, 3: 2, 5: 2, 8: 2, 10: 6, 12: 6, 15: 6}))


def test_a_clinic_may_ask_for_a_greater_rise():
    assert judge(days_of("right-knee", 2, 2, 2, 2, 2, 5, 5, 5), RuleSettings(flare_rise=4)) is None


def test_older_days_than_it_says_are_not_needed():
    widest = RuleSettings(flare_window=7, flare_median_calendar_days=14)
    days = days_of("right-knee", *[9] * 30, *[2] * 16, *[6] * 5)
    assert judge(days, widest) == judge(days[-KNOWN_DAYS:], widest)
    assert judge(days, widest)


@given(SPARSE, st.integers(1, 40))
def test_a_day_of_no_pain_never_flares(values, number):
    """A zero of the week before may show what a rise began from; the day of a zero itself is none."""
    assert day(number) not in judged(dated("right-knee", {**values, number: 0}), judge)


@given(SPARSE, st.data())
def test_a_zero_within_the_flare_never_raises(values, data):
    """As long as the week that it is compared with is the same."""
    week = {n: 2 for n in range(1, 8)}
    flare = {n + 7: x for n, x in values.items() if n <= 5}
    number = data.draw(st.integers(8, 12))
    before, after = ({**week, **flare}, {**week, number: 0, **flare})
    assert never_raised(judged(dated("right-knee", before), judge), judged(dated("right-knee", after), judge))


@given(SPARSE, st.data())
def test_more_pain_on_the_judged_day_never_removes_a_verdict(values, data):
    days = dated("right-knee", values)
    last = max(values)
    worse = {**values, last: max(values[last], data.draw(st.integers(0, 10)))}
    assert judge(days) is None or judge(dated("right-knee", worse))
