"""Inviting again: a new link for who never chose a password, and, to the own mailbox, for who forgot it.

A link to somebody's account is its owner's alone: an administrator is shown one only where there is no password yet,
or no mailbox to send it to.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.errors import NotFound
from rehab_tracker.mail.letters import LetterKind
from rehab_tracker.services import audit
from rehab_tracker.services.letters import PLANNED, add, to_staff
from rehab_tracker.services.staff import Invitation, has_left, new_invitation
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.letters import LetterState
from rehab_tracker.storage.people import Staff
from rehab_tracker.storage.team import letters_of, staff_with_secrets


class Way(StrEnum):
    """Where a link goes, as the audit says it: to the page, to the owner's mailbox, to the page and no mailbox."""

    SHOWN = "staff-invited"
    MAILED = "password-link-mailed"
    UNTOLD = "password-link-shown"


@dataclass(frozen=True, slots=True)
class InvitedAgain:
    """A new invitation and where it goes; None where its link was mailed, and is nobody else's to see."""

    staff: Staff
    way: Way
    invitation: Invitation | None


def invite_again(session: Session, viewer: Viewer, clinic: Clinic, staff_id: UUID, now: datetime) -> InvitedAgain:
    """Make a new invitation, also for somebody who forgot the password, and return it; the one before is void.

    Raises NotFound for staff of another clinic or none, WrongState for somebody who has left.
    """
    must_be_allowed(viewer, Action.MANAGE_STAFF)
    with transaction(session):
        staff = staff_with_secrets(session, viewer.clinic_id, staff_id)
        if staff is None:
            raise NotFound()
        if staff.disabled_at:
            raise has_left()
        way = Way.SHOWN
        if staff.password_hash:
            way = Way.UNTOLD if staff.address_failed_at else Way.MAILED
        invitation = Invitation(staff, new_invitation(clinic, staff, now))
        for letter in letters_of(session, staff.clinic_id, staff.id):
            if letter.kind == LetterKind.PASSWORD_LINK:
                letter.state = LetterState.CANCELLED
        if way is Way.MAILED:
            _mail(session, clinic, invitation, now)
        audit.note(session, viewer, way, now, subject=staff.id)
    return InvitedAgain(staff, way, None if way is Way.MAILED else invitation)


def _mail(session: Session, clinic: Clinic, invitation: Invitation, now: datetime) -> None:
    """Write the link to its owner, who is told by it, too, that an administrator asked for one."""
    staff = invitation.staff
    letter = to_staff(staff, LetterKind.PASSWORD_LINK, now.isoformat(), PLANNED, now, now)
    letter.values = {"path": f"/c/{clinic.slug}/invitation/{invitation.token}"}
    letter.expires_at = staff.invitation_expires_at
    add(session, letter, joins=False)
