"""Heard by phone: which entries a patient said to staff, and who wrote them down."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rehab_tracker.storage.database import columns_of
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.people import of_person

ENTRY = columns_of(EntryRow)


def heard_since(session: Session, clinic_id: int, patient_id: UUID, since: date) -> dict[tuple[UUID, int], UUID]:
    """Return who wrote down what a patient said about ``since`` or a later day, by the entry's id and revision."""
    row = ENTRY.c
    wanted = (
        select(row.client_id, row.rev, row.heard_by)
        .where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
        .where(row.for_date >= since, row.heard_by.is_not(None))
    )
    return {(entry_id, rev): by for entry_id, rev, by in session.execute(wanted)}
