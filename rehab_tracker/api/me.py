"""Me: what the app needs to know of its patient and of the clinic, the patient's choices, and signing the phone out."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import DEVICE, PREFIX, Blueprint
from rehab_tracker.api.strict import Read, Strict, or_nothing, read_text, yes_no
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.mail_address import LONGEST_ADDRESS
from rehab_tracker.domain.own_choices import Choice
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services.enrolment import revoke
from rehab_tracker.services.own import Own, own
from rehab_tracker.services.own_choices import choose_own
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.credentials import bearer_token
from rehab_tracker.web.policy import for_device

CLOCK_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"

blueprint = Blueprint("me", __name__, url_prefix=f"{PREFIX}/me", description="The patient, the phone, the clinic.")


class PatientSchema(Schema):
    """The patient, without a name, which the app does not need; the address is there for its owner to check.

    Mail goes to it only while `mails` is true, and a reminder at `reminder_at`, on days that are not logged yet.
    """

    language = fields.String(required=True)
    time_zone = fields.String(required=True)
    enrolled_on = fields.Date(required=True)
    email = fields.String()
    mails = fields.Boolean(required=True)
    reminder_at = fields.String(metadata={"description": "HH:MM, local."})
    email_failed_at = fields.DateTime(
        metadata={"description": "Since then there is no such mailbox: no mail goes there until it is changed."}
    )


class ChoicesSchema(Strict):
    """What the patient chooses; what is left out stays. Null takes away the address or the reminder."""

    language = read_text(str, required=False, enum=list(LANGUAGES))
    email = Read(or_nothing(LONGEST_ADDRESS), required=False, type="string", maxLength=LONGEST_ADDRESS, nullable=True)
    mails = yes_no(description="Whether mail may come: reminders, and that the clinic has answered a request.")
    reminder_at = Read(
        or_nothing(), required=False, type="string", pattern=CLOCK_TIME, nullable=True, description="HH:MM, local."
    )


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
    patient = {name: getattr(found, name) for name in PatientSchema().fields}
    return {
        "patient": {name: value for name, value in patient.items() if value is not None},
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
    return _answer()


@blueprint.route("", methods=["PATCH"])
@for_device(Action.CHOOSE_OWN, "choices-changed")
@blueprint.arguments(ChoicesSchema())
@blueprint.response(200, MeSchema())
@blueprint.doc(operationId="change_me", security=DEVICE)
def choose(body: dict[str, Any]) -> Response:
    """Change the language, the address for mail, whether mail comes, or when a reminder does."""
    choices = {Choice(key): value for key, value in body.items()}
    choose_own(context.session(), context.viewer(), choices, context.now())
    return _answer()


def _answer() -> Response:
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
