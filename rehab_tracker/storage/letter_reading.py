"""Letters that belong together: those that wait for one recipient, those that joined one, and those of one thread."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.letters import Letter, LetterState
from rehab_tracker.storage.people import of_person

NOT_LEFT = (LetterState.QUEUED, LetterState.DEFERRED)
"""States in which a letter waits and nobody holds it."""


def is_written(session: Session, letter: Letter) -> bool:
    """Return whether this letter has been written before, by its key."""
    row = Letter
    same = (row.clinic_id == letter.clinic_id, row.kind == letter.kind, row.dedup_key == letter.dedup_key)
    return session.scalar(select(row.id).where(*same, _to_same(letter)).limit(1)) is not None


def _to_same(letter: Letter) -> ColumnElement[bool]:
    """Return the condition of a letter to the same recipient."""
    row = Letter
    return row.patient_id == letter.patient_id if letter.patient_id else row.staff_id == letter.staff_id


def waiting_like(session: Session, letter: Letter, patient_id: UUID | None) -> Letter | None:
    """Return the letter that waits for the same recipient, alike in kind and urgency and due no later, locked.

    Where a patient is named it is about an alert of that patient. Locked, so that nobody leases it before the caller's
    transaction has ended; one that is leased already is none. Without a patient's lock nobody waits for another: what
    is just being changed is none either.
    """
    row = Letter
    wanted = select(row).where(
        row.clinic_id == letter.clinic_id,
        _to_same(letter),
        row.kind == letter.kind,
        row.urgency == letter.urgency,
        row.state.in_(NOT_LEFT),
        row.due_at <= letter.due_at,
        _lives_as_long(letter),
        # A second copy with the same Message-ID may never be shown.
        row.may_have_left == 0,
        row.climbed_at.is_(None),
    )
    if patient_id:
        of_patient = select(Alert.id).where(Alert.clinic_id == letter.clinic_id, Alert.patient_id == patient_id)
        wanted = wanted.where(row.alert_id.in_(of_patient))
    return _locked_first(session, wanted.order_by(row.due_at, row.created_at, row.id), waits=patient_id is not None)


def _lives_as_long(letter: Letter) -> ColumnElement[bool]:
    """Return the condition of a letter that is of use for as long as this one: what joins it ends with it."""
    is_for_ever = Letter.expires_at.is_(None)
    return or_(is_for_ever, Letter.expires_at >= letter.expires_at) if letter.expires_at else is_for_ever


def _locked_first(session: Session, wanted: Select[Letter], waits: bool) -> Letter | None:
    locked = wanted.limit(1).with_for_update(skip_locked=not waits).execution_options(populate_existing=True)
    found: Letter | None = session.scalar(locked)
    return found


def not_left(session: Session, clinic_id: int, alert_id: UUID) -> list[Letter]:
    """Return the letters of an alert that have not left, also those that joined one that has not; locked."""
    return _not_left(session, clinic_id, Letter.alert_id == alert_id)


def not_left_to(session: Session, clinic_id: int, staff_id: UUID, kind: str, begins: str) -> list[Letter]:
    """Return the letters of a kind to somebody, not left yet, whose key begins so; locked."""
    return _not_left(session, clinic_id, _to(staff_id, kind, begins))


def not_left_to_patient(session: Session, clinic_id: int, patient_id: UUID) -> list[Letter]:
    """Return the letters to a patient that have not left, also to the record of a duplicate; locked."""
    return _not_left(session, clinic_id, of_person(Letter.patient_id, clinic_id, patient_id))


def on_their_way(session: Session, clinic_id: int, patient_id: UUID) -> list[Letter]:
    """Return the letters to a patient that a sender holds at this moment; locked."""
    of_patient = of_person(Letter.patient_id, clinic_id, patient_id)
    return _locked(session, Letter.clinic_id == clinic_id, of_patient, Letter.state == LetterState.LEASED)


def last_to(session: Session, clinic_id: int, staff_id: UUID, kind: str, begins: str) -> Letter | None:
    """Return the letter of a kind to somebody that was written last of those whose key begins so."""
    wanted = select(Letter).where(Letter.clinic_id == clinic_id, _to(staff_id, kind, begins))
    return session.scalar(wanted.order_by(Letter.created_at.desc(), Letter.id).limit(1))


def _to(staff_id: UUID, kind: str, begins: str) -> ColumnElement[bool]:
    return and_(Letter.staff_id == staff_id, Letter.kind == kind, Letter.dedup_key.like(f"{begins}%"))


def _not_left(session: Session, clinic_id: int, which: ColumnElement[bool]) -> list[Letter]:
    """Lock first what joined: while we wait for it, it may have taken the place of the letter that it joined."""
    row = Letter
    joined = _locked(session, row.clinic_id == clinic_id, which, row.state == LetterState.JOINED)
    hosts = row.id.in_({each.joined_to for each in joined})
    waiting = set(session.scalars(select(row.id).where(row.clinic_id == clinic_id, hosts, row.state.in_(NOT_LEFT))))
    alone = _locked(session, row.clinic_id == clinic_id, which, row.state.in_(NOT_LEFT))
    return [each for each in joined if each.joined_to in waiting] + alone


def _locked(session: Session, *which: ColumnElement[bool]) -> list[Letter]:
    wanted = select(Letter).where(*which).order_by(Letter.id).with_for_update()
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def joined_to(session: Session, clinic_id: int, letter_id: UUID, locked: bool = False) -> list[Letter]:
    """Return the letters that are told of in this one, oldest first; ``locked`` where they are changed."""
    row = Letter
    of_host: tuple[ColumnElement[bool], ...] = (row.clinic_id == clinic_id, row.joined_to == letter_id)
    wanted = select(row).where(*of_host, row.state == LetterState.JOINED)
    fresh = wanted.order_by(row.created_at, row.id).execution_options(populate_existing=True)
    return list(session.scalars(fresh.with_for_update() if locked else fresh))


def who_heard(session: Session, clinic_id: int, alert_id: UUID, since: datetime) -> set[UUID]:
    """Return the staff who were told of an alert since then, or are being told: by its own letter, or one it joined."""
    row, told = Letter, aliased(Letter)
    wanted = (
        select(row.staff_id)
        .join(told, (told.clinic_id == row.clinic_id) & (told.id == func.coalesce(row.joined_to, row.id)))
        .where(row.clinic_id == clinic_id, row.alert_id == alert_id, row.state != LetterState.CANCELLED)
        .where(told.state.in_((LetterState.LEASED, LetterState.SENT)), row.created_at >= since)
    )
    return {staff_id for staff_id in session.scalars(wanted) if staff_id}


def first_of_thread(session: Session, alert_id: UUID, letter: Letter) -> str | None:
    """Return the Message-ID of the first letter about this alert to the same recipient; None where there is none."""
    row = Letter
    wanted = select(row).where(
        row.clinic_id == letter.clinic_id,
        row.staff_id == letter.staff_id,
        row.alert_id == alert_id,
        row.state != LetterState.CANCELLED,
    )
    first = session.scalar(wanted.order_by(row.created_at, row.id).limit(1))
    if first is not None and first.joined_to:
        first = session.get(Letter, (first.clinic_id, first.joined_to))
    return None if first is None else first.in_reply_to or first.message_id


def last_written(session: Session, clinic_id: int, staff_id: UUID, kinds: tuple[str, ...]) -> datetime | None:
    """Return when the last letter of these kinds was written to somebody."""
    row = Letter
    wanted = select(row.created_at).where(row.clinic_id == clinic_id, row.staff_id == staff_id, row.kind.in_(kinds))
    return session.scalar(wanted.order_by(row.created_at.desc()).limit(1))
