"""Heard by phone: staff write down what a patient tells, as if the patient had sent it."""

from typing import Any
from uuid import UUID

from flask import Response

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint, Listed
from rehab_tracker.api.items import read_items
from rehab_tracker.api.push import MOST_ITEMS, OF_KIND, PushAnswerSchema, must_be_few, plain_result
from rehab_tracker.api.strict import Strict
from rehab_tracker.domain.access import Action
from rehab_tracker.services.entries import log_heard
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "heard",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>/entries",
    description="What a patient told by phone.",
)


class HeardSchema(Strict):
    """What a patient told, oldest first, each with an id that the sender makes."""

    items = Listed(OF_KIND, maxItems=MOST_ITEMS)


@blueprint.route("", methods=["POST"])
@for_staff(Action.LOG_HEARD, "entries-heard")
@blueprint.arguments(HeardSchema())
@blueprint.response(200, PushAnswerSchema())
@blueprint.doc(operationId="log_heard", security=STAFF)
def heard(body: dict[str, Any], patient_id: UUID) -> Response:
    """Keep entries that were heard by phone, each with a result of its own; advice is to be read to the patient."""
    must_be_few(body["items"])
    now = context.now()
    results = log_heard(context.session(), context.viewer(), patient_id, read_items(body["items"]), now)
    return answer({"results": [plain_result(result) for result in results], "received_at": now})
