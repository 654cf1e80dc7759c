"""Exercise orders: what clinicians order by hand beside the plans, and the days on which exercises rest."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.api.plan_told import there
from rehab_tracker.api.reason import ReasonSchema, reason_field
from rehab_tracker.api.record_content import site_field
from rehab_tracker.api.strict import Read, Strict, code, many, read_text, text, yes_no
from rehab_tracker.api.version import HEADERS, IF_MATCH, seen_version, versioned
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import LONGEST_CODE
from rehab_tracker.domain.hold import Hold, HoldReason
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.prescription import EVERY_DAY, Days, Dose, Prescription
from rehab_tracker.domain.reader import read
from rehab_tracker.domain.site import SITES, Limb
from rehab_tracker.domain.weight_bearing import Grade
from rehab_tracker.services import exercises as services
from rehab_tracker.services.exercises import Written
from rehab_tracker.storage.schedule import PATIENT_SCOPE, HoldRow, PrescriptionRow, scope_of
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "exercise_orders",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>",
    description="What clinicians order by hand, and when exercises rest.",
)

Value = TypeVar("Value")
AMOUNT = {"type": "integer", "minimum": 1, "maximum": 1000}
DOSE: dict[str, Any] = {
    "type": "object",
    "properties": {
        **{name: AMOUNT for name in ("sets", "reps", "minutes", "seconds")},
        "times_a_day": {"type": "integer", "minimum": 1, "maximum": 6},
    },
    "additionalProperties": False,
    "description": "At one time: at least sets, reps or minutes. `seconds` is how long one repetition is held.",
}
WEEKDAY_LIST: dict[str, Any] = {
    "type": "array",
    "items": {"type": "integer", "minimum": 0, "maximum": 6},
    "description": "Days of the week from Monday, 0; every day where it is left out.",
}
SCOPES = [PATIENT_SCOPE, *(str(limb) for limb in Limb), *SITES]


def _below(pointer: str, reads: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """Return the same reader, whose refusals point below the field and not to it once more."""

    def read_below(value: Any) -> Value:
        try:
            return reads(value)
        except InvalidValue as fault:
            fault.pointer = fault.pointer.removeprefix(pointer)
            raise

    return read_below


def _days(value: Any) -> Days:
    if type(value) is not list or not all(type(day) is int for day in value):
        raise InvalidValue("Give a list of whole numbers.", code="wrong-type")
    return Days(frozenset(value))


def _day(*, required: bool, description: str) -> Read:
    return read_text(local_date, required=required, format="date", description=description)


class PrescriptionSchema(Strict):
    """An exercise that a clinician orders; a last day stops it. What is past stays as it was asked."""

    exercise = text(LONGEST_CODE, description="The exercise's code; a clinic may have its own.")
    sites = many(site_field("A place that the exercise is for."))
    dose = Read(_below("/dose", lambda value: read(Dose, value)), **DOSE)
    days = Read(_below("/days", _days), required=False, **WEEKDAY_LIST)
    from_on = _day(required=True, description="The first local day: today or later.")
    until_on = _day(required=False, description="The last local day; until further notice where it is left out.")
    strengthens = yes_no(description="Rests while strengthening rests.")
    needs = code(Grade, description="The least that the limb must be allowed.")
    reason = reason_field()


class HoldSchema(Strict):
    """Days on which exercises rest; they leave what is due, and alerts go on as before."""

    scope = read_text(scope_of, enum=SCOPES, description="The whole patient, a limb or a place.")
    from_on = _day(required=True, description="The first local day.")
    until_on = _day(required=False, description="The last local day; until further notice where it is left out.")
    cause = code(HoldReason, required=True)
    only_strengthening = yes_no(description="All other exercises go on.")
    reason = reason_field()


class KeptPrescriptionSchema(Schema):
    """The newest version of an order."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    exercise = fields.String(required=True)
    sites = fields.List(fields.String(), required=True)
    dose = fields.Raw(required=True, metadata=DOSE)
    days = fields.List(fields.Integer(), required=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date()
    strengthens = fields.Boolean(required=True)
    needs = fields.String()
    reason = fields.String(required=True)
    at = fields.DateTime(required=True)
    by = fields.UUID()


class KeptHoldSchema(Schema):
    """The newest version of a hold; one that ``is_lifted`` counts as if it had never been."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    scope = fields.String(required=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date()
    cause = fields.String(required=True, metadata={"enum": [str(reason) for reason in HoldReason]})
    only_strengthening = fields.Boolean(required=True)
    is_lifted = fields.Boolean(required=True)
    reason = fields.String(required=True)
    at = fields.DateTime(required=True)
    by = fields.UUID()


class OrderedSchema(Schema):
    """All that was ordered by hand."""

    prescriptions = fields.List(fields.Nested(KeptPrescriptionSchema()), required=True)
    holds = fields.List(fields.Nested(KeptHoldSchema()), required=True)


class KeptVersionSchema(Schema):
    """Which version was kept."""

    version = fields.Integer(required=True)


@blueprint.route("/exercise-orders", methods=["GET"])
@for_staff(Action.READ_RECORD, "exercises-read")
@blueprint.response(200, OrderedSchema())
@blueprint.doc(operationId="list_exercise_orders", security=STAFF)
def orders(patient_id: UUID) -> Response:
    """Return what clinicians ordered by hand, and when exercises rest."""
    found = services.ordered_exercises(context.session(), context.viewer(), patient_id, context.now())
    told = {"prescriptions": [_plain_order(row) for row in found.exercises]}
    return answer(told | {"holds": [_plain_hold(row) for row in found.holds]})


@blueprint.route("/prescriptions/<uuid:prescription_id>", methods=["PUT"])
@for_staff(Action.ORDER_EXERCISES, "exercise-ordered")
@blueprint.arguments(PrescriptionSchema())
@blueprint.response(200, KeptVersionSchema(), headers=HEADERS)
@blueprint.doc(operationId="prescribe", security=STAFF, parameters=IF_MATCH)
def prescribe(body: dict[str, Any], patient_id: UUID, prescription_id: UUID) -> Response:
    """Order an exercise (version 0), or change an order from today on."""
    written = Written(seen_version(), body.pop("reason"))
    sites, days = tuple(body.pop("sites")), body.pop("days", EVERY_DAY)
    order = Prescription(prescription_id, 1, sites=sites, days=days, **body)
    kept = services.prescribe(context.session(), context.viewer(), patient_id, order, written, context.now())
    return versioned({"version": kept.version}, kept.version)


@blueprint.route("/holds/<uuid:hold_id>", methods=["PUT"])
@for_staff(Action.TEND_PLAN, "exercises-held")
@blueprint.arguments(HoldSchema())
@blueprint.response(200, KeptVersionSchema(), headers=HEADERS)
@blueprint.doc(operationId="hold_exercises", security=STAFF, parameters=IF_MATCH)
def hold(body: dict[str, Any], patient_id: UUID, hold_id: UUID) -> Response:
    """Let exercises rest (version 0), or change how long they do."""
    written, cause = Written(seen_version(), body.pop("reason")), body.pop("cause")
    rest = Hold(hold_id, until_on=body.pop("until_on", None), reason=cause, **body)
    version = services.hold_exercises(context.session(), context.viewer(), patient_id, rest, written, context.now())
    return versioned({"version": version}, version)


@blueprint.route("/holds/<uuid:hold_id>", methods=["DELETE"])
@for_staff(Action.TEND_PLAN, "hold-lifted")
@blueprint.arguments(ReasonSchema())
@blueprint.response(200, KeptVersionSchema(), headers=HEADERS)
@blueprint.doc(operationId="lift_hold", security=STAFF, parameters=IF_MATCH)
def lift(body: dict[str, str], patient_id: UUID, hold_id: UUID) -> Response:
    """Take a hold back as if it had never been; it stays in the history."""
    written = Written(seen_version(), body["reason"])
    version = services.lift_hold(context.session(), context.viewer(), patient_id, hold_id, written, context.now())
    return versioned({"version": version}, version)


def _plain_order(row: PrescriptionRow) -> dict[str, Any]:
    names = ("id", "version", "exercise", "sites", "dose", "from_on", "until_on", "strengthens", "needs", "at")
    said = {name: getattr(row, name) for name in names}
    return there(said | {"days": row.weekdays, "reason": row.reason, "by": row.written_by})


def _plain_hold(row: HoldRow) -> dict[str, Any]:
    names = ("id", "version", "scope", "from_on", "until_on", "only_strengthening", "is_lifted", "at")
    said = {name: getattr(row, name) for name in names}
    return there(said | {"cause": row.reason, "reason": row.note, "by": row.written_by})
