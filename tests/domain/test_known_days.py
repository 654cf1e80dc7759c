"""Known days are held from question to question, and are what a look at everything anew would find."""

from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.history import History
from rehab_tracker.domain.involvement import KnownSites
from rehab_tracker.domain.known_days import FARTHEST_BACK
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.site import site
from tests.domain.diary import LISBON, day, entry
from tests.domain.staff import status

HIP = site("left-hip")
KNOWN = KnownSites([status(20, "left-hip", "confirmed").what, status(40, "left-hip", "resolved").what])

said = st.one_of(st.none(), st.integers(0, 10)).map(
    lambda x: PainReading(() if x is None else (PainScore(HIP, on_loading=x),), no_other_pain=x is None)
)


def asked(history, number):
    there = history.of(HIP)
    return there.quiet_until(day(number)), there.known_until(day(number)), there.other_until(day(number))


@given(st.lists(st.tuples(st.integers(0, 90), said, st.integers(0, 90)), max_size=40))
def test_whatever_comes_in_between_the_answer_is_that_of_a_history_read_anew(told):
    entries = [entry(number, reading) for number, reading, _ in told]
    grown = History((), LISBON, KNOWN)
    for at, (new, (number, _, ask)) in enumerate(zip(entries, told, strict=True), start=1):
        grown.take(new)
        for each in (number, ask):
            assert asked(grown, each) == asked(History(entries[:at], LISBON, KNOWN), each)


def test_a_zero_that_comes_late_is_seen_from_the_days_after_it():
    history = History((), LISBON)
    for number in (1, 3):
        history.take(entry(number, PainReading((PainScore(HIP, on_loading=4),))))
    assert [known.x for known in history.of(HIP).quiet_until(day(3))] == [4, 4]
    history.take(entry(2, PainReading((), no_other_pain=True)))
    assert [known.x for known in history.of(HIP).quiet_until(day(3))] == [4, 0, 4]


def test_after_years_a_question_looks_no_farther_back_than_rules_see():
    history = History([entry(n, PainReading((), no_other_pain=True)) for n in range(1, 800)], LISBON)
    history.take(entry(1, PainReading((PainScore(HIP, on_loading=4),))))
    history.of(HIP).quiet_until(day(1))
    history.take(entry(800, PainReading((PainScore(HIP, on_loading=4),))))
    assert len(history.of(HIP).quiet_until(day(800))) == FARTHEST_BACK
