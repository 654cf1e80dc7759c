"""Mail to a patient who chose it: time for the diary, and the clinic has answered. Never more than that it is so."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.person import Activity
from rehab_tracker.mail.letters import LetterKind
from rehab_tracker.services.asking import asked_on
from rehab_tracker.services.letters import add, to_patient
from rehab_tracker.services.patient_address import address_failed_at
from rehab_tracker.storage.calls import CallAnswer
from rehab_tracker.storage.digest_counts import who_logged
from rehab_tracker.storage.people import Patient, patient_of

OF_USE = timedelta(hours=2)
"""How long a reminder may wait to be sent; later in the evening it only disturbs (house rule)."""


def remind(session: Session, viewer: Viewer, patient_id: UUID, for_date: date, now: datetime) -> int:
    """Write a patient's reminder of a local day within the caller's transaction; return how many letters that made.

    It makes none for who did not choose mails or a time, is not asked on that day, or has logged it already.
    """
    must_be_allowed(viewer, Action.SEND_LETTERS)
    patient = patient_of(session, viewer.clinic_id, patient_id)
    if patient is None or patient.merged_into or patient.state.stops(Activity.REMINDING) or not patient.reminder_at:
        return 0
    if not asked_on(session, [patient], for_date) or who_logged(session, viewer.clinic_id, [patient.id], for_date):
        return 0
    return _write(session, patient, LetterKind.REMINDER, for_date.isoformat(), now, now + OF_USE)


def tell_answered(session: Session, patient: Patient, answer: CallAnswer, now: datetime) -> int:
    """Write to a patient that the clinic has answered, within the caller's transaction; return how many letters.

    It makes none for who has moved or died: nobody would read the answer in the app.
    """
    if patient.state.stops(Activity.ACCEPTING):
        return 0
    return _write(session, patient, LetterKind.ANSWERED, str(answer.entry_id), now, None)


def _write(
    session: Session, patient: Patient, kind: LetterKind, key: str, now: datetime, expires_at: datetime | None
) -> int:
    if not patient.mails or not patient.email or address_failed_at(session, patient):
        return 0
    return int(add(session, to_patient(patient, kind, key, now, expires_at)))
