"""Reasons: why something was done stays with it, and why a record is opened from outside the care team is asked."""

from uuid import UUID

from flask import Response

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.api.strict import Read, Strict, text
from rehab_tracker.domain import person
from rehab_tracker.domain.access import Action
from rehab_tracker.services.reach import LONGEST_REASON, SHORTEST_REASON, give_reason
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "reasons",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>/openings",
    description="Opening a record from outside the care team.",
)


def reason_field() -> Read:
    """Return a field for why something is done."""
    return text(person.LONGEST_REASON, minLength=1, description="Why, in a few words; it stays in the record.")


class ReasonSchema(Strict):
    """Why something is done."""

    reason = reason_field()


class OpeningSchema(Strict):
    """Why a record is opened from outside the care team; the patient will see it."""

    reason = text(LONGEST_REASON, minLength=SHORTEST_REASON)


@blueprint.route("", methods=["POST"])
@for_staff(Action.GIVE_REASON, "record-opened-with-reason")
@blueprint.arguments(OpeningSchema())
@blueprint.response(204)
@blueprint.doc(operationId="give_reason", security=STAFF)
def open_with_reason(body: dict[str, str], patient_id: UUID) -> Response:
    """Say why the record is opened from outside the care team, which opens it for an hour."""
    give_reason(context.session(), context.viewer(), patient_id, body["reason"], context.now())
    return Response(status=204)
