"""Letters that come back: what a mail server reports of a letter that it, or another behind it, could not deliver."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.errors import NotFound
from rehab_tracker.mail.delivery_report import Report
from rehab_tracker.mail.delivery_trouble import WhyNot
from rehab_tracker.services import audit, delivery_trouble
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.letters import Letter, LetterState, locked_letter
from rehab_tracker.storage.people import fail_address

STILL_BELIEVED = timedelta(hours=48)
"""How long after a letter left a report on it counts: whoever reads it may show its return path to anybody."""

CAME_BACK = "came back: "
"""With this begins what is kept as the last answer of a letter that came back; its status follows."""


class Ignored(Exception):
    """A report that changes nothing; the words say why."""


def take_report(session: Session, viewer: Viewer, letter_id: UUID, report: Report, now: datetime) -> str:
    """Note what was reported about a letter whose signed return path it bears, and return that in words.

    A letter that will not arrive is bounced: admins are told, and the next person of the ladder is written to. Raises
    Ignored where that is known, too old, or about a letter that has not left, NotFound without a letter.
    """
    must_be_allowed(viewer, Action.SEND_LETTERS)
    with transaction(session):
        letter = locked_letter(session, viewer.clinic_id, letter_id)
        if letter is None:
            raise NotFound()
        if letter.sent_at is None:
            raise Ignored("its letter has not left")
        if not letter.sent_at <= now <= letter.sent_at + STILL_BELIEVED:
            raise Ignored("its letter left more than 48 hours ago")
        if letter.bounced_at is not None:
            raise Ignored("it is known already")
        return _noted(session, viewer, letter, report, now)


def _noted(session: Session, viewer: Viewer, letter: Letter, report: Report, now: datetime) -> str:
    if not report.failed:
        audit.note(session, viewer, "letter-reported", now, subject=letter.id)
        return "noted: it is still on its way"
    letter.state, letter.bounced_at = LetterState.BOUNCED, now
    letter.last_answer = f"{CAME_BACK}{report.status or 'no status'}"
    audit.note(session, viewer, "letter-bounced", now, subject=letter.id)
    if report.says_no_such_address and letter.staff_id is not None:
        fail_address(session, viewer.clinic_id, letter.staff_id, letter.address, now)
    session.flush()
    why = WhyNot.NO_SUCH_ADDRESS if report.says_no_such_address else WhyNot.RETURNED
    delivery_trouble.tell_admins(session, viewer, letter, why, now)
    return "bounced: there is no such address" if report.says_no_such_address else "bounced: it did not arrive"
