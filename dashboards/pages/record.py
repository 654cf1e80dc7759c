"""A patient's page: who it is, what is open, and the course of every place on one time axis."""

from uuid import UUID

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from dashboards.figures.figured import Figured
from dashboards.figures.timeline import timeline
from dashboards.figures.weight_row import reported
from dashboards.pages.activity import activity
from dashboards.pages.both_legs import aids_question
from dashboards.pages.care_words import ITEM_KINDS
from dashboards.pages.item_told import sentence
from dashboards.pages.ledger_told import hurt, hurt_now
from dashboards.pages.page import clinic_pages, page, safe_next
from dashboards.pages.plan_panel import Panel, item_words, panel
from dashboards.pages.plotly_language import plotly_language
from dashboards.pages.results import checklists, follow_ups, places, results
from dashboards.pages.safety import asks_how_to_get_about, leg_plan, limits_told, places_without_limit, silent_days
from dashboards.pages.said_words import said
from dashboards.pages.training import over_limit, shares, week
from dashboards.pages.words import DOUBTS, RULES, STATES, age, words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.wording import LEVELS
from rehab_tracker.services.reach import LONGEST_REASON, give_reason
from rehab_tracker.services.record import Record, open_record
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.language import in_words
from rehab_tracker.web.policy import for_staff

record_pages = clinic_pages("record")

RANGES = {"28": 28, "90": 90, "all": None}
"""What can be shown: days back from today, or everything."""
USUAL_RANGE = "90"


@record_pages.get("/patients/<uuid:patient_id>")
@for_staff(Action.READ_RECORD, "record-read")
def show(slug: str, patient_id: UUID) -> Response:
    """Return a patient's page."""
    record = open_record(context.session(), context.viewer(), patient_id, context.now())
    return page(
        "record.html",
        record=record,
        figured=_timeline(record),
        limits=limits_told(record),
        unlimited=places_without_limit(record),
        silent=silent_days(record),
        asks_how=asks_how_to_get_about(record),
        aids=aids_question(""),
        leg_plan=_leg_plan(record),
        plans=[panel(told, record) for told in record.told.plans],
        item_words=item_words,
        places=places(record),
        hurt=hurt(record),
        hurt_now=hurt_now(record),
        checklists=checklists(record),
        results=results(record),
        follow_ups=follow_ups(record),
        week=week(record),
        shares=shares(record),
        over_limit=over_limit(record),
        said=said,
        activity=activity(record),
        item_kinds=ITEM_KINDS,
        ranges=RANGES,
        shown=_range(),
        age=age(record.patient.born, record.today),
        levels=LEVELS,
        rules=RULES,
        states=STATES,
        doubts=DOUBTS,
    )


@record_pages.get("/patients/<uuid:patient_id>/timeline.json")
@for_staff(Action.READ_RECORD, "record-read")
def timeline_json(slug: str, patient_id: UUID) -> Response:
    """Return the timeline as Plotly draws it, with the names of days and months in the reader's language."""
    record = open_record(context.session(), context.viewer(), patient_id, context.now())
    figure = _timeline(record).figure.to_plotly_json()
    return answer({**figure, "language": plotly_language(words().locale)})


def _leg_plan(record: Record) -> Panel | None:
    course = leg_plan(record)
    told = next((told for told in record.told.plans if told.course is course), None)
    return panel(told, record) if told else None


def _range() -> str:
    asked = request.args.get("days", USUAL_RANGE)
    return asked if asked in RANGES else USUAL_RANGE


def _timeline(record: Record) -> Figured:
    return timeline(
        record.courses,
        record.alerts,
        record.told.standing.courses,
        record.today,
        words(),
        limits=record.told.spans,
        limits_now={limb: found.limit for limb, found in record.told.limits.items()},
        over_limit=reported(record.told.known.entries),
        items=record.clinical.items,
        tell=sentence,
        results=record.told.known.results,
        days=RANGES[_range()],
        cut_points=record.cut_points,
    )


@record_pages.post("/patients/<uuid:patient_id>/reason")
@for_staff(Action.GIVE_REASON, "record-opened-with-reason")
def reason(slug: str, patient_id: UUID) -> ResponseReturnValue:
    """Keep the reason for opening a record, which the patient will see, and go on to the page that was asked for."""
    onward, said = safe_next(request.form.get("next")), request.form.get("reason", "")
    try:
        give_reason(context.session(), context.viewer(), patient_id, said, context.now())
    except InvalidValue as fault:
        values = {"patient_id": patient_id, "next": onward, "reason": said, "longest": LONGEST_REASON}
        return page("reason.html", 422, error=in_words(fault), **values)
    return redirect(onward, 303)
