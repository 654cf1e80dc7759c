"""What says when something should be due every day: what staff chose of their mail, and patients of theirs."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rehab_tracker.domain.person import PatientState
from rehab_tracker.storage.duty import MailPreference
from rehab_tracker.storage.people import Patient


def preferences_of(session: Session, clinic_id: int) -> dict[UUID, MailPreference]:
    """Return what the staff of a clinic chose of their mail; who chose nothing is not in it."""
    wanted = select(MailPreference).where(MailPreference.clinic_id == clinic_id)
    return {chosen.staff_id: chosen for chosen in session.scalars(wanted)}


def reminders_of(
    session: Session, clinic_id: int, states: Collection[PatientState], only: UUID | None = None
) -> list[tuple[UUID, str | None, str]]:
    """Return the patients in these states who want mails and have an address: the time they chose, and their zone.

    ``only`` asks of one of them.
    """
    row = Patient
    wanted = select(row.id, row.reminder_at, row.time_zone).where(
        row.clinic_id == clinic_id,
        row.merged_into.is_(None),
        row.mails.is_(True),
        row.email.is_not(None),
        row.state.in_(states),
        *((row.id == only,) if only else ()),
    )
    return [(patient_id, at, zone) for patient_id, at, zone in session.execute(wanted.order_by(row.id))]
