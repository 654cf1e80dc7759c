"""Merging: the two records of a patient who was entered twice, read as one and locked in one order."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from rehab_tracker.storage.people import Patient, patient_of


def kept_record_of(session: Session, clinic_id: int, patient_id: UUID) -> Patient | None:
    """Return the record that is kept of a patient: the patient's own, or the one it was merged into."""
    patient = patient_of(session, clinic_id, patient_id)
    return patient_of(session, clinic_id, patient.merged_into) if patient and patient.merged_into else patient


def duplicates_of(session: Session, clinic_id: int, patient_id: UUID) -> list[Patient]:
    """Return the records that were merged into this one, by record number."""
    wanted = select(Patient).where(Patient.clinic_id == clinic_id, Patient.merged_into == patient_id)
    return list(session.scalars(wanted.order_by(Patient.record_number)))


def kept_records(session: Session, clinic_id: int) -> dict[UUID, UUID]:
    """Return the record that is kept of each record of a clinic that was merged."""
    wanted = select(Patient.id, Patient.merged_into).where(Patient.clinic_id == clinic_id)
    found = session.execute(wanted.where(Patient.merged_into.is_not(None)))
    return {duplicate: kept for duplicate, kept in found if kept}


class Records(NamedTuple):
    """The record that is kept of a person, and the one that is written to: mostly the same."""

    kept: Patient
    own: Patient


def locked_records(session: Session, clinic_id: int, patient_id: UUID) -> Records | None:
    """Return a patient's kept and own record as they are now, locked until the transaction ends, the kept one first.

    None where there is no such patient, or where it was merged while we waited for the lock.
    """
    row, me = Patient, aliased(Patient)
    into = select(me.merged_into).where(me.clinic_id == clinic_id, me.id == patient_id).scalar_subquery()
    wanted = (
        select(row)
        .where(row.clinic_id == clinic_id, or_(row.id == patient_id, row.id == into))
        .order_by(row.merged_into.is_not(None), row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {patient.id: patient for patient in session.scalars(wanted)}
    own = found.get(patient_id)
    kept = found.get(own.merged_into or own.id) if own else None
    return Records(kept, own) if own and kept else None


def raise_change_number(session: Session, clinic_id: int, patient_id: UUID, number: int) -> None:
    """Let a patient's next change number be above this one, so that a person's newest entry has the highest."""
    session.execute(
        update(Patient)
        .where(Patient.clinic_id == clinic_id, Patient.id == patient_id, Patient.change_number < number)
        .values(change_number=number)
        .execution_options(synchronize_session=False)
    )
