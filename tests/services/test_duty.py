"""Duty and absences: who sets them, who may stand in, and that nothing said is lost."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from rehab_tracker.domain.access import Role
from rehab_tracker.domain.duty import Away, Duty, Shift
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, WrongState
from rehab_tracker.services import duty, ladder, people
from rehab_tracker.services.clinics import change_settings
from rehab_tracker.storage.duty import Absence, DutyShift
from rehab_tracker.storage.people import Staff
from tests.cast import at
from tests.domain.diary import day
from tests.services.test_escalating import another

WEEKDAYS = (1, 2, 3, 4, 5)


def sets(cast, shift: Shift, by: Staff | None = None) -> DutyShift:
    with cast.session() as session:
        return duty.set_duty(session, cast.viewer_of(by or cast.alda), shift, at(0))


def says(cast, who: Staff, away: Away, by: Staff | None = None, on: int = 0) -> Absence:
    """Let somebody, or another in their place, say when they are away."""
    with cast.session() as session:
        return duty.announce_absence(session, cast.viewer_of(by or who), away, at(on))


def accepts(cast, who: Staff, absence: Absence) -> None:
    with cast.session(cast.clinic_of(who)) as session:
        duty.accept_absence(session, cast.viewer_of(who), absence.id, at(1))


def week(cast, on: int = 0):
    """The rota as Nuno sees it: who is nurse on duty, day by day, and who is away."""
    with cast.session() as session:
        found = duty.who_is_there(session, cast.viewer_of(cast.nuno), at(on))
    return [
        (" ".join(first(m) for m in each.on_duty[Duty.NURSE]), " ".join(first(m) for m in each.away))
        for each in found.days
    ]


def first(member: Staff) -> str:
    return member.name.split()[0]


def test_the_week_shows_who_is_on_duty_and_the_deputy_in_place_of_who_is_away(cast):
    rita = another(cast, "Rita")
    sets(cast, Shift(cast.nuno.id, Duty.NURSE, WEEKDAYS, day(0)))
    absence = says(cast, cast.nuno, Away(cast.nuno.id, rita.id, day(1), day(2)))
    assert week(cast) == [("Nuno", ""), ("", "Nuno"), ("", "Nuno"), ("Nuno", ""), ("Nuno", ""), ("", ""), ("", "")]
    accepts(cast, rita, absence)
    assert week(cast)[:3] == [("Nuno", ""), ("Rita", "Nuno"), ("Rita", "Nuno")]
    assert week(cast, on=2)[0] == ("Rita", "Nuno")
    assert sorted(row for row in cast.audit() if "duty" in row or "absence" in row) == [
        "absence-accepted", "absence-announced", "duty-set",
    ]  # fmt: skip


def test_the_same_twice_is_once(sqlite_cast):
    cast = sqlite_cast
    shift = Shift(cast.nuno.id, Duty.NURSE, WEEKDAYS, day(0))
    assert sets(cast, shift).id == sets(cast, shift, by=cast.boris).id
    away = Away(cast.nuno.id, cast.boris.id, day(1), day(2))
    absence = says(cast, cast.nuno, away)
    assert says(cast, cast.nuno, away).id == absence.id
    for _ in range(2):
        accepts(cast, cast.boris, absence)
    assert (len(cast.rows(DutyShift)), len(cast.rows(Absence))) == (1, 1)
    assert cast.audit().count("absence-accepted") == 1


def test_what_is_taken_back_stays_in_the_table_and_holds_no_more(cast):
    shift = sets(cast, Shift(cast.nuno.id, Duty.NURSE, WEEKDAYS, day(0)))
    absence = says(cast, cast.nuno, Away(cast.nuno.id, None, day(1), day(2)))
    with cast.session() as session:
        for _ in range(2):
            duty.end_duty(session, cast.viewer_of(cast.boris), shift.id, at(1))
            duty.end_absence(session, cast.viewer_of(cast.nuno), absence.id, at(1))
    assert week(cast) == [("", "")] * 7
    assert [row.ended_at for row in (*cast.rows(DutyShift), *cast.rows(Absence))] == [at(1), at(1)]
    assert cast.audit().count("duty-ended") == cast.audit().count("absence-ended") == 1


def test_a_nurse_sets_no_duty_and_tells_of_no_absence_but_the_own(sqlite_cast):
    cast = sqlite_cast
    shift = Shift(cast.nuno.id, Duty.NURSE, WEEKDAYS, day(0))
    theirs = Away(cast.boris.id, None, day(1), day(2))
    absence = says(cast, cast.boris, theirs)
    with cast.session() as session:
        nuno = cast.viewer_of(cast.nuno)
        for refused in (
            lambda: duty.set_duty(session, nuno, shift, at(0)),
            lambda: duty.end_duty(session, nuno, uuid4(), at(0)),
            lambda: duty.announce_absence(session, nuno, theirs, at(0)),
            lambda: duty.end_absence(session, nuno, absence.id, at(0)),
        ):
            with pytest.raises(NotAllowed):
                refused()


def test_a_colleague_who_fell_ill_is_put_down_by_who_sets_the_duty(sqlite_cast):
    cast = sqlite_cast
    absence = says(cast, cast.nuno, Away(cast.nuno.id, cast.boris.id, day(0), day(4)), by=cast.boris)
    assert (absence.staff_id, absence.created_by) == (cast.nuno.id, cast.boris.id)
    assert week(cast)[0] == ("", "Nuno")


def test_only_who_was_asked_can_accept_and_only_while_it_holds(sqlite_cast):
    cast = sqlite_cast
    absence = says(cast, cast.nuno, Away(cast.nuno.id, cast.boris.id, day(1), day(2)))
    for other in (cast.nuno, cast.dora, cast.alda):
        with pytest.raises(NotAllowed, match="asked"):
            accepts(cast, other, absence)
    with pytest.raises(NotFound):
        accepts(cast, cast.carla, absence)
    with cast.session() as session:
        duty.end_absence(session, cast.viewer_of(cast.nuno), absence.id, at(1))
    with pytest.raises(WrongState):
        accepts(cast, cast.boris, absence)


@pytest.mark.parametrize("who", ["alda", "carla"])
def test_duty_and_standing_in_are_for_clinicians_of_the_clinic(sqlite_cast, who):
    cast, stranger = sqlite_cast, getattr(sqlite_cast, who)
    with pytest.raises(InvalidValue) as refusal:
        sets(cast, Shift(stranger.id, Duty.NURSE, WEEKDAYS, day(0)))
    assert refusal.value.pointer == "/staff_id"
    with pytest.raises(InvalidValue) as refusal:
        says(cast, cast.nuno, Away(cast.nuno.id, stranger.id, day(1), day(2)))
    assert refusal.value.pointer == "/deputy_id"


def test_days_that_are_over_are_no_absence(sqlite_cast):
    cast = sqlite_cast
    says(cast, cast.nuno, Away(cast.nuno.id, None, day(0), day(3)), on=3)
    with pytest.raises(InvalidValue) as refusal:
        says(cast, cast.nuno, Away(cast.nuno.id, None, day(0), day(3)), on=4)
    assert refusal.value.pointer == "/last_day"


def test_working_days_are_the_clinics(sqlite_cast):
    with sqlite_cast.session() as session:
        admin = sqlite_cast.viewer_of(sqlite_cast.alda)
        change_settings(session, admin, {"calendar": {"holidays": [str(day(1))]}}, "holiday", at(0))
        found = duty.who_is_there(session, admin, at(0))
    assert [each.is_working_day for each in found.days] == [True, False, True, True, True, False, False]
    assert found.names[sqlite_cast.nuno.id] == sqlite_cast.nuno.name


def test_who_left_or_has_no_mailbox_is_on_no_rung(sqlite_cast):
    cast, rita = sqlite_cast, another(sqlite_cast, "Rita")

    def told() -> list[str]:
        with cast.session() as session:
            found = ladder.rungs(session, cast.porto.id, cast.ana.id, day(0))
        return [" ".join(first(member) for member in rung) for rung in found]

    assert told() == ["Nuno", "Rita", "Boris", "Boris Dora Nuno Rita"]
    with cast.session() as session:
        session.get_one(Staff, (cast.porto.id, rita.id)).disabled_at = at(0)
        session.get_one(Staff, (cast.porto.id, cast.nuno.id)).address_failed_at = at(0)
        session.commit()
    assert told() == ["Boris", "", "Boris", "Boris Dora"]


def test_an_alert_of_a_record_that_was_entered_twice_goes_to_the_team_of_the_person(sqlite_cast):
    cast, rita = sqlite_cast, another(sqlite_cast, "Rita")
    double = cast.twice(cast.nuno)

    def told() -> list[str]:
        with cast.session() as session:
            return [first(member) for member in ladder.rungs(session, cast.porto.id, double.id, day(0))[0]]

    with cast.session() as session:
        people.join_care_team(session, cast.viewer_of(cast.nuno), cast.ana.id, rita.id, at(0))
    assert told() == ["Nuno"]
    cast.merges(double, on=1)
    assert told() == ["Nuno", "Rita"]


def test_the_rota_of_one_clinic_is_not_seen_in_another(cast):
    sets(cast, Shift(cast.nuno.id, Duty.NURSE, WEEKDAYS, day(0)))
    says(cast, cast.nuno, Away(cast.nuno.id, cast.boris.id, day(1), day(2)))
    with cast.session(cast.braga) as session:
        found = duty.who_is_there(session, cast.viewer_of(cast.carla), at(0))
        assert not found.shifts and not found.absences and "zqporto" not in repr(found.names)
        rungs = ladder.rungs(session, cast.braga.id, cast.bento.id, date(2026, 1, 6))
    assert [[first(member) for member in rung] for rung in rungs] == [["Celia"], [], ["Carla"], ["Carla", "Celia"]]


def test_an_absence_of_more_than_a_year_is_none():
    with pytest.raises(InvalidValue):
        Away(uuid4(), None, day(0), day(0) + timedelta(days=366))


def test_the_admin_is_away_as_anybody_is(sqlite_cast):
    says(sqlite_cast, sqlite_cast.alda, Away(sqlite_cast.alda.id, None, day(0), day(0)))
    assert sqlite_cast.alda.role is Role.CLINIC_ADMIN and week(sqlite_cast)[0] == ("", "Alda")
