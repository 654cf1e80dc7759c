"""Limits: how much each limb may carry today, from its plans and from what a clinician ordered for the whole limb."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.api.plan_told import there
from rehab_tracker.api.reason import reason_field
from rehab_tracker.api.strict import Strict, code, whole
from rehab_tracker.api.weight_limit import WeightLimitSchema, aids_field, getting_about_field, sentence_of
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.reader import plain
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import Grade, LimbLimit, WeightLimit, both_legs_restricted
from rehab_tracker.services.plan_reading import Told, read_plans
from rehab_tracker.services.plans import order_limit
from rehab_tracker.storage.plans import LimbOrder
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "limits",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>/limits",
    description="How much each limb may carry.",
)


class LimitOrderSchema(Strict):
    """A limit for a whole limb from today on, beside its plans: the strictest counts. FWB lifts an earlier order."""

    limb = code(Limb, required=True)
    grade = code(Grade, required=True)
    percent = whole(description="Of body weight; PWB needs 1 to 99, TTWB may have 0 to 20.", minimum=0, maximum=99)
    aids = aids_field("What to walk with.")
    reason = reason_field()
    getting_about = getting_about_field()


class LimbLimitSchema(Schema):
    """What one limb may carry today, in the words of the patient too, and the places that limit it."""

    limb = fields.String(required=True, metadata={"enum": [str(limb) for limb in Limb]})
    limit = fields.Nested(WeightLimitSchema(), required=True)
    sentence = fields.String(required=True)
    sites = fields.List(fields.String(), required=True)


class KeptOrderSchema(Schema):
    """What a clinician ordered for a whole limb, from a local day until the next order for it."""

    limb = fields.String(required=True)
    limit = fields.Nested(WeightLimitSchema(), required=True)
    on = fields.Date(required=True)
    at = fields.DateTime(required=True)
    reason = fields.String(required=True)
    by = fields.UUID()
    author = fields.String()


class LimbLimitsSchema(Schema):
    """All limits; ``getting_about`` is how the patient moves where both legs are restricted, as a clinician said."""

    data = fields.List(fields.Nested(LimbLimitSchema()), required=True)
    orders = fields.List(fields.Nested(KeptOrderSchema()), required=True)
    both_legs_restricted = fields.Boolean(required=True)
    getting_about = fields.String()


@blueprint.route("", methods=["GET"])
@for_staff(Action.READ_RECORD, "plans-read")
@blueprint.response(200, LimbLimitsSchema())
@blueprint.doc(operationId="list_limits", security=STAFF)
def limits(patient_id: UUID) -> Response:
    """Return what each limb may carry today, and every order for a whole limb."""
    return _answer(patient_id)


@blueprint.route("", methods=["POST"])
@for_staff(Action.MOVE_PLAN, "limit-ordered")
@blueprint.arguments(LimitOrderSchema())
@blueprint.response(201, LimbLimitsSchema())
@blueprint.doc(operationId="order_limit", security=STAFF)
def order(body: dict[str, Any], patient_id: UUID) -> Response:
    """Order a limit for a whole limb; it can only tighten what its plans say."""
    limit = WeightLimit(body["grade"], body.get("percent"), body.get("aids"))
    who = (context.session(), context.viewer(), patient_id)
    order_limit(*who, body["limb"], limit, body["reason"], body.get("getting_about"), context.now())
    return _answer(patient_id, 201)


def _answer(patient_id: UUID, status: int = 200) -> Response:
    told = read_plans(context.session(), context.viewer(), patient_id, context.now())
    said = {
        "data": [plain_limit(found) for found in told.limits.values()],
        "orders": [_order(order, told) for order in told.limb_orders],
        "both_legs_restricted": both_legs_restricted(told.limits),
        "getting_about": told.standing.getting_about,
    }
    return answer(there(said), status)


def plain_limit(found: LimbLimit) -> dict[str, Any]:
    """Return a limb's limit as an answer holds it."""
    return {
        "limb": found.limb,
        "limit": plain(found.limit),
        "sentence": sentence_of(found.limb, found.limit),
        "sites": [str(place) for place in found.sites],
    }


def _order(order: LimbOrder, told: Told) -> dict[str, Any]:
    said = {
        "limb": order.limb,
        "limit": plain(WeightLimit(order.grade, order.percent, order.aids)),
        "on": order.on_day,
        "at": order.at,
        "reason": order.reason,
        "by": order.written_by,
        "author": told.names.get(order.written_by) if order.written_by else None,
    }
    return there(said)
