"""A patient's e-mail address: whether mail to it comes back, until somebody says anew where mail should go.

What tells is the letters themselves: the clock, which learns of it, may not change a patient.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from rehab_tracker.mail.answers import is_no_such_address, status_of
from rehab_tracker.services.bounces import CAME_BACK
from rehab_tracker.services.letters import call_off
from rehab_tracker.storage.letter_reading import not_left_to_patient, on_their_way
from rehab_tracker.storage.letters import Letter, bounced_letters
from rehab_tracker.storage.people import Patient

TRIED_AGAIN = "tried_again_at"
"""What a bounced letter is marked with once the address, or the wish for mail, was given anew."""


def address_failed_at(session: Session, patient: Patient) -> datetime | None:
    """Return since when there is no mailbox at a patient's address, None where nothing says so.

    Belongs to the caller's transaction. Once the address, or the wish for mail, is given anew, it is tried again.
    """
    if not patient.email:
        return None
    letters = bounced_letters(session, patient.clinic_id, patient.id, patient.email)
    failed = (_failed_at(letter) for letter in letters if TRIED_AGAIN not in letter.values)
    return min((at for at in failed if at), default=None)


def _failed_at(letter: Letter) -> datetime | None:
    if letter.sent_at is None:
        # The server refused the recipient at once, when the letter was due.
        return letter.due_at
    said = (letter.last_answer or "").removeprefix(CAME_BACK)
    return letter.bounced_at if is_no_such_address(status_of(said)) else None


def try_again(session: Session, patient: Patient, now: datetime) -> None:
    """Let mail go to a patient's address again, whatever came back from it, within the caller's transaction."""
    for letter in bounced_letters(session, patient.clinic_id, patient.id, patient.email or ""):
        letter.values = {TRIED_AGAIN: now.isoformat(), **letter.values}


def letters_follow(session: Session, patient: Patient, now: datetime) -> None:
    """Let what has not left go to a patient's present address, or nowhere where no mail is wanted any more.

    Belongs to the caller's transaction, which holds the patient's lock. What is being sent at this moment is not tried
    once more.
    """
    for letter in on_their_way(session, patient.clinic_id, patient.id):
        letter.expires_at = now
    waiting = not_left_to_patient(session, patient.clinic_id, patient.id)
    if not patient.mails or not patient.email:
        call_off(session, waiting)
    for letter in waiting:
        letter.address = patient.email or letter.address
