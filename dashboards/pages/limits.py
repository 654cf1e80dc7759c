"""A limit for a whole limb, beside those of its plans; the strictest of all counts."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.both_legs import both_legs, getting_about
from dashboards.pages.form import Option, Question, Said, Shape, fault_of, typed
from dashboards.pages.page import clinic_pages, done, page
from dashboards.pages.plans import limit_of, limit_questions
from dashboards.pages.safety import limits_told
from dashboards.pages.words import words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import BothLegs, InvalidValue
from rehab_tracker.domain.site import Limb
from rehab_tracker.services.plans import order_limit
from rehab_tracker.services.record import open_record
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

limit_pages = clinic_pages("limit_page")


def _questions() -> list[Question]:
    limbs = (Option("", gettext("choose")), *(Option(str(limb), words().code(limb)) for limb in Limb))
    return [Question("limb", gettext("Which limb"), Shape.SELECT, limbs), *limit_questions()]


@limit_pages.get("/patients/<uuid:patient_id>/limits")
@for_staff(Action.MOVE_PLAN, "record-read: the form shows the limits in force")
def show(slug: str, patient_id: UUID) -> Response:
    """Return the form to order a limit."""
    return _page(patient_id, MultiDict(request.args), None)


def _page(patient_id: UUID, said: Said, refusal: InvalidValue | None) -> Response:
    record = open_record(context.session(), context.viewer(), patient_id, context.now())
    asked = _questions()
    fault = fault_of(refusal, asked, said, "reason") if refusal else None
    values = {"record": record, "limits": limits_told(record), "asked": asked, "said": said, "fault": fault}
    return page("limits.html", 422 if refusal else 200, **values)


@limit_pages.post("/patients/<uuid:patient_id>/limits")
@for_staff(Action.MOVE_PLAN, "limit-ordered")
def order(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Order a limit from today on; full weight takes an earlier order back."""
    said, now = MultiDict(request.form), context.now()
    try:
        limb, limit = typed(said, "limb"), limit_of(said)
        if limb not in list(Limb):
            raise InvalidValue("Choose left or right.", code="unknown-code", pointer="/limb")
        if limit is None:
            raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/grade")
        asked = Limb(limb), limit, typed(said, "reason"), getting_about(said)
        order_limit(context.session(), context.viewer(), patient_id, *asked, now)
    except BothLegs as question:
        record = open_record(context.session(), context.viewer(), patient_id, now)
        wanted = f"{words().code(asked[0])}: {words().limit(asked[1])}"
        return both_legs(question, record, wanted, url_for("limit_page.show", patient_id=patient_id))
    except InvalidValue as refusal:
        return _page(patient_id, said, refusal)
    return done(gettext("The limit holds from today."), url_for("record.show", patient_id=patient_id, _anchor="now"))
