"""Wrong tries: counted per thing that was tried, shared by all workers, with a growing wait, never a lock for ever."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rehab_tracker.domain.errors import TooManyAttempts
from rehab_tracker.storage.enrolment import FailedAttempt, failed_attempt

FREE_TRIES = 10
"""Wrong tries before there is a wait: people mistype."""

LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


def subject_of(kind: str, tried: str) -> str:
    """Return the name under which tries of one thing are counted; it does not show what was tried."""
    return f"{kind}:{sha256(tried.encode(errors='surrogatepass')).hexdigest()}"


def must_wait_no_more(session: Session, clinic_id: int, subject: str, now: datetime) -> None:
    """Raise TooManyAttempts while the wait after the last wrong try is not over: 1 s after the 10th, then doubling."""
    row = failed_attempt(session, clinic_id, subject)
    if row is None or row.failures < FREE_TRIES:
        return
    wait = min(timedelta(seconds=2 ** min(row.failures - FREE_TRIES, 20)), LONGEST_WAIT)
    left = row.last_failed_at + wait - now
    if left > timedelta():
        raise TooManyAttempts(seconds=int(left.total_seconds()) + 1)


def failed(session: Session, clinic_id: int, subject: str, now: datetime) -> None:
    """Count one more wrong try; a day without any starts the count again."""
    row = failed_attempt(session, clinic_id, subject) or _first(session, clinic_id, subject, now)
    row.failures = 1 if now - row.last_failed_at > FORGOTTEN_AFTER else row.failures + 1
    row.last_failed_at = now


def _first(session: Session, clinic_id: int, subject: str, now: datetime) -> FailedAttempt:
    """Return the row that counts this from now on, also when another try makes it at the same moment."""
    row = FailedAttempt(clinic_id=clinic_id, subject=subject, failures=0, last_failed_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        row = failed_attempt(session, clinic_id, subject) or row
    return row


def succeeded(session: Session, clinic_id: int, subject: str) -> None:
    """Forget the wrong tries after a right one."""
    row = failed_attempt(session, clinic_id, subject)
    if row is not None:
        row.failures = 0
