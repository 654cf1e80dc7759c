"""What upkeep asks of alerts: which have a deadline, which should, and which were counted by a clock that was ahead."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import Level
from rehab_tracker.storage.alerts import Alert, AlertStep, stands


class Standing(NamedTuple):
    """A standing alert: whose, its level and deadline, and whether anything of it was written at a time to come."""

    id: UUID
    patient_id: UUID
    level: Level
    deadline_at: datetime | None
    is_ahead: bool


def standing_deadlines(session: Session, clinic_id: int, ahead: datetime, quiet: timedelta) -> list[Standing]:
    """Return every standing alert of a clinic, patient by patient.

    What bears a time later than ``ahead``, or is quiet for longer than ``quiet`` from then, was written by another
    clock.
    """
    row, step = Alert, AlertStep
    later = exists().where(step.clinic_id == clinic_id, step.alert_id == row.id, step.at > ahead)
    is_ahead = or_(row.raised_at > ahead, row.quiet_until > ahead + quiet, later)
    wanted = select(row.id, row.patient_id, row.level, row.deadline_at, is_ahead)
    found = session.execute(wanted.where(row.clinic_id == clinic_id, stands()).order_by(row.patient_id, row.id))
    return [Standing(alert, patient, level, at, bool(flag)) for alert, patient, level, at, flag in found]


def patients_with_deadlines(session: Session, clinic_id: int) -> list[UUID]:
    """Return the records with a standing alert that has a deadline, in a fixed order."""
    wanted = select(Alert.patient_id).where(Alert.clinic_id == clinic_id, *_with_deadline())
    return list(session.scalars(wanted.distinct().order_by(Alert.patient_id)))


def alerts_with_deadline(session: Session, clinic_id: int, patient_id: UUID) -> list[Alert]:
    """Return the standing alerts of one record that have a deadline."""
    wanted = select(Alert).where(Alert.clinic_id == clinic_id, Alert.patient_id == patient_id, *_with_deadline())
    return list(session.scalars(wanted.order_by(Alert.id)))


def _with_deadline() -> tuple[ColumnElement[bool], ...]:
    return stands(), Alert.deadline_at.is_not(None)
