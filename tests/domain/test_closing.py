from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Evidence, Level, Rule, Verdict
from rehab_tracker.domain.closing import LONGEST_NOTE, USEFUL, AlertOutcome, ClosedAlert, Closing
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.site import site
from tests.domain.diary import day, evening

KNEE = site("left-knee")
OTHERS = sorted(set(AlertOutcome) - {AlertOutcome.LONG_STANDING})


def refused(*said, rule=Rule.NEW_SITE_PAIN, place=KNEE, **more):
    with pytest.raises(InvalidValue) as refusal:
        Closing(*said, **more).must_fit(rule, place)
    return refusal.value.code, refusal.value.pointer


def test_each_outcome_is_useful_or_not_or_unclear():
    assert {str(each) for each in USEFUL} == {"new-site", "other-disease", "overload", "injury"}
    assert [str(each) for each in AlertOutcome if each.is_useful is False] == ["long-standing", "wrong-entry"]
    assert [str(each) for each in AlertOutcome if each.is_useful is None] == ["unclear"]


def test_long_standing_pain_says_how_much_is_usual():
    assert Closing(AlertOutcome.LONG_STANDING, usual_pain=0).usual_pain == 0
    assert refused(AlertOutcome.LONG_STANDING) == ("usual-pain-needed", "/usual_pain")
    for impossible in (-1, 11, True, 2.0):
        assert refused(AlertOutcome.LONG_STANDING, usual_pain=impossible)[1] == "/usual_pain"


@pytest.mark.parametrize("outcome", OTHERS)
def test_no_other_outcome_says_so(outcome):
    assert refused(outcome, usual_pain=3) == ("usual-pain-not-asked", "/usual_pain")


def test_long_standing_pain_needs_a_place():
    assert refused(AlertOutcome.LONG_STANDING, usual_pain=3, place=None) == ("no-place", "/outcome")


def test_a_red_flag_needs_a_note():
    assert refused(AlertOutcome.INJURY, rule=Rule.RED_FLAG, place=None) == ("note-needed", "/note")
    Closing(AlertOutcome.INJURY, "seen today").must_fit(Rule.RED_FLAG, None)
    Closing(AlertOutcome.INJURY).must_fit(Rule.NEW_SITE_PAIN, KNEE)


def test_a_note_has_its_bounds():
    assert Closing(AlertOutcome.UNCLEAR, "x" * LONGEST_NOTE)
    assert refused(AlertOutcome.UNCLEAR, "x" * (LONGEST_NOTE + 1))[0] == "too-long"
    assert refused(AlertOutcome.UNCLEAR, "\x00")[0] == "bad-text"


def verdict(number, level="soon", rule=Rule.NEW_SITE_PAIN, subject="left-knee", evidence=()):
    return Verdict(rule, 1, Level(level), subject, day(number), key="", evidence=evidence)


CLOSED = ClosedAlert(Rule.NEW_SITE_PAIN, "left-knee", Level.SOON, day(10), evening(10))


def test_days_up_to_the_closing_are_answered_and_later_ones_are_not():
    assert [n for n in range(1, 15) if CLOSED.answers(verdict(n))] == list(range(1, 11))


def test_a_higher_level_is_not_answered_and_a_lower_one_is():
    assert [str(level) for level in Level if CLOSED.answers(verdict(4, level))] == ["info", "soon"]


def test_another_rule_or_place_is_not_answered():
    assert not CLOSED.answers(verdict(4, subject="right-knee"))
    assert not CLOSED.answers(verdict(4, rule=Rule.SUDDEN_SEVERE_PAIN))


@pytest.mark.parametrize(("recorded", "is_answered"), [(10, True), (11, False)])
def test_severe_pain_is_answered_only_where_it_was_written_before_the_closing(recorded, is_answered):
    told = Evidence(day(9), evening(recorded), "left-hip", "on-loading", 9)
    severe = verdict(9, "urgent", Rule.SUDDEN_SEVERE_PAIN, "left-hip", (told,))
    closed = ClosedAlert(Rule.SUDDEN_SEVERE_PAIN, "left-hip", Level.URGENT, day(10), evening(10))
    assert closed.answers(severe) is is_answered
    compared = Evidence(day(8), evening(11), "left-hip", "on-loading", 1)
    assert closed.answers(replace(severe, evidence=(compared, told))) is is_answered


@pytest.mark.parametrize("rule", sorted(set(Rule) - {Rule.RED_FLAG, Rule.SUDDEN_SEVERE_PAIN}))
@pytest.mark.parametrize(
    ("about", "recorded", "is_answered"),
    [(10, 9, True), (10, 10, True), (10, 11, False), (9, 11, True), (11, 9, False)],
)
def test_of_the_day_of_the_closing_only_what_was_written_before_it_is_answered(rule, about, recorded, is_answered):
    told = Evidence(day(about), evening(recorded), "left-knee", "on-loading", 5)
    before = Evidence(day(about - 1), evening(11), "left-knee", "on-loading", 5)
    closed = replace(CLOSED, rule=rule)
    assert closed.answers(verdict(about, rule=rule, evidence=(before, told))) is is_answered


def test_what_no_entry_says_as_a_silence_is_answered_on_the_day_of_the_closing_too():
    assert replace(CLOSED, rule=Rule.NOT_LOGGING).answers(verdict(10, rule=Rule.NOT_LOGGING))


def tick(number):
    return Evidence(day(number), evening(number), None, "flag", "fever")


@given(st.lists(st.tuples(st.integers(1, 20), st.booleans()), unique_by=lambda pair: pair[0], max_size=6))
def test_a_tick_of_a_red_flag_is_answered_only_where_it_was_seen(ticks):
    seen = [tick(number).plain() for number, was_seen in ticks if was_seen]
    closed = ClosedAlert(Rule.RED_FLAG, "fever", Level.URGENT, day(20), evening(20), seen)
    for number, was_seen in ticks:
        told = verdict(number, "urgent", Rule.RED_FLAG, "fever", (tick(number),))
        assert closed.answers(told) is was_seen
