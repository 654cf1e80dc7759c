"""Enrolment: a one-time code makes the phone that sends it a device of its patient."""

from flask import Response, request
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, Blueprint
from rehab_tracker.api.me import OwnClinicSchema, PatientSchema, plain_own
from rehab_tracker.api.strict import Strict, text
from rehab_tracker.domain.access import Role, Viewer
from rehab_tracker.domain.errors import NotSignedIn
from rehab_tracker.services.credentials import clinic_of
from rehab_tracker.services.enrolment import INVALID_CODE, use_code
from rehab_tracker.services.own import own
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.credentials import bind, directory
from rehab_tracker.web.policy import for_everybody

LONGEST_CODE = 64
LONGEST_DEVICE_NAME = 100

blueprint = Blueprint("enrolment", __name__, url_prefix=PREFIX, description="How a phone gets its token.")


class EnrolmentSchema(Strict):
    """The code that the clinic handed over, and what the patient calls the phone."""

    code = text(LONGEST_CODE, description="Blanks, hyphens and small letters do not matter.")
    device_name = text(LONGEST_DEVICE_NAME)


class EnrolledSchema(Schema):
    """The phone's id and its token, told this once; it goes into `Authorization: Bearer`."""

    device_id = fields.UUID(required=True)
    token = fields.String(required=True)
    patient = fields.Nested(PatientSchema(), required=True)
    clinic = fields.Nested(OwnClinicSchema(), required=True)


@blueprint.route("/enrolments", methods=["POST"])
@for_everybody("device-enrolled; the code is the credential")
@blueprint.arguments(EnrolmentSchema())
@blueprint.response(201, EnrolledSchema())
@blueprint.doc(operationId="enrol_device")
def enrol(body: dict[str, str]) -> Response:
    """Make this phone a device of the patient whose code it sends; a code works once, for 48 hours."""
    clinic = _clinic(body["code"])
    bind(clinic)
    session, now = context.session(), context.now()
    device = use_code(session, clinic, body["code"], body["device_name"], request.remote_addr or "", now)
    found = own(session, Viewer(clinic.id, Role.PATIENT, device.patient_id, device.device_id))
    return answer({"device_id": device.device_id, "token": device.token} | plain_own(found, clinic.name), 201)


def _clinic(code: str) -> Clinic:
    try:
        clinic = directory().of_public_id(context.session(), clinic_of(code))
    except NotSignedIn:
        clinic = None
    if clinic is None:
        raise NotSignedIn(INVALID_CODE, code="invalid-code")
    return clinic
