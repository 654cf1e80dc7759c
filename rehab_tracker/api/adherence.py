"""Adherence: how much of what was due was done, by place, phase or week, and what became of each exercise."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import gettext
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.api.plan_told import there
from rehab_tracker.api.strict import Strict, code, read_text
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.adherence import Adherence, WhyUnknown
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import NotDone
from rehab_tracker.domain.exercise_names import dose_words, exercise_name
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.occurrence_state import Result, State
from rehab_tracker.services.plan_reading import Told, read_plans
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "adherence",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>",
    description="What was due and what was done.",
)

WEEKS_BACK = timedelta(days=28)
"""Days before today that are told where no first day is asked for."""
LONGEST_STRETCH = timedelta(days=366)


class By(StrEnum):
    """By what adherence is told."""

    SITE = "site"
    PHASE = "phase"
    WEEK = "week"


class ByQuery(Strict):
    """By what adherence is told; by site where nothing is said."""

    by = code(By)


DAY: dict[str, Any] = {"required": False, "format": "date"}
StretchQuery = Strict.from_dict(
    {
        "from": read_text(local_date, description="The first local day; 28 days before the last or today.", **DAY),
        "to": read_text(local_date, description="The last local day; a week ahead, further is not known.", **DAY),
    },
    name="StretchQuery",
)


class AdherenceSchema(Schema):
    """Counts of exercises, and the share of their doses that was done: null with the reason why there is none."""

    done = fields.Integer(required=True)
    partly = fields.Integer(required=True, data_key="partial")
    missed = fields.Integer(required=True)
    excused = fields.Integer(required=True)
    due = fields.Integer(required=True)
    ratio = fields.Float(required=True, allow_none=True)
    why = fields.String(metadata={"enum": [str(why) for why in WhyUnknown]})


class AdherenceOfSchema(AdherenceSchema):
    """The same of one place, phase or week (ISO, like `2026-W02`)."""

    key = fields.String(required=True)


class OverLimitSchema(Schema):
    """Days on which the patient said that a limb carried more than allowed, of the days with any answer about it."""

    limb = fields.String(required=True)
    few_steps = fields.Integer(required=True)
    often = fields.Integer(required=True)
    days_logged = fields.Integer(required=True)


class AdherencesSchema(Schema):
    """The total counts an exercise for two places once; weight beyond the limit stands by itself."""

    total = fields.Nested(AdherenceSchema(), required=True)
    data = fields.List(fields.Nested(AdherenceOfSchema()), required=True)
    over_limit = fields.List(fields.Nested(OverLimitSchema()), required=True)


class OrderedBySchema(Schema):
    """A version of an order."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)


class OccurrenceSchema(Schema):
    """One exercise due on a local day, with its state; ``done`` is the share of its dose, 0 to 1."""

    exercise = fields.String(required=True)
    name = fields.String(required=True)
    day = fields.Date(required=True)
    slot = fields.Integer(required=True, metadata={"description": "Of the day, from 0."})
    sites = fields.List(fields.String(), required=True)
    dose = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [str(state) for state in State]})
    done = fields.Float(required=True)
    not_done = fields.String(metadata={"enum": [str(why) for why in NotDone]})
    opens_at = fields.DateTime(required=True)
    closes_at = fields.DateTime(required=True)
    orders = fields.List(fields.Nested(OrderedBySchema()), required=True)


class OccurrencesSchema(Schema):
    """Exercises in order of day and code."""

    data = fields.List(fields.Nested(OccurrenceSchema()), required=True)


@blueprint.route("/adherence", methods=["GET"])
@for_staff(Action.READ_RECORD, "plans-read")
@blueprint.arguments(ByQuery(), location="query")
@blueprint.response(200, AdherencesSchema())
@blueprint.doc(operationId="read_adherence", security=STAFF)
def adherence(query: dict[str, By], patient_id: UUID) -> Response:
    """Return how much of what was due until now was done."""
    told = read_plans(context.session(), context.viewer(), patient_id, context.now())
    found = _by(told, query.get("by", By.SITE))
    over = [{"limb": limb, **count._asdict()} for limb, count in told.over_limit.items()]
    rows = [{"key": key, **plain_adherence(each)} for key, each in found.items()]
    return answer({"total": plain_adherence(told.total), "data": rows, "over_limit": over})


def _by(told: Told, by: By) -> Mapping[str, Adherence]:
    return {By.SITE: told.by_site, By.PHASE: told.by_phase, By.WEEK: told.by_week}[by]


def plain_adherence(found: Adherence) -> dict[str, Any]:
    """Return counts and ratio as an answer holds them."""
    counts = {name: getattr(found, name) for name in ("done", "partial", "missed", "excused", "due")}
    return {**counts, **there({"why": found.why}), "ratio": found.ratio}


@blueprint.route("/occurrences", methods=["GET"])
@for_staff(Action.READ_RECORD, "plans-read")
@blueprint.arguments(StretchQuery(), location="query")
@blueprint.response(200, OccurrencesSchema())
@blueprint.doc(operationId="list_occurrences", security=STAFF)
def occurrences(query: dict[str, date], patient_id: UUID) -> Response:
    """Return the exercises due on the days of a stretch, each with what became of it."""
    _must_be_in_order(query)
    told = read_plans(context.session(), context.viewer(), patient_id, context.now())
    last = query.get("to", date.max)
    until = min(told.standing.today, last)
    first = query.get("from", until - min(WEEKS_BACK, until - date.min))
    found = [r for r in told.known.results if first <= r.occurrence.day <= last]
    return answer({"data": [_plain(result) for result in found]})


def _must_be_in_order(query: dict[str, date]) -> None:
    if {"from", "to"} <= query.keys() and not timedelta() <= query["to"] - query["from"] <= LONGEST_STRETCH:
        raise InvalidValue("Choose at most a year, the first day first.", code="out-of-range", pointer="/to")


def _plain(result: Result) -> dict[str, Any]:
    due = result.occurrence
    said = {
        "exercise": due.exercise,
        "name": exercise_name(due.exercise, gettext),
        "day": due.day,
        "slot": due.slot,
        "sites": [str(place) for place in due.sites],
        "dose": dose_words(due.dose, gettext),
        "state": result.state,
        "done": round(float(result.done), 3),
        "not_done": result.not_done,
        "opens_at": due.window.opens_at,
        "closes_at": due.window.closes_at,
        "orders": [{"id": order, "version": version} for order, version in due.orders],
    }
    return there(said)
