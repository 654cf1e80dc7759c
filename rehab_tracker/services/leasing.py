"""Letters in a sender's hand: leased, and marked after the attempt as sent, to be tried again, or ended."""

import re
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.mail.answers import Trouble, Undelivered, kept
from rehab_tracker.mail.delivery_trouble import WhyNot
from rehab_tracker.mail.retries import WRITING_TRIES, wait_after
from rehab_tracker.services import audit, delivery_trouble
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.database import read_only
from rehab_tracker.storage.letters import (
    Letter,
    LetterState,
    clinics_with_due_letters,
    expire_waiting,
    give_back,
    lease_one,
    mark,
)
from rehab_tracker.storage.people import fail_address

LOG = structlog.get_logger("rehab_tracker.letters")

LEASE = timedelta(minutes=10)
"""Longer than a whole conversation with the server, so that nobody else sends a letter that is being sent."""

WHY_NOT = {Trouble.NO_SUCH_ADDRESS: WhyNot.NO_SUCH_ADDRESS, Trouble.UNWRITTEN: WhyNot.UNWRITTEN}
"""What administrators read of a letter that ended; all else means that the server did not take it."""


UNWRITTEN = re.compile(r"Not put into words, try (\d+): ")
"""How what is kept of a letter begins that can't be written; no mail server's answer begins so."""


def due_clinics(session: Session, now: datetime) -> list[int]:
    """Return the clinics that have a letter to send, the most urgent first."""
    with transaction(read_only(session)):
        return clinics_with_due_letters(session, now)


def lease(session: Session, viewer: Viewer, now: datetime) -> Letter | None:
    """Lease the most urgent letter, longest due, for 10 minutes and return it, or None when there is none.

    Those that are of no use any more are ended before.
    """
    must_be_allowed(viewer, Action.SEND_LETTERS)
    with transaction(session):
        for ended in expire_waiting(session, viewer.clinic_id, now):
            audit.note(session, viewer, "letter-expired", now, subject=ended)
        letter = lease_one(session, viewer.clinic_id, now, LEASE, uuid4())
    if letter is not None:
        # It is what was leased: what a later transaction undoes must not touch it.
        session.expunge(letter)
    return letter


def mark_sent(session: Session, viewer: Viewer, letter: Letter, answer: str, now: datetime) -> bool:
    """Mark a leased letter as sent; False when its lease had passed on, so that somebody may send a second copy."""
    must_be_allowed(viewer, Action.SEND_LETTERS)
    with transaction(session):
        is_ours = _mark(session, viewer, letter, LetterState.SENT, answer, sent_at=now)
        audit.note(session, viewer, "letter-sent", now, subject=letter.id)
    return is_ours


def mark_failed(session: Session, viewer: Viewer, letter: Letter, failure: Undelivered, now: datetime) -> LetterState:
    """Mark a leased letter after a failed attempt and return what becomes of it.

    Deferred, bounced or dead; what ends is told to the admins. Where no letter could be sent, it waits as before. How
    often in a row it could not be put into words is kept: what the server refuses is no such try.
    """
    must_be_allowed(viewer, Action.SEND_LETTERS)
    state, due_at = next_state(letter, failure, now)
    with transaction(session):
        if state is LetterState.QUEUED:
            give_back(session, viewer.clinic_id, letter.id, _lease_of(letter))
            return state
        left = failure.may_have_left
        answer = _unwritten(letter, failure) if failure.trouble is Trouble.UNWRITTEN else failure.answer
        is_ours = _mark(session, viewer, letter, state, answer, due_at=due_at, may_have_left=left)
        audit.note(session, viewer, f"letter-{state}", now, subject=letter.id)
        if is_ours and due_at is None:
            _ended(session, viewer, letter, state, WHY_NOT.get(failure.trouble, WhyNot.NOT_TAKEN), now)
    return state


def _ended(session: Session, viewer: Viewer, letter: Letter, state: LetterState, why: WhyNot, now: datetime) -> None:
    if state is LetterState.BOUNCED and letter.staff_id is not None:
        fail_address(session, viewer.clinic_id, letter.staff_id, letter.address, now)
    delivery_trouble.tell_admins(session, viewer, letter, why, now)
    LOG.error("letter-ended", letter=str(letter.id), state=state)


def next_state(letter: Letter, failure: Undelivered, now: datetime) -> tuple[LetterState, datetime | None]:
    """Return what becomes of a letter after its n-th attempt failed (queued: as before), and when it is tried again."""
    trouble = failure.trouble
    if trouble is Trouble.NO_WAY:
        return LetterState.QUEUED, None
    passing = trouble in (Trouble.PASSING, Trouble.OUT_OF_REACH)
    wait = wait_after(letter.attempts, letter.id)
    if wait and (passing or (trouble is Trouble.UNWRITTEN and _tries_to_write(letter) + 1 < WRITING_TRIES)):
        return LetterState.DEFERRED, now + wait
    return (LetterState.BOUNCED if trouble is Trouble.NO_SUCH_ADDRESS else LetterState.DEAD), None


def _tries_to_write(letter: Letter) -> int:
    """Return how often in a row a letter could not be put into words before this attempt."""
    said = UNWRITTEN.match(letter.last_answer or "")
    return int(said[1]) if said else 0


def _unwritten(letter: Letter, failure: Undelivered) -> str:
    return f"Not put into words, try {_tries_to_write(letter) + 1}: {failure.answer}"


def _mark(
    session: Session,
    viewer: Viewer,
    letter: Letter,
    state: LetterState,
    answer: str,
    sent_at: datetime | None = None,
    due_at: datetime | None = None,
    may_have_left: bool = False,
) -> bool:
    return mark(
        session,
        viewer.clinic_id,
        letter.id,
        _lease_of(letter),
        state,
        sent_at=sent_at,
        due_at=due_at,
        answer=kept(answer),
        may_have_left=may_have_left,
    )


def _lease_of(letter: Letter) -> UUID:
    assert letter.lease_id is not None
    return letter.lease_id
