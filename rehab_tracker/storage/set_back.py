"""What a clock that was ahead has put off: leases that last too long, and letters that are due in days to come."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from rehab_tracker.storage.clock import DueJob
from rehab_tracker.storage.letters import WAITING, Letter, LetterState


class PutOff(NamedTuple):
    """A letter that waits: how often it was tried, when it was written, and when it is due."""

    id: UUID
    state: LetterState
    attempts: int
    created_at: datetime
    due_at: datetime


def is_held_after(session: Session, clinic_id: int, jobs: datetime, letters: datetime) -> bool:
    """Return whether a job, or a letter, is held until later than it can be."""
    job, letter = DueJob, Letter
    held = select(job.subject).where(job.clinic_id == clinic_id, job.due_at.is_not(None), job.leased_until > jobs)
    leased = select(letter.id).where(letter.clinic_id == clinic_id, _waits(), letter.leased_until > letters)
    return any(session.execute(wanted.limit(1)).first() for wanted in (held, leased))


def end_leases(session: Session, clinic_id: int, jobs: datetime, letters: datetime, now: datetime) -> int:
    """End the leases of jobs and letters that last longer than these instants, and return how many that were.

    Whoever holds one and still lives marks its work all the same, unless somebody else has begun it by then.
    """
    job, letter = DueJob, Letter
    changes = (
        update(job).where(job.clinic_id == clinic_id, job.leased_until > jobs).returning(job.subject),
        update(letter)
        .where(letter.clinic_id == clinic_id, _waits(), letter.leased_until > letters)
        .returning(letter.id),
    )
    unsynchronised = {"synchronize_session": False}
    return sum(
        len(session.execute(each.values(leased_until=now), execution_options=unsynchronised).all()) for each in changes
    )


def letters_put_off(session: Session, clinic_id: int, ahead: datetime) -> list[PutOff]:
    """Return the letters that nobody holds and that were written later than an instant, or are tried again after it."""
    row = Letter
    of_future = and_(row.state == LetterState.QUEUED, row.created_at > ahead, row.due_at >= row.created_at)
    again = and_(row.state == LetterState.DEFERRED, row.due_at > ahead)
    wanted = select(row.id, row.state, row.attempts, row.created_at, row.due_at)
    found = session.execute(wanted.where(row.clinic_id == clinic_id, _waits(), or_(of_future, again)).order_by(row.id))
    return [PutOff(*each) for each in found]


def let_leave(session: Session, clinic_id: int, letter: PutOff, due_at: datetime) -> bool:
    """Let a letter be due at another instant; False where something became of it meanwhile."""
    row = Letter
    changed = session.execute(
        update(row)
        .where(row.clinic_id == clinic_id, row.id == letter.id, row.state == letter.state, row.due_at == letter.due_at)
        .values(due_at=due_at)
        .returning(row.id)
        .execution_options(synchronize_session=False)
    )
    return changed.scalar() is not None


def _waits() -> ColumnElement[bool]:
    """Return the condition of a letter that waits, in the words of its index."""
    return Letter.state.in_(bindparam("waiting", WAITING, expanding=True, literal_execute=True))
