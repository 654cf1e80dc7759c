"""What the demo's staff do: who is on duty and away, and twice a day a round through the alerts that wait.

They take, call, put to rest, hand on and close, each by the service that the pages use; one alert nobody takes.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.domain.access import Viewer
from rehab_tracker.domain.alert import AlertState, Level, Rule
from rehab_tracker.domain.alert_call import Called, CallResult
from rehab_tracker.domain.alert_life import Rest
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.duty import Away, Duty, Shift
from rehab_tracker.domain.errors import RehabError
from rehab_tracker.evaluation.case import PATIENT as CASE
from rehab_tracker.evaluation.made_up_clinic import MadeUpClinic
from rehab_tracker.evaluation.simulator import ZONE
from rehab_tracker.services import alert_life, alerts, clinics, closing, duty
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert, standing_alerts
from rehab_tracker.storage.database import read_only, under_clinic
from rehab_tracker.storage.people import Patient, Staff, care_team_of, staff_of_email

ROUNDS = (time(9, 10), time(14, 40))
"""When staff go through the alerts, on working days; what was taken in the morning goes on in the afternoon."""
GOES_ON_AFTER = timedelta(hours=4)
WORKING_WEEK = (1, 2, 3, 4, 5)

NOBODYS = "sim-002"
"""Whose urgent alert nobody takes, so that it climbs and is overdue in the end."""
RETRY, VISIT, REST = timedelta(days=2), timedelta(days=5), timedelta(days=7)

NOTES = {
    Rule.RED_FLAG: (AlertOutcome.OTHER_DISEASE, "Seen the same day, ultrasound without thrombosis. GP informed."),
    Rule.OVER_LIMIT: (AlertOutcome.OVERLOAD, "Limit explained again, crutches adjusted."),
    Rule.KNOWN_SITE_FLARE: (AlertOutcome.OVERLOAD, "Walked a lot at the weekend; knows what to do."),
    Rule.SUDDEN_SEVERE_PAIN: (AlertOutcome.WRONG_ENTRY, "Tapped the wrong number, says 2."),
}
"""What some alerts turn out to be."""
MAY_REST = (Rule.NOT_LOGGING, Rule.KNOWN_SITE_FLARE)
"""Of these alerts the first one rests for a week, the others are closed."""
OTHERWISE = (AlertOutcome.UNCLEAR, "Looked at together; stays under observation.")


def arrange(
    sessions: sessionmaker[Session], made_up: MadeUpClinic, began: date, today: date, now: datetime
) -> None:  # fmt: skip
    """Put the staff on their duties, and let the second nurse be away for two days of the week that ``today`` begins.

    The first nurse stands in for her. Once more in the same days changes nothing.
    """
    with sessions() as session:
        clinic_id = clinics.named(session, made_up.slug).id
        staff = _staff(session, clinic_id, made_up)
        if not {Duty.LEAD, Duty.NURSE, Duty.SECOND} <= staff.keys():
            return
        for of, member in staff.items():
            duty.set_duty(session, _viewer(staff[Duty.LEAD]), Shift(member.id, of, WORKING_WEEK, began), now)
        first, second = staff[Duty.NURSE], staff[Duty.SECOND]
        away = Away(second.id, first.id, *_days_away(today))
        absence = duty.announce_absence(session, _viewer(second), away, now)
        duty.accept_absence(session, _viewer(first), absence.id, now)


def _days_away(today: date) -> tuple[date, date]:
    """Return Thursday and Friday of a week that has just begun, else Monday and Tuesday of the next one."""
    monday = today - timedelta(days=today.weekday())
    first = monday + timedelta(days=3 if today.weekday() < 3 else 7)
    return first, first + timedelta(days=1)


def make_round(sessions: sessionmaker[Session], clinic_id: int, made_up: MadeUpClinic, now: datetime) -> None:
    """Let the nurses do, on a working day, what comes next about each alert that waits or that they took hours ago."""
    if not is_working_day(_day(now)):
        return
    with under_clinic(sessions(), clinic_id) as session:
        staff = _staff(session, clinic_id, made_up)
        with transaction(read_only(session)):
            waiting = list(_waiting(session, clinic_id, Duty.LEAD in staff, now))
        for alert, patient in waiting:
            team = _team(session, patient)
            nurse = next((s for s in map(staff.get, (Duty.SECOND, Duty.NURSE)) if s and s.id in team), None)
            if nurse is None:
                continue
            with suppress(RehabError):  # whoever tries the demo may have done it, or something else, before
                if alert.state is AlertState.OPEN:
                    _take(session, _viewer(nurse), alert, now)
                else:
                    _go_on(session, _viewer(nurse), alert, patient, staff.get(Duty.LEAD), now)


def _waiting(session: Session, clinic_id: int, has_ladder: bool, now: datetime) -> Iterator[tuple[Alert, Patient]]:
    """Yield the alerts that ask for somebody, and whose they are."""
    for alert in standing_alerts(session, clinic_id):
        patient = session.get_one(Patient, (clinic_id, alert.patient_id))
        left = has_ladder and patient.record_number == NOBODYS and alert.level is Level.URGENT
        if alert.level is not Level.INFO and not left and _is_next(alert, now):
            yield alert, patient


def _is_next(alert: Alert, now: datetime) -> bool:
    if alert.state is AlertState.OPEN:
        return True
    taken = alert.acknowledged_at
    return alert.state is AlertState.ACKNOWLEDGED and taken is not None and now - taken >= GOES_ON_AFTER


def _take(session: Session, nurse: Viewer, alert: Alert, now: datetime) -> None:
    """Take an alert and call the patient."""
    alerts.acknowledge(session, nurse, alert.id, now)
    alert_life.log_call(session, nurse, alert.id, _first_call(alert, _day(now)), now)


def _first_call(alert: Alert, today: date) -> Called:
    if alert.rule is Rule.NOT_LOGGING:
        return Called(CallResult.NO_ANSWER, today + RETRY, "Voicemail.")
    if alert.level is Level.URGENT and alert.rule is not Rule.RED_FLAG:
        return Called(CallResult.VISIT_BOOKED, today + VISIT, "Comes to the clinic.")
    return Called(CallResult.SPOKEN, note="Feels well otherwise.")


def _go_on(session: Session, nurse: Viewer, alert: Alert, patient: Patient, lead: Staff | None, now: datetime) -> None:
    """Do what comes next about an alert that was taken on an earlier day: pass it on, let it rest, or close it."""
    if patient.record_number == CASE and lead:
        if alert.assigned_to is None:
            alert_life.assign(session, nurse, alert.id, lead.id, "Please look at the images with me.", now)
    elif alert.rule in (Rule.NEW_SITE_PAIN, Rule.NEW_COMPARTMENT_PAIN, Rule.RECURRENCE):
        alert_life.log_call(session, nurse, alert.id, Called(CallResult.IMAGING_REQUESTED, note="MRI asked for."), now)
    elif alert.rule in MAY_REST and not _anything_rests(session, alert.clinic_id):
        alert_life.snooze(session, nurse, alert.id, Rest(_day(now) + REST, "Comes to the clinic next week."), now)
    else:
        outcome, note = NOTES.get(alert.rule, OTHERWISE)
        closing.close(session, nurse, alert.id, outcome, note, None, now)


def _anything_rests(session: Session, clinic_id: int) -> bool:
    with transaction(read_only(session)):
        return any(alert.state is AlertState.SNOOZED for alert in standing_alerts(session, clinic_id))


def is_working_day(day: date) -> bool:
    """Return whether the made-up clinics work on this day."""
    return day.isoweekday() in WORKING_WEEK


def _day(at: datetime) -> date:
    return at.astimezone(ZoneInfo(ZONE)).date()


def _team(session: Session, patient: Patient) -> frozenset[UUID]:
    with transaction(read_only(session)):
        return frozenset(care_team_of(session, patient.clinic_id, patient.id))


def _staff(session: Session, clinic_id: int, made_up: MadeUpClinic) -> dict[Duty, Staff]:
    """Return who does which duty; nobody who was disabled or has another role since."""
    with transaction(read_only(session)):
        found = [(member, staff_of_email(session, clinic_id, member.email)) for member in made_up.staff]
    return {of.duty: who for of, who in found if who and who.disabled_at is None and who.role is of.role}


def _viewer(member: Staff) -> Viewer:
    return Viewer(member.clinic_id, member.role, member.id, None, member.language)
