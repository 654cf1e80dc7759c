"""The audit: every write, and every staff read of patient data. It only grows; both engines refuse all else."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from rehab_tracker.domain.access import Role
from rehab_tracker.storage.columns import Code, Json, Line
from rehab_tracker.storage.database import Base, OfClinic, belongs_to_clinic


class AuditEvent(OfClinic, Base):
    """Who did what when, to which patient, through which session or device.

    Patients are named by id only and without a foreign key: the audit outlives what it is about.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        belongs_to_clinic(),
        Index("ix_audit_event_at", "clinic_id", "at"),
        Index("ix_audit_event_patient_id", "clinic_id", "patient_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime]
    actor_role: Mapped[Role]
    actor_id: Mapped[UUID | None]
    via: Mapped[UUID | None]
    action: Mapped[Code]
    patient_id: Mapped[UUID | None]
    subject: Mapped[Line | None]
    detail: Mapped[Json] = mapped_column(default=dict)
    request_id: Mapped[Code] = mapped_column(default="")
