"""A patient's record and one alert of it, as staff read them; each reading is in the audit before anything is shown."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import AlertState, Evidence
from rehab_tracker.domain.course import Course, courses
from rehab_tracker.domain.entry import standing
from rehab_tracker.domain.errors import NotFound, ReasonNeeded
from rehab_tracker.domain.involvement import Involvement
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.services import audit
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.reach import must_reach_patient
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert, AlertStep, alert_of, alerts_of_patient, steps_of
from rehab_tracker.storage.history import entries_since
from rehab_tracker.storage.involvements import involvements_of
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.readings import Doubtful, LastLog, doubtful_since, names_of


@dataclass(frozen=True, slots=True)
class Record:
    """What a patient's page shows; ``courses`` are in the order of onset, ``alerts`` newest first.

    ``involvements`` holds the status in force of each recorded site, ``cut_points`` the clinic's own scores that count.
    """

    patient: Patient
    today: date
    courses: tuple[Course, ...]
    involvements: tuple[Involvement, ...]
    alerts: tuple[Alert, ...]
    doubts: tuple[Doubtful, ...]
    last_log: LastLog | None
    cut_points: tuple[int, ...]
    names: dict[UUID, str]

    @property
    def open_alerts(self) -> tuple[Alert, ...]:
        """Return the alerts that nobody has taken yet."""
        return tuple(alert for alert in self.alerts if alert.state is AlertState.OPEN)


def open_record(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Record:
    """Return a patient's record, and note in the audit that it was read.

    Raises NotFound for a patient of another clinic or none, ReasonNeeded for a clinician outside the care team.
    """
    must_be_allowed(viewer, Action.READ_RECORD)
    with transaction(session):
        patient = must_reach_patient(session, viewer, patient_id, now)
        record = _record(session, patient, now)
        audit.note(session, viewer, "record-read", now, patient_id=patient_id)
    return record


def _record(session: Session, patient: Patient, now: datetime) -> Record:
    of_patient = (session, patient.clinic_id, patient.id)
    entries = entries_since(*of_patient, date.min)
    involvements = involvements_of(*of_patient)
    alerts = alerts_of_patient(*of_patient)
    doubts = doubtful_since(session, patient.clinic_id, [patient.id], patient.created_at)
    rules = in_force(session, patient.clinic_id).rules
    logs = [LastLog(entry.for_date, entry.recorded_at) for entry in standing(entries)]
    return Record(
        patient=patient,
        today=local_day(now, time_zone(patient.time_zone)),
        courses=tuple(courses(entries, involvements)),
        involvements=tuple({i.site: i for i in sorted(involvements, key=lambda i: i.recorded_on)}.values()),
        alerts=tuple(alerts),
        doubts=tuple(doubts.get(patient.id, ())),
        last_log=max(logs, default=None),
        cut_points=(rules.pain_counts_from, rules.sudden_score),
        names=names_of(session, patient.clinic_id, {a.acknowledged_by for a in alerts if a.acknowledged_by}),
    )


@dataclass(frozen=True, slots=True)
class OpenedAlert:
    """One alert with its patient and evidence, the steps of its life, and the names of who took them."""

    alert: Alert
    evidence: tuple[Evidence, ...]
    patient: Patient
    today: date
    steps: tuple[AlertStep, ...]
    names: dict[UUID, str]


def open_alert(session: Session, viewer: Viewer, alert_id: UUID, now: datetime) -> OpenedAlert:
    """Return an alert with what it rests on, and note in the audit that it was read.

    Raises NotFound for an alert of another clinic or none, ReasonNeeded (whose values name the patient's id) for a
    clinician outside the care team.
    """
    must_be_allowed(viewer, Action.READ_RECORD)
    with transaction(session):
        alert = alert_of(session, viewer.clinic_id, alert_id)
        if alert is None:
            raise NotFound()
        try:
            patient = must_reach_patient(session, viewer, alert.patient_id, now)
        except ReasonNeeded:
            raise ReasonNeeded(patient_id=alert.patient_id) from None
        steps = steps_of(session, viewer.clinic_id, alert_id)
        names = names_of(session, viewer.clinic_id, {step.actor_id for step in steps if step.actor_id})
        today = local_day(now, time_zone(patient.time_zone))
        audit.note(session, viewer, "alert-read", now, patient_id=patient.id, subject=alert_id)
    return OpenedAlert(alert, _evidence(alert), patient, today, tuple(steps), names)


def _evidence(alert: Alert) -> tuple[Evidence, ...]:
    """Return an alert's evidence as the rule gave it, oldest day first."""
    kept = sorted(alert.evidence, key=lambda e: (e["for_date"], e["recorded_at"]))
    return tuple(
        Evidence(
            for_date=date.fromisoformat(each["for_date"]),
            recorded_at=datetime.fromisoformat(each["recorded_at"]),
            site=each["site"],
            field=each["field"],
            value=each["value"],
        )
        for each in kept
    )
