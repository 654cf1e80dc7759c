"""Retention: what is of no more use goes. Nothing that a patient wrote, no alert, no letter, nothing of the audit."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.services.throttle import FORGOTTEN_AFTER
from rehab_tracker.storage.retention import forget_attempts, forget_codes, forget_runs, forget_sessions

SIGN_INS_KEPT = timedelta(days=30)
"""How long a sign-in that is over, or an enrolment code that was used or ran out, can still be asked about."""

RUNS_KEPT = timedelta(days=90)
"""How long the clock's runs are kept: a quarter can be looked back on (house rule)."""


def tidy(session: Session, viewer: Viewer, now: datetime) -> int:
    """Delete what is of no more use within the caller's transaction, and return how many rows that were."""
    must_be_allowed(viewer, Action.KEEP_TIME)
    clinic_id = viewer.clinic_id
    return (
        forget_sessions(session, clinic_id, now - SIGN_INS_KEPT)
        + forget_codes(session, clinic_id, now - SIGN_INS_KEPT)
        + forget_attempts(session, clinic_id, now - FORGOTTEN_AFTER)
        + forget_runs(session, clinic_id, now - RUNS_KEPT)
    )
