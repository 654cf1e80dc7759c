"""Own plan: what a patient reads of the protocol, in plain words: limits, phases, exercises, and what has changed."""

from datetime import date, timedelta
from typing import Any

from flask import Response, request
from flask_babel import format_date, gettext
from marshmallow import Schema, fields

from rehab_tracker.api.door import DEVICE, PREFIX, Blueprint
from rehab_tracker.api.limb import plain_limit
from rehab_tracker.api.plan_told import day_of_phase, there
from rehab_tracker.api.weight_limit import WeightLimitSchema
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.exercise_names import dose_words, exercise_how, exercise_name
from rehab_tracker.domain.hold import Hold
from rehab_tracker.domain.occurrence_state import Result, State
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.plan_news import HOLDS, news_sentence, recent_changes
from rehab_tracker.domain.plan_wording import LIMBS, PHASES, load_words
from rehab_tracker.domain.proposal import Proposal
from rehab_tracker.domain.site import Limb, Site
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.wording import capitalised, place_name
from rehab_tracker.services.plan_facts import AHEAD
from rehab_tracker.services.plan_reading import PlanTold, Told
from rehab_tracker.services.plan_reading import own_plan as services_own_plan
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_device

blueprint = Blueprint("own_plan", __name__, url_prefix=f"{PREFIX}/me/plan", description="The patient's own plan.")

NEWS_DAYS = timedelta(days=14)
"""How long the patient is told of what a plan did by itself."""

EVERYTHING = N_("All exercises")
ALL_STRENGTHENING = N_("All strengthening exercises")
STRENGTHENING = N_("Strengthening for: %(place)s")
NEXT = N_("Next: %(what)s, when your team agrees.")


class OwnLimitSchema(Schema):
    """How much one limb may carry, in a sentence to the patient."""

    limb = fields.String(required=True)
    limit = fields.Nested(WeightLimitSchema(), required=True)
    sentence = fields.String(required=True)
    sites = fields.List(fields.String(), required=True)


class OwnStepSchema(Schema):
    """Where one place stands: step and day are counted from 1, and ``next`` is never a promise."""

    site = fields.String(required=True)
    place = fields.String(required=True)
    phase = fields.String(required=True)
    words = fields.String(required=True, metadata={"description": "The phase in words."})
    step = fields.Integer(required=True)
    steps = fields.Integer(required=True)
    day = fields.Integer(required=True)
    about_days = fields.Integer(required=True)
    next = fields.String()


class OwnHoldSchema(Schema):
    """What rests today, why, and until which day where that is known."""

    what = fields.String(required=True)
    why = fields.String(required=True)
    until_on = fields.Date()


class OwnNewsSchema(Schema):
    """What a plan did by itself, and why."""

    on = fields.Date(required=True)
    site = fields.String(required=True)
    sentence = fields.String(required=True)


class OwnExerciseSchema(Schema):
    """An exercise as it is to be done on the days that name its ``key``."""

    key = fields.String(required=True)
    exercise = fields.String(required=True, metadata={"description": "The code that an exercise entry bears."})
    name = fields.String(required=True)
    how = fields.String()
    dose = fields.String(required=True)
    sites = fields.List(fields.String(), required=True)


class OwnDueSchema(Schema):
    """One exercise of a day, with a state for each time that it is due."""

    key = fields.String(required=True)
    states = fields.List(fields.String(metadata={"enum": [str(state) for state in State]}), required=True)


class OwnDaySchema(Schema):
    """The exercises of one local day."""

    day = fields.Date(required=True)
    due = fields.List(fields.Nested(OwnDueSchema()), required=True)


class OwnPlanSchema(Schema):
    """Everything that the app shows of the plan; ``is_asked`` says whether a log is asked for today."""

    today = fields.Date(required=True)
    is_asked = fields.Boolean(required=True)
    limits = fields.List(fields.Nested(OwnLimitSchema()), required=True)
    plans = fields.List(fields.Nested(OwnStepSchema()), required=True)
    holds = fields.List(fields.Nested(OwnHoldSchema()), required=True)
    news = fields.List(fields.Nested(OwnNewsSchema()), required=True)
    exercises = fields.List(fields.Nested(OwnExerciseSchema()), required=True)
    days = fields.List(fields.Nested(OwnDaySchema()), required=True)


@blueprint.route("", methods=["GET"])
@for_device(Action.READ_OWN, "a patient's own reads are not audited")
@blueprint.response(200, OwnPlanSchema())
@blueprint.doc(operationId="read_own_plan", security=DEVICE)
def own_plan() -> Response:
    """Return the plan for today and the week after, in the patient's language; 304 where nothing has changed."""
    told = services_own_plan(context.session(), context.viewer(), context.now())
    response = answer(plain_own_plan(told))
    response.add_etag()
    response.make_conditional(request)
    return response


def plain_own_plan(told: Told) -> dict[str, Any]:
    """Return a patient's own plan as the answer holds it."""
    today, running = told.standing.today, [each for each in told.plans if each.course.ended_on is None]
    return {
        "today": today,
        "is_asked": today in told.known.asked,
        "limits": [plain_limit(limit) for limit in told.limits.values()],
        "plans": [_step(each, today) for each in running],
        "holds": _holds(told.known.holds, today),
        "news": [said for each in running for said in _news(each.course, today - NEWS_DAYS)],
        **_due([r for r in told.known.results if today <= r.occurrence.day <= today + AHEAD], today),
    }


def _place(place: Site) -> str:
    return place_name(place, None, gettext)


def _step(told: PlanTold, today: date) -> dict[str, Any]:
    course = told.course
    place, phase = course.plan.site, course.plan.template.phase(course.rung.phase)
    said = {
        "site": str(place),
        "place": capitalised(_place(place)),
        "phase": course.rung.phase,
        "words": gettext(PHASES[course.rung.phase]),
        "step": course.rung.step + 1,
        "steps": len(phase.steps),
        "day": day_of_phase(course, today),
        "about_days": phase.max_days,
        "next": _next(course, told.proposal),
    }
    return there(said)


def _next(course: PlanCourse, proposed: Proposal) -> str | None:
    """Return the next step in words: its phase where that is another one, else how much the limb may carry then."""
    limb, target, limit = course.plan.site.limb, proposed.target, proposed.limit
    if target is None or limit is None:
        return None
    is_same = target.phase is course.rung.phase and limb is not None
    what = load_words(limb, limit, gettext) if is_same and limb else gettext(PHASES[target.phase])
    return str(gettext(NEXT)) % {"what": what}


def _holds(holds: tuple[Hold, ...], today: date) -> list[dict[str, Any]]:
    found = [hold for hold in holds if hold.is_on(today)]
    return [there({"what": _what(h), "why": gettext(HOLDS[h.reason]), "until_on": h.until_on}) for h in found]


def _what(hold: Hold) -> str:
    if hold.scope is None:
        return str(gettext(ALL_STRENGTHENING if hold.only_strengthening else EVERYTHING))
    place = gettext(LIMBS[hold.scope]) if isinstance(hold.scope, Limb) else capitalised(_place(hold.scope))
    return str(gettext(STRENGTHENING)) % {"place": place} if hold.only_strengthening else place


def _news(course: PlanCourse, since: date) -> list[dict[str, Any]]:
    place, template = course.plan.site, course.plan.template
    return [
        {
            "on": change.on,
            "site": str(place),
            "sentence": news_sentence(change, template, _place(place), format_date(change.on, "long"), gettext),
        }
        for change in recent_changes(course, since)
    ]


def _due(results: list[Result], today: date) -> dict[str, Any]:
    """Return the exercises once each, and day by day only their keys with their states; cancelled ones are left out."""
    exercises: dict[tuple[str, str, tuple[Site, ...]], dict[str, Any]] = {}
    days: dict[date, dict[str, list[str]]] = {today + timedelta(days=n): {} for n in range(AHEAD.days + 1)}
    for result in results:
        if result.state is not State.CANCELLED:
            known = _exercise(result, exercises)
            days[result.occurrence.day].setdefault(known["key"], []).append(str(result.state))
    told = [
        {"day": day, "due": [{"key": key, "states": states} for key, states in due.items()]}
        for day, due in days.items()
    ]
    return {"exercises": list(exercises.values()), "days": told}


def _exercise(result: Result, known: dict[tuple[str, str, tuple[Site, ...]], dict[str, Any]]) -> dict[str, Any]:
    """Return an exercise as it is to be done that day; the same one with another dose or place has another key."""
    due = result.occurrence
    dose = dose_words(due.dose, gettext)
    same = sum(exercise == due.exercise for exercise, *_ in known)
    said = {
        "key": due.exercise if not same else f"{due.exercise}.{same + 1}",
        "exercise": due.exercise,
        "name": exercise_name(due.exercise, gettext),
        "how": exercise_how(due.exercise, gettext) or None,
        "dose": dose,
        "sites": [str(place) for place in due.sites],
    }
    return known.setdefault((due.exercise, dose, due.sites), there(said))
