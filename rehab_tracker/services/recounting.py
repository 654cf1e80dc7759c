"""Recounting: after a change of the working hours every deadline of the clinic is counted anew, patient by patient.

Each patient is a transaction of its own under that patient's lock, as all that changes alerts is. Done again it changes
nothing, so that a count that broke off begins anew.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.services import deadlines
from rehab_tracker.services.one_by_one import one_by_one
from rehab_tracker.services.reach import lock_records
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alert_upkeep import alerts_with_deadline, patients_with_deadlines
from rehab_tracker.storage.database import read_only


def recount(sessions: Callable[[], Session], viewer: Viewer, now: datetime, go_on: Callable[[], None]) -> int:
    """Count every deadline of a clinic by its present hours and return for how many patients that was done.

    ``go_on`` is called before each patient and raises where the rest is not ours to do. Raises PatientsFailedError at
    the end where somebody's could not be counted.
    """
    must_be_allowed(viewer, Action.ESCALATE)
    with sessions() as session, transaction(read_only(session)):
        patients = patients_with_deadlines(session, viewer.clinic_id)

    def count(patient_id: UUID) -> None:
        with sessions() as session, transaction(session):
            _recount_patient(session, viewer.clinic_id, patient_id, now)

    one_by_one(patients, count, go_on, "recount-failed", viewer.clinic_id)
    return len(patients)


def _recount_patient(session: Session, clinic_id: int, patient_id: UUID, now: datetime) -> None:
    lock_records(session, clinic_id, patient_id)
    for alert in alerts_with_deadline(session, clinic_id, patient_id):
        deadlines.recount(session, alert, now)
