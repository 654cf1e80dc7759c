"""Letters: mails waiting in or gone from the outbox. A letter is leased, sent, then marked; a lease that ran out is
taken over, because a lost clinical letter is worse than a second copy with the same Message-ID."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Index, UniqueConstraint, and_, bindparam, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column
from sqlalchemy.types import String

from rehab_tracker.storage.columns import Code, Count, Json, Line
from rehab_tracker.storage.database import Base, OfClinic, points_to


class LetterState(StrEnum):
    """Where a letter is: waiting (queued, leased, deferred) or at its end."""

    QUEUED = "queued"
    LEASED = "leased"
    SENT = "sent"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    DEAD = "dead"
    CANCELLED = "cancelled"


WAITING = (LetterState.QUEUED, LetterState.LEASED, LetterState.DEFERRED)
WAITING_INDEX = text("state IN ('queued', 'leased', 'deferred')")


class Letter(OfClinic, Base):
    """A mail to one member of staff; ``dedup_key`` is what makes a second writing of it the same letter.

    ``values`` and everything else here holds no health data and no patient's identity.
    """

    __tablename__ = "letter"
    __table_args__ = (
        points_to("staff", "staff_id"),
        points_to("alert", "alert_id"),
        UniqueConstraint("clinic_id", "staff_id", "kind", "dedup_key"),
        UniqueConstraint("clinic_id", "message_id"),
        Index("ix_letter_due_at", "clinic_id", "due_at", sqlite_where=WAITING_INDEX, postgresql_where=WAITING_INDEX),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    alert_id: Mapped[UUID | None]
    staff_id: Mapped[UUID]
    kind: Mapped[Code]
    dedup_key: Mapped[Line]
    address: Mapped[Line]
    language: Mapped[Code]
    reference: Mapped[str | None] = mapped_column(String(5))
    values: Mapped[Json] = mapped_column(default=dict)
    message_id: Mapped[Line]
    state: Mapped[LetterState] = mapped_column(default=LetterState.QUEUED)
    due_at: Mapped[datetime]
    lease_id: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[Count] = mapped_column(default=0)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_answer: Mapped[str | None]


def _is_due(row: type[Letter], now: datetime) -> ColumnElement[bool]:
    """Return the condition of a letter to send: its time has come, or whoever leased it has not been heard of."""
    waits = row.state.in_(bindparam("waiting", WAITING, expanding=True, literal_execute=True))
    not_leased = and_(row.state != LetterState.LEASED, row.due_at <= now)
    return and_(waits, or_(not_leased, row.leased_until <= now))


def clinics_with_due_letters(session: Session, now: datetime) -> list[int]:
    """Return the clinics that have a letter to send, of all clinics; on PostgreSQL only the jobs role sees them."""
    wanted = select(Letter.clinic_id).where(_is_due(Letter, now)).distinct().order_by(Letter.clinic_id)
    return list(session.scalars(wanted.execution_options(across_clinics=True)))


def lease_one(session: Session, clinic_id: int, now: datetime, lease: timedelta, lease_id: UUID) -> Letter | None:
    """Return the letter longest due, leased under ``lease_id`` until now + lease, or None when there is none.

    One statement, so that no two senders get the same letter; commit before sending.
    """
    row = aliased(Letter)
    chosen = (
        select(row.id)
        .where(row.clinic_id == clinic_id, _is_due(row, now))
        .order_by(row.due_at, row.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    leased = (
        update(Letter)
        .where(Letter.clinic_id == clinic_id, Letter.id == chosen.scalar_subquery())
        .values(state=LetterState.LEASED, lease_id=lease_id, leased_until=now + lease, attempts=Letter.attempts + 1)
        .returning(Letter)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return session.scalar(leased)


def mark(
    session: Session,
    clinic_id: int,
    letter_id: UUID,
    lease_id: UUID,
    state: LetterState,
    *,
    sent_at: datetime | None = None,
    due_at: datetime | None = None,
    answer: str | None = None,
) -> bool:
    """Mark a letter after an attempt and return True, or return False when the lease has passed to somebody else.

    ``sent_at`` goes with ``sent``, ``due_at`` (the next try) with ``deferred``; ``answer`` is the server's.
    """
    new: dict[str, object] = {"state": state, "sent_at": sent_at, "last_answer": answer, "leased_until": None}
    marked = session.execute(
        update(Letter)
        .where(Letter.clinic_id == clinic_id, Letter.id == letter_id, Letter.lease_id == lease_id)
        .where(Letter.state == LetterState.LEASED)
        .values(new | ({"due_at": due_at} if due_at else {}))
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return marked.scalar() is not None


def cancel_waiting(session: Session, clinic_id: int, alert_id: UUID) -> None:
    """Cancel the letters of an alert that nobody has leased or sent yet."""
    waiting = (Letter.state == LetterState.QUEUED) | (Letter.state == LetterState.DEFERRED)
    session.execute(
        update(Letter)
        .where(Letter.clinic_id == clinic_id, Letter.alert_id == alert_id, waiting)
        .values(state=LetterState.CANCELLED)
        .execution_options(synchronize_session=False)
    )


def any_left(session: Session, clinic_id: int, alert_id: UUID) -> bool:
    """Return whether a letter of this alert is with a sender or gone."""
    of_alert = (Letter.clinic_id == clinic_id, Letter.alert_id == alert_id)
    left = (Letter.state == LetterState.LEASED) | (Letter.state == LetterState.SENT)
    return session.scalar(select(Letter.id).where(*of_alert, left).limit(1)) is not None
