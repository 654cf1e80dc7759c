"""The steps of an alert's life: each is written into its history and into the audit at once."""

from datetime import datetime

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Role, Viewer
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.services import audit
from rehab_tracker.storage.alerts import Alert, AlertStep


def note_step(
    session: Session,
    viewer: Viewer,
    alert: Alert,
    step: str,
    now: datetime,
    note: str = "",
    outcome: AlertOutcome | None = None,
) -> None:
    """Write down what was done to an alert, at its present level, within the caller's transaction.

    The audit hears of the step alone: a note and an outcome are clinical.
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
        )
    )
    detail = {"rule": str(alert.rule), "level": str(alert.level)}
    audit.note(session, viewer, f"alert-{step}", now, patient_id=alert.patient_id, subject=alert.id, **detail)
