"""A patient's record and one alert of it, as staff read them; each reading is in the audit before anything is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import STAFF, Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import AlertState, Evidence, Rule
from rehab_tracker.domain.course import Course, courses
from rehab_tracker.domain.entry import Entry, standing
from rehab_tracker.domain.errors import NotFound, ReasonNeeded
from rehab_tracker.domain.involvement import Involvement
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_ledger import SiteLedger
from rehab_tracker.services import audit
from rehab_tracker.services.alert_reading import AlertLife, life_of
from rehab_tracker.services.clinical import Clinical, clinical
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.involvements import SiteHistory, involvement_history
from rehab_tracker.services.plan_reading import Told, told_of
from rehab_tracker.services.reach import must_reach_patient
from rehab_tracker.services.site_ledger import ledgers_of
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.activity import last_events
from rehab_tracker.storage.alerts import Alert, AlertStep, alert_of, alerts_of_patient, closed_before, steps_of
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.calls import Call, calls_of
from rehab_tracker.storage.heard import heard_since
from rehab_tracker.storage.history import entries_since
from rehab_tracker.storage.involvements import involvements_of
from rehab_tracker.storage.people import Patient, care_team_of
from rehab_tracker.storage.plans import LimbOrder, limb_orders_of
from rehab_tracker.storage.readings import Doubtful, LastLog, doubtful_since, names_of

SAID_LATELY = timedelta(days=14)
"""How far back a page lists what the patient said, entry by entry: as long as it can still be corrected."""
OF_A_JOINT = frozenset((Rule.NEW_SITE_PAIN, Rule.RECURRENCE, Rule.SUDDEN_SEVERE_PAIN))
"""The rules of whose joint it is told whether it ever hurt before; another part of a joint has no ledger of its own."""
EVENTS_SHOWN = 200
"""How many of the last events of the audit a page may tell; it puts those of one kind and day together."""


@dataclass(frozen=True, slots=True)
class SaidEntry:
    """An entry that stands, and who wrote it down where it was heard by phone."""

    entry: Entry
    heard_by: UUID | None


@dataclass(frozen=True, slots=True)
class Record:
    """What a patient's page shows; ``courses`` are in the order of onset, ``alerts`` newest first.

    ``involvements`` holds the status in force of each recorded site, ``cut_points`` the clinic's own scores that count.
    ``calls`` are the requests to be called, newest first, answered ones too. ``patient`` is the record that is kept,
    also where a duplicate was asked for. ``told`` is the protocol, ``clinical`` what staff wrote, ``places`` everything
    recorded of each site, ``said`` the entries of the last days, newest first, ``orders`` the limits given to limbs,
    ``events`` who saw and changed the record lately, newest first, ``ledgers`` when each joint hurt enough to count.
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
    calls: tuple[Call, ...]
    told: Told
    clinical: Clinical
    places: dict[Site, SiteHistory]
    said: tuple[SaidEntry, ...]
    orders: tuple[LimbOrder, ...]
    team: tuple[UUID, ...]
    events: tuple[AuditEvent, ...]
    ledgers: dict[Site, SiteLedger]

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
        audit.note(session, viewer, "record-read", now, patient_id=patient.id)
    return record


def _record(session: Session, patient: Patient, now: datetime) -> Record:
    of_patient = (session, patient.clinic_id, patient.id)
    today = local_day(now, time_zone(patient.time_zone))
    entries = entries_since(*of_patient, date.min)
    involvements = involvements_of(*of_patient)
    alerts = alerts_of_patient(*of_patient)
    calls = calls_of(session, patient.clinic_id, [patient.id]).get(patient.id, [])
    doubts = doubtful_since(session, patient.clinic_id, [patient.id], patient.created_at)
    rules = in_force(session, patient.clinic_id).rules
    stood = standing(entries)
    said = _said(session, patient, stood, today - SAID_LATELY)
    told, orders, team = told_of(session, patient, now), limb_orders_of(*of_patient), care_team_of(*of_patient)
    events = last_events(*of_patient, EVENTS_SHOWN)
    staff = {*team, *_authors(alerts, calls, told, orders), *(each.heard_by for each in said)}
    staff |= {event.actor_id for event in events if event.actor_role in STAFF}
    names = names_of(session, patient.clinic_id, {member for member in staff if member})
    return Record(
        patient=patient,
        today=today,
        courses=tuple(courses(entries, involvements)),
        involvements=tuple({i.site: i for i in sorted(involvements, key=lambda i: i.recorded_on)}.values()),
        alerts=tuple(alerts),
        doubts=tuple(doubts.get(patient.id, ())),
        last_log=max((LastLog(entry.for_date, entry.recorded_at) for entry in stood), default=None),
        cut_points=(rules.pain_counts_from, rules.sudden_score),
        names=names,
        calls=tuple(reversed(calls)),
        told=told,
        clinical=clinical(session, patient, today),
        places=involvement_history(session, patient),
        said=said,
        orders=tuple(orders),
        team=tuple(sorted(team, key=lambda member: names.get(member, ""))),
        events=tuple(events),
        ledgers=ledgers_of(session, patient, rules),
    )


def _said(session: Session, patient: Patient, stood: Iterable[Entry], since: date) -> tuple[SaidEntry, ...]:
    """Return the standing entries about a day or a later one, newest first, with who heard them."""
    heard = heard_since(session, patient.clinic_id, patient.id, since)
    lately = [entry for entry in stood if entry.for_date >= since]
    return tuple(SaidEntry(entry, heard.get((entry.id, entry.rev))) for entry in reversed(lately))


def _authors(
    alerts: Iterable[Alert], calls: Iterable[Call], told: Told, orders: Iterable[LimbOrder]
) -> set[UUID | None]:
    """Return the staff whose names a page may need."""
    acts = {act.by for plan in told.plans for act in plan.course.plan.acts}
    answers = {answer.answered_by for call in calls for answer in call.answers}
    return {alert.acknowledged_by for alert in alerts} | answers | acts | {order.written_by for order in orders}


@dataclass(frozen=True, slots=True)
class OpenedAlert:
    """One alert with its patient and evidence, the steps of its life, and the names of who took them.

    ``before`` are the closed alerts of the same rule about the same, newest first, ``ledger`` that of its joint,
    ``life`` what staff did and can do with it.
    """

    alert: Alert
    evidence: tuple[Evidence, ...]
    patient: Patient
    today: date
    steps: tuple[AlertStep, ...]
    names: dict[UUID, str]
    life: AlertLife
    before: tuple[Alert, ...] = ()
    ledger: SiteLedger | None = None


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
        life = life_of(session, viewer, alert, patient, steps, now)
        people = {step.actor_id for step in steps} | life.people | {alert.assigned_to}
        names = names_of(session, viewer.clinic_id, {each for each in people if each})
        today = local_day(now, time_zone(patient.time_zone))
        audit.note(session, viewer, "alert-read", now, patient_id=patient.id, subject=alert_id)
        before = closed_before(session, alert)
        ledger = _ledger(session, patient, alert)
    return OpenedAlert(alert, _evidence(alert), patient, today, tuple(steps), names, life, tuple(before), ledger)


def _ledger(session: Session, patient: Patient, alert: Alert) -> SiteLedger | None:
    """Return when the joint of an alert hurt, None for one about no joint as a whole."""
    if alert.site is None or alert.rule not in OF_A_JOINT:
        return None
    rules = in_force(session, patient.clinic_id).rules
    return ledgers_of(session, patient, rules).get(alert.site.joint, SiteLedger())


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
