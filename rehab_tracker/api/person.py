"""The person: a patient's details and where the patient stands with the clinic, with what was there before."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.api.reason import reason_field
from rehab_tracker.api.strict import Read, Strict, code, or_nothing, read_text, text
from rehab_tracker.api.version import HEADERS, IF_MATCH, seen_version, versioned
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.mail_address import LONGEST_ADDRESS
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.person import LONGEST, LONGEST_REASON, Detail, PatientState, Sex
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services import people
from rehab_tracker.services.person import Person, read_person
from rehab_tracker.storage.person import PersonChange
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "person",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>",
    description="Who a patient is.",
)

SEXES, STATES = [str(sex) for sex in Sex], [str(state) for state in PatientState]


def _line(longest: int, **documented: Any) -> Read:
    return Read(or_nothing(longest), required=False, type="string", maxLength=longest, nullable=True, **documented)


def _birth(value: Any) -> Any:
    return None if value is None else local_date(value)


class DetailsSchema(Strict):
    """What is to be changed of a person; what is left out stays. Null takes away a birth date, phone or address."""

    record_number = text(LONGEST[Detail.RECORD_NUMBER], required=False)
    name = text(LONGEST[Detail.NAME], required=False)
    born = Read(_birth, required=False, type="string", format="date", nullable=True)
    sex = code(Sex)
    phone = _line(LONGEST[Detail.PHONE])
    email = _line(LONGEST_ADDRESS, description="Mail goes there only once the patient asks for it, in the app.")
    language = read_text(str, required=False, enum=list(LANGUAGES))
    time_zone = read_text(str, required=False, description="IANA name, like Europe/Lisbon.")
    reason = text(LONGEST_REASON, required=False, description="Why, where that is not plain.")


class StateSchema(Strict):
    """Where a patient stands with the clinic from now on, and why."""

    state = code(PatientState, required=True)
    reason = reason_field()


class ChangeSchema(Schema):
    """One detail before and after a change, as text; an empty one is left out."""

    version = fields.Integer(required=True, metadata={"description": "The person's version after it."})
    field = fields.String(required=True)
    before = fields.String()
    after = fields.String()
    reason = fields.String()
    changed_at = fields.DateTime(required=True)
    changed_by = fields.UUID(metadata={"description": "Not there where it was the patient."})
    author = fields.String()


class PersonSchema(Schema):
    """A patient; of one who was entered twice it is the record that is kept."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    record_number = fields.String(required=True)
    name = fields.String(required=True)
    born = fields.Date()
    sex = fields.String(required=True, metadata={"enum": SEXES})
    phone = fields.String()
    email = fields.String()
    email_failed_at = fields.DateTime(
        metadata={"description": "Since then there is no such mailbox: no mail goes there until it is changed."}
    )
    mails = fields.Boolean(required=True, metadata={"description": "Whether the patient wants mail."})
    reminder_at = fields.String(metadata={"description": "When the patient wants a reminder: HH:MM, local."})
    language = fields.String(required=True, metadata={"enum": list(LANGUAGES)})
    time_zone = fields.String(required=True)
    enrolled_on = fields.Date(required=True)
    state = fields.String(required=True, metadata={"enum": STATES})
    duplicates = fields.List(fields.UUID(), required=True, metadata={"description": "Records joined with this one."})
    changes = fields.List(fields.Nested(ChangeSchema()), required=True)


@blueprint.route("", methods=["GET"])
@for_staff(Action.READ_RECORD, "person-read")
@blueprint.response(200, PersonSchema(), headers=HEADERS)
@blueprint.doc(operationId="read_person", security=STAFF)
def person(patient_id: UUID) -> Response:
    """Return who a patient is, with every change of the details."""
    return _answer(patient_id)


@blueprint.route("", methods=["PATCH"])
@for_staff(Action.CHANGE_DETAILS, "details-changed")
@blueprint.arguments(DetailsSchema())
@blueprint.response(200, PersonSchema(), headers=HEADERS)
@blueprint.doc(operationId="change_person", security=STAFF, parameters=IF_MATCH)
def change(body: dict[str, Any], patient_id: UUID) -> Response:
    """Change details of a patient; what was there before stays in the changes."""
    wanted = {Detail(key): value for key, value in body.items() if key != "reason"}
    who = (context.session(), context.viewer(), patient_id)
    people.change_details(*who, wanted, seen_version(), context.now(), body.get("reason", ""))
    return _answer(patient_id)


@blueprint.route("/state", methods=["PUT"])
@for_staff(Action.SET_STATE, "state-set")
@blueprint.arguments(StateSchema())
@blueprint.response(200, PersonSchema(), headers=HEADERS)
@blueprint.doc(operationId="set_state", security=STAFF, parameters=IF_MATCH)
def set_state(body: dict[str, Any], patient_id: UUID) -> Response:
    """Say where a patient stands with the clinic from now on."""
    who, seen = (context.session(), context.viewer(), patient_id), seen_version()
    people.set_state(*who, body["state"], body["reason"], context.now(), seen)
    return _answer(patient_id)


def _answer(patient_id: UUID) -> Response:
    found = read_person(context.session(), context.viewer(), patient_id, context.now())
    return versioned(_plain(found), found.patient.version)


def _plain(found: Person) -> dict[str, Any]:
    patient = found.patient
    kept = (*Detail, "mails", "reminder_at", "id", "version", "enrolled_on", "state")
    said = {str(name): getattr(patient, name) for name in kept if getattr(patient, name) is not None}
    if found.email_failed_at:
        said["email_failed_at"] = found.email_failed_at
    changes = [_plain_change(change, found.names) for change in found.changes]
    return said | {"duplicates": list(found.duplicates), "changes": changes}


def _plain_change(change: PersonChange, names: dict[UUID, str]) -> dict[str, Any]:
    kept = ("version", "field", "before", "after", "reason", "changed_at", "changed_by")
    told = {name: getattr(change, name) for name in kept}
    told["author"] = names.get(change.changed_by) if change.changed_by else None
    return {key: value for key, value in told.items() if value not in (None, "")}
