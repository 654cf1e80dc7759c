"""When the clock asks for an alert again: one row of what is due for each alert that has a deadline."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from rehab_tracker.domain.due import Job
from rehab_tracker.storage.clock import DueJob


def keep_due(session: Session, clinic_id: int, alert_id: UUID, due_at: datetime | None) -> None:
    """Let the clock ask for an alert at this instant, or no more; the caller holds the lock of the alert's patient."""
    row = session.get(DueJob, (clinic_id, Job.ALERT_DEADLINE, str(alert_id)))
    if row is not None:
        row.due_at = due_at
    elif due_at is not None:
        session.add(DueJob(clinic_id=clinic_id, job=Job.ALERT_DEADLINE, subject=str(alert_id), due_at=due_at))


def ask_now(session: Session, clinic_id: int, now: datetime) -> None:
    """Let the clock ask at once for every alert of a clinic that has a deadline ahead."""
    row = DueJob
    session.execute(
        update(row)
        .where(row.clinic_id == clinic_id, row.job == Job.ALERT_DEADLINE, row.due_at > now)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
