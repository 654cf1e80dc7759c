"""Rhythms below daily and soreness that stays, judged piece by piece, are what all midnights judged anew would say.

Each story is drawn so that it gets there, and each test counts that it did.
"""

from collections import Counter

from hypothesis import event, given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.arrival import Arrivals
from rehab_tracker.domain.clinic import DEFAULT_RULES
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


def told_alike(pieces, numbers):
    """Check after each piece that both ways of judging say the same, and yield what then holds, timed ones apart."""
    arrivals, scratch = Arrivals(LISBON, numbers, enrolled_on=day(0)), FromScratch(LISBON, day(0), numbers)
    for piece in _possible(pieces):
        raised = [(r.verdict, r.raised_on) for r in arrivals.take(piece, _received(piece))]
        assert raised == scratch.take(piece, _received(piece))
        assert Counter(map(repr, arrivals.verdicts)) == Counter(map(repr, [*scratch.verdicts, *scratch.by_time]))
        yield scratch.verdicts, scratch.by_time


def came(first, pieces, in_order, data):
    later = sorted(pieces, key=_received) if in_order else data.draw(st.permutations(pieces))
    return [*first, *later]


# Asked three times a week, weekly, monthly: from the 14th calm day, the 90th and the 365th day of a phase on

BEGAN = [status(0, KNEE, "confirmed")]
CALM = [entry(n, PainReading((), True)) for n in range(1, 16)]
RHYTHMS = {
    "three a week": ([*BEGAN, moved(0, KNEE, STRENGTH), *CALM], 16, 50),
    "weekly": ([*BEGAN, moved(0, KNEE, RETURN)], 88, 150),
    "monthly": ([*BEGAN, moved(0, KNEE, RETURN)], 360, 540),
}
LATE = st.sampled_from([0, 0, 0, 2, 20])


def _log(number, late, place, x, rev, gone):
    reading = PainReading((PainScore(site(place), on_loading=x),), True)
    return entry(number, reading, received_on=number + late, rev=rev, withdrawn=gone)


@st.composite
def rhythm_stories(draw):
    name = draw(st.sampled_from(sorted(RHYTHMS)))
    first, begin, end = RHYTHMS[name]
    numbers = st.integers(begin, end)
    acts = st.one_of(
        st.builds(moved, numbers, st.just(KNEE), st.sampled_from([TOLERATED, STRENGTH, RETURN])),
        st.builds(flags, numbers, st.just("fever")),
        st.builds(
            lambda n, grade: recorded(n, LimitOrder(Limb.LEFT_LEG, WeightLimit(grade))),
            numbers, st.sampled_from([Grade.NWB, Grade.FWB]),
        ),
    )  # fmt: skip
    logs = st.builds(
        _log, numbers, LATE, st.sampled_from([KNEE, "left-hip", "left-hip"]), st.sampled_from([0, 1, 3, 4]),
        st.integers(1, 2), st.sampled_from([False] * 5 + [True]),
    )  # fmt: skip
    last = flags(end, "weight-loss")
    return name, first, [*draw(st.lists(logs, min_size=1, max_size=7)), *draw(st.lists(acts, max_size=2)), last]


def _rhythm(silence):
    """Return the rhythm that a silence tells of: its days without a log for each one that was asked."""
    for name, least in (("monthly", 20), ("weekly", 5), ("three a week", 2)):
        if silence.unknown_days >= least * silence.values["days"]:
            return name
    return "daily"


def test_silence_below_the_daily_rhythm_is_judged_by_piece_as_from_scratch():
    reached = Counter()

    @settings(max_examples=70, deadline=None)
    @given(rhythm_stories(), st.booleans(), st.data())
    def holds(story, in_order, data):
        _, first, pieces = story
        seen = set()
        for _, by_time in told_alike(came(first, pieces, in_order, data), DEFAULT_RULES):
            seen |= {(v.key, _rhythm(v)) for v in by_time if v.rule is Rule.NOT_LOGGING}
        reached.update(seen)
        for each in sorted(seen):
            event(" ".join(each))

    holds()
    for name in RHYTHMS:
        assert reached["not-logging.silent", name] or reached["not-logging.never", name], reached
    assert any(key == "not-logging.after-pain" for key, _ in reached), reached


def test_midnights_that_a_late_log_made_silent_were_told_to_nobody_and_the_next_one_is():
    logs = [_log(94, 0, "left-hip", 3, 1, False), _log(117, 0, "left-hip", 1, 1, False)]
    weekly = [*logs, _log(126, 0, KNEE, 4, 1, False), _log(141, 0, KNEE, 3, 1, False)]
    daily = _log(125, 20, KNEE, 3, 2, False)  # she had already put it right when it first came in
    pieces = [*RHYTHMS["weekly"][0], *weekly, daily, flags(150, "weight-loss")]
    arrivals, silent, raised = Arrivals(LISBON, DEFAULT_RULES, enrolled_on=day(0)), [], []
    for piece in pieces:
        raised += [r.raised_on for r in arrivals.take(piece, _received(piece)) if r.verdict.rule is Rule.NOT_LOGGING]
        silent.append({v.for_date for v in arrivals.verdicts if v.rule is Rule.NOT_LOGGING})
    assert silent[-2] - silent[-3] >= {day(n) for n in range(130, 142)}
    assert silent[-3] <= silent[-2]
    assert min(on for on in raised if on > day(117)) == day(146)
    assert list(told_alike(pieces, DEFAULT_RULES))


# Both calves ache after the first calf raises, and may go on


def _calves(number, late, x, rev=1):
    sides = (("left-shin", x), ("right-shin", 2))
    reading = PainReading(tuple(PainScore(site(p), on_loading=y, feel=Feel.MUSCLE) for p, y in sides), True)
    return entry(number, reading, name=f"calves {number}", received_on=number + late, rev=rev)


@st.composite
def sore_stories(draw):
    first = draw(st.integers(2, 6))
    skipped = draw(st.sets(st.integers(2, 6), max_size=2))
    length, late = draw(st.integers(6, 11)), draw(st.sampled_from([0, 0, 0, 2, 9]))
    aching = [_calves(first + n, late, 4) for n in range(length) if n not in skipped]
    changes = st.one_of(
        st.builds(lambda n, x: _calves(n, 12, x, rev=2), st.integers(first, first + 11), st.sampled_from([2, 4, 6])),
        st.builds(lambda n: entry(n, None, name=f"calves {n}", rev=2, withdrawn=True), st.integers(first, first + 11)),
        st.builds(_log, st.integers(0, 30), st.just(0), st.just("left-hip"), st.sampled_from([0, 0, 3]), st.just(1),
                  st.just(False)),
        st.builds(status, st.integers(1, 20), st.just("left-shin"), st.sampled_from(["suspected", "resolved"])),
        st.builds(lambda n: entry(n, ExerciseReport("calf-raise", done_sets=5, done_reps=12)), st.integers(0, 12)),
    )  # fmt: skip
    raises = entry(first, ExerciseReport("calf-raise", done_sets=3, done_reps=12), name="the first raises")
    return [raises, *aching, *draw(st.lists(changes, max_size=4)), flags(first + 14, "fever")]


def test_soreness_that_stays_is_judged_by_piece_as_from_scratch():
    reached = Counter()

    @settings(max_examples=120, deadline=None)
    @given(sore_stories(), st.booleans(), st.data())
    def holds(pieces, in_order, data):
        seen = set()
        for own, _ in told_alike(came(BEGAN, pieces, in_order, data), LOOK_EARLY):
            seen |= {(str(v.level), v.values.get("label", "no label")) for v in own if v.subject == "left-shin"}
        reached.update(seen)
        for each in sorted(seen):
            event(" ".join(each))

    holds()
    for each in (("info", "soreness"), ("soon", "soreness"), ("soon", "no label")):
        assert reached[each] >= 10, reached
