"""The affected places: recording and changing the status of one, merging two of a joint, striking out a mistake."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.both_legs import both_legs, getting_about
from dashboards.pages.form import Option, Question, Said, Shape, chosen_from, fault_of, fill_date, plain_date, typed
from dashboards.pages.item_questions import site_question
from dashboards.pages.page import clinic_pages, done, may, page
from dashboards.pages.words import words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.errors import BothLegs, InvalidValue, NotFound
from rehab_tracker.domain.involvement import MISTAKE, Involvement, InvolvementStatus
from rehab_tracker.domain.partial_date import partial_date
from rehab_tracker.domain.site import SITES, Area, Site, areas_of, site
from rehab_tracker.domain.weight_bearing import WeightLimit
from rehab_tracker.services.involvements import Said as SaidOfPlace
from rehab_tracker.services.involvements import mark_involvement_in_error, merge_involvements, record_status
from rehab_tracker.services.record import Record, open_record
from rehab_tracker.services.templates import templates
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

place_pages = clinic_pages("place_page")

RESOLVED = InvolvementStatus.RESOLVED
STATUSES = tuple(status for status in InvolvementStatus if status is not MISTAKE)


def _record(patient_id: UUID) -> Record:
    return open_record(context.session(), context.viewer(), patient_id, context.now())


def _is_doctors(record: Record, place: Site | None) -> bool:
    """Return whether to end the place's plan, and so its limit, is for somebody else than the viewer."""
    runs = any(course.plan.site == place for course in record.told.standing.running)
    return runs and not may(Action.MOVE_PLAN)


def _questions(place: Site | None, is_doctors: bool = False) -> list[Question]:
    """Return what is asked of a place; where it is known, only its own areas are offered."""
    say = words()
    areas = [area for area in Area if place is None or area in areas_of(place.region)]
    offered = [each for each in STATUSES if not (is_doctors and each is RESOLVED)]
    statuses = (Option("", gettext("choose")), *(Option(str(each), say.code(each)) for each in offered))
    asked = [] if place else [site_question("site", gettext("Place"), (), needed=True)]
    return [
        *asked,
        Question("status", gettext("Status"), Shape.SELECT, statuses),
        Question("onset", gettext("Began"), Shape.DATE),
        Question(
            "area",
            gettext("Where the patient says it hurts"),
            Shape.SELECT,
            (chosen_from(Area)[0], *(Option(str(area), say.code(area)) for area in areas)),
        ),
        Question("words", gettext("In the patient's words"), Shape.LINE),
    ]


@place_pages.get("/patients/<uuid:patient_id>/places/new")
@for_staff(Action.RECORD_INVOLVEMENT, "record-read")
def new(slug: str, patient_id: UUID) -> Response:
    """Return the form to record a place."""
    return _page(_record(patient_id), None, MultiDict(request.args))


@place_pages.get("/patients/<uuid:patient_id>/places/<code>")
@for_staff(Action.RECORD_INVOLVEMENT, "record-read")
def show(slug: str, patient_id: UUID, code: str) -> Response:
    """Return a recorded place with the forms to change, merge or strike it out."""
    record = _record(patient_id)
    last = _last(record, code)
    return _page(record, last.site, _filled(last))


def _filled(last: Involvement, **more: str) -> Said:
    """Return what is recorded of a place as it stands in the fields, with ``more`` of what was typed beside it."""
    said: Said = MultiDict({"status": str(last.status), "area": str(last.area or ""), "words": last.words, **more})
    if last.onset:
        fill_date(said, "onset", last.onset.plain())
    return said


def _last(record: Record, code: str) -> Involvement:
    """Return the last record of a place; raise NotFound for one that was never recorded."""
    place = SITES.get(code)
    if place is None or place not in record.places:
        raise NotFound()
    return record.places[place][-1].involvement


def _page(record: Record, place: Site | None, said: Said, refusal: InvalidValue | None = None) -> Response:
    is_doctors = _is_doctors(record, place)
    asked = _questions(place, is_doctors)
    fault = fault_of(refusal, asked, said, "reason", "merged_into", "why_merge") if refusal else None
    history = record.places.get(place, ()) if place else ()
    others = [i.site for i in record.involvements if place and i.site.joint == place.joint and i.site != place]
    return page(
        "place.html",
        422 if refusal else 200,
        record=record,
        place=place,
        asked=asked,
        said=said,
        fault=fault,
        others=[each for each in others if record.places[each][-1].involvement.status is not MISTAKE],
        history=history,
        is_doctors=is_doctors,
        is_struck=bool(history) and history[-1].involvement.status is MISTAKE,
    )


@place_pages.post("/patients/<uuid:patient_id>/places/new")
@for_staff(Action.RECORD_INVOLVEMENT, "involvement-recorded")
def record_new(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Record a place that was chosen from the list."""
    return _record_it(patient_id, typed(request.form, "site"), None)


@place_pages.post("/patients/<uuid:patient_id>/places/<code>")
@for_staff(Action.RECORD_INVOLVEMENT, "involvement-recorded")
def change(slug: str, patient_id: UUID, code: str) -> ResponseReturnValue:
    """Record another status of a place, from today on."""
    return _record_it(patient_id, code, _last(_record(patient_id), code).site)


def _record_it(patient_id: UUID, code: str, shown: Site | None) -> ResponseReturnValue:
    said = MultiDict(request.form)
    try:
        place, status, known = _told(code, said)
        how = getting_about(said)
        record_status(context.session(), context.viewer(), patient_id, place, status, known, context.now(), how)
    except BothLegs as question:
        wanted = gettext("%(place)s: %(status)s", place=words().place(place), status=words().code(status))
        begins = f"{wanted}; {words().limit(_first_limit(place))}"
        return both_legs(question, _record(patient_id), begins, request.path)
    except InvalidValue as refusal:
        return _page(_record(patient_id), shown, said, refusal)
    running = {course.plan.site for course in _record(patient_id).told.standing.running}
    if status.starts_plan and place not in running:
        told = gettext("The place is recorded. It has no plan: that was ended. To start one anew, record “come back”.")
        return done(told, _where(patient_id))
    return done(gettext("The place is recorded, and its plan follows."), _where(patient_id))


def _first_limit(place: Site) -> WeightLimit:
    """Return the limit with which the plan of a place would begin."""
    template = next(t for t in templates(context.session(), context.viewer()) if t.code == DEFAULT_TEMPLATE.code)
    return template.limit_at(template.first_rung(place))


def _where(patient_id: UUID) -> str:
    return url_for("record.show", patient_id=patient_id, _anchor="sites")


def _told(code: str, said: Said) -> tuple[Site, InvolvementStatus, SaidOfPlace]:
    """Return what the form says of a place; raise InvalidValue, pointing to the field, where it can't be."""
    status, area, onset = typed(said, "status"), typed(said, "area"), plain_date(said, "onset")
    try:
        place = site(code)
    except InvalidValue as fault:
        raise fault.at("/site") from None
    if status not in STATUSES:
        raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/status")
    if area and area not in list(Area):
        raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/area")
    told = SaidOfPlace(
        partial_date(onset, "/onset") if onset else None, Area(area) if area else None, typed(said, "words")
    )
    return place, InvolvementStatus(status), told


@place_pages.post("/patients/<uuid:patient_id>/places/<code>/merge")
@for_staff(Action.RECORD_INVOLVEMENT, "involvements-merged")
def merge(slug: str, patient_id: UUID, code: str) -> ResponseReturnValue:
    """Let a place's record count as that of another one of the same joint."""
    record = _record(patient_id)
    last, into, why = _last(record, code), typed(request.form, "merged_into"), typed(request.form, "why_merge")
    try:
        if into not in SITES:
            raise InvalidValue("Choose a place from the list.", code="unknown-site", pointer="/merged_into")
        merge_involvements(context.session(), context.viewer(), patient_id, last.site, SITES[into], why, context.now())
    except InvalidValue as refusal:
        refusal.pointer = refusal.pointer.replace("/reason", "/why_merge")
        return _page(record, last.site, _filled(last, merged_into=into, why_merge=why), refusal)
    return done(gettext("The two places are one from now on. The history of both stays."), _where(patient_id))


@place_pages.post("/patients/<uuid:patient_id>/places/<code>/error")
@for_staff(Action.RECORD_INVOLVEMENT, "involvement-marked-in-error")
def mark(slug: str, patient_id: UUID, code: str) -> ResponseReturnValue:
    """Say that a place was never involved; its history stays."""
    record = _record(patient_id)
    last, why = _last(record, code), typed(request.form, "reason")
    try:
        mark_involvement_in_error(context.session(), context.viewer(), patient_id, last.site, why, context.now())
    except InvalidValue as refusal:
        return _page(record, last.site, _filled(last, reason=why), refusal)
    return done(gettext("The place is struck out, and its plan has ended."), _where(patient_id))
