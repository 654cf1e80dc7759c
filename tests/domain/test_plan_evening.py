"""Plans that go on from the evening of a day, kept as JSON, are where plans are that were walked from their start."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rehab_tracker.domain import plan_evening
from rehab_tracker.domain.history import History
from rehab_tracker.domain.limb import limit_spans
from rehab_tracker.domain.logging_rhythm import rhythm_spans
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.plan import Act
from rehab_tracker.domain.plan_evening import evening_of, plain_evening
from rehab_tracker.domain.plan_exercises import phase_stretches
from rehab_tracker.domain.plan_run import run, walked
from rehab_tracker.domain.proposal import Facts, proposal
from rehab_tracker.domain.site_log import LoggedDay
from tests.domain.diary import LISBON, day, entry, flags
from tests.domain.plans import LEFT, RIGHT, STRENGTH, act, logs, move, plan, score, start
from tests.domain.test_plan_run import ENTRIES, FLAGS, LAST, ORDERS, PLANS

FEW_DAYS = 6
"""Days that are told of before an evening here, so that 40 days of a story are enough to leave some out."""


def through_json(evenings, plans):
    own = {plan.id: plan for plan in plans}
    kept = {key: json.loads(json.dumps(plain_evening(found, own[key]))) for key, found in evenings.items()}
    return {key: evening_of(said, own[key]) for key, said in kept.items()}


def scores(logged):
    return [LoggedDay(each.day, each.x, each.rest, each.morning) for each in logged]


def judged(course, courses, today, orders):
    found = proposal(course, courses, today, Facts(), orders)
    return found.target, found.limit, found.blockers, [(met.is_met, met.value, met.key) for met in found.criteria]


def stands_alike(whole, going_on, evening, today, orders):
    assert len(whole) == len(going_on)
    for long, short in zip(whole, going_on, strict=True):
        assert short.days == long.days[len(long.days) - len(short.days) :]
        assert short.changes == tuple(change for change in long.changes if change.on > evening)
        known = scores(short.logged)
        assert known == scores(long.logged)[len(long.logged) - len(known) :]
        same = {"days": (), "changes": (), "logged": (), "phase_from": None}
        assert replace(short, **same) == replace(long, **same)
        assert judged(short, going_on, today, orders) == judged(long, whole, today, orders)
        for phase, stretches in phase_stretches(short, today).items():
            assert stretches == phase_stretches(long, today)[phase][-len(stretches) :]
    first = max(evening - timedelta(days=FEW_DAYS - 1), day(0))
    assert rhythm_spans(going_on, orders, first, today) == rhythm_spans(whole, orders, first, today)
    assert limit_spans(going_on, orders, first, today) == limit_spans(whole, orders, first, today)


def sore(number):
    """A day on which the muscles of both sides are sore."""
    both = (score(RIGHT, 4, muscle=True), score(LEFT, 4, muscle=True))
    return entry(number, PainReading(both), name=f"sore {number}")


RISEN = plan(RIGHT, start(0), move(1, STRENGTH))
CASES = (
    # An amber day before the evening and one after it, soreness of more days than muscles may be sore, many red days.
    ((RISEN,), logs(RIGHT, *[1] * 9, 4, 1, 1, 1, 4), [], [], 11, 12, 20),
    ((RISEN,), [sore(number) for number in range(5, 12)], [], [], 6, 7, 20),
    ((RISEN,), logs(RIGHT, *[5] * 9), [], [], 8, 10, 20),
    # Mornings of before a plan began, one that ended long ago, a red flag.
    ((plan(RIGHT, start(20)),), logs(RIGHT, *[(1, 1)] * 9, *[1] * 20, (1, 2)), [], [], 11, 15, 40),
    ((plan(RIGHT, start(0, STRENGTH), act(Act.END, 9)),), logs(RIGHT, *[4] * 8), [], [], 20, 22, 25),
    ((RISEN,), [], [], [flags(4, "fever")], 3, 5, 30),
)
NUMBERS = st.integers(0, LAST)


@given(PLANS, ENTRIES, ORDERS, FLAGS, NUMBERS, NUMBERS, NUMBERS)
@settings(max_examples=150, deadline=None)
@example(*CASES[0])
@example(*CASES[1])
@example(*CASES[2])
@example(*CASES[3])
@example(*CASES[4])
@example(*CASES[5])
def test_from_one_evening_to_the_next_and_on_is_the_same_as_anew(plans, entries, orders, flagged, one, two, three):
    first, second, today = (day(number) for number in sorted((one, two, three)))
    assume(first < second < today)
    history = History([*entries, *flagged], LISBON)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan_evening, "KEPT_DAYS", FEW_DAYS)
        patch.setattr(plan_evening, "_widest_window", lambda template: 14)
        kept = through_json(walked(plans, history, first, orders).evenings(first), plans)
        again = through_json(walked(plans, history, second, orders, kept).evenings(second), plans)
        assert again == through_json(walked(plans, history, today, orders).evenings(second), plans)
        whole = run(plans, history, today, orders)
        for evening, on in ((kept, first), (again, second)):
            going_on = walked(plans, history, today, orders, evening).courses(today)
            stands_alike(whole, going_on, on, today, orders)


def test_what_is_kept_of_an_evening_does_not_grow_with_the_years():
    long = plan(RIGHT, start(0, STRENGTH))
    lengths = []
    for days in (200, 700):
        entries = History(logs(RIGHT, *[(1, 1)] * days), LISBON)
        [kept] = walked([long], entries, day(days)).evenings(day(days)).values()
        lengths.append(len(json.dumps(plain_evening(kept, long))))
    assert lengths[0] == lengths[1] < 3_000


def test_from_an_evening_on_only_later_days_are_walked_and_an_ended_plan_not_at_all():
    ended, long = plan(LEFT, start(0), act(Act.END, 30)), plan(RIGHT, start(0))
    history = History([*logs(RIGHT, *[1] * 60), *logs(LEFT, *[1] * 60)], LISBON)
    kept = walked([ended, long], history, day(50)).evenings(day(50))
    went = walked([ended, long], history, day(60), kept=kept)
    assert {walk.plan.id: len(walk._evenings) for walk in went.walks} == {ended.id: 0, long.id: 10}
