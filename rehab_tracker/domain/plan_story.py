"""The plans that follow from what staff recorded: a confirmed place starts one, a phase moves it, its end ends it.

The same rules hold for a status recorded in the browser, for a replay and for an import, so that all give one story.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.limb import Ordered
from rehab_tracker.domain.plan import Act, Plan, PlanAct
from rehab_tracker.domain.protocol import Rung, Template
from rehab_tracker.domain.recorded import PhaseMove, Recorded
from rehab_tracker.domain.site import LEGS, Site

PLAN_NAMES = UUID("2f0c7c53-6a4e-5b6e-8d0e-4f7a6f0f5a11")
"""Namespace of the ids of plans and acts of a patient who has none of their own: the same line, the same plan."""

A_MOMENT = timedelta(microseconds=1)


def what_follows(before: InvolvementStatus | None, now: InvolvementStatus, has_running_plan: bool) -> Act | None:
    """Return what a new status does to a site's plan: start one, end the running one, or nothing.

    Only a status that is new starts one: to repeat "confirmed" does not bring back a plan that a clinician ended.
    """
    if now.starts_plan and now is not before and not has_running_plan:
        return Act.START
    return Act.END if has_running_plan and not now.is_active else None


def act_id(names: UUID, line: UUID) -> UUID:
    """Return the id of the act that follows from a line; ``names`` is the namespace of the patient."""
    return uuid5(names, f"act {line}")


class PlanStory:
    """A patient's plans as they follow from what staff recorded, one thing after the other in the order of recording.

    ``plans`` and ``known`` are what there was before, with the acts of clinicians in it; ``plans`` are then all plans.
    """

    def __init__(
        self,
        template: Template = DEFAULT_TEMPLATE,
        plans: Iterable[Plan] = (),
        known: Iterable[Involvement] = (),
        names: UUID = PLAN_NAMES,
    ) -> None:
        self._template = template
        self._plans = {plan.id: plan for plan in plans}
        self._known = list(known)
        self._names = names

    @property
    def plans(self) -> tuple[Plan, ...]:
        """Return all plans, running and ended."""
        return tuple(self._plans.values())

    def take(self, each: Recorded) -> None:
        """Let the plans follow what was recorded.

        Raises InvalidValue for a phase of a time before the running plan of its site began (``starts-later``), and for
        a rung that the plan's protocol lacks (``unknown-rung``).
        """
        if isinstance(each.what, PhaseMove):
            self._move(each, each.what)
        elif isinstance(each.what, Involvement):
            self._follow(each, each.what)

    def _move(self, each: Recorded, move: PhaseMove) -> None:
        more = {"phase": move.rung.phase, "step": move.rung.step, "limit": move.limit, "reason": move.reason}
        plan = _running(self.plans, move.site, each.at)
        if plan is None:
            self._start(each, move.site, **more)
        elif each.at < plan.acts[0].at:
            raise InvalidValue(
                "The plan of this place began later. Move it on a day after its start.", code="starts-later"
            )
        else:
            self._act(plan, each, Act.MOVE, **more)

    def _follow(self, each: Recorded, told: Involvement) -> None:
        said = [i.status for i in self._known if i.site == told.site and i.recorded_on <= each.on]
        self._known.append(told)
        plan = _running(self.plans, told.site, each.at)
        follows = what_follows(said[-1] if said else None, told.status, plan is not None)
        if self._is_past(told, each):
            return
        if follows is Act.START:
            rung = self._template.first_rung(told.site)
            self._start(each, told.site, phase=rung.phase, step=rung.step)
        elif follows is Act.END and plan and each.at >= plan.acts[0].at:
            self._end_or_hand_on(plan, each, told)

    def _is_past(self, told: Involvement, each: Recorded) -> bool:
        """Return whether a later record already says otherwise: what is told late must not undo what holds since."""
        later = [i for i in self._known if i.site == told.site and i.recorded_on > each.on]
        newest = max(later, key=lambda i: i.recorded_on, default=told)
        return newest.status.is_active is not told.status.is_active

    def _end_or_hand_on(self, plan: Plan, each: Recorded, told: Involvement) -> None:
        into = told.merged_into
        if into and not _running(self.plans, into, each.at):
            self._plans[plan.id] = replace(plan, site=into)
        else:
            self._act(plan, each, Act.END, reason=told.reason)

    def _start(self, each: Recorded, place: Site, **more: Any) -> None:
        own = uuid5(self._names, f"plan {each.id}")
        start = PlanAct(Act.START, each.on, each.at, id=act_id(self._names, each.id), **more)
        self._plans[own] = Plan(own, place, self._template, (start,))

    def _act(self, plan: Plan, each: Recorded, kind: Act, **more: Any) -> None:
        at = each.at
        while any(act.at == at for act in plan.acts):
            at += A_MOMENT  # what is given later comes later, also within one instant
        act = PlanAct(kind, each.on, at, id=act_id(self._names, each.id), **more)
        self._plans[plan.id] = replace(plan, acts=(*plan.acts, act))


def _running(plans: Iterable[Plan], place: Site, at: datetime) -> Plan | None:
    """Return the plan of a site that had not ended at an instant; it may begin later."""
    return next(
        (p for p in plans if p.site == place and not any(a.act is Act.END and a.at <= at for a in p.acts)), None
    )


def can_ask(plans: Sequence[Plan], ordered: Iterable[Ordered]) -> bool:
    """Return whether a step back in one of these plans could restrict the second leg, so that a day may need a look.

    A plan that never stood on two rungs has nothing to step back to: no plan need be walked through its days to know.
    """
    legs = {plan.site.limb for plan in plans} | {limb for limb, limit, _ in ordered if limit.is_restricted}
    return legs.issuperset(LEGS) and any(_can_step_back(plan) for plan in plans)


def _can_step_back(plan: Plan) -> bool:
    rungs: set[Rung] = {act.rung for act in plan.acts if act.rung}
    return len(rungs) > 1
