"""What staff write of a patient: a form for each kind; corrections keep what was there, mistakes are struck out."""

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.care_words import ITEM_KINDS
from dashboards.pages.form import Fault, Option, Question, Said, fault_of, packed, seen_version, typed
from dashboards.pages.item_questions import Offered, item_told, nothing_said, questions, said_of
from dashboards.pages.item_told import facts, item_title, not_recorded, sentence
from dashboards.pages.page import Meanwhile, changed_meanwhile, clinic_pages, done, page
from dashboards.pages.words import words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import InvalidValue, NotFound, OutOfDate, WrongState
from rehab_tracker.domain.record_item import ItemKind, RecordItem
from rehab_tracker.services.record import Record, open_record
from rehab_tracker.services.record_items import Versions, Written, correct_item, mark_item_in_error, write_item
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

item_pages = clinic_pages("item_page")

SHOWN_AT = {ItemKind.EXCLUSION: "exclusions", ItemKind.FOLLOW_UP: "follow-ups"}
"""Where on the patient's page a kind stands; all others stand among the results."""


def _record(patient_id: UUID) -> Record:
    return open_record(context.session(), context.viewer(), patient_id, context.now())


def _kind(code: str) -> ItemKind:
    try:
        return ItemKind(code)
    except ValueError:
        raise NotFound() from None


def _offered(record: Record) -> Offered:
    """Return what a form can point to: the patient's places, and the items on which a judgement may rest."""
    places = tuple(i.site for i in record.involvements if i.status.is_active)
    results = [i for i in reversed(record.clinical.items) if i.kind is not ItemKind.EXCLUSION]
    options = (Option(str(i.id), item_title(i)) for i in results)
    return Offered(places, tuple(options))


@item_pages.get("/patients/<uuid:patient_id>/items/new")
@for_staff(Action.WRITE_RECORD, "record-read: the form offers the patient's places")
def new(slug: str, patient_id: UUID) -> Response:
    """Return the empty form of a kind; the address may fill in fields, like the place."""
    record, kind = _record(patient_id), _kind(request.args.get("kind", ""))
    asked = questions(kind, _offered(record))
    said = nothing_said(asked)
    said.update({name: value for name, value in request.args.items() if name in {q.name for q in asked}})
    said["id"] = str(uuid4())
    return _form(record, kind, asked, said)


def _form(
    record: Record, kind: ItemKind, asked: Sequence[Question], said: Said, fault: Fault | None = None, status: int = 200
) -> Response:
    values = {"record": record, "kind": kind, "asked": asked, "said": said, "fault": fault}
    return page("item.html", status, **values, title=words()(ITEM_KINDS[kind]), versions=())


@item_pages.post("/patients/<uuid:patient_id>/items/new")
@for_staff(Action.WRITE_RECORD, "item-written")
def write(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Write an item; the same form sent twice writes it once."""
    kind = _kind(request.args.get("kind", ""))
    asked = questions(kind, Offered())
    said = packed(asked, request.form)
    if "more" in said:
        record = _record(patient_id)
        return _form(record, kind, questions(kind, _offered(record)), said)
    try:
        item = item_told(kind, _own_id(said), 1, asked, said)
        write_item(context.session(), context.viewer(), patient_id, item, context.now())
    except InvalidValue as refusal:
        record = _record(patient_id)
        return _form(record, kind, questions(kind, _offered(record)), said, fault_of(refusal, asked, said), 422)
    return done(gettext("It is written into the record."), _where(patient_id, kind))


def _own_id(said: Said) -> UUID:
    try:
        return UUID(said.get("id", ""))
    except ValueError:
        return uuid4()


def _where(patient_id: UUID, kind: ItemKind) -> str:
    return url_for("record.show", patient_id=patient_id, _anchor=SHOWN_AT.get(kind, "results"))


def _versions(record: Record, item_id: UUID) -> Versions:
    found = next((v for v in record.clinical.versions if v[0].item.id == item_id), None)
    if found is None:
        raise NotFound()
    return found


@item_pages.get("/patients/<uuid:patient_id>/items/<uuid:item_id>")
@for_staff(Action.READ_RECORD, "record-read")
def show(slug: str, patient_id: UUID, item_id: UUID) -> Response:
    """Return an item with its history, and the form to correct it."""
    record = _record(patient_id)
    item = _versions(record, item_id)[-1].item
    asked = questions(item.kind, _offered(record))
    said = said_of(item, asked)
    said["version"] = str(item.version)
    return _page(record, item_id, asked, said)


def _page(
    record: Record, item_id: UUID, asked: Sequence[Question], said: Said, fault: Fault | None = None, status: int = 200
) -> Response:
    versions = _versions(record, item_id)
    item = versions[-1].item
    return page(
        "item.html",
        status,
        record=record,
        kind=item.kind,
        asked=asked,
        said=said,
        fault=fault,
        title=words()(ITEM_KINDS[item.kind]),
        item=item,
        versions=versions,
        facts=facts,
        not_recorded=not_recorded(item),
    )


@item_pages.post("/patients/<uuid:patient_id>/items/<uuid:item_id>")
@for_staff(Action.WRITE_RECORD, "item-corrected")
def correct(slug: str, patient_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Correct an item, which writes its next version; who was second sees both."""
    record = _record(patient_id)
    kind = _versions(record, item_id)[-1].item.kind
    asked = questions(kind, _offered(record))
    said = packed(asked, request.form)
    if "more" in said or "again" in said:
        return _page(record, item_id, asked, said)
    try:
        item = item_told(kind, item_id, 1, asked, said)
        reason = typed(said, "reason")
        correct_item(context.session(), context.viewer(), patient_id, item, seen_version(said), reason, context.now())
    except OutOfDate as refusal:
        return _second(_versions(record, item_id), refusal, item, said)
    except InvalidValue as refusal:
        return _page(record, item_id, asked, said, fault_of(refusal, asked, said, "reason"), 422)
    return done(gettext("It is corrected. What was there before stays in its history."), _where(patient_id, kind))


def _second(versions: Versions, refusal: OutOfDate, item: RecordItem, said: Said) -> Response:
    back = url_for("item_page.show", **(request.view_args or {}))
    return changed_meanwhile(refusal, _meanwhile(versions, seen_version(said)), facts(item), back, said)


def _meanwhile(versions: Iterable[Written], seen: int) -> list[Meanwhile]:
    return [
        Meanwhile(v.at, v.name, f"{gettext('entered in error') if v.item.in_error else sentence(v.item)}")
        for v in versions
        if v.item.version > seen
    ]


@item_pages.post("/patients/<uuid:patient_id>/items/<uuid:item_id>/error")
@for_staff(Action.WRITE_RECORD, "item-marked-in-error")
def mark(slug: str, patient_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Say that an item was entered in error; it stays in the history, struck out."""
    said: Said = MultiDict(request.form)
    reason, now = typed(said, "why_error"), context.now()
    try:
        versions = mark_item_in_error(
            context.session(), context.viewer(), patient_id, item_id, seen_version(said), reason, now
        )
    except OutOfDate as refusal:
        back = url_for("item_page.show", patient_id=patient_id, item_id=item_id)
        theirs = _meanwhile(_versions(_record(patient_id), item_id), seen_version(said))
        return changed_meanwhile(refusal, theirs, [(gettext("Entered in error"), [reason])], back)
    except (InvalidValue, WrongState) as refusal:
        return _mark_again(patient_id, item_id, refusal, said)
    return done(gettext("It is struck out, and counts no longer."), _where(patient_id, versions[-1].item.kind))


def _mark_again(patient_id: UUID, item_id: UUID, refusal: InvalidValue | WrongState, said: Said) -> Response:
    record = _record(patient_id)
    item = _versions(record, item_id)[-1].item
    asked = questions(item.kind, _offered(record))
    found = said_of(item, asked)
    found.update({"version": str(item.version), "why_error": said.get("why_error", "")})
    fault = Fault("why_error", fault_of(refusal, asked, said).text)
    return _page(record, item_id, asked, found, fault, 422 if isinstance(refusal, InvalidValue) else 409)
