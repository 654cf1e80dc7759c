"""Staff: inviting them, signing them in and out. Sessions live here, so that ending one ends it at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rehab_tracker.domain.access import STAFF, Action, Role, Viewer, must_be_allowed, system
from rehab_tracker.domain.errors import InvalidValue, NotSignedIn, WrongState
from rehab_tracker.domain.mail_address import ADDRESS, LONGEST_ADDRESS, mail_address
from rehab_tracker.domain.strict_json import checked_text
from rehab_tracker.domain.translation import N_
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services import audit, throttle
from rehab_tracker.services.credentials import digest, new_token
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.people import Staff, StaffSession, session_of_token, staff_of_email, staff_of_invitation
from rehab_tracker.storage.team import end_sessions

SHORTEST_PASSWORD = 15
"""Characters, while the password is the only factor (NIST SP 800-63B-4)."""
LONGEST_PASSWORD = 256
LONGEST_NAME = 200
INVITATION_LIFE = timedelta(hours=72)
IDLE_LIFE = timedelta(minutes=30)
"""Without a request for this long a session is over (NIST SP 800-63B, AAL2)."""
WHOLE_LIFE = timedelta(hours=12)
SEEN_STEP = timedelta(minutes=1)
"""How often a session's last use is written down; not at every request."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id with OWASP's minimum: 19 MiB, 2 passes, 1 lane."""

NOBODY = HASHER.hash("nobody has this password, but checking it takes as long")
COMMON = ("123456789012345", "passwordpassword", "qwertyuiopasdfg", "111111111111111", "aaaaaaaaaaaaaaa")
WRONG = N_("This e-mail address and password do not belong together.")


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a new member of staff needs: the token of a link that works once, for 72 hours."""

    staff: Staff
    token: str


def add_staff(
    session: Session, viewer: Viewer, clinic: Clinic, email: str, name: str, role: Role, language: str, now: datetime
) -> Invitation:
    """Add a member of staff without a password, and return the invitation that lets them choose one.

    Raises InvalidValue for a role that is no staff role, an address without @ or one that is taken.
    """
    must_be_allowed(viewer, Action.MANAGE_STAFF)
    address, called = mail_address(email, "/email"), _line(name, LONGEST_NAME, "/name")
    if not called:
        raise InvalidValue("Give a name.", code="too-short", pointer="/name")
    if role not in STAFF:
        raise InvalidValue("Choose a role of staff.", code="unknown-code", pointer="/role")
    if language not in LANGUAGES:
        raise InvalidValue("Choose a language from the list.", code="unknown-code", pointer="/language")
    with transaction(session):
        if staff_of_email(session, viewer.clinic_id, address):
            raise taken()
        staff = Staff(
            clinic_id=viewer.clinic_id, email=address, name=called, role=role, language=language, created_at=now
        )
        token = new_invitation(clinic, staff, now)
        session.add(staff)
        try:
            session.flush()
        except IntegrityError:
            raise taken() from None  # by somebody who was added at the same moment
        audit.note(session, viewer, "staff-added", now, subject=staff.id, role=str(role))
    return Invitation(staff, token)


def _line(text: str, longest: int, pointer: str) -> str:
    try:
        return checked_text(text.strip(), longest)
    except InvalidValue as refusal:
        raise refusal.at(pointer) from None


def taken() -> InvalidValue:
    """Return the refusal of an address that another member of the clinic's staff has, or had."""
    return InvalidValue("Somebody of this clinic has this e-mail address already.", code="taken", pointer="/email")


def new_invitation(clinic: Clinic, staff: Staff, now: datetime) -> str:
    """Let somebody choose a password by a new link, and return its token; the one before is void."""
    token = new_token(clinic.public_id)
    staff.invitation_sha256, staff.invitation_expires_at = digest(token), now + INVITATION_LIFE
    return token


def has_left() -> WrongState:
    """Return the refusal to change anything of somebody who works here no more."""
    return WrongState("This person has left. Let them work here again first.", code="has-left", state="left")


def accept_invitation(session: Session, clinic: Clinic, token: str, password: str, now: datetime) -> Staff:
    """Set the password of the member of staff who was invited by this token, and return them.

    Raises NotSignedIn for a token that is unknown, used or older than 72 hours, InvalidValue for a weak password.
    """
    with transaction(session):
        staff = staff_of_invitation(session, clinic.id, digest(token))
        expires_at = staff.invitation_expires_at if staff and staff.disabled_at is None else None
        if staff is None or expires_at is None or expires_at <= now:
            raise NotSignedIn("This invitation is no longer valid. Ask your administrator for a new one.")
        must_be_strong(password, staff, clinic)
        staff.password_hash = HASHER.hash(password)
        staff.invitation_sha256 = staff.invitation_expires_at = None
        # Who knew an earlier password may be signed in.
        end_sessions(session, clinic.id, staff.id, now)
        audit.note(session, _viewer(staff), "invitation-accepted", now, subject=staff.id)
    return staff


def must_be_strong(password: str, staff: Staff, clinic: Clinic) -> None:
    """Raise InvalidValue for a password that is short, common, or made of the names of the person or the clinic."""
    checked_text(password, LONGEST_PASSWORD)
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidValue("Use at least %(least)d characters.", code="too-short", least=SHORTEST_PASSWORD)
    plain = password.casefold()
    own = {staff.email, staff.name.casefold(), clinic.name.casefold(), clinic.slug, "rehab_tracker"}
    if plain in COMMON or len(set(plain)) < 5 or plain in own:
        raise InvalidValue("This password is easy to guess. Use four words that do not belong together.", code="weak")


def sign_in(session: Session, clinic: Clinic, email: str, password: str, now: datetime) -> str:
    """Return the token of a new session; raise NotSignedIn for a wrong pair, TooManyAttempts after too many of them.

    An unknown address takes as long and answers as a wrong password does.
    """
    address = email.strip().casefold()[:LONGEST_ADDRESS]
    subject = throttle.subject_of("sign-in", address)
    with transaction(session):
        throttle.must_wait_no_more(session, clinic.id, subject, now)
        staff = staff_of_email(session, clinic.id, address) if ADDRESS.fullmatch(address) else None
    right = _is_right(staff, password if len(password) <= LONGEST_PASSWORD else "")
    with transaction(session):
        if staff is None or not right:
            throttle.failed(session, clinic.id, subject, now)
            audit.note(session, system(clinic.id), "sign-in-refused", now, subject=staff.id if staff else None)
            token = None
        else:
            throttle.succeeded(session, clinic.id, subject)
            token = _new_session(session, clinic, staff, now)
    if token is None:
        raise NotSignedIn(WRONG)
    return token


def _is_right(staff: Staff | None, password: str) -> bool:
    kept = staff.password_hash if staff is not None and staff.disabled_at is None else None
    try:
        HASHER.verify(kept or NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


def _new_session(session: Session, clinic: Clinic, staff: Staff, now: datetime) -> str:
    token = new_token(clinic.public_id)
    row = StaffSession(
        clinic_id=clinic.id, staff_id=staff.id, token_sha256=digest(token), created_at=now, last_seen_at=now
    )
    session.add(row)
    session.flush()
    audit.note(session, _viewer(staff, row), "signed-in", now, subject=staff.id)
    return token


def _viewer(staff: Staff, row: StaffSession | None = None, request_id: str = "") -> Viewer:
    return Viewer(staff.clinic_id, staff.role, staff.id, row.id if row else None, staff.language, request_id)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who stands behind a session's token."""

    viewer: Viewer
    name: str


def signed_in(session: Session, clinic_id: int, token: str, now: datetime, request_id: str = "") -> SignedIn:
    """Return who stands behind this token.

    Raises NotSignedIn when it is unknown, ended, idle for 30 minutes, or 12 hours old.
    """
    with transaction(session):
        found = session_of_token(session, clinic_id, digest(token))
        if found is None:
            raise NotSignedIn()
        row, staff = found
        idle, age = now - row.last_seen_at, now - row.created_at
        if row.ended_at or staff.disabled_at or idle > IDLE_LIFE or age > WHOLE_LIFE:
            raise NotSignedIn("You have been signed out to protect your patients' data. Sign in again.")
        if idle > SEEN_STEP:
            row.last_seen_at = now
    return SignedIn(_viewer(staff, row, request_id), staff.name)


def sign_out(session: Session, clinic_id: int, token: str, now: datetime) -> None:
    """End the session behind this token, at once and for good; an unknown one is nothing to end."""
    with transaction(session):
        found = session_of_token(session, clinic_id, digest(token))
        if found and found[0].ended_at is None:
            found[0].ended_at = now
            audit.note(session, _viewer(found[1], found[0]), "signed-out", now, subject=found[1].id)
