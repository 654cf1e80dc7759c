"""Letters: mails waiting in or gone from the outbox. A letter is leased, sent, then marked; a lease that ran out is
taken over, because a lost clinical letter is worse than a second copy with the same Message-ID."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column
from sqlalchemy.types import String

from rehab_tracker.storage.columns import Code, Count, Json, Line, Rung
from rehab_tracker.storage.database import Base, OfClinic, points_to


class LetterState(StrEnum):
    """Where a letter is: waiting (queued, leased, deferred), told of in another one (joined), or at its end."""

    QUEUED = "queued"
    LEASED = "leased"
    SENT = "sent"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    DEAD = "dead"
    CANCELLED = "cancelled"
    JOINED = "joined"
    EXPIRED = "expired"


WAITING = (LetterState.QUEUED, LetterState.LEASED, LetterState.DEFERRED)
WAITING_INDEX = text("state IN ('queued', 'leased', 'deferred')")
UNDELIVERED_INDEX = text(
    "alert_id IS NOT NULL AND climbed_at IS NULL"
    " AND state IN ('queued', 'leased', 'deferred', 'bounced', 'dead', 'joined')"
)
OF_PATIENT_INDEX = text("patient_id IS NOT NULL")


class Letter(OfClinic, Base):
    """A mail to one member of staff or one patient; ``dedup_key`` is what makes a second writing the same letter.

    ``values`` and everything else here holds no health data and no patient's identity. Of the letters that are due the
    lowest ``urgency`` (0 to 3) goes first. What is ``joined_to`` another letter is told in that one. ``in_reply_to`` is
    the Message-ID of the first letter of its thread. ``may_have_left`` counts the attempts of which nobody knows
    whether the server took it. After ``expires_at`` it is of no use. ``bounced_at``: it came back after it was taken.
    At ``climbed_at`` the next person was told, because it did not leave in time.
    """

    __tablename__ = "letter"
    __table_args__ = (
        points_to("staff", "staff_id"),
        points_to("alert", "alert_id"),
        points_to("patient", "patient_id"),
        points_to("letter", "joined_to"),
        UniqueConstraint("clinic_id", "staff_id", "kind", "dedup_key"),
        UniqueConstraint("clinic_id", "message_id"),
        CheckConstraint("(staff_id IS NULL) <> (patient_id IS NULL)", name="one_recipient"),
        CheckConstraint("state <> 'joined' OR joined_to IS NOT NULL", name="joined_whole"),
        Index("ix_letter_due_at", "clinic_id", "urgency", "due_at",
              sqlite_where=WAITING_INDEX, postgresql_where=WAITING_INDEX),
        Index("ix_letter_undelivered", "clinic_id", "alert_id",
              sqlite_where=UNDELIVERED_INDEX, postgresql_where=UNDELIVERED_INDEX),
        Index("uq_letter_of_patient", "clinic_id", "patient_id", "kind", "dedup_key", unique=True,
              sqlite_where=OF_PATIENT_INDEX, postgresql_where=OF_PATIENT_INDEX),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    alert_id: Mapped[UUID | None]
    staff_id: Mapped[UUID | None]
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
    patient_id: Mapped[UUID | None]
    urgency: Mapped[Rung] = mapped_column(default=1)
    joined_to: Mapped[UUID | None]
    in_reply_to: Mapped[Line | None]
    may_have_left: Mapped[Count] = mapped_column(default=0)
    expires_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    climbed_at: Mapped[datetime | None]


def _is_due(row: type[Letter], now: datetime) -> ColumnElement[bool]:
    """Return the condition of a letter to send: its time has come, or whoever leased it has not been heard of."""
    waits = row.state.in_(bindparam("waiting", WAITING, expanding=True, literal_execute=True))
    not_leased = and_(row.state != LetterState.LEASED, row.due_at <= now)
    return and_(waits, or_(not_leased, row.leased_until <= now))


def clinics_with_due_letters(session: Session, now: datetime) -> list[int]:
    """Return the clinics that have a letter to send, of all clinics; on PostgreSQL only the jobs role sees them.

    First comes the clinic whose letter is most urgent, then whose letter is longest due.
    """
    first = func.min(Letter.urgency), func.min(Letter.due_at)
    wanted = select(Letter.clinic_id).where(_is_due(Letter, now)).group_by(Letter.clinic_id)
    wanted = wanted.order_by(*first, Letter.clinic_id)
    return list(session.scalars(wanted.execution_options(across_clinics=True)))


def lease_one(session: Session, clinic_id: int, now: datetime, lease: timedelta, lease_id: UUID) -> Letter | None:
    """Return the most urgent letter, longest due, leased under ``lease_id`` until now + lease, or None without any.

    One statement, so that no two senders get the same letter; commit before sending. Of one that was taken over nobody
    knows whether it left.
    """
    row = aliased(Letter)
    chosen = (
        select(row.id)
        .where(row.clinic_id == clinic_id, _is_due(row, now))
        .order_by(row.urgency, row.due_at, row.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken_over = case((Letter.state == LetterState.LEASED, 1), else_=0)
    new = {"state": LetterState.LEASED, "lease_id": lease_id, "leased_until": now + lease}
    counted = {"attempts": Letter.attempts + 1, "may_have_left": Letter.may_have_left + taken_over}
    leased = (
        update(Letter)
        .where(Letter.clinic_id == clinic_id, Letter.id == chosen.scalar_subquery())
        .values(new | counted)
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
    may_have_left: bool = False,
) -> bool:
    """Mark a letter after an attempt and return True, or return False when the lease has passed to somebody else.

    ``sent_at`` goes with ``sent``, ``due_at`` (the next try) with ``deferred``; ``answer`` is the server's.
    """
    new: dict[str, object] = {"state": state, "sent_at": sent_at, "last_answer": answer}
    if due_at:
        new["due_at"] = due_at
    if may_have_left:
        new["may_have_left"] = Letter.may_have_left + 1
    return _of_lease(session, clinic_id, letter_id, lease_id, new)


def give_back(session: Session, clinic_id: int, letter_id: UUID, lease_id: UUID) -> bool:
    """Let a leased letter wait again as it did before, the attempt not counted; False where the lease has passed on."""
    before = case((Letter.attempts <= 1, LetterState.QUEUED.value), else_=LetterState.DEFERRED.value)
    return _of_lease(session, clinic_id, letter_id, lease_id, {"state": before, "attempts": Letter.attempts - 1})


def _of_lease(session: Session, clinic_id: int, letter_id: UUID, lease_id: UUID, new: dict[str, object]) -> bool:
    changed = session.execute(
        update(Letter)
        .where(Letter.clinic_id == clinic_id, Letter.id == letter_id, Letter.lease_id == lease_id)
        .where(Letter.state == LetterState.LEASED)
        .values({"leased_until": None} | new)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return changed.scalar() is not None


def expire_waiting(session: Session, clinic_id: int, now: datetime) -> list[UUID]:
    """End the letters that are of no use any more and that nobody is sending, and return their ids."""
    ended = session.scalars(
        update(Letter)
        .where(Letter.clinic_id == clinic_id, _is_due(Letter, now), Letter.expires_at <= now)
        .values(state=LetterState.EXPIRED, leased_until=None)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return list(ended)


def bounced_letters(session: Session, clinic_id: int, patient_id: UUID, address: str) -> list[Letter]:
    """Return the letters to a patient at an address that were refused there, or came back."""
    row = Letter
    of_patient = (row.clinic_id == clinic_id, row.patient_id == patient_id, row.address == address)
    return list(session.scalars(select(row).where(*of_patient, row.state == LetterState.BOUNCED)))


def locked_letter(session: Session, clinic_id: int, letter_id: UUID) -> Letter | None:
    """Return a letter as it is now, with its row locked until the transaction ends."""
    wanted = select(Letter).where(Letter.clinic_id == clinic_id, Letter.id == letter_id).with_for_update()
    return session.scalar(wanted.execution_options(populate_existing=True))


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
