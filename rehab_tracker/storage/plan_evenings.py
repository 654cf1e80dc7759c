"""What is read of a patient's entries where plans go on from a kept evening: what is about later days, and what is new.

Each reads what the record holds together with the duplicates that were merged into it.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select, union_all
from sqlalchemy.orm import Session

from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.storage.database import columns_of
from rehab_tracker.storage.history import ENTRY, entries_of
from rehab_tracker.storage.people import Patient, of_person

SEEN_BY_PLANS = (Kind.PAIN, Kind.RED_FLAGS)
"""The kinds of entries that move a plan."""


def change_numbers_of(session: Session, clinic_id: int, patient_id: UUID) -> dict[UUID, int]:
    """Return the newest change number of each record of a person: the kept one, and those that were merged into it."""
    row = columns_of(Patient).c
    of_both = or_(row.id == patient_id, row.merged_into == patient_id)
    wanted = select(row.id, row.change_number).where(row.clinic_id == clinic_id, of_both)
    return {record: number for record, number in session.execute(wanted)}


def entries_after(
    session: Session, clinic_id: int, patient_id: UUID, evening: date, read_to: Mapping[UUID, int]
) -> list[Entry] | None:
    """Return every version of the entries that say something of plans on days after an evening, oldest change first.

    ``read_to`` is the change number of each record up to which everything was known when the evening was kept. None
    where a version that came later, or an earlier one of the same entry, is about that day or one before: then the
    evening may have been another.
    """
    row = ENTRY.c
    of_kinds = and_(row.clinic_id == clinic_id, row.kind.in_(SEEN_BY_PLANS))
    wanted = select(row.client_id, row.patient_id, row.change_number, row.kind, row.fault).where(of_kinds)
    later = wanted.where(of_person(row.patient_id, clinic_id, patient_id), row.for_date > evening)
    # Apart from each other: each has an index of its own.
    new = [wanted.where(row.patient_id == record, row.change_number > number) for record, number in read_to.items()]
    ids, fresh = set[UUID](), set[UUID]()
    for client_id, record, number, kind, fault in session.execute(union_all(later, *new)):
        ids.add(client_id)
        # Pain with an impossible clock never counts, whatever day it names.
        if number > read_to[record] and (fault is None or kind is Kind.RED_FLAGS):
            fresh.add(client_id)
    entries = entries_of(session, clinic_id, patient_id, ids)
    touched = any(entry.id in fresh and entry.for_date <= evening for entry in entries)
    return None if touched else entries
