"""Protocol: how a patient's plans stand, worked out from acts and entries each time; a cache for lists beside it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import Verdict
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.limb import Ordered, limits_on
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.phase_review import phase_reviews
from rehab_tracker.domain.plan import Plan, PlanCourse
from rehab_tracker.domain.plan_run import run
from rehab_tracker.domain.site import LEGS, Limb
from rehab_tracker.domain.weight_bearing import Aids, LimbLimit
from rehab_tracker.storage.history import red_flag_entries
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.plans import PlanRow, limb_orders_of, ordered, plan_rows_of, plans_of

BOTH_LEGS = "both-legs"
"""The item of a check by which a clinician says how a patient with two restricted legs gets about."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All plans of a patient up to a day: rows as kept, courses as worked out, and the orders for whole limbs."""

    rows: dict[UUID, PlanRow]
    courses: tuple[PlanCourse, ...]
    orders: tuple[Ordered, ...]
    today: date

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
        said = [(act.at, str(act.value)) for plan in legs for act in plan.acts if act.item == BOTH_LEGS]
        if started is None or not said or max(said)[0] < started:
            return None
        return Aids(max(said)[1])


def standing_of(session: Session, patient: Patient, today: date) -> Standing:
    """Return how all plans of a patient stand at the end of a local day, for the caller's transaction."""
    rows = plan_rows_of(session, patient.clinic_id, patient.id)
    orders = tuple(ordered(limb_orders_of(session, patient.clinic_id, patient.id)))
    return _standing(session, patient, rows, plans_of(session, patient.clinic_id, rows), orders, today)


def standing_now(session: Session, patient: Patient, now: datetime) -> Standing:
    """Return how all plans of a patient stand on their present local day, for the caller's transaction.

    Their days never go back: whoever moves to a zone where it is still yesterday keeps what was decided today.
    """
    rows = plan_rows_of(session, patient.clinic_id, patient.id)
    orders = tuple(ordered(limb_orders_of(session, patient.clinic_id, patient.id)))
    plans = plans_of(session, patient.clinic_id, rows)
    decided = [*(plan.acts[-1].on for plan in plans), *(on for _, _, on in orders)]
    today = max([local_day(now, time_zone(patient.time_zone)), *decided])
    return _standing(session, patient, rows, plans, orders, today)


def _standing(
    session: Session, patient: Patient, rows: list[PlanRow], plans: list[Plan], orders: tuple[Ordered, ...], today: date
) -> Standing:
    if not plans:
        return Standing({}, (), orders, today)
    # All of it at once: to look up first which entries a plan touches costs more than it saves.
    entries = red_flag_entries(session, patient.clinic_id, patient.id, Kind.PAIN)
    history = History(entries, time_zone(patient.time_zone))
    return Standing({row.id: row for row in rows}, run(plans, history, today, orders), orders, today)


def plans_reviewed(session: Session, patient: Patient, now: datetime) -> list[Verdict]:
    """Work out a patient's plans anew, write where they stand into their rows, and return what they ask of a clinician.

    Belongs to the caller's transaction.
    """
    plans = standing_now(session, patient, now)
    for course in plans.courses:
        row, told = plans.rows[course.plan.id], plain_standing(course, plans.today)
        if row.standing != told:
            row.standing = told
    return list(phase_reviews(plans.courses))


def plain_standing(course: PlanCourse, today: date) -> dict[str, Any]:
    """Return where a plan stands as JSON: phase and step since when, its limit, and whether it is on hold."""
    phase = course.plan.template.phase(course.rung.phase)
    return {
        "phase": str(course.rung.phase),
        "step": course.rung.step,
        "since": course.phase_since.isoformat(),
        "overdue_on": (course.phase_since + timedelta(days=phase.max_days)).isoformat(),
        "held_since": course.held_since and course.held_since.isoformat(),
        "limit": {
            "grade": str(course.limit.grade),
            "percent": course.limit.percent,
            "aids": course.limit.aids and str(course.limit.aids),
        },
        "light": str(course.days[-1].light) if course.days else "grey",
        "worked_out_on": today.isoformat(),
    }
