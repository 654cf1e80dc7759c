"""The revisions make what the code expects, and can be walked up, down and up again without losing a row unasked."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable

from rehab_tracker.domain.errors import NotReady
from rehab_tracker.storage import revisions
from rehab_tracker.storage.database import Base
from tests.conftest import Store
from tests.storage.rows import checksums, filled

ROOT = Path(__file__).parents[2]
ALL = ["0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009"]
OF_REVISION = {
    "base": [],
    "0001": ["clinic", "clinic_settings", "clinic_text", "staff", "staff_session", "patient", "care_team"]
    + ["record_opening", "enrolment_code", "device", "failed_attempt"],
    "0002": ["involvement", "usual_pain", "entry", "pain_score", "red_flag_report", "weight_bearing_report"]
    + ["exercise_report", "refused_item"],
    "0003": ["alert", "alert_step", "letter", "audit_event"],
    "0004": ["person_change", "call_request", "call_answer"],
    "0005": [
        "record_item",
        "protocol_template",
        "plan",
        "plan_act",
        "limb_order",
        "prescription",
        "hold",
    ],
    "0006": [],
    "0007": ["site_ledger", "site_bout"],
    "0008": [],
    "0009": ["alert_call", "duty_shift", "absence", "mail_preference", "due_job", "job_run", "beat", "breaker"],
}


FOUND_OUT_ANEW = {"due_job", "beat", "breaker"}
"""Tables of the clock that a step back drops without asking: nobody told it what they hold."""


def _before_the_clock(store: Store, *clinics: int) -> None:
    """Fills every table, then goes back to where nothing of the clock is kept."""
    filled(store, *clinics)
    revisions.downgrade(store.engine("owner"), "0008", lose_data=True)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(Config(toml_file=ROOT / "pyproject.toml"))


def test_revisions_are_numbered_in_one_line_that_ends_in_head_txt() -> None:
    walked = [script.revision for script in _scripts().walk_revisions()][::-1]
    assert walked == [f"{n:04}" for n in range(1, len(walked) + 1)] == ALL
    assert revisions.head() == walked[-1] == (ROOT / "migrations/head.txt").read_text().strip()
    files = sorted(path.name for path in (ROOT / "migrations/versions").glob("*.py"))
    assert [name[:5] for name in files] == [f"{number}_" for number in walked]


def test_an_empty_database_is_brought_to_the_newest_revision(empty_store: Store) -> None:
    owner = empty_store.engine("owner")
    assert revisions.current(owner) is None
    assert revisions.differences(owner) == ["the database is at revision none, the code expects 0009"]
    revisions.upgrade(owner)
    revisions.upgrade(owner)
    assert revisions.current(owner) == revisions.current(empty_store.engine()) == "0009"
    assert revisions.differences(owner) == []


def _written(engine: Engine) -> dict[str, list[str]]:
    """Everything that makes a table what it is, as the database itself tells it."""
    with engine.connect() as connection:
        return _of_postgres(connection) if engine.dialect.name == "postgresql" else _of_sqlite(connection)


def _of_postgres(connection: Connection) -> dict[str, list[str]]:
    columns = """SELECT table_name, concat_ws(' ', column_name, data_type, character_maximum_length, is_nullable,
        column_default) FROM information_schema.columns WHERE table_schema = 'public'"""
    rules = """SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid > 0"""
    indexes = "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    found: dict[str, list[str]] = {}
    for query in (columns, rules, indexes):
        for table, line in connection.execute(text(query)):
            if table in Base.metadata.tables:
                found.setdefault(table, []).append(line)
    return {table: sorted(lines) for table, lines in found.items()}


def _of_sqlite(connection: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, made in connection.execute(
        text("SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index')")
    ):
        if table in Base.metadata.tables and made:
            lines = [line.strip().rstrip(",") for line in made.splitlines()]
            found.setdefault(table, []).extend(line for line in lines if line)
    return {table: sorted(lines) for table, lines in found.items()}


def test_the_revisions_make_exactly_the_tables_of_the_code(
    store: Store, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Every column, key, CHECK and index, word for word: Alembic's own comparison leaves out CHECKs."""
    if store.kind == "postgres":
        straight = request.getfixturevalue("empty_postgres")
    else:
        straight = Store("sqlite", lambda role: f"sqlite:///{tmp_path / 'straight.sqlite3'}")
    Base.metadata.create_all(straight.engine("owner"))
    assert _written(store.engine("owner")) == _written(straight.engine("owner"))
    straight.close()


def test_every_table_is_in_the_list_of_this_test() -> None:
    assert sorted(name for names in OF_REVISION.values() for name in names) == sorted(Base.metadata.tables)


@pytest.mark.parametrize("revision", ALL)
def test_up_down_up_of_an_empty_database(empty_store: Store, revision: str) -> None:
    owner = empty_store.engine("owner")
    before = f"{int(revision) - 1:04}".replace("0000", "base")
    revisions.upgrade(owner, revision)
    made = _written(owner)
    revisions.downgrade(owner, before)
    assert revisions.current(owner) == (None if before == "base" else before)
    assert sorted(_written(owner)) == sorted(name for r in ALL if r < revision for name in OF_REVISION[r])
    revisions.upgrade(owner, revision)
    assert _written(owner) == made
    revisions.upgrade(owner)
    assert revisions.differences(owner) == []


@pytest.mark.parametrize("to", ["0003", "0002", "0001"])
def test_up_down_up_of_a_filled_database_keeps_every_row_that_has_a_table(store: Store, to: str) -> None:
    filled(store, 1, 2, each=3)
    owner, all_rows = store.engine("owner"), store.engine("superuser")
    kept = [name for revision in ALL if revision <= to for name in OF_REVISION[revision]]
    with all_rows.connect() as connection:
        before = checksums(connection)
    assert all(not digest.startswith("0 ") for digest in before.values())
    revisions.downgrade(owner, to, lose_data=True)
    revisions.upgrade(owner)
    assert revisions.differences(owner) == []
    with all_rows.connect() as connection:
        after = checksums(connection)
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert all(after[name].startswith("0 ") for name in after if name not in kept)


@pytest.mark.parametrize("to", ["0003", "0002", "0001", "base"])
def test_a_step_back_that_would_lose_rows_is_refused(store: Store, to: str) -> None:
    """Also on PostgreSQL, where the owner is bound by row-level security and would see no row to lose."""
    filled(store, 1)
    with store.engine("superuser").connect() as connection:
        before = checksums(connection)
    with pytest.raises(NotReady, match="--lose-data") as refused:
        revisions.downgrade(store.engine("owner"), to)
    assert refused.value.code == "loses-data"
    assert set(refused.value.values["tables"].split(", ")) == set(OF_REVISION["0009"]) - FOUND_OUT_ANEW
    with store.engine("superuser").connect() as connection:
        assert checksums(connection) == before
    assert revisions.differences(store.engine("owner")) == []


def test_a_step_back_that_would_make_a_month_a_day_is_refused(store: Store) -> None:
    _before_the_clock(store, 1)
    with revisions.revising(store.engine("owner")) as connection:
        connection.execute(text("UPDATE involvement SET onset = '2025-12-01', onset_precision = 'month'"))
    with pytest.raises(NotReady, match="--lose-data") as refused:
        revisions.downgrade(store.engine("owner"), "0004")
    assert refused.value.values["tables"] == "involvement"


@pytest.mark.parametrize("rule", ["recurrence", "over-limit", "not-improving", "exercise-pain", "known-site-flare"])
def test_a_step_back_that_would_lose_the_alerts_of_a_later_rule_is_refused(store: Store, rule: str) -> None:
    _before_the_clock(store, 1, 2)
    owner = store.engine("owner")
    with revisions.revising(owner) as connection:
        connection.execute(text("UPDATE alert SET rule = :rule WHERE clinic_id = 2"), {"rule": rule})
    with pytest.raises(NotReady, match="--lose-data") as refused:
        revisions.downgrade(owner, "0005")
    assert refused.value.values["tables"] == "alert" and revisions.current(owner) == "0008"
    revisions.downgrade(owner, "0005", lose_data=True)
    with store.engine("superuser").connect() as connection:
        assert [clinic for (clinic,) in connection.execute(text("SELECT clinic_id FROM alert"))] == [1]


def test_a_step_back_that_would_lose_outcomes_is_refused_and_else_lets_closed_alerts_rest(store: Store) -> None:
    _before_the_clock(store, 1, 2)
    owner = store.engine("owner")
    closes = "state = 'closed', outcome = 'injury', closed_on = '2026-01-05', closed_at = raised_at"
    with revisions.revising(owner) as connection:
        connection.execute(text(f"UPDATE alert SET {closes} WHERE clinic_id = 2"))
    with pytest.raises(NotReady, match="--lose-data") as refused:
        revisions.downgrade(owner, "0007")
    assert refused.value.values["tables"] == "alert" and revisions.current(owner) == "0008"
    revisions.downgrade(owner, "0007", lose_data=True)
    with store.engine("superuser").connect() as connection:
        states = connection.execute(text("SELECT clinic_id, state FROM alert ORDER BY clinic_id"))
        assert [tuple(row) for row in states] == [(1, "open"), (2, "superseded")]
    revisions.upgrade(owner)
    assert revisions.differences(owner) == []


def test_going_all_the_way_back_leaves_nothing(store: Store) -> None:
    filled(store, 1)
    revisions.downgrade(store.engine("owner"), "base", lose_data=True)
    assert _written(store.engine("owner")) == {}


def test_a_revision_that_fails_leaves_everything_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(store, 1)
    owner = store.engine("owner")
    made = _written(owner)

    def fails(configuration: Config, to: str) -> None:
        configuration.attributes["connection"].execute(text("DROP TABLE letter"))
        raise RuntimeError("half way")

    monkeypatch.setattr(command, "upgrade", fails)
    with pytest.raises(RuntimeError, match="half way"):
        revisions.upgrade(owner)
    assert _written(owner) == made and revisions.differences(owner) == []


def test_a_revision_can_fill_every_clinics_rows_and_what_never_changes(store: Store) -> None:
    """While a revision runs the owner sees all clinics, and triggers are lifted; afterwards neither holds."""
    filled(store, 1, 2)
    with revisions.revising(store.engine("owner")) as connection:
        for table in ("entry", "audit_event"):
            changed = connection.execute(text(f"UPDATE {table} SET clinic_id = clinic_id"))
            assert changed.rowcount == 2
    assert revisions.differences(store.engine("owner")) == []
    with store.engine("owner").connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text("UPDATE audit_event SET at = at"))


def test_a_row_that_would_point_to_nothing_stops_a_revision_on_sqlite(sqlite_store: Store) -> None:
    filled(sqlite_store, 1)
    owner = sqlite_store.engine("owner")
    with pytest.raises(NotReady, match="point to nothing"), revisions.revising(owner) as connection:
        connection.execute(text("DELETE FROM staff"))
    with owner.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM staff")) == 1
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_two_upgrades_at_once_are_one_after_the_other(empty_store: Store) -> None:
    failures: list[BaseException] = []

    def upgrade() -> None:
        try:
            revisions.upgrade(empty_store.engine("owner"))
        except BaseException as failure:
            failures.append(failure)

    empty_store.engine("owner")
    threads = [threading.Thread(target=upgrade) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    assert revisions.differences(empty_store.engine("owner")) == []


SABOTAGE = {
    "DROP INDEX ix_device_patient_id": "ix_device_patient_id",
    "ALTER TABLE device ADD COLUMN colour TEXT": "colour",
    "CREATE TABLE stray (id INTEGER PRIMARY KEY)": "stray",
}
ON_POSTGRES = {
    "ALTER TABLE patient ALTER COLUMN name TYPE text": "VARCHAR",
    "ALTER TABLE pain_score DROP CONSTRAINT ck_pain_score_at_rest": "ck_pain_score_at_rest",
    "ALTER TABLE patient NO FORCE ROW LEVEL SECURITY": "not enabled and forced",
    "CREATE POLICY wide ON patient USING (true)": "patient: its policies are {'one_clinic'",
    "DROP POLICY one_clinic ON patient": "patient: its policies are {'wide': 'true'}",
    "ALTER POLICY one_clinic ON entry USING (clinic_id = 1)": "entry: its policies are",
    "GRANT DELETE ON patient TO rehab_app": "rehab_app holds DELETE",
    "REVOKE INSERT ON entry FROM rehab_app": "rehab_app holds SELECT",
    "DROP TRIGGER only_grows ON audit_event": "nothing refuses its change",
}
ON_SQLITE = {
    "DROP TRIGGER entry_no_update": "entry_no_update",
    "CREATE TRIGGER odd BEFORE DELETE ON clinic BEGIN SELECT 1; END": "not ours",
}


def test_a_difference_is_told(store: Store) -> None:
    owner = store.engine("owner")
    for order, told in (SABOTAGE | (ON_POSTGRES if store.kind == "postgres" else ON_SQLITE)).items():
        with owner.begin() as connection:
            connection.execute(text(order))
        assert told in "\n".join(revisions.differences(owner)), order


def test_policies_grants_and_triggers_are_put_right_by_the_next_upgrade(store: Store) -> None:
    owner = store.engine("owner")
    rights = [o for o in ON_POSTGRES if "POLICY" in o or o.startswith(("GRANT", "REVOKE", "DROP TR")) or "FORCE" in o]
    for order in rights if store.kind == "postgres" else ON_SQLITE:
        with owner.begin() as connection:
            connection.execute(text(order))
    assert revisions.differences(owner) != []
    revisions.upgrade(owner)
    assert revisions.differences(owner) == []


@pytest.mark.postgres
def test_a_missing_role_is_named_with_the_order_that_makes_it(empty_postgres: Store) -> None:
    roles = revisions.Roles(jobs="nobody_made_me")
    with pytest.raises(NotReady, match="CREATE ROLE nobody_made_me LOGIN NOSUPERUSER NOBYPASSRLS"):
        revisions.upgrade(empty_postgres.engine("owner"), roles=roles)
    assert revisions.current(empty_postgres.engine("owner")) is None


def test_alembic_itself_revises_the_same_way(empty_store: Store) -> None:
    """`alembic -x url=… upgrade head`, as a developer would."""
    said: Any = type("Options", (), {"x": [f"url={empty_store.url('owner')}"]})
    configuration = Config(toml_file=ROOT / "pyproject.toml", cmd_opts=said)
    command.upgrade(configuration, "head")
    assert revisions.differences(empty_store.engine("owner")) == []


def test_no_revision_reads_todays_tables() -> None:
    """A revision is history: it may not change when the code does."""
    for path in (ROOT / "migrations/versions").glob("*.py"):
        assert not re.search(r"rehab_tracker\.storage|metadata", path.read_text()), path.name


def test_tables_can_be_written_down() -> None:
    """Both engines can be told of every table, so that the comparison above compares something."""
    for table in Base.metadata.sorted_tables:
        assert str(CreateTable(table)) and all(str(CreateIndex(index)) for index in table.indexes)
