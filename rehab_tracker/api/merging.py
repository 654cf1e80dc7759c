"""Merging: two records of one person become one, and a mistaken merge is undone."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.api.reason import ReasonSchema, reason_field
from rehab_tracker.api.strict import Strict, uuid
from rehab_tracker.domain.access import Action
from rehab_tracker.services import merging
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "merging",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>/merge",
    description="A patient who was entered twice.",
)


class IntoSchema(Strict):
    """The record that is kept of the same person, and why the two are one."""

    into = uuid(description="The patient's id in the record that is kept.")
    reason = reason_field()


class MergedSchema(Schema):
    """The record that came of it."""

    patient_id = fields.UUID(required=True)


@blueprint.route("", methods=["POST"])
@for_staff(Action.MERGE_RECORDS, "records-merged")
@blueprint.arguments(IntoSchema())
@blueprint.response(200, MergedSchema())
@blueprint.doc(operationId="merge_person", security=STAFF)
def merge(body: dict[str, Any], patient_id: UUID) -> Response:
    """Let this record, a duplicate, be part of another one of the same person."""
    who = (context.session(), context.viewer(), patient_id)
    return answer({"patient_id": merging.merge(*who, body["into"], body["reason"], context.now()).id})


@blueprint.route("/undo", methods=["POST"])
@for_staff(Action.MERGE_RECORDS, "merge-undone")
@blueprint.arguments(ReasonSchema())
@blueprint.response(200, MergedSchema())
@blueprint.doc(operationId="undo_merge", security=STAFF)
def undo_merge(body: dict[str, str], patient_id: UUID) -> Response:
    """Separate this record again from the one that it was merged into by mistake."""
    who = (context.session(), context.viewer(), patient_id)
    return answer({"patient_id": merging.undo_merge(*who, body["reason"], context.now()).id})
