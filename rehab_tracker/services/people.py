"""People: a patient's details and state, each change with what was there before, and who cares for a patient."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rehab_tracker.domain.access import CLINICIANS, Action, Role, Viewer, must_be_allowed
from rehab_tracker.domain.errors import InvalidValue, NotFound, OutOfDate, WrongState
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.person import (
    LONGEST_REASON,
    Detail,
    PatientState,
    Value,
    ZoneSince,
    changed,
    checked_detail,
    checked_reason,
    zones,
)
from rehab_tracker.domain.strict_json import checked_text
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services import audit
from rehab_tracker.services.enrolment import join, taken
from rehab_tracker.services.patient_address import address_failed_at, letters_follow, try_again
from rehab_tracker.services.reach import lock_records, must_reach_patient
from rehab_tracker.services.transaction import transaction
from rehab_tracker.services.upkeep import follow_reminder
from rehab_tracker.storage.people import Patient, Staff, care_team_of, patient_of_record_number
from rehab_tracker.storage.person import PersonChange, leave_team, zone_changes_of


def change_details(
    session: Session,
    viewer: Viewer,
    patient_id: UUID,
    changes: Mapping[Detail, Value],
    seen_version: int,
    now: datetime,
    reason: str = "",
) -> Patient:
    """Change what is known of a person, keep what was there before, and return the patient.

    ``seen_version`` is the patient's version that the changes were made on. Raises OutOfDate when it is not the present
    one, InvalidValue for a detail out of bounds or a record number that is taken; then nothing is changed. An address
    that failed is tried again when it is saved as it is; what waits to be sent goes to a new one.
    """
    must_be_allowed(viewer, Action.CHANGE_DETAILS)
    why = checked_text(reason.strip(), LONGEST_REASON)
    with transaction(session):
        patient = _locked(session, viewer, patient_id, now)
        if seen_version != patient.version:
            raise OutOfDate(seen_version, patient.version)
        today = local_day(now, time_zone(patient.time_zone))
        wanted = {detail: checked_detail(detail, value, today, LANGUAGES) for detail, value in changes.items()}
        before: dict[Detail, Value] = {detail: getattr(patient, detail) for detail in wanted}
        differ = changed(before, wanted)
        is_tried = Detail.EMAIL in wanted and address_failed_at(session, patient) is not None
        if Detail.RECORD_NUMBER in differ:
            _must_be_free(session, viewer, str(wanted[Detail.RECORD_NUMBER]))
        try:
            change(session, viewer, patient, {str(detail): after for detail, (_, after) in differ.items()}, why, now)
        except IntegrityError:
            raise taken() from None  # by somebody who wrote it at the same moment
        if Detail.EMAIL in differ or is_tried:
            try_again(session, patient, now)
        if Detail.EMAIL in differ:
            letters_follow(session, patient, now)
        if differ.keys() & {Detail.EMAIL, Detail.TIME_ZONE}:
            follow_reminder(session, patient, now)
        if differ or is_tried:
            audit.note(session, viewer, "details-changed", now, patient_id=patient.id, version=patient.version)
    return patient


def _locked(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Patient:
    patient = must_reach_patient(session, viewer, patient_id, now)
    return lock_records(session, viewer.clinic_id, patient.id).kept


def _must_be_free(session: Session, viewer: Viewer, record_number: str) -> None:
    if patient_of_record_number(session, viewer.clinic_id, record_number):
        raise taken()


def change(
    session: Session, viewer: Viewer, patient: Patient, after: Mapping[str, object], reason: str, now: datetime
) -> None:
    """Change columns of a locked patient within the caller's transaction, and keep what was there before."""
    patient.version += 1 if after else 0
    for field, value in after.items():
        session.add(
            PersonChange(
                clinic_id=patient.clinic_id,
                patient_id=patient.id,
                version=patient.version,
                field=field,
                before=_as_text(getattr(patient, field)),
                after=_as_text(value),
                changed_by=viewer.person if viewer.role is not Role.PATIENT else None,
                changed_at=now,
                reason=reason,
            )
        )
        setattr(patient, field, value)
    session.flush()


def _as_text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def set_state(
    session: Session,
    viewer: Viewer,
    patient_id: UUID,
    state: PatientState,
    reason: str,
    now: datetime,
    seen_version: int | None = None,
) -> Patient:
    """Say where a patient stands with the clinic from now on, and return the patient; what was said before stays.

    Alerts stay as they are, for a person to close, and phones stay signed in: nothing stops reading. Any state can
    follow any other, because each may have been entered by mistake. Raises WrongState for the state that is there,
    OutOfDate where ``seen_version`` is given and is not the patient's present one.
    """
    must_be_allowed(viewer, Action.SET_STATE)
    why = checked_reason(reason)
    with transaction(session):
        patient = _locked(session, viewer, patient_id, now)
        if seen_version not in (None, patient.version):
            raise OutOfDate(seen_version or 0, patient.version)
        if patient.state is state:
            raise WrongState(state=str(state))
        change(session, viewer, patient, {"state": state}, why, now)
        audit.note(session, viewer, "state-set", now, patient_id=patient.id, subject=state, version=patient.version)
    return patient


def join_care_team(session: Session, viewer: Viewer, patient_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Put a clinician into a patient's care team, who then gets the letters; one who is in it stays in it.

    Raises NotFound for staff of another clinic or who have left, InvalidValue for staff who see no records.
    """
    must_be_allowed(viewer, Action.CHANGE_CARE_TEAM)
    with transaction(session):
        patient = _locked(session, viewer, patient_id, now)
        staff = session.get(Staff, (viewer.clinic_id, staff_id))
        if staff is None or staff.disabled_at:
            raise NotFound()
        if staff.role not in CLINICIANS:
            raise InvalidValue("Choose a nurse or a doctor.", code="wrong-role", pointer="/staff_id")
        if staff_id not in care_team_of(session, viewer.clinic_id, patient.id):
            join(session, viewer.clinic_id, patient.id, staff_id, now)
            audit.note(session, viewer, "care-team-joined", now, patient_id=patient.id, subject=staff_id)


def leave_care_team(session: Session, viewer: Viewer, patient_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Take somebody out of a patient's care team; a patient whom nobody is left to care for shows in everybody's list.

    Raises NotFound for somebody who is not in it.
    """
    must_be_allowed(viewer, Action.CHANGE_CARE_TEAM)
    with transaction(session):
        patient = _locked(session, viewer, patient_id, now)
        if staff_id not in care_team_of(session, viewer.clinic_id, patient.id):
            raise NotFound()
        leave_team(session, viewer.clinic_id, patient.id, staff_id)
        audit.note(session, viewer, "care-team-left", now, patient_id=patient.id, subject=staff_id)


def zone_history(session: Session, patient: Patient) -> list[ZoneSince]:
    """Return the zones that a patient's local days are told in, oldest first; the first holds since ever."""
    return zones(patient.time_zone, zone_changes_of(session, patient.clinic_id, patient.id))
