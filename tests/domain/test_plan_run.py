"""Plans walked piece by piece stand where plans walked anew would stand, whatever comes late or is changed."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.diary import Diary
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.limb import Ordered
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.plan import Act
from rehab_tracker.domain.plan_run import PlanRun, run
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import Grade, WeightLimit
from tests.domain.diary import LISBON, day, entry, flags
from tests.domain.plans import (
    HALF,
    LEFT,
    PARTIAL,
    RIGHT,
    STRENGTH,
    TOLERATED,
    act,
    check,
    logs,
    move,
    plan,
    score,
    start,
)

LAST = 40
NUMBERS = st.integers(-5, LAST)
PAIN = st.builds(
    lambda number, place, x, morning, muscle, zero, rev, gone: entry(
        number, PainReading((score(place, x, morning, muscle=muscle),), zero),
        name=f"{place} {number % 7}", rev=rev, withdrawn=gone,
    ),
    NUMBERS, st.sampled_from([RIGHT, LEFT]), st.integers(0, 8), st.none() | st.integers(0, 8), st.booleans(),
    st.booleans(), st.integers(1, 3), st.sampled_from([False] * 5 + [True]),
)  # fmt: skip
STEADY = st.builds(
    lambda place, first, values: logs(place, *values, first=first),
    st.sampled_from([RIGHT, LEFT]), NUMBERS, st.lists(st.sampled_from([0, 1, 4, 5, 7, (2, 5)]), max_size=9),
)  # fmt: skip
ENTRIES = st.lists(st.one_of(PAIN.map(lambda each: [each]), STEADY), max_size=12).map(lambda runs: sum(runs, []))
LATER = st.integers(1, LAST)
ACTS = st.one_of(
    st.builds(move, LATER, st.sampled_from([PARTIAL, HALF, TOLERATED, STRENGTH])),
    st.builds(act, st.sampled_from([Act.HOLD, Act.RESUME]), LATER, hour=st.sampled_from([9, 21])),
    st.builds(lambda number: check(number, "imaging-considered")[0], LATER),
)
RUNGS = st.sampled_from([PARTIAL, TOLERATED])
PLANS = st.tuples(
    st.builds(lambda rung, acts: plan(RIGHT, start(0, rung), *acts), RUNGS, st.lists(ACTS, max_size=4)),
    st.builds(lambda on, acts: plan(LEFT, start(on), *[a for a in acts if a.on > day(on)]), LATER, st.lists(ACTS)),
    st.builds(lambda end: plan("left-foot", start(3, TOLERATED), act(Act.END, end)), st.integers(4, LAST)),
)
NOTHING: list[Ordered] = []
ORDERS = st.sampled_from([NOTHING, [(Limb.LEFT_LEG, WeightLimit(Grade.NWB), day(10))]])
FLAGS = st.lists(st.builds(flags, LATER, st.just("fever")), max_size=1)


@given(PLANS, ENTRIES, ORDERS, FLAGS, st.data())
@settings(max_examples=150, deadline=None)
def test_piece_by_piece_in_any_order_is_the_same_as_anew(plans, entries, ordered, flagged, data):
    diary, today = Diary(), 0
    history = History(flagged, LISBON)
    walked = PlanRun(plans, diary.standing[Kind.PAIN].of, history.flagged, ordered)
    asked = {}
    for each in entries:
        for changed in diary.take(each):
            walked.changed(changed.day)
        if each not in history.entries:
            history.entries.append(each)
        if data.draw(st.booleans()):
            today = max(today, data.draw(NUMBERS))
            since = walked.walk(day(today))
            asked = {on: found for on, found in asked.items() if on < since}
            for review in walked.reviews(since):
                asked.setdefault(review.on, []).append(review)
            anew = run(plans, history, day(today), ordered)
            assert walked.courses(day(today)) == anew
            assert sorted(map(repr, sum(asked.values(), []))) == sorted(repr(r) for c in anew for r in c.reviews)


@given(PLANS, ENTRIES, ORDERS, FLAGS, LATER, LATER)
@settings(max_examples=100, deadline=None)
def test_plans_followed_from_the_day_of_an_act_on_stand_as_if_walked_anew(plans, entries, orders, flagged, cut, until):
    once = [each for at, each in enumerate(entries) if each not in entries[:at]]
    history, since = History([*once, *flagged], LISBON), day(cut)
    begun = [each for each in plans if each.started_on < since]
    before = [replace(each, acts=tuple(act for act in each.acts if act.on < since)) for each in begun]
    ordered_before = [order for order in orders if order[2] < since]
    walked = PlanRun(before, Diary(entries).standing[Kind.PAIN].of, history.flagged, ordered_before)
    walked.walk(day(until))
    walked.follow(plans, orders, since)
    walked.walk(day(LAST))
    assert walked.courses(day(LAST)) == run(plans, history, day(LAST), orders)


def test_a_day_more_walks_a_day_more_and_a_late_one_from_its_day_on():
    diary = Diary(logs(RIGHT, *[1] * 30))
    walked = PlanRun([plan(RIGHT, start())], diary.standing[Kind.PAIN].of)
    assert walked.walk(day(30)) == day(0)
    assert walked.walk(day(31)) == day(31)
    for changed in diary.take(entry(12, PainReading((score(RIGHT, 6),)), name="late")):
        walked.changed(changed.day)
    assert walked.walk(day(31)) == day(12)
    assert walked.walk(day(31)) == day(32)
