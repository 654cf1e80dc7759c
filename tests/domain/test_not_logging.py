"""Ana was asked and did not answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.not_logging import MOST_ASKED_DAYS, Silence, not_logging, turning_days
from tests.domain.diary import day
from tests.domain.site_days import hurting, scored

DAILY = range(1, 60)


def silence(asked=DAILY, **told):
    return Silence(since=day(0), asked=tuple(map(day, asked)), **told)


def judge(today, asked=DAILY, watched=False, settings=DEFAULT_RULES, **told):
    return not_logging(silence(asked, **told), day(today), watched, settings)


def level(*args, **told):
    verdict = judge(*args, **told)
    return verdict and verdict.level


@pytest.mark.parametrize(
    ("today", "watched", "expected"),
    [
        (1, True, None),
        (3, True, None),
        (4, True, Level.SOON),
        (20, True, Level.SOON),
        (3, False, None),
        (4, False, Level.INFO),
        (7, False, Level.INFO),
        (8, False, Level.SOON),
        (20, False, Level.SOON),
    ],
)
def test_3_asked_days_are_info_or_soon_where_somebody_is_watched_and_7_are_soon(today, watched, expected):
    """Today is not over: at the beginning of day 4 three days since the log of day 0 are."""
    assert level(today, watched=watched) == expected


@pytest.mark.parametrize(("today", "expected"), [(21, None), (22, Level.INFO), (49, Level.INFO), (50, Level.SOON)])
def test_a_patient_who_is_asked_weekly_is_silent_after_weeks(today, expected):
    assert level(today, asked=range(7, 60, 7)) == expected


def test_who_is_not_asked_is_not_silent():
    assert judge(59, asked=()) is None


def test_pain_in_a_quiet_place_below_the_daily_rhythm_makes_silence_soon():
    [score] = scored(0, hurting("left-knee", 4)).said
    assert level(3, quiet_pain=score) is None
    verdict = judge(4, quiet_pain=score)
    assert (verdict.level, verdict.key) == (Level.SOON, "not-logging.after-pain")
    assert [(e.for_date, e.site, e.value) for e in verdict.evidence] == [(day(0), "left-knee", 4)]


def test_it_is_about_the_whole_body_and_names_what_is_not_known():
    verdict = judge(10, asked=(2, 4, 6, 8))
    assert (verdict.rule, verdict.subject, verdict.for_date, verdict.site) == (
        Rule.NOT_LOGGING, "whole-body", day(10), None,
    )  # fmt: skip
    assert (verdict.key, verdict.values["days"], verdict.unknown_days) == ("not-logging.silent", 4, 9)


def test_who_never_logged_is_silent_from_enrolment_on():
    verdict = judge(3, asked=range(60), has_logged=False)
    assert (verdict.key, verdict.values["days"], verdict.unknown_days) == ("not-logging.never", 3, 3)


def test_a_clinic_may_wait_longer():
    assert level(4, settings=RuleSettings(silent_days=5)) is None


def test_the_days_on_which_it_turns_are_known_beforehand():
    assert turning_days(map(day, DAILY), DEFAULT_RULES) == (day(4), day(8))
    assert turning_days(map(day, (3, 9)), DEFAULT_RULES) == ()
    assert turning_days(map(day, (3, 9, 20)), DEFAULT_RULES) == (day(21),)


def test_no_more_asked_days_are_looked_at_than_it_says():
    asked = iter(map(day, range(1, 1000)))
    turning_days(asked, RuleSettings(silent_soon_days=MOST_ASKED_DAYS))
    assert next(asked) == day(MOST_ASKED_DAYS + 1)


ASKED = st.sets(st.integers(1, 40)).map(sorted)


@given(ASKED, st.booleans())
def test_it_turns_on_these_days_and_on_no_other(asked, watched):
    turns = turning_days(map(day, asked), DEFAULT_RULES)
    levels = [level(today, asked=asked, watched=watched) for today in range(1, 45)]
    changed = [day(n + 1) for n in range(1, 44) if levels[n] != levels[n - 1]]
    assert set(changed) <= set(turns)
    assert (levels[0] is None) and (turns == () or changed[:1] == [turns[0]])


@given(ASKED, st.integers(1, 40), st.integers(1, 45), st.booleans())
def test_an_answer_of_any_kind_never_raises(asked, answered, today, watched):
    """A log, of a zero too, ends the silence before it: what is left of it is shorter."""
    whole = not_logging(silence(asked), day(today), watched, DEFAULT_RULES)
    rest = Silence(day(answered), tuple(day(n) for n in asked if n > answered))
    after = not_logging(rest, day(today), watched, DEFAULT_RULES) if answered < today else whole
    assert rank(after) <= rank(whole)


def rank(verdict):
    return verdict.level.rank if verdict else -1
