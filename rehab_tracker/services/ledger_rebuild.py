"""Rebuilding: the site ledgers of a whole clinic made anew from the entries, or only compared with them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.services import audit
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.reach import lock_records
from rehab_tracker.services.site_ledger import Compared, compared, make_ledgers
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.database import read_only
from rehab_tracker.storage.people import patient_of
from rehab_tracker.storage.stored_story import people_of_clinic


@dataclass(slots=True)
class Rebuilt:
    """How many patients were looked at, how many places they have a ledger of, and in how many rows something else was.

    ``outdated`` are the patients whose ledgers did not count any more, or not yet; their rows are no differences.
    """

    patients: int = 0
    places: int = 0
    differ: int = 0
    outdated: int = 0


def rebuild_ledgers(
    session: Session,
    viewer: Viewer,
    now: datetime,
    check: bool = False,
    shown: Callable[[int, int], None] | None = None,
) -> Rebuilt:
    """Make every patient's site ledgers anew from the entries, and return what was found; with ``check`` write nothing.

    Each patient has a transaction of its own. ``shown`` is told how many of how many are done.
    """
    must_be_allowed(viewer, Action.REBUILD_LEDGERS)
    with transaction(session):
        people = people_of_clinic(session, viewer.clinic_id)
    told = Rebuilt()
    for number, patient_id in enumerate(people, start=1):
        found = _checked(session, viewer, patient_id) if check else _rebuilt(session, viewer, patient_id, now)
        session.expunge_all()
        if found:
            told.patients += 1
            told.places += found.places
            told.differ += found.differ if found.is_current else 0
            told.outdated += not found.is_current
        if shown:
            shown(number, len(people))
    return told


def _checked(session: Session, viewer: Viewer, patient_id: UUID) -> Compared | None:
    """Compare one patient's ledgers; None for whom another record has taken over meanwhile."""
    with transaction(session):
        read_only(session)
        patient = patient_of(session, viewer.clinic_id, patient_id)
        if patient is None or patient.merged_into:
            return None
        return compared(session, patient, in_force(session, viewer.clinic_id).rules)


def _rebuilt(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Compared | None:
    """Make one patient's ledgers anew where they are not what follows from the entries."""
    with transaction(session):
        patient = lock_records(session, viewer.clinic_id, patient_id).kept
        if patient.id != patient_id:
            return None
        rules = in_force(session, viewer.clinic_id).rules
        found = compared(session, patient, rules)
        if found.differ or not found.is_current:
            make_ledgers(session, patient, rules)
            audit.note(session, viewer, "ledgers-rebuilt", now, patient_id=patient.id, count=found.differ)
        return found
