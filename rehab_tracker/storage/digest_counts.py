"""What a digest counts besides alerts: patients and who of them logged, closed alerts, letters that did not arrive."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.due import Job
from rehab_tracker.storage.alerts import Alert, AlertStep
from rehab_tracker.storage.clock import JobRun
from rehab_tracker.storage.database import columns_of
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.letters import Letter, LetterState
from rehab_tracker.storage.pulse import last_done
from rehab_tracker.storage.readings import records_of

FORGOTTEN, TAKEN = "forgotten", ("acknowledged", "accepted")
"""Steps of an alert's life: it came back to everybody, and somebody took it."""
NOT_ARRIVED = (LetterState.BOUNCED, LetterState.DEAD, LetterState.EXPIRED)


def who_logged(session: Session, clinic_id: int, patients: Collection[UUID], day: date) -> int:
    """Return how many of these patients logged something about a day; what was withdrawn or moved since is no log."""
    entry = columns_of(EntryRow)
    row, later, record = entry.c, entry.alias("later").c, records_of(clinic_id, patients)
    replaced = exists().where(
        later.clinic_id == clinic_id,
        later.patient_id == row.patient_id,
        later.client_id == row.client_id,
        later.rev > row.rev,
        later.fault.is_(None),
    )
    wanted = (
        select(func.count(record.c.kept.distinct()))
        .join_from(record, entry, row.patient_id == record.c.id)
        .where(row.clinic_id == clinic_id, row.for_date == day, row.fault.is_(None), row.withdrawn.is_(False))
        .where(~replaced)
    )
    return session.scalar(wanted) or 0


def closed_since(session: Session, clinic_id: int, since: datetime) -> list[Alert]:
    """Return the alerts of a clinic that somebody closed after an instant."""
    row = Alert
    wanted = select(row).where(row.clinic_id == clinic_id, row.state == AlertState.CLOSED, row.closed_at > since)
    return list(session.scalars(wanted.order_by(row.closed_at, row.id)))


def forgotten(session: Session, clinic_id: int, alerts: Collection[UUID]) -> int:
    """Return how many of these alerts somebody took, and they came back because nothing more was done."""
    row, taken = AlertStep, aliased(AlertStep)
    since = exists().where(
        taken.clinic_id == clinic_id, taken.alert_id == row.alert_id, taken.step.in_(TAKEN), taken.at > row.at
    )
    wanted = select(func.count(row.alert_id.distinct())).where(
        row.clinic_id == clinic_id, row.alert_id.in_(alerts), row.step == FORGOTTEN, ~since
    )
    return session.scalar(wanted) or 0


def not_arrived(session: Session, clinic_id: int, since: datetime) -> int:
    """Return how many letters of a clinic written after an instant came back or were given up."""
    row = Letter
    wanted = select(func.count()).where(row.clinic_id == clinic_id, row.created_at > since, row.state.in_(NOT_ARRIVED))
    return session.scalar(wanted) or 0


def last_judging(session: Session, clinic_id: int, actions: Collection[str]) -> datetime | None:
    """Return when the rules last ran: with one of these acts, by their names in the audit, or as a day turned."""
    row = JobRun
    turned = select(func.max(row.ended_at)).where(row.clinic_id == clinic_id, row.job == Job.DAY)
    times = (session.scalar(turned), last_done(session, clinic_id, actions))
    return max((time for time in times if time), default=None)
