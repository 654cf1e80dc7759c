"""Alerts at rest: the pain they rest at, and what wakes them before their day."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.alert_life import WAKES_AT_RISE
from rehab_tracker.domain.course import courses
from rehab_tracker.domain.entry import Entry, standing
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.site import Site
from rehab_tracker.storage.alerts import Alert, alerts_of_patient, steps_of
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.readings import pain_since

LOOKED_BACK = timedelta(days=28)
"""Days before an alert's last one in which its newest score is looked for."""


def snoozed_alerts(session: Session, patient: Patient) -> list[Alert]:
    """Return a patient's alerts that rest."""
    alerts = alerts_of_patient(session, patient.clinic_id, patient.id, standing=True)
    return [alert for alert in alerts if alert.state is AlertState.SNOOZED]


def score_at_rest(session: Session, patient: Patient, alert: Alert) -> int | None:
    """Return the worst score of the newest known day of the alert's joint, None without a joint or a known day."""
    if alert.site is None:
        return None
    course = next((c for c in courses(_pain(session, patient, alert)) if c.joint == alert.site.joint), None)
    return course.latest.x if course and course.latest else None


def risen_in_rest(session: Session, patient: Patient) -> Iterator[Alert]:
    """Yield the resting alerts at whose joint there came, since then, 2 points more than the last score before.

    Where no score was known they wake at 2: unknown is no reason to sleep on.
    """
    for alert in snoozed_alerts(session, patient):
        steps = steps_of(session, patient.clinic_id, alert.id)
        since = max((step.at for step in steps if step.step == "snoozed"), default=alert.raised_at)
        came = [entry for entry in standing(_pain(session, patient, alert)) if entry.received_at > since]
        if alert.site and _worst(came, alert.site.joint) >= (alert.snoozed_at_score or 0) + WAKES_AT_RISE:
            yield alert


def _pain(session: Session, patient: Patient, alert: Alert) -> list[Entry]:
    since = alert.last_for_date - min(LOOKED_BACK, alert.last_for_date - date.min)
    return pain_since(session, patient.clinic_id, [patient.id], since).get(patient.id, [])


def _worst(entries: list[Entry], joint: Site) -> int:
    readings = [entry.content for entry in entries if isinstance(entry.content, PainReading)]
    return max((score.worst for said in readings for score in said.scores if score.site.joint == joint), default=0)
