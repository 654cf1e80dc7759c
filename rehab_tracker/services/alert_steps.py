"""The steps of an alert's life: each is written into its history and into the audit at once, with what it changed."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Role, Viewer
from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.errors import NotFound, ReasonNeeded
from rehab_tracker.services import audit
from rehab_tracker.services.reach import lock_records, must_reach_patient
from rehab_tracker.storage.alerts import Alert, AlertStep, alert_of
from rehab_tracker.storage.people import Patient

KEPT: dict[str, Callable[[str], Any]] = {
    "state": AlertState,
    "acknowledged_by": UUID,
    "acknowledged_at": datetime.fromisoformat,
    "assigned_to": UUID,
    "snoozed_until": date.fromisoformat,
    "snoozed_at_score": int,
    "deadline_at": datetime.fromisoformat,
    "rung": int,
}
"""What a step may change of an alert, besides its closing, and how it is read back."""


def reached(session: Session, viewer: Viewer, alert_id: UUID, now: datetime) -> tuple[Alert, Patient]:
    """Return an alert as it is now, and its patient, locked: reviews happen under that lock, so none changes it.

    Raises NotFound for an alert of another clinic or none, ReasonNeeded (whose values name the patient's id) for a
    clinician outside the care team.
    """
    alert = alert_of(session, viewer.clinic_id, alert_id)
    if alert is None:
        raise NotFound()
    try:
        patient = must_reach_patient(session, viewer, alert.patient_id, now)
    except ReasonNeeded:
        raise ReasonNeeded(patient_id=alert.patient_id) from None
    patient = lock_records(session, viewer.clinic_id, patient.id).kept
    session.refresh(alert)
    return alert, patient


def as_it_is(alert: Alert) -> dict[str, str]:
    """Return what a step may change of an alert, to be kept with the step."""
    values = {name: getattr(alert, name) for name in KEPT}
    return {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in values.items()
        if value is not None
    }


def put_back(alert: Alert, before: dict[str, str]) -> None:
    """Make an alert as it was before a step; one that was closed is so no more."""
    for name, read in KEPT.items():
        setattr(alert, name, read(before[name]) if name in before else None)
    alert.outcome = alert.usual_pain = alert.closed_on = alert.closed_by = alert.closed_at = None


def note_step(
    session: Session,
    viewer: Viewer,
    alert: Alert,
    step: str,
    now: datetime,
    note: str = "",
    outcome: AlertOutcome | None = None,
    *,
    before: dict[str, str] | None = None,
    undoes: UUID | None = None,
) -> None:
    """Write down what was done to an alert, at its present level, within the caller's transaction.

    ``before`` is what ``as_it_is`` said before a step that can be taken back. The audit hears of the step alone: a note
    and an outcome are clinical.
    """
    session.add(
        AlertStep(
            clinic_id=alert.clinic_id,
            alert_id=alert.id,
            at=now,
            actor_role=viewer.role,
            actor_id=viewer.person if viewer.role is not Role.PATIENT else None,
            step=step,
            level=alert.level,
            note=note,
            outcome=outcome,
            before=before or {},
            undoes=undoes,
        )
    )
    detail = {"rule": str(alert.rule), "level": str(alert.level)}
    audit.note(session, viewer, f"alert-{step}", now, patient_id=alert.patient_id, subject=alert.id, **detail)
