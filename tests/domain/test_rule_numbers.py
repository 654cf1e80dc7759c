"""What a number can touch: whatever a clinic sets, only the rules that are said to read it raise anything else."""

from contextlib import suppress
from itertools import chain

import pytest

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, RULE_BOUNDS, RuleSettings
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.rule_numbers import NUMBERS
from rehab_tracker.evaluation.cohort import cohort
from rehab_tracker.evaluation.events import patients
from rehab_tracker.evaluation.replay import replay

PEOPLE, SEED, DAYS = 5, 3, 90


@pytest.fixture(scope="module")
def people():
    return list(patients(line for patient in cohort(PEOPLE, SEED, DAYS) for line in patient.lines))


def raised(people, settings):
    """Return what each rule raises of everybody."""
    found = {rule: [] for rule in Rule}
    for patient in people:
        for each in replay(patient, settings):
            found[each.verdict.rule].append((patient.patient, each.verdict.subject, each.verdict.level, each.raised_on))
    return found


@pytest.fixture(scope="module")
def before(people):
    return raised(people, DEFAULT_RULES)


def ends_of(name):
    """Yield settings with the least and the most of a number, where the other numbers leave room for it."""
    for value in RULE_BOUNDS[name]:
        with suppress(InvalidValue):
            yield RuleSettings.of({name: value})


def test_every_rule_and_every_number_has_its_place():
    assert set(NUMBERS) == set(Rule)
    assert frozenset(chain.from_iterable(NUMBERS[rule] for rule in Rule if rule is not Rule.NOT_LOGGING)) | {
        "silent_days", "silent_soon_days",
    } == NUMBERS[Rule.NOT_LOGGING] == set(RULE_BOUNDS)  # fmt: skip


@pytest.mark.parametrize("name", RULE_BOUNDS)
def test_a_number_touches_no_rule_that_does_not_read_it(people, before, name):
    for settings in ends_of(name):
        after = raised(people, settings)
        assert [rule for rule in Rule if after[rule] != before[rule] and name not in NUMBERS[rule]] == []


def test_these_people_would_show_a_number_that_touches_more(people, before):
    after = raised(people, RuleSettings(pain_counts_from=2, above_usual_by=1))
    assert [rule for rule in Rule if after[rule] != before[rule]]
