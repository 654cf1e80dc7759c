"""What a request carries: its session and clock, put there by ``app.py``, and who asks, told by the credentials."""

from datetime import datetime

from flask import g
from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Viewer
from rehab_tracker.storage.clinics import Clinic


def session() -> Session:
    """Return the request's database session."""
    found: Session = g.session
    return found


def now() -> datetime:
    """Return the instant at which the request came in, in UTC; the clock is read once."""
    found: datetime = g.now
    return found


def request_id() -> str:
    """Return the request's own name, which stands in the audit, in the log and in every refusal (``trace_id``)."""
    found: str = g.request_id
    return found


def viewer() -> Viewer:
    """Return who asks; only routes with a policy have one."""
    found: Viewer = g.viewer
    return found


def clinic() -> Clinic:
    """Return the clinic whose address or credential the request bears."""
    found: Clinic = g.clinic
    return found


def staff_name() -> str:
    """Return the name of the member of staff who asks; only routes for staff have one."""
    found: str = g.staff_name
    return found
