"""How phones come in: one-time codes, devices and their tokens, and how often somebody tried in vain."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rehab_tracker.storage.columns import Count, Digest, Line
from rehab_tracker.storage.database import Base, OfClinic, belongs_to_clinic, points_to


class EnrolmentCode(OfClinic, Base):
    """A one-time code that makes a phone a patient's device; only its digest is kept."""

    __tablename__ = "enrolment_code"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("staff", "created_by"),
        UniqueConstraint("clinic_id", "code_sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    code_sha256: Mapped[Digest]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]


class Device(OfClinic, Base):
    """A patient's phone; only its token's digest is kept, and a revoked one stays as a row."""

    __tablename__ = "device"
    __table_args__ = (
        points_to("patient", "patient_id"),
        UniqueConstraint("clinic_id", "token_sha256"),
        Index(None, "clinic_id", "patient_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    name: Mapped[Line]
    token_sha256: Mapped[Digest]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class FailedAttempt(OfClinic, Base):
    """How often something was tried in vain, shared by all workers; ``subject`` is a digest of what was tried."""

    __tablename__ = "failed_attempt"
    __table_args__ = (belongs_to_clinic(),)

    subject: Mapped[Line] = mapped_column(primary_key=True)
    failures: Mapped[Count]
    last_failed_at: Mapped[datetime]


def code_of_digest(session: Session, clinic_id: int, code_sha256: str) -> EnrolmentCode | None:
    """Return the enrolment code with this digest, locked, so that two phones can't both use it."""
    row = EnrolmentCode
    wanted = select(row).where(row.clinic_id == clinic_id, row.code_sha256 == code_sha256)
    return session.scalar(wanted.with_for_update())


def device_of_token(session: Session, clinic_id: int, token_sha256: str) -> Device | None:
    """Return the device with this token's digest; also one that was revoked."""
    return session.scalar(select(Device).where(Device.clinic_id == clinic_id, Device.token_sha256 == token_sha256))


def failed_attempt(session: Session, clinic_id: int, subject: str) -> FailedAttempt | None:
    """Return how often this was tried in vain, with its row locked."""
    return session.get(FailedAttempt, (clinic_id, subject), with_for_update=True, populate_existing=True)
