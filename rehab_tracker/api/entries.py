"""Entries: the one door through which everything a patient sends comes in, and reading back one's own."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import DEVICE, PREFIX, Blueprint
from rehab_tracker.api.items import read_items
from rehab_tracker.api.push import OF_KIND, PushAnswerSchema, PushSchema, must_be_whole, plain_result
from rehab_tracker.api.strict import Strict, in_query
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.entry import ClockFault, Kind
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.services import entries as services
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_device

blueprint = Blueprint("entries", __name__, url_prefix=f"{PREFIX}/me", description="What the patient logs.")

FARTHEST = 2**53 - 1
"""The greatest change number that every phone's numbers can hold."""


class PageQuery(Strict):
    """Where to go on reading, and how far."""

    after = in_query(0, FARTHEST, 0, description="The `next_after` of the page before.")
    limit = in_query(1, services.LONGEST_PAGE, services.LONGEST_PAGE)


def _kept() -> dict[str, fields.Field[Any]]:
    """Return the keys of any entry, and those of every kind, none of which each entry has."""
    keys = {key: schema().fields[key] for schema in OF_KIND.values() for key in schema().fields}
    for key in set(keys) - ALWAYS:
        keys[key].required = False
    return keys


ALWAYS = frozenset(("id", "rev", "recorded_at", "time_zone", "for_date", "withdrawn"))

KeptSchema = Schema.from_dict(
    {
        **_kept(),
        "kind": fields.String(required=True, metadata={"enum": [str(kind) for kind in Kind]}),
        "variant": fields.Integer(required=True, metadata={"description": "Above 0: a conflict; both versions stand."}),
        "change_number": fields.Integer(required=True),
        "received_at": fields.DateTime(required=True),
        "fault": fields.String(metadata={"enum": [str(fault) for fault in ClockFault]}),
    },
    name="KeptSchema",
)
"""One version of an entry as it was kept: the keys of its kind, and what we know of it besides."""


class PageSchema(Schema):
    """A page of entries, oldest change first."""

    data = fields.List(fields.Nested(KeptSchema()), required=True)
    next_after = fields.Integer(required=True, allow_none=True, metadata={"description": "Null: there is no more."})


@blueprint.route("/sync/push", methods=["POST"])
@for_device(Action.LOG_OWN, "entries-pushed")
@blueprint.arguments(PushSchema())
@blueprint.response(200, PushAnswerSchema())
@blueprint.doc(operationId="push_entries", security=DEVICE)
def push(body: dict[str, Any]) -> Response:
    """Keep a batch of entries, each with a result of its own: one bad item never holds back the others."""
    must_be_whole(body)
    viewer = context.viewer()
    if body["device"].lower() != str(viewer.via):
        raise InvalidValue("These entries are another phone's.", code="wrong-device", pointer="/device")
    now = context.now()
    results = services.push(context.session(), viewer, read_items(body["items"]), body["sent_at"], now)
    return answer({"results": [plain_result(result) for result in results], "received_at": now})


@blueprint.route("/entries", methods=["GET"])
@for_device(Action.READ_OWN, "a patient's own reads are not audited")
@blueprint.arguments(PageQuery(), location="query")
@blueprint.response(200, PageSchema())
@blueprint.doc(operationId="list_own_entries", security=DEVICE)
def own_entries(query: dict[str, int]) -> Response:
    """Return one's own entries, every version of them, after a change number."""
    limit = query.get("limit", services.LONGEST_PAGE)
    found = services.own_entries(context.session(), context.viewer(), query.get("after", 0), limit)
    more = len(found) == limit
    return answer({"data": found, "next_after": found[-1]["change_number"] if more else None})
