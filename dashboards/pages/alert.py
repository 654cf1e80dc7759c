"""Why this alert: its sentence, rule and evidence, what is not known, its steps so far, and the button to take it."""

from uuid import UUID

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from dashboards.pages.page import clinic_pages, page
from dashboards.pages.words import FIELDS, RULES, STATES, STEPS, age, words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.errors import WrongState
from rehab_tracker.domain.wording import LEVELS, not_known
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.record import open_alert
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

alert_pages = clinic_pages("alert")


@alert_pages.get("/alerts/<uuid:alert_id>")
@for_staff(Action.READ_RECORD, "alert-read")
def show(slug: str, alert_id: UUID) -> Response:
    """Return an alert's page; opening it changes nothing, so that mail scanners can't take an alert."""
    return _page(alert_id)


def _page(alert_id: UUID, status: int = 200, *, too_late: bool = False) -> Response:
    opened = open_alert(context.session(), context.viewer(), alert_id, context.now())
    alert = opened.alert
    return page(
        "alert.html",
        status,
        opened=opened,
        alert=alert,
        is_open=alert.state is AlertState.OPEN,
        taken_by=opened.names.get(alert.acknowledged_by) if alert.acknowledged_by else None,
        too_late=too_late,
        not_known=not_known(alert.rule, alert.unknown_days, words().gettext),
        age=age(opened.patient.born, opened.today),
        levels=LEVELS,
        rules=RULES,
        states=STATES,
        steps=STEPS,
        fields=FIELDS,
    )


@alert_pages.post("/alerts/<uuid:alert_id>/acknowledge")
@for_staff(Action.ACKNOWLEDGE_ALERT, "alert-acknowledged")
def acknowledge_now(slug: str, alert_id: UUID) -> ResponseReturnValue:
    """Take the alert, or say politely who has it already."""
    try:
        acknowledge(context.session(), context.viewer(), alert_id, context.now())
    except WrongState:
        return _page(alert_id, 409, too_late=True)
    return redirect(url_for("alert.show", alert_id=alert_id), 303)
