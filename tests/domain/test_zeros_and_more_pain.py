"""All rules together: an explicit zero never raises, and more pain of a known day lowers nothing.

A zero promises that for new pain in a quiet place or part, for pain that comes back, for sudden severe pain in a quiet
place, for a place that does not improve and for the patient of whom no place is recorded. Two rules compare with the
median of the week before and make no such promise: a flare and sudden severe pain of a known place, where a zero of
that week is a low value like any other.

More pain promises it where somebody said something of the place that day already, for new pain in a quiet place or
part, pain that comes back and sudden severe pain in a quiet place: no place's zeros and no other place's pain. An
unknown day is another thing (it takes a place among the last known days), and so is the first week, whose pain was
brought along.
"""

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.arrival import Arrivals
from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.pain import Cause, Feel, PainReading, PainScore, UsualPain
from rehab_tracker.domain.site import site
from rehab_tracker.domain.topology import Nearness
from tests.domain.diary import LISBON, day, entry
from tests.domain.staff import recorded, status
from tests.domain.test_timed import LOOK_EARLY

STAFF = [
    status(0, "right-knee.medial-femoral-condyle", "confirmed"),
    status(0, "left-hip", "confirmed"),
    recorded(0, UsualPain(site("neck"), 3)),
    status(1, "left-hip", "resolved"),
]
QUIET = ["left-knee", "neck", "left-shin", "right-shin", "left-hip"]
PLACES = st.sampled_from([*QUIET, "right-knee", "right-knee.patella"])
LAST = 55
NEW = {Rule.NEW_SITE_PAIN, Rule.NEW_COMPARTMENT_PAIN, Rule.RECURRENCE}
MEDIAN = {Rule.KNOWN_SITE_FLARE, Rule.SUDDEN_SEVERE_PAIN}
NOT_ABOUT_PAIN = {Rule.NOT_LOGGING, Rule.RED_FLAG, Rule.OVER_LIMIT, Rule.EXERCISE_PAIN, Rule.PHASE_REVIEW}


def _score(place, x, feel, cause, woke):
    return PainScore(site(place), on_loading=x, feel=feel, cause=cause, woke_at_night=woke)


SELDOM = [None] * 4
SCORES = st.builds(
    _score, PLACES, st.sampled_from([1, 2, 2, 3, 3, 4, 5, 6, 8]), st.sampled_from([*SELDOM, *Feel]),
    st.sampled_from([*SELDOM, Cause.EXERCISE, Cause.INJURY]), st.sampled_from([*SELDOM, True]),
)  # fmt: skip


@st.composite
def courses(draw):
    """One or two places that ache on most days of some weeks, single scores beside, and maybe an exercise."""
    said = {}
    for _ in range(draw(st.integers(1, 3))):
        place, feel = draw(PLACES), draw(st.sampled_from([None, None, Feel.MUSCLE]))
        places = [place, str(site(place).mirrored)] if feel and site(place).mirrored else [place]
        woke, cause = draw(st.sampled_from([None, None, True])), draw(st.sampled_from([None, None, Cause.EXERCISE]))
        first, length = draw(st.sampled_from([1, *range(1, 46)])), draw(st.integers(3, 30))
        for n in range(first, min(LAST, first + length)):
            if x := draw(st.sampled_from([None, 0, 2, 3, 3, 4, 4, 5])):
                said.setdefault(n, []).extend(_score(each, x, feel, cause, woke) for each in places)
    for n, score in draw(st.dictionaries(st.integers(1, LAST), SCORES, max_size=6)).items():
        said.setdefault(n, []).append(score)
    zeros = draw(st.sets(st.integers(1, LAST), max_size=8))
    days = [entry(n, PainReading(tuple(said.get(n, ())), n in zeros)) for n in sorted({*said, *zeros})]
    done = draw(st.sets(st.integers(1, LAST), max_size=2))
    return [*days, *(entry(n, ExerciseReport("calf-raise", done_sets=n)) for n in sorted(done))]


def _holds(course, numbers, with_nearness=True):
    """Return the highest level of each rule, place and day, and of sudden severe pain in known places apart.

    Without nearness a verdict that is urgent because a place nearby has settled counts as the soon that it was.
    """
    arrivals = Arrivals(LISBON, numbers, enrolled_on=day(0))
    for piece in sorted([*STAFF, *course], key=lambda p: p.received_at if isinstance(p, Entry) else p.at):
        arrivals.take(piece, piece.received_at if isinstance(piece, Entry) else piece.at)
    arrivals.let_pass(day(LAST + 1))
    found = {}
    for v in arrivals.verdicts:
        key = (v.rule, v.key.partition(".")[2] if v.rule in MEDIAN else "", v.subject, v.for_date)
        was_soon = not with_nearness and v.values.get("raised_by") in tuple(Nearness)
        found[key] = max(found.get(key, -1), Level.SOON.rank if was_soon else v.level.rank)
    return found


def _promised(found):
    return {
        key: rank
        for key, rank in found.items()
        if key[0] not in NOT_ABOUT_PAIN and key[:2] != (Rule.SUDDEN_SEVERE_PAIN, "known")
        and key[0] is not Rule.KNOWN_SITE_FLARE
    }  # fmt: skip


NUMBERS = st.sampled_from([DEFAULT_RULES, LOOK_EARLY])


@settings(max_examples=100, deadline=None)
@given(courses(), st.integers(1, LAST), NUMBERS)
def test_an_explicit_zero_never_raises(course, number, numbers):
    before = _promised(_holds(course, numbers))
    zero = entry(number, PainReading((), True), name="a zero")
    after = _promised(_holds([*course, zero], numbers))
    for key in before:
        event(str(key[0]))
    assert {key: rank for key, rank in after.items() if rank > before.get(key, -1)} == {}


@settings(max_examples=100, deadline=None)
@given(courses(), st.data(), st.integers(1, 10), NUMBERS)
def test_more_pain_of_a_known_day_lowers_nothing(course, data, x, numbers):
    days = [e for e in course if isinstance(e.content, PainReading) and e.for_date >= day(7)]
    named = [(e, str(s.site.joint)) for e in days for s in e.content.scores if str(s.site.joint) in QUIET]
    assume(named)
    at, place = data.draw(st.sampled_from(named))
    more = entry((at.for_date - day(0)).days, PainReading((PainScore(site(place), on_loading=x),)), name="more")
    # A place that hurts again has not settled, which is what nearness asks.
    before, after = (_holds(told, numbers, with_nearness=False) for told in (course, [*course, more]))
    promised = {key: r for key, r in before.items() if key[0] in NEW or key[:2] == (Rule.SUDDEN_SEVERE_PAIN, "quiet")}
    for key in promised:
        event(str(key[0]))
    assert {key: rank for key, rank in promised.items() if after.get(key, -1) < rank} == {}
