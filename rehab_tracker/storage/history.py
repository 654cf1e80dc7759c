"""What is read back of a patient's entries: as values for the rules, and as plain dictionaries for the phone.

Each reads what the record holds together with the duplicates that were merged into it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta, timezone
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Table, func, or_, select
from sqlalchemy.orm import Session

from rehab_tracker.domain.call_request import CallRequest
from rehab_tracker.domain.entry import Content, Entry, Kind
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.weight_bearing import WeightBearingReport
from rehab_tracker.storage.database import columns_of
from rehab_tracker.storage.entries import (
    CallRequestRow,
    EntryRow,
    ExerciseRow,
    PainScoreRow,
    RedFlagRow,
    WeightBearingRow,
)
from rehab_tracker.storage.people import of_person

ENTRY = columns_of(EntryRow)
TABLES: dict[Kind, tuple[Table, tuple[str, ...]]] = {
    Kind.PAIN: (columns_of(PainScoreRow), tuple(f.name for f in fields(PainScore))),
    Kind.RED_FLAGS: (columns_of(RedFlagRow), ("flag",)),
    Kind.WEIGHT_BEARING: (columns_of(WeightBearingRow), tuple(f.name for f in fields(WeightBearingReport))),
    Kind.EXERCISE: (columns_of(ExerciseRow), tuple(f.name for f in fields(ExerciseReport))),
    Kind.CALL_REQUEST: (columns_of(CallRequestRow), tuple(f.name for f in fields(CallRequest))),
}
"""Where each kind is kept, and which columns are the fields of its value."""

MOST_IDS = 500
"""Named in one query; more than any three weeks of a patient hold."""

WIDE_GAP = 20
"""Change numbers of other entries that are read past rather than asked for in two parts."""

MOST_STRETCHES = 100
"""Asked for in one query; more are read past together, since SQLite takes no condition of a thousand parts."""

Said = dict[tuple[UUID, int], list[dict[str, Any]]]
FLAG_ORDER = list(RedFlag)


def entries_since(session: Session, clinic_id: int, patient_id: UUID, since: date, *kinds: Kind) -> list[Entry]:
    """Return every version of every entry of which any version is about ``since`` or a later day, oldest change first.

    Only entries of some kinds where they are named. An edit may move an entry to an earlier day, and must then be seen
    to take the place of what it was.
    """
    row = ENTRY.c
    touched = select(row.client_id).where(
        row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id), row.for_date >= since
    )
    if kinds:
        touched = touched.where(row.kind.in_(kinds))
    return entries_of(session, clinic_id, patient_id, session.scalars(touched))


def entries_of(session: Session, clinic_id: int, patient_id: UUID, client_ids: Iterable[UUID]) -> list[Entry]:
    """Return every version of these entries, oldest change first.

    Their ids are named in the query: as a subquery they made PostgreSQL compare every entry of a patient with every
    other one, until its statistics were fresh.
    """
    ids = sorted(set(client_ids))
    found: list[Row[Any]] = []
    for at in range(0, len(ids), MOST_IDS):
        some = ENTRY.c.client_id.in_(ids[at : at + MOST_IDS])
        found += session.execute(_versions(clinic_id, patient_id).where(some)).all()
    found.sort(key=lambda row: row.change_number)
    return _whole(session, clinic_id, patient_id, found)


def red_flag_entries(session: Session, clinic_id: int, patient_id: UUID, *others: Kind) -> list[Entry]:
    """Return every version of every entry ever received of red flags and of these other kinds, oldest change first."""
    rows = session.execute(_versions(clinic_id, patient_id).where(ENTRY.c.kind.in_((Kind.RED_FLAGS, *others)))).all()
    return _whole(session, clinic_id, patient_id, rows)


def _whole(session: Session, clinic_id: int, patient_id: UUID, rows: Sequence[Row[Any]]) -> list[Entry]:
    """Return versions, oldest change first, with what they say; one that both records of a person hold only once."""
    said = _said(session, clinic_id, patient_id, rows)
    once = {(row.client_id, row.rev, row.content_sha256): row for row in rows}
    return [_entry(row, said.get((row.patient_id, row.change_number), [])) for row in once.values()]


def _versions(clinic_id: int, patient_id: UUID) -> Select[Any]:
    return (
        select(*(c for c in ENTRY.c if c.name != "clinic_id"))
        .where(ENTRY.c.clinic_id == clinic_id, of_person(ENTRY.c.patient_id, clinic_id, patient_id))
        .order_by(ENTRY.c.change_number, ENTRY.c.patient_id)
    )


def _said(session: Session, clinic_id: int, patient_id: UUID, rows: Sequence[Row[Any]]) -> Said:
    """Return what the versions say, by record and change number: one query for each kind among them."""
    found: Said = {}
    for kind in {row.kind for row in rows}:
        stretches = _stretches([row.change_number for row in rows if row.kind is kind])
        table, names = TABLES[kind]
        wanted = (
            select(table.c.patient_id, table.c.change_number, *(table.c[name] for name in names))
            .where(table.c.clinic_id == clinic_id, of_person(table.c.patient_id, clinic_id, patient_id))
            .where(or_(*(table.c.change_number.between(first, last) for first, last in stretches)))
        )
        for own, number, *values in session.execute(wanted.order_by(*table.primary_key)):
            found.setdefault((own, number), []).append(dict(zip(names, values, strict=True)))
    return found


def _stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and last of each stretch of change numbers, lowest first, that has no wide gap in it.

    Only the first of very many gaps part them; what lies in the others is read past.
    """
    gaps = (at for at in range(1, len(numbers)) if numbers[at] - numbers[at - 1] > WIDE_GAP)
    begins = [*islice(gaps, MOST_STRETCHES - 1)]
    ends = [*begins, len(numbers)]
    return [(numbers[begin], numbers[end - 1]) for begin, end in zip([0, *begins], ends, strict=True)]


def _entry(row: Row[Any], said: list[dict[str, Any]]) -> Entry:
    return Entry(
        id=row.client_id,
        kind=row.kind,
        recorded_at=_recorded_at(row),
        received_at=row.received_at,
        for_date=row.for_date,
        time_zone=row.time_zone,
        content=_content(row, said),
        rev=row.rev,
        withdrawn=row.withdrawn,
        fault=row.fault,
    )


def _recorded_at(row: Row[Any]) -> datetime:
    """Return the instant with the offset that the phone wrote."""
    recorded_at: datetime = row.recorded_at
    return recorded_at.astimezone(timezone(timedelta(minutes=row.recorded_offset_minutes)))


def _content(row: Row[Any], said: list[dict[str, Any]]) -> Content | None:
    if row.kind is Kind.PAIN:
        if row.no_other_pain is None:
            return None
        return PainReading(tuple(PainScore(**score) for score in said), row.no_other_pain)
    if not said:
        return None
    if row.kind is Kind.RED_FLAGS:
        return RedFlagReport(tuple(sorted((ticked["flag"] for ticked in said), key=FLAG_ORDER.index)))
    return OF_ONE_ROW[row.kind](**said[0])


OF_ONE_ROW: dict[Kind, Callable[..., Content]] = {
    Kind.WEIGHT_BEARING: WeightBearingReport,
    Kind.EXERCISE: ExerciseReport,
    Kind.CALL_REQUEST: CallRequest,
}


def entries_page(
    session: Session, clinic_id: int, patient_id: UUID, after_change: int = 0, limit: int = 500
) -> list[dict[str, Any]]:
    """Return a patient's own entries after a change number, oldest change first, ready to be written as JSON.

    Each is as the phone sent it, with ``change_number``, ``variant`` (above 0: a conflict), ``received_at``, and
    ``fault`` where its clock was impossible. What was not said is left out. Two entries of two merged records may bear
    one change number; then a page ends after both.
    """
    after = ENTRY.c.change_number > after_change
    rows = session.execute(
        _versions(clinic_id, patient_id).where(
            after, ENTRY.c.change_number <= _last(clinic_id, patient_id, after, limit)
        )
    ).all()
    said = _said(session, clinic_id, patient_id, rows)
    return [_item(row, said.get((row.patient_id, row.change_number), [])) for row in rows]


def _last(clinic_id: int, patient_id: UUID, after: ColumnElement[bool], limit: int) -> ColumnElement[int]:
    """Return the change number that a page of this many entries ends with."""
    number = ENTRY.c.change_number
    wanted = select(number).where(ENTRY.c.clinic_id == clinic_id, of_person(ENTRY.c.patient_id, clinic_id, patient_id))
    ends = wanted.where(after).order_by(number).offset(limit - 1).limit(1)
    return func.coalesce(ends.scalar_subquery().correlate(None), 2**63 - 1)


def _item(row: Row[Any], said: list[dict[str, Any]]) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": str(row.client_id),
        "rev": row.rev,
        "variant": row.variant,
        "change_number": row.change_number,
        "kind": str(row.kind),
        "recorded_at": _recorded_at(row).isoformat(),
        "received_at": row.received_at.isoformat(),
        "time_zone": row.time_zone,
        "for_date": row.for_date.isoformat(),
        "withdrawn": row.withdrawn,
    }
    if row.fault is not None:
        item["fault"] = str(row.fault)
    return item | _plain_content(row, [_plain(each) for each in said])


def _plain_content(row: Row[Any], said: list[dict[str, Any]]) -> dict[str, Any]:
    if row.kind is Kind.PAIN:
        return {} if row.no_other_pain is None else {"no_other_pain": row.no_other_pain, "scores": said}
    if row.kind is Kind.RED_FLAGS:
        return {"flags": sorted((ticked["flag"] for ticked in said), key=FLAG_ORDER.index)} if said else {}
    return said[0] if said else {}


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """Return what was said in JSON's own types, without what was not."""
    told = ((name, value) for name, value in said.items() if value is not None)
    return {name: str(value) if isinstance(value, Site | str) else value for name, value in told}
