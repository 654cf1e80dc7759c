"""Plans: a clinic's protocol versions, the plans that run by them, and what clinicians did to each; acts only grow."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from rehab_tracker.domain.limb import Ordered
from rehab_tracker.domain.plan import Act, Plan, PlanAct
from rehab_tracker.domain.protocol import Phase, Template
from rehab_tracker.domain.site import Limb, Site
from rehab_tracker.domain.template_json import template_of
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from rehab_tracker.storage.columns import Code, Count, Json, JsonList, Version, Whole
from rehab_tracker.storage.database import Base, OfClinic, belongs_to_clinic, points_to
from rehab_tracker.storage.people import of_person
from rehab_tracker.storage.readings import records_of

RUNNING = text("ended_on IS NULL")


class ProtocolTemplate(OfClinic, Base):
    """One version of a clinic's protocol, as ``domain.template_json.template_of`` reads it; never changed."""

    __tablename__ = "protocol_template"
    __table_args__ = (belongs_to_clinic(), points_to("staff", "author"))

    code: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[Version] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[Json]
    author: Mapped[UUID | None]
    reason: Mapped[str]
    created_at: Mapped[datetime]


class PlanRow(OfClinic, Base):
    """The plan of one site of one patient; at most one of a site runs.

    ``version`` counts the acts on it, so that the second of two writers is told. ``standing`` is where it stood when
    last worked out: a cache for lists, never the truth.
    """

    __tablename__ = "plan"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("protocol_template", "template_code", "template_version", keys=("code", "version")),
        Index("uq_plan_running", "clinic_id", "patient_id", "site", unique=True,
              sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_plan_patient_id", "clinic_id", "patient_id"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    site: Mapped[Site]
    template_code: Mapped[Code]
    template_version: Mapped[Version]
    ended_on: Mapped[date | None]
    standing: Mapped[Json] = mapped_column(default=dict)
    version: Mapped[Version]


class PlanActRow(OfClinic, Base):
    """One act on a plan; ``seen`` holds the criteria with the values that the clinician saw."""

    __tablename__ = "plan_act"
    __table_args__ = (
        points_to("plan", "plan_id"),
        points_to("staff", "written_by"),
        Index(None, "clinic_id", "plan_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_id: Mapped[UUID]
    act: Mapped[Act]
    on_day: Mapped[date]
    at: Mapped[datetime]
    phase: Mapped[Phase | None]
    step: Mapped[Count] = mapped_column(default=0)
    grade: Mapped[Grade | None]
    percent: Mapped[int | None] = mapped_column(Whole(0, 100))
    aids: Mapped[Aids | None]
    item: Mapped[Code | None]
    value: Mapped[Code | None]
    reason: Mapped[str] = mapped_column(default="")
    is_override: Mapped[bool] = mapped_column(default=False)
    seen: Mapped[JsonList] = mapped_column(default=list)
    written_by: Mapped[UUID | None]


class LimbOrder(OfClinic, Base):
    """What a clinician ordered for a whole limb, from a local day until the next order for it."""

    __tablename__ = "limb_order"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("staff", "written_by"),
        Index(None, "clinic_id", "patient_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    limb: Mapped[Limb]
    grade: Mapped[Grade]
    percent: Mapped[int | None] = mapped_column(Whole(0, 100))
    aids: Mapped[Aids | None]
    on_day: Mapped[date]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    written_by: Mapped[UUID | None]


def limit_columns(limit: WeightLimit | None) -> dict[str, Any]:
    """Return a limit as the columns that keep it."""
    if limit is None:
        return {"grade": None, "percent": None, "aids": None}
    return {"grade": limit.grade, "percent": limit.percent, "aids": limit.aids}


def _limit(row: PlanActRow | LimbOrder) -> WeightLimit | None:
    return WeightLimit(row.grade, row.percent, row.aids) if row.grade else None


def act_of(row: PlanActRow) -> PlanAct:
    """Return an act as the domain knows it."""
    return PlanAct(
        act=row.act,
        on=row.on_day,
        at=row.at,
        phase=row.phase,
        step=row.step,
        limit=_limit(row),
        item=row.item,
        value=row.value,
        reason=row.reason,
        by=row.written_by,
        id=row.id,
    )


def act_row(plan_id: UUID, clinic_id: int, act: PlanAct, **more: Any) -> PlanActRow:
    """Return the row that keeps an act; ``more`` names its override and what was seen."""
    return PlanActRow(
        clinic_id=clinic_id,
        id=act.id or uuid4(),
        plan_id=plan_id,
        act=act.act,
        on_day=act.on,
        at=act.at,
        phase=act.phase,
        step=act.step,
        **limit_columns(act.limit),
        item=act.item,
        value=None if act.value is None else str(act.value),
        reason=act.reason,
        written_by=act.by,
        **more,
    )


def newest_templates(session: Session, clinic_id: int) -> dict[str, ProtocolTemplate]:
    """Return the newest version of each of a clinic's protocols, by code."""
    wanted = select(ProtocolTemplate).where(ProtocolTemplate.clinic_id == clinic_id)
    rows = session.scalars(wanted.order_by(ProtocolTemplate.code, ProtocolTemplate.version))
    return {row.code: row for row in rows}


def plan_rows_of(session: Session, clinic_id: int, patient_id: UUID) -> list[PlanRow]:
    """Return the rows of a person's plans, running and ended."""
    row = PlanRow
    wanted = select(row).where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    return list(session.scalars(wanted.order_by(row.site, row.id)))


def plans_of(session: Session, clinic_id: int, rows: Iterable[PlanRow]) -> list[Plan]:
    """Return the plans that these rows keep, each with its template and its acts."""
    kept = list(rows)
    acts = _acts_of(session, clinic_id, [row.id for row in kept])
    templates = _templates(session, clinic_id, {(row.template_code, row.template_version) for row in kept})
    return [
        Plan(row.id, row.site, templates[row.template_code, row.template_version], tuple(acts[row.id])) for row in kept
    ]


def _acts_of(session: Session, clinic_id: int, plans: list[UUID]) -> dict[UUID, list[PlanAct]]:
    found: dict[UUID, list[PlanAct]] = {plan: [] for plan in plans}
    row = PlanActRow
    wanted = select(row).where(row.clinic_id == clinic_id, row.plan_id.in_(plans)).order_by(row.at, row.id)
    for kept in session.scalars(wanted) if plans else ():
        found[kept.plan_id].append(act_of(kept))
    return found


def overrides_of(session: Session, clinic_id: int, plans: Iterable[UUID]) -> set[UUID]:
    """Return the ids of the acts on these plans by which a clinician went beyond what was proposed."""
    row = PlanActRow
    wanted = select(row.id).where(row.clinic_id == clinic_id, row.plan_id.in_(list(plans)), row.is_override)
    return set(session.scalars(wanted))


def _templates(session: Session, clinic_id: int, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], Template]:
    row = ProtocolTemplate
    codes = {code for code, _ in wanted}
    rows = session.scalars(select(row).where(row.clinic_id == clinic_id, row.code.in_(codes))) if codes else ()
    return {(r.code, r.version): template_of(r.content) for r in rows if (r.code, r.version) in wanted}


def limb_orders_of(session: Session, clinic_id: int, patient_id: UUID) -> list[LimbOrder]:
    """Return what was ordered for a person's limbs, oldest first."""
    row = LimbOrder
    wanted = select(row).where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    return list(session.scalars(wanted.order_by(row.on_day, row.at, row.id)))


def ordered(rows: Iterable[LimbOrder]) -> list[Ordered]:
    """Return orders as the domain knows them."""
    return [(row.limb, WeightLimit(row.grade, row.percent, row.aids), row.on_day) for row in rows]


def standings_of(session: Session, clinic_id: int, patients: Collection[UUID]) -> dict[UUID, list[PlanRow]]:
    """Return the running plans of these patients, for lists; a duplicate's are those of the record that is kept."""
    row, record, found = PlanRow, records_of(clinic_id, patients), dict[UUID, list[PlanRow]]()
    wanted = select(record.c.kept, row).join_from(record, row, row.patient_id == record.c.id)
    running = wanted.where(row.clinic_id == clinic_id, row.ended_on.is_(None)).order_by(row.site)
    for patient_id, kept in session.execute(running):
        found.setdefault(patient_id, []).append(kept)
    return found


def orders_of(session: Session, clinic_id: int, patients: Collection[UUID]) -> dict[UUID, list[LimbOrder]]:
    """Return what was ordered for the limbs of these patients, oldest first, for lists."""
    row, record, found = LimbOrder, records_of(clinic_id, patients), dict[UUID, list[LimbOrder]]()
    wanted = select(record.c.kept, row).join_from(record, row, row.patient_id == record.c.id)
    for patient_id, order in session.execute(wanted.where(row.clinic_id == clinic_id).order_by(row.on_day, row.at)):
        found.setdefault(patient_id, []).append(order)
    return found


def template_versions(session: Session, clinic_id: int, code: str) -> list[ProtocolTemplate]:
    """Return every version of one of a clinic's protocols, the newest first; none where it was never used or edited."""
    row = ProtocolTemplate
    wanted = select(row).where(row.clinic_id == clinic_id, row.code == code)
    return list(session.scalars(wanted.order_by(row.version.desc())))
