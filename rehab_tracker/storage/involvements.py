"""What staff recorded about a patient's sites: involvements, and long-standing pain at its usual level."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rehab_tracker.domain.history import DeclaredPain
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.partial_date import PartialDate, Precision
from rehab_tracker.domain.site import Area, Site
from rehab_tracker.storage.columns import Line, Score
from rehab_tracker.storage.database import Base, OfClinic, points_to
from rehab_tracker.storage.people import of_person


class InvolvementRow(OfClinic, Base):
    """One record of one site's status; a change of status is a new row. ``source_id`` names the line of an import."""

    __tablename__ = "involvement"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("staff", "recorded_by"),
        UniqueConstraint("clinic_id", "patient_id", "source_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    site: Mapped[Site]
    status: Mapped[InvolvementStatus]
    onset: Mapped[date | None]
    onset_precision: Mapped[Precision | None]
    onset_text: Mapped[Line | None]
    area: Mapped[Area | None]
    words: Mapped[str] = mapped_column(default="")
    merged_into: Mapped[Site | None]
    reason: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_on: Mapped[date]
    recorded_by: Mapped[UUID | None]
    source_id: Mapped[UUID | None]


class UsualPainRow(OfClinic, Base):
    """One declaration of long-standing pain; a later one of the same joint takes its place."""

    __tablename__ = "usual_pain"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("staff", "declared_by"),
        UniqueConstraint("clinic_id", "patient_id", "source_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    site: Mapped[Site]
    usual_pain: Mapped[Score]
    declared_at: Mapped[datetime]
    declared_on: Mapped[date]
    declared_by: Mapped[UUID | None]
    source_id: Mapped[UUID | None]


def involvements_of(session: Session, clinic_id: int, patient_id: UUID) -> list[Involvement]:
    """Return everything recorded about a patient's sites, in the order of recording."""
    return [involvement_of(row) for row in involvement_rows_of(session, clinic_id, patient_id)]


def involvement_rows_of(session: Session, clinic_id: int, patient_id: UUID) -> list[InvolvementRow]:
    """Return the same with who recorded it and when."""
    row = InvolvementRow
    wanted = (
        select(row)
        .where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
        .order_by(row.recorded_at, row.id)
    )
    return list(session.scalars(wanted))


def involvement_of(row: InvolvementRow) -> Involvement:
    """Return a record of a site's status as the domain knows it."""
    onset = PartialDate(row.onset, row.onset_precision or Precision.DAY, row.onset_text) if row.onset else None
    said = (row.area, row.words, row.merged_into, row.reason)
    return Involvement(row.site, row.status, row.recorded_on, onset, *said)


def declared_pains_of(session: Session, clinic_id: int, patient_id: UUID) -> list[DeclaredPain]:
    """Return the long-standing pains declared for a patient, in the order of declaration."""
    row = UsualPainRow
    wanted = (
        select(row.site, row.usual_pain, row.declared_on)
        .where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
        .order_by(row.declared_at, row.id)
    )
    return [DeclaredPain(place.joint, usual, on) for place, usual, on in session.execute(wanted)]


def sources_of(session: Session, clinic_id: int, patient_id: UUID) -> set[UUID]:
    """Return the ids of the imported lines that are already recorded for a patient."""
    found: set[UUID] = set()
    for row in (InvolvementRow, UsualPainRow):
        wanted = select(row.source_id).where(row.clinic_id == clinic_id, row.patient_id == patient_id)
        found |= {source for source in session.scalars(wanted) if source is not None}
    return found
