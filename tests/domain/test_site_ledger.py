"""Ana's left knee in the ledger: never, active, resolved, relapsed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.site import site
from rehab_tracker.domain.site_ledger import Bout, SiteLedger, SiteStanding
from tests.domain.diary import day, history, hurts, logged, pain

LEFT_KNEE = site("left-knee")


def ledger(entries, threshold=3):
    return SiteLedger(history(entries).of(LEFT_KNEE), lambda _day: threshold)


def stood(entries, number):
    return ledger(entries).standing(day(number))


SORE = logged("left-knee", 3, 4, 3)


def test_a_joint_that_never_hurt_enough_is_not_in_it():
    assert stood([], 9) is SiteStanding.NEVER
    assert stood(logged("left-knee", 2, 2, 2, 2), 9) is SiteStanding.NEVER
    assert stood(SORE, 0) is SiteStanding.NEVER


def test_it_is_active_from_the_first_day_that_counts():
    assert ledger(SORE).bouts() == [Bout(day(1), day(3))]
    assert stood(SORE, 1) is stood(SORE, 40) is SiteStanding.ACTIVE


def test_silence_resolves_nothing():
    assert stood(SORE, 400) is SiteStanding.ACTIVE
    again = [*SORE, *logged("left-knee", 5, first=60)]
    assert ledger(again).bouts() == [Bout(day(1), day(60))]


@pytest.mark.parametrize("calm", [pain(5), pain(5, hurts("left-knee", 2), no_other_pain=False)])
def test_it_is_resolved_14_days_after_its_last_day_once_a_later_day_is_known_to_be_below(calm):
    assert ledger([*SORE, calm]).bouts() == [Bout(day(1), day(3), day(17))]
    assert stood([*SORE, calm], 16) is SiteStanding.ACTIVE
    assert stood([*SORE, calm], 17) is SiteStanding.RESOLVED
    assert ledger([*SORE, pain(30)]).bouts() == [Bout(day(1), day(3), day(30))]


def test_pain_that_counts_again_within_14_days_is_the_same_bout():
    assert ledger([*SORE, pain(5), *logged("left-knee", 3, first=17)]).bouts() == [Bout(day(1), day(17))]


def test_it_relapses_when_it_counts_again_after_that():
    again = [*SORE, pain(5), *logged("left-knee", 3, first=18)]
    assert ledger(again).bouts() == [Bout(day(1), day(3), day(17)), Bout(day(18), day(18))]
    assert stood(again, 18) is SiteStanding.RELAPSED
    assert stood([*again, pain(40)], 40) is SiteStanding.RESOLVED


def test_first_ever_is_the_first_bout():
    told = ledger([*SORE, pain(5), *logged("left-knee", 3, first=18)])
    assert [told.is_first_ever(day(n)) for n in (1, 3, 17, 18)] == [True, True, True, False]
    assert ledger([]).is_first_ever(day(1))


ENTRIES = st.lists(
    st.builds(
        lambda n, place, x, zero: pain(n, hurts(place, x), no_other_pain=zero, name=f"{n} {place} {x} {zero}"),
        st.integers(0, 60), st.sampled_from(["left-knee", "right-knee"]), st.integers(0, 6), st.booleans(),
    ),
    max_size=25,
)  # fmt: skip


@given(ENTRIES, st.randoms(use_true_random=False))
def test_taken_in_day_by_day_it_is_what_it_is_from_scratch(entries, random):
    told = history([])
    by_day = SiteLedger(told.of(LEFT_KNEE), lambda _day: 3)
    for entry in sorted(entries, key=lambda e: e.for_date):
        if entry.for_date <= by_day.newest:
            by_day = SiteLedger(told.of(LEFT_KNEE), lambda _day: 3)
        told.take(entry)
        if random.random() < 0.5:
            by_day.bouts()
    assert list(by_day.bouts()) == list(ledger(entries).bouts())


@given(ENTRIES)
def test_bouts_lie_apart_and_cover_every_day_that_counts(entries):
    bouts = ledger(entries).bouts()
    counting = {e.for_date for e in entries for s in e.content.scores if s.site == LEFT_KNEE and s.worst >= 3}
    assert all(sum(b.first <= each <= b.last for b in bouts) == 1 for each in counting)
    assert {b.first for b in bouts} | {b.last for b in bouts} <= counting
    for one, other in zip(bouts, bouts[1:], strict=False):
        assert one.resolved_on and (other.first - one.last).days > 14 and one.resolved_on < other.first
