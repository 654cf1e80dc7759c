"""Alerts: clinicians list them, take, hand on, put to rest and close them, and keep what came of calls."""

from typing import Any
from uuid import UUID

from flask import Response

from rehab_tracker.api.alert import (
    AlertSchema,
    AlertsSchema,
    AssigningSchema,
    CalledSchema,
    ClosedAlertSchema,
    ClosingSchema,
    HandedOverSchema,
    HandingOverSchema,
    NotedSchema,
    NoteSchema,
    NothingSchema,
    RestSchema,
    TabQuery,
)
from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.alert_call import Called
from rehab_tracker.domain.alert_life import Rest
from rehab_tracker.services import alert_life
from rehab_tracker.services.alert_undo import undo
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.closing import close
from rehab_tracker.services.inbox import Tab, inbox
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


@blueprint.route("", methods=["GET"])
@for_staff(Action.SEE_WORKLIST, "alerts-read names every patient shown")
@blueprint.arguments(TabQuery(), location="query")
@blueprint.response(200, AlertsSchema())
@blueprint.doc(operationId="list_alerts", security=STAFF)
def list_now(query: dict[str, Any]) -> Response:
    """Return one list of the alerts of one's patients and of those in nobody's care."""
    found = inbox(context.session(), context.viewer(), query.get("tab", Tab.NEW), context.now())
    return answer({"data": [_told(alert) for each in found.patients for alert in each.alerts]})


@blueprint.route("/<uuid:alert_id>/acknowledge", methods=["POST"])
@for_staff(Action.ACKNOWLEDGE_ALERT, "alert-acknowledged")
@blueprint.arguments(NothingSchema())
@blueprint.response(200, AlertSchema())
@blueprint.doc(operationId="acknowledge_alert", security=STAFF)
def acknowledge_now(body: dict[str, Any], alert_id: UUID) -> Response:
    """Take an open alert."""
    return answer(_told(acknowledge(context.session(), context.viewer(), alert_id, context.now())))


@blueprint.route("/<uuid:alert_id>/assign", methods=["POST"])
@for_staff(Action.TEND_ALERT, "alert-assigned")
@blueprint.arguments(AssigningSchema())
@blueprint.response(200, AlertSchema())
@blueprint.doc(operationId="assign_alert", security=STAFF)
def assign_now(body: dict[str, Any], alert_id: UUID) -> Response:
    """Ask a colleague to take a standing alert."""
    said = body["to"], body.get("note", "")
    return answer(_told(alert_life.assign(context.session(), context.viewer(), alert_id, *said, context.now())))


@blueprint.route("/<uuid:alert_id>/accept", methods=["POST"])
@for_staff(Action.TEND_ALERT, "alert-accepted")
@blueprint.arguments(NothingSchema())
@blueprint.response(200, AlertSchema())
@blueprint.doc(operationId="accept_alert", security=STAFF)
def accept_now(body: dict[str, Any], alert_id: UUID) -> Response:
    """Take an alert that one was asked to take."""
    return answer(_told(alert_life.accept(context.session(), context.viewer(), alert_id, context.now())))


@blueprint.route("/<uuid:alert_id>/decline", methods=["POST"])
@for_staff(Action.TEND_ALERT, "alert-declined")
@blueprint.arguments(NotedSchema())
@blueprint.response(200, AlertSchema())
@blueprint.doc(operationId="decline_alert", security=STAFF)
def decline_now(body: dict[str, Any], alert_id: UUID) -> Response:
    """Say that one can't take it."""
    note = body.get("note", "")
    return answer(_told(alert_life.decline(context.session(), context.viewer(), alert_id, note, context.now())))


@blueprint.route("/<uuid:alert_id>/snooze", methods=["POST"])
@for_staff(Action.TEND_ALERT, "alert-snoozed")
@blueprint.arguments(RestSchema())
@blueprint.response(200, AlertSchema())
@blueprint.doc(operationId="snooze_alert", security=STAFF)
def snooze_now(body: dict[str, Any], alert_id: UUID) -> Response:
    """Let an acknowledged alert rest until a day."""
    rest = Rest(body["until"], body["reason"].strip())
    return answer(_told(alert_life.snooze(context.session(), context.viewer(), alert_id, rest, context.now())))


@blueprint.route("/<uuid:alert_id>/wake", methods=["POST"])
@for_staff(Action.TEND_ALERT, "alert-woken")
@blueprint.arguments(NothingSchema())
@blueprint.response(200, AlertSchema())
@blueprint.doc(operationId="wake_alert", security=STAFF)
def wake_now(body: dict[str, Any], alert_id: UUID) -> Response:
    """End the rest of an alert before its day."""
    return answer(_told(alert_life.wake(context.session(), context.viewer(), alert_id, context.now())))


@blueprint.route("/<uuid:alert_id>/notes", methods=["POST"])
@for_staff(Action.TEND_ALERT, "alert-noted")
@blueprint.arguments(NoteSchema())
@blueprint.response(200, AlertSchema())
@blueprint.doc(operationId="note_alert", security=STAFF)
def note_now(body: dict[str, str], alert_id: UUID) -> Response:
    """Write a note into the history of a standing alert."""
    note = body["note"]
    return answer(_told(alert_life.note(context.session(), context.viewer(), alert_id, note, context.now())))


@blueprint.route("/hand-over", methods=["POST"])
@for_staff(Action.TEND_ALERT, "alert-handed-over for each alert")
@blueprint.arguments(HandingOverSchema())
@blueprint.response(200, HandedOverSchema())
@blueprint.doc(operationId="hand_over_alerts", security=STAFF)
def hand_over_now(body: dict[str, Any]) -> Response:
    """Ask a colleague to take all alerts that one looks after; each stays until it is accepted."""
    said = body["to"], body.get("note", "")
    handed = alert_life.hand_over(context.session(), context.viewer(), *said, context.now())
    return answer({"asked": handed.asked, "left": handed.left})


@blueprint.route("/<uuid:alert_id>/calls", methods=["POST"])
@for_staff(Action.TEND_ALERT, "alert-called")
@blueprint.arguments(CalledSchema())
@blueprint.response(200, AlertSchema())
@blueprint.doc(operationId="log_alert_call", security=STAFF)
def call_now(body: dict[str, Any], alert_id: UUID) -> Response:
    """Keep what came of calling the patient about a standing alert."""
    called = Called(body["result"], body.get("due_on"), body.get("note", "").strip())
    return answer(_told(alert_life.log_call(context.session(), context.viewer(), alert_id, called, context.now())))


@blueprint.route("/<uuid:alert_id>/undo", methods=["POST"])
@for_staff(Action.TEND_ALERT, "alert-undone")
@blueprint.arguments(NothingSchema())
@blueprint.response(200, AlertSchema())
@blueprint.doc(operationId="undo_alert_step", security=STAFF)
def undo_now(body: dict[str, Any], alert_id: UUID) -> Response:
    """Take back one's own last step, for 10 minutes; a conflict where something newer stands in the way."""
    return answer(_told(undo(context.session(), context.viewer(), alert_id, context.now())))


def _told(alert: Alert) -> dict[str, Any]:
    """Return an alert as staff read it; what is not there is left out."""
    told = {name: getattr(alert, name) for name in AlertSchema().fields}
    return {name: value for name, value in told.items() if value is not None}
