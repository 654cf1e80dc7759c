"""Calls: staff answer a patient who asked to be called; a try that reached nobody is kept, and the patient waits on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.call_request import LONGEST_NOTE, CallOutcome
from rehab_tracker.domain.errors import NotFound, WrongState
from rehab_tracker.domain.strict_json import checked_text
from rehab_tracker.services import audit
from rehab_tracker.services.reach import lock_records, must_reach_patient
from rehab_tracker.services.reminders import tell_answered
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.calls import CallAnswer, calls_of


def answer_call(
    session: Session,
    viewer: Viewer,
    patient_id: UUID,
    entry_id: UUID,
    outcome: CallOutcome,
    note: str,
    now: datetime,
) -> CallAnswer:
    """Keep what became of a request to be called, and return it; ``entry_id`` is the request's own id.

    Raises NotFound for a request that was withdrawn or never made, WrongState for one that is answered already.
    """
    must_be_allowed(viewer, Action.ANSWER_CALL)
    assert viewer.person is not None
    said = checked_text(note.strip(), LONGEST_NOTE)
    with transaction(session):
        patient = must_reach_patient(session, viewer, patient_id, now)
        # Under the lock, so that of two who answer at once the second hears of the first.
        patient = lock_records(session, viewer.clinic_id, patient.id).kept
        calls = calls_of(session, viewer.clinic_id, [patient.id]).get(patient.id, [])
        call = next((call for call in calls if call.entry_id == entry_id), None)
        if call is None:
            raise NotFound()
        if not call.is_open:
            raise WrongState(state=str(call.answers[-1].outcome))
        answer = CallAnswer(
            clinic_id=viewer.clinic_id,
            patient_id=call.patient_id,
            entry_id=entry_id,
            outcome=outcome,
            note=said,
            answered_by=viewer.person,
            answered_at=now,
        )
        session.add(answer)
        session.flush()
        if outcome is not CallOutcome.CALLED:
            tell_answered(session, patient, answer, now)
        audit.note(session, viewer, "call-answered", now, patient_id=patient.id, subject=entry_id)
    return answer
