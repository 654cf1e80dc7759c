"""The person: what was changed of a patient's details, and who left a care team."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rehab_tracker.domain.person import ZoneChange
from rehab_tracker.storage.columns import Code, Version
from rehab_tracker.storage.database import Base, OfClinic, points_to
from rehab_tracker.storage.people import CareTeam, of_person


class PersonChange(OfClinic, Base):
    """One detail of a patient before and after a change, as text; ``version`` is the patient's after it. It only grows.

    ``field`` is the name of the column, ``changed_by`` the member of staff who changed it, None for the patient.
    """

    __tablename__ = "person_change"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("staff", "changed_by"),
        UniqueConstraint("clinic_id", "patient_id", "version", "field"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    version: Mapped[Version]
    field: Mapped[Code]
    before: Mapped[str | None]
    after: Mapped[str | None]
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")


def changes_of(session: Session, clinic_id: int, patient_id: UUID) -> list[PersonChange]:
    """Return the changes of one record's details, oldest first."""
    row = PersonChange
    wanted = select(row).where(row.clinic_id == clinic_id, row.patient_id == patient_id)
    return list(session.scalars(wanted.order_by(row.version, row.field)))


def zone_changes_of(session: Session, clinic_id: int, patient_id: UUID) -> list[ZoneChange]:
    """Return the changes of a patient's time zone, oldest first."""
    row = PersonChange
    of_zone = (row.clinic_id == clinic_id, row.patient_id == patient_id, row.field == "time_zone")
    wanted = select(row.changed_at, row.before, row.after).where(*of_zone).order_by(row.version)
    return [ZoneChange(at, before or "", after or "") for at, before, after in session.execute(wanted)]


def merged_at(session: Session, clinic_id: int, patient_id: UUID) -> datetime | None:
    """Return when a record was last merged into another one, None where it never was."""
    row = PersonChange
    of_merge = (row.clinic_id == clinic_id, row.patient_id == patient_id, row.field == "merged_into")
    wanted = select(row.changed_at).where(*of_merge, row.after.is_not(None)).order_by(row.version.desc()).limit(1)
    return session.scalar(wanted)


def leave_team(session: Session, clinic_id: int, patient_id: UUID, staff_id: UUID) -> None:
    """Take a member of staff out of a patient's care team."""
    row = CareTeam
    of_both = (of_person(row.patient_id, clinic_id, patient_id), row.staff_id == staff_id)
    session.execute(
        delete(row).where(row.clinic_id == clinic_id, *of_both).execution_options(synchronize_session=False)
    )
