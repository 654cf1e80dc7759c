"""Ana's right knee was resolved on day 0. Does it hurt again?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.recurrence import KNOWN_DAYS, recurrence
from rehab_tracker.domain.site import site
from tests.domain.diary import day
from tests.domain.site_days import SPARSE, dated, days_of, hurting, judged, never_raised, scored

KNEE = site("right-knee")
INNER = site("right-knee.medial-femoral-condyle")


def judge(days, resolved=(INNER,), usual=None, settings=DEFAULT_RULES):
    return recurrence(days, resolved, KNEE, usual, settings)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ((3, 3), True),
        ((3, 0, 3), True),
        ((3, 0, 0, 3), False),
        ((3, None, None, None, 3), True),
        ((2, 3), False),
        ((3,), False),
        ((9,), False),
        ((3, 3, 2), False),
        ((3, 3, 0), False),
        ((2, 2, 2), False),
    ],
)
def test_3_or_more_on_2_of_3_known_days(values, found):
    assert bool(judge(days_of("right-knee", *values))) is found


def test_it_is_soon_and_names_its_days_and_what_nobody_logged():
    verdict = judge(days_of("right-knee", 3, None, 5, area="inner"))
    assert (verdict.rule, verdict.level, verdict.subject, verdict.for_date) == (
        Rule.RECURRENCE, Level.SOON, "right-knee", day(3),
    )  # fmt: skip
    assert [(e.for_date, e.value) for e in verdict.evidence] == [(day(1), 3), (day(3), 5)]
    assert (verdict.values["scores"], verdict.area, verdict.unknown_days) == ("3, 5", "inner", 1)


def test_a_place_that_was_never_resolved_has_no_recurrence():
    assert judge(days_of("right-knee", 8, 8, 8), resolved=()) is None


def test_only_pain_that_can_be_the_resolved_parts_counts():
    assert judge(days_of("right-knee", 6, 6, area="outer")) is None
    assert judge(days_of("right-knee", 6, 6, area="not-sure"))
    assert judge(days_of("right-knee", 6, 6, area="outer"), resolved=(KNEE,))


def test_a_day_on_which_only_another_part_was_named_is_unknown_and_no_zero():
    outer = scored(2, hurting("right-knee", 5, area="outer"))
    inner = [scored(n, hurting("right-knee", 4, area="inner")) for n in (1, 4)]
    assert judge([inner[0], outer, scored(3), inner[1]])
    assert judge([inner[0], scored(2), scored(3), inner[1]]) is None


@pytest.mark.parametrize(("usual", "found"), [(1, True), (2, False)])
def test_long_standing_pain_counts_from_2_above_its_usual_level(usual, found):
    assert bool(judge(days_of("right-knee", 3, 3), usual=usual)) is found


def test_weeks_between_two_logs_do_not_matter():
    assert judge(dated("right-knee", {1: 3, 31: 3}))


def test_a_clinic_may_ask_for_once():
    assert judge(days_of("right-knee", 3), settings=RuleSettings(recurrence_days=1))


def test_older_days_than_it_says_are_not_needed():
    days = days_of("right-knee", *[5] * 40)
    assert judge(days) == judge(days[-KNOWN_DAYS:])


@given(SPARSE, st.integers(1, 40))
def test_an_added_zero_never_raises(values, number):
    before = judged(dated("right-knee", values), judge)
    after = judged(dated("right-knee", {number: 0, **values}), judge)
    assert never_raised(before, after)


@given(SPARSE, st.integers(3, 10), st.data())
def test_strong_pain_never_removes_a_verdict(values, strong, data):
    number = data.draw(st.integers(1, 40))
    worse = {**values, number: max(strong, values.get(number, 0))}
    assert never_raised(judged(dated("right-knee", worse), judge), judged(dated("right-knee", values), judge))
