"""The team: who works for a clinic, whether mail reaches them, and what administrators change of that."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rehab_tracker.domain.access import CLINICIANS, STAFF, Action, Role, Viewer, must_be_allowed
from rehab_tracker.domain.errors import InvalidValue, NotFound, WrongState
from rehab_tracker.domain.mail_address import mail_address
from rehab_tracker.domain.translation import N_
from rehab_tracker.mail.letters import LetterKind
from rehab_tracker.services import audit
from rehab_tracker.services.giving_back import give_back, pass_letters_on, waiting_for
from rehab_tracker.services.letters import PLANNED, add, to_staff
from rehab_tracker.services.mail_choices import readers
from rehab_tracker.services.staff import has_left, taken
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage import team as kept
from rehab_tracker.storage.alerts import alerts_in_hand
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.database import read_only
from rehab_tracker.storage.letters import LetterState
from rehab_tracker.storage.people import Staff, lock_staff, staff_of_email

LAST_ADMIN = N_("Nobody else can administer this clinic. Make somebody else an administrator first.")
LAST_READER = N_("Nobody else of the clinic gets mail about alerts. See that another nurse or doctor gets it first.")
OF_ONE_ADDRESS = (LetterKind.ADDRESS_CHANGED, LetterKind.PASSWORD_LINK)
"""Letters that are of no use at another address: what they say of the old one, or open, is so no more."""


class Standing(StrEnum):
    """Where somebody of the staff stands: at work, invited, with an invitation that works no more, or gone."""

    ACTIVE = "active"
    INVITED = "invited"
    NOT_INVITED = "not-invited"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the staff: since when mail to them fails (None: it arrives), and until when an invitation works."""

    id: UUID
    name: str
    email: str
    role: Role
    standing: Standing
    address_failed_at: datetime | None
    invited_until: datetime | None
    left_at: datetime | None


def team(session: Session, viewer: Viewer, now: datetime) -> list[Member]:
    """Return everybody of the viewer's clinic's staff by name, who has left last; it tells of no patient."""
    must_be_allowed(viewer, Action.SEE_TEAM)
    with transaction(read_only(session)):
        return [_told(*each, now) for each in kept.team_of(session, viewer.clinic_id)]


def _told(staff: Staff, has_password: bool, until: datetime | None, now: datetime) -> Member:
    known = (staff.id, staff.name, staff.email, staff.role, _standing(staff, has_password, until, now))
    return Member(*known, staff.address_failed_at, until, staff.disabled_at)


def _standing(staff: Staff, has_password: bool, until: datetime | None, now: datetime) -> Standing:
    if staff.disabled_at:
        return Standing.LEFT
    if has_password:
        return Standing.ACTIVE
    return Standing.INVITED if until and until > now else Standing.NOT_INVITED


@dataclass(frozen=True, slots=True)
class MemberAtWork:
    """Somebody of the staff, and how many standing alerts they look after."""

    member: Member
    in_hand: int


def member(session: Session, viewer: Viewer, staff_id: UUID, now: datetime) -> MemberAtWork:
    """Return somebody of the viewer's clinic's staff; raise NotFound for staff of another clinic or none."""
    must_be_allowed(viewer, Action.MANAGE_STAFF)
    with transaction(read_only(session)):
        found = next((each for each in kept.team_of(session, viewer.clinic_id) if each.staff.id == staff_id), None)
        if found is None:
            raise NotFound()
        return MemberAtWork(_told(*found, now), len(alerts_in_hand(session, viewer.clinic_id, staff_id)))


@contextmanager
def _changing(session: Session, viewer: Viewer, staff_id: UUID) -> Iterator[Staff]:
    """Begin to change a member of staff, in a transaction of its own, with all staff of the clinic locked."""
    must_be_allowed(viewer, Action.MANAGE_STAFF)
    with transaction(session):
        # Under the lock of all, so that of the last two who go at once the second is refused.
        lock_staff(session, viewer.clinic_id)
        staff = session.get(Staff, (viewer.clinic_id, staff_id), populate_existing=True)
        if staff is None:
            raise NotFound()
        yield staff


def change_address(session: Session, viewer: Viewer, staff_id: UUID, email: str, now: datetime) -> Staff:
    """Change the address by which somebody signs in and gets letters, and return them.

    What waits for them goes to the new address. They are told of it there, and at the old one if that worked. A link of
    an invitation is void, because it may lie in a stranger's mailbox. The same address once more is tried again where
    it had failed. Raises NotFound for staff of another clinic, WrongState for who has left, InvalidValue for what is no
    address or another's.
    """
    address = mail_address(email, "/email")
    with _changing(session, viewer, staff_id) as staff:
        _must_work_here(staff)
        before, failed = staff.email, staff.address_failed_at
        staff.address_failed_at = None
        if address != before:
            _move(session, staff, address)
            _tell(session, staff, now, is_new=True)
            if failed is None:
                _tell(session, staff, now, is_new=False, address=before)
        if address != before or failed:
            audit.note(session, viewer, "address-changed", now, subject=staff.id)
    return staff


def _must_work_here(staff: Staff) -> None:
    if staff.disabled_at:
        raise has_left()


def _move(session: Session, staff: Staff, address: str) -> None:
    if staff_of_email(session, staff.clinic_id, address):
        raise taken()
    staff.email = address
    _end_invitation(staff)
    try:
        session.flush()
    except IntegrityError:
        raise taken() from None  # by somebody who was added at the same moment
    for letter in waiting_for(session, staff):
        if letter.kind in OF_ONE_ADDRESS:
            letter.state = LetterState.CANCELLED
        else:
            letter.address = address


def _end_invitation(staff: Staff) -> None:
    staff.invitation_sha256 = staff.invitation_expires_at = None


def _tell(session: Session, staff: Staff, now: datetime, *, is_new: bool, address: str = "") -> None:
    """Write to the new address, or the old one, which may be a stranger's: that letter opens nothing."""
    key = f"{now.isoformat()}:{'new' if is_new else 'old'}"
    letter = to_staff(staff, LetterKind.ADDRESS_CHANGED, key, PLANNED, now, now)
    letter.address, letter.values = address or staff.email, {"is_new": is_new}
    if is_new:
        home = "" if staff.role in CLINICIANS else "team"
        letter.values = {**letter.values, "path": f"/c/{session.get_one(Clinic, staff.clinic_id).slug}/{home}"}
    add(session, letter, joins=False)


def change_role(session: Session, viewer: Viewer, staff_id: UUID, role: Role, now: datetime) -> Staff:
    """Give somebody another role from now on, and return them; alerts of who reads none any more are open again.

    Raises NotFound for staff of another clinic, WrongState for who has left, the last administrator, and the last
    clinician whom mail about alerts reaches; InvalidValue for a role that is none of staff.
    """
    if role not in STAFF:
        raise InvalidValue("Choose a role of staff.", code="unknown-code", pointer="/role")
    with _changing(session, viewer, staff_id) as staff:
        _must_work_here(staff)
        if staff.role is not role:
            _must_not_be_last(session, staff, role)
            reads_no_more = staff.role in CLINICIANS and role not in CLINICIANS
            staff.role = role
            if reads_no_more:
                pass_letters_on(session, staff)
            audit.note(session, viewer, "role-changed", now, subject=staff.id, role=str(role))
    if role not in CLINICIANS:
        give_back(session, viewer, staff_id, now)
    return staff


def disable(session: Session, viewer: Viewer, staff_id: UUID, now: datetime) -> Staff:
    """Let somebody work here no more, end their sessions, and return them; once more changes nothing.

    What they looked after is open again, each alert for itself once they are gone; a link of an invitation is void.

    Raises NotFound for staff of another clinic, WrongState for the last administrator, and for the last clinician whom
    mail about alerts reaches.
    """
    with _changing(session, viewer, staff_id) as staff:
        if staff.disabled_at is None:
            _must_not_be_last(session, staff, None)
            staff.disabled_at = now
            _end_invitation(staff)
            kept.end_sessions(session, staff.clinic_id, staff.id, now)
            pass_letters_on(session, staff)
            audit.note(session, viewer, "staff-disabled", now, subject=staff.id)
    give_back(session, viewer, staff_id, now)
    return staff


def _must_not_be_last(session: Session, staff: Staff, role: Role | None) -> None:
    """Raise WrongState where nobody would be left to do what somebody did before they had this role, or none."""
    if staff.role is Role.CLINIC_ADMIN and not _others_administer(session, staff):
        raise WrongState(LAST_ADMIN, code="last-admin", state="last-admin")
    reads_no_more = staff.role in CLINICIANS and role not in CLINICIANS
    if reads_no_more and not _others_read(session, staff):
        raise WrongState(LAST_READER, code="last-recipient", state="last-recipient")


def _others_read(session: Session, staff: Staff) -> bool:
    """Return whether mail about alerts reaches another clinician, who can sign in where this one can."""
    others = readers(session, staff.clinic_id) - {staff.id}
    can_sign_in = {each.staff.id for each in kept.team_of(session, staff.clinic_id) if each.has_password}
    return bool(others & can_sign_in if staff.id in can_sign_in else others)


def _others_administer(session: Session, staff: Staff) -> bool:
    """Return whether another administrator can sign in."""
    return any(
        has_password and other.id != staff.id and other.role is Role.CLINIC_ADMIN and other.disabled_at is None
        for other, has_password, _ in kept.team_of(session, staff.clinic_id)
    )


def enable(session: Session, viewer: Viewer, staff_id: UUID, now: datetime) -> Staff:
    """Let somebody work here again, who then has to sign in, and return them; once more changes nothing.

    Raises NotFound for staff of another clinic.
    """
    with _changing(session, viewer, staff_id) as staff:
        if staff.disabled_at is not None:
            staff.disabled_at = None
            audit.note(session, viewer, "staff-enabled", now, subject=staff.id)
    return staff
