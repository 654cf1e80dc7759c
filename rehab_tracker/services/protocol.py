"""Protocol: how a patient's plans stand, worked out from acts and entries each time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.limb import Ordered, limits_on
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.plan import Act, Plan, PlanCourse
from rehab_tracker.domain.plan_run import run
from rehab_tracker.domain.site import LEGS, Limb
from rehab_tracker.domain.weight_bearing import Aids, LimbLimit
from rehab_tracker.storage.history import red_flag_entries
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.plans import PlanRow, limb_orders_of, ordered, plan_rows_of, plans_of

BOTH_LEGS = "both-legs"
"""The item of a check by which a clinician says how a patient with two restricted legs gets about."""

FARTHEST_EAST = timedelta(days=1)
"""No zone of the world is further ahead of another one."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What clinicians decided for a patient: all plans, with their rows as kept, and the orders for whole limbs."""

    rows: tuple[PlanRow, ...]
    plans: tuple[Plan, ...]
    orders: tuple[Ordered, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """All plans of a patient up to a day: rows as kept, courses as worked out, and the orders for whole limbs.

    ``evenings`` is what to keep beside each plan, so that it can go on from there.
    """

    rows: dict[UUID, PlanRow]
    courses: tuple[PlanCourse, ...]
    orders: tuple[Ordered, ...]
    today: date
    evenings: Mapping[UUID, dict[str, Any]] = field(default_factory=dict)

    @property
    def running(self) -> tuple[PlanCourse, ...]:
        """Return the plans that have not ended."""
        return tuple(course for course in self.courses if course.ended_on is None)

    @property
    def limits(self) -> dict[Limb, LimbLimit]:
        """Return what each limb may carry today."""
        return limits_on(self.running, self.today, self.orders)

    @property
    def getting_about(self) -> Aids | None:
        """Return how the patient moves on two restricted legs, as a clinician said since the last leg's plan began."""
        legs = [course.plan for course in self.running if course.plan.site.limb in LEGS]
        started = max((plan.acts[0].at for plan in legs), default=None)
        said = [
            (act.at, str(act.value))
            for plan in legs
            for act in plan.acts
            if act.act is Act.CHECK and act.item == BOTH_LEGS
        ]
        if started is None or not said or max(said)[0] < started:
            return None
        return Aids(max(said)[1])


def standing_of(session: Session, patient: Patient, today: date) -> Standing:
    """Return how all plans of a patient stand at the end of a local day, for the caller's transaction."""
    return _standing(session, patient, decided_of(session, patient), today)


def decided_of(session: Session, patient: Patient) -> Decided:
    """Return what clinicians decided for a patient, for the caller's transaction."""
    rows = plan_rows_of(session, patient.clinic_id, patient.id)
    orders = ordered(limb_orders_of(session, patient.clinic_id, patient.id))
    return Decided(tuple(rows), tuple(plans_of(session, patient.clinic_id, rows)), tuple(orders))


def standing_now(session: Session, patient: Patient, now: datetime) -> Standing:
    """Return how all plans of a patient stand on their present local day, for the caller's transaction."""
    decided = decided_of(session, patient)
    return _standing(session, patient, decided, present_day(patient, decided, now))


def present_day(patient: Patient, decided: Decided, now: datetime) -> date:
    """Return the present local day of a patient's plans.

    Their days never go back: whoever moves to a zone where it is still yesterday keeps what was decided today. An act
    that is dated further ahead, as an import may bring it, waits for its day.
    """
    days = [*(plan.acts[-1].on for plan in decided.plans), *(on for _, _, on in decided.orders)]
    today = local_day(now, time_zone(patient.time_zone))
    return max([today, *(day for day in days if day <= today + FARTHEST_EAST)])


def _standing(session: Session, patient: Patient, decided: Decided, today: date) -> Standing:
    if not decided.plans:
        return Standing({}, (), decided.orders, today)
    # All of it at once: to look up first which entries a plan touches costs more than it saves.
    entries = red_flag_entries(session, patient.clinic_id, patient.id, Kind.PAIN)
    courses = run(decided.plans, History(entries, time_zone(patient.time_zone)), today, decided.orders)
    return Standing({row.id: row for row in decided.rows}, courses, decided.orders, today)
