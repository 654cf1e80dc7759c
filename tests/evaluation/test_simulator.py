from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.hold import Hold
from rehab_tracker.domain.plan import Turn
from rehab_tracker.domain.plan_run import run
from rehab_tracker.domain.plan_story import PlanStory
from rehab_tracker.domain.prescription import Prescription
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.recorded import PhaseMove, Recorded
from rehab_tracker.evaluation.events import patients
from rehab_tracker.evaluation.made_up_clinic import PORTO
from rehab_tracker.evaluation.made_up_patient import STORIES, Story
from rehab_tracker.evaluation.replay import replay
from rehab_tracker.evaluation.simulator import FLAG_ON, NEW_SITE_FROM, SETBACK_ON, SHOWN_AFTER, SILENT_FROM, cohort

FIRST = date(2026, 1, 5)
ABOUT_NEW_PLACES = (Rule.NEW_SITE_PAIN, Rule.NEW_COMPARTMENT_PAIN)


def lines(days=SHOWN_AFTER, number=30, seed=1):
    return list(cohort(number, seed, FIRST, FIRST + timedelta(days=days)))


def among(story, days=SHOWN_AFTER, number=30, seed=1):
    """The patients with this story."""
    numbers = [at for at in range(number) if (STORIES[at] if at < len(STORIES) else Story.QUIET) is story]
    return [p for p in everybody(days, number, seed) if int(p.patient[4:]) - 1 in numbers]


@cache
def everybody(days=SHOWN_AFTER, number=30, seed=1):
    """All patients of a cohort, read once; nobody changes them."""
    return tuple(patients(lines(days, number, seed)))


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
    found = [raised for patient in among(story, SHOWN_AFTER, 20, seed) for raised in replay(patient)]
    assert [raised for raised in found if raised.verdict.rule in ABOUT_NEW_PLACES] == []


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
        first, *_ = (raised for raised in replay(patient) if raised.verdict.rule in ABOUT_NEW_PLACES)
        assert first.verdict.rule == "new-site-pain"
        assert str(first.verdict.site) in ("left-hip", "left-ankle")
        assert 3 <= (first.raised_on - FIRST).days - NEW_SITE_FROM <= SHOWN_AFTER - NEW_SITE_FROM


def test_one_ticks_a_red_flag_three_days_before():
    [patient] = among(Story.RED_FLAG)
    flags = [raised.verdict for raised in replay(patient) if raised.verdict.rule is Rule.RED_FLAG]
    assert [(verdict.for_date - FIRST).days for verdict in flags] == [FLAG_ON]


def test_one_falls_silent():
    [patient] = among(Story.SILENT, SHOWN_AFTER + 20)
    last = max(event.for_date for event in patient.events if hasattr(event, "for_date"))
    assert SHOWN_AFTER - (last - FIRST).days >= 6
    assert SILENT_FROM - (last - FIRST).days < 6


def test_a_setback_of_one_leg_while_the_other_is_unloaded_is_a_question():
    [patient] = among(Story.SECOND_LEG)
    asked = [raised.verdict for raised in replay(patient) if raised.verdict.rule is Rule.PHASE_REVIEW]
    assert [verdict.for_date for verdict in asked] == [FIRST + timedelta(days=SETBACK_ON)]


def standing(patient):
    """How a patient's plans stand on the day they are shown."""
    story = PlanStory()
    for each in patient.events:
        if isinstance(each, Recorded):
            story.take(each)
    entries = [event for event in patient.events if isinstance(event, Entry)]
    return run(story.plans, History(entries, patient.zone), FIRST + timedelta(days=SHOWN_AFTER))


def test_a_plan_is_in_every_phase_and_some_are_on_hold_and_some_are_not():
    courses = [course for patient in everybody(seed=PORTO.seed) for course in standing(patient)]
    assert {course.rung.phase for course in courses} == set(Phase)
    assert {course.is_held for course in courses} == {True, False}
    assert any(change.turn is Turn.REGRESS for course in courses for change in course.changes)


def test_somebody_is_ill_and_asks_to_be_called_and_somebody_has_an_exercise_of_their_own():
    kinds = {type(e.what) for p in everybody() for e in p.events if isinstance(e, Recorded)}
    assert kinds >= {Hold, Prescription, PhaseMove}
    [ill] = among(Story.ILL)
    [rest] = [e.what for e in ill.events if isinstance(e, Recorded) and isinstance(e.what, Hold)]
    assert rest.is_on(FIRST + timedelta(days=SHOWN_AFTER)) and rest.scope is None


def test_what_is_done_is_what_the_protocol_orders():
    ordered = {order.exercise for phase in DEFAULT_TEMPLATE.phases for order in phase.exercises}
    done = [e.content.exercise for p in everybody() for e in p.events if getattr(e, "kind", "") is Kind.EXERCISE]
    assert set(done) <= ordered and len(set(done)) > 5


def test_some_have_gaps_and_others_log_on_most_days():
    assert min(share_logged(patient) for patient in among(Story.QUIET)) > 0.7
    assert min(share_logged(patient) for patient in among(Story.GAPS)) < 0.7


def share_logged(patient):
    days = {event.for_date for event in patient.events if pain(event)}
    return len(days) / ((FIRST + timedelta(days=SHOWN_AFTER)) - patient.enrolled_on).days


def test_every_kind_of_entry_occurs():
    assert {e.kind for story in Story for p in among(story) for e in p.events if hasattr(e, "kind")} == set(Kind)
