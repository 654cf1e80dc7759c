"""Letters about urgent alerts that do not arrive, so that the next person has to be told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, case, or_, select, update
from sqlalchemy.orm import Session, aliased

from rehab_tracker.domain.alert import AlertState, Level
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.letters import WAITING, Letter, LetterState
from rehab_tracker.storage.people import Staff

NOT_ARRIVED = (*WAITING, LetterState.BOUNCED, LetterState.DEAD)
UNANSWERED = (*NOT_ARRIVED, LetterState.JOINED)
"""States in the words of the index by which letters are found that may not arrive, or are told in such a one."""


def _undelivered(clinic_id: int, late_since: datetime) -> Select[UUID, UUID | None, datetime]:
    """Return the statement of the letters about alerts that do not arrive, with those which joined such a one.

    That is one which has ended so, whose address failed, or which was written by ``late_since`` and has not left.
    """
    row, carrier = Letter, aliased(Letter)
    may_be_so = row.state.in_(bindparam("unanswered", UNANSWERED, expanding=True, literal_execute=True))
    told_in = case((row.state == LetterState.JOINED, row.joined_to), else_=row.id)
    has_ended = carrier.state.in_((LetterState.BOUNCED, LetterState.DEAD))
    is_late = or_(carrier.created_at <= late_since, Staff.address_failed_at.is_not(None))
    return (
        select(row.id, row.alert_id, row.created_at)
        .join(carrier, and_(carrier.clinic_id == row.clinic_id, carrier.id == told_in))
        .join(Staff, and_(Staff.clinic_id == carrier.clinic_id, Staff.id == carrier.staff_id))
        .where(row.clinic_id == clinic_id, row.alert_id.is_not(None), row.climbed_at.is_(None), may_be_so)
        .where(or_(has_ended, and_(carrier.state.in_(WAITING), is_late)))
    )


def alerts_undelivered(session: Session, clinic_id: int, late_since: datetime) -> list[UUID]:
    """Return the open urgent alerts of a clinic with a letter that does not arrive, oldest first."""
    letters = _undelivered(clinic_id, late_since).subquery()
    wanted = (
        select(Alert.id)
        .where(Alert.clinic_id == clinic_id, Alert.state == AlertState.OPEN, Alert.level == Level.URGENT)
        .where(Alert.id.in_(select(letters.c.alert_id)))
    )
    return list(session.scalars(wanted.order_by(Alert.raised_at, Alert.id)))


def mark_climbed(
    session: Session, clinic_id: int, alert_id: UUID, late_since: datetime, now: datetime
) -> datetime | None:
    """Mark the letters of an alert that do not arrive as answered, and return when the newest was written, if any."""
    rows = session.execute(_undelivered(clinic_id, late_since).where(Letter.alert_id == alert_id)).all()
    if rows:
        session.execute(
            update(Letter)
            .where(Letter.clinic_id == clinic_id, Letter.id.in_([row.id for row in rows]))
            .values(climbed_at=now)
            .execution_options(synchronize_session=False)
        )
    return max((row.created_at for row in rows), default=None)


def recipients_since(
    session: Session, clinic_id: int, alert_id: UUID, since: datetime, kind: str | None = None
) -> set[UUID]:
    """Return the staff to whom a letter about an alert, or one of a kind, was written since then, arrived or not."""
    row = Letter
    wanted = select(row.staff_id).where(row.clinic_id == clinic_id, row.alert_id == alert_id, row.created_at >= since)
    if kind:
        wanted = wanted.where(row.kind == kind)
    return {staff_id for staff_id in session.scalars(wanted.where(row.state != LetterState.CANCELLED)) if staff_id}
