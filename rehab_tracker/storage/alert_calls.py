"""Calls that staff made about an alert, and what came of them."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rehab_tracker.domain.alert_call import CallResult
from rehab_tracker.storage.database import Base, OfClinic, points_to


class AlertCall(OfClinic, Base):
    """One call: who made it, and what came of it; ``due_on`` is the day to try again, of the visit or the imaging."""

    __tablename__ = "alert_call"
    __table_args__ = (
        points_to("alert", "alert_id"),
        points_to("staff", "called_by"),
        CheckConstraint("result <> 'no-answer' OR due_on IS NOT NULL", name="when_again"),
        Index(None, "clinic_id", "alert_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    alert_id: Mapped[UUID]
    at: Mapped[datetime]
    called_by: Mapped[UUID]
    result: Mapped[CallResult]
    due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")


def calls_about(session: Session, clinic_id: int, alert_id: UUID) -> list[AlertCall]:
    """Return the calls that were made about an alert, first to last."""
    wanted = select(AlertCall).where(AlertCall.clinic_id == clinic_id, AlertCall.alert_id == alert_id)
    return list(session.scalars(wanted.order_by(AlertCall.at, AlertCall.id)))
