"""Who may reach a patient's record: the care team, and other clinicians of the clinic after giving a reason."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed, must_reach
from rehab_tracker.domain.errors import InvalidValue, NotFound, NotReady
from rehab_tracker.domain.strict_json import checked_text
from rehab_tracker.services import audit
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.merging import Records, kept_record_of, locked_records
from rehab_tracker.storage.people import Patient, RecordOpening, care_team_of, opened_for

OPEN_FOR = timedelta(hours=1)
"""How long a reason holds; then it is asked for again."""
SHORTEST_REASON = 5
LONGEST_REASON = 280


def must_reach_patient(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Patient:
    """Return a patient whom this viewer may see; a duplicate leads to the record that is kept, whose id goes on.

    Raises NotFound for a patient of another clinic or none, ReasonNeeded for a clinician outside the care team.
    """
    patient = kept_record_of(session, viewer.clinic_id, patient_id)
    if patient is None:
        raise NotFound()
    team = care_team_of(session, viewer.clinic_id, patient.id)
    given = viewer.person is not None and opened_for(session, viewer.clinic_id, viewer.person, patient.id, now)
    must_reach(viewer, team, given)
    return patient


def lock_records(session: Session, clinic_id: int, patient_id: UUID) -> Records:
    """Return a patient's kept and own record, locked until the transaction ends.

    Raises NotFound for a patient of another clinic or none, NotReady where they were joined while we waited.
    """
    records = locked_records(session, clinic_id, patient_id)
    if records:
        return records
    if kept_record_of(session, clinic_id, patient_id) is None:
        raise NotFound()
    raise NotReady("Two records are being joined. Try again in a minute.", code="try-again")


def give_reason(session: Session, viewer: Viewer, patient_id: UUID, reason: str, now: datetime) -> None:
    """Open a record to a clinician outside the care team for an hour; the patient will see who and why.

    Raises NotFound for a patient of another clinic, InvalidValue for a reason below 5 or above 280 characters.
    """
    must_be_allowed(viewer, Action.GIVE_REASON)
    said = checked_text(reason.strip(), LONGEST_REASON)
    if len(said) < SHORTEST_REASON:
        raise InvalidValue("Say in a few words why you need to open the record.", code="too-short")
    with transaction(session):
        patient = kept_record_of(session, viewer.clinic_id, patient_id)
        if patient is None:
            raise NotFound()
        session.add(
            RecordOpening(
                clinic_id=viewer.clinic_id,
                staff_id=viewer.person,
                patient_id=patient.id,
                reason=said,
                opened_at=now,
                expires_at=now + OPEN_FOR,
            )
        )
        audit.note(session, viewer, "record-opened-with-reason", now, patient_id=patient.id)
