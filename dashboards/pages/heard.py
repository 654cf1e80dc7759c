"""A log heard by phone: a clinician writes down what the patient says, and the rules take it like the patient's own."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dashboards.pages.form import Fault, Said, fault_of
from dashboards.pages.heard_form import ROWS, SPARE, contents, other_questions, pain_rows, sent
from dashboards.pages.page import clinic_pages, page
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import InvalidValue, WrongState
from rehab_tracker.domain.site import Site
from rehab_tracker.services.entries import Result, log_heard
from rehab_tracker.services.record import Record, open_record
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

heard_pages = clinic_pages("heard_page")


def _known(record: Record) -> list[Site]:
    """Return the joints that hurt or may hurt: those recorded, then those that the patient spoke of."""
    active = [i.site.joint for i in record.involvements if i.status.is_active]
    lately = [course.joint for course in record.courses if course.latest and course.latest.x]
    return list(dict.fromkeys([*active, *lately]))


def _exercises(record: Record) -> list[str]:
    """Return the exercises of today and yesterday, each once."""
    shown = [r.occurrence for r in record.told.known.results if 0 <= (record.today - r.occurrence.day).days <= 1]
    return list(dict.fromkeys(o.exercise for o in shown if not o.is_over))


@heard_pages.get("/patients/<uuid:patient_id>/heard")
@for_staff(Action.LOG_HEARD, "record-read: the form names the patient's places")
def show(slug: str, patient_id: UUID) -> Response:
    """Return the form, with the known places filled in."""
    record = _record(patient_id)
    known = _known(record)
    said: Said = MultiDict({f"{ROWS}/{at}/site": str(place) for at, place in enumerate(known)})
    said.update({f"{ROWS}/rows": str(len(known) + SPARE), "id": str(uuid4()), "for_date": record.today.isoformat()})
    said["opened"] = context.now().isoformat(timespec="seconds")
    return _page(record, said)


def _record(patient_id: UUID) -> Record:
    return open_record(context.session(), context.viewer(), patient_id, context.now())


def _page(record: Record, said: Said, refusal: InvalidValue | None = None, status: int = 422) -> Response:
    pain, others = pain_rows(_known(record)), other_questions(_exercises(record))
    fault: Fault | None = None
    if refusal:
        fault = fault_of(refusal, [pain, *others], said, "for_date")
    values = {"record": record, "said": said, "fault": fault, "pain": pain, "others": others}
    return page("heard.html", status if refusal else 200, **values)


@heard_pages.post("/patients/<uuid:patient_id>/heard")
@for_staff(Action.LOG_HEARD, "entries-heard")
def write(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Keep what the patient said, and show what to tell the patient now."""
    record, said = _record(patient_id), MultiDict(request.form)
    if "more" in said:
        said[f"{ROWS}/rows"] = str(pain_rows(()).rows(said) + SPARE)
        return _page(record, said)
    try:
        told = contents(said, _exercises(record))
        entries = sent(told, _batch(said), said, record.patient.time_zone, context.now())
        results = log_heard(context.session(), context.viewer(), patient_id, entries, context.now())
    except InvalidValue as refusal:
        return _page(record, said, refusal)
    except WrongState:
        closed = InvalidValue("This diary is closed: the patient moved away or died.", code="record-closed")
        return _page(record, said, closed, 409)
    faults = [result.fault for result in results if result.fault]
    if faults:
        return _page(record, said, faults[0])
    return _kept(record, results, context.now(), said)


def _batch(said: Said) -> UUID:
    try:
        return UUID(said.get("id", ""))
    except ValueError:
        return uuid4()


def _kept(record: Record, results: Sequence[Result], now: datetime, said: Said) -> Response:
    advice = {result.advice.text: result.advice for result in results if result.advice}
    day = date.fromisoformat(said.get("for_date") or record.today.isoformat())
    return page("heard_kept.html", record=record, count=len(results), advice=list(advice.values()), day=day)
