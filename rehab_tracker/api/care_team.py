"""The care team: who gets a patient's letters."""

from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.domain.access import Action
from rehab_tracker.services.people import join_care_team, leave_care_team
from rehab_tracker.services.person import read_person
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "care_team",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>/care-team",
    description="Who cares for a patient.",
)


class MemberSchema(Schema):
    """One member of a care team."""

    staff_id = fields.UUID(required=True)
    name = fields.String(required=True)


class CareTeamSchema(Schema):
    """Who gets a patient's letters, by name."""

    data = fields.List(fields.Nested(MemberSchema()), required=True)


@blueprint.route("", methods=["GET"])
@for_staff(Action.READ_RECORD, "person-read")
@blueprint.response(200, CareTeamSchema())
@blueprint.doc(operationId="list_care_team", security=STAFF)
def care_team(patient_id: UUID) -> Response:
    """Return who gets the patient's letters."""
    found = read_person(context.session(), context.viewer(), patient_id, context.now())
    return answer({"data": [{"staff_id": member, "name": found.names.get(member, "")} for member in found.team]})


@blueprint.route("/<uuid:staff_id>", methods=["PUT"])
@for_staff(Action.CHANGE_CARE_TEAM, "care-team-joined")
@blueprint.response(204)
@blueprint.doc(operationId="join_care_team", security=STAFF)
def join(patient_id: UUID, staff_id: UUID) -> Response:
    """Put a clinician into the care team; one who is in it stays in it."""
    join_care_team(context.session(), context.viewer(), patient_id, staff_id, context.now())
    return Response(status=204)


@blueprint.route("/<uuid:staff_id>", methods=["DELETE"])
@for_staff(Action.CHANGE_CARE_TEAM, "care-team-left")
@blueprint.response(204)
@blueprint.doc(operationId="leave_care_team", security=STAFF)
def leave(patient_id: UUID, staff_id: UUID) -> Response:
    """Take somebody out of the care team."""
    leave_care_team(context.session(), context.viewer(), patient_id, staff_id, context.now())
    return Response(status=204)
