"""What the clock did, counted by the database: runs alike in day, job and result, and the last that failed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session

from rehab_tracker.domain.due import Job, RunResult
from rehab_tracker.storage.clock import JobRun


class Runs(NamedTuple):
    """So many runs of one job that were due on one day and ended alike; ``day`` counts the days from the first."""

    day: int
    job: Job
    result: RunResult
    number: int
    began_at: datetime
    late_seconds: int
    done: int


class FailedRun(NamedTuple):
    """A run that failed: of which job, when it was due and when it began."""

    job: Job
    due_at: datetime
    started_at: datetime


def first_due(session: Session, clinic_id: int, since: datetime) -> datetime | None:
    """Return when the earliest was due of a clinic's runs that began at an instant or later; None without any."""
    return session.scalar(select(func.min(JobRun.due_at)).where(*_began(clinic_id, since)))


def runs_by_day(session: Session, clinic_id: int, since: datetime, days: Sequence[datetime]) -> list[Runs]:
    """Return the runs of a clinic's jobs that began at an instant or later, counted.

    ``days`` are the instants at which a day ends and the next begins, in their order.
    """
    row, day = JobRun, _day(days)
    counted = select(
        day, row.job, row.result, func.count(), func.min(row.started_at), func.max(row.late_seconds), func.sum(row.done)
    )
    found = session.execute(counted.where(*_began(clinic_id, since)).group_by(day, row.job, row.result))
    return [Runs(*each) for each in found]


def _day(days: Sequence[datetime]) -> ColumnElement[int]:
    if not days:
        return literal(0)
    return case(*((JobRun.due_at < ends, literal(number)) for number, ends in enumerate(days)), else_=len(days))


def last_failures(session: Session, clinic_id: int, since: datetime, most: int) -> list[FailedRun]:
    """Return the last runs of a clinic that failed since an instant, newest first, no more than so many."""
    row = JobRun
    wanted = select(row.job, row.due_at, row.started_at).where(*_began(clinic_id, since))
    failed = wanted.where(row.result == RunResult.FAILED).order_by(row.started_at.desc(), row.job, row.subject)
    return [FailedRun(*each) for each in session.execute(failed.limit(most))]


def _began(clinic_id: int, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return JobRun.clinic_id == clinic_id, JobRun.started_at >= since
