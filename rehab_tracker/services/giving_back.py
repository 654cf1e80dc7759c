"""Giving back: of what somebody looked after, or was still to be told, others are told once that person can no more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.alert_life import STANDS
from rehab_tracker.domain.errors import NotFound
from rehab_tracker.services import letters
from rehab_tracker.services.alert_steps import note_step
from rehab_tracker.services.deadlines import GIVEN_BACK, renew
from rehab_tracker.services.reach import lock_records
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert, alert_of, alerts_in_hand
from rehab_tracker.storage.database import read_only
from rehab_tracker.storage.letters import Letter, LetterState
from rehab_tracker.storage.people import Staff
from rehab_tracker.storage.team import letters_of

NO_LONGER_HERE = "the recipient reads no alerts any more"


def give_back(session: Session, viewer: Viewer, staff_id: UUID, now: datetime) -> int:
    """Open what somebody has acknowledged or put to rest, from the lowest rung on, and return how many alerts.

    Each goes in a transaction of its own, under its patient's lock alone; what is given back already stays as it is.
    Raises NotFound for staff of another clinic or none.
    """
    must_be_allowed(viewer, Action.MANAGE_STAFF)
    with transaction(read_only(session)):
        if session.get(Staff, (viewer.clinic_id, staff_id)) is None:
            raise NotFound()
        held = [alert.id for alert in alerts_in_hand(session, viewer.clinic_id, staff_id)]
    return sum(_give_back(session, viewer, alert_id, staff_id, now) for alert_id in held)


def _give_back(session: Session, viewer: Viewer, alert_id: UUID, staff_id: UUID, now: datetime) -> bool:
    with transaction(session):
        alert = _locked(session, viewer, alert_id)
        # Meanwhile somebody else may have taken or closed it.
        if alert.acknowledged_by != staff_id or alert.state not in STANDS:
            return False
        alert.enter(AlertState.OPEN)
        alert.acknowledged_by = alert.acknowledged_at = None
        session.flush()
        note_step(session, viewer, alert, GIVEN_BACK, now)
        renew(session, alert, now)
        letters.write(session, alert, now, gathers=True)
    return True


def _locked(session: Session, viewer: Viewer, alert_id: UUID) -> Alert:
    alert = alert_of(session, viewer.clinic_id, alert_id)
    assert alert is not None
    lock_records(session, viewer.clinic_id, alert.patient_id)
    session.refresh(alert)
    return alert


def waiting_for(session: Session, staff: Staff) -> list[Letter]:
    """Return the letters that wait for somebody; what an old address is told goes there, whatever comes after it.

    Locked within the caller's transaction, but for those that somebody else holds at this moment.
    """
    waiting = letters_of(session, staff.clinic_id, staff.id)
    return [letter for letter in waiting if letter.values.get("is_new", True)]


def pass_letters_on(session: Session, staff: Staff) -> None:
    """Send nothing more to somebody; of urgent alerts that they were not told of yet, the next person is told.

    Belongs to the caller's transaction.
    """
    for letter in waiting_for(session, staff):
        letter.state = LetterState.DEAD if letter.alert_id else LetterState.CANCELLED
        letter.last_answer = NO_LONGER_HERE
