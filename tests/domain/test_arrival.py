"""What is news when a piece of Ana's history arrives."""

from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Rule, standings
from rehab_tracker.domain.arrival import Arrivals, arising
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.recorded import LimitOrder
from rehab_tracker.domain.review import review
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Grade, WeightLimit
from tests.domain.diary import LISBON, day, entry, evening, flags, history, hurts, in_the_end, known, logged, pain
from tests.domain.plans import LEFT, RIGHT, TOLERATED, logs
from tests.domain.staff import moved, recorded, status

KNEE = recorded(0, known(), 20)


def timed(*pieces):
    """Return each piece with the instant at which it comes in; the right knee is confirmed first."""
    return [(p.received_at if isinstance(p, Entry) else p.at, p) for p in (KNEE, *pieces)]


def arrived(*pieces):
    """Take in the pieces, each received when it says, and return level, subject, day of raising and lateness.

    Silence apart.
    """
    return [
        (str(r.verdict.level), r.verdict.subject, (r.raised_on - day(0)).days, r.late_days)
        for r in arising(timed(*pieces), LISBON)
        if r.verdict.rule is not Rule.NOT_LOGGING
    ]


def test_nothing_is_raised_before_the_day_that_completes_it():
    arrivals = Arrivals(LISBON)
    assert arrivals.take(KNEE, evening(0)) == []
    *before, last = logged("left-knee", 2, 2, 3, 3, 3)
    assert [arrivals.take(piece, piece.received_at) for piece in before] == [[]] * 4
    [raised] = arrivals.take(last, last.received_at)
    assert (raised.verdict.level, raised.verdict.subject) == ("soon", "left-knee")
    assert (raised.raised_on, raised.late_days) == (day(5), 0)


def test_staffs_record_can_complete_an_alert():
    arrivals = Arrivals(LISBON)
    for piece in logged("left-knee", 3, 3, 3, 3):
        arrivals.take(piece, piece.received_at)
    [raised] = arrivals.take(recorded(4, known(since=4)), evening(4))
    assert raised.verdict.rule == "new-site-pain"


def test_lateness_is_counted_from_the_day_it_is_about():
    late = [entry(5, pain(5, hurts("left-knee", 4)).content, received_on=12)]
    assert arrived(*logged("left-knee", 2, 3, 3, 3), *late) == [("soon", "left-knee", 12, 7)]


def test_a_late_day_in_the_middle_is_seen_by_the_days_after_it():
    days = logged("left-knee", 2, 3, 3, None, 3)
    late = entry(4, pain(4, hurts("left-knee", 4)).content, received_on=9)
    assert arrived(*days) == []
    assert arrived(*days, late) == [("soon", "left-knee", 9, 4)]


def test_an_edit_to_another_day_is_judged_from_the_earlier_of_both():
    *before, last = logged("left-knee", 1, 4, 3, 3, 3)
    moved = entry(7, last.content, name="moved", received_on=7)
    back = entry(5, last.content, name="moved", rev=2, received_on=8)
    assert [found[:3] for found in arrived(*before, pain(6), moved, back)] == [
        ("info", "left-knee", 7),
        ("soon", "left-knee", 8),
    ]


def test_a_declaration_silences_only_what_comes_after_it():
    usual, aching = recorded(3, UsualPain(site("neck"), 2)), logged("neck", 3, 3, 3, 3, first=4)
    assert arrived(usual, *aching) == []
    assert arrived(*aching)


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
    told = [r for r in arising(timed(*entries), LISBON) if r.verdict.rule is not Rule.NOT_LOGGING]
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
    found = [(level, on) for level, _, on, _ in arrived(*wrong, *right, *later)]
    assert found == [("urgent", 3), ("soon", 9), ("urgent", 10)]


# Plans

WALKS = moved(10, "right-knee.medial-femoral-condyle", TOLERATED)
OTHER = recorded(11, known(LEFT, since=11))
ASKS = ("soon", "right-knee.medial-femoral-condyle")


def asked(*pieces):
    """Return the day of raising and the lateness of each question about a phase."""
    return [raised[2:] for raised in arrived(*pieces) if raised[:2] == ASKS]


def test_a_step_back_that_would_restrict_the_second_leg_is_asked_on_the_day_it_hurts():
    assert asked(WALKS, OTHER, *logs(RIGHT, 6, first=12)) == [(12, 0)]
    assert asked(WALKS, *logs(RIGHT, 6, first=12)) == []
    assert asked(OTHER, *logs(RIGHT, 6, first=12)) == []


def test_a_limit_of_the_other_leg_asks_as_its_plan_does():
    [red] = logs(RIGHT, 6, first=12)
    for grade, questions in ((Grade.NWB, [(12, 0)]), (Grade.FWB, [])):
        order = recorded(11, LimitOrder(Limb.LEFT_LEG, WeightLimit(grade)))
        assert asked(WALKS, order, red) == questions


def test_a_late_entry_asks_when_it_comes_and_says_how_late():
    late = entry(12, logs(RIGHT, 6, first=12)[0].content, received_on=15)
    assert asked(WALKS, OTHER, late) == [(15, 3)]


def test_what_staff_record_can_complete_a_question():
    tonight, red = status(12, LEFT, "confirmed", hour=21), logs(RIGHT, 6, first=12)
    assert asked(WALKS, *red, tonight) == [(12, 0)]
    assert asked(WALKS, *red, status(13, LEFT, "confirmed")) == []


def test_a_question_that_an_edit_takes_away_may_be_asked_again():
    slip, undone = pain(12, hurts(RIGHT, 6), name="slip"), pain(12, hurts(RIGHT, 1), name="slip", rev=2)
    again = pain(16, hurts(RIGHT, 6))
    assert asked(WALKS, OTHER, slip, undone, again) == [(12, 0), (16, 0)]
    assert asked(WALKS, OTHER, slip, again) == [(12, 0)]


def test_exercises_change_nothing():
    done = [entry(n, ExerciseReport("bridges", done_sets=3)) for n in range(1, 20)]
    aching = [*logged(LEFT, 3, 3, 3, 3), flags(9, "fever")]
    assert sorted(arrived(*aching, *done)) == sorted(arrived(*aching))


def test_an_alert_that_rises_says_from_which_level():
    arrivals = Arrivals(LISBON)
    pieces = timed(*logged("right-foot", 3, 3, 3, 3, 3))
    told = [raised for at, piece in pieces for raised in arrivals.take(piece, at)]
    assert [(r.verdict.level, r.rises_from) for r in told] == [("info", None), ("urgent", "info")]


def test_two_alerts_that_a_late_day_joins_go_on_as_one():
    fever = flags(1, "fever").content
    late = entry(11, fever, name="late", received_on=22)
    assert [on for *_, on, _ in arrived(flags(1, "fever"), flags(20, "fever"), late, flags(34, "fever"))] == [1, 20]
    assert [on for *_, on, _ in arrived(flags(1, "fever"), late, flags(20, "fever"))] == [1]
