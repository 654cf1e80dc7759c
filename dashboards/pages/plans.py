"""What a clinician does to a plan: confirm the step it proposes, move it with a reason, check, hold, let go on, end."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.both_legs import both_legs, getting_about
from dashboards.pages.form import (
    Fault,
    Option,
    Question,
    Said,
    Shape,
    chosen_from,
    fault_of,
    is_whole,
    seen_version,
    typed,
)
from dashboards.pages.page import Meanwhile, changed_meanwhile, clinic_pages, done, page
from dashboards.pages.plan_panel import item_words, panel, rung_words
from dashboards.pages.words import words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import BothLegs, InvalidValue, NotFound, OutOfDate, WrongState
from rehab_tracker.domain.plan import Act, PlanAct
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.weight_bearing import SUPPORT, Aids, Grade, WeightLimit
from rehab_tracker.services.plan_reading import PlanTold
from rehab_tracker.services.plans import Move, move_plan, tend_plan
from rehab_tracker.services.record import Record, open_record
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

plan_pages = clinic_pages("plan_page")

ACTS = (Act.CHECK, Act.HOLD, Act.RESUME, Act.END)


def _opened(patient_id: UUID, plan_id: UUID) -> tuple[Record, PlanTold]:
    record = open_record(context.session(), context.viewer(), patient_id, context.now())
    told = next((plan for plan in record.told.plans if plan.course.plan.id == plan_id), None)
    if told is None:
        raise NotFound()
    return record, told


def limit_questions(unchanged: str = "") -> list[Question]:
    """Return the questions for a limit: grade, percent, aid; ``unchanged`` is what no grade means."""
    grades = chosen_from(Grade, needed=not unchanged, without=unchanged)
    aids = (Option("", gettext("not said")), *(Option(str(aid), words().code(aid)) for aid in SUPPORT))
    return [
        Question("grade", gettext("Weight on the leg"), Shape.SELECT, grades),
        Question(
            "percent",
            gettext("Percent of body weight"),
            Shape.NUMBER,
            hint=gettext("For part of the weight: 1 to 99. For toes only: up to 20, or nothing."),
        ),
        Question("aids", gettext("Walking aid"), Shape.SELECT, aids),
    ]


def limit_of(said: Said) -> WeightLimit | None:
    """Return the limit that a form says, None without a grade; raise InvalidValue for one that can't be."""
    grade, percent, aids = (typed(said, name) for name in ("grade", "percent", "aids"))
    if not grade:
        if percent or aids:
            raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/grade")
        return None
    if percent and not is_whole(percent):
        raise InvalidValue("Give a whole number.", code="wrong-type", pointer="/percent")
    try:
        return WeightLimit(Grade(grade), int(percent) if percent else None, Aids(aids) if aids else None)
    except ValueError:
        raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/grade") from None


def _move_questions(told: PlanTold) -> list[Question]:
    course = told.course
    rungs = [rung for rung in course.plan.template.rungs if rung != course.rung]
    options = [Option(f"{rung.phase}.{rung.step}", rung_words(course, rung)) for rung in rungs]
    present = Option(f"{course.rung.phase}.{course.rung.step}", gettext("the present step, with another limit"))
    first = Option("", gettext("choose"))
    return [
        Question("phase", gettext("Move to"), Shape.SELECT, (first, *options, present)),
        *limit_questions(gettext("as the step has it")),
    ]


@plan_pages.get("/patients/<uuid:patient_id>/plans/<uuid:plan_id>")
@for_staff(Action.READ_RECORD, "record-read")
def show(slug: str, patient_id: UUID, plan_id: UUID) -> Response:
    """Return a plan with its whole course, and what can be done to it."""
    return _page(patient_id, plan_id)


def _page(patient_id: UUID, plan_id: UUID, refusal: InvalidValue | WrongState | None = None) -> Response:
    record, told = _opened(patient_id, plan_id)
    asked, said = _move_questions(told), MultiDict(request.form)
    fault = None
    if refusal:
        fault = fault_of(refusal, asked, said, "reason", "why", "item", "getting_about")
        if fault.field == "reason" and "act" in said:
            fault = Fault("why", fault.text)
    status = 200 if refusal is None else 422 if isinstance(refusal, InvalidValue) else 409
    values = {"record": record, "plan": panel(told, record), "item_words": item_words}
    return page("plan.html", status, **values, asked=asked, said=said, fault=fault)


def _rung(said: Said) -> Rung:
    phase, _, step = typed(said, "phase").partition(".")
    if phase not in list(Phase) or not is_whole(step):
        raise InvalidValue("Choose a phase.", code="phase-needed", pointer="/phase")
    return Rung(Phase(phase), int(step))


@plan_pages.post("/patients/<uuid:patient_id>/plans/<uuid:plan_id>/move")
@for_staff(Action.MOVE_PLAN, "plan-move")
def move(slug: str, patient_id: UUID, plan_id: UUID) -> ResponseReturnValue:
    """Let a plan stand on another step: the one that it proposes, or any other with a reason."""
    said, now = MultiDict(request.form), context.now()
    try:
        wanted = Move(_rung(said), limit_of(said), typed(said, "reason"), getting_about(said))
        move_plan(context.session(), context.viewer(), patient_id, plan_id, wanted, seen_version(request.form), now)
    except BothLegs as question:
        record, told = _opened(patient_id, plan_id)
        place = words().place(told.course.plan.site)
        limit = words().limit(wanted.limit) if wanted.limit else rung_words(told.course, wanted.target)
        return both_legs(question, record, f"{place}: {limit}", _own(patient_id, plan_id))
    except OutOfDate as refusal:
        record, told = _opened(patient_id, plan_id)
        to = rung_words(told.course, wanted.target)
        return _second(patient_id, told, record, refusal, gettext("Move to"), [to, wanted.reason])
    except (InvalidValue, WrongState) as refusal:
        return _page(patient_id, plan_id, refusal)
    return done(gettext("The plan was moved. The patient reads the new limit from now on."), _where(patient_id))


def _own(patient_id: UUID, plan_id: UUID) -> str:
    return url_for("plan_page.show", patient_id=patient_id, plan_id=plan_id)


def _where(patient_id: UUID) -> str:
    return url_for("record.show", patient_id=patient_id, _anchor="protocol")


def _second(
    patient_id: UUID, told: PlanTold, record: Record, refusal: OutOfDate, label: str, wanted: list[str]
) -> Response:
    """Return what others did to the plan since it was seen, beside what was wanted here."""
    behind = max(0, refusal.values["now"] - refusal.values["yours"])
    acts = sorted(told.course.plan.acts, key=lambda act: act.at)[-behind:] if behind else []
    theirs = [Meanwhile(act.at, record.names.get(act.by, "") if act.by else "", _act_words(act)) for act in acts]
    present = gettext("The plan now: %(step)s.", step=rung_words(told.course, told.course.rung))
    theirs = [*theirs[:-1], theirs[-1]._replace(what=f"{theirs[-1].what} {present}")] if theirs else []
    back = _own(patient_id, told.course.plan.id)
    return changed_meanwhile(refusal, theirs, [(label, [each for each in wanted if each])], back)


def _act_words(act: PlanAct) -> str:
    what = {
        Act.START: gettext("The plan began."),
        Act.MOVE: gettext("Moved the plan."),
        Act.CHECK: gettext("Checked: %(item)s.", item=item_words(act.item or "")),
        Act.HOLD: gettext("Put the plan on hold."),
        Act.RESUME: gettext("Ended the hold."),
        Act.END: gettext("Ended the plan."),
    }[act.act]
    return f"{what} ({act.reason})" if act.reason else str(what)


@plan_pages.post("/patients/<uuid:patient_id>/plans/<uuid:plan_id>/tend")
@for_staff(Action.TEND_PLAN, "plan-check, plan-hold, plan-resume or plan-end")
def tend(slug: str, patient_id: UUID, plan_id: UUID) -> ResponseReturnValue:
    """Check an item, put the plan on hold, let it go on, end it, or say how the patient gets about."""
    said, now = MultiDict(request.form), context.now()
    try:
        act = _wanted(said)
        tend_plan(context.session(), context.viewer(), patient_id, plan_id, act, seen_version(request.form), now)
    except OutOfDate as refusal:
        record, told = _opened(patient_id, plan_id)
        return _second(patient_id, told, record, refusal, _act_words(act), [act.reason])
    except (InvalidValue, WrongState) as refusal:
        return _page(patient_id, plan_id, refusal)
    return done(gettext("It is written into the plan."), _where(patient_id))


def _wanted(said: Said) -> PlanAct:
    """Return the act that a form asks for; its times and author are set where it is kept."""
    act = typed(said, "act")
    if act not in ACTS:
        raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/act")
    today, now = context.now().date(), context.now()
    value = getting_about(said)
    return PlanAct(
        Act(act), today, now, item=typed(said, "item") or None, value=str(value) if value else None,
        reason=typed(said, "why"),
    )  # fmt: skip
