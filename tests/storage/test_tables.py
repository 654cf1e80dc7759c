"""Every table keeps what it is given, on both engines, and refuses what it is not for."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.schema import ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from rehab_tracker.storage.columns import Whole
from rehab_tracker.storage.database import Base
from rehab_tracker.storage.sqlite_guard import SHARED
from tests.conftest import Store
from tests.storage.rows import Rows, add, add_clinics, filled, parents, rows_of

TABLES = Base.metadata.tables
CLINIC_TABLES = sorted(set(TABLES) - SHARED)
SCORES = [
    ("pain_score", "on_loading"),
    ("pain_score", "at_rest"),
    ("pain_score", "next_morning"),
    ("usual_pain", "usual_pain"),
    ("exercise_report", "pain_during"),
]


def test_every_table_gives_back_what_it_was_given(store: Store) -> None:
    rows = filled(store, 1)[1]
    with store.session(1) as session:
        for name, row in rows.items():
            table = TABLES[name]
            key = [column == row[column.name] for column in table.primary_key]
            kept = session.execute(select(table).where(*key)).one()
            assert kept._asdict() == row
            for column, value in row.items():
                assert type(getattr(kept, column)) is type(value), f"{name}.{column}"


@pytest.mark.parametrize("name", CLINIC_TABLES)
def test_every_key_is_of_one_clinic(name: str) -> None:
    table = TABLES[name]
    assert list(table.primary_key.columns.keys())[0] == "clinic_id"
    assert not table.c.clinic_id.nullable
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint | ForeignKeyConstraint):
            assert list(constraint.columns.keys())[0] == "clinic_id", constraint.name
        if isinstance(constraint, ForeignKeyConstraint):
            assert constraint.elements[0].column.name in ("clinic_id", "id")
            assert constraint.elements[0].column.name == "clinic_id" or constraint.referred_table.name == "clinic"
    for index in table.indexes:
        assert next(iter(index.columns)).name == "clinic_id", index.name


def test_no_row_points_into_another_clinic(store: Store) -> None:
    """Every foreign key is tried with a row that exists, but in the other clinic; the same row in its own is taken."""
    filled(store, 2)
    add_clinics(store, 1)
    mine, other, tried = rows_of(1), rows_of(2), 0
    for name in CLINIC_TABLES:
        for foreign in _foreign(TABLES[name], mine, other):
            with store.session(1) as session:
                add(session, mine, parents(TABLES[name]))
                with pytest.raises(IntegrityError), session.begin_nested():
                    session.execute(insert(TABLES[name]), [mine[name] | foreign])
                session.execute(insert(TABLES[name]), [mine[name]])
            tried += 1
    assert tried > 25


def _foreign(table: Table, mine: Rows, other: Rows) -> Iterator[dict[str, Any]]:
    """The columns that point to each other table, with the keys of the other clinic's row there."""
    for target in {key.column.table.name for key in table.foreign_keys} - {"clinic"}:
        keys = [k for k in table.foreign_keys if k.column.table.name == target and k.column.name != "clinic_id"]
        foreign = {key.parent.name: other[target][key.column.name] for key in keys}
        if any(mine[table.name][column] != value for column, value in foreign.items()):
            yield foreign  # else it is numbered within the clinic, so that both have it


NO_SCORES: list[Any] = [math.nan, math.inf, 1.0, 5.5, True, "5", -1, 11, 2**63, 2**31]


@pytest.mark.parametrize(("name", "column"), SCORES)
def test_a_score_is_a_whole_number_from_0_to_10(store: Store, name: str, column: str) -> None:
    add_clinics(store, 1)
    rows = rows_of(1)
    with store.session(1) as session:
        add(session, rows, parents(TABLES[name]))
        for value in NO_SCORES:
            with pytest.raises(StatementError), session.begin_nested():
                session.execute(insert(TABLES[name]), [rows[name] | {column: value}])
        session.execute(insert(TABLES[name]), [rows[name] | {column: 10}])


def test_a_score_is_a_whole_number_even_where_python_is_not_asked(store: Store) -> None:
    """Past every type of ours: the database itself refuses. PostgreSQL rounds 5.5, as SQL says; nothing is lost."""
    filled(store, 1)
    if store.kind == "sqlite":
        with store.engine("owner").begin() as connection:
            connection.execute(text("DROP TRIGGER pain_score_no_update"))
    for value in ("'NaN'", "'five'", "-1", "11", "x'05'", *(["5.5"] if store.kind == "sqlite" else [])):
        with (
            store.engine("superuser").connect() as connection,
            pytest.raises(DBAPIError, match="CHECK|check|invalid|type"),
        ):
            connection.execute(text(f"UPDATE pain_score SET on_loading = {value}"))


def test_every_whole_number_on_sqlite_is_one(sqlite_store: Store) -> None:
    """Every column for whole numbers refuses a text and a fraction that reach it round all our types."""
    filled(sqlite_store, 1)
    tried = 0
    with sqlite_store.engine("owner").connect() as connection:
        for trigger in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        for table in TABLES.values():
            for column in table.columns:
                if isinstance(column.type, Whole):
                    for value in ("5.5", "'five'", "x'05'"):
                        with pytest.raises(DBAPIError, match="CHECK|datatype"):
                            connection.execute(text(f"UPDATE {table.name} SET {column.name} = {value}"))
                        tried += 1
    assert tried > 100


def test_what_is_needed_is_needed(store: Store) -> None:
    """Each column that may not be NULL refuses it."""
    add_clinics(store, 1)
    rows = rows_of(1)
    for name in CLINIC_TABLES:
        table = TABLES[name]
        with store.session(1) as session:
            add(session, rows, parents(table))
            for column in table.columns:
                if not column.nullable and column.name != "clinic_id":
                    with pytest.raises(StatementError), session.begin_nested():
                        session.execute(insert(table), [rows[name] | {column.name: None}])


def test_codes_are_kept_by_value_and_no_other_is_taken(store: Store) -> None:
    filled(store, 1)
    with store.engine("superuser").connect() as connection:
        assert connection.scalar(text("SELECT role FROM staff")) == "nurse"
        assert connection.scalar(text("SELECT kind FROM entry")) == "pain"
        for bad in ("NURSE", "porter", "patient", "system", ""):
            with pytest.raises(DBAPIError), connection.begin_nested():
                connection.execute(text("UPDATE staff SET role = :bad"), {"bad": bad})


def test_texts_are_never_cut(store: Store) -> None:
    add_clinics(store, 1)
    row = rows_of(1)["patient"]
    with store.session(1) as session:
        for bad in ("x" * 321, "nul\0", "\ud800"):
            with pytest.raises((StatementError, UnicodeEncodeError)), session.begin_nested():
                session.execute(insert(TABLES["patient"]), [row | {"name": bad}])
        session.execute(insert(TABLES["patient"]), [row | {"name": "é" * 320}])


def test_a_refused_item_is_at_most_8192_bytes(store: Store) -> None:
    add_clinics(store, 1)
    rows = rows_of(1)
    with store.session(1) as session:
        add(session, rows, ["patient", "device"])
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(insert(TABLES["refused_item"]), [rows["refused_item"] | {"raw": "é" * 4097}])
        session.execute(insert(TABLES["refused_item"]), [rows["refused_item"] | {"raw": "é" * 4096}])


def test_an_address_is_kept_casefolded(store: Store) -> None:
    add_clinics(store, 1)
    with store.session(1) as session, pytest.raises(IntegrityError):
        session.execute(insert(TABLES["staff"]), [rows_of(1)["staff"] | {"email": "Ana@clinic.example"}])


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_what_patients_sent_is_never_changed(store: Store, verb: str) -> None:
    filled(store, 1)
    grown = ("entry", "pain_score", "red_flag_report", "weight_bearing_report", "exercise_report", "refused_item")
    more = ("call_request", "call_answer", "person_change")
    for name in grown + more + ("involvement", "usual_pain", "alert_step", "clinic_settings", "record_opening"):
        table = TABLES[name]
        with store.session(1) as session, pytest.raises(DBAPIError, match="permission denied|allows no"):
            mine = table.c.clinic_id == 1
            last = list(table.c)[-1]
            session.execute(
                delete(table).where(mine) if verb == "DELETE" else update(table).where(mine).values({last: last})
            )
