"""Whatever comes in, in whatever order: judged piece by piece it says what everything judged anew would say."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.arrival import Arrivals
from rehab_tracker.domain.entry import ClockFault, Entry
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.pain import Cause, Feel, PainReading, PainScore, UsualPain
from rehab_tracker.domain.plan_story import PlanStory
from rehab_tracker.domain.recorded import LimitOrder
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import Area, Limb, site
from rehab_tracker.domain.weight_bearing import Aids, Grade, OverLimit, WeightBearingReport, WeightLimit
from tests.domain.diary import LISBON, day, entry, evening, hurts, logged
from tests.domain.from_scratch import FromScratch
from tests.domain.plans import PARTIAL, STRENGTH, TOLERATED
from tests.domain.staff import moved, recorded, status

MEDIAL = "right-knee.medial-femoral-condyle"
DAYS = st.integers(0, 60)
LATE = st.sampled_from([0, 0, 0, 1, 4, 12])
PLACES = st.sampled_from(["left-knee", "right-knee", "left-hip"])
WORST = st.integers(0, 9)
SCORES = st.one_of(
    st.builds(hurts, PLACES, st.sampled_from([0, 1, 3, 5, 7, 9]), woke=st.sampled_from([None, True])),
    st.builds(lambda area, x: hurts("right-knee", x, area=area), st.sampled_from(["inner", "outer"]), WORST),
    st.builds(lambda x: hurts("right-knee.patella", x), st.integers(0, 9)),
    st.builds(
        lambda place, x, cause: PainScore(site(place), on_loading=x, feel=Feel.MUSCLE, cause=cause),
        PLACES, st.integers(3, 4), st.sampled_from([None, *Cause]),
    ),
)  # fmt: skip
READINGS = st.builds(lambda scores, zero: PainReading(tuple(scores), zero), st.lists(SCORES, max_size=3), st.booleans())


def _entry(number, late, content, name, rev, withdrawn, fault):
    own = {"name": f"{'pain' if isinstance(content, PainReading) else 'flag'} {name}", "rev": rev}
    return entry(number, content, **own, withdrawn=withdrawn, received_on=number + late, fault=fault)


FAULTS = st.sampled_from([None] * 8 + [ClockFault.CLOCK_FAR_OFF])
SELDOM = st.sampled_from([False] * 6 + [True])
PAIN = st.builds(_entry, DAYS, LATE, READINGS, st.integers(0, 9), st.integers(1, 3), SELDOM, FAULTS)
FLAGS = st.builds(
    _entry, DAYS, LATE,
    st.sampled_from([RedFlagReport((RedFlag.FEVER,)), RedFlagReport((RedFlag.FEVER, RedFlag.CANNOT_BEAR_WEIGHT))]),
    st.integers(0, 5), st.integers(1, 2), SELDOM, FAULTS,
)  # fmt: skip
EXERCISE = st.builds(
    lambda n, x, rev, gone: entry(n, ExerciseReport("bridges", done_sets=3, pain_during=x), rev=rev, withdrawn=gone),
    DAYS, st.sampled_from([None, 2, 5]), st.integers(1, 2), SELDOM,
)  # fmt: skip
WEIGHT = st.builds(
    lambda n, limb, over, rev: entry(n, WeightBearingReport(limb, Aids.TWO_CRUTCHES, over), rev=rev),
    DAYS, st.sampled_from([Limb.LEFT_LEG, Limb.RIGHT_LEG]), st.sampled_from(OverLimit), st.integers(1, 3),
)  # fmt: skip
STATUS = st.builds(
    status, DAYS,
    st.sampled_from([MEDIAL, "right-knee.lateral-femoral-condyle", "left-knee", "left-hip"]),
    st.sampled_from(["confirmed", "suspected", "resolved", "recurrent", "entered-in-error"]),
)  # fmt: skip
MERGED = st.builds(
    lambda n: status(
        n, "right-knee.lateral-femoral-condyle", "entered-in-error",
        merged_into=site("right-knee.medial-femoral-condyle"),
    ),
    DAYS,
)  # fmt: skip
USUAL = st.builds(lambda n, place, usual: recorded(n, UsualPain(site(place), usual)), DAYS, PLACES, st.integers(0, 5))
MOVES = st.builds(
    moved, DAYS, st.sampled_from(["right-knee.medial-femoral-condyle", "left-knee"]),
    st.sampled_from([PARTIAL, TOLERATED]),
)  # fmt: skip
ORDERS = st.builds(
    lambda n, limb, grade: recorded(n, LimitOrder(limb, WeightLimit(grade))),
    DAYS, st.sampled_from([Limb.LEFT_LEG, Limb.RIGHT_LEG]), st.sampled_from([Grade.NWB, Grade.FWB]),
)  # fmt: skip
STAFF = st.one_of(STATUS, STATUS, MERGED, USUAL, MOVES, ORDERS)
STEADY = st.builds(
    lambda where, first, x, zeros: [
        entry(
            first + n,
            PainReading(tuple(PainScore(site(p), where[1], on_loading=x, feel=where[2]) for p in where[0]), zeros),
            name=f"{where} {first + n}",
        )
        for n in range(6)
    ],
    st.sampled_from(
        [
            (("left-knee",), None, None),
            (("right-knee",), None, None),
            (("right-knee",), Area.OUTER, None),
            (("left-hip",), None, None),
            (("left-knee", "right-knee"), None, Feel.MUSCLE),
            (("left-foot", "right-foot"), None, Feel.MUSCLE),
        ]
    ),
    DAYS, st.sampled_from([2, 3, 4, 5, 8]), st.booleans(),
)  # fmt: skip
FIRST = st.sampled_from([[], [status(0, "right-knee.medial-femoral-condyle", "confirmed")]])


def _pieces(parts):
    first, entries, staff, steady = parts
    return [*first, *entries, *staff, *(each for run in steady for each in run)]


PIECES = st.tuples(
    FIRST,
    st.lists(st.one_of(PAIN, PAIN, PAIN, FLAGS, EXERCISE, WEIGHT), max_size=20),
    st.lists(STAFF, max_size=5),
    st.lists(STEADY, max_size=2),
).map(_pieces)


def _received(piece):
    return piece.received_at if isinstance(piece, Entry) else piece.at


def _without_impossible(pieces):
    """Leave out the phases that a plan refuses when they come in this order."""
    story, kept = PlanStory(), []
    for piece in pieces:
        try:
            if not isinstance(piece, Entry):
                story.take(piece)
        except InvalidValue:
            continue
        kept.append(piece)
    return kept


def _told_by_piece(pieces):
    """Yield after each piece what either way of judging says: what is raised, and what holds."""
    arrivals, scratch = Arrivals(LISBON, enrolled_on=day(0)), FromScratch(LISBON, day(0))
    for piece in pieces:
        at = _received(piece)
        raised = [(r.verdict, r.raised_on) for r in arrivals.take(piece, at)]
        expected = scratch.take(piece, at)
        yield raised, expected, arrivals.verdicts, [*scratch.verdicts, *scratch.by_time]


def _same(one, other):
    """Return whether both hold the same verdicts; values and evidence too."""
    return Counter(map(repr, one)) == Counter(map(repr, other))


@settings(max_examples=250, deadline=None)
@given(PIECES, st.booleans(), st.data())
def test_by_piece_is_from_scratch_after_every_piece(pieces, in_order_of_receipt, data):
    came = sorted(pieces, key=_received) if in_order_of_receipt else data.draw(st.permutations(pieces))
    for raised, expected, holding, expected_to_hold in _told_by_piece(_without_impossible(came)):
        assert raised == expected
        assert _same(holding, expected_to_hold)


@settings(max_examples=50, deadline=None)
@given(PIECES, st.data())
def test_in_the_end_the_same_verdicts_hold_in_any_order_of_arrival(pieces, data):
    """Staff's records come in their own order, and each version of an entry is another one."""
    staff = [p for p in pieces if not isinstance(p, Entry)]
    entries = list({(p.id, p.rev): p for p in pieces if isinstance(p, Entry)}.values())
    ends = []
    for order in (entries, data.draw(st.permutations(entries))):
        arrivals = Arrivals(LISBON)
        for piece in [*_without_impossible(staff), *order]:
            arrivals.take(piece, _received(piece))
        ends.append(arrivals.verdicts)
    assert _same(*ends)


def test_what_comes_again_is_no_news_and_changes_nothing():
    arrivals, diary = Arrivals(LISBON), logged("left-knee", 3, 3, 3, 5, 5)
    for piece in (status(0, "right-knee", "confirmed"), *diary):
        arrivals.take(piece, _received(piece))
    before = arrivals.verdicts
    assert before
    assert [arrivals.take(piece, evening(6)) for piece in diary] == [[]] * 5
    assert arrivals.verdicts == before


# Plans: both legs, so that steps back may have to be asked for

LEGS = ("right-knee.medial-femoral-condyle", "left-knee")
BOTH = [status(0, LEGS[0], "confirmed"), status(0, LEGS[1], "confirmed"), moved(3, LEGS[0], TOLERATED)]
KNEES = st.builds(
    lambda n, place, x, morning, name: entry(
        n, PainReading((PainScore(site(place), on_loading=x, next_morning=morning),), True), name=name
    ),
    st.integers(0, 30), st.sampled_from(["left-knee", "right-knee"]), st.sampled_from([0, 0, 2, 3, 4, 6]),
    st.sampled_from([None, 0, 1, 3]), st.uuids().map(str),
)  # fmt: skip
TURNS = st.one_of(
    st.builds(moved, st.integers(4, 30), st.sampled_from(LEGS), st.sampled_from([PARTIAL, TOLERATED, STRENGTH])),
    st.builds(status, st.integers(4, 30), st.sampled_from(LEGS), st.sampled_from(["resolved", "confirmed"])),
    ORDERS,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(KNEES, max_size=20), st.lists(TURNS, max_size=4), st.lists(FLAGS, max_size=2), st.booleans(), st.data())
def test_plans_are_walked_whenever_what_they_ask_may_change(logs, turns, flags, in_order_of_receipt, data):
    pieces = [*logs, *turns, *flags]
    came = sorted(pieces, key=_received) if in_order_of_receipt else data.draw(st.permutations(pieces))
    for raised, expected, holding, expected_to_hold in _told_by_piece(_without_impossible([*BOTH, *came])):
        assert raised == expected
        assert _same(holding, expected_to_hold)
