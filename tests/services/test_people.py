"""People: what is changed of a patient keeps what was there before; states stop what they should; teams come and go."""

from datetime import date

import pytest

from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, OutOfDate, ReasonNeeded, WrongState
from rehab_tracker.domain.person import Detail, PatientState
from rehab_tracker.services import entries, people, reach, worklist
from rehab_tracker.storage.people import Patient, Staff
from rehab_tracker.storage.person import PersonChange
from tests.cast import another_patient, at, logs, ticks
from tests.domain.diary import day
from tests.services.test_two_phones import at_once


def changes(cast, of, seen, on=1, by=None, reason=""):
    with cast.session() as session:
        wanted = {Detail(name): value for name, value in of.items()}
        who = cast.viewer_of(by or cast.nuno)
        return people.change_details(session, who, cast.ana.id, wanted, seen, at(on), reason)


def told(cast):
    """What was changed of Ana: version, field, before and after."""
    rows = sorted(cast.rows(PersonChange), key=lambda row: (row.version, row.field))
    return [(row.version, row.field, row.before, row.after) for row in rows]


def ana(cast):
    with cast.session() as session:
        return session.get_one(Patient, (cast.porto.id, cast.ana.id))


def state(cast, state, on=1, by=None, reason="told by phone"):
    with cast.session() as session:
        who = cast.viewer_of(by or cast.nuno)
        return people.set_state(session, who, cast.ana.id, PatientState(state), reason, at(on))


def in_list(cast, of, now):
    """The names in somebody's worklist: those of their own patients, and nobody's."""
    with cast.session() as session:
        found = worklist.worklist(session, cast.viewer_of(of), now)
        return [row.patient.id for row in found.own], [row.patient.id for row in found.nobodys]


# Details


def test_a_change_keeps_what_was_there_who_changed_it_when_and_why(cast):
    patient = changes(cast, {"sex": "female", "phone": "+351 22"}, seen=1, reason="she said so")
    assert (patient.sex, patient.phone, patient.version) == ("female", "+351 22", 2)
    assert (ana(cast).sex, ana(cast).version) == ("female", 2)
    assert told(cast) == [(2, "phone", cast.ana.phone, "+351 22"), (2, "sex", "not-recorded", "female")]
    rows = cast.rows(PersonChange)
    assert {(r.changed_by, r.changed_at, r.reason) for r in rows} == {(cast.nuno.id, at(1), "she said so")}
    assert cast.audit() == ["details-changed"]


def test_what_is_said_again_is_no_change(cast):
    changes(cast, {"sex": "not-recorded", "born": date(1984, 2, 29)}, seen=1)
    assert (told(cast), ana(cast).version, cast.audit()) == ([], 1, [])


def test_who_saw_an_older_version_is_told_both_and_changes_nothing(cast):
    changes(cast, {"phone": "+351 1"}, seen=1)
    with pytest.raises(OutOfDate) as refused:
        changes(cast, {"phone": "+351 2"}, seen=1, by=cast.boris)
    assert refused.value.values == {"yours": 1, "now": 2}
    assert ana(cast).phone == "+351 1"


def test_of_two_who_change_at_once_the_second_hears_of_it(cast):
    writers = [
        lambda: changes(cast, {"phone": "+351 1"}, 1),
        lambda: changes(cast, {"phone": "+351 2"}, 1, by=cast.boris),
    ]
    answers = at_once(*writers)
    assert sum(isinstance(answer, OutOfDate) for answer in answers) == 1
    assert len(told(cast)) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"born": day(2)}, "date-in-future"),
        ({"born": date(1899, 1, 1)}, "too-long-ago"),
        ({"name": " "}, "missing-key"),
        ({"phone": "+351 1", "language": "fr"}, "unknown-code"),
        ({"phone": "+351 1", "time_zone": "Lisbon"}, "bad-time-zone"),
    ],
)
def test_a_change_out_of_bounds_changes_nothing(sqlite_cast, change, code):
    with pytest.raises(InvalidValue) as refused:
        changes(sqlite_cast, change, seen=1)
    assert refused.value.code == code
    assert (told(sqlite_cast), ana(sqlite_cast).phone) == ([], sqlite_cast.ana.phone)


def test_a_record_number_belongs_to_one_patient_of_a_clinic(cast):
    other = another_patient(cast, cast.porto, "Rita")
    with pytest.raises(InvalidValue) as refused:
        changes(cast, {"record_number": other.record_number}, seen=1)
    assert (refused.value.code, refused.value.pointer) == ("taken", "/record_number")
    changes(cast, {"record_number": cast.bento.record_number}, seen=1)
    assert ana(cast).record_number == cast.bento.record_number


def test_colleagues_give_a_reason_first_admins_never_and_carla_sees_nobody(cast):
    for who, refusal in ((cast.dora, ReasonNeeded), (cast.alda, NotAllowed)):
        with pytest.raises(refusal):
            changes(cast, {"phone": "+351 1"}, seen=1, by=who)
    with cast.session(cast.braga) as session, pytest.raises(NotFound):
        people.change_details(session, cast.viewer_of(cast.carla), cast.ana.id, {Detail.PHONE: "1"}, 1, at(1))
    assert told(cast) == []


def test_a_change_of_zone_says_from_which_day_it_holds(cast):
    changes(cast, {"time_zone": "America/New_York"}, seen=1, on=3)
    changes(cast, {"time_zone": "Atlantic/Azores"}, seen=2, on=7)
    with cast.session() as session:
        found = people.zone_history(session, ana(cast))
    expected = [(date.min, "Europe/Lisbon"), (day(3), "America/New_York"), (day(7), "Atlantic/Azores")]
    assert found == expected


# States


@pytest.mark.parametrize("closed", ["moved", "deceased"])
def test_a_closed_diary_takes_nothing_in_and_can_still_be_read(cast, closed):
    cast.records("right-knee")
    cast.ana_ticks("fever", day=1)
    state(cast, closed, on=2)
    with pytest.raises(NotAllowed, match="closed"):
        cast.ana_ticks("calf-swelling", day=3)
    with cast.session() as session:
        viewer = cast.viewer_of(cast.ana)
        assert [item["kind"] for item in entries.own_entries(session, viewer, 0, 500)] == ["red-flags"]
    with cast.session() as session, pytest.raises(WrongState, match=closed):
        entries.log_heard(session, cast.viewer_of(cast.nuno), cast.ana.id, [logs({"left-knee": 4}, 3)], at(3))
    assert cast.standing() == {("red-flag", "urgent", "fever", 1)}, "alerts wait for a person"
    assert in_list(cast, cast.nuno, at(4)) == ([cast.ana.id], [])


@pytest.mark.parametrize("kept_open", ["surveillance", "discharged"])
def test_red_flags_are_judged_while_anything_is_taken_in(cast, kept_open):
    state(cast, kept_open)
    cast.ana_ticks("fever", day=2)
    assert cast.standing() == {("red-flag", "urgent", "fever", 2)}


def test_a_state_that_was_entered_by_mistake_is_taken_back_with_its_history(cast):
    state(cast, "deceased", on=1)
    state(cast, "active", on=2, reason="mixed up with another Ana")
    cast.ana_logs({"left-knee": 0}, 3)
    assert told(cast) == [(2, "state", "active", "deceased"), (3, "state", "deceased", "active")]
    reasons = [row.reason for row in sorted(cast.rows(PersonChange), key=lambda row: row.version)]
    assert reasons == ["told by phone", "mixed up with another Ana"]
    assert cast.audit()[:2] == ["state-set", "state-set"]


def test_a_state_needs_a_reason_and_a_difference(sqlite_cast):
    with pytest.raises(InvalidValue, match="why"):
        state(sqlite_cast, "moved", reason="  ")
    with pytest.raises(WrongState, match="active"):
        state(sqlite_cast, "active")
    assert told(sqlite_cast) == []


def test_a_discharged_patient_is_not_told_of_as_silent(cast):
    assert in_list(cast, cast.nuno, at(9))[0] == [cast.ana.id]
    state(cast, "discharged")
    assert in_list(cast, cast.nuno, at(9))[0] == []


# The care team


def join(cast, who, by=None):
    with cast.session() as session:
        people.join_care_team(session, cast.viewer_of(by or cast.nuno), cast.ana.id, who.id, at(1))


def leave(cast, who, by=None):
    with cast.session() as session:
        people.leave_care_team(session, cast.viewer_of(by or cast.nuno), cast.ana.id, who.id, at(1))


def test_who_joins_opens_the_record_without_a_reason_and_gets_letters(cast):
    join(cast, cast.dora)
    join(cast, cast.dora)
    assert in_list(cast, cast.dora, at(1))[0] == [cast.ana.id]
    changes(cast, {"phone": "+351 1"}, seen=1, by=cast.dora)
    assert cast.audit().count("care-team-joined") == 1


def test_a_colleague_with_a_reason_can_join_by_herself(cast):
    with cast.session() as session:
        reach.give_reason(session, cast.viewer_of(cast.dora), cast.ana.id, "covering this week", at(1))
    join(cast, cast.dora, by=cast.dora)
    assert in_list(cast, cast.dora, at(1))[0] == [cast.ana.id]


def test_a_patient_whom_all_left_is_nobodys_and_her_letters_still_find_somebody(cast):
    leave(cast, cast.boris)
    leave(cast, cast.nuno)
    assert in_list(cast, cast.dora, at(1)) == ([], [cast.ana.id])
    cast.ana_ticks("fever", day=1)
    assert cast.letters() == [("Nuno", "queued")]
    with pytest.raises(ReasonNeeded):
        leave(cast, cast.nuno)


def test_staff_of_another_clinic_who_left_or_who_see_no_records_do_not_join(cast):
    with pytest.raises(NotFound):
        join(cast, cast.carla)
    with pytest.raises(InvalidValue, match="nurse or a doctor"):
        join(cast, cast.alda)
    with cast.session() as session:
        session.get_one(Staff, (cast.porto.id, cast.dora.id)).disabled_at = at(0)
        session.commit()
    with pytest.raises(NotFound):
        join(cast, cast.dora)
    with pytest.raises(NotFound):
        leave(cast, cast.dora)
    assert cast.audit() == []


def test_red_flags_of_two_patients_stay_apart(cast):
    other = another_patient(cast, cast.porto, "Rita")
    cast.sends(other, ticks("fever", day=1))
    assert (cast.standing(), cast.standing(other)) == (set(), {("red-flag", "urgent", "fever", 1)})
