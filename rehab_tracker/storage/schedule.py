"""Schedule: the exercises that clinicians ordered and the days on which they rest, each version of it kept."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rehab_tracker.domain.access import Viewer
from rehab_tracker.domain.hold import Hold, HoldReason
from rehab_tracker.domain.prescription import Days, Dose, Prescription
from rehab_tracker.domain.site import Limb, Site, site
from rehab_tracker.domain.weight_bearing import Grade
from rehab_tracker.storage.columns import Code, Json, JsonList, Version
from rehab_tracker.storage.database import Base, OfClinic, points_to
from rehab_tracker.storage.people import of_person


class PrescriptionRow(OfClinic, Base):
    """One version of one order of an exercise; the next version takes its place from its own first day on."""

    __tablename__ = "prescription"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("staff", "written_by"),
        Index(None, "clinic_id", "patient_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[Version] = mapped_column(primary_key=True, autoincrement=False)
    patient_id: Mapped[UUID]
    exercise: Mapped[Code]
    sites: Mapped[JsonList]
    dose: Mapped[Json]
    weekdays: Mapped[JsonList]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    strengthens: Mapped[bool]
    needs: Mapped[Grade | None]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    written_by: Mapped[UUID | None]


class HoldRow(OfClinic, Base):
    """One version of one hold; the highest counts, unless it was taken back (``is_lifted``)."""

    __tablename__ = "hold"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("staff", "written_by"),
        Index(None, "clinic_id", "patient_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[Version] = mapped_column(primary_key=True, autoincrement=False)
    patient_id: Mapped[UUID]
    scope: Mapped[Code]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    reason: Mapped[HoldReason]
    note: Mapped[str] = mapped_column(default="")
    only_strengthening: Mapped[bool] = mapped_column(default=False)
    is_lifted: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    written_by: Mapped[UUID | None]

    @property
    def content(self) -> Hold:
        """Return the hold as the domain knows it."""
        scope = scope_of(self.scope)
        return Hold(self.id, scope, self.from_on, self.until_on, self.reason, self.note, self.only_strengthening)


PATIENT_SCOPE = "patient"
"""How the scope of a hold of the whole patient is kept."""


def plain_dose(dose: Dose) -> dict[str, int]:
    """Return a dose as the JSON that keeps it; what was not said is left out."""
    names = ("sets", "reps", "minutes", "seconds", "times_a_day")
    return {name: getattr(dose, name) for name in names if getattr(dose, name) is not None}


def prescription_rows_of(session: Session, clinic_id: int, patient_id: UUID) -> list[PrescriptionRow]:
    """Return every version of what was ordered for a person, oldest first."""
    row = PrescriptionRow
    wanted = select(row).where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    return list(session.scalars(wanted.order_by(row.at, row.id, row.version)))


def prescriptions(rows: Iterable[PrescriptionRow]) -> list[Prescription]:
    """Return orders as the domain knows them."""
    return [
        Prescription(
            id=row.id,
            version=row.version,
            exercise=row.exercise,
            sites=tuple(site(code) for code in row.sites),
            dose=Dose(**row.dose),
            days=Days(frozenset(row.weekdays)),
            from_on=row.from_on,
            until_on=row.until_on,
            strengthens=row.strengthens,
            needs=row.needs,
        )
        for row in rows
    ]


def hold_rows_of(session: Session, clinic_id: int, patient_id: UUID) -> list[HoldRow]:
    """Return every version of a person's holds, oldest first."""
    row = HoldRow
    wanted = select(row).where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    return list(session.scalars(wanted.order_by(row.at, row.id, row.version)))


def holds(rows: Iterable[HoldRow]) -> list[Hold]:
    """Return the holds that count: the highest version of each, unless it was taken back."""
    newest = {row.id: row for row in sorted(rows, key=lambda row: row.version)}
    return [row.content for row in newest.values() if not row.is_lifted]


def hold_row(
    hold: Hold, version: int, viewer: Viewer, patient_id: UUID, at: datetime, *, is_lifted: bool = False
) -> HoldRow:
    """Return the row that keeps one version of a hold."""
    return HoldRow(
        clinic_id=viewer.clinic_id,
        id=hold.id,
        version=version,
        patient_id=patient_id,
        scope=PATIENT_SCOPE if hold.scope is None else str(hold.scope),
        from_on=hold.from_on,
        until_on=hold.until_on,
        reason=hold.reason,
        note=hold.note,
        only_strengthening=hold.only_strengthening,
        is_lifted=is_lifted,
        at=at,
        written_by=viewer.person,
    )


def is_id_taken(session: Session, table: type[PrescriptionRow | HoldRow], clinic_id: int, id: UUID) -> bool:
    """Return whether anything of a clinic's table, of whichever patient, has this id."""
    return session.scalar(select(exists().where(table.clinic_id == clinic_id, table.id == id))) or False


def prescription_row(
    order: Prescription, viewer: Viewer, patient_id: UUID, at: datetime, reason: str
) -> PrescriptionRow:
    """Return the row that keeps one version of an order."""
    return PrescriptionRow(
        clinic_id=viewer.clinic_id,
        id=order.id,
        version=order.version,
        patient_id=patient_id,
        exercise=order.exercise,
        sites=[str(place) for place in order.sites],
        dose=plain_dose(order.dose),
        weekdays=sorted(order.days.weekdays),
        from_on=order.from_on,
        until_on=order.until_on,
        strengthens=order.strengthens,
        needs=order.needs,
        reason=reason,
        at=at,
        written_by=viewer.person,
    )


def scope_of(code: str) -> Limb | Site | None:
    """Return what a hold is of: the whole patient (None), a limb or a site; raise InvalidValue for another code."""
    if code == PATIENT_SCOPE:
        return None
    return Limb(code) if code in list(Limb) else site(code)
