"""Trouble with mail: a clinic's administrators are told of addresses that fail and of readers who are the last."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Role, Viewer
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.mail.delivery_trouble import WhyNot
from rehab_tracker.mail.letters import LetterKind
from rehab_tracker.services.letters import PLANNED, add, to_staff
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Staff, staff_of_clinic


def tell_admins(session: Session, viewer: Viewer, letter: Letter, why: WhyNot, now: datetime) -> int:
    """Write to each administrator that a letter did not arrive, within the caller's transaction; return how many.

    At most one a day for each address and reason. What fails of these letters themselves is told to the other
    administrators. An address that was changed since is no trouble any more.
    """
    staff = session.get(Staff, (letter.clinic_id, letter.staff_id)) if letter.staff_id else None
    if staff and staff.email != letter.address:
        return 0
    values = {"name": staff.name if staff else "", "why": str(why)}
    page = "team" if staff and why is WhyNot.NO_SUCH_ADDRESS else "clock"
    return _write(session, LetterKind.DELIVERY_TROUBLE, letter.address, values, page, letter.clinic_id, now)


def tell_of_last_recipient(session: Session, viewer: Viewer, staff: Staff, now: datetime) -> int:
    """Write to each administrator, once a day, that the last who gets digests wants to leave them."""
    values = {"name": staff.name}
    return _write(session, LetterKind.LAST_RECIPIENT, staff.email, values, "duty", viewer.clinic_id, now)


def _write(
    session: Session, kind: LetterKind, about: str, values: dict[str, str], page: str, clinic_id: int, now: datetime
) -> int:
    clinic = session.get_one(Clinic, clinic_id)
    # It may be a patient's address, which has no place in a letter to anybody else.
    what = f"{about}:{values.get('why', '')}"
    key = f"{local_day(now, time_zone(clinic.time_zone)).isoformat()}:{sha256(what.encode()).hexdigest()}"
    written = 0
    for admin in staff_of_clinic(session, clinic_id):
        if admin.role is Role.CLINIC_ADMIN and admin.address_failed_at is None and admin.email != about:
            letter = to_staff(admin, kind, key, PLANNED, now, now)
            letter.values = {**values, "path": f"/c/{clinic.slug}/{page}"}
            written += add(session, letter, joins=False)
    return written
