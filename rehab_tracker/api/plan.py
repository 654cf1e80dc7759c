"""Plans: what clinicians read of them and do to them; a plan rises only here, by a person."""

from typing import Any
from uuid import UUID

from flask import Response

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.api.plan_told import PlanSchema, PlansSchema, plain_plan
from rehab_tracker.api.strict import Read, Strict, code, text, whole
from rehab_tracker.api.version import HEADERS, IF_MATCH, seen_version, versioned
from rehab_tracker.api.weight_limit import getting_about_field, limit_field
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import InvalidValue, NotFound
from rehab_tracker.domain.exercise import LONGEST_CODE
from rehab_tracker.domain.person import LONGEST_REASON
from rehab_tracker.domain.plan import Act, PlanAct
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.services.plan_reading import read_plans
from rehab_tracker.services.plans import Move, move_plan, tend_plan
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "plans",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>/plans",
    description="Where each place stands in its protocol.",
)

TENDING = (Act.CHECK, Act.HOLD, Act.RESUME, Act.END)
WHY = "Why; needed for anything but the step that is proposed."


def _tending(value: Any) -> Act:
    if value not in TENDING:
        raise InvalidValue("Choose an answer from the list.", code="unknown-code")
    return Act(value)


class MoveSchema(Strict):
    """Where a plan shall stand from today on."""

    phase = code(Phase, required=True)
    step = whole(description="Of the phase, from 0, which is what is meant where it is left out.")
    limit = limit_field("Instead of the step's.")
    reason = text(LONGEST_REASON, required=False, description=WHY)
    getting_about = getting_about_field()


class ActSchema(Strict):
    """What else is done to a plan; all but a check need a reason."""

    act = Read(_tending, type="string", enum=[str(act) for act in TENDING])
    item = text(LONGEST_CODE, required=False, description="What was checked; `both-legs` takes `getting_about`.")
    reason = text(LONGEST_REASON, required=False)
    getting_about = getting_about_field()


@blueprint.route("", methods=["GET"])
@for_staff(Action.READ_RECORD, "plans-read")
@blueprint.response(200, PlansSchema(), headers=HEADERS)
@blueprint.doc(operationId="list_plans", security=STAFF)
def plans(patient_id: UUID) -> Response:
    """Return every plan of a patient with what could come next and why."""
    told = read_plans(context.session(), context.viewer(), patient_id, context.now())
    found = [plain_plan(plan, told) for plan in told.plans]
    return versioned({"data": found}, sum(plan.version for plan in told.plans))


@blueprint.route("/<uuid:plan_id>", methods=["GET"])
@for_staff(Action.READ_RECORD, "plans-read")
@blueprint.response(200, PlanSchema(), headers=HEADERS)
@blueprint.doc(operationId="read_plan", security=STAFF)
def plan(patient_id: UUID, plan_id: UUID) -> Response:
    """Return one plan."""
    return _answer(patient_id, plan_id)


def _answer(patient_id: UUID, plan_id: UUID, status: int = 200) -> Response:
    told = read_plans(context.session(), context.viewer(), patient_id, context.now())
    found = next((plan for plan in told.plans if plan.course.plan.id == plan_id), None)
    if found is None:
        raise NotFound()
    return versioned(plain_plan(found, told), found.version, status)


@blueprint.route("/<uuid:plan_id>/moves", methods=["POST"])
@for_staff(Action.MOVE_PLAN, "plan-move")
@blueprint.arguments(MoveSchema())
@blueprint.response(201, PlanSchema(), headers=HEADERS)
@blueprint.doc(operationId="move_plan", security=STAFF, parameters=IF_MATCH)
def move(body: dict[str, Any], patient_id: UUID, plan_id: UUID) -> Response:
    """Let a plan stand on another step from today on; what is not proposed needs a reason and is an override."""
    target = Rung(body["phase"], body.get("step", 0))
    wanted = Move(target, body.get("limit"), body.get("reason", ""), body.get("getting_about"))
    who = (context.session(), context.viewer(), patient_id, plan_id)
    move_plan(*who, wanted, seen_version(), context.now())
    return _answer(patient_id, plan_id, 201)


@blueprint.route("/<uuid:plan_id>/acts", methods=["POST"])
@for_staff(Action.TEND_PLAN, "plan-check, plan-hold, plan-resume or plan-end")
@blueprint.arguments(ActSchema())
@blueprint.response(201, PlanSchema(), headers=HEADERS)
@blueprint.doc(operationId="tend_plan", security=STAFF, parameters=IF_MATCH)
def tend(body: dict[str, Any], patient_id: UUID, plan_id: UUID) -> Response:
    """Check an item, put a plan on hold, let it go on, or end it; the last two are a physiatrist's."""
    now, aids = context.now(), body.get("getting_about")
    told = PlanAct(body["act"], now.date(), now, item=body.get("item"), value=aids, reason=body.get("reason", ""))
    tend_plan(context.session(), context.viewer(), patient_id, plan_id, told, seen_version(), now)
    return _answer(patient_id, plan_id, 201)
