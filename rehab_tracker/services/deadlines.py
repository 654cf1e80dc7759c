"""Deadlines: by when somebody must look at an alert, kept with the alert and where the clock finds it."""

from collections.abc import Set
from datetime import datetime

from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import AlertState, Level, Rule
from rehab_tracker.domain.deadline import deadline, forgotten_from, next_step
from rehab_tracker.domain.working_hours import WorkingHours
from rehab_tracker.services.clinics import calendar_of
from rehab_tracker.storage.alert_due import keep_due
from rehab_tracker.storage.alerts import Alert, steps_of

CLIMBED, FORGOTTEN, WOKEN = "climbed", "forgotten", "woken"
"""What the clock does to an alert, as steps of its history."""

OPENING = frozenset(("raised", "risen", "reopened", "lowered", "woken-by-alert", "woken-by-pain", FORGOTTEN))
TENDING = frozenset(("acknowledged", "accepted", "called", WOKEN))
"""The steps from which the time of an open alert, and of one that somebody has, is counted."""


def renew(session: Session, alert: Alert, now: datetime) -> None:
    """Set by when somebody must look at an alert, as its state asks; one opened anew begins at the lowest rung.

    Belongs to the caller's transaction, which holds the patient's lock. Open, it is due by its level, counted from
    ``now``; acknowledged after 2 working days; at rest when work begins on its day; else never.
    """
    if alert.state is AlertState.OPEN:
        alert.rung = 0
    _set(session, alert, _deadline(alert, now, calendar_of(session, alert.clinic_id)))


def shorten(session: Session, alert: Alert, at: datetime) -> None:
    """Let an alert be due at this instant, unless it is sooner."""
    _set(session, alert, min(alert.deadline_at or at, at))


def give_time(session: Session, alert: Alert, at: datetime) -> None:
    """Give whoever was told of an alert at this instant the time of one rung."""
    _set(session, alert, next_step(at, calendar_of(session, alert.clinic_id)))


def count_anew(session: Session, alert: Alert) -> datetime | None:
    """Count an alert's deadline by the clinic's present hours, from the step that it was counted from; return it.

    What a silence has shortened stays as short.
    """
    hours, told_by = calendar_of(session, alert.clinic_id), alert.deadline_at
    if alert.state is AlertState.OPEN and alert.rung > 0:
        counted: datetime | None = next_step(_last(session, alert, {CLIMBED}), hours)
    else:
        counted = _deadline(alert, alert.told_from(opened_at(session, alert)), hours)
    if alert.silent_since and counted and told_by:
        counted = min(counted, told_by)
    _set(session, alert, counted)
    return counted


def opened_at(session: Session, alert: Alert) -> datetime:
    """Return since when an alert is open, or since when whoever has it last tended it."""
    return _last(session, alert, OPENING if alert.state is AlertState.OPEN else TENDING)


def _last(session: Session, alert: Alert, names: Set[str]) -> datetime:
    steps = [step.at for step in steps_of(session, alert.clinic_id, alert.id) if step.step in names]
    return max(steps, default=alert.raised_at)


def _deadline(alert: Alert, since: datetime, hours: WorkingHours) -> datetime | None:
    match alert.state:
        case AlertState.OPEN:
            return deadline(alert.level, alert.rule is Rule.RED_FLAG, since, hours)
        case AlertState.ACKNOWLEDGED if alert.level is not Level.INFO:
            return forgotten_from(since, hours)
        case AlertState.SNOOZED if alert.snoozed_until:
            return hours.opens_on(alert.snoozed_until)
    return None


def _set(session: Session, alert: Alert, at: datetime | None) -> None:
    alert.deadline_at = at
    keep_due(session, alert.clinic_id, alert.id, at)
