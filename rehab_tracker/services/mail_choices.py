"""Choices about mail: when a clinician's digests come, and what they can do without; the last reader can't leave."""

from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import CLINICIANS, Action, Viewer, must_be_allowed, system
from rehab_tracker.domain.errors import InvalidValue, NotFound, WrongState
from rehab_tracker.domain.local_time import wall_time
from rehab_tracker.domain.mail_wishes import MailWishes
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.translation import N_
from rehab_tracker.mail.letters import OPTIONAL
from rehab_tracker.services import audit
from rehab_tracker.services.delivery_trouble import tell_of_last_recipient
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.duty import MailPreference
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Staff, lock_staff, staff_of_clinic

LEAVE_LIFE = timedelta(days=60)
"""How long the link by which a digest can be left works (house rule)."""

LAST = N_("Nobody else of the clinic gets digests. Ask somebody to take them before you leave them.")
"""Why the last reader can't leave: somebody must notice that patients wait, and that mail still comes."""


def wishes_of(session: Session, clinic_id: int, staff_id: UUID) -> MailWishes:
    """Return what somebody chose of their mail, else the defaults."""
    row = session.get(MailPreference, (clinic_id, staff_id))
    if row is None:
        return MailWishes()
    return MailWishes(row.morning_at, row.evening_at, row.time_zone, frozenset(row.unwanted))


def mail_choices(session: Session, viewer: Viewer) -> MailWishes:
    """Return the viewer's own choices."""
    must_be_allowed(viewer, Action.CHOOSE_MAIL)
    assert viewer.person is not None
    with transaction(session):
        return wishes_of(session, viewer.clinic_id, viewer.person)


def choose_mail(session: Session, viewer: Viewer, wishes: MailWishes, now: datetime) -> MailWishes:
    """Keep the viewer's choices and return them; the digests follow within a minute.

    Whoever chooses wants mail at the address that is known, so it is tried again where it failed.

    Raises InvalidValue for a time, zone or kind that there is not, WrongState for the last who gets digests.
    """
    must_be_allowed(viewer, Action.CHOOSE_MAIL)
    assert viewer.person is not None
    _must_be_possible(wishes)
    with transaction(session):
        staff = session.get(Staff, (viewer.clinic_id, viewer.person))
        if staff is None:
            raise NotFound()
        _keep(session, viewer, viewer.person, wishes, now)
        staff.address_failed_at = None
    return wishes


def _must_be_possible(wishes: MailWishes) -> None:
    for name in ("morning_at", "evening_at"):
        time = getattr(wishes, name)
        if time is not None:
            wall_time(time, f"/{name}")
    if wishes.morning_at and wishes.evening_at and wishes.morning_at >= wishes.evening_at:
        raise InvalidValue("The evening digest comes after the morning one.", code="order", pointer="/evening_at")
    if wishes.time_zone is not None:
        time_zone(wishes.time_zone, "/time_zone")
    if not wishes.unwanted <= set(OPTIONAL):
        raise InvalidValue("These letters can't be left.", code="unknown-code", pointer="/unwanted")


def _keep(session: Session, viewer: Viewer, staff_id: UUID, wishes: MailWishes, now: datetime) -> None:
    """Write somebody's wishes; raise WrongState where nobody else would read digests any more."""
    # Under the lock of all, so that of the last two who leave at once the second is refused.
    lock_staff(session, viewer.clinic_id)
    if not wishes.wants_digests and not readers(session, viewer.clinic_id) - {staff_id}:
        raise WrongState(LAST, code="last-recipient", state="last-recipient")
    row = session.get(MailPreference, (viewer.clinic_id, staff_id))
    if row is None:
        row = MailPreference(clinic_id=viewer.clinic_id, staff_id=staff_id)
        session.add(row)
    row.morning_at, row.evening_at, row.time_zone = wishes.morning_at, wishes.evening_at, wishes.time_zone
    row.unwanted, row.changed_at = sorted(wishes.unwanted), now
    session.flush()
    audit.note(session, viewer, "mail-chosen" if wishes.wants_digests else "digests-left", now, subject=staff_id)


def readers(session: Session, clinic_id: int) -> frozenset[UUID]:
    """Return the clinicians who get digests at an address that works, within the caller's transaction."""
    return frozenset(
        staff.id
        for staff in staff_of_clinic(session, clinic_id)
        if staff.role in CLINICIANS
        and staff.address_failed_at is None
        and wishes_of(session, clinic_id, staff.id).wants_digests
    )


def reader_of(session: Session, clinic: Clinic, token: str, now: datetime) -> Staff:
    """Return who would leave the digests by this link; nothing is used up by asking.

    Raises NotFound for a link that is unknown, of another clinic, or older than 60 days.
    """
    with transaction(session):
        return _reader(session, clinic.id, token, now)


def leave_digests(session: Session, clinic: Clinic, token: str, now: datetime) -> Staff:
    """Let whoever holds a digest's link leave the digests, without signing in, and return who that is.

    Raises NotFound as ``reader_of`` does. For the last who gets them it raises WrongState, and the administrators are
    told that somebody else must take over.
    """
    try:
        with transaction(session):
            staff = _reader(session, clinic.id, token, now)
            viewer = Viewer(clinic.id, staff.role, staff.id, language=staff.language)
            _keep(session, viewer, staff.id, wishes_of(session, clinic.id, staff.id).without_digests(), now)
    except WrongState:
        with transaction(session):
            tell_of_last_recipient(session, system(clinic.id), _reader(session, clinic.id, token, now), now)
        raise
    return staff


def _reader(session: Session, clinic_id: int, token: str, now: datetime) -> Staff:
    named, _, secret = token.partition(".")
    letter = session.get(Letter, (clinic_id, UUID(named))) if _is_hex(named) else None
    kept = letter.values.get("leave", "").rpartition(".")[2] if letter else ""
    if letter is None or not kept or not compare_digest(kept.encode(), secret.encode()):
        raise NotFound()
    staff = session.get(Staff, (clinic_id, letter.staff_id))
    if staff is None or staff.disabled_at or now - letter.created_at > LEAVE_LIFE:
        raise NotFound()
    return staff


def _is_hex(text: str) -> bool:
    return len(text) == 32 and set(text) <= set("0123456789abcdef")
