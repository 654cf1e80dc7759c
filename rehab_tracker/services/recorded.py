"""Recorded: what an event file says staff did becomes rows, each line once, and the plans follow it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Viewer
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.hold import Hold
from rehab_tracker.domain.involvement import Involvement
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.plan import Plan
from rehab_tracker.domain.plan_story import PlanStory, act_id
from rehab_tracker.domain.prescription import Prescription
from rehab_tracker.domain.recorded import LimitOrder, PhaseMove, Recorded
from rehab_tracker.services.involvements import involvement_row, usual_pain_row
from rehab_tracker.services.templates import template_in_force
from rehab_tracker.storage.database import Base
from rehab_tracker.storage.involvements import involvements_of, sources_of
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.plans import (
    LimbOrder,
    PlanRow,
    act_row,
    limb_orders_of,
    limit_columns,
    plan_rows_of,
    plans_of,
)
from rehab_tracker.storage.schedule import (
    HoldRow,
    PrescriptionRow,
    hold_row,
    hold_rows_of,
    prescription_row,
    prescription_rows_of,
)


def keep_recorded(session: Session, viewer: Viewer, patient: Patient, told: Iterable[Recorded], now: datetime) -> int:
    """Keep what staff recorded and is not there yet, within the caller's transaction; return how much that was.

    The caller holds the patient's lock. Plans follow the new lines beside what clinicians did meanwhile. Raises
    InvalidValue for an order or hold of another patient's (``taken``), and what ``PlanStory.take`` raises.
    """
    rows = {row.id: row for row in plan_rows_of(session, viewer.clinic_id, patient.id)}
    plans = plans_of(session, viewer.clinic_id, rows.values())
    there = _there(session, patient, plans)
    new = {each.key: each for each in told if _name(patient, each) not in there}
    found = sorted(new.values(), key=lambda each: each.at)
    if any(isinstance(each.what, Involvement | PhaseMove) for each in found):
        _keep_plans(session, viewer, patient, rows, _followed(session, viewer, patient, plans, found, now))
    session.add_all(_row(session, viewer, patient, each) for each in found if not isinstance(each.what, PhaseMove))
    session.flush()
    return len(found)


def _name(patient: Patient, each: Recorded) -> tuple[UUID, int]:
    """Return by which id and version a line is kept: its own, or one of this patient's made from it."""
    if isinstance(each.what, PhaseMove):
        return act_id(patient.id, each.id), 1
    return (_order_id(patient, each), 1) if isinstance(each.what, LimitOrder) else each.key


def _order_id(patient: Patient, each: Recorded) -> UUID:
    return uuid5(patient.id, f"limit {each.id}")


def _there(session: Session, patient: Patient, plans: Sequence[Plan]) -> set[tuple[UUID, int]]:
    """Return the id and version of everything recorded of a patient."""
    of_patient = (session, patient.clinic_id, patient.id)
    ones = {*sources_of(*of_patient), *(order.id for order in limb_orders_of(*of_patient))}
    ones |= {act.id for plan in plans for act in plan.acts if act.id}
    orders = {(row.id, row.version) for row in prescription_rows_of(*of_patient)}
    holds = {(row.id, row.version) for row in hold_rows_of(*of_patient)}
    return {(own, 1) for own in ones} | orders | holds


def _followed(
    session: Session, viewer: Viewer, patient: Patient, plans: Sequence[Plan], new: Sequence[Recorded], now: datetime
) -> tuple[Plan, ...]:
    """Return the plans as they stand after the new lines."""
    template = template_in_force(session, viewer, now)
    known = involvements_of(session, viewer.clinic_id, patient.id)
    follows = PlanStory(template, plans, known, names=patient.id)
    for each in new:
        follows.take(each)
    return follows.plans


def _keep_plans(
    session: Session, viewer: Viewer, patient: Patient, rows: dict[UUID, PlanRow], plans: Iterable[Plan]
) -> None:
    """Write plans into their rows, with the acts that are not kept yet; acts only grow."""
    followed = list(plans)
    kept = {act.id for plan in plans_of(session, viewer.clinic_id, rows.values()) for act in plan.acts}
    for plan in followed:
        fresh = sum(act.id not in kept for act in plan.acts)
        row = rows.get(plan.id) or _new_row(session, viewer, patient, plan)
        row.version += fresh + (row.site != plan.site)
        row.site, row.ended_on = plan.site, plan.ended_on
    session.flush()
    acts = ((plan, act) for plan in followed for act in plan.acts if act.id not in kept)
    session.add_all(act_row(plan.id, viewer.clinic_id, act) for plan, act in acts)


def _new_row(session: Session, viewer: Viewer, patient: Patient, plan: Plan) -> PlanRow:
    row = PlanRow(
        clinic_id=viewer.clinic_id, id=plan.id, patient_id=patient.id, site=plan.site, standing={}, version=1,
        template_code=plan.template.code, template_version=plan.template.version,
    )  # fmt: skip
    session.add(row)
    return row


def _row(session: Session, viewer: Viewer, patient: Patient, each: Recorded) -> Base:
    match each.what:
        case Involvement():
            return involvement_row(viewer, patient.id, each.what, each.at, each.id)
        case UsualPain():
            return usual_pain_row(viewer, patient.id, each.what, each.at, each.on, each.id)
        case Prescription():
            _must_be_free(session, PrescriptionRow, viewer, each)
            return prescription_row(each.what, viewer, patient.id, each.at, "")
        case Hold():
            _must_be_free(session, HoldRow, viewer, each)
            return hold_row(each.what, each.version, viewer, patient.id, each.at)
        case LimitOrder(limb, limit, reason):
            return LimbOrder(
                clinic_id=viewer.clinic_id, id=_order_id(patient, each), patient_id=patient.id, limb=limb,
                **limit_columns(limit), on_day=each.on, at=each.at, reason=reason, written_by=viewer.person,
            )  # fmt: skip
    raise TypeError(type(each.what))


def _must_be_free(session: Session, table: type[Base], viewer: Viewer, each: Recorded) -> None:
    if session.get(table, (viewer.clinic_id, each.id, each.version)):
        raise InvalidValue("Another patient has an order of this id. Give it an id of its own.", code="taken")
