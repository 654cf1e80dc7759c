"""What the story of a patient is put together from besides entries and plans: the people, and their usual pains."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rehab_tracker.storage.involvements import UsualPainRow
from rehab_tracker.storage.people import Patient, of_person


def people_of_clinic(session: Session, clinic_id: int) -> list[UUID]:
    """Return the ids of the records that are kept of a clinic's patients, each person once, by record number."""
    row = Patient
    wanted = select(row.id).where(row.clinic_id == clinic_id, row.merged_into.is_(None))
    return list(session.scalars(wanted.order_by(row.record_number)))


def usual_pain_rows_of(session: Session, clinic_id: int, patient_id: UUID) -> list[UsualPainRow]:
    """Return the long-standing pains declared for a person with when that was, in the order of declaration."""
    row = UsualPainRow
    wanted = select(row).where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    return list(session.scalars(wanted.order_by(row.declared_at, row.id)))
