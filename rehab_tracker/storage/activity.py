"""Activity: what the audit holds about one patient, for those who care for the patient."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.people import of_person


def last_events(session: Session, clinic_id: int, patient_id: UUID, limit: int) -> list[AuditEvent]:
    """Return the newest events about a patient and the patient's duplicates, at most ``limit``, newest first."""
    row = AuditEvent
    wanted = select(row).where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    return list(session.scalars(wanted.order_by(row.at.desc(), row.id).limit(limit)))
