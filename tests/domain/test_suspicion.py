"""A place suspected for two weeks of which nothing was found out."""

from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.site import site
from rehab_tracker.domain.suspicion import Suspicion, suspected, unfound
from tests.domain.diary import day

KNEE, HIP = site("left-knee.medial-femoral-condyle"), site("left-hip")


def recorded(number, status, place=KNEE):
    return Involvement(place, InvolvementStatus(status), day(number))


def test_it_is_suspected_since_it_was_first_recorded_so_without_a_break():
    rows = [recorded(1, "suspected"), recorded(3, "resolved"), recorded(5, "suspected"), recorded(9, "suspected")]
    assert suspected(rows) == [Suspicion(KNEE, day(5))]
    assert suspected([*rows, recorded(12, "confirmed")]) == []


def test_it_is_a_task_on_the_14th_day_and_not_before():
    [each] = suspected([recorded(1, "suspected")])
    assert unfound([each], [], day(14)) == ()
    assert unfound([each], [], day(15)) == (each,)


def test_a_finding_of_the_joint_on_that_day_or_later_ends_it():
    [each] = suspected([recorded(5, "suspected")])
    for place, number, ends in ((KNEE, 5, True), (site("left-knee"), 9, True), (KNEE, 4, False), (HIP, 9, False)):
        assert (unfound([each], [(place, day(number))], day(30)) == ()) is ends, (str(place), number)


@given(st.lists(st.tuples(st.sampled_from([KNEE, HIP]), st.integers(0, 40)), max_size=6), st.randoms())
def test_the_order_of_findings_does_not_matter(findings, random):
    both = [Suspicion(KNEE, day(3)), Suspicion(HIP, day(8))]
    made = [(place, day(number)) for place, number in findings]
    shuffled = made.copy()
    random.shuffle(shuffled)
    assert unfound(both, made, day(40)) == unfound(both, shuffled, day(40))
