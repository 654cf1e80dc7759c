"""Letters to the care team about plans that held, stepped back or went on: one a day for each reader, counts only."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import CLINICIANS
from rehab_tracker.domain.local_time import next_slot
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.mail.letters import LetterKind
from rehab_tracker.services.letters import FOR_INFORMATION, add, to_staff
from rehab_tracker.services.mail_choices import wishes_of
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.people import Patient, Staff, care_team_of, staff_of_clinic

TOLD_AT = time(17, 0)
"""The local time at which a day's changes are told, as the last patients leave (house rule)."""

OF_USE = timedelta(days=1)

Stood = dict[str, Any]
"""Where a plan stands, as it is kept with it."""


def tell_team(session: Session, patient: Patient, told: Mapping[UUID, tuple[Stood, Stood]], now: datetime) -> None:
    """Write to a patient's care team about the plans that moved, within the caller's transaction.

    ``told`` holds, by plan, where it stood before and where it stands now. A plan that has just begun is no news.
    """
    moved = {plan: stands for plan, (before, stands) in told.items() if before and _has_moved(before, stands)}
    if not moved:
        return
    team = care_team_of(session, patient.clinic_id, patient.id)
    for staff in staff_of_clinic(session, patient.clinic_id):
        if staff.id in team and staff.role in CLINICIANS and staff.address_failed_at is None:
            _tell(session, staff, moved, now)


def _has_moved(before: Stood, stands: Stood) -> bool:
    is_elsewhere = (before["phase"], before["step"]) != (stands["phase"], stands["step"])
    return is_elsewhere or bool(stands["held_since"] and not before["held_since"])


def _tell(session: Session, staff: Staff, moved: Mapping[UUID, Stood], now: datetime) -> None:
    wishes, clinic = wishes_of(session, staff.clinic_id, staff.id), session.get_one(Clinic, staff.clinic_id)
    if LetterKind.PLAN_CHANGE in wishes.unwanted:
        return
    slot = next_slot(now, TOLD_AT, time_zone(wishes.time_zone or clinic.time_zone))
    for plan, stands in moved.items():
        key = f"{slot.for_date.isoformat()}:{plan}:{stands['phase']}:{stands['step']}:{stands['held_since'] or ''}"
        letter = to_staff(staff, LetterKind.PLAN_CHANGE, key, FOR_INFORMATION, slot.due_at, now)
        letter.values, letter.expires_at = {"path": f"/c/{clinic.slug}/"}, slot.due_at + OF_USE
        add(session, letter)
