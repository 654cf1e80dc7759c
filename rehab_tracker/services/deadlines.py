"""Deadlines: by when somebody must look at an alert, kept with the alert and where the clock finds it."""

from collections.abc import Set
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import AlertState, Level, Rule
from rehab_tracker.domain.alert_life import HUSHED_FOR, LONGEST_REST
from rehab_tracker.domain.deadline import deadline, forgotten_from, next_step
from rehab_tracker.domain.working_hours import WorkingHours
from rehab_tracker.services.clinics import calendar_of
from rehab_tracker.storage.alert_due import due_of, keep_due, keep_in_list
from rehab_tracker.storage.alerts import Alert, steps_of

CLIMBED, FORGOTTEN, WOKEN = "climbed", "forgotten", "woken"
"""What the clock does to an alert, as steps of its history."""
GIVEN_BACK = "given-back"
"""The step of an alert whose keeper works here no more, or sees no records any more."""

OPENING = frozenset(
    ("raised", "risen", "reopened", "lowered", "woken-by-alert", "woken-by-pain", FORGOTTEN, GIVEN_BACK)
)
TENDING = frozenset(("acknowledged", "accepted", "called", WOKEN))
"""The steps from which the time of an open alert, and of one that somebody has, is counted."""


SKEW = timedelta(minutes=2)
"""How far two clocks of an installation may differ before one of them is taken for wrong (house rule)."""


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


def renew_sooner(session: Session, alert: Alert, now: datetime) -> None:
    """Renew a deadline, but not beyond the present one where a silence has shortened that."""
    before = alert.deadline_at if alert.silent_since else None
    renew(session, alert, now)
    if before and alert.deadline_at:
        shorten(session, alert, before)


def stay_in_list(session: Session, alert: Alert) -> None:
    """Let an alert about days long past be for the list alone, unless somebody must look at it by a time already."""
    if alert.level is Level.INFO:
        renew(session, alert, alert.raised_at)
    keep_in_list(session, alert.clinic_id, alert.id)


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


def recount(session: Session, alert: Alert, now: datetime) -> None:
    """Go by the clinic's present hours: count a deadline ahead anew; what waits for an opening is asked for at once."""
    due_at = due_of(session, alert.clinic_id, alert.id)
    if alert.deadline_at is None or due_at is None:
        return
    if alert.deadline_at > now:
        count_anew(session, alert)
    elif due_at > now:
        keep_due(session, alert.clinic_id, alert.id, alert.deadline_at)


def is_ahead(alert: Alert, due_at: datetime | None, now: datetime, hours: WorkingHours) -> bool:
    """Return whether a standing alert is due later than its rule would have it from now on: a clock was ahead."""
    if alert.deadline_at is None or due_at is None:
        return False
    waits = due_at > max(alert.deadline_at, hours.next_opening(now)) + SKEW
    latest = _latest(alert, now, hours)
    return waits or latest is None or alert.deadline_at > latest + SKEW


def pull_back(session: Session, alert: Alert, now: datetime) -> None:
    """Let an alert be due no later than its rule would have it from now on; belongs to the caller's transaction."""
    hours = calendar_of(session, alert.clinic_id)
    if alert.quiet_until:
        alert.quiet_until = min(alert.quiet_until, now + HUSHED_FOR)
    latest = _latest(alert, now, hours)
    _set(session, alert, min(alert.deadline_at, latest) if alert.deadline_at and latest else None)


def _latest(alert: Alert, now: datetime, hours: WorkingHours) -> datetime | None:
    """Return by when an alert would be due that came into its state, or of which the last was told, right now."""
    if alert.state is AlertState.SNOOZED:
        return hours.opens_on(hours.today(now) + LONGEST_REST)
    since = min(alert.told_from(now), now + HUSHED_FOR)
    if alert.state is AlertState.OPEN and alert.rung > 0:
        return next_step(since, hours)
    first = _deadline(alert, since, hours)
    return first and max(first, next_step(since, hours))


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
