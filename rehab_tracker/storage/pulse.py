"""When the rules last judged something, and what waits in the outbox: shown on each page, as silence must mean calm."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.letters import WAITING, Letter, LetterState


class Outbox(NamedTuple):
    """How many letters wait, since when the oldest of them is due, and when the last one left."""

    waiting: int
    due_since: datetime | None
    last_sent_at: datetime | None


def last_done(session: Session, clinic_id: int, actions: Collection[str]) -> datetime | None:
    """Return when one of these things was last done in this clinic, by their names in the audit."""
    row = AuditEvent
    wanted = select(row.at).where(row.clinic_id == clinic_id, row.action.in_(actions))
    return session.scalar(wanted.order_by(row.at.desc()).limit(1))


def outbox(session: Session, clinic_id: int) -> Outbox:
    """Return the state of a clinic's outbox."""
    waiting = select(func.count(), func.min(Letter.due_at)).where(
        Letter.clinic_id == clinic_id, Letter.state.in_(WAITING)
    )
    sent = select(func.max(Letter.sent_at)).where(Letter.clinic_id == clinic_id, Letter.state == LetterState.SENT)
    count, due_since = session.execute(waiting).one()
    return Outbox(count, due_since, session.scalar(sent))
