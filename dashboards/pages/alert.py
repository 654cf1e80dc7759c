"""Why this alert: its sentence, rule and evidence, what is not known, its steps, and all that can be done with it."""

from collections.abc import Callable
from datetime import date
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
from rehab_tracker.domain.alert import AlertState, Rule
from rehab_tracker.domain.alert_call import Called, CallResult
from rehab_tracker.domain.alert_life import STANDS, UNSTABLE_FROM, Rest
from rehab_tracker.domain.closing import LONGEST_NOTE, AlertOutcome
from rehab_tracker.domain.errors import InvalidValue, WrongState
from rehab_tracker.domain.wording import LEVELS, not_known
from rehab_tracker.services import alert_life
from rehab_tracker.services.alert_undo import undo
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.closing import close
from rehab_tracker.services.record import open_alert
from rehab_tracker.web import context
from rehab_tracker.web.language import in_words
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
        stands=alert.state in STANDS,
        life=opened.life,
        me=context.viewer().person,
        call_results=[(str(result), words().code(result)) for result in CallResult],
        can_rest=alert.state is AlertState.ACKNOWLEDGED and alert.rule is not Rule.RED_FLAG,
        is_unstable=opened.life.came_back >= UNSTABLE_FROM,
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


def _step(alert_id: UUID, told: str, take: Callable[[], object], **fields: str) -> ResponseReturnValue:
    """Take a step and say what was done, or show the page with what stands in the way.

    ``fields`` are the names of the form's fields by what the refusal calls them.
    """
    try:
        take()
    except WrongState as refusal:
        if refusal.code == WrongState.code:
            return _page(alert_id, 409, too_late=True)
        return _page(alert_id, 409, fault=Fault("", in_words(refusal)))
    except InvalidValue as refusal:
        return _page(alert_id, 422, fault=Fault(fields.get(refusal.pointer.lstrip("/"), ""), in_words(refusal)))
    return done(told, url_for("alert.show", alert_id=alert_id))


@alert_pages.post("/alerts/<uuid:alert_id>/assign")
@for_staff(Action.TEND_ALERT, "alert-assigned")
def assign_now(slug: str, alert_id: UUID) -> ResponseReturnValue:
    """Ask a colleague to take the alert."""
    session, viewer, said = context.session(), context.viewer(), MultiDict(request.form)

    def take() -> object:
        note = typed(said, "assign_note")
        return alert_life.assign(session, viewer, alert_id, _colleague(said), note, context.now())

    return _step(alert_id, gettext("Your colleague is asked to take it."), take, to="to", note="assign_note")


def _colleague(said: Said) -> UUID:
    try:
        return UUID(typed(said, "to"))
    except ValueError:
        raise InvalidValue("Choose a colleague.", code="unknown-code", pointer="/to") from None


@alert_pages.post("/alerts/<uuid:alert_id>/accept")
@for_staff(Action.TEND_ALERT, "alert-accepted")
def accept_now(slug: str, alert_id: UUID) -> ResponseReturnValue:
    """Take the alert that one was asked to take."""
    session, viewer, now = context.session(), context.viewer(), context.now()
    return _step(alert_id, gettext("You look after it now."), lambda: alert_life.accept(session, viewer, alert_id, now))


@alert_pages.post("/alerts/<uuid:alert_id>/decline")
@for_staff(Action.TEND_ALERT, "alert-declined")
def decline_now(slug: str, alert_id: UUID) -> ResponseReturnValue:
    """Say that one can't take it."""
    session, viewer, now = context.session(), context.viewer(), context.now()
    told = gettext("It stays with whoever had it.")
    return _step(alert_id, told, lambda: alert_life.decline(session, viewer, alert_id, "", now))


@alert_pages.post("/alerts/<uuid:alert_id>/snooze")
@for_staff(Action.TEND_ALERT, "alert-snoozed")
def snooze_now(slug: str, alert_id: UUID) -> ResponseReturnValue:
    """Let the alert rest until a day, for a reason."""
    session, viewer, said = context.session(), context.viewer(), MultiDict(request.form)

    def take() -> object:
        until = _day(said, "until")
        if until is None:
            raise InvalidValue("Give the date like 2026-03-05.", code="missing-key", pointer="/until")
        return alert_life.snooze(session, viewer, alert_id, Rest(until, typed(said, "reason")), context.now())

    return _step(alert_id, gettext("The alert rests."), take, until="until", reason="reason")


@alert_pages.post("/alerts/<uuid:alert_id>/wake")
@for_staff(Action.TEND_ALERT, "alert-woken")
def wake_now(slug: str, alert_id: UUID) -> ResponseReturnValue:
    """End the rest of the alert."""
    session, viewer, now = context.session(), context.viewer(), context.now()
    return _step(alert_id, gettext("The alert is awake."), lambda: alert_life.wake(session, viewer, alert_id, now))


@alert_pages.post("/alerts/<uuid:alert_id>/calls")
@for_staff(Action.TEND_ALERT, "alert-called")
def call_now(slug: str, alert_id: UUID) -> ResponseReturnValue:
    """Keep what came of a call."""
    session, viewer, said = context.session(), context.viewer(), MultiDict(request.form)

    def take() -> object:
        told = typed(said, "result")
        if told not in list(CallResult):
            raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/result")
        called = Called(CallResult(told), _day(said, "due_on"), typed(said, "call_note"))
        return alert_life.log_call(session, viewer, alert_id, called, context.now())

    return _step(alert_id, gettext("The call is kept."), take, result="result", due_on="due_on", note="call_note")


def _day(said: Said, name: str) -> date | None:
    """Return the day that was typed, None for nothing."""
    told = typed(said, name)
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        raise InvalidValue("Give the date like 2026-03-05.", code="wrong-type", pointer=f"/{name}") from None


@alert_pages.post("/alerts/<uuid:alert_id>/notes")
@for_staff(Action.TEND_ALERT, "alert-noted")
def note_now(slug: str, alert_id: UUID) -> ResponseReturnValue:
    """Write a note into the alert's history."""
    session, viewer, now = context.session(), context.viewer(), context.now()
    text = typed(MultiDict(request.form), "text")
    told = gettext("The note is kept.")
    return _step(alert_id, told, lambda: alert_life.note(session, viewer, alert_id, text, now), note="text")


@alert_pages.post("/alerts/<uuid:alert_id>/undo")
@for_staff(Action.TEND_ALERT, "alert-undone")
def undo_now(slug: str, alert_id: UUID) -> ResponseReturnValue:
    """Take back one's own last step."""
    session, viewer, now = context.session(), context.viewer(), context.now()
    return _step(alert_id, gettext("The step is undone."), lambda: undo(session, viewer, alert_id, now))
