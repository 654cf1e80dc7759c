"""What staff are told of plans: each with what could come next, every criterion beside its present value, and why."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext
from marshmallow import Schema, fields

from rehab_tracker.api.weight_limit import WeightLimitSchema, sentence_of
from rehab_tracker.domain.alert import Evidence
from rehab_tracker.domain.plan import Act, Change, PlanCourse, Turn
from rehab_tracker.domain.plan_wording import (
    REVIEWS,
    blocker_sentence,
    change_sentence,
    met_sentence,
    task_sentence,
)
from rehab_tracker.domain.proposal import Proposal
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.reader import plain
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.traffic_light import Light
from rehab_tracker.services.plan_reading import PlanTold, Told

DAYS_SHOWN = 28
ANSWER = {"oneOf": [{"type": each} for each in ("integer", "boolean", "string")]}


def _codes(codes: Iterable[str], **documented: Any) -> dict[str, Any]:
    return {"enum": [str(each) for each in codes], **documented}


class EvidenceSchema(Schema):
    """One answer of the patient on which something rests."""

    for_date = fields.Date(required=True)
    recorded_at = fields.DateTime(required=True)
    site = fields.String()
    field = fields.String(required=True)
    value = fields.Raw(required=True, metadata={"allOf": [ANSWER]})


class CriterionSchema(Schema):
    """A criterion of the next step: what is needed beside what there is; ``value`` is left out where it is unknown."""

    key = fields.String(required=True)
    is_met = fields.Boolean(required=True)
    value = fields.Integer()
    needed = fields.Integer(required=True)
    sentence = fields.String(required=True)
    evidence = fields.List(fields.Nested(EvidenceSchema()), required=True)


class SentenceSchema(Schema):
    """Something with a code, in one sentence; ``since`` is the local day from which it holds."""

    code = fields.String(required=True)
    since = fields.Date()
    sentence = fields.String(required=True)
    evidence = fields.List(fields.Nested(EvidenceSchema()))


class NextSchema(Schema):
    """The next step; it is proposed where it ``is_ready``: every criterion is met and nothing blocks."""

    phase = fields.String(metadata=_codes(Phase))
    step = fields.Integer()
    limit = fields.Nested(WeightLimitSchema())
    sentence = fields.String(metadata={"description": "The limit, as the patient would read it."})
    is_ready = fields.Boolean(required=True)
    criteria = fields.List(fields.Nested(CriterionSchema()), required=True)
    blockers = fields.List(fields.Nested(SentenceSchema()), required=True)


class PlanDaySchema(Schema):
    """One day of a plan."""

    day = fields.Date(required=True)
    light = fields.String(required=True, metadata=_codes(Light))
    is_held = fields.Boolean(required=True)


class LateSchema(Schema):
    """A day from before the last decision, of which we heard only after it."""

    day = fields.Date(required=True)
    light = fields.String(required=True, metadata=_codes(Light))
    evidence = fields.List(fields.Nested(EvidenceSchema()), required=True)


class PlanChangeSchema(Schema):
    """What happened to a plan: by a clinician, with who and why, or by itself, with what it rests on."""

    turn = fields.String(required=True, metadata=_codes(Turn))
    on = fields.Date(required=True)
    phase = fields.String(required=True, metadata=_codes(Phase))
    step = fields.Integer(required=True)
    limit = fields.Nested(WeightLimitSchema(), required=True)
    sentence = fields.String(required=True)
    is_automatic = fields.Boolean(required=True)
    is_override = fields.Boolean(metadata={"description": "True: the clinician went beyond what was proposed."})
    reason = fields.String()
    by = fields.UUID()
    author = fields.String()
    evidence = fields.List(fields.Nested(EvidenceSchema()), required=True)


class TemplateUsedSchema(Schema):
    """The version of the protocol that a plan was started with, which it keeps."""

    code = fields.String(required=True)
    version = fields.Integer(required=True)


class PlanSchema(Schema):
    """One plan; steps of a phase are counted from 0, days of a phase from 1."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True, metadata={"description": "What `If-Match` takes."})
    site = fields.String(required=True)
    template = fields.Nested(TemplateUsedSchema(), required=True)
    started_on = fields.Date(required=True)
    ended_on = fields.Date()
    phase = fields.String(required=True, metadata=_codes(Phase))
    step = fields.Integer(required=True)
    steps = fields.Integer(required=True, metadata={"description": "How many steps the phase has."})
    phase_since = fields.Date(required=True)
    step_since = fields.Date(required=True)
    day = fields.Integer(required=True)
    max_days = fields.Integer(required=True)
    held_since = fields.Date()
    held_by_clinician = fields.Boolean(required=True)
    limit = fields.Nested(WeightLimitSchema(), required=True)
    sentence = fields.String(metadata={"description": "Its limit as the patient would read it; a spine has none."})
    days = fields.List(fields.Nested(PlanDaySchema()), required=True)
    next = fields.Nested(NextSchema(), required=True)
    question = fields.Nested(SentenceSchema())
    tasks = fields.List(fields.Nested(SentenceSchema()), required=True)
    late = fields.List(fields.Nested(LateSchema()), required=True)
    changes = fields.List(fields.Nested(PlanChangeSchema()), required=True)


class PlansSchema(Schema):
    """All plans of a patient, running ones first."""

    data = fields.List(fields.Nested(PlanSchema()), required=True)


def there(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said, without what is not known."""
    return {key: value for key, value in said.items() if value is not None}


def plain_evidence(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Return evidence as an answer holds it."""
    return [there(piece.plain()) for piece in evidence]


def plain_plan(told: PlanTold, of: Told) -> dict[str, Any]:
    """Return a plan as an answer holds it."""
    course, today = told.course, of.standing.today
    plan, phase = course.plan, course.plan.template.phase(course.rung.phase)
    review = course.open_review if course.ended_on is None else None
    question = review and {
        "code": review.reason,
        "since": review.on,
        "sentence": gettext(REVIEWS[review.reason]),
        "evidence": plain_evidence(review.evidence),
    }
    return there(
        {
            "id": plan.id,
            "version": told.version,
            "site": str(plan.site),
            "template": {"code": plan.template.code, "version": plan.template.version},
            "started_on": plan.started_on,
            "ended_on": course.ended_on,
            **_where(course),
            "steps": len(phase.steps),
            "day": day_of_phase(course, today),
            "max_days": phase.max_days,
            "days": [{"day": d.day, "light": d.light, "is_held": d.is_held} for d in course.days[-DAYS_SHOWN:]],
            "next": _next(told.proposal, plan.site.limb),
            "question": question,
            "tasks": [{"code": t.code, "since": t.since, "sentence": task_sentence(t, gettext)} for t in told.tasks],
            "late": [{"day": n.day, "light": n.light, "evidence": plain_evidence(n.evidence)} for n in told.late],
            "changes": [_change(change, of.names, of.overrides) for change in course.changes],
        }
    )


def day_of_phase(course: PlanCourse, today: date) -> int:
    """Return which day of its phase a plan is in, or was in at its end, from 1."""
    return ((course.ended_on or today) - course.phase_since).days + 1


def _where(course: PlanCourse) -> dict[str, Any]:
    return {
        "phase": course.rung.phase,
        "step": course.rung.step,
        "phase_since": course.phase_since,
        "step_since": course.step_since,
        "held_since": course.held_since,
        "held_by_clinician": course.held_by_clinician,
        "limit": plain(course.limit),
        "sentence": sentence_of(course.plan.site.limb, course.limit),
    }


def _next(proposed: Proposal, limb: Limb | None) -> dict[str, Any]:
    target, limit = proposed.target, proposed.limit
    criteria = [
        {"key": met.key, "is_met": met.is_met, "value": met.value, "needed": met.needed,
         "sentence": met_sentence(met, gettext), "evidence": plain_evidence(met.evidence)}
        for met in proposed.criteria
    ]  # fmt: skip
    said = {
        "phase": target and target.phase,
        "step": target.step if target else None,
        "limit": limit and plain(limit),
        "sentence": limit and sentence_of(limb, limit),
        "is_ready": proposed.is_ready,
        "criteria": [there(criterion) for criterion in criteria],
        "blockers": [{"code": b.code, "sentence": blocker_sentence(b, gettext)} for b in proposed.blockers],
    }
    return there(said)


def _change(change: Change, names: Mapping[UUID, str], overrides: frozenset[UUID]) -> dict[str, Any]:
    act = change.act
    said = {
        "turn": change.turn,
        "on": change.on,
        "phase": change.rung.phase,
        "step": change.rung.step,
        "limit": plain(change.limit),
        "sentence": change_sentence(change, gettext),
        "is_automatic": change.turn.is_automatic,
        "is_override": act.id in overrides if act and act.act is Act.MOVE else None,
        "reason": (act.reason or None) if act else None,
        "by": act and act.by,
        "author": names.get(act.by) if act and act.by else None,
        "evidence": plain_evidence(change.evidence),
    }
    return there(said)
