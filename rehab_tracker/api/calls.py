"""Calls: patients who asked to be called, and what became of it."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.api.strict import Strict, code, text
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.call_request import LONGEST_NOTE, BestTime, CallAbout, CallOutcome
from rehab_tracker.services.calls import answer_call
from rehab_tracker.services.person import Person, read_person
from rehab_tracker.storage.calls import Call, CallAnswer
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "calls",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>/calls",
    description="Patients who asked to be called.",
)


class CallAnswerSchema(Strict):
    """What became of a try to call; where nobody answered, the patient still waits."""

    outcome = code(CallOutcome, required=True)
    note = text(LONGEST_NOTE, required=False)


class TrySchema(Schema):
    """One try to call back."""

    outcome = fields.String(required=True, metadata={"enum": [str(outcome) for outcome in CallOutcome]})
    note = fields.String()
    answered_at = fields.DateTime(required=True)
    answered_by = fields.UUID(required=True)
    author = fields.String(required=True)


class CallSchema(Schema):
    """A request to be called that was not withdrawn, with every try, oldest first."""

    id = fields.UUID(required=True)
    asked_at = fields.DateTime(required=True)
    about = fields.String(required=True, metadata={"enum": [str(about) for about in CallAbout]})
    best_time = fields.String(required=True, metadata={"enum": [str(best) for best in BestTime]})
    note = fields.String()
    is_open = fields.Boolean(required=True)
    answers = fields.List(fields.Nested(TrySchema()), required=True)


class CallsSchema(Schema):
    """A patient's requests to be called, oldest first."""

    data = fields.List(fields.Nested(CallSchema()), required=True)


@blueprint.route("", methods=["GET"])
@for_staff(Action.READ_RECORD, "person-read")
@blueprint.response(200, CallsSchema())
@blueprint.doc(operationId="list_calls", security=STAFF)
def calls(patient_id: UUID) -> Response:
    """Return the patient's requests to be called."""
    return _answer(patient_id)


@blueprint.route("/<uuid:call_id>/answers", methods=["POST"])
@for_staff(Action.ANSWER_CALL, "call-answered")
@blueprint.arguments(CallAnswerSchema())
@blueprint.response(201, CallsSchema())
@blueprint.doc(operationId="answer_call", security=STAFF)
def answer_now(body: dict[str, Any], patient_id: UUID, call_id: UUID) -> Response:
    """Keep what became of a request, and return all of them; one that was answered can't be answered again."""
    who = (context.session(), context.viewer(), patient_id)
    answer_call(*who, call_id, body["outcome"], body.get("note", ""), context.now())
    return _answer(patient_id, 201)


def _answer(patient_id: UUID, status: int = 200) -> Response:
    found = read_person(context.session(), context.viewer(), patient_id, context.now())
    return answer({"data": [_plain(call, found) for call in found.calls]}, status)


def _plain(call: Call, found: Person) -> dict[str, Any]:
    asked = call.request
    return {
        "id": call.entry_id,
        "asked_at": call.asked_at,
        "about": asked.about,
        "best_time": asked.best_time,
        **({"note": asked.note} if asked.note else {}),
        "is_open": call.is_open,
        "answers": [_plain_try(each, found) for each in call.answers],
    }


def _plain_try(each: CallAnswer, found: Person) -> dict[str, Any]:
    return {
        "outcome": each.outcome,
        **({"note": each.note} if each.note else {}),
        "answered_at": each.answered_at,
        "answered_by": each.answered_by,
        "author": found.names.get(each.answered_by, ""),
    }
