"""What staff read of many patients at once: the pain of the last weeks, the last logs, and entries to look at."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from rehab_tracker.domain.entry import MOST_DAYS_BACK, Entry, Kind
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.storage.database import columns_of
from rehab_tracker.storage.entries import EntryRow, RefusedItem
from rehab_tracker.storage.history import TABLES
from rehab_tracker.storage.people import CareTeam, Patient, Staff

ENTRY = columns_of(EntryRow)
SCORE, SCORE_FIELDS = TABLES[Kind.PAIN]
Scores = dict[tuple[UUID, int], list[PainScore]]


class Doubt(StrEnum):
    """Why an entry waits for a person."""

    QUARANTINED = "quarantined"
    CONFLICTING = "conflicting"
    REFUSED = "refused"


class Doubtful(NamedTuple):
    """An entry, or what should have been one, that a person must look at; ``detail`` names the fault."""

    patient_id: UUID
    doubt: Doubt
    received_at: datetime
    for_date: date | None
    detail: str


class LastLog(NamedTuple):
    """The last day that anything was logged for, and when the latest entry was recorded."""

    for_date: date
    recorded_at: datetime


def patients_of_worklist(session: Session, clinic_id: int, staff_id: UUID) -> tuple[list[Patient], list[Patient]]:
    """Return the patients whom this member of staff cares for, and those who have no care team at all, by name."""
    team = CareTeam
    of_patient = (team.clinic_id == Patient.clinic_id, team.patient_id == Patient.id)
    anybody = exists().where(*of_patient)
    mine = exists().where(*of_patient, team.staff_id == staff_id)
    wanted = select(Patient).where(Patient.clinic_id == clinic_id).order_by(Patient.name, Patient.id)
    return list(session.scalars(wanted.where(mine))), list(session.scalars(wanted.where(~anybody)))


def pain_since(session: Session, clinic_id: int, patients: Collection[UUID], since: date) -> dict[UUID, list[Entry]]:
    """Return, by patient, every version of every pain entry about ``since`` or a later day, oldest change first.

    An edit can move an entry 14 days back at most; versions of those days are there too, without what they say.
    """
    scores = _scores(session, clinic_id, patients, since)
    wanted = (
        select(ENTRY)
        .where(ENTRY.c.clinic_id == clinic_id, ENTRY.c.patient_id.in_(patients), ENTRY.c.kind == Kind.PAIN)
        .where(ENTRY.c.for_date >= since - timedelta(days=MOST_DAYS_BACK))
        .order_by(ENTRY.c.change_number)
    )
    found: dict[UUID, list[Entry]] = {}
    for row in session.execute(wanted):
        said = scores.get((row.patient_id, row.change_number), [])
        found.setdefault(row.patient_id, []).append(_pain_entry(row, said))
    return found


def _scores(session: Session, clinic_id: int, patients: Collection[UUID], since: date) -> Scores:
    same = (ENTRY.c.patient_id == SCORE.c.patient_id) & (ENTRY.c.change_number == SCORE.c.change_number)
    wanted = (
        select(SCORE.c.patient_id, SCORE.c.change_number, *(SCORE.c[name] for name in SCORE_FIELDS))
        .join(ENTRY, (ENTRY.c.clinic_id == SCORE.c.clinic_id) & same)
        .where(SCORE.c.clinic_id == clinic_id, ENTRY.c.clinic_id == clinic_id)
        .where(ENTRY.c.patient_id.in_(patients), ENTRY.c.for_date >= since)
        .order_by(*SCORE.primary_key)
    )
    found: Scores = {}
    for patient_id, number, *values in session.execute(wanted):
        score = PainScore(**dict(zip(SCORE_FIELDS, values, strict=True)))
        found.setdefault((patient_id, number), []).append(score)
    return found


def _pain_entry(row: Row[Any], scores: list[PainScore]) -> Entry:
    said = None if row.no_other_pain is None else PainReading(tuple(scores), row.no_other_pain)
    offset = timezone(timedelta(minutes=row.recorded_offset_minutes))
    return Entry(
        id=row.client_id,
        kind=row.kind,
        recorded_at=row.recorded_at.astimezone(offset),
        received_at=row.received_at,
        for_date=row.for_date,
        time_zone=row.time_zone,
        content=said,
        rev=row.rev,
        withdrawn=row.withdrawn,
        fault=row.fault,
    )


def last_logs(session: Session, clinic_id: int, patients: Collection[UUID], since: date) -> dict[UUID, LastLog]:
    """Return the last log of each patient who logged anything about ``since`` or a later day."""
    row = ENTRY.c
    wanted = (
        select(row.patient_id, func.max(row.for_date), func.max(row.recorded_at))
        .where(row.clinic_id == clinic_id, row.patient_id.in_(patients), row.for_date >= since)
        .where(row.fault.is_(None), row.withdrawn.is_(False))
        .group_by(row.patient_id)
    )
    return {patient_id: LastLog(*found) for patient_id, *found in session.execute(wanted)}


def doubtful_since(
    session: Session, clinic_id: int, patients: Collection[UUID], since: datetime
) -> dict[UUID, list[Doubtful]]:
    """Return, by patient, what was received from an instant on and must be looked at, oldest first."""
    found: dict[UUID, list[Doubtful]] = {}
    doubtful = [*_in_doubt(session, clinic_id, patients, since), *_refused(session, clinic_id, patients, since)]
    for each in sorted(doubtful, key=lambda d: d.received_at):
        found.setdefault(each.patient_id, []).append(each)
    return found


def _in_doubt(session: Session, clinic_id: int, patients: Collection[UUID], since: datetime) -> Iterator[Doubtful]:
    """Yield entries with an impossible clock, and second contents of one revision, that no later revision replaced."""
    row, later = ENTRY.c, ENTRY.alias("later")
    replaced = exists().where(
        later.c.clinic_id == clinic_id,
        later.c.patient_id == row.patient_id,
        later.c.client_id == row.client_id,
        later.c.rev > row.rev,
        later.c.fault.is_(None),
    )
    wanted = (
        select(row.patient_id, row.received_at, row.for_date, row.fault)
        .where(row.clinic_id == clinic_id, row.patient_id.in_(patients), row.received_at >= since)
        .where(row.fault.is_not(None) | (row.variant > 0), ~replaced)
    )
    for patient_id, received_at, for_date, fault in session.execute(wanted):
        doubt = Doubt.QUARANTINED if fault else Doubt.CONFLICTING
        yield Doubtful(patient_id, doubt, received_at, for_date, str(fault or ""))


def _refused(session: Session, clinic_id: int, patients: Collection[UUID], since: datetime) -> Iterator[Doubtful]:
    row = RefusedItem
    wanted = (
        select(row.patient_id, row.received_at, row.code)
        .where(row.clinic_id == clinic_id, row.patient_id.in_(patients), row.received_at >= since)
        .order_by(row.received_at)
    )
    for patient_id, received_at, code in session.execute(wanted):
        yield Doubtful(patient_id, Doubt.REFUSED, received_at, None, code)


def names_of(session: Session, clinic_id: int, staff: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of these members of staff, also of those who have left."""
    wanted = select(Staff.id, Staff.name).where(Staff.clinic_id == clinic_id, Staff.id.in_(staff))
    return {staff_id: name for staff_id, name in session.execute(wanted)}


def refused_already(session: Session, clinic_id: int, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these refused items are kept already."""
    wanted = select(RefusedItem.id).where(RefusedItem.clinic_id == clinic_id, RefusedItem.id.in_(ids))
    return set(session.scalars(wanted)) if ids else set()
