"""Enrolment: a patient, a code that works once, and the phone that becomes the patient's own."""

from datetime import date, timedelta

import pytest

from rehab_tracker.domain.access import Role, system
from rehab_tracker.domain.errors import (
    InvalidValue,
    NotAllowed,
    NotFound,
    NotReady,
    NotSignedIn,
    ReasonNeeded,
    TooManyAttempts,
)
from rehab_tracker.services import enrolment
from rehab_tracker.services.clinics import change_settings
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.storage.enrolment import Device, EnrolmentCode
from rehab_tracker.storage.people import CareTeam, Patient
from tests.cast import at, ticks
from tests.domain.diary import FIRST_VISIT, day


def details(**more):
    said = {"name": "Bia", "record_number": "R-7", "language": "pt-PT", "time_zone": "Europe/Lisbon"}
    return PatientDetails(**{**said, **more})


def enrols(cast, by=None, now=None, **more):
    viewer = cast.viewer_of(by) if by else system(cast.porto.id)
    with cast.session() as session:
        return enrolment.enrol(session, viewer, cast.porto, details(**more), now or at(0))


def uses(cast, code, caller="here", now=None, clinic=None):
    with cast.session(clinic) as session:
        return enrolment.use_code(session, clinic or cast.porto, code, "phone", caller, now or at(0, 1))


def seen(cast, token, clinic=None, now=None):
    with cast.session(clinic) as session:
        viewer = enrolment.device_viewer(session, (clinic or cast.porto).id, token, now or at(1))
        session.commit()
        return viewer


# Patients


def test_a_nurse_enrols_a_patient_and_joins_the_care_team(cast):
    enrolled = enrols(cast, cast.nuno, name="  Bia  ", record_number=" R-7 ", born=date(1990, 1, 1))
    assert (enrolled.patient.name, enrolled.patient.record_number) == ("Bia", "R-7")
    assert enrolled.patient.enrolled_on == FIRST_VISIT
    team = [row.staff_id for row in cast.rows(CareTeam) if row.patient_id == enrolled.patient.id]
    assert team == [cast.nuno.id]
    device = uses(cast, enrolled.code)
    assert seen(cast, device.token).person == enrolled.patient.id


def test_an_address_is_recorded_at_once_and_brings_no_mail_before_the_patient_asks(cast):
    patient = enrols(cast, cast.nuno, email=" Bia@Mail.example").patient
    assert (patient.email, patient.mails, patient.reminder_at) == ("bia@mail.example", False, None)
    with pytest.raises(InvalidValue, match="like ana@") as refusal:
        enrols(cast, cast.nuno, record_number="R-8", email="bia@mail")
    assert refusal.value.pointer == "/email"


def test_an_admin_enrols_without_joining_the_care_team(cast):
    enrolled = enrols(cast, cast.alda)
    assert enrolled.patient.id not in {row.patient_id for row in cast.rows(CareTeam)}


def test_the_day_of_enrolment_is_the_patients_local_one(cast):
    assert enrols(cast, time_zone="Pacific/Kiritimati").patient.enrolled_on == day(1)


def test_a_record_number_is_taken_once_in_a_clinic(cast):
    enrols(cast)
    for number in ("R-7", " R-7 "):
        with pytest.raises(InvalidValue) as refusal:
            enrols(cast, record_number=number)
        assert refusal.value.code == "taken"
    with cast.session(cast.braga) as session:
        enrolment.enrol(session, system(cast.braga.id), cast.braga, details(), at(0))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"time_zone": "Mars/Olympus"}, "bad-time-zone"),
        ({"language": "xx"}, "unknown-code"),
        ({"born": FIRST_VISIT + timedelta(days=1)}, "date-in-future"),
        ({"name": "  "}, "missing-key"),
        ({"record_number": ""}, "missing-key"),
        ({"name": "B" * 201}, "too-long"),
        ({"record_number": "R" * 65}, "too-long"),
        ({"phone": "1" * 41}, "too-long"),
        ({"name": "B\x00a"}, "bad-text"),
        ({"record_number": "R\ud800"}, "bad-text"),
    ],
)
def test_what_cannot_be_a_patient_is_refused_and_nothing_is_kept(cast, more, code):
    before = cast.counts()
    with pytest.raises(InvalidValue) as refusal:
        enrols(cast, **more)
    assert refusal.value.code == code
    assert cast.counts() == before


@pytest.mark.parametrize("missing", ["phone", "hours"])
def test_without_phone_and_hours_nobody_is_enrolled(cast, missing):
    with cast.session() as session:
        change_settings(session, cast.viewer_of(cast.alda), {missing: ""}, "moving house", at(0))
    before = cast.counts()
    with pytest.raises(NotReady):
        enrols(cast, cast.nuno)
    assert cast.counts() == before


# Codes


def test_a_code_works_once_however_it_is_typed(cast):
    code = enrols(cast).code
    device = uses(cast, code.lower().replace("-", " ").replace("0", "o").replace("1", "l"))
    with pytest.raises(NotSignedIn) as refusal:
        uses(cast, code)
    assert refusal.value.code == "invalid-code"
    assert seen(cast, device.token).via == device.device_id


def test_codes_and_tokens_are_kept_only_as_digests(cast):
    code = enrols(cast).code
    token = uses(cast, code).token
    kept = repr([vars(row) for row in (*cast.rows(EnrolmentCode), *cast.rows(Device))])
    assert code not in kept and code.replace("-", "") not in kept and token.partition(".")[2] not in kept


def test_a_code_ends_after_48_hours(cast):
    code = enrols(cast).code
    with pytest.raises(NotSignedIn):
        uses(cast, code, now=at(2))
    assert uses(cast, code, now=at(2, -1))


def test_a_code_is_nothing_at_another_clinic(cast):
    code = enrols(cast).code
    with pytest.raises(NotSignedIn):
        uses(cast, code, clinic=cast.braga)
    assert uses(cast, code)


def test_guessing_codes_is_slowed_down_by_caller_and_never_for_others(cast):
    code = enrols(cast).code
    for _ in range(10):
        with pytest.raises(NotSignedIn):
            uses(cast, "WRONG", caller="mallory")
    with pytest.raises(TooManyAttempts):
        uses(cast, code, caller="mallory")
    assert cast.audit().count("enrolment-code-refused") == 10
    assert uses(cast, code, caller="ana")


def test_a_further_code_brings_a_further_phone_of_the_same_patient(cast):
    with cast.session() as session:
        code = enrolment.new_enrolment_code(session, cast.viewer_of(cast.nuno), cast.porto, cast.ana.id, at(0))
    device = uses(cast, code)
    assert device.patient_id == cast.ana.id
    assert seen(cast, cast.tokens[cast.ana.id]).person == seen(cast, device.token).person == cast.ana.id


def test_a_further_code_is_for_who_may_open_the_record(cast):
    for person, refusal in ((cast.dora, ReasonNeeded), (cast.alda, ReasonNeeded), (cast.carla, NotFound)):
        with cast.session(cast.clinic_of(person)) as session, pytest.raises(refusal):
            viewer = cast.viewer_of(person)
            enrolment.new_enrolment_code(session, viewer, cast.clinic_of(person), cast.ana.id, at(0))
    with cast.session() as session, pytest.raises(NotAllowed):
        enrolment.new_enrolment_code(session, cast.viewer_of(cast.ana), cast.porto, cast.ana.id, at(0))
    assert cast.rows(EnrolmentCode) == []


# Devices


def test_a_device_speaks_for_its_patient_in_the_patients_language(cast):
    viewer = seen(cast, cast.tokens[cast.ana.id])
    assert (viewer.role, viewer.person, viewer.language) == (Role.PATIENT, cast.ana.id, "pt-PT")
    assert (viewer.clinic_id, viewer.via) == (cast.porto.id, cast.devices[cast.ana.id])


def test_a_token_is_nothing_at_another_clinic(cast):
    for token in (cast.tokens[cast.ana.id], "", "nonsense", f"{cast.braga.public_id}.x"):
        with pytest.raises(NotSignedIn) as refusal:
            seen(cast, token, clinic=cast.braga)
        assert refusal.value.code == "reauthenticate"


def test_a_revoked_device_is_out_at_once_and_what_it_sent_stays(cast):
    cast.ana_sends(ticks("fever", day=1))
    token = cast.tokens[cast.ana.id]
    with cast.session() as session:
        for minutes in (1, 2):
            enrolment.revoke(session, cast.viewer_of(cast.ana), token, at(1, minutes))
    with pytest.raises(NotSignedIn):
        seen(cast, token)
    assert cast.audit().count("device-revoked") == 1
    assert cast.standing() == {("red-flag", "urgent", "fever", 1)}


def test_a_patient_revokes_only_devices_of_their_own(cast):
    enrolled = enrols(cast)
    other = uses(cast, enrolled.code).token
    with cast.session() as session:
        enrolment.revoke(session, cast.viewer_of(cast.ana), other, at(1))
    assert seen(cast, other).person == enrolled.patient.id


def test_when_a_device_was_last_seen_is_written_down_now_and_then(cast):
    token = cast.tokens[cast.ana.id]

    def last():
        [device] = cast.rows(Device)
        return device.last_seen_at

    seen(cast, token, now=at(1))
    seen(cast, token, now=at(1, 4))
    assert last() == at(1)
    seen(cast, token, now=at(1, 6))
    assert last() == at(1, 6)


def test_a_patient_row_is_never_touched_by_a_refused_enrolment(sqlite_cast):
    with pytest.raises(NotAllowed):
        enrols(sqlite_cast, sqlite_cast.ana)
    assert [row.id for row in sqlite_cast.rows(Patient)] == [sqlite_cast.ana.id]
