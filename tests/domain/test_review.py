"""Every rule asked of Ana's whole history: what stands in the end does not depend on how it came in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehab_tracker.domain import known_site_flare as flare
from rehab_tracker.domain import not_improving, recurrence, unseen_pain
from rehab_tracker.domain.clinic import RULE_BOUNDS
from rehab_tracker.domain.entry import ClockFault
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.review import FARTHEST_BACK, review
from tests.domain.diary import (
    RIGHT_KNEE,
    day,
    entry,
    flags,
    history,
    hurts,
    in_the_end,
    known,
    logged,
    long_standing,
    pain,
    raised,
    verdicts,
)

FEVER = ("red-flag", "urgent", "fever")


def test_ana_with_a_settling_right_knee_and_no_other_pain_needs_nobody():
    assert raised(logged("right-knee", 6, 5, 5, 4, 4, 3, 2, 2, 1, 0, area="inner")) == set()


def test_anas_left_knee_and_left_foot_begin_to_hurt_in_the_same_week():
    diary = [
        pain(n, hurts("right-knee", 1, area="inner"), hurts("left-knee", x, area="inner"), hurts("left-foot", x))
        for n, x in enumerate((1, 4, 4, 4, 4), start=90)
    ]
    assert raised(diary) == {
        ("new-site-pain", "urgent", "left-knee", 94),
        ("new-site-pain", "urgent", "left-foot", 94),
    }
    assert {v.values["raised_by"] for v in verdicts(diary)} == {"two-places"}


# Red flags go round everything


def test_one_tick_is_enough_and_each_flag_is_an_alert_of_its_own():
    assert raised([flags(3, "fever", "calf-swelling")]) == {
        (*FEVER, 3),
        ("red-flag", "urgent", "calf-swelling", 3),
    }


@pytest.mark.parametrize("flag", RedFlag)
def test_every_flag_is_urgent_also_without_any_recorded_place(flag):
    assert raised([flags(3, flag)], involvements=()) == {("red-flag", "urgent", flag, 3)}


def test_a_withdrawn_flag_keeps_its_alert():
    ticked = flags(3, "fever")
    assert raised([ticked, replace(ticked, rev=2, withdrawn=True)]) == {(*FEVER, 3)}
    assert raised([ticked, replace(ticked, rev=2, withdrawn=True, content=None)]) == {(*FEVER, 3)}


def test_a_flag_edited_into_another_raises_both():
    ticked = flags(3, "fever")
    edited = replace(ticked, rev=2, content=RedFlagReport((RedFlag.WEIGHT_LOSS,)))
    assert {subject for _, _, subject, _ in raised([ticked, edited])} == {"fever", "weight-loss"}


def test_a_flag_from_an_impossible_clock_counts_for_the_day_it_came():
    ticked = entry(-400, RedFlagReport((RedFlag.FEVER,)), received_on=7, fault=ClockFault.RECORDED_BEFORE_ENROLMENT)
    assert raised([ticked]) == {(*FEVER, 7)}


def test_pain_from_an_impossible_clock_raises_nothing():
    severe = [replace(e, fault=ClockFault.CLOCK_FAR_OFF) for e in logged("left-hip", 9, 9, 9)]
    assert raised(severe) == set()


# Before anything is recorded


def test_until_a_place_is_recorded_there_is_one_alert_that_says_so():
    assert raised(logged("left-knee", 4, 4, 4, 4, 4), involvements=()) == {
        ("no-site-recorded", "soon", "whole-body", 1)
    }


def test_a_patient_without_pain_needs_no_recorded_place():
    assert raised([pain(1), *logged("left-knee", 0, first=2)], involvements=()) == set()


def test_once_a_place_is_recorded_later_days_are_judged_by_the_rules():
    aching = logged("left-knee", 1, *[4] * 4)
    assert raised(aching, []) == {("no-site-recorded", "soon", "whole-body", 1)}
    assert raised(aching, [known(since=5)]) == {("new-site-pain", "soon", "left-knee", 5)}
    assert raised(logged("left-knee", 1, *[4] * 6), [known(since=7)]) == {("new-site-pain", "urgent", "left-knee", 5)}
    assert raised(aching, [known(since=1)]) == {("new-site-pain", "soon", "left-knee", 5)}


# Conflicts, doubles, edits


def test_a_conflict_is_judged_by_the_worse_value():
    calm = logged("left-knee", 1, 4, 4, 4, 0)
    worse = pain(5, hurts("left-knee", 4))
    assert worse.id == calm[-1].id and worse.rev == calm[-1].rev
    assert raised([*calm, worse]) == raised([worse, *calm]) == {("new-site-pain", "soon", "left-knee", 5)}


def test_a_withdrawal_that_comes_before_what_it_withdraws_withdraws_it():
    undone = entry(4, None, name="pain 4", rev=2, withdrawn=True)
    assert raised([undone, *logged("left-knee", 3, 3, 3, 3)]) == set()


def test_an_edit_that_makes_pain_milder_takes_the_verdict_back():
    assert raised([*logged("left-knee", 3, 3, 3, 3), pain(4, hurts("left-knee", 1), rev=2)]) == set()


# Properties

PLACES = ["left-knee", "left-foot", "right-knee", "left-hip", "lumbar-spine"]
SCORES = st.lists(
    st.builds(
        hurts, st.sampled_from(PLACES), st.sampled_from([0, 2, 3, 4, 5, 7, 9]), woke=st.sampled_from([None, True])
    ),
    max_size=2,
)
NUMBERS = st.integers(0, 24)
PAIN = st.builds(lambda n, scores, zero, rev: pain(n, *scores, no_other_pain=zero, rev=rev),
                 NUMBERS, SCORES, st.booleans(), st.integers(1, 2))  # fmt: skip
WITHDRAWN = st.builds(lambda n: entry(n, None, name=f"pain {n}", rev=2, withdrawn=True), NUMBERS)
BROKEN_CLOCK = ClockFault.CLOCK_FAR_OFF
QUARANTINED = st.builds(lambda n, scores: entry(n, PainReading(tuple(scores), True), rev=2, fault=BROKEN_CLOCK),
                        NUMBERS, SCORES)  # fmt: skip
TICKED = st.builds(flags, NUMBERS, st.sampled_from(RedFlag))
STEADY = st.builds(lambda place, first, x: logged(place, *[x] * 5, first=first),
                   st.sampled_from(PLACES), NUMBERS, st.sampled_from([3, 5]))  # fmt: skip
COURSE = st.tuples(st.lists(st.one_of(PAIN, PAIN, WITHDRAWN, QUARANTINED, TICKED), max_size=20), STEADY).map(
    lambda parts: [*parts[0], *parts[1]]
)
INVOLVED = st.sampled_from(
    [
        RIGHT_KNEE,
        (known(since=10),),
        (known(), known("left-knee", since=12), known("left-knee", "resolved", since=16)),
        (),
    ]
)
DECLARED = st.sampled_from([(), (long_standing("left-knee", 3, since=8), long_standing("left-knee", 1, since=12))])


@settings(max_examples=200)
@given(COURSE, INVOLVED, DECLARED, st.data())
def test_the_order_of_arrival_changes_nothing(course, involved, declared, data):
    shuffled = data.draw(st.permutations(course))
    assert raised(shuffled, involved, declared) == raised(course, involved, declared)


@settings(max_examples=200)
@given(COURSE, INVOLVED, DECLARED)
def test_what_comes_twice_changes_nothing(course, involved, declared):
    assert raised(course * 2, involved, declared) == raised(course, involved, declared)


@settings(max_examples=100)
@given(COURSE, INVOLVED, st.data())
def test_however_the_entries_are_split_into_batches_the_same_stands_in_the_end(course, involved, data):
    """Each batch is judged from its earliest day on, as a service does; what was found before that day is kept."""
    arrived = data.draw(st.permutations(course))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(arrived)), max_size=4)) | {0, len(arrived)})
    found, so_far = [], []
    for start, end in zip(cuts, cuts[1:], strict=False):
        batch = arrived[start:end]
        so_far += batch
        since = min(min(e.for_date, e.received_at.date() - timedelta(days=1)) for e in batch)
        found = [v for v in found if v.for_date < since] + review(history(so_far, involved), since=since)
    assert in_the_end(found) == raised(course, involved)


@settings(max_examples=100)
@given(COURSE, NUMBERS)
def test_judging_from_a_later_day_finds_the_same_verdicts_of_those_days(course, number):
    told = history(course)
    assert review(told, since=day(number)) == [v for v in review(told) if v.for_date >= day(number)]


@settings(max_examples=100)
@given(COURSE, st.sampled_from(PLACES), NUMBERS, st.integers(5, 10))
def test_more_pain_in_one_place_takes_no_alert_from_another(course, place, number, worst):
    added = pain(number, hurts(place, worst), no_other_pain=False, name="one more place")

    def elsewhere(entries):
        return {what for what in raised(entries) if what[2] != place}

    if not any(isinstance(e.content, PainReading) and e.for_date == day(number) for e in course):
        assert elsewhere([*course, added]) == elsewhere(course)


@given(COURSE, INVOLVED)
def test_every_verdict_has_evidence_of_its_own_past(course, involved):
    for verdict in verdicts(course, involved):
        assert verdict.evidence
        assert all(e.for_date <= verdict.for_date for e in verdict.evidence)
        assert verdict.evidence[-1].for_date == verdict.for_date


def test_no_setting_can_look_farther_back_than_the_review_shows():
    windows = ["persistent_window", "severe_window", "night_window", "sudden_median_calendar_days"]
    assert max(RULE_BOUNDS[name].most for name in windows) < FARTHEST_BACK
    assert all(rule.KNOWN_DAYS <= FARTHEST_BACK for rule in (flare, not_improving, recurrence, unseen_pain))


def test_an_empty_history_is_silent():
    assert review(history([])) == []


# Turning points


def test_pain_that_was_there_before_the_first_place_was_recorded_is_not_lost():
    before = logged("left-knee", 6, 6, 6, 6, 6)
    assert raised(before, [known(since=6)]) == {("new-site-pain", "urgent", "left-knee", 3)}
    assert raised(before, [known("left-knee", since=6)]) == set()
    assert raised(before, [known(since=30)]) == set()


def test_a_settled_joint_starts_anew():
    sore = logged("left-hip", 5, 5, 5)
    course = [known(), known("left-hip", since=4), known("left-hip", "resolved", since=40)]
    calm = logged("left-hip", *[2] * 36, first=4)

    def new_pain(*values):
        entries = [*sore, *calm, *logged("left-hip", *values, first=41)]
        return [v for v in verdicts(entries, course) if v.rule == "new-site-pain"]

    assert new_pain(5, 5)[-1].for_date == day(3)
    [*_, last] = new_pain(5, 5, 5)
    assert (last.for_date, [e.for_date for e in last.evidence]) == (day(43), [day(41), day(42), day(43)])


def test_a_record_made_in_error_breaks_no_stretch():
    mistaken = [known(), known("left-hip", since=3), known("left-hip", "entered-in-error", since=4)]
    assert raised(logged("left-hip", 5, 5, 5, 5), mistaken) == {("new-site-pain", "urgent", "left-hip", 4)}


def test_pain_that_wakes_counts_also_on_days_without_pain_on_loading():
    nights = [pain(n, hurts("left-hip", 0, woke=True)) for n in (1, 2, 3)]
    assert raised(nights) == {("new-site-pain", "soon", "left-hip", 3)}


def test_a_rise_is_measured_against_the_week_before_whatever_the_joint_was_called_then():
    week = logged("left-knee", *[2] * 7)
    evening = logged("left-knee", 9, first=8)
    recorded = [known(), known("left-knee", since=8)]
    assert raised([*week, *evening], recorded) == {("sudden-severe-pain", "soon", "left-knee", 8)}
