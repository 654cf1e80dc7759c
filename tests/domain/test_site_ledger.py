"""Ana's left knee in the ledger: never, active, resolved, relapsed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.site import site
from rehab_tracker.domain.site_ledger import SiteLedger, SiteStanding, anew, gone_on, site_ledgers
from tests.domain.diary import day, history, hurts, logged, long_standing, pain

LEFT_KNEE = site("left-knee")


def ledger(entries, settings=DEFAULT_RULES, declared=()):
    return site_ledgers(history(entries, declared=declared), settings).get(LEFT_KNEE, SiteLedger())


def bouts(entries, **more):
    return [(bout.first, bout.last, bout.resolved_on) for bout in ledger(entries, **more).bouts]


def stood(entries, number):
    return ledger(entries).standing(day(number))


SORE = logged("left-knee", 3, 4, 3)


def test_a_joint_that_never_hurt_enough_is_not_in_it():
    assert stood([], 9) is SiteStanding.NEVER
    assert stood(logged("left-knee", 2, 2, 2, 2), 9) is SiteStanding.NEVER
    assert stood(SORE, 0) is SiteStanding.NEVER


def test_it_is_active_from_the_first_day_that_counts():
    assert bouts(SORE) == [(day(1), day(3), None)]
    assert stood(SORE, 1) is stood(SORE, 40) is SiteStanding.ACTIVE


def test_silence_resolves_nothing():
    assert stood(SORE, 400) is SiteStanding.ACTIVE
    again = [*SORE, *logged("left-knee", 5, first=60)]
    assert bouts(again) == [(day(1), day(60), None)]


@pytest.mark.parametrize("calm", [pain(5), pain(5, hurts("left-knee", 2), no_other_pain=False)])
def test_it_is_resolved_14_days_after_its_last_day_once_a_later_day_is_known_to_be_below(calm):
    assert bouts([*SORE, calm]) == [(day(1), day(3), day(17))]
    assert stood([*SORE, calm], 16) is SiteStanding.ACTIVE
    assert stood([*SORE, calm], 17) is SiteStanding.RESOLVED
    assert bouts([*SORE, pain(30)]) == [(day(1), day(3), day(30))]


def test_pain_that_counts_again_within_14_days_is_the_same_bout():
    assert bouts([*SORE, pain(5), *logged("left-knee", 3, first=17)]) == [(day(1), day(17), None)]


def test_it_relapses_when_it_counts_again_after_that():
    again = [*SORE, pain(5), *logged("left-knee", 3, first=18)]
    assert bouts(again) == [(day(1), day(3), day(17)), (day(18), day(18), None)]
    assert stood(again, 18) is SiteStanding.RELAPSED
    assert stood([*again, pain(40)], 40) is SiteStanding.RESOLVED


def test_first_ever_is_the_first_bout():
    told = ledger([*SORE, pain(5), *logged("left-knee", 3, first=18)])
    assert [told.is_first_ever(day(n)) for n in (1, 3, 17, 18)] == [True, True, True, False]
    assert told.before(day(30)) == told.bouts[:1]
    assert ledger([]).is_first_ever(day(1))


def test_what_counts_is_2_above_the_usual_pain_from_the_day_of_its_declaration_on():
    sore = logged("left-knee", 5, 5, 5, 6)
    assert bouts(sore[:3], declared=[long_standing("left-knee", 4, since=2)]) == [(day(1), day(1), day(15))]
    assert bouts(sore, declared=[long_standing("left-knee", 4)]) == [(day(4), day(4), None)]
    assert bouts(sore, settings=RuleSettings(pain_counts_from=5)) == [(day(1), day(4), None)]


ENTRIES = st.lists(
    st.builds(
        lambda n, place, x, zero: pain(n, hurts(place, x), no_other_pain=zero, name=f"{n} {place} {x} {zero}"),
        st.integers(0, 60), st.sampled_from(["left-knee", "right-knee"]), st.integers(0, 6), st.booleans(),
    ),
    max_size=25,
)  # fmt: skip


def by_definition(entries):
    """The bouts of the left knee as the words of the ledger say them, day by day over everything at once."""
    known = {}
    for each in entries:
        named = [score.worst for score in each.content.scores if score.site == LEFT_KNEE]
        if named or each.content.no_other_pain:
            known[each.for_date] = max([*named, known.get(each.for_date, 0)])
    counting = sorted(on for on, worst in known.items() if worst >= 3)
    found = []
    for on in counting:
        if found and not _settled(known, found[-1][1], on):
            found[-1] = (found[-1][0], on)
        else:
            found.append((on, on))
    return [
        (first, last, _resolved(known, last, then))
        for (first, last), then in zip(found, [*(first for first, _ in found[1:]), day(999)], strict=False)
    ]


def _resolved(known, last, then):
    below = [on for on, worst in known.items() if last < on < then and worst < 3]
    return max(min(below), last + timedelta(days=14)) if below else None


def _settled(known, last, on):
    resolved_on = _resolved(known, last, on)
    return resolved_on is not None and resolved_on < on


@given(ENTRIES)
def test_it_says_what_its_definition_says(entries):
    assert bouts(entries) == by_definition(entries)


@given(ENTRIES, st.data())
def test_taken_in_as_it_comes_it_is_what_it_is_from_scratch(entries, data):
    told = SiteLedger()
    came = []
    newest = None
    for entry in entries if data.draw(st.booleans()) else sorted(entries, key=lambda e: e.for_date):
        came.append(entry)
        if newest is None or entry.for_date >= newest:
            told, newest = gone_on(told, history([entry]), LEFT_KNEE, DEFAULT_RULES), entry.for_date
            continue
        since = entry.for_date - timedelta(days=data.draw(st.integers(0, 20)))
        seen = history([e for e in came if e.for_date >= since])
        again = anew(told, seen, LEFT_KNEE, DEFAULT_RULES, entry.for_date, since)
        if again is None:
            first = told.within(entry.for_date).first
            assert first < since
            seen = history([e for e in came if e.for_date >= first])
            again = anew(told, seen, LEFT_KNEE, DEFAULT_RULES, entry.for_date, first)
        told = again
    assert told == ledger(entries)


@given(ENTRIES)
def test_bouts_lie_apart_and_cover_every_day_that_counts(entries):
    found = ledger(entries).bouts
    counting = {e.for_date for e in entries for s in e.content.scores if s.site == LEFT_KNEE and s.worst >= 3}
    assert all(sum(b.first <= each <= b.last for b in found) == 1 for each in counting)
    assert {b.first for b in found} | {b.last for b in found} <= counting
    for one, other in zip(found, found[1:], strict=False):
        assert one.resolved_on and (other.first - one.last).days > 14 and one.resolved_on < other.first
