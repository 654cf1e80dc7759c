"""Letters that belong together: those that wait for one recipient, those that joined one, and those of one thread."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.letters import Letter, LetterState

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
    transaction has ended; one that is leased already is none.
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
    return _locked_first(session, wanted.order_by(row.due_at, row.created_at, row.id))


def _lives_as_long(letter: Letter) -> ColumnElement[bool]:
    """Return the condition of a letter that is of use for as long as this one: what joins it ends with it."""
    is_for_ever = Letter.expires_at.is_(None)
    return or_(is_for_ever, Letter.expires_at >= letter.expires_at) if letter.expires_at else is_for_ever


def _locked_first(session: Session, wanted: object) -> Letter | None:
    locked = wanted.limit(1).with_for_update().execution_options(populate_existing=True)  # type: ignore[attr-defined]
    found: Letter | None = session.scalar(locked)
    return found


def not_left(session: Session, clinic_id: int, alert_id: UUID) -> list[Letter]:
    """Return the letters of an alert that have not left, also those that joined one that has not; locked."""
    row, host = Letter, aliased(Letter)
    of_alert = (row.clinic_id == clinic_id, row.alert_id == alert_id)
    alone = select(row).where(*of_alert, row.state.in_(NOT_LEFT)).order_by(row.id)
    joined = (
        select(row)
        .join(host, (host.clinic_id == row.clinic_id) & (host.id == row.joined_to))
        .where(*of_alert, row.state == LetterState.JOINED, host.state.in_(NOT_LEFT))
        .order_by(row.id)
    )
    found: list[Letter] = []
    for wanted in (alone, joined):
        locked = wanted.with_for_update().execution_options(populate_existing=True)
        found += session.scalars(locked)
    return found


def joined_to(session: Session, clinic_id: int, letter_id: UUID) -> list[Letter]:
    """Return the letters that are told of in this one, oldest first."""
    row = Letter
    of_host: tuple[ColumnElement[bool], ...] = (row.clinic_id == clinic_id, row.joined_to == letter_id)
    wanted = select(row).where(*of_host, row.state == LetterState.JOINED)
    fresh = wanted.order_by(row.created_at, row.id).execution_options(populate_existing=True)
    return list(session.scalars(fresh))


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
