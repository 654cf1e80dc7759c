"""Requests to be called: what became of each; a try that reached nobody leaves the patient waiting."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.form import Fault, fault_of, typed
from dashboards.pages.page import clinic_pages, done, page
from dashboards.pages.words import words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.call_request import CallOutcome
from rehab_tracker.domain.errors import InvalidValue, NotFound, WrongState
from rehab_tracker.services.calls import answer_call
from rehab_tracker.services.record import open_record
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

call_pages = clinic_pages("call_page")


@call_pages.get("/patients/<uuid:patient_id>/calls/<uuid:entry_id>")
@for_staff(Action.ANSWER_CALL, "record-read")
def show(slug: str, patient_id: UUID, entry_id: UUID) -> Response:
    """Return a request to be called, with the tries so far and the form to answer it."""
    return _page(patient_id, entry_id)


def _page(patient_id: UUID, entry_id: UUID, fault: Fault | None = None, status: int = 200) -> Response:
    record = open_record(context.session(), context.viewer(), patient_id, context.now())
    call = next((call for call in record.calls if call.entry_id == entry_id), None)
    if call is None:
        raise NotFound()
    outcomes = [(str(outcome), words().code(outcome)) for outcome in CallOutcome]
    values = {"record": record, "call": call, "outcomes": outcomes, "said": MultiDict(request.form), "fault": fault}
    return page("call.html", status, **values)


@call_pages.post("/patients/<uuid:patient_id>/calls/<uuid:entry_id>")
@for_staff(Action.ANSWER_CALL, "call-answered")
def answer(slug: str, patient_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Keep what became of a try to call back, or say politely that somebody was faster."""
    said = MultiDict(request.form)
    try:
        told = typed(said, "outcome")
        if told not in list(CallOutcome):
            raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/outcome")
        outcome, note = CallOutcome(told), typed(said, "note")
        answer_call(context.session(), context.viewer(), patient_id, entry_id, outcome, note, context.now())
    except WrongState:
        return _page(patient_id, entry_id, Fault("", gettext("Somebody was faster: this request is answered.")), 409)
    except InvalidValue as refusal:
        fault = fault_of(refusal, (), said, "outcome", "note")
        return _page(patient_id, entry_id, Fault(fault.field or "note", fault.text), 422)
    onward = url_for("record.show", patient_id=patient_id, _anchor="now")
    return done(gettext("It is kept.") if outcome.is_final else gettext("It is kept. The patient still waits."), onward)
