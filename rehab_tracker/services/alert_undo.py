"""Taking back the last step of an alert: by whoever made it, for ten minutes, while nothing newer stands in the way."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import AlertState, Rule
from rehab_tracker.domain.alert_life import HARMLESS, can_be_undone
from rehab_tracker.domain.errors import WrongState
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.translation import N_
from rehab_tracker.services import alert_ask, deadlines, letters
from rehab_tracker.services.alert_steps import note_step, put_back, reached
from rehab_tracker.services.alert_volume import hush
from rehab_tracker.services.alerts import Occasion, review_patient
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.closing import declare_usual
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert, AlertStep, alerts_of_patient, steps_of
from rehab_tracker.storage.involvements import declared_pains_of

NOTHING_TO_UNDO = N_("There is no step of yours that can be undone. A step can be undone for 10 minutes.")
NEWER_STANDS = N_("There is a newer alert about the same. Look at that one.")


def undo(session: Session, viewer: Viewer, alert_id: UUID, now: datetime) -> Alert:
    """Take back one's own last step of an alert, within 10 minutes, and return the alert as it was before.

    Raises NotFound for an alert of another clinic, ReasonNeeded outside the care team, WrongState where the last step
    is not one's own, too old or of a kind that stays, and where a newer alert about the same stands.
    """
    must_be_allowed(viewer, Action.TEND_ALERT)
    with transaction(session):
        alert, patient = reached(session, viewer, alert_id, now)
        step = undoable(steps_of(session, viewer.clinic_id, alert_id), viewer, now)
        if step is None or alert.patient_id != patient.id:
            raise WrongState(NOTHING_TO_UNDO, code="nothing-to-undo", state=str(alert.state))
        on = Occasion(session, viewer, patient, in_force(session, viewer.clinic_id), now)
        was_closed, usual = alert.state is AlertState.CLOSED, alert.usual_pain
        if was_closed:
            _must_be_free(on, alert)
        alert_ask.take_back(session, alert)
        put_back(alert, step.before)
        session.flush()
        alert_ask.ask_again(session, alert, now)
        note_step(session, viewer, alert, "undone", now, undoes=step.id)
        _keep_time(session, alert, step, now)
        if usual is not None:
            _declare_as_before(on, alert)
        if was_closed:
            _say_it_again(on, alert)
    return alert


def undoable(steps: Sequence[AlertStep], viewer: Viewer, now: datetime) -> AlertStep | None:
    """Return the step that the viewer may take back now: the last one that changed anything, if it is the viewer's."""
    undone = {step.undoes for step in steps}
    counted = [step for step in steps if step.id not in undone and step.step not in HARMLESS]
    if not counted:
        return None
    last = max(step.at for step in counted)
    newest = [step for step in counted if step.at == last]
    mine = (step for step in newest if step.actor_id == viewer.person and can_be_undone(step.step, step.at, now))
    return next(mine, None)


def _must_be_free(on: Occasion, alert: Alert) -> None:
    """Raise WrongState where a closing stays, because a newer alert says the same."""
    standing = alerts_of_patient(on.session, alert.clinic_id, alert.patient_id, standing=True)
    if any((other.rule, other.subject) == (alert.rule, alert.subject) for other in standing):
        raise WrongState(NEWER_STANDS, code="newer-stands", state=str(alert.state))


def _keep_time(session: Session, alert: Alert, step: AlertStep, now: datetime) -> None:
    """Let the deadline be the one before the step again: taking back is no way to win time."""
    due_at, rung = alert.deadline_at, alert.rung
    deadlines.renew(session, alert, now)
    if due_at is not None:
        deadlines.shorten(session, alert, due_at)
    alert.rung = rung


def _declare_as_before(on: Occasion, alert: Alert) -> None:
    """Declare what was usual at the joint before the closing declared more; 0 where nothing was, and all pain counts.

    A declaration is never deleted: a later one of the same joint takes its place.
    """
    assert alert.site is not None
    joint = alert.site.joint
    declared = [d for d in declared_pains_of(on.session, alert.clinic_id, alert.patient_id) if d.joint == joint]
    before = declared[-2].usual_pain if len(declared) > 1 else 0
    declare_usual(on, UsualPain(joint, before), local_day(on.now, time_zone(on.patient.time_zone)))


def _say_it_again(on: Occasion, alert: Alert) -> None:
    """Let an alert that is closed no more say what the entries say now, in a letter too where it is open."""
    if alert.state is AlertState.OPEN:
        letters.write_again(on.session, alert, on.now)
    if alert.rule is not Rule.RED_FLAG:
        review_patient(on, alert.first_for_date)
    hush(on.session, alert, on.now)
