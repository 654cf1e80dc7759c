"""Rows for every table, made from the metadata: each column holds a value of its kind, each key points to a row."""

import hashlib
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Enum, Table, Uuid, insert, select
from sqlalchemy.orm import Session

from rehab_tracker.domain.site import site
from rehab_tracker.storage.columns import Instant, SiteCode, Whole
from rehab_tracker.storage.database import Base
from rehab_tracker.storage.sqlite_guard import SHARED
from tests.conftest import Store

SPACE = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
NOW = datetime(2026, 1, 5, 20, 10, 0, 123456, tzinfo=UTC)
Row = dict[str, Any]
Rows = dict[str, Row]

CHOSEN: dict[str, Any] = {
    "staff.role": "nurse",
    "entry.kind": "pain",
    "pain_score.area": "toes",
    "entry.variant": 0,
    "letter.state": "queued",
    "alert.state": "open",
    "failed_attempt.failures": 3,
    "alert_call.result": "spoken",
    "alert.rung": 0,
    "alert_step.before": {},
    "letter.urgency": 1,
    "letter.may_have_left": 0,
    "patient.mails": False,
    "patient.sex": "not-recorded",
    "patient.version": 1,
    "involvement.words": "",
    "involvement.reason": "",
}
EMPTY = (
    "patient.merged_into",
    "entry.heard_by",
    "involvement.onset_precision",
    "involvement.onset_text",
    "involvement.area",
    "involvement.merged_into",
    "alert.outcome",
    "alert.usual_pain",
    "alert.closed_on",
    "alert.closed_by",
    "alert.closed_at",
    "alert_step.outcome",
    "alert_step.undoes",
    "alert.assigned_to",
    "alert.snoozed_until",
    "alert.snoozed_at_score",
    "alert.deadline_at",
    "alert.quiet_until",
    "alert.silent_since",
    "alert.reopens",
    "letter.patient_id",
    "letter.joined_to",
    "letter.in_reply_to",
    "letter.expires_at",
    "letter.bounced_at",
    "letter.climbed_at",
    "staff.address_failed_at",
    "patient.email",
    "patient.reminder_at",
    "absence.deputy_id",
    "site_bout.below_day",
)
"""Columns that hold nothing, as in nearly every row; a step back to before they were loses nothing of these rows."""


def rows_of(clinic_id: int, nth: int = 0) -> Rows:
    """One row for each table, parents first, that belong together and to this clinic."""
    rows: Rows = {}
    for table in Base.metadata.sorted_tables:
        rows[table.name] = {c.name: _value(table, c, clinic_id, nth) for c in table.columns} | _keys(table, rows)
        rows[table.name] |= {c.name: None for c in table.columns if str(c) in EMPTY}
    return rows


def _keys(table: Table, rows: Rows) -> Row:
    return {
        key.parent.name: rows[key.column.table.name][key.column.name]
        for key in table.foreign_keys
        if key.column.table.name in rows
    }


def _value(table: Table, column: Column[Any], clinic_id: int, nth: int) -> Any:
    name, kind = f"{table.name}.{column.name}", column.type
    if name in ("clinic.id", f"{table.name}.clinic_id"):
        return clinic_id
    if isinstance(kind, Enum):
        assert kind.enum_class is not None
        return kind.enum_class(CHOSEN.get(name, kind.enums[0]))
    if isinstance(kind, Whole):
        return CHOSEN.get(name, (kind.least or 0) + 1 + nth)
    if isinstance(kind, Uuid):
        return uuid5(SPACE, f"{name} {clinic_id} {nth}")
    if isinstance(kind, Boolean):
        return CHOSEN.get(name, True)
    return _other_value(name, kind, clinic_id, nth)


def _other_value(name: str, kind: Any, clinic_id: int, nth: int) -> Any:
    if isinstance(kind, Instant):
        return NOW
    if isinstance(kind, Date):
        return date(2026, 1, 5)
    if isinstance(kind, JSON):
        return CHOSEN.get(name, {"é": [1, None, "☂"]})
    if isinstance(kind, SiteCode):
        return site("left-foot.forefoot")
    words = str(CHOSEN.get(name, f"{clinic_id}-{nth} é☂ {name}"))
    return words[: getattr(kind, "length", None) or 1000]


def add(session: Session, rows: Rows, tables: Collection[str]) -> None:
    """Adds the rows of these tables, parents first; the session must be their clinic's."""
    for table in Base.metadata.sorted_tables:
        if table.name in tables:
            session.execute(insert(table), [rows[table.name]])


def parents(table: Table) -> list[str]:
    """The tables that must have a row before this one, without the clinic's."""
    found: set[str] = set()
    for key in table.foreign_keys:
        if key.column.table.name not in ("clinic", table.name):
            found |= {key.column.table.name, *parents(key.column.table)}
    return sorted(found)


def add_clinics(store: Store, *clinic_ids: int) -> None:
    """Adds clinics, as the owner."""
    with store.session(role="owner") as session:
        for clinic_id in clinic_ids:
            add(session, rows_of(clinic_id), SHARED)
        session.commit()


def filled(store: Store, *clinic_ids: int, each: int = 1) -> dict[int, Rows]:
    """Fills every table for each clinic and returns each clinic's first rows."""
    add_clinics(store, *clinic_ids)
    for clinic_id in clinic_ids:
        with store.session(clinic_id) as session:
            for nth in range(each):
                rows = rows_of(clinic_id, nth)
                add(session, rows, rows.keys() - SHARED)
            session.commit()
    return {clinic_id: rows_of(clinic_id) for clinic_id in clinic_ids}


def checksums(connection: Connection, *tables: str) -> dict[str, str]:
    """A digest of everything in these tables (of all, where none is named), whatever order it is kept in."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name in (tables or Base.metadata.tables):
            kept = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            found[table.name] = f"{len(kept)} rows {hashlib.sha256(repr(kept).encode()).hexdigest()}"
    return found
