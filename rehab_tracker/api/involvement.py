"""Involvements: which places are affected, since when, and all that was ever recorded of them."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.api.reason import reason_field
from rehab_tracker.api.record_content import DATE, date_field, site_field
from rehab_tracker.api.strict import Strict, code, text
from rehab_tracker.api.version import HEADERS, versioned
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.involvement import LONGEST_WORDS, MISTAKE, InvolvementStatus
from rehab_tracker.domain.site import SITES, Area, Site
from rehab_tracker.domain.weight_bearing import Aids
from rehab_tracker.services import involvements as services
from rehab_tracker.services.involvements import Recorded, Said, SiteHistory
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "involvements",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>/involvements",
    description="Which places are affected.",
)

STATUSES = [str(status) for status in InvolvementStatus]
PLACES = list(SITES)


class StatusSchema(Strict):
    """The status of one place from today on; one entered in error says why, and nothing else."""

    site = site_field("Region and side; a part of a joint after imaging.")
    status = code(InvolvementStatus, required=True)
    onset = date_field("Since when it hurts.")
    area = code(Area, description="What the patient says about where.")
    words = text(LONGEST_WORDS, required=False, description="The patient's own words.")
    reason = text(LONGEST_WORDS, required=False, description="Why this is recorded.")
    getting_about = code(Aids, description="How the patient moves, where both legs are restricted now.")


class MergeSchema(Strict):
    """Two records of one joint that are one: the first is read as the second from today on."""

    site = site_field("The record that is one too many.")
    merged_into = site_field("The record that it is read as.")
    reason = reason_field()


class RecordedSchema(Schema):
    """One record of a place's status, with who made it and when."""

    status = fields.String(required=True, metadata={"enum": STATUSES})
    recorded_on = fields.Date(required=True, metadata={"description": "The local day from which it holds."})
    onset = fields.Raw(metadata=DATE)
    area = fields.String()
    words = fields.String()
    merged_into = fields.String()
    reason = fields.String()
    recorded_at = fields.DateTime(required=True)
    recorded_by = fields.UUID()
    author = fields.String()


class InvolvementSchema(Schema):
    """One place: its status now, what was said of it last, and everything recorded of it, oldest first."""

    site = fields.String(required=True, metadata={"enum": PLACES})
    status = fields.String(required=True, metadata={"enum": STATUSES})
    onset = fields.Raw(metadata=DATE)
    area = fields.String()
    words = fields.String()
    merged_into = fields.String()
    history = fields.List(fields.Nested(RecordedSchema()), required=True)


class InvolvementsSchema(Schema):
    """Every place that was ever recorded of a patient, in the order of first recording."""

    data = fields.List(fields.Nested(InvolvementSchema()), required=True)


@blueprint.route("", methods=["GET"])
@for_staff(Action.READ_RECORD, "involvements-read")
@blueprint.response(200, InvolvementsSchema(), headers=HEADERS)
@blueprint.doc(operationId="list_involvements", security=STAFF)
def involvements(patient_id: UUID) -> Response:
    """Return every place of a patient with all that was recorded of it."""
    return _answer(patient_id)


@blueprint.route("", methods=["POST"])
@for_staff(Action.RECORD_INVOLVEMENT, "involvement-recorded")
@blueprint.arguments(StatusSchema())
@blueprint.response(201, InvolvementsSchema(), headers=HEADERS)
@blueprint.doc(operationId="record_involvement", security=STAFF)
def record(body: dict[str, Any], patient_id: UUID) -> Response:
    """Record the status of a place, and return every place; the same once more on the same day changes nothing."""
    session, viewer, now = context.session(), context.viewer(), context.now()
    if body["status"] is MISTAKE:
        _must_say_only_why(body)
        services.mark_involvement_in_error(session, viewer, patient_id, body["site"], body.get("reason", ""), now)
    else:
        said = Said(body.get("onset"), body.get("area"), body.get("words", ""), body.get("reason", ""))
        told = (body["site"], body["status"], said)
        services.record_status(session, viewer, patient_id, *told, now, body.get("getting_about"))
    return _answer(patient_id, 201)


def _must_say_only_why(body: dict[str, Any]) -> None:
    for key in body.keys() - {"site", "status", "reason"}:
        raise InvalidValue("This does not go with a mistake. Leave it out.", code="wrong-status", pointer=f"/{key}")


@blueprint.route("/merge", methods=["POST"])
@for_staff(Action.RECORD_INVOLVEMENT, "involvements-merged")
@blueprint.arguments(MergeSchema())
@blueprint.response(200, InvolvementsSchema(), headers=HEADERS)
@blueprint.doc(operationId="merge_involvements", security=STAFF)
def merge(body: dict[str, Any], patient_id: UUID) -> Response:
    """Let one place be read as another of the same joint; nothing recorded of it is lost."""
    who = (context.session(), context.viewer(), patient_id)
    services.merge_involvements(*who, body["site"], body["merged_into"], body["reason"], context.now())
    return _answer(patient_id)


def _answer(patient_id: UUID, status: int = 200) -> Response:
    found = services.read_involvements(context.session(), context.viewer(), patient_id, context.now())
    told = {"data": [_plain(place, history) for place, history in found.items()]}
    return versioned(told, sum(map(len, found.values())), status)


def _plain(place: Site, history: SiteHistory) -> dict[str, Any]:
    rows = [_plain_record(recorded) for recorded in history]
    told: dict[str, Any] = {"site": str(place), "status": rows[-1]["status"], "history": rows}
    told |= {key: row[key] for row in rows for key in ("onset", "area", "words") if key in row}
    return told | {key: rows[-1][key] for key in ("merged_into",) if key in rows[-1]}


def _plain_record(recorded: Recorded) -> dict[str, Any]:
    said = recorded.involvement
    told = {
        "status": said.status,
        "recorded_on": said.recorded_on,
        "onset": said.onset and said.onset.plain(),
        "area": said.area,
        "words": said.words or None,
        "merged_into": said.merged_into and str(said.merged_into),
        "reason": said.reason or None,
        "recorded_at": recorded.at,
        "recorded_by": recorded.by,
        "author": recorded.name or None,
    }
    return {key: value for key, value in told.items() if value is not None}
