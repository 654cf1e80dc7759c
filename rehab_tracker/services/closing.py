"""Closing an alert with what it turned out to be; it leaves the lists, and what comes later begins a new one."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import AlertState, closed
from rehab_tracker.domain.closing import AlertOutcome, Closing
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.services import alert_ask, audit, deadlines, letters
from rehab_tracker.services.alert_steps import as_it_is, note_step, reached
from rehab_tracker.services.alert_volume import hush
from rehab_tracker.services.alerts import Occasion, review_patient
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.involvements import usual_pain_row
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert, steps_of

CLOSED = "closed"


def close(
    session: Session,
    viewer: Viewer,
    alert_id: UUID,
    outcome: AlertOutcome,
    note: str,
    usual: int | None,
    now: datetime,
) -> Alert:
    """Close a standing alert with what it turned out to be, and return it; the same once more changes nothing.

    The outcome ``long-standing`` declares ``usual`` (0 to 10) as the joint's usual pain from today on. What was not
    mailed yet of the alert is not mailed any more. Raises NotFound for an alert of another clinic, ReasonNeeded outside
    the care team, WrongState when it stands no more, InvalidValue for an answer that does not fit the alert.
    """
    must_be_allowed(viewer, Action.CLOSE_ALERT)
    closing = Closing(outcome, note.strip(), usual)
    with transaction(session):
        alert, patient = reached(session, viewer, alert_id, now)
        if not _is_said_already(session, viewer, alert, closing):
            _close(Occasion(session, viewer, patient, in_force(session, viewer.clinic_id), now), alert, closing)
    return alert


def _is_said_already(session: Session, viewer: Viewer, alert: Alert, closing: Closing) -> bool:
    """Return whether the same person has closed it with the same words, as when an answer was lost on its way."""
    if alert.state is not AlertState.CLOSED or alert.closed_by != viewer.person:
        return False
    notes = [step.note for step in steps_of(session, viewer.clinic_id, alert.id) if step.step == CLOSED]
    return alert.outcome is not None and Closing(alert.outcome, notes[-1], alert.usual_pain) == closing


def _close(on: Occasion, alert: Alert, closing: Closing) -> None:
    before = as_it_is(alert)
    alert.enter(closed(alert.state))
    closing.must_fit(alert.rule, alert.site)
    today = local_day(on.now, time_zone(on.patient.time_zone))
    alert.outcome, alert.usual_pain = closing.outcome, closing.usual_pain
    # Whoever travels east may have told of tomorrow.
    alert.closed_on = max(today, alert.last_for_date)
    alert.closed_by, alert.closed_at = on.viewer.person, on.now
    on.session.flush()
    note_step(on.session, on.viewer, alert, CLOSED, on.now, closing.note, closing.outcome, before=before)
    alert_ask.take_back(on.session, alert)
    letters.cancel(on.session, alert)
    deadlines.renew(on.session, alert, on.now)
    hush(on.session, alert, on.now)
    if alert.site and closing.usual_pain is not None:
        declare_usual(on, UsualPain(alert.site.joint, closing.usual_pain), today)


def declare_usual(on: Occasion, usual: UsualPain, today: date) -> None:
    """Declare long-standing pain from today on, and ask the rules again: less of it counts now.

    Belongs to the caller's transaction.
    """
    on.session.add(usual_pain_row(on.viewer, on.patient.id, usual, on.now, today, None))
    audit.note(on.session, on.viewer, "usual-pain-declared", on.now, patient_id=on.patient.id, subject=usual.site)
    review_patient(on, today)
