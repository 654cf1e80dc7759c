from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rehab_tracker.domain.entry import Kind
from rehab_tracker.evaluation.events import patients
from rehab_tracker.evaluation.replay import replay
from rehab_tracker.evaluation.simulator import FLAG_ON, NEW_SITE_FROM, SHOWN_AFTER, SILENT_FROM, STORIES, Story, cohort

FIRST = date(2026, 1, 5)


def lines(days=SHOWN_AFTER, number=30, seed=1):
    return list(cohort(number, seed, FIRST, FIRST + timedelta(days=days)))


def among(story, days=SHOWN_AFTER, number=30, seed=1):
    """The patients with this story."""
    numbers = [at for at in range(number) if (STORIES[at] if at < len(STORIES) else Story.QUIET) is story]
    return [p for p in patients(lines(days, number, seed)) if int(p.patient[4:]) - 1 in numbers]


def test_the_same_arguments_give_the_same_lines_and_another_seed_gives_others():
    assert lines() == lines()
    assert lines(seed=1) != lines(seed=2)


@examples(deadline=None, max_examples=10)
@given(st.integers(0, 120), st.integers(0, 40), st.integers(0, 1000))
def test_a_later_last_day_only_adds_lines(days, more, seed):
    before, after = lines(days, 5, seed), lines(days + more, 5, seed)
    longer = iter(after)
    assert all(line in longer for line in before)
    assert lines(days, 3, seed) == [line for line in before if int(line.split('"sim-')[1][:3]) <= 3]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("story", [Story.QUIET, Story.GAPS])
def test_quiet_patients_and_those_with_gaps_raise_nothing(story, seed):
    assert [(p.patient, raised) for p in among(story, SHOWN_AFTER, 20, seed) for raised in replay(p)] == []


@pytest.mark.parametrize("seed", range(40))
def test_two_days_of_a_known_site_are_never_4_points_apart_within_a_week(seed):
    for patient in among(Story.QUIET, 130, 14, seed):
        scores = [(e.for_date, e.content.scores[0].worst) for e in patient.events if pain(e)]
        near = [b - a for i, (day, a) in enumerate(scores) for later, b in scores[i:] if (later - day).days <= 7]
        assert max(near) < 4


def pain(event):
    return getattr(event, "kind", None) is Kind.PAIN


def test_most_are_quiet_and_every_story_is_there():
    assert all(among(story) for story in Story)
    assert len(among(Story.QUIET)) > 15


@pytest.mark.parametrize("seed", range(5))
def test_the_two_new_places_are_noticed_before_the_day_they_are_shown(seed):
    for patient in among(Story.NEW_SITE, number=2, seed=seed):
        first, *_ = replay(patient)
        assert first.verdict.rule == "new-site-pain"
        assert str(first.verdict.site) in ("left-hip", "left-ankle")
        assert 3 <= (first.raised_on - FIRST).days - NEW_SITE_FROM <= SHOWN_AFTER - NEW_SITE_FROM


def test_one_ticks_a_red_flag_three_days_before():
    [patient] = among(Story.RED_FLAG)
    assert [(r.verdict.rule, (r.verdict.for_date - FIRST).days) for r in replay(patient)] == [("red-flag", FLAG_ON)]


def test_one_falls_silent():
    [patient] = among(Story.SILENT, SHOWN_AFTER + 20)
    last = max(event.for_date for event in patient.events if hasattr(event, "for_date"))
    assert SHOWN_AFTER - (last - FIRST).days >= 6
    assert SILENT_FROM - (last - FIRST).days < 6


def test_some_have_gaps_and_others_log_on_most_days():
    assert min(share_logged(patient) for patient in among(Story.QUIET)) > 0.7
    assert min(share_logged(patient) for patient in among(Story.GAPS)) < 0.7


def share_logged(patient):
    days = {event.for_date for event in patient.events if pain(event)}
    return len(days) / ((FIRST + timedelta(days=SHOWN_AFTER)) - patient.enrolled_on).days


def test_every_kind_of_entry_occurs():
    assert {e.kind for story in Story for p in among(story) for e in p.events if hasattr(e, "kind")} == set(Kind)
