"""Whom a turning day concerns: the patients of one time zone, without those about whom time alone changes nothing.

How far each was judged stands among what is due, in a row of the patient's own that is never due itself.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from rehab_tracker.domain.due import Job
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.person import Activity, PatientState
from rehab_tracker.storage.clock import DueJob
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.plans import PlanRow

TOLD_OF = tuple(state for state in PatientState if not state.stops(Activity.TELLING_OF_SILENCE))


def zones_of(session: Session, clinic_id: int) -> frozenset[str]:
    """Return the time zones in which a clinic has patients about whom silence is told."""
    wanted = select(Patient.time_zone).where(Patient.clinic_id == clinic_id, *_looked_after()).distinct()
    return frozenset(session.scalars(wanted))


def patients_of_zone(session: Session, clinic_id: int, zone: str) -> list[UUID]:
    """Return the kept records of a zone's patients about whom silence is told, in a fixed order."""
    row = Patient
    wanted = select(row.id).where(row.clinic_id == clinic_id, row.time_zone == zone, *_looked_after())
    return list(session.scalars(wanted.order_by(row.id)))


def _looked_after() -> tuple[ColumnElement[bool], ...]:
    return Patient.merged_into.is_(None), Patient.state.in_(TOLD_OF)


def logged_pain_since(session: Session, clinic_id: int, day: date) -> frozenset[UUID]:
    """Return the kept records of those who surely logged pain for a day or later: no version of it was withdrawn."""
    row, taken_back, own = EntryRow, aliased(EntryRow), aliased(Patient)
    same = (taken_back.patient_id == row.patient_id) & (taken_back.client_id == row.client_id)
    doubtful = exists().where(taken_back.clinic_id == clinic_id, same, taken_back.rev > 1)
    wanted = (
        select(func.coalesce(own.merged_into, own.id))
        .join(row, (row.clinic_id == own.clinic_id) & (row.patient_id == own.id))
        .where(own.clinic_id == clinic_id, row.clinic_id == clinic_id)
        .where(row.kind == Kind.PAIN, row.for_date >= day, row.fault.is_(None), row.no_other_pain.is_not(None))
        .where(~doubtful)
        .distinct()
    )
    return frozenset(session.scalars(wanted))


def with_a_plan(session: Session, clinic_id: int) -> frozenset[UUID]:
    """Return the kept records of those for whom a plan runs."""
    row, own = PlanRow, aliased(Patient)
    wanted = (
        select(func.coalesce(own.merged_into, own.id))
        .join(row, (row.clinic_id == own.clinic_id) & (row.patient_id == own.id))
        .where(own.clinic_id == clinic_id, row.clinic_id == clinic_id, row.ended_on.is_(None))
        .distinct()
    )
    return frozenset(session.scalars(wanted))


def turned_until(session: Session, clinic_id: int, next_day: date) -> frozenset[UUID]:
    """Return the patients who were judged up to the midnight before this day, and no further."""
    row = DueJob
    of_patients = (row.clinic_id == clinic_id, row.job == Job.DAY, row.local_time.is_(None))
    return frozenset(
        UUID(subject) for subject in session.scalars(select(row.subject).where(*of_patients, row.for_date == next_day))
    )


def keep_turned(session: Session, clinic_id: int, patient_id: UUID, next_day: date) -> None:
    """Keep that a patient was judged up to the midnight before this day; the caller holds the patient's lock."""
    row = session.get(DueJob, (clinic_id, Job.DAY, str(patient_id)))
    if row is None:
        session.add(DueJob(clinic_id=clinic_id, job=Job.DAY, subject=str(patient_id), for_date=next_day))
    else:
        row.for_date = next_day
