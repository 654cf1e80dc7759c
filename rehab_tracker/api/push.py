"""What a push says, and the answer to it.

``count`` and ``sha256`` are of ``items`` and are checked before anything is stored. ``sha256`` is the hex digest of the
items written canonically: UTF-8, keys sorted, no blanks, nothing escaped that JSON does not ask for. Of no items at all
it is ``sha256("[]")``, 4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945. In Python::

    sha256(json.dumps(items, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
"""

import json
from hashlib import sha256
from typing import Any

import orjson
from marshmallow import Schema, fields

from rehab_tracker.api.call_request import CallRequestSchema
from rehab_tracker.api.door import Listed
from rehab_tracker.api.exercise import ExerciseSchema
from rehab_tracker.api.pain import PainSchema
from rehab_tracker.api.red_flag import RedFlagSchema
from rehab_tracker.api.strict import Read, Strict, text, whole
from rehab_tracker.api.weight_bearing import WeightBearingSchema
from rehab_tracker.domain.advice import AdviceKind
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.moment import instant
from rehab_tracker.services.entries import Result, Status
from rehab_tracker.web.body import BadBody, TooLarge
from rehab_tracker.web.language import in_words

MOST_ITEMS = 500
"""Of one push; a phone that was offline for a month has fewer."""

OF_KIND = {
    Kind.PAIN: PainSchema,
    Kind.RED_FLAGS: RedFlagSchema,
    Kind.WEIGHT_BEARING: WeightBearingSchema,
    Kind.EXERCISE: ExerciseSchema,
    Kind.CALL_REQUEST: CallRequestSchema,
}
CANONICAL = (
    "Hex SHA-256 of `items` written canonically: UTF-8, keys sorted, separators `,` and `:` without blanks, nothing "
    'escaped that JSON does not ask for, e.g. `[{"id":"…","kind":"pain"}]`. Of `[]` it is '
    "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945."
)


class PushSchema(Strict):
    """A batch of entries, oldest first. A phone may forget an item once it has a result, whichever it is."""

    device = text(36, format="uuid", description="The phone's own `device_id`, so that no queue meets a wrong diary.")
    sent_at = Read(instant, type="string", format="date-time", description="The phone's clock as it sends.")
    count = whole(required=True, minimum=0, maximum=MOST_ITEMS, description="How many items there are.")
    sha256 = text(64, pattern="^[0-9a-f]{64}$", description=CANONICAL)
    items = Listed(OF_KIND, maxItems=MOST_ITEMS)


class AdviceSchema(Schema):
    """What the patient is to read at once, in the clinic's words."""

    kind = fields.String(required=True, metadata={"enum": [str(kind) for kind in AdviceKind]})
    text = fields.String(required=True)
    promise = fields.String(required=True)
    not_monitored = fields.String(required=True)
    phone = fields.String(required=True)
    emergency_number = fields.String(required=True)


class ResultSchema(Schema):
    """What became of one item; a rejected one has ``code``, ``pointer`` and ``message``."""

    id = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, metadata={"enum": [str(status) for status in Status]})
    code = fields.String()
    pointer = fields.String()
    message = fields.String()
    advice = fields.Nested(AdviceSchema())


class PushAnswerSchema(Schema):
    """The results, in the order of the items, all of them final."""

    results = fields.List(fields.Nested(ResultSchema()), required=True)
    received_at = fields.DateTime(required=True)


def canonical_sha256(items: Any) -> str:
    """Return the digest of items as the head of this file says."""
    try:
        written = orjson.dumps(items, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # an integer beyond 64 bits: no value of ours, but that is for its item to answer
        written = json.dumps(items, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return sha256(written).hexdigest()


def must_be_few(items: list[Any]) -> None:
    """Raise TooLarge for more items than are taken at once."""
    if len(items) > MOST_ITEMS:
        raise TooLarge(
            "Send at most %(most)d entries at once.", code="too-many-items", pointer="/items", most=MOST_ITEMS
        )


def must_be_whole(body: dict[str, Any]) -> None:
    """Raise BadBody for a batch that did not come as it was sent, TooLarge for one with too many items."""
    items = body["items"]
    must_be_few(items)
    if body["count"] != len(items):
        raise BadBody("The batch is not complete. Send it again.", code="count-mismatch", pointer="/count")
    if body["sha256"] != canonical_sha256(items):
        raise BadBody("The batch is not complete. Send it again.", code="sha256-mismatch", pointer="/sha256")


def plain_result(result: Result) -> dict[str, Any]:
    """Return a result as the answer holds it."""
    told: dict[str, Any] = {"id": result.id, "status": result.status}
    if result.fault is not None:
        fault = result.fault
        told |= {"code": fault.code, "pointer": fault.pointer, "message": in_words(fault)}
    if result.advice is not None:
        told["advice"] = result.advice
    return told
