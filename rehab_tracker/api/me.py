"""Me: what the app needs to know of its patient and of the clinic, without a name, and signing the phone out."""

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import DEVICE, PREFIX, Blueprint
from rehab_tracker.domain.access import Action
from rehab_tracker.services.enrolment import revoke
from rehab_tracker.services.own import Own, own
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.credentials import bearer_token
from rehab_tracker.web.policy import for_device

blueprint = Blueprint("me", __name__, url_prefix=f"{PREFIX}/me", description="The patient, the phone, the clinic.")


class PatientSchema(Schema):
    """The patient, without a name: the app does not need it, and a lost phone does not tell it."""

    language = fields.String(required=True)
    time_zone = fields.String(required=True)
    enrolled_on = fields.Date(required=True)


class OwnClinicSchema(Schema):
    """The clinic, how to reach it, and its safety texts by the kind of advice."""

    name = fields.String(required=True)
    phone = fields.String(required=True)
    hours = fields.String(required=True)
    emergency_number = fields.String(required=True)
    texts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class MeSchema(Schema):
    """What the app shows without asking again."""

    device_id = fields.UUID(required=True)
    patient = fields.Nested(PatientSchema(), required=True)
    clinic = fields.Nested(OwnClinicSchema(), required=True)


def plain_own(found: Own, clinic_name: str) -> dict[str, object]:
    """Return patient and clinic as an answer holds them."""
    return {
        "patient": {"language": found.language, "time_zone": found.time_zone, "enrolled_on": found.enrolled_on},
        "clinic": {
            "name": clinic_name,
            "phone": found.phone,
            "hours": found.hours,
            "emergency_number": found.emergency_number,
            "texts": found.texts,
        },
    }


@blueprint.route("", methods=["GET"])
@for_device(Action.READ_OWN, "a patient's own reads are not audited")
@blueprint.response(200, MeSchema())
@blueprint.doc(operationId="read_me", security=DEVICE)
def me() -> Response:
    """Return what the app needs to know of its patient and of the clinic."""
    viewer = context.viewer()
    return answer({"device_id": viewer.via} | plain_own(own(context.session(), viewer), context.clinic().name))


@blueprint.route("/device", methods=["DELETE"])
@for_device(Action.LOG_OWN, "device-revoked")
@blueprint.response(204)
@blueprint.doc(operationId="sign_out_device", security=DEVICE)
def sign_out() -> Response:
    """Sign this phone out, at once and for good; send what waits in its queue first."""
    revoke(context.session(), context.viewer(), bearer_token(), context.now())
    return Response(status=204)
