"""Exercises ordered by hand beside the plans: what stands, ordering one, changing it, and stopping it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.exercises_form import new_order, of_protocol, order_questions, order_told, said_of_order
from dashboards.pages.exercises_told import (
    ONE_DAY,
    OrderTold,
    Stands,
    asked_by_plans,
    order_words,
    orders_told,
    rested_by_plans,
    rests_told,
    stretches,
)
from dashboards.pages.form import Fault, Question, Said, fault_of, seen_version, typed
from dashboards.pages.page import Meanwhile, changed_meanwhile, clinic_pages, done, page
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import InvalidValue, NotFound, OutOfDate, WrongState
from rehab_tracker.domain.prescription import DAYS_OF_A_WEEK, Days, Prescription
from rehab_tracker.domain.protocol import ExerciseOrder
from rehab_tracker.domain.site import SITES
from rehab_tracker.services.exercises import Ordered, Written, ordered_exercises, prescribe
from rehab_tracker.services.record import Record, open_record
from rehab_tracker.services.templates import templates
from rehab_tracker.storage.schedule import PrescriptionRow, prescription_row, prescriptions
from rehab_tracker.web import context
from rehab_tracker.web.language import in_words
from rehab_tracker.web.policy import for_staff

exercise_pages = clinic_pages("exercise_page")

"""Digits of a version that a form of ours can hold, and more."""


def opened(patient_id: UUID) -> tuple[Record, Ordered]:
    """Return a patient's record with everything that was ordered by hand."""
    asked = context.session(), context.viewer(), patient_id, context.now()
    return open_record(*asked), ordered_exercises(*asked)


@exercise_pages.get("/patients/<uuid:patient_id>/exercises")
@for_staff(Action.READ_RECORD, "record-read and exercises-read")
def show(slug: str, patient_id: UUID) -> Response:
    """Return what was ordered by hand and what rests, now, to come and over."""
    record, ordered = opened(patient_id)
    told, rests = orders_told(ordered, record), rests_told(ordered, record.today)
    return page(
        "exercises.html",
        record=record,
        orders=_by_stand(told),
        rests=_by_stand(rests),
        of_plans=asked_by_plans(ordered, record),
        rests_of_plans=rested_by_plans(ordered, record),
    )


def _by_stand(told: Sequence[OrderTold]) -> dict[str, list[OrderTold]]:
    return {str(stands): [each for each in told if each.stands is stands] for stands in Stands}


def own_page(patient_id: UUID) -> str:
    """Return the address of a patient's orders and rests."""
    return url_for("exercise_page.show", patient_id=patient_id)


@exercise_pages.get("/patients/<uuid:patient_id>/exercises/new")
@for_staff(Action.ORDER_EXERCISES, "record-read and exercises-read: the form offers places and exercises")
def new(slug: str, patient_id: UUID) -> Response:
    """Return the empty form of an order."""
    record, ordered = opened(patient_id)
    said = new_order(record.today)
    said["id"] = str(uuid4())
    return _form(record, ordered, said)


def _known_exercises() -> list[ExerciseOrder]:
    return of_protocol(templates(context.session(), context.viewer()))


def _questions(record: Record, ordered: Ordered, said: Said) -> list[Question]:
    """Return the questions of an order; the active places and those that are already chosen stand first."""
    active = [i.site for i in record.involvements if i.status.is_active]
    chosen = [SITES[code] for code in said.getlist("sites") if code in SITES]
    codes = {order.exercise for order in _known_exercises()} | {row.exercise for row in ordered.exercises}
    return order_questions(codes, list(dict.fromkeys((*active, *chosen))))


def _form(
    record: Record, ordered: Ordered, said: Said, fault: Fault | None = None, status: int = 200,
    told: OrderTold | None = None,
) -> Response:  # fmt: skip
    asked = _questions(record, ordered, said)
    return page("exercise_order.html", status, record=record, asked=asked, said=said, fault=fault, told=told)


@exercise_pages.post("/patients/<uuid:patient_id>/exercises/new")
@for_staff(Action.ORDER_EXERCISES, "exercise-ordered")
def order(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Order an exercise; the same form sent twice orders it once."""
    said = MultiDict(request.form)
    try:
        own_id = UUID(said.get("id", ""))
    except ValueError:
        own_id = uuid4()
    record, ordered = opened(patient_id)
    return _ordered(record, ordered, own_id, said, None)


def _ordered(
    record: Record, ordered: Ordered, order_id: UUID, said: Said, told: OrderTold | None
) -> ResponseReturnValue:
    """Keep what a form orders, or return the form with what was typed and what is wrong."""
    patient_id = record.patient.id
    if "again" in said:
        return _form(record, ordered, said, told=told)
    try:
        wanted = order_told(said, order_id, _known_exercises())
        written = Written(seen_version(said), typed(said, "reason"))
        prescribe(context.session(), context.viewer(), patient_id, wanted, written, context.now())
    except OutOfDate as refusal:
        return _second(patient_id, order_id, refusal, wanted, said)
    except (InvalidValue, WrongState) as refusal:
        if isinstance(refusal, WrongState):
            said["id"] = str(uuid4())
        fault = fault_in(refusal, _questions(record, ordered, said), said)
        return _form(record, ordered, said, fault, 422 if isinstance(refusal, InvalidValue) else 409, told)
    return done(gettext("The order is kept. The patient reads it in the diary at once."), own_page(patient_id))


def fault_in(refusal: InvalidValue | WrongState, asked: Sequence[Question], said: Said) -> Fault:
    """Return a refusal beside its field; what points nowhere is about the reason."""
    fault = fault_of(refusal, asked, said, "reason")
    return replace(fault, field=fault.field or "reason") if isinstance(refusal, InvalidValue) else fault


def why_fault(refusal: InvalidValue) -> Fault:
    """Return a refusal to stop something: beside its own reason, or above the form where it is about something else."""
    return Fault("why" if refusal.pointer in ("", "/reason") else "", in_words(refusal))


def _second(patient_id: UUID, order_id: UUID, refusal: OutOfDate, wanted: Prescription, said: Said | None) -> Response:
    """Return what others made of an order since it was seen, beside what was wanted here."""
    _, ordered = opened(patient_id)
    rows = next((rows for rows in ordered.exercise_versions if rows[0].id == order_id), ())
    since = refusal.values["yours"]
    theirs = [_meanwhile(row, ordered) for row in rows if row.version > since]
    row = prescription_row(wanted, context.viewer(), patient_id, context.now(), "")
    yours = [(gettext("The order"), [order_words(row)])]
    return changed_meanwhile(refusal, theirs, yours, own_page(patient_id), said)


def _meanwhile(row: PrescriptionRow, ordered: Ordered) -> Meanwhile:
    by = ordered.names.get(row.written_by, "") if row.written_by else ""
    return Meanwhile(row.at, by, f"{order_words(row)} ({row.reason})")


def _versions(ordered: Ordered, order_id: UUID) -> tuple[PrescriptionRow, ...]:
    found = next((rows for rows in ordered.exercise_versions if rows[0].id == order_id), None)
    if found is None:
        raise NotFound()
    return found


def _told(ordered: Ordered, record: Record, order_id: UUID) -> OrderTold:
    return next(told for told in orders_told(ordered, record) if told.id == order_id)


@exercise_pages.get("/patients/<uuid:patient_id>/exercises/<uuid:order_id>")
@for_staff(Action.ORDER_EXERCISES, "record-read and exercises-read")
def show_one(slug: str, patient_id: UUID, order_id: UUID) -> Response:
    """Return an order with its history, the form to change it, and the one to stop it."""
    record, ordered = opened(patient_id)
    rows = _versions(ordered, order_id)
    last = [row for row, _ in stretches(rows)][-1:] or rows[:1]
    said = said_of_order(last[0], record.today)
    said["version"] = str(rows[-1].version)
    return _form(record, ordered, said, told=_told(ordered, record, order_id))


@exercise_pages.post("/patients/<uuid:patient_id>/exercises/<uuid:order_id>")
@for_staff(Action.ORDER_EXERCISES, "exercise-ordered")
def change(slug: str, patient_id: UUID, order_id: UUID) -> ResponseReturnValue:
    """Change an order from a day on, which writes its next version; who was second sees both."""
    record, ordered = opened(patient_id)
    _versions(ordered, order_id)
    return _ordered(record, ordered, order_id, MultiDict(request.form), _told(ordered, record, order_id))


@exercise_pages.post("/patients/<uuid:patient_id>/exercises/<uuid:order_id>/stop")
@for_staff(Action.ORDER_EXERCISES, "exercise-ordered")
def stop(slug: str, patient_id: UUID, order_id: UUID) -> ResponseReturnValue:
    """Let an order end: yesterday, or today where it began today; one that has not begun never begins."""
    said, (record, ordered) = MultiDict(request.form), opened(patient_id)
    rows = _versions(ordered, order_id)
    told = _told(ordered, record, order_id)
    kept = said_of_order(rows[-1], record.today)
    kept.update({"version": str(rows[-1].version), "why": said.get("why", "")})
    if told.stands not in (Stands.NOW, Stands.COMING):
        return _form(record, ordered, kept, Fault("", gettext("This order is over already.")), 409, told)
    wanted = stopped(rows, record.today)
    try:
        written = Written(seen_version(said), typed(said, "why"))
        prescribe(context.session(), context.viewer(), patient_id, wanted, written, context.now())
    except OutOfDate as refusal:
        return _second(patient_id, order_id, refusal, wanted, None)
    except InvalidValue as refusal:
        return _form(record, ordered, kept, why_fault(refusal), 422, told)
    return done(gettext("The order is stopped. What was asked until now stays as it was."), own_page(patient_id))


def stopped(rows: Sequence[PrescriptionRow], today: date) -> Prescription:
    """Return the version that ends an order: from today on it asks for nothing, or from tomorrow if it began today.

    What has not begun yet can't have ended: its next version has a day on which nothing is due.
    """
    [newest] = prescriptions([rows[-1]])
    if newest.from_on <= today:
        return replace(newest, until_on=max(newest.from_on, today - ONE_DAY))
    left = [row.from_on for row, last in stretches(rows) if last is None or last >= today]
    first = max(today, min(left, default=newest.from_on))
    never = Days(frozenset({(first.weekday() + 1) % DAYS_OF_A_WEEK}))
    # What it needed no longer matters; a limit that is stricter by now must not stand in the way.
    return replace(newest, from_on=first, until_on=first, days=never, needs=None)
