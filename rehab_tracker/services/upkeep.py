"""Upkeep: what should be due is entered, and follows when somebody chooses another time or zone, or zones change.

For each clinic what is wanted is compared with what is there; only what differs is written. Nothing else enters daily
jobs, so that a clinic, a zone or a person that is new, and rows that somebody lost, come right by themselves. So do
alerts without a deadline, and whatever waits since a clock was ahead.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.domain.access import CLINICIANS
from rehab_tracker.domain.due import Job
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.local_time import Slot, instant_of, next_after, next_slot, wall_time
from rehab_tracker.domain.mail_wishes import MailWishes
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.person import Activity, PatientState
from rehab_tracker.services import faults, set_back
from rehab_tracker.services.alert_upkeep import keep_up_alerts
from rehab_tracker.services.time_zones import tzdata_version
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import Clinic, every_clinic
from rehab_tracker.storage.clock import DueJob, daily_jobs, enter, move
from rehab_tracker.storage.database import read_only, under_clinic
from rehab_tracker.storage.day import zones_of
from rehab_tracker.storage.people import Patient, staff_of_clinic
from rehab_tracker.storage.upkeep import preferences_of, reminders_of

MIDNIGHT = "00:00"
TIDY_AT = "03:30"
"""When old rows go, by the clinic's clock: at night (house rule)."""
CLINIC = "clinic"

REMINDED = tuple(state for state in PatientState if not state.stops(Activity.REMINDING))

LOG = structlog.get_logger("rehab_tracker.clock")


class Wanted(NamedTuple):
    """When something is to be due every day; no time means not at all."""

    local_time: str | None
    time_zone: str


Key = tuple[Job, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A daily job that is to be due at another slot, or not at all; ``is_new`` where there is no row yet."""

    key: Key
    wanted: Wanted
    slot: Slot | None
    is_new: bool


def keep_up(sessions: sessionmaker[Session], now: Callable[[], datetime]) -> int:
    """Enter what should be due and is not, over all clinics, and return how many rows that changed.

    A clinic for which it fails is logged, and holds up no other.
    """
    with sessions() as session, transaction(read_only(session)):
        clinics = every_clinic(session)
    return sum(_keep_up_clinic(sessions, clinic, now()) for clinic in clinics)


def _keep_up_clinic(sessions: sessionmaker[Session], clinic: Clinic, now: datetime) -> int:
    done = 0
    try:
        with under_clinic(sessions(), clinic.id) as session:
            with transaction(read_only(session)):
                changes = _changes(session, clinic, now)
            if changes:
                with transaction(session):
                    done = sum(_make(session, clinic.id, change, now) for change in changes)
            done += set_back.pull_back(session, clinic.id, now)
            return done + keep_up_alerts(session, clinic.id, now)
    except Exception as fault:
        LOG.error("upkeep-failed", clinic=clinic.id, **faults.told(fault))
    return done


def follow_reminder(session: Session, patient: Patient, now: datetime) -> None:
    """Let a patient's reminder be due as is chosen now, within the caller's transaction."""
    key = (Job.REMINDER, str(patient.id))
    named = {"clinic_id": patient.clinic_id, "job": key[0], "subject": key[1]}
    row = session.get(DueJob, named, populate_existing=True)
    chosen = reminders_of(session, patient.clinic_id, REMINDED, patient.id)
    wanted = Wanted(chosen[0][1] if chosen else None, patient.time_zone)
    if change := _change(key, wanted, row, now):
        _make(session, patient.clinic_id, change, now)


def _make(session: Session, clinic_id: int, change: Change, now: datetime) -> bool:
    (job, subject), (local_time, zone), slot = change.key, change.wanted, change.slot
    values: dict[str, object] = {"due_at": None}
    if slot:
        values = {"local_time": local_time, "time_zone": zone, "tzdata": tzdata_version(), **slot._asdict()}
    if change.is_new:
        return enter(session, clinic_id, job, subject, values)
    return move(session, clinic_id, job, subject, now, values)


def _changes(session: Session, clinic: Clinic, now: datetime) -> list[Change]:
    there = {(row.job, row.subject): row for row in daily_jobs(session, clinic.id)}
    wanted = dict(_wanted(session, clinic))
    left = {key: Wanted(None, row.time_zone or clinic.time_zone) for key, row in there.items() if key not in wanted}
    found = (_change(key, want, there.get(key), now) for key, want in (wanted | left).items())
    return [change for change in found if change]


def _wanted(session: Session, clinic: Clinic) -> Iterator[tuple[Key, Wanted]]:
    """Yield what should be due of a clinic."""
    yield (Job.RETENTION, CLINIC), Wanted(TIDY_AT, clinic.time_zone)
    for zone in zones_of(session, clinic.id):
        yield (Job.DAY, zone), Wanted(MIDNIGHT, zone)
    chosen = preferences_of(session, clinic.id)
    usual = MailWishes()
    for staff in staff_of_clinic(session, clinic.id):
        if staff.role in CLINICIANS:
            wishes, key = chosen.get(staff.id) or usual, str(staff.id)
            zone = wishes.time_zone or clinic.time_zone
            yield (Job.DIGEST_MORNING, key), Wanted(wishes.morning_at, zone)
            yield (Job.DIGEST_EVENING, key), Wanted(wishes.evening_at, zone)
    for patient_id, at, zone in reminders_of(session, clinic.id, REMINDED):
        yield (Job.REMINDER, str(patient_id)), Wanted(at, zone)


def _change(key: Key, wanted: Wanted, row: DueJob | None, now: datetime) -> Change | None:
    """Return what must change so that a job is due as wanted, None where it is so or where it is due right now."""
    if wanted.local_time is None:
        return Change(key, wanted, None, False) if row and row.due_at else None
    try:
        at, zone = wall_time(wanted.local_time), time_zone(wanted.time_zone)
    except InvalidValue:
        LOG.error("bad-due-time", job=str(key[0]), subject=key[1])
        return None
    if row is None or row.for_date is None:
        return Change(key, wanted, next_slot(now, at, zone), row is None)
    if row.due_at is None:
        return Change(key, wanted, next_slot(now, at, zone), False)
    if row.due_at <= now:
        return None
    slot = _moved(row.for_date, at, zone, now)
    same = (row.local_time, row.time_zone, row.tzdata, row.for_date, row.due_at)
    is_same = same == (wanted.local_time, wanted.time_zone, tzdata_version(), slot.for_date, slot.due_at)
    return None if is_same else Change(key, wanted, slot, False)


def _moved(for_date: date, at: time, zone: ZoneInfo, now: datetime) -> Slot:
    """Return the slot of a local day by the time and zone that are wanted now.

    The day stays, so that none has two runs or none: where the time has passed already in a new zone, it is due now. A
    clock that was set back far must not wait for a day that is long to come.
    """
    due_at = instant_of(for_date, at, zone)
    slot = Slot(for_date, max(due_at, now)) if due_at else next_after(for_date, at, zone)
    soonest = next_slot(now, at, zone)
    return soonest if slot.for_date > next_after(soonest.for_date, at, zone).for_date else slot
