"""Enrolment: a patient is added, gets a one-time code, and the phone that uses it becomes the patient's device."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Role, Viewer, must_be_allowed, system
from rehab_tracker.domain.errors import InvalidValue, NotSignedIn
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.person import Detail, Sex, checked_detail
from rehab_tracker.domain.strict_json import checked_text
from rehab_tracker.domain.translation import N_
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services import audit, throttle
from rehab_tracker.services.clinics import in_force, must_be_reachable
from rehab_tracker.services.credentials import digest, new_code, new_token, plain_code
from rehab_tracker.services.reach import must_reach_patient
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.enrolment import Device, EnrolmentCode, code_of_digest, device_of_token
from rehab_tracker.storage.merging import kept_record_of
from rehab_tracker.storage.people import CareTeam, Patient, patient_of_record_number

CODE_LIFE = timedelta(hours=48)
"""A code is handed over at the visit and used at home that day or the next."""
SEEN_STEP = timedelta(minutes=5)
INVALID_CODE = N_("This code is not valid. Ask your clinic for a new one.")


@dataclass(frozen=True, slots=True)
class PatientDetails:
    """Who a patient is: ``record_number`` is the clinic's own; birth date, phone and address may be unknown."""

    name: str
    record_number: str
    language: str
    time_zone: str
    born: date | None = None
    phone: str | None = None
    enrolled_on: date | None = None
    sex: Sex = Sex.NOT_RECORDED
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A patient and the code for their phone, which is shown once."""

    patient: Patient
    code: str


def enrol(session: Session, viewer: Viewer, clinic: Clinic, details: PatientDetails, now: datetime) -> Enrolled:
    """Add a patient and return a one-time code for the phone; whoever of the clinicians does it joins the care team.

    Raises NotReady while the clinic has no phone and hours, InvalidValue for a record number that is taken or a detail
    out of bounds.
    """
    must_be_allowed(viewer, Action.ENROL_PATIENT)
    with transaction(session):
        must_be_reachable(in_force(session, viewer.clinic_id))
        patient = added(session, viewer, details, now)
        code = _new_code(session, viewer, clinic, patient.id, now)
    return Enrolled(patient, code)


def added(session: Session, viewer: Viewer, details: PatientDetails, now: datetime) -> Patient:
    """Add a patient within the caller's transaction and return it."""
    patient = _patient(viewer, details, now)
    if patient_of_record_number(session, viewer.clinic_id, patient.record_number):
        raise taken()
    session.add(patient)
    try:
        session.flush()
    except IntegrityError:
        raise taken() from None  # by somebody who wrote it at the same moment
    if viewer.role in (Role.NURSE, Role.PHYSIATRIST) and viewer.person:
        join(session, viewer.clinic_id, patient.id, viewer.person, now)
    audit.note(session, viewer, "patient-enrolled", now, patient_id=patient.id)
    return patient


def taken() -> InvalidValue:
    """Return the refusal of a record number that another patient has."""
    return InvalidValue(
        "There is a patient with this record number already.", code="taken", pointer=f"/{Detail.RECORD_NUMBER}"
    )


def _patient(viewer: Viewer, details: PatientDetails, now: datetime) -> Patient:
    enrolled_on = details.enrolled_on or local_day(now, time_zone(details.time_zone, "/time_zone"))
    said = {detail: checked_detail(detail, getattr(details, detail), enrolled_on, LANGUAGES) for detail in Detail}
    return Patient(clinic_id=viewer.clinic_id, enrolled_on=enrolled_on, created_at=now, **said)


def join(session: Session, clinic_id: int, patient_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Put a member of staff into a patient's care team, within the caller's transaction."""
    session.merge(CareTeam(clinic_id=clinic_id, patient_id=patient_id, staff_id=staff_id, since=now))


def new_enrolment_code(session: Session, viewer: Viewer, clinic: Clinic, patient_id: UUID, now: datetime) -> str:
    """Return a further one-time code for a patient, for a new phone; whoever holds it can read the diary.

    Raises NotFound for a patient of another clinic, ReasonNeeded outside the care team.
    """
    must_be_allowed(viewer, Action.ENROL_PATIENT)
    with transaction(session):
        patient = must_reach_patient(session, viewer, patient_id, now)
        return _new_code(session, viewer, clinic, patient.id, now)


def _new_code(session: Session, viewer: Viewer, clinic: Clinic, patient_id: UUID, now: datetime) -> str:
    code = new_code(clinic.public_id)
    session.add(
        EnrolmentCode(
            clinic_id=viewer.clinic_id,
            patient_id=patient_id,
            code_sha256=digest(plain_code(code)),
            created_at=now,
            expires_at=now + CODE_LIFE,
            created_by=viewer.person,
        )
    )
    audit.note(session, viewer, "enrolment-code-made", now, patient_id=patient_id)
    return code


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device and its token, which is told once and kept only as a digest."""

    device_id: UUID
    patient_id: UUID
    token: str


def use_code(session: Session, clinic: Clinic, code: str, device_name: str, caller: str, now: datetime) -> NewDevice:
    """Make the phone that sends this code a device of its patient.

    ``caller`` is what wrong tries are counted by. Raises NotSignedIn for a code that is unknown, used or older than 48
    hours, TooManyAttempts after too many of them.
    """
    subject = throttle.subject_of("enrol", caller)
    with transaction(session):
        throttle.must_wait_no_more(session, clinic.id, subject, now)
        row = code_of_digest(session, clinic.id, digest(plain_code(code)))
        if row is None or row.used_at or row.expires_at <= now:
            throttle.failed(session, clinic.id, subject, now)
            audit.note(session, system(clinic.id), "enrolment-code-refused", now)
            found = None
        else:
            row.used_at = now
            found = _new_device(session, clinic, row.patient_id, device_name, now)
    if found is None:
        raise NotSignedIn(INVALID_CODE, code="invalid-code")
    return found


def _new_device(session: Session, clinic: Clinic, patient_id: UUID, name: str, now: datetime) -> NewDevice:
    token = new_token(clinic.public_id)
    device = Device(
        clinic_id=clinic.id,
        patient_id=patient_id,
        name=checked_text(name, 100),
        token_sha256=digest(token),
        created_at=now,
    )
    session.add(device)
    session.flush()
    viewer = Viewer(clinic.id, Role.PATIENT, patient_id, device.id)
    audit.note(session, viewer, "device-enrolled", now, patient_id=patient_id, subject=device.id)
    return NewDevice(device.id, patient_id, token)


def device_viewer(session: Session, clinic_id: int, token: str, now: datetime, request_id: str = "") -> Viewer:
    """Return the patient who holds this device token; raise NotSignedIn when it is unknown or revoked.

    Belongs to the transaction of what the device then asks for, which is one round trip to the database less.
    """
    device = device_of_token(session, clinic_id, digest(token))
    if device is None or device.revoked_at:
        raise NotSignedIn("This phone is not signed in. Ask your clinic for a new code.", code="reauthenticate")
    if device.last_seen_at is None or now - device.last_seen_at > SEEN_STEP:
        device.last_seen_at = now
    patient = kept_record_of(session, clinic_id, device.patient_id)
    language = patient.language if patient else LANGUAGES[0]
    return Viewer(clinic_id, Role.PATIENT, device.patient_id, device.id, language, request_id)


def revoke(session: Session, viewer: Viewer, token: str, now: datetime) -> None:
    """Sign the device out whose token this is, at once."""
    must_be_allowed(viewer, Action.LOG_OWN)
    with transaction(session):
        device = device_of_token(session, viewer.clinic_id, digest(token))
        if device and device.patient_id == viewer.person and device.revoked_at is None:
            device.revoked_at = now
            audit.note(session, viewer, "device-revoked", now, patient_id=device.patient_id, subject=device.id)
