"""The person: details, where the patient stands with the clinic, who cares, and a record that was entered twice."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.form import Fault, Option, Question, Said, Shape, fault_of, seen_version, typed
from dashboards.pages.page import Meanwhile, changed_meanwhile, clinic_pages, done, page
from dashboards.pages.words import words
from rehab_tracker.domain.access import CLINICIANS, Action
from rehab_tracker.domain.errors import InvalidValue, NotFound, OutOfDate, WrongState
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.person import Detail, PatientState, Sex, Value
from rehab_tracker.domain.translation import N_
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services import people
from rehab_tracker.services.person import Person, read_person
from rehab_tracker.storage.people import Patient, staff_of_clinic
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

person_pages = clinic_pages("person_page")

LABELS = {
    Detail.NAME: N_("Name"),
    Detail.RECORD_NUMBER: N_("Record number"),
    Detail.BORN: N_("Birth date, like 1984-02-29"),
    Detail.SEX: N_("Sex"),
    Detail.PHONE: N_("Phone"),
    Detail.EMAIL: N_("E-mail address"),
    Detail.LANGUAGE: N_("Language"),
    Detail.TIME_ZONE: N_("Time zone, like Europe/Lisbon"),
}
FIELDS = {
    "state": N_("State"),
    "merged_into": N_("Joined with another record"),
    "mails": N_("Wants mail"),
    "reminder_at": N_("Reminder at"),
    **{str(d): t for d, t in LABELS.items()},
}
NAMES = {"en-GB": "English", "pt-PT": "Português"}


def read(patient_id: UUID) -> Person:
    """Return the person behind a page."""
    return read_person(context.session(), context.viewer(), patient_id, context.now())


def _questions() -> list[Question]:
    say = words()
    options = {
        Detail.SEX: tuple(Option(str(sex), say.code(sex)) for sex in Sex),
        Detail.LANGUAGE: tuple(Option(tag, NAMES.get(tag, tag)) for tag in LANGUAGES),
    }
    return [
        Question(str(d), gettext(label), Shape.SELECT if d in options else Shape.LINE, options.get(d, ()))
        for d, label in LABELS.items()
    ]


def _said(patient: Patient) -> Said:
    said: Said = MultiDict({str(d): "" if (v := getattr(patient, d)) is None else str(v) for d in Detail})
    said["version"] = str(patient.version)
    return said


@person_pages.get("/patients/<uuid:patient_id>/person")
@for_staff(Action.READ_RECORD, "person-read")
def show(slug: str, patient_id: UUID) -> Response:
    """Return the forms about a person."""
    person = read(patient_id)
    return _page(person, _said(person.patient))


def _page(person: Person, said: Said, fault: Fault | None = None, status: int = 200) -> Response:
    staff = [s for s in staff_of_clinic(context.session(), context.clinic().id) if s.role in CLINICIANS]
    doubles = [context.session().get_one(Patient, (context.clinic().id, each)) for each in person.duplicates]
    context.session().rollback()
    return page(
        "person.html",
        status,
        person=person,
        patient=person.patient,
        asked=_questions(),
        said=said,
        fault=fault,
        states=list(PatientState),
        others=[each for each in staff if each.id not in person.team],
        doubles=doubles,
        changed=FIELDS,
        value_words=_value_words,
    )


def _value_words(field: str, value: str | None) -> str:
    """Return a detail before or after a change, in words."""
    say = words()
    if value is None:
        return str(gettext("none"))
    if field in ("merged_into", "mails"):
        return str(gettext("no") if value == "false" else gettext("yes"))
    codes = {"state": PatientState, Detail.SEX: Sex}
    return say.code(codes[field](value)) if field in codes else value


def person_page(person: Person, typed_elsewhere: dict[str, str], fault: Fault) -> Response:
    """Return the page as it is kept, with a fault in one of its other forms and what was typed there."""
    said = _said(person.patient)
    said.update(typed_elsewhere)
    return _page(person, said, fault, 422)


@person_pages.post("/patients/<uuid:patient_id>/person")
@for_staff(Action.CHANGE_DETAILS, "details-changed")
def change(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Change the details of a person; who was second sees both."""
    said = MultiDict(request.form)
    if "again" in said:
        return _page(read(patient_id), said)
    try:
        changes, reason = _changes(said), typed(said, "reason")
        people.change_details(
            context.session(), context.viewer(), patient_id, changes, seen_version(said), context.now(), reason
        )
    except OutOfDate as refusal:
        return _second(read(patient_id), refusal, said)
    except InvalidValue as refusal:
        return _page(read(patient_id), said, fault_of(refusal, _questions(), said, "reason"), 422)
    return done(gettext("The details are changed."), _own(patient_id))


def _own(patient_id: UUID) -> str:
    return url_for("person_page.show", patient_id=patient_id)


def _changes(said: Said) -> dict[Detail, Value]:
    born = typed(said, Detail.BORN)
    try:
        day = local_date(born) if born else None
    except InvalidValue as fault:
        raise fault.at(f"/{Detail.BORN}") from None
    return {detail: day if detail is Detail.BORN else typed(said, detail) for detail in Detail}


def _second(person: Person, refusal: OutOfDate, said: Said) -> Response:
    theirs = [
        Meanwhile(
            each.changed_at,
            person.names.get(each.changed_by, "") if each.changed_by else gettext("the patient"),
            f"{gettext(FIELDS.get(each.field, each.field))}: {_value_words(each.field, each.after)}",
        )
        for each in person.changes
        if each.version > seen_version(said)
    ]
    present = _said(person.patient)
    yours = [(gettext(LABELS[d]), [said[d]]) for d in Detail if typed(said, d) != present[d] and d in said]
    return changed_meanwhile(refusal, theirs, yours, _own(person.patient.id), said)


@person_pages.post("/patients/<uuid:patient_id>/state")
@for_staff(Action.SET_STATE, "state-set")
def state(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Say where the patient stands with the clinic from now on."""
    said = MultiDict(request.form)
    try:
        wanted, why = typed(said, "state"), typed(said, "why")
        if wanted not in list(PatientState):
            raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/state")
        people.set_state(context.session(), context.viewer(), patient_id, PatientState(wanted), why, context.now())
    except (InvalidValue, WrongState) as refusal:
        person = read(patient_id)
        fault = fault_of(refusal, (), said, "state", "reason")
        shown = Fault("why", fault.text) if fault.field == "reason" else Fault("state", fault.text)
        filled = _said(person.patient)
        filled.update({"state": said.get("state", ""), "why": said.get("why", "")})
        return _page(person, filled, shown, 422 if isinstance(refusal, InvalidValue) else 409)
    return done(
        gettext("The state is changed. Alerts stay as they are, and everything can still be read."), _own(patient_id)
    )


@person_pages.post("/patients/<uuid:patient_id>/team")
@for_staff(Action.CHANGE_CARE_TEAM, "care-team-joined")
def join(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Put a clinician into the care team."""
    people.join_care_team(context.session(), context.viewer(), patient_id, _member(), context.now())
    return done(
        gettext("The care team has one more. Letters about this patient go there from now on."), _own(patient_id)
    )


@person_pages.post("/patients/<uuid:patient_id>/team/leave")
@for_staff(Action.CHANGE_CARE_TEAM, "care-team-left")
def leave(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Take a clinician out of the care team."""
    people.leave_care_team(context.session(), context.viewer(), patient_id, _member(), context.now())
    if _member() == context.viewer().person:
        return done(gettext("You have left the care team."), url_for("worklist.show"))
    return done(gettext("The care team has one less."), _own(patient_id))


def _member() -> UUID:
    try:
        return UUID(request.form.get("staff_id", ""))
    except ValueError:
        raise NotFound() from None
