"""Record items: findings, background, treatment and the rest of what staff write, each with all its versions."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.api.reason import ReasonSchema, reason_field
from rehab_tracker.api.record_content import CONTENT_OF_KIND, DATE, content_field, date_field, site_field
from rehab_tracker.api.strict import Read, Strict, code
from rehab_tracker.api.version import HEADERS, IF_MATCH, seen_version, versioned
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.entry import entry_id
from rehab_tracker.domain.errors import NotFound
from rehab_tracker.domain.record_item import ItemKind, RecordItem, content_of, plain_content
from rehab_tracker.services import record_items as services
from rehab_tracker.services.record_items import Versions, Written
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "record_items",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>/record-items",
    description="What staff write of a patient.",
)


class SaidSchema(Strict):
    """What an item says; what is left out is not recorded."""

    kind = code(ItemKind, required=True)
    site = site_field("The place it is about, its side included.", required=False)
    on = date_field("When it was done, or what day it is about.")
    content = content_field()


class ItemSchema(SaidSchema):
    """A new item, whose id the sender makes: the same item sent again is the same item."""

    id = Read(
        partial(entry_id, pointer=""),
        type="string",
        format="uuid",
        description="A UUID of version 7 (4 and 5 are taken too).",
    )


class CorrectionSchema(SaidSchema):
    """An item as a whole as it should be, and why. Its kind stays."""

    reason = reason_field()


class VersionSchema(Schema):
    """One version of an item; a later one bears the reason for it."""

    version = fields.Integer(required=True)
    site = fields.String()
    on = fields.Raw(metadata=DATE)
    content = fields.Raw(required=True, metadata=CONTENT_OF_KIND)
    in_error = fields.Boolean(required=True)
    reason = fields.String()
    written_at = fields.DateTime(required=True)
    written_by = fields.UUID()
    author = fields.String(metadata={"description": "The name of who wrote it."})


class KeptItemSchema(VersionSchema):
    """An item as it holds, and the versions before, the first one first."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"enum": [str(kind) for kind in ItemKind]})
    earlier = fields.List(fields.Nested(VersionSchema()), required=True)


class KeptItemsSchema(Schema):
    """All items of a patient, in the order of first writing."""

    data = fields.List(fields.Nested(KeptItemSchema()), required=True)


@blueprint.route("", methods=["GET"])
@for_staff(Action.READ_RECORD, "record-items-read")
@blueprint.response(200, KeptItemsSchema(), headers=HEADERS)
@blueprint.doc(operationId="list_record_items", security=STAFF)
def items(patient_id: UUID) -> Response:
    """Return everything that staff wrote of a patient, also what was entered in error."""
    found = services.items_of(context.session(), context.viewer(), patient_id, context.now())
    return versioned({"data": [_plain(versions) for versions in found]}, sum(map(len, found)))


@blueprint.route("", methods=["POST"])
@for_staff(Action.WRITE_RECORD, "item-written")
@blueprint.arguments(ItemSchema())
@blueprint.response(201, KeptItemSchema(), headers=HEADERS)
@blueprint.doc(operationId="write_record_item", security=STAFF)
def write(body: dict[str, Any], patient_id: UUID) -> Response:
    """Write a new item."""
    item = _item(body, body["id"])
    kept = services.write_item(context.session(), context.viewer(), patient_id, item, context.now())
    return _answer(kept, 201)


@blueprint.route("/<uuid:item_id>", methods=["GET"])
@for_staff(Action.READ_RECORD, "record-items-read")
@blueprint.response(200, KeptItemSchema(), headers=HEADERS)
@blueprint.doc(operationId="read_record_item", security=STAFF)
def item(patient_id: UUID, item_id: UUID) -> Response:
    """Return one item with all its versions."""
    found = services.items_of(context.session(), context.viewer(), patient_id, context.now())
    versions = next((versions for versions in found if versions[0].item.id == item_id), None)
    if versions is None:
        raise NotFound()
    return _answer(versions)


@blueprint.route("/<uuid:item_id>", methods=["PUT"])
@for_staff(Action.WRITE_RECORD, "item-corrected")
@blueprint.arguments(CorrectionSchema())
@blueprint.response(200, KeptItemSchema(), headers=HEADERS)
@blueprint.doc(operationId="correct_record_item", security=STAFF, parameters=IF_MATCH)
def correct(body: dict[str, Any], patient_id: UUID, item_id: UUID) -> Response:
    """Correct an item; the version before stays in its history."""
    told, seen = _item(body, item_id), seen_version()
    who = (context.session(), context.viewer(), patient_id)
    return _answer(services.correct_item(*who, told, seen, body["reason"], context.now()))


@blueprint.route("/<uuid:item_id>", methods=["DELETE"])
@for_staff(Action.WRITE_RECORD, "item-marked-in-error")
@blueprint.arguments(ReasonSchema())
@blueprint.response(200, KeptItemSchema(), headers=HEADERS)
@blueprint.doc(operationId="mark_record_item_in_error", security=STAFF, parameters=IF_MATCH)
def mark_in_error(body: dict[str, Any], patient_id: UUID, item_id: UUID) -> Response:
    """Mark an item as entered in error; it counts no longer, and stays in its history."""
    who = (context.session(), context.viewer(), patient_id)
    return _answer(services.mark_item_in_error(*who, item_id, seen_version(), body["reason"], context.now()))


def _item(body: dict[str, Any], item_id: UUID) -> RecordItem:
    content = content_of(body["kind"], body["content"])
    return RecordItem(item_id, body["kind"], 1, body.get("site"), body.get("on"), content)


def _answer(versions: Versions, status: int = 200) -> Response:
    return versioned(_plain(versions), versions[-1].item.version, status)


def _plain(versions: Versions) -> dict[str, Any]:
    item = versions[0].item
    told = {"id": item.id, "kind": item.kind, **_plain_version(versions[-1])}
    return told | {"earlier": [_plain_version(version) for version in versions[:-1]]}


def _plain_version(written: Written) -> dict[str, Any]:
    item = written.item
    told = {
        "version": item.version,
        "site": item.site and str(item.site),
        "on": item.on and item.on.plain(),
        "content": plain_content(item.content),
        "in_error": item.in_error,
        "reason": item.reason or None,
        "written_at": written.at,
        "written_by": written.by,
        "author": written.name or None,
    }
    return {key: value for key, value in told.items() if value is not None}
