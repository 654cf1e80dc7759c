"""The queries that are asked most find their rows by an index that begins with the clinic, on both engines."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from rehab_tracker.domain.entry import Kind
from rehab_tracker.storage.alerts import alerts_of_patient, standing_alerts
from rehab_tracker.storage.calls import calls_of
from rehab_tracker.storage.enrolment import device_of_token
from rehab_tracker.storage.entries import versions_of
from rehab_tracker.storage.history import entries_page, entries_since, red_flag_entries
from rehab_tracker.storage.involvements import involvements_of
from rehab_tracker.storage.letters import clinics_with_due_letters, lease_one
from rehab_tracker.storage.merging import locked_records
from rehab_tracker.storage.people import care_team_of, new_change_numbers, opened_for, session_of_token
from rehab_tracker.storage.person import zone_changes_of
from rehab_tracker.storage.readings import doubtful_since, pain_since
from tests.conftest import BOTH_ENGINES, Store, filled_place
from tests.storage.rows import filled, rows_of

ROWS = rows_of(1)
PATIENT, STAFF = ROWS["patient"]["id"], ROWS["staff"]["id"]
NOW = datetime(2026, 2, 1, tzinfo=UTC)

HOT: dict[str, Callable[[Session], object]] = {
    "device_of_token": lambda s: device_of_token(s, 1, ROWS["device"]["token_sha256"]),
    "session_of_token": lambda s: session_of_token(s, 1, ROWS["staff_session"]["token_sha256"]),
    "locked_records": lambda s: locked_records(s, 1, PATIENT),
    "new_change_numbers": lambda s: new_change_numbers(s, 1, PATIENT, 1),
    "versions_of": lambda s: versions_of(s, 1, PATIENT, [ROWS["entry"]["client_id"]]),
    "entries_since": lambda s: entries_since(s, 1, PATIENT, date(2026, 1, 1)),
    "reports_since": lambda s: [*entries_since(s, 1, PATIENT, date(2026, 1, 1), Kind.EXERCISE), "none of this kind"],
    "red_flag_entries": lambda s: [*red_flag_entries(s, 1, PATIENT), "none of this kind"],
    "pain_since": lambda s: pain_since(s, 1, [PATIENT], date(2026, 1, 1)),
    "doubtful_since": lambda s: doubtful_since(s, 1, [PATIENT], NOW - timedelta(days=90)),
    "calls_of": lambda s: [*calls_of(s, 1, [PATIENT]), "the filled rows' entry is of another kind"],
    "zone_changes_of": lambda s: [*zone_changes_of(s, 1, PATIENT), "another field was changed"],
    "entries_page": lambda s: entries_page(s, 1, PATIENT),
    "involvements_of": lambda s: involvements_of(s, 1, PATIENT),
    "alerts_of_patient": lambda s: alerts_of_patient(s, 1, PATIENT, standing=True),
    "standing_alerts": lambda s: standing_alerts(s, 1),
    "care_team_of": lambda s: care_team_of(s, 1, PATIENT),
    "opened_for": lambda s: opened_for(s, 1, STAFF, PATIENT, datetime(2025, 1, 1, tzinfo=UTC)),
    "lease_one": lambda s: lease_one(s, 1, NOW, timedelta(minutes=5), uuid4()),
}


@pytest.fixture(params=BOTH_ENGINES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A new copy: where many rows have been taken out, PostgreSQL takes a table for a long one."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_store")
        return
    given = (request.getfixturevalue(f"postgres_{each}") for each in ("server", "place", "template"))
    with filled_place(*given) as made:
        yield made


def _plans(store: Store, ask: Callable[[Session], object]) -> str:
    """How the engine finds the rows of each statement, with scanning made as dear as it is in a full table."""
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        asked.append((statement, values))

    with store.session(1) as session:
        event.listen(store.engine(), "before_cursor_execute", note)
        assert ask(session), "nothing was found, so nothing was looked for"
        event.remove(store.engine(), "before_cursor_execute", note)
        if store.kind == "postgres":
            session.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN" if store.kind == "postgres" else "EXPLAIN QUERY PLAN"
        driver = session.connection().execution_options(across_clinics=True).exec_driver_sql
        told = [
            row[-1] for sql, values in asked for row in driver(f"{explain} {sql}", values) if "set_config" not in sql
        ]
    return "\n".join(told)


def test_the_hot_queries_use_an_index(store: Store) -> None:
    filled(store, 1)
    plans = {name: _plans(store, ask) for name, ask in HOT.items()}
    scanning = {name: plan for name, plan in plans.items() if "Seq Scan" in plan or "SCAN " in plan}
    assert scanning == {}
    assert all("clinic_id" in plan for plan in plans.values())


def test_letters_at_their_end_are_not_looked_through(store: Store) -> None:
    """The index holds only letters that wait, and the queries are asked in its words."""
    filled(store, 1)
    for ask in (HOT["lease_one"], lambda s: clinics_with_due_letters(s, NOW)):
        assert "ix_letter_due_at" in _plans(store, ask)


def test_requests_to_be_called_are_not_looked_for_among_all_entries(store: Store) -> None:
    """The index holds only requests, and the query is asked in its words."""
    filled(store, 1)
    plans = _plans(store, lambda s: [calls_of(s, 1, [PATIENT])])
    assert "ix_entry_calls" in plans
