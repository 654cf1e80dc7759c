"""Upkeep of alerts: each that somebody must look at by a time has one, and none waits for what a wrong clock set.

Alerts of an installation that knew no deadlines get theirs, counted from when they were raised or taken; those about
days long past stay in the list, as when they were imported. What a clock that was ahead had put off is due when its
rule would have it from now on.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import AlertState, Level
from rehab_tracker.domain.alert_life import HUSHED_FOR, STANDS
from rehab_tracker.services import deadlines, faults
from rehab_tracker.services.clinics import calendar_of
from rehab_tracker.services.importing import NEWS_DAYS
from rehab_tracker.services.reach import lock_records
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alert_due import due_after, due_of, with_a_row
from rehab_tracker.storage.alert_upkeep import Standing, standing_deadlines
from rehab_tracker.storage.alerts import Alert, alert_of
from rehab_tracker.storage.database import read_only

LOG = structlog.get_logger("rehab_tracker.clock")


def keep_up_alerts(session: Session, clinic_id: int, now: datetime) -> int:
    """Put right the deadlines of a clinic's standing alerts, each in a transaction of its own; return how many.

    One for which it fails is logged, and holds up no other.
    """
    with transaction(read_only(session)):
        amiss = [(each.patient_id, each.id) for each in _amiss(session, clinic_id, now)]
    return sum(_put_right(session, clinic_id, patient_id, alert_id, now) for patient_id, alert_id in amiss)


def _amiss(session: Session, clinic_id: int, now: datetime) -> Iterator[Standing]:
    """Yield the alerts without a deadline that need one, and those that are due too late."""
    ahead = now + deadlines.SKEW
    standing = standing_deadlines(session, clinic_id, ahead, HUSHED_FOR)
    without = [each for each in standing if each.deadline_at is None and each.level is not Level.INFO]
    kept = with_a_row(session, clinic_id, [each.id for each in without])
    yield from (each for each in without if each.id not in kept)
    due = due_after(session, clinic_id, ahead)
    for each in standing:
        due_at = due.get(str(each.id))
        if each.deadline_at and due_at and (each.is_ahead or due_at > each.deadline_at):
            alert = alert_of(session, clinic_id, each.id)
            if alert and deadlines.is_ahead(alert, due_at, now, calendar_of(session, clinic_id)):
                yield each


def _put_right(session: Session, clinic_id: int, patient_id: UUID, alert_id: UUID, now: datetime) -> bool:
    try:
        with transaction(session):
            lock_records(session, clinic_id, patient_id)
            return _put_right_locked(
                session, session.get_one(Alert, (clinic_id, alert_id), populate_existing=True), now
            )
    except Exception as fault:
        LOG.error("alert-upkeep-failed", clinic=clinic_id, alert=str(alert_id), **faults.told(fault))
        return False


def _put_right_locked(session: Session, alert: Alert, now: datetime) -> bool:
    """Put one alert right as it is under its patient's lock, and return whether it still was amiss."""
    if alert.state not in STANDS:
        return False
    due_at = due_of(session, alert.clinic_id, alert.id)
    if alert.deadline_at is None:
        if with_a_row(session, alert.clinic_id, [alert.id]):
            return False
        if _is_of_the_past(session, alert):
            deadlines.stay_in_list(session, alert)
        else:
            deadlines.count_anew(session, alert)
        return True
    if not deadlines.is_ahead(alert, due_at, now, calendar_of(session, alert.clinic_id)):
        return False
    deadlines.pull_back(session, alert, now)
    return True


def _is_of_the_past(session: Session, alert: Alert) -> bool:
    """Return whether an open alert was about days long past when it was opened, which only an import does."""
    opened = deadlines.opened_at(session, alert).date()
    return alert.state is AlertState.OPEN and (opened - alert.last_for_date).days > NEWS_DAYS
