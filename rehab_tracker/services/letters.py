"""Letters: written with the alert they are about, leased, sent, then marked, and never before the server's 250."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import uuid4

from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.domain.access import CLINICIANS, Action, Role, Viewer, must_be_allowed, system
from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.mail.language import gettext_in
from rehab_tracker.mail.letters import RED_FLAG_HOURS, URGENT_HOURS, LetterKind, in_words
from rehab_tracker.mail.letters import Letter as LetterWords
from rehab_tracker.mail.post import Envelope, Post, Undelivered, message
from rehab_tracker.services import audit
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.database import under_clinic
from rehab_tracker.storage.letters import (
    Letter,
    LetterState,
    any_left,
    cancel_waiting,
    clinics_with_due_letters,
    lease_one,
    mark,
)
from rehab_tracker.storage.people import Staff, care_team_of, staff_of_clinic

UNDO = timedelta(minutes=2)
"""How long a letter waits, so that a mistaken entry can be taken back before anything leaves; red flags don't wait."""

LEASE = timedelta(minutes=10)
"""Longer than a whole conversation with the server, each step of which may take a minute."""

RETRIES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30)) + (timedelta(hours=1),) * 24 + (timedelta(hours=4),) * 24
"""Waits after the first, second, … attempt that failed but may pass; after the last, 5 days on, the letter is dead."""

WRITING_TRIES = 5
"""How often a letter that can't be put into words is tried before it is dead: the fault may be mended meanwhile."""

LONGEST_ANSWER = 500

Now = Callable[[], datetime]


def write(session: Session, alert: Alert, now: datetime) -> None:
    """Write the letters of an alert within the caller's transaction, one for each who must know; info makes none."""
    if alert.level is Level.INFO:
        return
    clinic = session.get_one(Clinic, alert.clinic_id)
    for staff in _recipients(session, alert):
        session.add(
            Letter(
                clinic_id=alert.clinic_id,
                alert_id=alert.id,
                staff_id=staff.id,
                kind=LetterKind.ALERT,
                dedup_key=f"{alert.id}:{alert.version}",
                address=staff.email,
                language=staff.language,
                reference=alert.reference,
                values=_values(alert, clinic.slug),
                message_id=uuid4().hex,
                due_at=now if alert.rule is Rule.RED_FLAG else now + UNDO,
                created_at=now,
            )
        )


def _values(alert: Alert, slug: str) -> dict[str, object]:
    hours = RED_FLAG_HOURS if alert.rule is Rule.RED_FLAG else URGENT_HOURS
    return {"level": str(alert.level), "hours": hours, "path": f"/c/{slug}/alerts/{alert.id}"}


def _recipients(session: Session, alert: Alert) -> list[Staff]:
    """Return the nurses of the care team; where there are none, the next nearest: somebody, while there is anybody."""
    staff = staff_of_clinic(session, alert.clinic_id)
    team = care_team_of(session, alert.clinic_id, alert.patient_id)
    nearest = (
        [s for s in staff if s.id in team and s.role is Role.NURSE],
        [s for s in staff if s.id in team],
        [s for s in staff if s.role is Role.NURSE],
        [s for s in staff if s.role in CLINICIANS],
        staff,
    )
    return next((found for found in nearest if found), [])


def cancel(session: Session, alert: Alert) -> None:
    """Cancel the letters of an alert that have not been leased yet, within the caller's transaction."""
    cancel_waiting(session, alert.clinic_id, alert.id)


def write_again(session: Session, alert: Alert, now: datetime) -> None:
    """Let what has not left yet of a lowered alert say its level now; who has a letter already needs no second."""
    cancel(session, alert)
    if not any_left(session, alert.clinic_id, alert.id):
        write(session, alert, now)


def due_clinics(session: Session, now: datetime) -> list[int]:
    """Return the clinics that have a letter to send."""
    with transaction(session):
        return clinics_with_due_letters(session, now)


def lease(session: Session, viewer: Viewer, now: datetime) -> Letter | None:
    """Lease the letter longest due for 10 minutes and return it, or None when there is none."""
    must_be_allowed(viewer, Action.SEND_LETTERS)
    with transaction(session):
        return lease_one(session, viewer.clinic_id, now, LEASE, uuid4())


def mark_sent(session: Session, viewer: Viewer, letter: Letter, answer: str, now: datetime) -> bool:
    """Mark a leased letter as sent; False when its lease had passed on, so that somebody may send a second copy."""
    must_be_allowed(viewer, Action.SEND_LETTERS)
    with transaction(session):
        is_ours = _mark(session, viewer, letter, LetterState.SENT, answer, sent_at=now)
        audit.note(session, viewer, "letter-sent", now, subject=letter.id)
    return is_ours


def mark_failed(session: Session, viewer: Viewer, letter: Letter, failure: Undelivered, now: datetime) -> LetterState:
    """Mark a leased letter after a failed attempt and return what becomes of it: deferred, bounced or dead."""
    must_be_allowed(viewer, Action.SEND_LETTERS)
    state, due_at = next_state(letter.attempts, failure, now)
    with transaction(session):
        _mark(session, viewer, letter, state, failure.answer, due_at=due_at)
        audit.note(session, viewer, f"letter-{state}", now, subject=letter.id)
    return state


def next_state(attempts: int, failure: Undelivered, now: datetime) -> tuple[LetterState, datetime | None]:
    """Return what becomes of a letter after its n-th attempt failed, and when it is tried again."""
    if failure.passing and attempts <= len(RETRIES):
        return LetterState.DEFERRED, now + RETRIES[attempts - 1]
    return (LetterState.BOUNCED if failure.bounced else LetterState.DEAD), None


def _mark(
    session: Session,
    viewer: Viewer,
    letter: Letter,
    state: LetterState,
    answer: str,
    sent_at: datetime | None = None,
    due_at: datetime | None = None,
) -> bool:
    assert letter.lease_id is not None
    said = answer[:LONGEST_ANSWER]
    return mark(
        session, viewer.clinic_id, letter.id, letter.lease_id, state, sent_at=sent_at, due_at=due_at, answer=said
    )


def deliver(
    sessions: sessionmaker[Session],
    post: Post,
    sender: str,
    base_url: str,
    now: Now,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Send every letter that is due, clinic by clinic, and return how many the server took.

    Each is leased, sent and marked, in three steps that are never one transaction: the server's answer comes between.
    Once ``stopping`` says so, no further letter is leased.
    """
    with sessions() as session:
        clinics = due_clinics(session, now())
    return sum(_deliver_clinic(sessions, clinic_id, post, sender, base_url, now, stopping) for clinic_id in clinics)


def _deliver_clinic(
    sessions: sessionmaker[Session],
    clinic_id: int,
    post: Post,
    sender: str,
    base_url: str,
    now: Now,
    stopping: Callable[[], bool],
) -> int:
    sent = 0
    with sessions() as session:
        under_clinic(session, clinic_id)
        viewer = system(clinic_id)
        while not stopping() and (letter := lease(session, viewer, now())):
            sent += _deliver_one(session, viewer, letter, post, sender, base_url, now)
    return sent


def _deliver_one(
    session: Session, viewer: Viewer, letter: Letter, post: Post, sender: str, base_url: str, now: Now
) -> bool:
    try:
        answer = post.send(_written(letter, sender, base_url, now()))
    except Undelivered as failure:
        mark_failed(session, viewer, letter, failure, now())
        return False
    return mark_sent(session, viewer, letter, answer, now())


def _written(letter: Letter, sender: str, base_url: str, now: datetime) -> EmailMessage:
    """Return the whole message; one that can't be written fails alone, a few times, and holds up no other."""
    host = sender.rpartition("@")[2].rstrip(">")
    envelope = Envelope(sender, letter.address, f"<{letter.message_id}@{host}>", letter.language)
    try:
        level, hours = Level(letter.values["level"]), letter.values["hours"]
        words = LetterWords(level, hours, letter.reference or "", base_url + letter.values["path"])
        return message(envelope, in_words(words, gettext_in(letter.language)), now)
    except Exception as fault:
        raise Undelivered(type(fault).__name__, passing=letter.attempts < WRITING_TRIES) from fault
