"""Escalating: what happens to an alert at its deadline, or when a letter about it does not arrive.

Open, it is told to the next rung of the ladder; at rest, it wakes; taken and forgotten, it is anybody's again.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import AlertState, Level
from rehab_tracker.domain.alert_life import woken
from rehab_tracker.domain.duty import TOP_RUNG
from rehab_tracker.mail.letters import LetterKind
from rehab_tracker.services import ladder, letters
from rehab_tracker.services.alert_steps import note_step
from rehab_tracker.services.clinics import calendar_of
from rehab_tracker.services.deadlines import CLIMBED, FORGOTTEN, WOKEN, count_anew, give_time, opened_at, renew
from rehab_tracker.services.reach import lock_records
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alert_due import keep_due
from rehab_tracker.storage.alerts import Alert, alert_of
from rehab_tracker.storage.people import Staff
from rehab_tracker.storage.undelivered import alerts_undelivered, mark_climbed, recipients_since

LATE_AFTER = timedelta(minutes=15)
"""How long an urgent letter may be on its way before the next person is told."""
AFTER_CLOSING = timedelta(minutes=30)
"""How long after closing time a deadline that fell on it is still acted on: people are leaving (house rule)."""

OVERDUE, NOT_DELIVERED = "overdue", "not-delivered"
"""Why an alert climbs: nobody took it in time, or a letter about it did not arrive."""
REMINDED = "reminded"
"""The step of an overdue alert that nobody else can be told: whoever looks after it has a letter."""
ENDED, NOT_YET, CLOSED_NOW, ALL_TOLD = "ended", "not-yet", "closed-now", "all-told"


def alert_due(session: Session, viewer: Viewer, alert_id: UUID, now: datetime) -> str:
    """Do what an alert's deadline asks for, and return in a word what that was; once more does nothing.

    Belongs to the caller's transaction, in which it takes the patient's lock. Asked before the deadline, as after a
    change of the working hours, it counts that anew. While the clinic is closed it waits for the next opening.
    """
    must_be_allowed(viewer, Action.ESCALATE)
    alert = _locked(session, viewer, alert_id)
    if alert is None or alert.deadline_at is None:
        keep_due(session, viewer.clinic_id, alert_id, None)
        return ENDED
    due_at: datetime | None = alert.deadline_at
    if alert.deadline_at > now or _is_for_the_list(alert):
        due_at = count_anew(session, alert)
    if due_at is None or due_at > now:
        return NOT_YET
    hours = calendar_of(session, viewer.clinic_id)
    if not hours.is_open(now) and not hours.is_open(now - AFTER_CLOSING):
        keep_due(session, viewer.clinic_id, alert_id, hours.next_opening(now))
        return CLOSED_NOW
    return _act(session, viewer, alert, now)


def _locked(session: Session, viewer: Viewer, alert_id: UUID) -> Alert | None:
    """Return an alert as it is under its patient's lock, under which alone alerts change."""
    alert = alert_of(session, viewer.clinic_id, alert_id)
    if alert is not None:
        lock_records(session, viewer.clinic_id, alert.patient_id)
        session.refresh(alert)
    return alert


def _is_for_the_list(alert: Alert) -> bool:
    return alert.level is Level.INFO and alert.state is not AlertState.SNOOZED


def _act(session: Session, viewer: Viewer, alert: Alert, now: datetime) -> str:
    match alert.state:
        case AlertState.OPEN:
            return CLIMBED if climb(session, viewer, alert, OVERDUE, now) else _rests(session, viewer, alert, now)
        case AlertState.ACKNOWLEDGED:
            return _forget(session, viewer, alert, now)
        case AlertState.SNOOZED:
            return _wake(session, viewer, alert, now)
    keep_due(session, alert.clinic_id, alert.id, None)
    return ENDED


def _rests(session: Session, viewer: Viewer, alert: Alert, now: datetime) -> str:
    """Ask no more, once somebody has a letter that it is overdue; the alert stays so in everybody's list."""
    keep_due(session, alert.clinic_id, alert.id, None)
    return REMINDED if _remind(session, viewer, alert, now) else ALL_TOLD


def climb(session: Session, viewer: Viewer, alert: Alert, why: str, now: datetime) -> bool:
    """Tell an open alert to the next rung on which anybody is new, and return False where all have been told.

    Belongs to the caller's transaction, which holds the patient's lock. Each rung has 2 working hours.
    """
    before = alert.rung
    to = _next_rung(session, alert, why, now)
    if not to:
        return False
    give_time(session, alert, now)
    session.flush()
    note_step(session, viewer, alert, CLIMBED, now, ladder.names(to), before={"rung": str(before), "why": why})
    letters.write_escalation(session, alert, to, now, gathers=why == OVERDUE)
    return True


def _remind(session: Session, viewer: Viewer, alert: Alert, now: datetime) -> bool:
    """Write once, where nobody else can be told, to whoever looks after an overdue alert; return whether that was now.

    They may know of it from a digest only, or from a letter of long before.
    """
    since = opened_at(session, alert)
    if recipients_since(session, alert.clinic_id, alert.id, since, LetterKind.ESCALATION):
        return False
    today = calendar_of(session, alert.clinic_id).today(now)
    to = ladder.rungs(session, alert.clinic_id, alert.patient_id, today)[alert.rung]
    note_step(session, viewer, alert, REMINDED, now, ladder.names(to))
    letters.write_escalation(session, alert, to, now, gathers=True)
    return True


def _next_rung(session: Session, alert: Alert, why: str, now: datetime) -> list[Staff]:
    """Put an alert on the next rung with anybody new, and return these; on the top there is nobody new.

    Where a letter did not arrive, whoever stands on the same rung in place of its recipient comes first.
    """
    today = calendar_of(session, alert.clinic_id).today(now)
    rungs = ladder.rungs(session, alert.clinic_id, alert.patient_id, today)
    told = recipients_since(session, alert.clinic_id, alert.id, opened_at(session, alert))
    if alert.level is not Level.URGENT:
        # Whoever looks after it has read of it in a digest.
        told |= {staff.id for staff in rungs[0]}
    for rung in range(alert.rung + (why == OVERDUE), TOP_RUNG + 1):
        if new := [staff for staff in rungs[rung] if staff.id not in told]:
            alert.rung = rung
            return new
    return []


def _forget(session: Session, viewer: Viewer, alert: Alert, now: datetime) -> str:
    """Let an alert that somebody took and has not ended be anybody's again, from the lowest rung on."""
    alert.enter(AlertState.OPEN)
    alert.acknowledged_by = alert.acknowledged_at = None
    session.flush()
    note_step(session, viewer, alert, FORGOTTEN, now)
    renew(session, alert, now)
    letters.write(session, alert, now, gathers=True)
    return FORGOTTEN


def _wake(session: Session, viewer: Viewer, alert: Alert, now: datetime) -> str:
    """End an alert's rest: whoever put it to rest has it again, with the time of one just taken."""
    alert.enter(woken(alert.state))
    session.flush()
    note_step(session, viewer, alert, WOKEN, now)
    renew(session, alert, now)
    return WOKEN


def climb_undelivered(session: Session, viewer: Viewer, now: datetime) -> int:
    """Let each open urgent alert climb a letter about which does not arrive, and return how many did, at any hour.

    That is one which bounced or died, whose address failed, or which has not left for 15 minutes. Each alert climbs in
    a transaction of its own, and each letter lets it climb once.
    """
    must_be_allowed(viewer, Action.ESCALATE)
    with transaction(session):
        found = alerts_undelivered(session, viewer.clinic_id, now - LATE_AFTER)
    return sum(_climb_undelivered(session, viewer, alert_id, now) for alert_id in found)


def _climb_undelivered(session: Session, viewer: Viewer, alert_id: UUID, now: datetime) -> bool:
    with transaction(session):
        alert = _locked(session, viewer, alert_id)
        written_at = mark_climbed(session, viewer.clinic_id, alert_id, now - LATE_AFTER, now)
        # Another process may have seen to it while we waited for the lock, or the letter is of an earlier opening.
        if alert is None or alert.state is not AlertState.OPEN or written_at is None:
            return False
        return written_at >= opened_at(session, alert) and climb(session, viewer, alert, NOT_DELIVERED, now)
