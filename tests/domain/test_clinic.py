from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, REACHABLE, RULE_BOUNDS, RuleSettings
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.shadow import ALWAYS_HEARD

NAMES = sorted(RULE_BOUNDS)


def test_every_number_of_the_rules_has_bounds_and_its_default_lies_within():
    assert set(RULE_BOUNDS) == {f.name for f in fields(RuleSettings)} - {"shadow"}
    assert DEFAULT_RULES.numbers == {name: getattr(DEFAULT_RULES, name) for name in RULE_BOUNDS}
    assert all(least < most for least, most in RULE_BOUNDS.values())
    assert RuleSettings() == DEFAULT_RULES


@pytest.mark.parametrize("name", NAMES)
def test_beyond_its_bounds_a_number_is_refused_where_it_stands(name):
    for value in (RULE_BOUNDS[name].least - 1, RULE_BOUNDS[name].most + 1):
        with pytest.raises(InvalidValue) as refusal:
            RuleSettings.of({name: value})
        assert (refusal.value.code, refusal.value.pointer) == ("out-of-range", f"/{name}")


@pytest.mark.parametrize("value", [True, 3.0, "3", None])
def test_only_whole_numbers_are_settings(value):
    with pytest.raises(InvalidValue):
        RuleSettings.of({"night_days": value})


def test_what_is_not_set_keeps_its_default():
    mine = RuleSettings.of({"pain_counts_from": 2})
    assert (mine.pain_counts_from, mine.severe_score) == (2, DEFAULT_RULES.severe_score)


def test_a_name_that_is_no_setting_is_refused():
    with pytest.raises(InvalidValue, match="no setting named persistant_days"):
        RuleSettings.of({"persistant_days": 4})


@pytest.mark.parametrize(
    "values",
    [
        {"persistent_days": 6, "persistent_window": 5},
        {"persistent_urgent_days": 7, "persistent_window": 6},
        {"persistent_urgent_days": 7, "persistent_within_calendar_days": 6},
        {"severe_days": 4, "severe_window": 3},
    ],
)
def test_settings_that_together_blind_a_rule_are_refused(values):
    with pytest.raises(InvalidValue) as refusal:
        RuleSettings.of(values)
    assert refusal.value.code == "out-of-reach"


@given(st.fixed_dictionaries({name: st.integers(*RULE_BOUNDS[name]) for name in NAMES}))
def test_any_accepted_settings_leave_every_count_within_its_window(values):
    try:
        mine = RuleSettings.of(values)
    except InvalidValue as refusal:
        assert refusal.code == "out-of-reach"
        return
    assert all(getattr(mine, days) <= getattr(mine, window) for days, window in REACHABLE)
    assert mine.night_days <= mine.night_window


# Rules that run silently


def test_no_rule_runs_silently_unless_the_clinic_says_so():
    assert RuleSettings.of({}).shadow == DEFAULT_RULES.shadow == frozenset()
    assert RuleSettings.of({}, ["not-logging", "over-limit"]).shadow == {Rule.NOT_LOGGING, Rule.OVER_LIMIT}


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("red-flag", "it tells of what may be an emergency"),
        ("sudden-severe-pain", "the bone may be broken"),
        ("new-site-pain", "pain in a quiet place must reach somebody"),
        ("no-site-recorded", "it stands in for new-site-pain until a place is recorded"),
        ("phase-review", "it asks a question that a plan waits for"),
    ],
)
def test_some_rules_must_always_be_heard_and_the_refusal_says_why(rule, why):
    for make in (
        lambda: RuleSettings.of({}, ["not-logging", rule]),
        lambda: RuleSettings(shadow=frozenset({Rule(rule)})),
    ):
        with pytest.raises(InvalidValue) as refusal:
            make()
        assert (refusal.value.code, refusal.value.pointer) == ("never-silent", "/shadow")
        assert str(refusal.value) == f"{rule} can't run silently: {why}."


def test_every_other_rule_may_run_silently():
    for rule in sorted(set(Rule) - set(ALWAYS_HEARD)):
        assert RuleSettings.of({}, [rule]).shadow == {rule}


def test_a_rule_that_there_is_not_is_refused():
    with pytest.raises(InvalidValue) as refusal:
        RuleSettings.of({}, ["left-toe"])
    assert refusal.value.code == "unknown-rule"
    assert "not-logging" in str(refusal.value)


def test_what_runs_silently_is_no_number():
    with pytest.raises(InvalidValue, match="no setting named shadow"):
        RuleSettings.of({"shadow": 1})
