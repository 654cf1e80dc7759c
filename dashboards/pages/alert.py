"""Why this alert: its sentence, rule and evidence, what is not known, its steps, and how to take and close it."""

from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.form import Fault, Said, fault_of, is_whole, typed
from dashboards.pages.ledger_told import told_before
from dashboards.pages.page import clinic_pages, done, page
from dashboards.pages.words import FIELDS, RULES, STATES, STEPS, age, words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.closing import LONGEST_NOTE, AlertOutcome
from rehab_tracker.domain.errors import InvalidValue, WrongState
from rehab_tracker.domain.wording import LEVELS, not_known
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.closing import close
from rehab_tracker.services.record import open_alert
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

alert_pages = clinic_pages("alert")


@alert_pages.get("/alerts/<uuid:alert_id>")
@for_staff(Action.READ_RECORD, "alert-read")
def show(slug: str, alert_id: UUID) -> Response:
    """Return an alert's page; opening it changes nothing, so that mail scanners can't take an alert."""
    return _page(alert_id)


def _page(alert_id: UUID, status: int = 200, *, too_late: bool = False, fault: Fault | None = None) -> Response:
    opened = open_alert(context.session(), context.viewer(), alert_id, context.now())
    alert = opened.alert
    return page(
        "alert.html",
        status,
        opened=opened,
        alert=alert,
        is_open=alert.state is AlertState.OPEN,
        stands=alert.state in (AlertState.OPEN, AlertState.ACKNOWLEDGED),
        closed_by=opened.names.get(alert.closed_by) if alert.closed_by else None,
        outcomes=_outcomes(alert.site is not None),
        longest_note=LONGEST_NOTE,
        said=MultiDict(request.form),
        fault=fault,
        taken_by=opened.names.get(alert.acknowledged_by) if alert.acknowledged_by else None,
        too_late=too_late,
        told_before=told_before(opened.ledger, alert.last_for_date) if opened.ledger else (),
        not_known=not_known(alert.rule, alert.unknown_days, words().gettext),
        age=age(opened.patient.born, opened.today),
        levels=LEVELS,
        rules=RULES,
        states=STATES,
        steps=STEPS,
        fields=FIELDS,
    )


def _outcomes(is_about_a_place: bool) -> list[tuple[str, str]]:
    """Return what an alert can turn out to be, in words; only a place can hurt for long."""
    offered = (each for each in AlertOutcome if is_about_a_place or each is not AlertOutcome.LONG_STANDING)
    return [(str(each), words().code(each)) for each in offered]


@alert_pages.post("/alerts/<uuid:alert_id>/acknowledge")
@for_staff(Action.ACKNOWLEDGE_ALERT, "alert-acknowledged")
def acknowledge_now(slug: str, alert_id: UUID) -> ResponseReturnValue:
    """Take the alert, or say politely who has it already."""
    try:
        acknowledge(context.session(), context.viewer(), alert_id, context.now())
    except WrongState:
        return _page(alert_id, 409, too_late=True)
    return redirect(url_for("alert.show", alert_id=alert_id), 303)


@alert_pages.post("/alerts/<uuid:alert_id>/close")
@for_staff(Action.CLOSE_ALERT, "alert-closed")
def close_now(slug: str, alert_id: UUID) -> ResponseReturnValue:
    """Close the alert with what it turned out to be, or say politely that it stands no more."""
    said = MultiDict(request.form)
    try:
        outcome = _outcome(said)
        usual = _usual(said) if outcome is AlertOutcome.LONG_STANDING else None
        close(context.session(), context.viewer(), alert_id, outcome, typed(said, "note"), usual, context.now())
    except WrongState:
        return _page(alert_id, 409, too_late=True)
    except InvalidValue as refusal:
        fault = fault_of(refusal, (), said, "outcome", "usual_pain", "note")
        return _page(alert_id, 422, fault=Fault(fault.field or "note", fault.text))
    return done(gettext("The alert is closed."), url_for("alert.show", alert_id=alert_id))


def _outcome(said: Said) -> AlertOutcome:
    told = typed(said, "outcome")
    if told not in list(AlertOutcome):
        raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/outcome")
    return AlertOutcome(told)


def _usual(said: Said) -> int | None:
    """Return the usual pain as it was typed; what is no number is refused, nothing is for the domain to refuse."""
    told = typed(said, "usual_pain")
    if told and not is_whole(told):
        raise InvalidValue("Give a whole number from 0 to 10.", code="wrong-type", pointer="/usual_pain")
    return int(told) if told else None
