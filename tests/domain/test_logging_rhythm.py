from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.logging_rhythm import (
    RhythmSpan,
    asked_days,
    calm_days,
    quiet_pain_days,
    rhythm_spans,
    silent_asked_days,
    unknown_of_last,
)
from rehab_tracker.domain.plan import Act, Plan, PlanAct
from rehab_tracker.domain.plan_run import run
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Grade, WeightLimit
from tests.domain.diary import day, evening, history, logged, long_standing
from tests.domain.exercises import named

KNEE = "right-knee.medial-femoral-condyle"


def plan(*moves, place=KNEE, end=None):
    """Return a plan by the days on which a clinician moved it into a phase, the first being its start."""
    acts = [
        PlanAct(Act.START if n == 0 else Act.MOVE, day(on), evening(on), phase) for n, (on, phase) in enumerate(moves)
    ]
    acts += [PlanAct(Act.END, day(end), evening(end))] if end is not None else []
    return Plan(named(place), site(place), DEFAULT_TEMPLATE, tuple(acts))


def spans(*plans, entries=(), until=60, ordered=(), **more):
    courses = run(plans, history(entries), day(until), ordered)
    return rhythm_spans(courses, ordered, day(0), day(until), **more)


def changes(found):
    return [((span.from_on - day(0)).days, span.every) for span in found]


def asked(found, first=0, last=60, quiet_pain=(), enrolled=0):
    days = asked_days(found, day(enrolled), day(first), day(last), [day(n) for n in quiet_pain])
    return [(each - day(0)).days for each in days]


CALM_AND_STRONG = plan((0, Phase.STRENGTHENING))


# What the plan says


def test_without_a_plan_she_is_asked_daily():
    assert changes(spans()) == [(0, 1)]
    assert asked(spans(), last=3) == [0, 1, 2, 3]


def test_without_a_plan_in_surveillance_she_is_asked_as_seldom_as_the_clinic_says():
    assert changes(spans(without_plan=30)) == [(0, 30)]


def test_while_a_leg_is_restricted_she_is_asked_daily():
    assert changes(spans(plan((0, Phase.PARTIAL_WEIGHT_BEARING)), entries=logged(KNEE, *[0] * 30))) == [(0, 1)]


def test_in_strengthening_she_is_asked_daily_until_14_known_days_were_calm():
    calm = logged(KNEE, *[1] * 20, first=0)
    assert changes(spans(CALM_AND_STRONG, entries=calm)) == [(0, 1), (14, 2)]


def test_unknown_days_make_nobody_calm():
    calm = logged(KNEE, *[0, None] * 20, first=0)
    assert changes(spans(CALM_AND_STRONG, entries=calm)) == [(0, 1), (27, 2)]


def test_pain_at_the_site_asks_daily_again_until_it_is_calm():
    found = spans(CALM_AND_STRONG, entries=logged(KNEE, *[0] * 20, 2, *[0] * 20, first=0))
    assert changes(found) == [(0, 1), (14, 2), (21, 1), (35, 2)]


def test_the_log_of_a_day_does_not_decide_whether_that_day_was_asked():
    thirteen, fourteen = (spans(CALM_AND_STRONG, entries=logged(KNEE, *[0] * n, first=0), until=13) for n in (13, 14))
    assert asked(thirteen, last=13) == asked(fourteen, last=13)


def test_surveillance_asks_weekly_after_90_days_and_monthly_after_a_year():
    back = plan((0, Phase.RETURN_AND_SURVEILLANCE))
    assert changes(spans(back, until=400)) == [(0, 1), (90, 7), (365, 30)]


def test_the_days_of_a_phase_are_counted_from_its_own_first_day():
    found = spans(plan((0, Phase.STRENGTHENING), (63, Phase.RETURN_AND_SURVEILLANCE)), until=160)
    assert changes(found)[-1] == (153, 7)
    assert found[-1].anchor == day(63)


def test_a_limit_of_her_own_in_a_later_phase_asks_daily():
    half = WeightLimit(Grade.PWB, 50)
    start = PlanAct(Act.START, day(0), evening(0), Phase.STRENGTHENING, limit=half)
    own = Plan(named(KNEE), site(KNEE), DEFAULT_TEMPLATE, (start,))
    assert changes(spans(own, entries=logged(KNEE, *[0] * 30, first=0))) == [(0, 1)]


def test_an_ordered_limit_of_a_leg_asks_daily():
    back = plan((0, Phase.RETURN_AND_SURVEILLANCE))
    half = WeightLimit(Grade.PWB, 50)
    found = spans(back, until=120, ordered=[(Limb.LEFT_LEG, half, day(100))])
    assert changes(found) == [(0, 1), (90, 7), (100, 1)]


def test_of_two_plans_the_more_frequent_counts():
    back = plan((0, Phase.RETURN_AND_SURVEILLANCE))
    new = plan((120, Phase.PARTIAL_WEIGHT_BEARING), place="left-knee", end=150)
    found = spans(back, new, until=160)
    assert changes(found) == [(0, 1), (90, 7), (120, 1), (151, 7)]


# Which days these are


def test_three_a_week_are_monday_wednesday_and_friday():
    assert asked([RhythmSpan(day(1), 2)], last=13) == [0, 2, 4, 7, 9, 11]


def test_weekly_is_the_weekday_on_which_the_phase_began():
    assert asked([RhythmSpan(day(0), 7, anchor=day(-12))], last=20) == [2, 9, 16]


def test_monthly_is_the_day_of_the_month_or_the_last_of_a_shorter_one():
    found = asked_days([RhythmSpan(day(0), 30, anchor=day(-5))], day(0), day(0), day(120))
    assert [f"{each:%d %b}" for each in found] == ["31 Jan", "28 Feb", "31 Mar", "30 Apr"]


def test_before_she_was_enrolled_nobody_asked():
    assert asked([], enrolled=3, last=5) == [3, 4, 5]


def test_who_is_discharged_has_moved_or_died_is_never_asked():
    assert asked([RhythmSpan(day(2), None)], last=9, quiet_pain=[1, 4]) == [0, 1]


def test_pain_at_a_quiet_site_asks_daily_for_14_days():
    weekly = [RhythmSpan(day(0), 7)]
    assert asked(weekly, last=30, quiet_pain=[8]) == [0, 7, *range(9, 23), 28]


@pytest.mark.parametrize(("score", "days"), [(2, []), (3, [day(1)])])
def test_pain_counts_at_a_quiet_site_from_3(score, days):
    assert quiet_pain_days(history(logged("left-knee", score))) == days


def test_pain_at_the_known_knee_is_not_pain_at_a_quiet_site():
    assert quiet_pain_days(history(logged("right-knee", 6))) == []


def test_usual_pain_does_not_make_the_rhythm_daily():
    usual = [long_standing("lumbar-spine", 3)]
    assert quiet_pain_days(history(logged("lumbar-spine", 4, 5), declared=usual)) == [day(2)]


@given(st.lists(st.integers(0, 10)))
def test_calm_days_are_the_last_ones_running(scores):
    number = calm_days(scores)
    assert all(score <= 1 for score in scores[len(scores) - number :])
    assert number == len(scores) or scores[-number - 1] > 1


EVERY = st.sampled_from([None, 1, 2, 3, 7, 14, 30])
SPANS = st.lists(
    st.builds(RhythmSpan, st.integers(0, 60).map(day), EVERY, st.none() | st.integers(-40, 0).map(day)), max_size=4
)


@given(SPANS, st.sets(st.integers(0, 60)), st.integers(0, 30), st.integers(30, 60))
def test_asked_days_come_once_in_order_and_pain_only_adds_days(found, quiet_pain, first, last):
    more = asked(found, first, last, quiet_pain)
    assert more == sorted(set(more))
    assert set(asked(found, first, last)) <= set(more) <= set(range(first, last + 1))


@given(st.integers(1, 31), st.integers(-400, 0))
def test_no_rhythm_ever_leaves_her_alone_for_longer_than_it_says(every, anchor):
    found = asked([RhythmSpan(day(anchor), every)], last=200)
    longest = max(later - earlier for earlier, later in zip(found, found[1:], strict=False))
    assert longest <= (31 if every >= 28 else 3 if every == 2 else every)


# Silence


def test_silence_is_counted_in_asked_days_since_the_last_log():
    seldom = asked_days([RhythmSpan(day(0), 2)], day(0), day(0), day(20))
    assert silent_asked_days(seldom, {day(0), day(2)}, day(9)) == [day(4), day(7)]


def test_today_is_not_silent_before_it_is_over():
    daily = [day(n) for n in range(5)]
    assert silent_asked_days(daily, {day(3)}, day(4)) == []
    assert silent_asked_days(daily, set(), day(2)) == [day(0), day(1)]


def test_a_log_that_nobody_asked_for_ends_a_silence():
    seldom = [day(0), day(7), day(14)]
    assert silent_asked_days(seldom, {day(8)}, day(15)) == [day(14)]


def test_a_late_entry_fills_its_own_day_and_not_the_silence_after_it():
    daily = [day(n) for n in range(6)]
    assert silent_asked_days(daily, {day(1)}, day(5)) == [day(2), day(3), day(4)]


def test_unknown_days_of_the_last_seven_asked():
    daily = [day(n) for n in range(12)]
    known = {day(3), day(5), day(6), day(10)}
    assert unknown_of_last(daily, known, day(11)) == (4, 7)
    assert unknown_of_last(daily, known | {day(11)}, day(11)) == (3, 7)
    assert unknown_of_last(daily[:3], known, day(2)) == (2, 2)
    assert unknown_of_last([], known, day(2)) == (0, 0)


def test_days_that_were_not_asked_are_never_unknown():
    weekly = asked_days([RhythmSpan(day(0), 7)], day(0), day(0), day(30))
    assert unknown_of_last(weekly, {day(0), day(7), day(21), day(28)}, day(30)) == (1, 5)


@given(st.sets(st.integers(0, 40).map(day)), st.sets(st.integers(0, 40).map(day)), st.integers(0, 40))
def test_silence_and_unknown_days_are_asked_days_without_a_log(asked, logged, number):
    silent = silent_asked_days(asked, logged, day(number))
    assert set(silent) <= asked - logged
    unknown, looked_at = unknown_of_last(asked, logged, day(number))
    assert 0 <= unknown <= looked_at <= 7
    assert unknown >= min(7, len(silent))
    assert day(number) + timedelta(days=1) not in silent
