"""How loudly an alert is told: as the next round of a closed one, seldom when unstable, not beside a louder one."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import QUIET_DAYS, AlertState
from rehab_tracker.domain.alert_life import (
    HUSHED,
    LOUD,
    UNSTABLE_AGAIN,
    UNSTABLE_FROM,
    UNSTABLE_WITHIN,
    hushed_until,
)
from rehab_tracker.domain.site import Limb
from rehab_tracker.services import deadlines
from rehab_tracker.storage.alerts import Alert, alerts_of_patient, closed_before, ended_before


def place_in_line(session: Session, alert: Alert) -> None:
    """Link a new alert to the closed one that it goes on from; an unstable one is told once a day at most."""
    last = next(iter(closed_before(session, alert)), None)
    if last and last.closed_on and alert.first_for_date <= last.closed_on + timedelta(days=QUIET_DAYS):
        alert.reopens = last.id
    alert.quiet_until = _unstable_until(session, alert)


def _unstable_until(session: Session, alert: Alert) -> datetime | None:
    before = ended_lately(session, alert)
    return before[0] + UNSTABLE_AGAIN if len(before) >= UNSTABLE_FROM else None


def ended_lately(session: Session, alert: Alert) -> list[datetime]:
    """Return when the same was raised before, of what ended, within 14 days; the newest first."""
    return ended_before(session, alert, alert.raised_at - UNSTABLE_WITHIN)


def hush(session: Session, changed: Alert, now: datetime) -> None:
    """Keep more pain in a known place quiet beside an alert of a quiet place of the same leg, or while it is unstable.

    ``changed`` is the alert that was raised or has ended; of any other rule it changes nothing.
    """
    if changed.rule not in LOUD and changed.rule is not HUSHED:
        return
    standing = alerts_of_patient(session, changed.clinic_id, changed.patient_id, standing=True)
    loud = [(_limb(alert), alert.raised_at) for alert in standing if alert.rule in LOUD]
    for alert in standing:
        if alert.rule is HUSHED:
            ends = hushed_until(_limb(alert), loud), _unstable_until(session, alert)
            _keep_quiet(session, alert, max((end for end in ends if end), default=None), now)


def _keep_quiet(session: Session, alert: Alert, until: datetime | None, now: datetime) -> None:
    until = until if until and until > now else None
    if until != alert.quiet_until:
        alert.quiet_until = until
        if alert.deadline_at and alert.state is AlertState.OPEN:
            deadlines.renew_sooner(session, alert, until or now)


def _limb(alert: Alert) -> Limb | None:
    return alert.site.limb if alert.site else None
