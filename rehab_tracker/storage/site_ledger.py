"""The ledgers of a patient's joints as they are kept: a cache, which follows from entries, declared pain and settings.

They are kept under the record that is kept of a person, whatever record the entries came to.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Date, Select, Uuid, bindparam, exists, func, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.site import Site, site
from rehab_tracker.domain.site_ledger import Bout, SiteLedger
from rehab_tracker.storage.columns import Code, Count, Version, Whole
from rehab_tracker.storage.database import Base, OfClinic, columns_of, points_to
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.involvements import UsualPainRow
from rehab_tracker.storage.people import of_person


class SiteLedgerRow(OfClinic, Base):
    """By what a patient's ledgers were made. Without this row, or with other numbers in it, they count for nothing.

    ``made_by`` is the version of how bouts are told apart, ``declared`` how many declarations of usual pain there were.
    """

    __tablename__ = "site_ledger"
    __table_args__ = (points_to("patient", "patient_id"),)

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    made_by: Mapped[Version]
    pain_counts_from: Mapped[int] = mapped_column(Whole(1, WORST_PAIN))
    above_usual_by: Mapped[int] = mapped_column(Whole(0, WORST_PAIN))
    declared: Mapped[Count]


class SiteBoutRow(OfClinic, Base):
    """One bout of pain of a joint, numbered from 1; ``below_day`` is the first day after it known to be below.

    ``site`` is the joint's code: SQLAlchemy sorts rows by their keys, and sites have no order.
    """

    __tablename__ = "site_bout"
    __table_args__ = (
        points_to("site_ledger", "patient_id", keys=("patient_id",)),
        CheckConstraint("first_day <= last_day AND (below_day IS NULL OR below_day > last_day)", name="days_in_order"),
    )

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    site: Mapped[Code] = mapped_column(primary_key=True)
    number: Mapped[Version] = mapped_column(primary_key=True, autoincrement=False)
    first_day: Mapped[date]
    last_day: Mapped[date]
    below_day: Mapped[date | None]

    @property
    def bout(self) -> Bout:
        """Return the bout as the domain knows it."""
        return Bout(self.first_day, self.last_day, self.below_day)


class MadeBy(NamedTuple):
    """By what ledgers are made; the fields are the columns of ``SiteLedgerRow``."""

    made_by: int
    pain_counts_from: int
    above_usual_by: int
    declared: int


Rows = dict[Site, list[SiteBoutRow]]


class Kept(NamedTuple):
    """The ledgers as they are kept: their rows by joint, oldest bout first, and the row that says how they were made.

    ``declared`` is how many declarations there are now. ``is_later`` says whether an entry tells of a later day of pain
    than the one that was asked for.
    """

    row: SiteLedgerRow | None
    rows: Rows
    declared: int
    is_later: bool

    @property
    def made_by(self) -> MadeBy | None:
        """Return by what they were made, None for who has none."""
        return MadeBy(*(getattr(self.row, name) for name in MadeBy._fields)) if self.row else None

    @property
    def ledgers(self) -> dict[Site, SiteLedger]:
        """Return the ledger of each joint as its rows tell it."""
        return {joint: SiteLedger(tuple(row.bout for row in rows)) for joint, rows in self.rows.items()}


def _declared(clinic_id: Any, patient_id: Any) -> ColumnElement[int]:
    """Return how many declarations of long-standing pain there are; they only grow."""
    row = columns_of(UsualPainRow).c
    of_both = (row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    return select(func.count()).select_from(columns_of(UsualPainRow)).where(*of_both).scalar_subquery()


def _is_later(clinic_id: Any, patient_id: Any, day: Any) -> ColumnElement[bool]:
    row = columns_of(EntryRow).c
    of_both = (row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    return exists().where(*of_both, row.for_date > day, row.kind == Kind.PAIN, row.fault.is_(None))


def _last_bouts() -> Select[SiteLedgerRow, SiteBoutRow, int, bool]:
    ledger, bout, other = SiteLedgerRow, SiteBoutRow, aliased(SiteBoutRow)
    clinic, patient, day = (
        bindparam("clinic", type_=Whole()),
        bindparam("patient", type_=Uuid()),
        bindparam("day", type_=Date()),
    )
    last = (
        select(func.max(other.number))
        .where(other.clinic_id == clinic, other.patient_id == bout.patient_id, other.site == bout.site)
        .scalar_subquery()
    )
    of_both = (bout.clinic_id == ledger.clinic_id) & (bout.patient_id == ledger.patient_id) & (bout.number == last)
    return (
        select(ledger, bout, _declared(clinic, patient), _is_later(clinic, patient, day))
        .outerjoin(bout, of_both)
        .where(ledger.clinic_id == clinic, ledger.patient_id == patient)
        .execution_options(populate_existing=True)
    )


LAST_BOUTS = _last_bouts()
"""Made once: to put it together took as long as to run it, and every push asks it."""


def last_bouts(session: Session, clinic_id: int, patient_id: UUID, day: date) -> Kept:
    """Return the last bout of each joint, and whether any entry tells of the pain of a later day than this: one query.

    ``patient_id`` names the record that is kept of a person.
    """
    values = {"clinic": clinic_id, "patient": patient_id, "day": day}
    found = session.execute(LAST_BOUTS, values).all()
    if not found:
        return Kept(None, {}, 0, is_later=True)
    made, _, declared, is_later = found[0]
    # Without a bout there is one row of nothing: an outer join.
    bouts: list[SiteBoutRow | None] = [row for _, row, *_ in found]
    return Kept(made, _by_site(filter(None, bouts)), declared, is_later)


def kept_ledgers(session: Session, clinic_id: int, patient_id: UUID) -> Kept:
    """Return every bout of every joint."""
    ledger, bout = SiteLedgerRow, SiteBoutRow
    of_both = (bout.clinic_id == clinic_id, bout.patient_id == patient_id)
    rows = session.scalars(
        select(bout).where(*of_both).order_by(bout.site, bout.number).execution_options(populate_existing=True)
    )
    made = select(ledger).where(ledger.clinic_id == clinic_id, ledger.patient_id == patient_id)
    row = session.scalar(made.execution_options(populate_existing=True))
    declared = session.scalar(select(_declared(clinic_id, patient_id))) or 0
    return Kept(row, _by_site(rows), declared, is_later=True)


def _by_site(rows: Iterable[SiteBoutRow]) -> Rows:
    found: Rows = {}
    for row in rows:
        found.setdefault(site(row.site), []).append(row)
    return found


def keep_ledgers(
    session: Session, clinic_id: int, patient_id: UUID, before: Rows, ledgers: Mapping[Site, SiteLedger]
) -> None:
    """Let the rows of these joints say what their ledgers say; the caller flushes.

    ``before`` holds the rows that are there, from the first bout that a ledger holds on.
    """
    for joint, ledger in ledgers.items():
        rows = before.get(joint, [])
        start = rows[0].number if rows else 1
        for row, bout in zip(rows, ledger.bouts, strict=False):
            row.first_day, row.last_day, row.below_day = bout.first, bout.last, bout.below
        for number, bout in enumerate(ledger.bouts[len(rows) :], start + len(rows)):
            row = SiteBoutRow(clinic_id=clinic_id, patient_id=patient_id, site=str(joint), number=number)
            row.first_day, row.last_day, row.below_day = bout.first, bout.last, bout.below
            session.add(row)
        for gone in rows[len(ledger.bouts) :]:
            session.delete(gone)


def keep_made_by(session: Session, clinic_id: int, patient_id: UUID, before: Kept, made_by: MadeBy) -> None:
    """Write down by what the ledgers of a patient are made now."""
    row = before.row or SiteLedgerRow(clinic_id=clinic_id, patient_id=patient_id)
    for name, value in made_by._asdict().items():
        setattr(row, name, value)
    session.add(row)
    session.flush()


def forget_ledgers(session: Session, kept: Kept) -> None:
    """Throw away ledgers, the bouts first."""
    for row in (row for rows in kept.rows.values() for row in rows):
        session.delete(row)
    session.flush()
    if kept.row:
        session.delete(kept.row)
        session.flush()
