"""Asking a colleague to take an alert, by letter. Of these letters the ladder knows nothing: it climbs as before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.mail.letters import LetterKind
from rehab_tracker.services.letters import UNDO, URGENT, add, call_off, to_staff
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.letter_reading import first_of_thread, last_to, not_left_to
from rehab_tracker.storage.letters import LetterState
from rehab_tracker.storage.people import Staff


def ask(session: Session, alert: Alert, now: datetime) -> None:
    """Write to whoever was asked to take an alert, within the caller's transaction; it leaves after the time to undo.

    Several such letters that wait for one person become one. To an address that fails none is written.
    """
    assert alert.assigned_to is not None
    staff = session.get_one(Staff, (alert.clinic_id, alert.assigned_to))
    if staff.address_failed_at:
        return
    letter = to_staff(staff, LetterKind.ASSIGNED, f"{alert.id}:{alert.version}", URGENT, now + UNDO, now)
    home = f"/c/{session.get_one(Clinic, alert.clinic_id).slug}/alerts"
    letter.values = {"level": str(alert.level), "path": f"{home}/{alert.id}", "list": home}
    letter.reference, letter.in_reply_to = alert.reference, first_of_thread(session, alert.id, letter)
    add(session, letter)


def take_back(session: Session, alert: Alert) -> None:
    """Cancel what has not left of the letter that asks somebody to take an alert, within the caller's transaction.

    Call it while the alert still says who was asked.
    """
    if alert.assigned_to is not None:
        call_off(session, not_left_to(session, *_to_whom(alert)))


def ask_again(session: Session, alert: Alert, now: datetime) -> None:
    """Write anew to whoever is asked to take an alert where that letter was taken back, for the caller to commit."""
    if alert.assigned_to is not None:
        last = last_to(session, *_to_whom(alert))
        if last is not None and last.state is LetterState.CANCELLED:
            ask(session, alert, now)


def _to_whom(alert: Alert) -> tuple[int, UUID, str, str]:
    assert alert.assigned_to is not None
    return alert.clinic_id, alert.assigned_to, LetterKind.ASSIGNED, f"{alert.id}:"
