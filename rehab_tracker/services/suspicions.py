"""Suspicions: of many patients at once, the suspected places of which nobody has found out more for two weeks."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.record_item import ItemKind
from rehab_tracker.domain.suspicion import Suspicion, suspected, unfound
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.suspicions import findings_of, suspected_lately

FINDINGS = (ItemKind.RADIOGRAPH, ItemKind.MRI, ItemKind.EXAMINATION)
"""What says something of one place; blood and bone density do not."""


def suspicions(
    session: Session, clinic_id: int, patients: Collection[UUID], now: datetime
) -> dict[UUID, tuple[Suspicion, ...]]:
    """Return, by patient, the places suspected for 14 days or more without a finding, longest first."""
    told = suspected_lately(session, clinic_id, patients)
    if not told:
        return {}
    today = local_day(now, time_zone(session.get_one(Clinic, clinic_id).time_zone))
    findings = findings_of(session, clinic_id, list(told), FINDINGS)
    return {who: unfound(suspected(each), findings.get(who, ()), today) for who, each in told.items()}
