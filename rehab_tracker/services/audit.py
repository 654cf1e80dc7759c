"""The audit: one row for every write and for every staff read of patient data, in the transaction it tells of."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Viewer
from rehab_tracker.storage.audit import AuditEvent

DETAILS = frozenset(("count", "rejected", "quarantined", "level", "rule", "version", "role", "patients"))
"""What an audit row may tell besides who, when, what and whom: never a score, a note, a name or a secret."""


def note(
    session: Session,
    viewer: Viewer,
    action: str,
    now: datetime,
    *,
    patient_id: UUID | None = None,
    subject: object = None,
    **detail: object,
) -> None:
    """Write down who did what, now; raise ValueError for a detail that the audit must not hold."""
    if not DETAILS.issuperset(detail):
        raise ValueError(f"The audit does not hold {sorted(set(detail) - DETAILS)}.")
    session.add(
        AuditEvent(
            clinic_id=viewer.clinic_id,
            at=now,
            actor_role=viewer.role,
            actor_id=viewer.person,
            via=viewer.via,
            action=action,
            patient_id=patient_id,
            subject=None if subject is None else str(subject),
            detail=detail,
            request_id=viewer.request_id,
        )
    )
