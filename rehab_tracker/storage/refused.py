"""What a phone sent that could not be an entry: kept raw, so that nothing is lost and staff can see it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rehab_tracker.storage.columns import Code, Line
from rehab_tracker.storage.database import Base, OfClinic, points_to

LONGEST_RAW = 8192
"""Bytes of a refused item that are kept, for staff to see."""


class RefusedItem(OfClinic, Base):
    """Something a phone sent that could not be an entry, kept raw and shown to staff."""

    __tablename__ = "refused_item"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("device", "device_id"),
        Index("ix_refused_item_patient_id", "clinic_id", "patient_id", "received_at"),
        CheckConstraint(f"octet_length(raw) <= {LONGEST_RAW}", name="raw_fits").ddl_if(dialect="postgresql"),
        CheckConstraint(f"length(CAST(raw AS BLOB)) <= {LONGEST_RAW}", name="raw_fits").ddl_if(dialect="sqlite"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    received_at: Mapped[datetime]
    raw: Mapped[str]
    code: Mapped[Code]
    pointer: Mapped[Line]


def refused_already(session: Session, clinic_id: int, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these refused items are kept already."""
    wanted = select(RefusedItem.id).where(RefusedItem.clinic_id == clinic_id, RefusedItem.id.in_(ids))
    return set(session.scalars(wanted)) if ids else set()
