"""Who may reach a patient's record: the care team, and other clinicians of the clinic after giving a reason."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed, must_reach
from rehab_tracker.domain.errors import InvalidValue, NotFound
from rehab_tracker.domain.strict_json import checked_text
from rehab_tracker.services import audit
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.people import Patient, RecordOpening, care_team_of, opened_for, patient_of

OPEN_FOR = timedelta(hours=1)
"""How long a reason holds; then it is asked for again."""
SHORTEST_REASON = 5
LONGEST_REASON = 280


def must_reach_patient(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Patient:
    """Return a patient whom this viewer may see.

    Raises NotFound for a patient of another clinic or none, ReasonNeeded for a clinician outside the care team.
    """
    patient = patient_of(session, viewer.clinic_id, patient_id)
    if patient is None:
        raise NotFound()
    team = care_team_of(session, viewer.clinic_id, patient_id)
    given = viewer.person is not None and opened_for(session, viewer.clinic_id, viewer.person, patient_id, now)
    must_reach(viewer, team, given)
    return patient


def give_reason(session: Session, viewer: Viewer, patient_id: UUID, reason: str, now: datetime) -> None:
    """Open a record to a clinician outside the care team for an hour; the patient will see who and why.

    Raises NotFound for a patient of another clinic, InvalidValue for a reason below 5 or above 280 characters.
    """
    must_be_allowed(viewer, Action.GIVE_REASON)
    said = checked_text(reason.strip(), LONGEST_REASON)
    if len(said) < SHORTEST_REASON:
        raise InvalidValue("Say in a few words why you need to open the record.", code="too-short")
    with transaction(session):
        if patient_of(session, viewer.clinic_id, patient_id) is None:
            raise NotFound()
        session.add(
            RecordOpening(
                clinic_id=viewer.clinic_id,
                staff_id=viewer.person,
                patient_id=patient_id,
                reason=said,
                opened_at=now,
                expires_at=now + OPEN_FOR,
            )
        )
        audit.note(session, viewer, "record-opened-with-reason", now, patient_id=patient_id)
