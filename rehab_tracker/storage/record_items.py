"""Record items: what staff wrote of a patient besides places and plans, each version of it kept."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rehab_tracker.domain.partial_date import PartialDate, Precision
from rehab_tracker.domain.record_item import ItemKind, RecordItem, content_of, plain_content
from rehab_tracker.domain.site import Site
from rehab_tracker.storage.columns import Json, Line, Version
from rehab_tracker.storage.database import Base, OfClinic, points_to
from rehab_tracker.storage.people import of_person


class RecordItemRow(OfClinic, Base):
    """One version of one item; a correction is the next version, and the highest holds.

    ``content`` is what ``domain.record_item.content_of`` reads; ``reason`` says why a later version was written.
    """

    __tablename__ = "record_item"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("staff", "written_by"),
        Index(None, "clinic_id", "patient_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[Version] = mapped_column(primary_key=True, autoincrement=False)
    patient_id: Mapped[UUID]
    kind: Mapped[ItemKind]
    site: Mapped[Site | None]
    on_day: Mapped[date | None]
    on_precision: Mapped[Precision | None]
    on_text: Mapped[Line | None]
    content: Mapped[Json]
    in_error: Mapped[bool]
    reason: Mapped[str]
    written_at: Mapped[datetime]
    written_by: Mapped[UUID | None]


def item_row(item: RecordItem, clinic_id: int, patient_id: UUID, by: UUID | None, at: datetime) -> RecordItemRow:
    """Return the row that keeps one version of an item."""
    return RecordItemRow(
        clinic_id=clinic_id,
        id=item.id,
        version=item.version,
        patient_id=patient_id,
        kind=item.kind,
        site=item.site,
        on_day=item.on and item.on.day,
        on_precision=item.on and item.on.precision,
        on_text=item.on and item.on.source_text,
        content=plain_content(item.content),
        in_error=item.in_error,
        reason=item.reason,
        written_at=at,
        written_by=by,
    )


def item_of(row: RecordItemRow) -> RecordItem:
    """Return an item's version as the domain knows it."""
    on = PartialDate(row.on_day, row.on_precision, row.on_text) if row.on_day and row.on_precision else None
    content = content_of(row.kind, row.content)
    return RecordItem(row.id, row.kind, row.version, row.site, on, content, row.in_error, row.reason)


def item_rows_of(session: Session, clinic_id: int, patient_id: UUID) -> list[RecordItemRow]:
    """Return every version of everything written of a person, oldest first."""
    row = RecordItemRow
    wanted = select(row).where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    return list(session.scalars(wanted.order_by(row.written_at, row.id, row.version)))


def versions_of_item(session: Session, clinic_id: int, item_id: UUID) -> list[RecordItemRow]:
    """Return the versions of one item, the first one first."""
    row = RecordItemRow
    wanted = select(row).where(row.clinic_id == clinic_id, row.id == item_id)
    return list(session.scalars(wanted.order_by(row.version)))
