"""The team: everybody of a clinic's staff, their sessions, and the letters that wait for one of them."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer_group

from rehab_tracker.storage.letter_reading import NOT_LEFT
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import SECRETS, Staff, StaffSession


class Member(NamedTuple):
    """A member of staff with what is known of signing in: whether a password was chosen, and an invitation's end."""

    staff: Staff
    has_password: bool
    invited_until: datetime | None


def team_of(session: Session, clinic_id: int) -> list[Member]:
    """Return everybody of a clinic's staff by name, who has left last."""
    wanted = select(Staff, Staff.password_hash.is_not(None), Staff.invitation_expires_at)
    wanted = wanted.where(Staff.clinic_id == clinic_id).execution_options(populate_existing=True)
    ordered = wanted.order_by(Staff.disabled_at.is_not(None), Staff.name, Staff.id)
    return [Member(staff, has_password, until) for staff, has_password, until in session.execute(ordered)]


def staff_with_secrets(session: Session, clinic_id: int, staff_id: UUID) -> Staff | None:
    """Return a member of staff with what is read for signing in, locked until the transaction ends."""
    wanted = select(Staff).where(Staff.clinic_id == clinic_id, Staff.id == staff_id).options(undefer_group(SECRETS))
    return session.scalar(wanted.with_for_update(key_share=True).execution_options(populate_existing=True))


def end_sessions(session: Session, clinic_id: int, staff_id: UUID, now: datetime) -> None:
    """End every session of a member of staff that goes on."""
    row = StaffSession
    mine = (row.clinic_id == clinic_id, row.staff_id == staff_id, row.ended_at.is_(None))
    session.execute(update(row).where(*mine).values(ended_at=now).execution_options(synchronize_session=False))


def letters_of(session: Session, clinic_id: int, staff_id: UUID) -> list[Letter]:
    """Return the letters to somebody that wait and that nobody holds at this moment, locked.

    Whoever writes letters or sends them is not waited for: each would hold what the other needs.
    """
    row = Letter
    wanted = select(row).where(row.clinic_id == clinic_id, row.staff_id == staff_id, row.state.in_(NOT_LEFT))
    locked = wanted.order_by(row.id).with_for_update(skip_locked=True)
    return list(session.scalars(locked.execution_options(populate_existing=True)))
