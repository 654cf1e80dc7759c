"""Activity: what the audit holds about one patient, for those who care for the patient."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.people import of_person


def last_events(session: Session, clinic_id: int, patient_id: UUID, limit: int) -> list[AuditEvent]:
    """Return the newest events about a patient and the patient's duplicates, at most ``limit``, newest first."""
    row = AuditEvent
    wanted = select(row).where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    return list(session.scalars(wanted.order_by(row.at.desc(), row.id).limit(limit)))


def readers_of(session: Session, clinic_id: int, patient_id: UUID, alert_id: UUID) -> dict[UUID, datetime]:
    """Return the staff who read an alert's page, each with when that first was, earliest first."""
    row, first = AuditEvent, func.min(AuditEvent.at)
    wanted = (
        select(row.actor_id, first)
        .where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
        .where(row.action == "alert-read", row.subject == str(alert_id), row.actor_id.is_not(None))
        .group_by(row.actor_id)
        .order_by(first)
    )
    return {reader: at for reader, at in session.execute(wanted) if reader is not None}
