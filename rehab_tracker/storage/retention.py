"""What may be forgotten: the only rows that the clock deletes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_
from sqlalchemy.orm import Session

from rehab_tracker.storage.clock import JobRun
from rehab_tracker.storage.database import Base
from rehab_tracker.storage.enrolment import EnrolmentCode, FailedAttempt
from rehab_tracker.storage.people import StaffSession


def forget_sessions(session: Session, clinic_id: int, before: datetime) -> int:
    """Delete the sign-ins that have ended, or were last used, before an instant; return how many."""
    row = StaffSession
    return _forget(session, row, row.clinic_id == clinic_id, or_(row.ended_at < before, row.last_seen_at < before))


def forget_codes(session: Session, clinic_id: int, before: datetime) -> int:
    """Delete the enrolment codes that were used or ran out before an instant; return how many."""
    row = EnrolmentCode
    return _forget(session, row, row.clinic_id == clinic_id, or_(row.used_at < before, row.expires_at < before))


def forget_attempts(session: Session, clinic_id: int, before: datetime) -> int:
    """Delete what was last tried in vain before an instant; return how many things that were."""
    row = FailedAttempt
    return _forget(session, row, row.clinic_id == clinic_id, row.last_failed_at < before)


def forget_runs(session: Session, clinic_id: int, before: datetime) -> int:
    """Delete the clock's runs that ended before an instant; return how many."""
    row = JobRun
    return _forget(session, row, row.clinic_id == clinic_id, row.ended_at < before)


def _forget(session: Session, table: type[Base], *which: ColumnElement[bool]) -> int:
    done: Any = session.execute(delete(table).where(*which).execution_options(synchronize_session=False))
    return int(done.rowcount)
