"""Ana's left knee is quiet and hurts a little, for weeks. Does anybody see it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.site import site
from rehab_tracker.domain.unseen_pain import KNOWN_DAYS, unseen_pain
from tests.domain.diary import day
from tests.domain.site_days import SPARSE, dated, days_of, judged, never_raised

KNEE = site("left-knee")
LONG_AGO = -100


def judge(days, first=(), enrolled=LONG_AGO, usual=None, settings=DEFAULT_RULES, new_part=False):
    return unseen_pain(days, first, day(enrolled), KNEE, usual, settings, new_part)


def level(values, **told):
    verdict = judge(dated("left-knee", values), **told)
    return verdict and verdict.level


def every(step, last, x=2, first=1):
    return {n: x for n in range(first, last + 1, step)}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (every(1, 14), True),
        (every(1, 13), False),
        (every(3, 13), False),
        (every(3, 16), True),
        (every(7, 29), True),
        (every(7, 22), False),
        (every(30, 121), True),
        (every(1, 14, x=1), False),
        ({**every(1, 14, x=1), 1: 2, 4: 2, 7: 2, 10: 2, 12: 2, 14: 2}, True),
        ({**every(1, 14, x=1), 1: 2, 5: 2, 9: 2, 12: 2, 14: 2}, True),
        ({**every(1, 14, x=0), 1: 2, 5: 2, 9: 2, 14: 2}, False),
        ({**every(1, 14), 15: 1}, False),
        ({1: 2, 2: 2, 3: 2, 14: 2, 15: 2}, True),
    ],
)
def test_2_or_more_on_5_logged_days_over_14_days(values, found):
    assert level(values) == (Level.SOON if found else None)


@pytest.mark.parametrize(("zeros", "found"), [(3, Level.SOON), (4, Level.INFO), (5, None)])
def test_days_with_more_known_ones_without_pain_between_are_shown_and_then_do_not_belong_together(zeros, found):
    values = {**every(1, 10), **{10 + n: 0 for n in range(1, zeros + 1)}, **every(1, 16 + zeros, first=11 + zeros)}
    ache = {n: x for n, x in values.items() if n <= 13 + zeros}
    assert level(ache) == found


def back_every(step, times=5, **told):
    """Pain of 2 every so many days, and none on the days between."""
    days = {n: 2 if n % step == 0 else 0 for n in range((times - 1) * step + 1)}
    return level(days, **told)


@pytest.mark.parametrize(
    ("step", "times", "found"),
    [(4, 5, Level.SOON), (4, 4, None), (5, 5, Level.INFO), (5, 4, None), (6, 5, None), (6, 9, None)],
)
def test_mild_pain_that_comes_back_every_fifth_day_is_shown(step, times, found):
    assert back_every(step, times) == found


def test_where_one_of_five_days_in_two_weeks_lies_apart_it_is_shown_too():
    assert level({**every(1, 14, x=1), 1: 2, 6: 2, 9: 2, 12: 2, 14: 2}) == Level.INFO


def test_a_clinic_that_asks_for_days_nearer_each_other_is_shown_what_comes_back():
    assert back_every(4, settings=RuleSettings(unseen_gap=1)) == Level.INFO
    assert back_every(5, settings=RuleSettings(unseen_gap=4)) == Level.SOON


def test_what_comes_back_since_the_first_week_is_told_as_such():
    first = {0: 2, 5: 2}
    later = {n: 2 if n % 5 == 0 else 0 for n in range(8, 41)}
    verdict = judge(dated("left-knee", {**first, **later}), first=dated("left-knee", first), enrolled=0)
    assert (verdict.level, verdict.key) == (Level.INFO, "new-site-pain.since-enrolment")


def test_unknown_days_between_part_nothing():
    assert level({1: 2, 2: 2, 3: 2, 13: 2, 14: 2}) == Level.SOON
    assert level({1: 2, 2: 2, 3: 2, 13: 2, 14: 2, **{n: 0 for n in range(4, 13)}}) is None


def test_the_verdict_is_one_of_new_site_pain_with_its_days_and_what_nobody_logged():
    verdict = judge(dated("left-knee", {1: 2, 4: 3, 8: 2, 9: 1, 11: 2, 15: 2}, area="inner"))
    assert (verdict.rule, verdict.level, verdict.subject, verdict.for_date, verdict.key) == (
        Rule.NEW_SITE_PAIN, Level.SOON, "left-knee", day(15), "new-site-pain.staying",
    )  # fmt: skip
    assert [(e.for_date, e.value) for e in verdict.evidence] == [
        (day(1), 2), (day(4), 3), (day(8), 2), (day(11), 2), (day(15), 2),
    ]  # fmt: skip
    assert (verdict.values["hits"], verdict.values["days"], verdict.unknown_days) == (5, 15, 9)
    assert verdict.area == "inner"


@pytest.mark.parametrize(("step", "last", "hits", "days"), [(1, 30, 14, 14), (7, 57, 5, 29)])
def test_it_rests_on_no_more_days_than_it_needs(step, last, hits, days):
    verdict = judge(dated("left-knee", every(step, last)))
    assert (verdict.values["hits"], len(verdict.evidence), verdict.values["days"]) == (hits, hits, days)


def test_in_another_part_of_a_known_joint_it_names_the_part():
    heel = dated("left-foot", every(1, 14), area="heel")
    verdict = unseen_pain(heel, (), day(LONG_AGO), site("left-foot"), None, DEFAULT_RULES, new_part=True)
    assert (verdict.rule, str(verdict.site), verdict.subject) == (
        Rule.NEW_COMPARTMENT_PAIN, "left-foot.hindfoot", "left-foot",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("usual", "x", "found"), [(0, 2, True), (1, 2, False), (1, 3, True), (3, 4, False), (3, 5, True)]
)
def test_long_standing_pain_counts_from_2_above_its_usual_level(usual, x, found):
    assert bool(level(every(1, 14, x=x), usual=usual)) is found


# Here since enrolment


@pytest.mark.parametrize(
    ("first", "now", "expected"),
    [
        ((2, 2), 2, Level.INFO),
        ((2, 2), 3, Level.INFO),
        ((2, 2), 4, Level.SOON),
        ((2,), 2, Level.SOON),
        ((1, 1, 1), 2, Level.SOON),
        ((2, 0, 0, 2), 2, Level.INFO),
        ((4, 2), 3, Level.INFO),
        ((4, 2), 4, Level.SOON),
        ((None,) * 7 + (2, 2, 2), 2, Level.SOON),
        ((None,) * 6 + (2, 2), 2, Level.SOON),
    ],
)
def test_pain_of_the_first_week_is_info_unless_it_has_grown(first, now, expected):
    there = days_of("left-knee", *first, first=0)
    assert level(every(1, 40, x=now, first=26), first=there, enrolled=0) == expected


def test_one_bad_day_does_not_make_old_pain_new():
    there = days_of("left-knee", 2, 2, 2, first=0)
    assert level({**every(1, 40, first=20), 35: 6}, first=there, enrolled=0) == Level.INFO
    assert level({**every(1, 40, first=20), 35: 6, 38: 6}, first=there, enrolled=0) == Level.SOON


@pytest.mark.parametrize(("bad", "expected"), [((26, 27), Level.INFO), ((27, 28), Level.SOON)])
def test_the_first_week_is_compared_with_the_last_two(bad, expected):
    there = days_of("left-knee", 2, 2, 2, first=0)
    worse = {number: 6 for number in bad}
    assert level({**every(1, 40, first=20), **worse}, first=there, enrolled=0) == expected


def test_pain_since_the_first_day_is_told_as_such():
    days = days_of("left-knee", *[2] * 14, first=0)
    verdict = judge(days, first=days[:7], enrolled=0)
    assert (verdict.level, verdict.key) == (Level.INFO, "new-site-pain.since-enrolment")


def test_older_days_than_it_says_are_not_needed():
    widest = RuleSettings(unseen_days=7, unseen_gap=9, unseen_calendar_days=28)
    values = {n: 2 if n % 10 == 0 else 0 for n in range(0, 121)}
    days = dated("left-knee", values)
    assert judge(days, settings=widest)
    assert judge(days, settings=widest) == judge(days[-KNOWN_DAYS:], settings=widest)
    assert judge(days[-KNOWN_DAYS + 1 :], settings=widest) is None


FIRST = st.dictionaries(st.integers(0, 6), st.integers(0, 10), max_size=7)
LATER = st.dictionaries(st.integers(8, 48), st.integers(0, 6), min_size=1, max_size=40)


def found(first, later):
    there = dated("left-knee", first)
    return judged(dated("left-knee", {**first, **later}), lambda days: judge(days, first=there, enrolled=0))


@given(FIRST, LATER, st.integers(0, 48))
def test_an_added_zero_never_raises(first, later, number):
    added = ({number: 0, **first}, later) if number < 7 else (first, {number: 0, **later})
    assert never_raised(found(first, later), found(*added))


@given(FIRST, LATER, st.data())
def test_more_pain_on_a_later_day_never_removes_or_lowers(first, later, data):
    number = data.draw(st.sampled_from(sorted(later)))
    worse = {**later, number: max(later[number], data.draw(st.integers(0, 10)))}
    assert never_raised(found(first, worse), found(first, later))


@given(SPARSE.filter(lambda values: len(values) > 4))
def test_without_known_days_between_nothing_that_stays_goes_unseen(values):
    days = [d for d in dated("left-knee", values) if d.x >= 2]
    if len(days) >= 5 and (days[-1].day - days[0].day).days + 1 >= 14:
        assert judge(days)
