"""When the clock asks for an alert again: one row of what is due for each alert that has a deadline.

A row that is never due says that an alert is for the list alone; one without any row is older than these rows.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rehab_tracker.domain.due import Job
from rehab_tracker.storage.clock import DueJob, enter

WHOLE_CLINIC = "clinic"
"""The subject under which all deadlines of a clinic are due to be counted anew."""
AT_ONCE = 1000
"""Rows that are asked for in one statement."""


def keep_due(session: Session, clinic_id: int, alert_id: UUID, due_at: datetime | None) -> None:
    """Let the clock ask for an alert at this instant, or no more; the caller holds the lock of the alert's patient."""
    row = session.get(DueJob, (clinic_id, Job.ALERT_DEADLINE, str(alert_id)))
    if row is not None:
        row.due_at = due_at
    elif due_at is not None:
        session.add(DueJob(clinic_id=clinic_id, job=Job.ALERT_DEADLINE, subject=str(alert_id), due_at=due_at))


def keep_in_list(session: Session, clinic_id: int, alert_id: UUID) -> None:
    """Let the clock never ask for an alert that it did not ask for yet; the caller holds the lock of its patient."""
    if session.get(DueJob, (clinic_id, Job.ALERT_DEADLINE, str(alert_id))) is None:
        session.add(DueJob(clinic_id=clinic_id, job=Job.ALERT_DEADLINE, subject=str(alert_id), due_at=None))


def due_of(session: Session, clinic_id: int, alert_id: UUID) -> datetime | None:
    """Return when the clock asks for an alert next; None for never."""
    row = session.get(DueJob, (clinic_id, Job.ALERT_DEADLINE, str(alert_id)))
    return row.due_at if row else None


def count_all(session: Session, clinic_id: int, now: datetime) -> None:
    """Let the clock count all deadlines of a clinic anew at once; no alert is touched here, so that nobody waits."""
    row = DueJob
    changed = session.execute(
        update(row)
        .where(row.clinic_id == clinic_id, row.job == Job.ALERT_DEADLINE, row.subject == WHOLE_CLINIC)
        .values(due_at=now)
        .returning(row.subject)
        .execution_options(synchronize_session=False)
    )
    if changed.scalar() is None:
        enter(session, clinic_id, Job.ALERT_DEADLINE, WHOLE_CLINIC, {"due_at": now})


def due_after(session: Session, clinic_id: int, at: datetime) -> dict[str, datetime]:
    """Return what of a clinic's alerts the clock asks for later than an instant, and when."""
    row = DueJob
    wanted = select(row.subject, row.due_at).where(row.clinic_id == clinic_id, row.job == Job.ALERT_DEADLINE)
    return {subject: due_at for subject, due_at in session.execute(wanted.where(row.due_at > at)) if due_at}


def with_a_row(session: Session, clinic_id: int, alerts: Iterable[UUID]) -> frozenset[UUID]:
    """Return which of these alerts have a row, due or not."""
    row, subjects = DueJob, [str(alert_id) for alert_id in alerts]
    found: set[UUID] = set()
    for first in range(0, len(subjects), AT_ONCE):
        some = row.subject.in_(subjects[first : first + AT_ONCE])
        of_alerts = select(row.subject).where(row.clinic_id == clinic_id, row.job == Job.ALERT_DEADLINE, some)
        found |= {UUID(subject) for subject in session.scalars(of_alerts)}
    return frozenset(found)
