"""What was recorded of suspected places and found out about them, of many patients at once."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.record_item import ItemKind, standing_items
from rehab_tracker.domain.site import Site
from rehab_tracker.storage.involvements import InvolvementRow, involvement_of
from rehab_tracker.storage.readings import records_of
from rehab_tracker.storage.record_items import RecordItemRow, item_of


def suspected_lately(session: Session, clinic_id: int, patients: Collection[UUID]) -> dict[UUID, list[Involvement]]:
    """Return, by patient, all that was recorded of places, in that order; only of whom one was ever suspected."""
    row, record = InvolvementRow, records_of(clinic_id, patients)
    ever = select(record.c.kept).join(row, row.patient_id == record.c.id)
    ever = ever.where(row.clinic_id == clinic_id, row.status == InvolvementStatus.SUSPECTED)
    wanted = (
        select(row, record.c.kept)
        .join(record, row.patient_id == record.c.id)
        .where(row.clinic_id == clinic_id, record.c.kept.in_(ever))
        .order_by(row.recorded_at, row.id)
    )
    found: dict[UUID, list[Involvement]] = {}
    for each, kept in session.execute(wanted):
        found.setdefault(kept, []).append(involvement_of(each))
    return found


def findings_of(
    session: Session, clinic_id: int, patients: Collection[UUID], kinds: Collection[ItemKind]
) -> dict[UUID, list[tuple[Site, date]]]:
    """Return, by patient, the places that were examined or imaged, each with the day on which that was done.

    One without a date counts for the day on which it was written.
    """
    row, record = RecordItemRow, records_of(clinic_id, patients)
    wanted = (
        select(row, record.c.kept)
        .join(record, row.patient_id == record.c.id)
        .where(row.clinic_id == clinic_id, row.kind.in_(kinds), row.site.is_not(None))
        .order_by(row.written_at, row.id, row.version)
    )
    written: dict[UUID, list[RecordItemRow]] = {}
    for each, kept in session.execute(wanted):
        written.setdefault(kept, []).append(each)
    return {kept: _standing(rows) for kept, rows in written.items()}


def _standing(rows: list[RecordItemRow]) -> list[tuple[Site, date]]:
    written_on = {row.id: row.written_at.date() for row in rows}
    items = standing_items(item_of(row) for row in rows)
    return [(item.site, item.on.day if item.on else written_on[item.id]) for item in items if item.site]
