"""What staff read of many patients at once: the pain of the last weeks, the last logs, and entries to look at.

What the duplicates of a patient hold is the patient's too, under the id of the record that is kept.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Subquery, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from rehab_tracker.domain.entry import MOST_DAYS_BACK, Entry, Kind
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.storage.database import columns_of
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.history import TABLES
from rehab_tracker.storage.people import PERSON, CareTeam, Patient, Staff
from rehab_tracker.storage.refused import RefusedItem

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
    anybody, mine = _in_team(clinic_id), _in_team(clinic_id, CareTeam.staff_id == staff_id)
    wanted = select(Patient).where(Patient.clinic_id == clinic_id, Patient.merged_into.is_(None))
    wanted = wanted.order_by(Patient.name, Patient.id)
    return list(session.scalars(wanted.where(mine))), list(session.scalars(wanted.where(~anybody)))


def care_teams(session: Session, clinic_id: int) -> dict[UUID, frozenset[UUID]]:
    """Return the care team of each of a clinic's patients who has one, by the record that is kept."""
    row, own = CareTeam, aliased(Patient, name="own")
    wanted = (
        select(func.coalesce(own.merged_into, own.id), row.staff_id)
        .join(row, (row.clinic_id == own.clinic_id) & (row.patient_id == own.id))
        .where(own.clinic_id == clinic_id, row.clinic_id == clinic_id)
    )
    found: dict[UUID, set[UUID]] = {}
    for patient_id, staff_id in session.execute(wanted):
        found.setdefault(patient_id, set()).add(staff_id)
    return {patient_id: frozenset(team) for patient_id, team in found.items()}


def _in_team(clinic_id: int, *who: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition of a patient whom somebody cares for, under whichever record of the patient's."""
    team, own = CareTeam, aliased(Patient, name="own")
    cared_for = (
        select(func.coalesce(own.merged_into, own.id))
        .join(team, (team.clinic_id == own.clinic_id) & (team.patient_id == own.id))
        .where(own.clinic_id == clinic_id, *who)
    )
    return Patient.id.in_(cared_for)


def records_of(clinic_id: int, patients: Collection[UUID]) -> Subquery:
    """Return the records of these patients: each ``id`` with the ``kept`` record it belongs to."""
    row = PERSON.c
    theirs = or_(row.id.in_(patients), row.merged_into.in_(patients))
    wanted = select(row.id, func.coalesce(row.merged_into, row.id).label("kept"))
    return wanted.where(row.clinic_id == clinic_id, theirs).subquery("record")


def pain_since(session: Session, clinic_id: int, patients: Collection[UUID], since: date) -> dict[UUID, list[Entry]]:
    """Return, by patient, every version of every pain entry about ``since`` or a later day, oldest change first.

    An edit can move an entry 14 days back at most; versions of those days are there too, without what they say.
    """
    scores, record = _scores(session, clinic_id, patients, since), records_of(clinic_id, patients)
    wanted = (
        select(ENTRY, record.c.kept)
        .join(record, ENTRY.c.patient_id == record.c.id)
        .where(ENTRY.c.clinic_id == clinic_id, ENTRY.c.kind == Kind.PAIN)
        .where(ENTRY.c.for_date >= since - timedelta(days=MOST_DAYS_BACK))
        .order_by(ENTRY.c.change_number, ENTRY.c.patient_id)
    )
    found: dict[UUID, list[Entry]] = {}
    for row in session.execute(wanted):
        said = scores.get((row.patient_id, row.change_number), [])
        found.setdefault(row.kept, []).append(_pain_entry(row, said))
    return found


def _scores(session: Session, clinic_id: int, patients: Collection[UUID], since: date) -> Scores:
    record = records_of(clinic_id, patients)
    same = (ENTRY.c.patient_id == SCORE.c.patient_id) & (ENTRY.c.change_number == SCORE.c.change_number)
    wanted = (
        select(SCORE.c.patient_id, SCORE.c.change_number, *(SCORE.c[name] for name in SCORE_FIELDS))
        .join(ENTRY, (ENTRY.c.clinic_id == SCORE.c.clinic_id) & same)
        .join(record, ENTRY.c.patient_id == record.c.id)
        .where(SCORE.c.clinic_id == clinic_id, ENTRY.c.clinic_id == clinic_id)
        .where(ENTRY.c.for_date >= since)
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
    row, record = ENTRY.c, records_of(clinic_id, patients)
    wanted = (
        select(record.c.kept, func.max(row.for_date), func.max(row.recorded_at))
        .join_from(record, ENTRY, row.patient_id == record.c.id)
        .where(row.clinic_id == clinic_id, row.for_date >= since)
        .where(row.fault.is_(None), row.withdrawn.is_(False))
        .group_by(record.c.kept)
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
    row, record, later = ENTRY.c, records_of(clinic_id, patients), ENTRY.alias("later")
    replaced = exists().where(
        later.c.clinic_id == clinic_id,
        later.c.patient_id == row.patient_id,
        later.c.client_id == row.client_id,
        later.c.rev > row.rev,
        later.c.fault.is_(None),
    )
    wanted = (
        select(record.c.kept, row.received_at, row.for_date, row.fault)
        .join_from(record, ENTRY, row.patient_id == record.c.id)
        .where(row.clinic_id == clinic_id, row.received_at >= since)
        .where(row.fault.is_not(None) | (row.variant > 0), ~replaced)
    )
    for patient_id, received_at, for_date, fault in session.execute(wanted):
        doubt = Doubt.QUARANTINED if fault else Doubt.CONFLICTING
        yield Doubtful(patient_id, doubt, received_at, for_date, str(fault or ""))


def _refused(session: Session, clinic_id: int, patients: Collection[UUID], since: datetime) -> Iterator[Doubtful]:
    row, record = RefusedItem, records_of(clinic_id, patients)
    wanted = (
        select(record.c.kept, row.received_at, row.code)
        .join_from(record, row, row.patient_id == record.c.id)
        .where(row.clinic_id == clinic_id, row.received_at >= since)
        .order_by(row.received_at)
    )
    for patient_id, received_at, code in session.execute(wanted):
        yield Doubtful(patient_id, Doubt.REFUSED, received_at, None, code)


def names_of(session: Session, clinic_id: int, staff: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of these members of staff, also of those who have left."""
    wanted = select(Staff.id, Staff.name).where(Staff.clinic_id == clinic_id, Staff.id.in_(staff))
    return {staff_id: name for staff_id, name in session.execute(wanted)}
