"""Usefulness: each rule's alerts of some days, counted by what they turned out to be.

It is a command of the operator's machine and answers with counts alone: nobody of the staff reads a record, so the
audit has nothing to note.
"""

from datetime import date

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.usefulness import Alike, Usefulness, usefulness
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import alerts_counted
from rehab_tracker.storage.database import read_only


def count_usefulness(session: Session, viewer: Viewer, first: date, last: date) -> list[Usefulness]:
    """Return what became of the alerts that were raised between two of the patients' days, both included, up to now.

    Raises InvalidValue (``days-turned``) where the days are turned round.
    """
    must_be_allowed(viewer, Action.COUNT_OUTCOMES)
    if first > last:
        raise InvalidValue("Choose a first day that is not after the last one.", code="days-turned")
    with transaction(session):
        read_only(session)
        return usefulness(Alike(*each) for each in alerts_counted(session, viewer.clinic_id, first, last))
