"""The inbox: the alerts of a clinician's patients, patient by patient, in lists by what is to be done with them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import CLINICIANS, Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.alert_life import UNSTABLE_FROM, UNSTABLE_WITHIN
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.services import audit
from rehab_tracker.services.desk import Desk
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert, alerts_closed_since, came_back_since
from rehab_tracker.storage.people import Patient, Staff, staff_of_clinic
from rehab_tracker.storage.readings import names_of

CLOSED_SHOWN = timedelta(days=14)
"""How long a closed alert stays in the list of those."""


class Tab(StrEnum):
    """One list of the inbox: what nobody has taken, what is mine or asked of me, what colleagues have, what is over."""

    NEW = "new"
    MINE = "mine"
    TEAM = "team"
    SNOOZED = "snoozed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class InboxPatient:
    """One patient's alerts in a list, most pressing first; those that a louder one keeps quiet come last."""

    patient: Patient
    today: date
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """One list: its patients, how many alerts each list holds, names by id, and the alerts that come and go.

    ``colleagues`` are the other clinicians, to whom the reader's alerts can be handed over. ``told`` are the open
    alerts of further patients that were told to the reader, who opens each with a reason: in the list of new ones.
    """

    tab: Tab
    patients: tuple[InboxPatient, ...]
    counts: dict[Tab, int]
    names: dict[UUID, str]
    unstable: frozenset[UUID]
    colleagues: tuple[Staff, ...]
    told: tuple[Alert, ...] = ()


def inbox(session: Session, viewer: Viewer, tab: Tab, now: datetime) -> Inbox:
    """Return one list of the inbox: of the viewer's patients, of nobody's, and what the viewer looks after besides.

    The audit names those shown.
    """
    must_be_allowed(viewer, Action.SEE_WORKLIST)
    assert viewer.person is not None
    with transaction(session):
        desk = Desk(session, viewer.clinic_id, viewer.person, now)
        lists = _lists(session, viewer, desk)
        told = sorted(desk.told, key=lambda alert: _pressing(alert, now)) if tab is Tab.NEW else []
        patients = _patients(desk, lists[tab])
        shown = [alert for each in patients for alert in each.alerts]
        people = {by for a in shown for by in (a.acknowledged_by, a.assigned_to, a.closed_by) if by}
        names = names_of(session, viewer.clinic_id, people)
        unstable = _unstable(session, viewer, shown, now)
        everybody = staff_of_clinic(session, viewer.clinic_id)
        others = tuple(s for s in everybody if s.role in CLINICIANS and s.id != viewer.person)
        audit.note(session, viewer, "alerts-read", now, patients=sorted(str(each.patient.id) for each in patients))
    counts = {each: len(found) for each, found in lists.items()}
    return Inbox(tab, tuple(patients), counts, names, unstable, others, tuple(told))


def _lists(session: Session, viewer: Viewer, desk: Desk) -> dict[Tab, list[Alert]]:
    """Return the alerts of each list: of known patients, and of others what is in the viewer's hands."""
    lists = {tab: [alert for alert in desk.near if _stands_in(tab, alert, viewer)] for tab in Tab}
    closed = alerts_closed_since(session, viewer.clinic_id, desk.now - CLOSED_SHOWN)
    return lists | {Tab.CLOSED: [alert for alert in closed if desk.is_known(alert)]}


def _stands_in(tab: Tab, alert: Alert, viewer: Viewer) -> bool:
    """Return whether a standing alert belongs into a list; one that I was asked to take is mine and where it was."""
    is_mine = alert.acknowledged_by == viewer.person
    return {
        Tab.NEW: alert.state is AlertState.OPEN,
        Tab.MINE: alert.assigned_to == viewer.person or (is_mine and alert.state is AlertState.ACKNOWLEDGED),
        Tab.TEAM: alert.state is AlertState.ACKNOWLEDGED and not is_mine,
        Tab.SNOOZED: alert.state is AlertState.SNOOZED,
        Tab.CLOSED: False,
    }[tab]


def _patients(desk: Desk, alerts: Iterable[Alert]) -> list[InboxPatient]:
    found = desk.by_patient(sorted(alerts, key=lambda alert: _pressing(alert, desk.now)))
    return [_patient(desk, who, of_one) for who, of_one in found.items()]


def _patient(desk: Desk, who: UUID, alerts: list[Alert]) -> InboxPatient:
    patient = desk.patients.get(who) or desk.session.get_one(Patient, (desk.clinic_id, who))
    return InboxPatient(patient, local_day(desk.now, time_zone(patient.time_zone)), tuple(alerts))


def _pressing(alert: Alert, now: datetime) -> tuple[bool, int, float, float]:
    """Return what puts the highest level first, then what is due soonest; of closed ones the last that was closed."""
    if alert.closed_at:
        return False, 0, -alert.closed_at.timestamp(), 0
    due_at = alert.deadline_at.timestamp() if alert.deadline_at else math.inf
    return alert.is_quiet(now), -alert.level.rank, due_at, alert.raised_at.timestamp()


def _unstable(session: Session, viewer: Viewer, shown: list[Alert], now: datetime) -> frozenset[UUID]:
    ended = came_back_since(session, viewer.clinic_id, now - UNSTABLE_WITHIN)
    counts = ((alert, ended.get((alert.patient_id, alert.rule, alert.subject), 0)) for alert in shown)
    return frozenset(alert.id for alert, count in counts if count >= UNSTABLE_FROM)
