"""One by one: work on many patients, each in a transaction of its own, so that none holds up or loses the others."""

from collections.abc import Callable, Iterable
from uuid import UUID

import structlog

from rehab_tracker.services import faults

LOG = structlog.get_logger("rehab_tracker.clock")


class PatientsFailedError(Exception):
    """The work on some patients could not be done; that on all others was."""


def one_by_one(
    patients: Iterable[UUID], work: Callable[[UUID], object], go_on: Callable[[], None], failed: str, clinic_id: int
) -> None:
    """Do some work for each patient; what goes wrong is logged as ``failed``, by the patient's id alone.

    ``go_on`` is called before each and raises where the rest is not ours to do. Raises PatientsFailedError at the end
    where the work for anybody could not be done.
    """
    faulty = 0
    for patient_id in patients:
        go_on()
        try:
            work(patient_id)
        except Exception as fault:
            LOG.error(failed, clinic=clinic_id, patient=str(patient_id), **faults.told(fault))
            faulty += 1
    if faulty:
        raise PatientsFailedError
