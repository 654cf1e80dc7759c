"""Alerts: a clinician closes one with what it turned out to be."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.api.strict import Strict, code, text, whole
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.alert import AlertState, Level, Rule
from rehab_tracker.domain.closing import LONGEST_NOTE, AlertOutcome
from rehab_tracker.services.closing import close
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "alerts",
    __name__,
    url_prefix=f"{PREFIX}/alerts",
    description="What somebody must look at.",
)


class ClosingSchema(Strict):
    """What an alert turned out to be."""

    outcome = code(AlertOutcome, required=True)
    note = text(LONGEST_NOTE, required=False, description="What was found; needed for a red flag.")
    usual_pain = whole(description="0 to 10, how much it usually hurts; needed for `long-standing` alone.")


class ClosedAlertSchema(Schema):
    """A closed alert; the closing answers what the patient says of days up to ``closed_on``."""

    id = fields.UUID(required=True)
    patient_id = fields.UUID(required=True)
    rule = fields.String(required=True, metadata={"enum": [str(rule) for rule in Rule]})
    subject = fields.String(required=True)
    level = fields.String(required=True, metadata={"enum": [str(level) for level in Level]})
    state = fields.String(required=True, metadata={"enum": [str(state) for state in AlertState]})
    outcome = fields.String(required=True, metadata={"enum": [str(outcome) for outcome in AlertOutcome]})
    usual_pain = fields.Integer()
    closed_on = fields.Date(required=True)
    closed_at = fields.DateTime(required=True)
    closed_by = fields.UUID(required=True)


@blueprint.route("/<uuid:alert_id>/close", methods=["POST"])
@for_staff(Action.CLOSE_ALERT, "alert-closed")
@blueprint.arguments(ClosingSchema())
@blueprint.response(200, ClosedAlertSchema())
@blueprint.doc(operationId="close_alert", security=STAFF)
def close_now(body: dict[str, Any], alert_id: UUID) -> Response:
    """Close an alert; the same once more answers the same, anything else about a closed alert is a conflict."""
    said = (body["outcome"], body.get("note", ""), body.get("usual_pain"))
    return answer(_plain(close(context.session(), context.viewer(), alert_id, *said, context.now())))


def _plain(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "patient_id": alert.patient_id,
        "rule": alert.rule,
        "subject": alert.subject,
        "level": alert.level,
        "state": alert.state,
        "outcome": alert.outcome,
        **({} if alert.usual_pain is None else {"usual_pain": alert.usual_pain}),
        "closed_on": alert.closed_on,
        "closed_at": alert.closed_at,
        "closed_by": alert.closed_by,
    }
