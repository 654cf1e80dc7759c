"""Plans: what clinicians do to them. A rung rises only here, by a person; holds and regresses work themselves out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.criterion import Checked
from rehab_tracker.domain.errors import InvalidValue, NotFound, OutOfDate, WrongState
from rehab_tracker.domain.limb import combined
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.person import checked_reason
from rehab_tracker.domain.plan import Act, Plan, PlanAct, PlanCourse
from rehab_tracker.domain.plan_walk import IMAGING_CONSIDERED
from rehab_tracker.domain.proposal import Proposal, check_move
from rehab_tracker.domain.protocol import Rung, Template
from rehab_tracker.domain.site import LEGS, Limb
from rehab_tracker.domain.weight_bearing import SUPPORT, Aids, WeightLimit, both_legs_restricted
from rehab_tracker.services import audit
from rehab_tracker.services.alerts import Occasion, review_patient
from rehab_tracker.services.both_legs import asks, asks_beside
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.plan_facts import known_of, proposal_of
from rehab_tracker.services.protocol import BOTH_LEGS, Standing, standing_now
from rehab_tracker.services.reach import lock_records, must_reach_patient
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.plans import LimbOrder, PlanRow, act_row, limit_columns

A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Move:
    """Where a clinician wants a plan to stand, and why; ``getting_about`` answers for two restricted legs."""

    target: Rung
    limit: WeightLimit | None = None
    reason: str = ""
    getting_about: Aids | None = None


@contextmanager
def _at_work(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Iterator[Occasion]:
    """Lock a patient's record for one act, and ask the rules again before it is committed."""
    with transaction(session):
        must_reach_patient(session, viewer, patient_id, now)
        patient = lock_records(session, viewer.clinic_id, patient_id).kept
        on = Occasion(session, viewer, patient, in_force(session, viewer.clinic_id), now)
        yield on
        session.flush()
        review_patient(on, local_day(now, time_zone(patient.time_zone)))


def move_plan(
    session: Session, viewer: Viewer, patient_id: UUID, plan_id: UUID, move: Move, seen: int, now: datetime
) -> None:
    """Let a plan stand on another rung from today on; anything but the proposed advance is kept as an override.

    Raises OutOfDate unless ``seen`` is the plan's version, BothLegs while the question is not answered, and what
    ``check_move`` raises.
    """
    must_be_allowed(viewer, Action.MOVE_PLAN)
    with _at_work(session, viewer, patient_id, now) as on:
        plans = standing_now(session, on.patient, now)
        row, course = _chosen(plans, plan_id, seen)
        proposed = proposal_of(course, plans, known_of(session, on.patient, plans, now))
        is_override = check_move(course, move.target, proposed, move.reason, move.limit)
        limit = move.limit or course.plan.template.limit_at(move.target)
        restricts_both = asks_beside(plans, course.plan.site, limit, move.getting_about, replaces=course)
        act = PlanAct(
            Act.MOVE, plans.today, recorded_after(course.plan, now), move.target.phase, move.target.step, move.limit,
            reason=move.reason.strip(), by=viewer.person, id=uuid4(),
        )  # fmt: skip
        keep_act(on, row, act, is_override=is_override, seen=_criteria(proposed))
        if restricts_both and move.getting_about:
            keep_answer(on, row, plans.today, act, move.getting_about)


def _chosen(plans: Standing, plan_id: UUID, seen: int) -> tuple[PlanRow, PlanCourse]:
    row = plans.rows.get(plan_id)
    course = next((course for course in plans.courses if course.plan.id == plan_id), None)
    if row is None or course is None:
        raise NotFound()
    if row.version != seen:
        raise OutOfDate(yours=seen, now=row.version)
    return row, course


def recorded_after(plan: Plan, now: datetime) -> datetime:
    """Return when an act is recorded: after all before it, whatever the clocks of two machines say."""
    return max(now, *(act.at + A_MOMENT for act in plan.acts))


def _criteria(proposed: Proposal) -> list[dict[str, Any]]:
    """Return the criteria as the clinician saw them, for the record."""
    return [{"key": met.key, "values": dict(met.values), "is_met": met.is_met} for met in proposed.criteria]


def keep_act(on: Occasion, row: PlanRow, act: PlanAct, **more: Any) -> None:
    """Keep an act on a plan, count it, and note it in the audit."""
    on.session.add(act_row(row.id, on.viewer.clinic_id, act, **more))
    row.version += 1
    if act.act is Act.END:
        row.ended_on = act.on
    audit.note(on.session, on.viewer, f"plan-{act.act}", on.now, patient_id=on.patient.id, subject=row.id)


def keep_answer(on: Occasion, row: PlanRow, today: date, last: PlanAct, aids: Aids) -> None:
    """Keep how the patient gets about on two restricted legs, after the plan's last act."""
    at, by = max(last.at + A_MOMENT, on.now), on.viewer.person
    keep_act(on, row, PlanAct(Act.CHECK, today, at, item=BOTH_LEGS, value=str(aids), by=by, id=uuid4()))


def tend_plan(
    session: Session, viewer: Viewer, patient_id: UUID, plan_id: UUID, act: PlanAct, seen: int, now: datetime
) -> None:
    """Check an item, hold a plan, let it go on, or end it; ``act`` names which, its times and author are set here.

    Holding and checking is every clinician's; to let go on, to end, and to answer how a patient with two restricted
    legs gets about loosens and so is the physiatrist's. Raises OutOfDate unless ``seen`` is the plan's version,
    WrongState for an ended plan and for what ``move_plan`` does, InvalidValue for an item that no plan asks for.
    """
    tends = act.act in (Act.CHECK, Act.HOLD) and act.item != BOTH_LEGS
    must_be_allowed(viewer, Action.TEND_PLAN if tends else Action.MOVE_PLAN)
    if act.act in (Act.START, Act.MOVE):
        raise WrongState(state=str(act.act))
    why = checked_reason(act.reason) if act.act is not Act.CHECK or act.reason else ""
    with _at_work(session, viewer, patient_id, now) as on:
        plans = standing_now(session, on.patient, now)
        row, course = _chosen(plans, plan_id, seen)
        if course.ended_on:
            raise WrongState(state="ended")
        _check_item(act, course.plan.template)
        at = recorded_after(course.plan, now)
        keep_act(on, row, replace(act, on=plans.today, at=at, reason=why, by=viewer.person, id=uuid4()))


def _check_item(act: PlanAct, template: Template) -> None:
    """Raise InvalidValue unless only a check has an item, one that the plan asks for, and only two legs' a value."""
    if act.act is not Act.CHECK:
        if act.item is not None or act.value is not None:
            raise InvalidValue("Only a check names an item. Leave it out.", code="item-not-allowed", pointer="/item")
        return
    asked = {c.item for phase in template.phases for c in (*phase.exit, *phase.step_up) if isinstance(c, Checked)}
    if act.item not in asked | {IMAGING_CONSIDERED, BOTH_LEGS}:
        raise InvalidValue("Choose an item that this plan asks for.", code="unknown-item", pointer="/item")
    if (act.item == BOTH_LEGS) != (act.value in SUPPORT):
        raise InvalidValue(
            "Say how the patient gets about, for both legs only.", code="aids-not-allowed", pointer="/getting_about"
        )


def order_limit(
    session: Session,
    viewer: Viewer,
    patient_id: UUID,
    limb: Limb,
    limit: WeightLimit,
    reason: str,
    getting_about: Aids | None,
    now: datetime,
) -> None:
    """Order a limit for a whole limb from today on, beside its plans: the strictest of all counts.

    FWB lifts an earlier order. Raises BothLegs while the question is not answered, InvalidValue without a reason.
    """
    must_be_allowed(viewer, Action.MOVE_PLAN)
    why = checked_reason(reason)
    with _at_work(session, viewer, patient_id, now) as on:
        plans = standing_now(session, on.patient, now)
        after = (*plans.orders, (limb, limit, plans.today))
        limits = combined(((c.plan.site, c.limit) for c in plans.running), after, plans.today)
        restricts_both = asks(limits, getting_about, is_settled=both_legs_restricted(plans.limits))
        order = LimbOrder(
            clinic_id=viewer.clinic_id, id=uuid4(), patient_id=on.patient.id, limb=limb, **limit_columns(limit),
            on_day=plans.today, at=now, reason=why, written_by=viewer.person,
        )  # fmt: skip
        session.add(order)
        audit.note(session, viewer, "limit-ordered", now, patient_id=on.patient.id, subject=limb)
        leg = next((course for course in plans.running if course.plan.site.limb in LEGS), None)
        if restricts_both and getting_about and leg:
            keep_answer(on, plans.rows[leg.plan.id], plans.today, leg.plan.acts[-1], getting_about)
