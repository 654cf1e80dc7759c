"""Where plans stand, for lists: written beside each plan with each entry and act, read for many patients at once.

A list must not walk through everybody's days. What it tells here is as old as a patient's last entry or act; the
patient's own page works everything out anew.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import Verdict
from rehab_tracker.domain.course import Course
from rehab_tracker.domain.limb import Ordered, combined
from rehab_tracker.domain.logging_rhythm import (
    CALM_DAYS,
    DAILY,
    WEEKLY,
    RhythmSpan,
    asked_days,
    calm_days,
    silent_asked_days,
)
from rehab_tracker.domain.phase_review import phase_reviews
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.protocol import Phase, PhaseTemplate, Rung, Template
from rehab_tracker.domain.site import Limb, Site
from rehab_tracker.domain.weight_bearing import Aids, Grade, LimbLimit, WeightLimit
from rehab_tracker.services.plan_evenings import KEY, standing_lately
from rehab_tracker.services.plan_facts import ready_plans
from rehab_tracker.services.plan_letters import tell_team
from rehab_tracker.services.protocol import Decided
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.plans import PlanRow, ordered, orders_of, plans_of, standings_of


def plans_reviewed(session: Session, patient: Patient, now: datetime, decided: Decided | None = None) -> list[Verdict]:
    """Let a patient's plans go on, write where they stand into their rows, and return what they ask of a clinician.

    Belongs to the caller's transaction. Whoever has read what was decided passes it on.
    """
    plans = standing_lately(session, patient, now, decided)
    ready = ready_plans(session, patient, plans, now)
    moved = {}
    for course in plans.courses:
        row = plans.rows[course.plan.id]
        since = _ready_since(row.standing, course.rung, plans.today) if row.id in ready else None
        told = plain_standing(course, plans.today, since)
        if evening := plans.evenings.get(row.id):
            told[KEY] = evening
        if row.standing != told:
            moved[row.id] = row.standing, told
            row.standing = told
    tell_team(session, patient, moved, now)
    return list(phase_reviews(plans.courses))


def _ready_since(before: dict[str, Any], rung: Rung, today: date) -> date:
    """Return since when a plan that is ready has been found so on this rung: like an alert's wait, as we came to know.

    A standing written before anybody asked for this, or for another rung, has no such day.
    """
    known = before.get("ready_since") if (before.get("phase"), before.get("step")) == rung else None
    return date.fromisoformat(known) if known else today


def plain_standing(course: PlanCourse, today: date, ready_since: date | None) -> dict[str, Any]:
    """Return where a plan stands as JSON: phase and step since when, its limit, and whether it is on hold or ready."""
    phase = course.plan.template.phase(course.rung.phase)
    return {
        "phase": str(course.rung.phase),
        "step": course.rung.step,
        "since": course.phase_since.isoformat(),
        "overdue_on": (course.phase_since + timedelta(days=phase.max_days)).isoformat(),
        "held_since": course.held_since and course.held_since.isoformat(),
        "ready_since": ready_since and ready_since.isoformat(),
        "limit": {
            "grade": str(course.limit.grade),
            "percent": course.limit.percent,
            "aids": course.limit.aids and str(course.limit.aids),
        },
        "light": str(course.days[-1].light) if course.days else "grey",
        "worked_out_on": today.isoformat(),
    }


@dataclass(frozen=True, slots=True)
class PlanStands:
    """One running plan: its place and phase since when, its limit, until when the phase may last, since when it holds.

    ``ready_since`` is the day from which on we knew that every criterion is met for ``target``, the next rung with its
    ``target_limit``; all are None where it is not so. It was so on ``worked_out_on``, and silence may have ended it
    since: ``most_unknown`` asked days may be unknown. ``template`` is its phase as the plan's own version has it.
    """

    site: Site
    phase: Phase
    since: date
    limit: WeightLimit
    overdue_on: date
    held_since: date | None
    template: PhaseTemplate
    worked_out_on: date
    most_unknown: int
    ready_since: date | None = None
    target: Rung | None = None
    target_limit: WeightLimit | None = None

    @property
    def strictness(self) -> tuple[int, int, date]:
        """Return what puts the strictest plan first."""
        return self.limit.load, self.phase.rank, self.since


@dataclass(frozen=True, slots=True)
class Stands:
    """Where a patient's plans stand, the strictest first, and what was ordered for whole limbs."""

    plans: tuple[PlanStands, ...] = ()
    orders: tuple[Ordered, ...] = ()

    def limits(self, today: date) -> dict[Limb, LimbLimit]:
        """Return what each limb may carry."""
        return combined(((plan.site, plan.limit) for plan in self.plans), self.orders, today)

    def is_restricted(self, today: date) -> bool:
        """Return whether a limb may carry less than the patient could bear."""
        return any(found.limit.is_restricted for found in self.limits(today).values())

    def overdue(self, today: date) -> PlanStands | None:
        """Return the plan whose phase has lasted longest beyond its days, None where none has."""
        return min((p for p in self.plans if p.overdue_on <= today), key=lambda p: p.overdue_on, default=None)

    @property
    def held(self) -> PlanStands | None:
        """Return the plan that has been on hold longest."""
        return min((p for p in self.plans if p.held_since), key=lambda p: p.held_since or date.max, default=None)

    @property
    def ready(self) -> PlanStands | None:
        """Return the plan that was found ready longest ago, None where none is."""
        return min((p for p in self.plans if p.ready_since), key=lambda p: p.ready_since or date.max, default=None)


def standings(session: Session, clinic_id: int, patients: Collection[UUID]) -> dict[UUID, Stands]:
    """Return where the plans of these patients stand, in few questions however many they are."""
    rows = standings_of(session, clinic_id, patients)
    orders = orders_of(session, clinic_id, patients)
    plans = plans_of(session, clinic_id, [row for found in rows.values() for row in found])
    templates = {plan.id: plan.template for plan in plans}
    found = {}
    for patient in rows.keys() | orders.keys():
        told = [_stands(row, templates[row.id]) for row in rows.get(patient, ()) if row.standing]
        told.sort(key=lambda plan: plan.strictness)
        found[patient] = Stands(tuple(told), tuple(ordered(orders.get(patient, ()))))
    return found


def _stands(row: PlanRow, template: Template) -> PlanStands:
    told, rung = row.standing, Rung(Phase(row.standing["phase"]), row.standing["step"])
    ready = told.get("ready_since")
    target = template.after(rung) if ready else None
    return PlanStands(
        site=row.site,
        phase=rung.phase,
        since=date.fromisoformat(told["since"]),
        limit=_limit(told["limit"]),
        overdue_on=date.fromisoformat(told["overdue_on"]),
        held_since=date.fromisoformat(told["held_since"]) if told["held_since"] else None,
        template=template.phase(rung.phase),
        worked_out_on=date.fromisoformat(told["worked_out_on"]),
        most_unknown=template.most_unknown,
        ready_since=date.fromisoformat(ready) if ready else None,
        target=target,
        target_limit=target and template.limit_at(target),
    )


def _limit(told: dict[str, Any]) -> WeightLimit:
    return WeightLimit(Grade(told["grade"]), told["percent"], Aids(told["aids"]) if told["aids"] else None)


def silent_days(
    stands: Stands, courses: Sequence[Course], enrolled_on: date, last_log: date | None, today: date
) -> int:
    """Return on how many asked days that are over nothing was logged, since the last log or the enrolment.

    The rhythm is that of the plan which asks most often, by the phase in which it stands now.
    """
    span = _most_often(stands, courses, enrolled_on, today)
    first = last_log or enrolled_on
    return len(silent_asked_days(asked_days([span], enrolled_on, first, today), {last_log or date.min}, today))


def is_asked_on(stands: Stands, courses: Sequence[Course], enrolled_on: date, day: date) -> bool:
    """Return whether a patient is asked to log on a day, by the same rhythm."""
    return bool(asked_days([_most_often(stands, courses, enrolled_on, day)], enrolled_on, day, day))


def _most_often(stands: Stands, courses: Sequence[Course], enrolled_on: date, today: date) -> RhythmSpan:
    """Return the rhythm of the plan that asks most often; every day without a plan, or while a limb is restricted."""
    spans = [_span(plan, courses, today) for plan in stands.plans]
    span = min(spans, key=lambda span: span.every or DAILY, default=RhythmSpan(enrolled_on, DAILY))
    return RhythmSpan(span.from_on, DAILY) if stands.is_restricted(today) else span


def _span(plan: PlanStands, courses: Sequence[Course], today: date) -> RhythmSpan:
    every = plan.template.asked_every(max(0, (today - plan.since).days))
    scores = [day.x for course in courses if course.joint == plan.site.joint for day in course.days]
    return RhythmSpan(plan.since, DAILY if every < WEEKLY and calm_days(scores) < CALM_DAYS else every)
