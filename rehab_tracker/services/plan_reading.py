"""Reading plans: what a page, an API answer or the patient's app tells of a protocol, all of one patient at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.adherence import (
    Adherence,
    OverLimitCount,
    adherence,
    by_phase,
    by_site,
    by_week,
    over_limit_counts,
    total,
)
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.errors import NotFound
from rehab_tracker.domain.history import History
from rehab_tracker.domain.limb import Span, limit_spans
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.plan_task import LateNews, Task, late_news, tasks
from rehab_tracker.domain.proposal import Proposal
from rehab_tracker.domain.site import LEGS, Limb, Site
from rehab_tracker.domain.weight_bearing import LimbLimit, both_legs_restricted
from rehab_tracker.services import audit
from rehab_tracker.services.plan_facts import Known, known_of, proposal_of
from rehab_tracker.services.protocol import Standing, standing_now
from rehab_tracker.services.reach import must_reach_patient
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.merging import kept_record_of
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.plans import LimbOrder, limb_orders_of, overrides_of
from rehab_tracker.storage.readings import names_of


@dataclass(frozen=True, slots=True)
class PlanTold:
    """One plan with what could come next, what it asks of a clinician, and news from before its last decision."""

    course: PlanCourse
    version: int
    proposal: Proposal
    tasks: tuple[Task, ...]
    late: tuple[LateNews, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A patient's protocol: every plan, running ones first, limits now and before, exercises due and done.

    ``limits`` are what each limb may carry today, with the aid that a clinician named for two restricted legs.
    ``limb_orders`` are those for whole limbs, oldest first. For staff there are also the ``names`` of who did what, and
    ``overrides``, the ids of acts beyond what was proposed.
    """

    standing: Standing
    known: Known
    plans: tuple[PlanTold, ...]
    limits: Mapping[Limb, LimbLimit]
    spans: Mapping[Limb, list[Span]]
    total: Adherence
    by_site: Mapping[str, Adherence]
    by_week: Mapping[str, Adherence]
    by_phase: Mapping[str, Adherence]
    over_limit: Mapping[Limb, OverLimitCount]
    limb_orders: tuple[LimbOrder, ...] = ()
    names: Mapping[UUID, str] = field(default_factory=dict)
    overrides: frozenset[UUID] = frozenset()


def told_of(session: Session, patient: Patient, now: datetime) -> Told:
    """Return what is to be told of a patient's protocol, for the caller's transaction."""
    standing = standing_now(session, patient, now)
    today = standing.today
    known = known_of(session, patient, standing, now)
    first = min((course.plan.started_on for course in standing.courses), default=today)
    history = History([e for e in known.entries if e.kind in (Kind.PAIN, Kind.RED_FLAGS)], time_zone(patient.time_zone))
    running_first = sorted(standing.courses, key=lambda c: (c.ended_on is not None, str(c.plan.site)))
    due = [result for result in known.results if result.occurrence.day <= today]
    return Told(
        standing=standing,
        known=known,
        plans=tuple(_plan(course, standing, known, history) for course in running_first),
        limits=_limits(standing),
        spans=limit_spans(standing.courses, standing.orders, first, today),
        total=total(due),
        by_site=adherence(due, by_site),
        by_week=adherence(due, by_week),
        by_phase=adherence(due, by_phase(lambda place, day: _phase_on(standing, place, day))),
        over_limit=over_limit_counts(known.entries, first, today),
    )


def _limits(standing: Standing) -> dict[Limb, LimbLimit]:
    """Return the present limits; nobody walks with crutches on two restricted legs, so the clinician's aid is told."""
    found, aids = standing.limits, standing.getting_about
    if aids and both_legs_restricted(found):
        found |= {leg: replace(found[leg], limit=replace(found[leg].limit, aids=aids)) for leg in LEGS}
    return found


def _plan(course: PlanCourse, standing: Standing, known: Known, history: History) -> PlanTold:
    return PlanTold(
        course=course,
        version=standing.rows[course.plan.id].version,
        proposal=proposal_of(course, standing, known),
        tasks=tasks(course, standing.today),
        late=late_news(course, history),
    )


def _phase_on(standing: Standing, place: Site, day: date) -> str | None:
    stood = (course.on(day) for course in standing.courses if course.plan.site == place)
    return next((str(then.rung.phase) for then in stood if then), None)


def read_plans(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Told:
    """Return a patient's protocol to staff, and note in the audit that it was read."""
    must_be_allowed(viewer, Action.READ_RECORD)
    with transaction(session):
        patient = must_reach_patient(session, viewer, patient_id, now)
        told = _with_authors(session, patient, told_of(session, patient, now))
        audit.note(session, viewer, "plans-read", now, patient_id=patient.id)
    return told


def _with_authors(session: Session, patient: Patient, told: Told) -> Told:
    """Return the same with who did what, for staff."""
    orders = limb_orders_of(session, patient.clinic_id, patient.id)
    acts = {act.by for course in told.standing.courses for act in course.plan.acts if act.by}
    people = acts | {order.written_by for order in orders if order.written_by}
    return replace(
        told,
        limb_orders=tuple(orders),
        names=names_of(session, patient.clinic_id, people),
        overrides=frozenset(overrides_of(session, patient.clinic_id, told.standing.rows)),
    )


def own_plan(session: Session, viewer: Viewer, now: datetime) -> Told:
    """Return a patient's own protocol."""
    must_be_allowed(viewer, Action.READ_OWN)
    assert isinstance(viewer.person, UUID)
    with transaction(session):
        patient = kept_record_of(session, viewer.clinic_id, viewer.person)
        if patient is None:
            raise NotFound()
        return told_of(session, patient, now)
