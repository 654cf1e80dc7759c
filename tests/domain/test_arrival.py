"""What is news when a piece of Ana's history arrives."""

from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import standings
from rehab_tracker.domain.arrival import Arrivals, arising
from rehab_tracker.domain.review import review
from tests.domain.diary import (
    LISBON,
    day,
    entry,
    evening,
    flags,
    history,
    hurts,
    in_the_end,
    known,
    logged,
    long_standing,
    pain,
)  # fmt: skip


def arrived(*pieces):
    """Take in the pieces, each received when it says, and return level, subject, day of raising and lateness."""
    timed = [(evening(0), known())] + [(p.received_at, p) for p in pieces]
    return [
        (str(r.verdict.level), r.verdict.subject, (r.raised_on - day(0)).days, r.late_days)
        for r in arising(timed, LISBON)
    ]


def test_nothing_is_raised_before_the_day_that_completes_it():
    arrivals = Arrivals(LISBON)
    assert arrivals.take(known(), evening(0)) == []
    *before, last = logged("left-knee", 3, 3, 3, 3)
    assert [arrivals.take(piece, piece.received_at) for piece in before] == [[], [], []]
    [raised] = arrivals.take(last, last.received_at)
    assert (raised.verdict.subject, raised.raised_on, raised.late_days) == ("left-knee", day(4), 0)


def test_staffs_record_can_complete_an_alert():
    arrivals = Arrivals(LISBON)
    for piece in logged("left-knee", 3, 3, 3, 3):
        arrivals.take(piece, piece.received_at)
    [raised] = arrivals.take(known(since=4), evening(4))
    assert raised.verdict.rule == "new-site-pain"


def test_lateness_is_counted_from_the_day_it_is_about():
    late = [entry(4, pain(4, hurts("left-knee", 3)).content, received_on=11)]
    assert arrived(*logged("left-knee", 3, 3, 3), *late) == [("soon", "left-knee", 11, 7)]


def test_a_late_day_in_the_middle_is_seen_by_the_days_after_it():
    days = logged("left-knee", 3, 3, None, 3)
    late = entry(3, pain(3, hurts("left-knee", 3)).content, received_on=9)
    assert arrived(*days, late) == [("soon", "left-knee", 9, 5)]


def test_an_edit_to_another_day_is_judged_from_the_earlier_of_both():
    *before, last = logged("left-knee", 3, 3, 3, 3)
    moved = entry(6, last.content, name="moved", received_on=6)
    back = entry(4, last.content, name="moved", rev=2, received_on=7)
    assert arrived(*before, pain(5), moved, back)[0][:2] == ("soon", "left-knee")


def test_a_declaration_silences_only_what_comes_after_it():
    usual = long_standing("neck", 2, since=3)
    timed = [(evening(0), known()), (evening(3), usual)]
    timed += [(p.received_at, p) for p in logged("neck", 3, 3, 3, 3, first=4)]
    assert arising(timed, LISBON) == []


COURSE = st.lists(
    st.builds(
        lambda n, place, worst: pain(n, hurts(place, worst), name=f"{n} {place} {worst}"),
        st.integers(1, 25), st.sampled_from(["left-knee", "right-knee", "left-hip"]), st.integers(0, 9),
    ),
    max_size=15,
)  # fmt: skip


@given(COURSE, st.lists(st.builds(flags, st.integers(1, 60), st.just("fever")), max_size=4))
def test_in_order_of_days_what_was_raised_is_what_stands_with_each_rise(course, ticked):
    entries = sorted(course + ticked, key=lambda e: e.received_at)
    steps = []
    for standing in standings(review(history(entries))):
        steps += [(str(v.level), v.subject, v.for_date) for v in standing.rises]
    told = arising([(evening(0), known()), *((e.received_at, e) for e in entries)], LISBON)
    found = {(str(r.verdict.level), r.verdict.subject, r.verdict.for_date) for r in told}
    assert set(steps) <= found
    assert {subject for _, _, subject, _ in in_the_end(review(history(entries)))} == {s for _, s, _ in found}


def test_what_was_taken_back_keeps_no_later_alert_from_being_raised():
    slip = pain(1, hurts("left-knee", 8), name="slip")
    undone = pain(1, name="slip", rev=2)
    again = pain(6, hurts("left-knee", 9))
    assert [(subject, on) for _, subject, on, _ in arrived(slip, undone, again)] == [("left-knee", 1), ("left-knee", 6)]
    assert [on for _, _, on, _ in arrived(slip, again)] == [1]


def test_what_was_lowered_may_rise_again():
    wrong = [pain(n, hurts("left-knee", 6), name=str(n)) for n in (1, 2, 3)]
    right = [pain(n, hurts("left-knee", 1), name=str(n), rev=2) for n in (1, 2, 3)]
    later = logged("left-knee", 6, 6, 6, first=8)
    assert [(level, on) for level, _, on, _ in arrived(*wrong, *right, *later)] == [("urgent", 3), ("urgent", 10)]
