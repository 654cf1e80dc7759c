"""Silence and aching calves by piece are what all midnights judged anew would say; rhythms and plans too."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.arrival import Arrivals
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.pain import Feel, PainReading, PainScore
from rehab_tracker.domain.plan_story import PlanStory
from rehab_tracker.domain.recorded import LimitOrder
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Grade, WeightLimit
from tests.domain.diary import LISBON, day, entry, flags
from tests.domain.from_scratch import FromScratch
from tests.domain.plans import RETURN, STRENGTH, TOLERATED
from tests.domain.staff import moved, recorded, status
from tests.domain.test_timed import LOOK_EARLY

KNEE = "right-knee.medial-femoral-condyle"
DAYS = st.integers(0, 45)
LATE = st.sampled_from([0, 0, 0, 0, 2, 9])


def _log(number, late, x, place, rev, gone):
    reading = PainReading((PainScore(site(place), on_loading=x),), True)
    return entry(number, reading, received_on=number + late, rev=rev, withdrawn=gone)


def _calves(number, late, worse):
    sides = (("left-shin", worse), ("right-shin", 2))
    reading = PainReading(tuple(PainScore(site(p), on_loading=x, feel=Feel.MUSCLE) for p, x in sides), True)
    return entry(number, reading, name=f"calves {number}", received_on=number + late)


LOGS = st.builds(
    _log, DAYS, LATE, st.sampled_from([0, 0, 0, 1, 3, 6]), st.sampled_from([KNEE, "left-hip"]), st.integers(1, 2),
    st.sampled_from([False] * 5 + [True]),
)  # fmt: skip
ACHING = st.builds(
    lambda first, skipped, late, worse: [_calves(first + n, late, worse) for n in range(7) if n not in skipped],
    st.integers(1, 30), st.sets(st.integers(2, 6), min_size=1, max_size=2), LATE, st.sampled_from([3, 4, 4]),
)  # fmt: skip
RAISES = st.builds(lambda n: entry(n, ExerciseReport("calf-raise", done_sets=3, done_reps=12)), st.integers(0, 30))
ACTS = st.one_of(
    st.builds(moved, DAYS, st.just(KNEE), st.sampled_from([TOLERATED, STRENGTH, STRENGTH, RETURN])),
    st.builds(status, DAYS, st.sampled_from([KNEE, "left-shin"]), st.sampled_from(["confirmed", "resolved"])),
    st.builds(
        lambda n, grade: recorded(n, LimitOrder(Limb.LEFT_LEG, WeightLimit(grade))), DAYS,
        st.sampled_from([Grade.NWB, Grade.FWB]),
    ),
)  # fmt: skip
FLAGS = st.builds(flags, DAYS, st.just("fever"))
FIRST = st.sampled_from([[], [status(0, KNEE, "confirmed")], [status(0, KNEE, "confirmed"), moved(0, KNEE, STRENGTH)]])
PIECES = st.tuples(
    FIRST,
    st.lists(LOGS, max_size=15),
    st.lists(ACHING, max_size=1),
    st.lists(st.one_of(RAISES, FLAGS, ACTS, ACTS), max_size=5),
).map(lambda parts: [*parts[0], *parts[1], *(each for run in parts[2] for each in run), *parts[3]])


def _received(piece):
    return piece.received_at if isinstance(piece, Entry) else piece.at


def _possible(pieces):
    """Leave out the acts that a plan refuses when they come in this order."""
    story = PlanStory()
    for piece in pieces:
        try:
            if not isinstance(piece, Entry):
                story.take(piece)
        except InvalidValue:
            continue
        yield piece


@settings(max_examples=200, deadline=None)
@given(PIECES, st.booleans(), st.data())
def test_by_piece_is_from_scratch_after_every_piece(pieces, in_order_of_receipt, data):
    came = sorted(pieces, key=_received) if in_order_of_receipt else data.draw(st.permutations(pieces))
    arrivals, scratch = Arrivals(LISBON, LOOK_EARLY, enrolled_on=day(0)), FromScratch(LISBON, day(0), LOOK_EARLY)
    for piece in _possible(came):
        raised = [(r.verdict, r.raised_on) for r in arrivals.take(piece, _received(piece))]
        assert raised == scratch.take(piece, _received(piece))
        assert Counter(map(repr, arrivals.verdicts)) == Counter(map(repr, [*scratch.verdicts, *scratch.by_time]))
