"""When the rules last judged something, the clock last went and digests left: shown, as silence must mean calm."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rehab_tracker.domain.due import Job
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.clock import Beat, Breaker, DueJob
from rehab_tracker.storage.letters import WAITING, Letter, LetterState
from rehab_tracker.storage.people import Staff


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


def not_sent_since(session: Session, clinic_id: int, since: datetime) -> int:
    """Return how many letters written at an instant or later came back or were given up."""
    row = Letter
    ended = row.state.in_((LetterState.BOUNCED, LetterState.DEAD))
    wanted = select(func.count()).where(row.clinic_id == clinic_id, row.created_at >= since, ended)
    return session.scalar(wanted) or 0


class DigestSent(NamedTuple):
    """The digest of one kind and local date that left last: when the last of its letters did, and how many did."""

    at: datetime
    people: int


def last_digest(session: Session, clinic_id: int, kinds: Collection[str], days: Collection[str]) -> DigestSent | None:
    """Return the digest that left last of those for these local dates, None where none did."""
    row, at = Letter, func.max(Letter.sent_at)
    wanted = (
        select(at, func.count())
        .join(Staff, (Staff.clinic_id == row.clinic_id) & (Staff.id == row.staff_id))
        .where(row.clinic_id == clinic_id, Staff.clinic_id == clinic_id, row.state == LetterState.SENT)
        .where(row.kind.in_(kinds), row.dedup_key.in_(days))
        .group_by(row.kind, row.dedup_key)
        .order_by(at.desc())
        .limit(1)
    )
    found = session.execute(wanted).one_or_none()
    return DigestSent(found[0], found[1]) if found and found[0] else None


def next_of(session: Session, clinic_id: int, jobs: Collection[Job]) -> datetime | None:
    """Return when one of these jobs is due next, None where none is."""
    wanted = select(func.min(DueJob.due_at)).where(DueJob.clinic_id == clinic_id, DueJob.job.in_(jobs))
    return session.scalar(wanted)


class HouseSigns(NamedTuple):
    """Whether the clock goes and mail gets through: the last beat of the clock (None: there was none), since when the
    way to the mail server is cut (None: it is not), and of how many of a clinic's staff the address fails."""

    beat_at: datetime | None
    cut_since: datetime | None
    unreached: int


def house_signs(session: Session, clinic_id: int) -> HouseSigns:
    """Return when the clock last came to any line of its timetable, and how mail gets through, in one statement."""
    cut = select(func.max(Breaker.opened_at)).scalar_subquery()
    fails = (Staff.clinic_id == clinic_id, Staff.disabled_at.is_(None), Staff.address_failed_at.is_not(None))
    unreached = select(func.count()).select_from(Staff).where(*fails).scalar_subquery()
    return HouseSigns(*session.execute(select(func.max(Beat.tried_at), cut, unreached)).one())
