"""A patient who was entered twice: both records side by side before they become one, and the way back."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.form import Fault, Said, fault_of, typed
from dashboards.pages.page import clinic_pages, done, page
from dashboards.pages.person import person_page, read
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import InvalidValue, NotFound, ReasonNeeded
from rehab_tracker.services.merging import merge, undo_merge
from rehab_tracker.services.person import Person
from rehab_tracker.storage.people import Patient, patient_of_record_number
from rehab_tracker.web import context
from rehab_tracker.web.language import in_words
from rehab_tracker.web.policy import for_staff

twice_pages = clinic_pages("twice_page")


@twice_pages.get("/patients/<uuid:patient_id>/twice")
@for_staff(Action.MERGE_RECORDS, "person-read, of both records")
def show(slug: str, patient_id: UUID) -> Response:
    """Return both records side by side, once the number of the other one is given."""
    return _page(read(patient_id), MultiDict(request.args))


def _page(person: Person, said: Said, fault: Fault | None = None) -> Response:
    number, other = typed(said, "record_number"), None
    if number:
        other = _person(number)
        if other is None or other.patient.id == person.patient.id:
            other = None
            fault = fault or Fault("record_number", gettext("There is no other patient with this record number."))
    status = 422 if fault else 200
    return page("twice.html", status, person=person, other=other, said=said, fault=fault)


def _person(number: str) -> Person | None:
    """Return the person with this record number; who is outside that care team gives a reason there first."""
    found = patient_of_record_number(context.session(), context.clinic().id, number)
    context.session().rollback()
    if found is None:
        return None
    try:
        return read(found.id)
    except ReasonNeeded:
        raise ReasonNeeded(patient_id=found.id) from None


@twice_pages.post("/patients/<uuid:patient_id>/twice")
@for_staff(Action.MERGE_RECORDS, "records-merged")
def join(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Let the other record be part of this one from now on."""
    said = MultiDict(request.form)
    try:
        why = typed(said, "reason")
        merge(context.session(), context.viewer(), _id("duplicate_id"), patient_id, why, context.now())
    except InvalidValue as refusal:
        return _page(read(patient_id), said, fault_of(refusal, (), said, "reason"))
    return done(gettext("The two records are one from now on."), url_for("person_page.show", patient_id=patient_id))


def _id(name: str) -> UUID:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        raise NotFound() from None


@twice_pages.post("/patients/<uuid:patient_id>/twice/undo")
@for_staff(Action.MERGE_RECORDS, "merge-undone")
def separate(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Separate a record that was joined by mistake."""
    said = MultiDict(request.form)
    duplicate = context.session().get(Patient, (context.clinic().id, _id("duplicate_id")))
    context.session().rollback()
    if duplicate is None or duplicate.merged_into != read(patient_id).patient.id:
        raise NotFound()
    try:
        undo_merge(context.session(), context.viewer(), duplicate.id, typed(said, "reason"), context.now())
    except InvalidValue as refusal:
        field = f"undo-{duplicate.id}"
        return person_page(read(patient_id), {field: typed(said, "reason")}, Fault(field, in_words(refusal)))
    return done(gettext("The two records are apart again."), url_for("person_page.show", patient_id=patient_id))
