"""What the watchdog sees of a clinic: how many jobs and letters of each kind, and since when, but nothing of any."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from rehab_tracker.domain.due import RunResult
from rehab_tracker.domain.watching import Several
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.clock import DueJob, JobRun
from rehab_tracker.storage.letters import WAITING, Letter, LetterState

ENDED = (LetterState.BOUNCED, LetterState.DEAD)


def slugs(session: Session) -> list[tuple[int, str]]:
    """Return all clinics by their number and short name."""
    return [(row.id, row.slug) for row in session.execute(select(Clinic.id, Clinic.slug).order_by(Clinic.id))]


def overdue_jobs(
    session: Session, clinic_id: int, now: datetime, free_since: datetime, held_since: datetime
) -> list[Several]:
    """Return, by kind, the jobs due by ``free_since`` that nobody holds, and those due by ``held_since`` at all."""
    row = DueJob
    is_free = or_(row.leased_until.is_(None), row.leased_until <= now)
    is_late = or_(row.due_at <= held_since, (row.due_at <= free_since) & is_free)
    wanted = select(row.job, func.count(), func.min(row.due_at), func.max(row.due_at))
    found = session.execute(wanted.where(row.clinic_id == clinic_id, is_late).group_by(row.job).order_by(row.job))
    return [Several(job, number, first, last) for job, number, first, last in found if first and last]


def failed_runs(session: Session, clinic_id: int, since: datetime) -> list[Several]:
    """Return, by kind, the runs that failed since an instant."""
    row = JobRun
    wanted = select(row.job, func.count(), func.min(row.started_at), func.max(row.started_at))
    failed = (row.clinic_id == clinic_id, row.started_at >= since, row.result == RunResult.FAILED)
    return [Several(*each) for each in session.execute(wanted.where(*failed).group_by(row.job).order_by(row.job))]


class Waiting(NamedTuple):
    """Letters that wait and are equally urgent: how often each was tried in vain, how many, since when they are due."""

    urgency: int
    failures: int
    number: int
    due_at: datetime


def waiting_letters(session: Session, clinic_id: int) -> list[Waiting]:
    """Return the letters that wait, by urgency and attempts; ``due_at`` is when the first of them is tried next."""
    row = Letter
    failures = case((row.state == LetterState.LEASED, row.attempts - 1), else_=row.attempts)
    waits = row.state.in_(bindparam("waiting", WAITING, expanding=True, literal_execute=True))
    wanted = select(row.urgency, failures, func.count(), func.min(row.due_at)).where(row.clinic_id == clinic_id, waits)
    return [Waiting(*each) for each in session.execute(wanted.group_by(row.urgency, failures))]


def ended_letters(session: Session, clinic_id: int, since: datetime) -> tuple[int, datetime, datetime] | None:
    """Return how many letters were given up or came back since an instant, and when the first and the last did."""
    row = Letter
    at = func.coalesce(row.bounced_at, row.due_at)
    wanted = select(func.count(), func.min(at), func.max(at))
    count, first, last = session.execute(
        wanted.where(row.clinic_id == clinic_id, row.state.in_(ENDED), at >= since)
    ).one()
    return (count, first, last) if count else None
