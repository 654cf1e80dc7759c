"""Nuno is Ana's nurse, Boris her physiatrist; Rita and Sara are nurses, Dora a physiatrist, Alda the admin."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.access import CLINICIANS, Role
from rehab_tracker.domain.duty import Away, Duty, Person, Rota, Shift, rungs
from rehab_tracker.domain.errors import InvalidValue

ALDA, BORIS, DORA, NUNO, RITA, SARA = (UUID(int=n) for n in range(1, 7))
NAMES = dict(zip((ALDA, BORIS, DORA, NUNO, RITA, SARA), ["Alda", "Boris", "Dora", "Nuno", "Rita", "Sara"], strict=True))
ROLES = {ALDA: Role.CLINIC_ADMIN, BORIS: Role.PHYSIATRIST, DORA: Role.PHYSIATRIST}
EVERYBODY = [Person(staff, ROLES.get(staff, Role.NURSE)) for staff in NAMES]
TEAM = {NUNO, BORIS}
MONDAY = date(2026, 1, 5)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


def away(staff: UUID, deputy: UUID | None = None) -> Away:
    return Away(staff, deputy, MONDAY, MONDAY)


def on(staff: UUID, duty: Duty) -> Shift:
    return Shift(staff, duty, EVERY_DAY, MONDAY)


def told(*facts: Shift | Away, without: set[UUID] = frozenset(), failed: set[UUID] = frozenset(), team=TEAM):
    """Who is told, rung by rung, by name."""
    people = [p._replace(is_reached=p.id not in failed) for p in EVERYBODY if p.id not in without]
    shifts = [fact for fact in facts if isinstance(fact, Shift)]
    absences = [fact for fact in facts if isinstance(fact, Away)]
    found = rungs(Rota(people, shifts, absences, MONDAY), team)
    return [" ".join(NAMES[person.id] for person in rung) for rung in found]


def test_her_nurse_then_another_then_her_physiatrist_then_all():
    assert told() == ["Nuno", "Rita", "Boris", "Boris Dora Nuno Rita Sara"]


def test_the_deputy_who_accepted_stands_in_for_the_nurse():
    assert told(away(NUNO, SARA))[:2] == ["Sara", "Rita"]


def test_without_a_deputy_who_accepted_it_goes_to_who_is_on_duty_and_else_to_who_is_near():
    assert told(away(NUNO), on(RITA, Duty.NURSE))[0] == "Rita"
    assert told(away(NUNO))[0] == "Boris"
    assert told(away(NUNO), away(BORIS))[0] == "Rita Sara"
    assert told(away(NUNO), away(BORIS), without={RITA, SARA})[0] == "Dora"
    assert told(away(NUNO), away(BORIS), away(DORA), without={RITA, SARA})[0] == "Alda"


def test_of_two_nurses_the_one_who_is_there_looks_after_it():
    assert told(away(NUNO), team={NUNO, RITA})[0] == "Rita"
    assert told(team={NUNO, RITA})[0] == "Nuno Rita"


def test_a_deputy_who_is_away_too_has_a_deputy():
    assert told(away(NUNO, SARA), away(SARA, RITA))[0] == "Rita"
    assert told(away(NUNO, SARA), away(SARA, NUNO))[0] == "Boris"


def test_the_rota_says_who_is_second_and_who_leads():
    assert told(on(SARA, Duty.SECOND), on(DORA, Duty.LEAD))[1:3] == ["Sara", "Dora"]
    assert told(on(SARA, Duty.SECOND), away(SARA, RITA))[1] == "Rita"


def test_the_second_nurse_of_the_team_comes_before_others():
    assert told(team={NUNO, SARA, BORIS})[:2] == ["Nuno Sara", "Rita"]
    assert told(away(NUNO, BORIS), team={NUNO, SARA})[:2] == ["Boris Sara", "Rita"]
    assert told(away(NUNO, RITA), team={NUNO, SARA})[:2] == ["Rita Sara", ""]
    assert told(away(NUNO), on(DORA, Duty.NURSE), team={NUNO})[:2] == ["Dora", "Rita"]


def test_where_there_is_one_nurse_there_is_no_second():
    assert told(without={RITA, SARA}) == ["Nuno", "", "Boris", "Boris Dora Nuno"]


def test_nobody_is_told_at_an_address_that_failed_while_anybody_else_is_there():
    assert told(failed={NUNO})[0] == "Boris"
    assert told(failed={NUNO, RITA}, without={BORIS, DORA, SARA}) == ["Alda", "", "", "Alda"]
    assert told(failed={NUNO, ALDA}, without={BORIS, DORA, RITA, SARA})[0] == "Nuno"


def test_who_is_away_still_is_among_all():
    assert told(away(NUNO, SARA))[3] == "Boris Dora Nuno Rita Sara"


def test_a_clinic_of_nobody_tells_nobody():
    assert told(without=set(NAMES)) == ["", "", "", ""]


def test_a_shift_holds_on_its_weekdays_between_its_days():
    shift = Shift(NUNO, Duty.NURSE, (1, 3), MONDAY, MONDAY + timedelta(days=9))
    assert [n for n in range(-7, 21) if shift.covers(MONDAY + timedelta(days=n))] == [0, 2, 7, 9]
    assert Shift(NUNO, Duty.NURSE, (1,), MONDAY).covers(MONDAY + timedelta(weeks=500))


@pytest.mark.parametrize("weekdays", [(), (0,), (8,), (2, 1), (1, 1)])
def test_a_shift_without_days_of_the_week_is_none(weekdays):
    with pytest.raises(InvalidValue) as refusal:
        Shift(NUNO, Duty.NURSE, weekdays, MONDAY)
    assert refusal.value.pointer == "/weekdays"


def test_days_end_after_they_begin_and_nobody_stands_in_for_oneself():
    before = MONDAY - timedelta(days=1)
    for wrong, pointer in (
        (lambda: Shift(NUNO, Duty.NURSE, (1,), MONDAY, before), "/last_day"),
        (lambda: Away(NUNO, None, MONDAY, before), "/last_day"),
        (lambda: Away(NUNO, None, MONDAY, MONDAY + timedelta(days=366)), "/last_day"),
        (lambda: Away(NUNO, NUNO, MONDAY, MONDAY), "/deputy_id"),
    ):
        with pytest.raises(InvalidValue) as refusal:
            wrong()
        assert refusal.value.pointer == pointer


ids = st.sampled_from(list(NAMES))
shifts = st.builds(on, ids, st.sampled_from(Duty))
absences = st.tuples(ids, st.none() | ids).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: away(*pair))


@given(st.lists(shifts | absences), st.sets(ids), st.sets(ids), st.sets(ids))
def test_somebody_is_told_at_once_and_in_the_end_every_clinician_whom_mail_reaches(facts, team, failed, without):
    first, _, _, everybody = told(*facts, team=team, failed=failed, without=without)
    assert bool(first) is bool(set(NAMES) - without) is bool(everybody)
    reached = {NAMES[p.id] for p in EVERYBODY if p.role in CLINICIANS and p.id not in failed | without}
    assert reached <= set(everybody.split())


@given(st.lists(shifts | absences), st.sets(ids), st.sets(ids))
def test_an_address_that_failed_is_used_only_where_all_did(facts, team, failed):
    everybody = [name for rung in told(*facts, team=team, failed=failed) for name in rung.split()]
    if failed != set(NAMES):
        assert not {NAMES[staff] for staff in failed} & set(everybody)


def test_who_administers_now_is_not_told_by_an_old_shift_or_an_old_team():
    assert told(on(ALDA, Duty.NURSE), on(ALDA, Duty.LEAD), team={ALDA, BORIS}) == told(team={BORIS})
    assert told(team={ALDA}) == told(team=set())
