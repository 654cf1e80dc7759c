"""Rests: days on which exercises of the whole patient, a limb or a place are set aside; alerts go on as before."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.exercises import fault_in, opened, own_page, why_fault
from dashboards.pages.exercises_form import new_rest, rest_questions, rest_told, span_questions, with_end
from dashboards.pages.exercises_told import kept_words, rest_words, rests_told
from dashboards.pages.form import Fault, Question, Said, seen_version, typed
from dashboards.pages.page import Meanwhile, changed_meanwhile, clinic_pages, done, page
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import InvalidValue, NotFound, OutOfDate, WrongState
from rehab_tracker.domain.hold import Hold
from rehab_tracker.services.exercises import Ordered, Written, hold_exercises, lift_hold
from rehab_tracker.services.record import Record
from rehab_tracker.storage.schedule import HoldRow
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

rest_pages = clinic_pages("rest_page")


@rest_pages.get("/patients/<uuid:patient_id>/rests/new")
@for_staff(Action.TEND_PLAN, "record-read and exercises-read: the form offers the patient's places")
def new(slug: str, patient_id: UUID) -> Response:
    """Return the empty form of a rest."""
    record, _ = opened(patient_id)
    said = new_rest(record.today)
    said["id"] = str(uuid4())
    return _form(record, _questions(record), said)


def _questions(record: Record) -> list[Question]:
    return rest_questions([i.site for i in record.involvements if i.status.is_active])


def _form(
    record: Record, asked: Sequence[Question], said: Said, fault: Fault | None = None, status: int = 200,
    ordered: Ordered | None = None, rows: Sequence[HoldRow] = (),
) -> Response:  # fmt: skip
    told = next((t for t in rests_told(ordered, record.today) if t.id == rows[0].id), None) if ordered else None
    values = {"record": record, "asked": asked, "said": said, "fault": fault, "told": told}
    return page("exercise_rest.html", status, **values)


@rest_pages.post("/patients/<uuid:patient_id>/rests/new")
@for_staff(Action.TEND_PLAN, "exercises-held")
def rest(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Let exercises rest; the same form sent twice is kept once."""
    said = MultiDict(request.form)
    try:
        own_id = UUID(said.get("id", ""))
    except ValueError:
        own_id = uuid4()
    record, _ = opened(patient_id)
    asked = _questions(record)
    try:
        wanted = rest_told(said, own_id)
        _keep(patient_id, wanted, seen_version(said), typed(said, "reason"))
    except OutOfDate as refusal:
        return _second(patient_id, own_id, refusal, rest_words(wanted))
    except (InvalidValue, WrongState) as refusal:
        if isinstance(refusal, WrongState):
            said["id"] = str(uuid4())
        status = 422 if isinstance(refusal, InvalidValue) else 409
        return _form(record, asked, said, fault_in(refusal, asked, said), status)
    return done(gettext("The rest is kept. These days leave the count; alerts go on as before."), own_page(patient_id))


def _keep(patient_id: UUID, wanted: Hold, version: int, reason: str) -> None:
    written = Written(version, reason)
    hold_exercises(context.session(), context.viewer(), patient_id, wanted, written, context.now())


def _second(patient_id: UUID, hold_id: UUID, refusal: OutOfDate, wanted: str) -> Response:
    """Return what others made of a rest since it was seen, beside what was wanted here."""
    _, ordered = opened(patient_id)
    rows = next((rows for rows in ordered.hold_versions if rows[0].id == hold_id), ())
    since = [row for row in rows if row.version > refusal.values["yours"]]
    theirs = [
        Meanwhile(row.at, ordered.names.get(row.written_by, "") if row.written_by else "", _why(row)) for row in since
    ]
    return changed_meanwhile(refusal, theirs, [(gettext("The rest"), [wanted])], own_page(patient_id))


def _why(row: HoldRow) -> str:
    return f"{kept_words(row)} ({row.note})"


def _found(patient_id: UUID, hold_id: UUID) -> tuple[Record, Ordered, tuple[HoldRow, ...]]:
    record, ordered = opened(patient_id)
    rows = next((rows for rows in ordered.hold_versions if rows[0].id == hold_id), None)
    if rows is None:
        raise NotFound()
    return record, ordered, rows


def _said(rows: Sequence[HoldRow]) -> Said:
    """Return what stands in the forms of a rest: its last day, and the version that is seen."""
    last = rows[-1].until_on
    return MultiDict({"until_on": last.isoformat() if last else "", "version": str(rows[-1].version)})


def _end_question() -> list[Question]:
    return [question for question in span_questions() if question.name == "until_on"]


@rest_pages.get("/patients/<uuid:patient_id>/rests/<uuid:hold_id>")
@for_staff(Action.TEND_PLAN, "record-read and exercises-read")
def show(slug: str, patient_id: UUID, hold_id: UUID) -> Response:
    """Return a rest with its history, the form to change its end, and the one to take it back."""
    record, ordered, rows = _found(patient_id, hold_id)
    return _form(record, _end_question(), _said(rows), ordered=ordered, rows=rows)


@rest_pages.post("/patients/<uuid:patient_id>/rests/<uuid:hold_id>")
@for_staff(Action.TEND_PLAN, "exercises-held")
def change(slug: str, patient_id: UUID, hold_id: UUID) -> ResponseReturnValue:
    """Change the last day of a rest, which writes its next version; who was second sees both."""
    said, (record, ordered, rows) = MultiDict(request.form), _found(patient_id, hold_id)
    asked = _end_question()
    if rows[-1].is_lifted:
        return _lifted_already(record, ordered, rows)
    try:
        wanted = with_end(rows[-1].content, said)
        _keep(patient_id, wanted, seen_version(said), typed(said, "reason"))
    except OutOfDate as refusal:
        return _second(patient_id, hold_id, refusal, rest_words(wanted))
    except InvalidValue as refusal:
        return _form(record, asked, said, fault_in(refusal, asked, said), 422, ordered, rows)
    return done(gettext("The last day of the rest is changed."), own_page(patient_id))


def _lifted_already(record: Record, ordered: Ordered, rows: Sequence[HoldRow]) -> Response:
    fault = Fault("", gettext("This rest was taken back already."))
    return _form(record, _end_question(), _said(rows), fault, 409, ordered, rows)


@rest_pages.post("/patients/<uuid:patient_id>/rests/<uuid:hold_id>/lift")
@for_staff(Action.TEND_PLAN, "hold-lifted")
def lift(slug: str, patient_id: UUID, hold_id: UUID) -> ResponseReturnValue:
    """Take a rest back as if it had never been; it stays in the history."""
    said, (record, ordered, rows) = MultiDict(request.form), _found(patient_id, hold_id)
    try:
        written = Written(seen_version(said), typed(said, "why"))
        lift_hold(context.session(), context.viewer(), patient_id, hold_id, written, context.now())
    except OutOfDate as refusal:
        return _second(patient_id, hold_id, refusal, gettext("Taken back."))
    except WrongState:
        return _lifted_already(record, ordered, rows)
    except InvalidValue as refusal:
        kept = _said(rows)
        kept["why"] = said.get("why", "")
        return _form(record, _end_question(), kept, why_fault(refusal), 422, ordered, rows)
    return done(gettext("The rest is taken back. Its days are due and count again."), own_page(patient_id))
