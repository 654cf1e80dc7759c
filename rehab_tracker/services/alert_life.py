"""What staff do with an alert besides acknowledging and closing it: hand it on, put it to rest, call, write notes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import CLINICIANS, Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.alert_call import Called
from rehab_tracker.domain.alert_life import STANDS, Rest, accepted, must_stand, snoozed, woken
from rehab_tracker.domain.closing import checked_note
from rehab_tracker.domain.errors import InvalidValue, WrongState
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.services import alert_ask, deadlines
from rehab_tracker.services.alert_rest import score_at_rest
from rehab_tracker.services.alert_steps import as_it_is, note_step, reached
from rehab_tracker.services.reach import lock_records
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alert_calls import AlertCall
from rehab_tracker.storage.alerts import Alert, alerts_in_hand
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.people import Patient, Staff, all_opened_for, care_team_of, staff_of_clinic


@dataclass(frozen=True, slots=True)
class _Step:
    """One step that somebody takes: on which alert of whom, as it was before."""

    session: Session
    viewer: Viewer
    alert: Alert
    patient: Patient
    now: datetime
    before: dict[str, str]

    def note(self, step: str, note: str = "") -> None:
        """Write the step down, so that it can be taken back."""
        self.session.flush()
        note_step(self.session, self.viewer, self.alert, step, self.now, note, before=self.before)


@contextmanager
def _step(session: Session, viewer: Viewer, alert_id: UUID, now: datetime) -> Iterator[_Step]:
    """Begin a step in a transaction of its own, under the patient's lock.

    Raises NotFound for an alert of another clinic, ReasonNeeded outside the care team.
    """
    must_be_allowed(viewer, Action.TEND_ALERT)
    with transaction(session):
        alert, patient = reached(session, viewer, alert_id, now)
        yield _Step(session, viewer, alert, patient, now, as_it_is(alert))


def assign(session: Session, viewer: Viewer, alert_id: UUID, to: UUID, note: str, now: datetime) -> Alert:
    """Ask a clinician who can reach the patient to take a standing alert, and return it.

    Until that person accepts, whoever looks after it still does, and the deadline stays. Raises NotFound for an alert
    of another clinic, ReasonNeeded outside the care team, WrongState when it stands no more, InvalidValue for somebody
    who can't reach the patient or has it already.
    """
    said = checked_note(note.strip())
    with _step(session, viewer, alert_id, now) as step:
        alert = step.alert
        must_stand(alert.state)
        if to not in colleagues(session, step.patient, now):
            raise InvalidValue(
                "This person can't open the patient's record. Choose somebody of the care team.",
                code="cannot-reach", pointer="/to",
            )  # fmt: skip
        if to == alert.acknowledged_by:
            raise InvalidValue("This person looks after it already.", code="has-it-already", pointer="/to")
        _ask(session, alert, to)
        step.note("assigned", said)
        if to != viewer.person:
            alert_ask.ask(session, alert, now)
    return alert


def _ask(session: Session, alert: Alert, to: UUID) -> None:
    if alert.assigned_to != to:
        alert_ask.take_back(session, alert)
    alert.assigned_to = to


def colleagues(session: Session, patient: Patient, now: datetime) -> dict[UUID, Staff]:
    """Return the clinicians who can reach a patient now, by id: the care team, and who has given a reason."""
    of_patient = session, patient.clinic_id, patient.id
    reaching = care_team_of(*of_patient) | all_opened_for(*of_patient, now)
    everybody = staff_of_clinic(session, patient.clinic_id)
    return {staff.id: staff for staff in everybody if staff.role in CLINICIANS and staff.id in reaching}


def accept(session: Session, viewer: Viewer, alert_id: UUID, now: datetime) -> Alert:
    """Take an alert that one was asked to take, and return it; from now on one looks after it oneself.

    Raises as ``assign`` does; WrongState also where somebody else was asked, or nobody.
    """
    with _step(session, viewer, alert_id, now) as step:
        alert = _asked(step)
        alert_ask.take_back(session, alert)
        alert.enter(accepted(alert.state))
        alert.acknowledged_by, alert.acknowledged_at, alert.assigned_to = viewer.person, now, None
        step.note("accepted")
        if alert.state is AlertState.ACKNOWLEDGED:
            deadlines.renew(session, alert, now)
    return alert


def decline(session: Session, viewer: Viewer, alert_id: UUID, note: str, now: datetime) -> Alert:
    """Say that one can't take an alert that one was asked to take; it stays with whoever had it."""
    said = checked_note(note.strip())
    with _step(session, viewer, alert_id, now) as step:
        alert = _asked(step)
        alert_ask.take_back(session, alert)
        alert.assigned_to = None
        step.note("declined", said)
    return alert


def _asked(step: _Step) -> Alert:
    must_stand(step.alert.state)
    if step.alert.assigned_to != step.viewer.person:
        raise WrongState(state=str(step.alert.state))
    return step.alert


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many alerts a colleague was asked to take, and how many not, whose patients the colleague can't reach."""

    asked: int
    left: int


def hand_over(session: Session, viewer: Viewer, to: UUID, note: str, now: datetime) -> HandedOver:
    """Ask a colleague to take all alerts that one looks after, as before an absence; each stays until it is accepted.

    Raises InvalidValue for somebody who is no other clinician of the clinic.
    """
    must_be_allowed(viewer, Action.TEND_ALERT)
    said = checked_note(note.strip())
    assert viewer.person is not None
    with transaction(session):
        others = {s.id for s in staff_of_clinic(session, viewer.clinic_id) if s.role in CLINICIANS} - {viewer.person}
        if to not in others:
            raise InvalidValue("Choose a colleague of your clinic.", code="no-colleague", pointer="/to")
        asked = [_hand(session, viewer, *each, to, said, now) for each in list(_in_hand(session, viewer))]
    return HandedOver(sum(asked), len(asked) - sum(asked))


def _in_hand(session: Session, viewer: Viewer) -> Iterator[tuple[Alert, Patient]]:
    """Yield the alerts that the viewer looks after, each as it is once its patient is locked, always in one order.

    Every patient is locked before the first letter is: take them all, then begin.
    """
    assert viewer.person is not None
    for alert in alerts_in_hand(session, viewer.clinic_id, viewer.person):
        patient = lock_records(session, viewer.clinic_id, alert.patient_id).kept
        session.refresh(alert)
        if alert.acknowledged_by == viewer.person and alert.state in STANDS:
            yield alert, patient


def _hand(session: Session, viewer: Viewer, alert: Alert, patient: Patient, to: UUID, note: str, now: datetime) -> bool:
    if to not in colleagues(session, patient, now):
        return False
    before = as_it_is(alert)
    _ask(session, alert, to)
    session.flush()
    note_step(session, viewer, alert, "handed-over", now, note, before=before)
    alert_ask.ask(session, alert, now)
    return True


def snooze(session: Session, viewer: Viewer, alert_id: UUID, rest: Rest, now: datetime) -> Alert:
    """Let an acknowledged alert rest until a day, and return it; a rise of the pain or another alert wakes it before.

    Raises as ``assign`` does; WrongState unless it is acknowledged, InvalidValue for a red flag and a day too far off.
    """
    with _step(session, viewer, alert_id, now) as step:
        alert = step.alert
        state = snoozed(alert.state)
        rest.must_fit(alert.rule, today_in(session, viewer, now))
        alert.snoozed_until, alert.snoozed_at_score = rest.until, score_at_rest(session, step.patient, alert)
        alert.enter(state)
        step.note("snoozed", rest.reason)
        deadlines.renew(session, alert, now)
    return alert


def wake(session: Session, viewer: Viewer, alert_id: UUID, now: datetime) -> Alert:
    """End the rest of an alert before its day, and return it: whoever looked after it does so again."""
    with _step(session, viewer, alert_id, now) as step:
        alert = step.alert
        alert.enter(woken(alert.state))
        step.note("woken")
        deadlines.renew(session, alert, now)
    return alert


def note(session: Session, viewer: Viewer, alert_id: UUID, said: str, now: datetime) -> Alert:
    """Write a note into the history of a standing alert, and return it."""
    words = checked_note(said.strip())
    if not words:
        raise InvalidValue("Write something.", code="too-short", pointer="/note")
    with _step(session, viewer, alert_id, now) as step:
        must_stand(step.alert.state)
        note_step(session, viewer, step.alert, "noted", now, words)
    return step.alert


def log_call(session: Session, viewer: Viewer, alert_id: UUID, called: Called, now: datetime) -> Alert:
    """Keep what came of calling the patient about a standing alert, and return it.

    Whoever calls has not forgotten it: of an acknowledged alert the days until it counts as forgotten begin anew.
    """
    with _step(session, viewer, alert_id, now) as step:
        alert = step.alert
        must_stand(alert.state)
        called.must_fit(today_in(session, viewer, now))
        session.add(
            AlertCall(
                clinic_id=viewer.clinic_id,
                alert_id=alert.id,
                at=now,
                called_by=viewer.person,
                result=called.result,
                due_on=called.due_on,
                note=called.note,
            )
        )
        note_step(session, viewer, alert, "called", now)
        if alert.state is AlertState.ACKNOWLEDGED:
            deadlines.renew(session, alert, now)
    return alert


def today_in(session: Session, viewer: Viewer, now: datetime) -> date:
    """Return the clinic's local day."""
    return local_day(now, time_zone(session.get_one(Clinic, viewer.clinic_id).time_zone))
