"""PostgreSQL alone keeps clinics apart: with no filter of ours, no role sees or changes another clinic's rows."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from rehab_tracker.storage.database import Base
from rehab_tracker.storage.privileges import ACROSS_CLINICS, APP, JOBS, WATCH
from rehab_tracker.storage.sqlite_guard import SHARED
from tests.conftest import Role, Store
from tests.storage.rows import checksums, filled, rows_of

pytestmark = pytest.mark.postgres

TABLES = Base.metadata.tables
CLINIC_TABLES = sorted(set(TABLES) - SHARED)
SERVING: list[Role] = ["app", "jobs", "watch"]
PATIENT, TEAM = TABLES["patient"], TABLES["care_team"]

MAY_DELETE = {
    ("rehab_app", "care_team"),
    # What is made anew from entries.
    *((f"rehab_{role}", table) for role in ("app", "jobs") for table in ("site_bout", "site_ledger")),
    # What is of no more use after its time.
    *(("rehab_jobs", table) for table in ("staff_session", "enrolment_code", "failed_attempt", "job_run")),
}
"""Who deletes from what: never what a patient wrote, an alert, a letter or the audit."""


@pytest.fixture
def two_clinics(postgres_store: Store) -> Store:
    """Clinics 1 and 2, each with a row in every table."""
    filled(postgres_store, 1, 2)
    return postgres_store


def _catalogue(store: Store, query: str, **values: Any) -> list[Any]:
    with store.engine("superuser").connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def test_every_clinics_table_is_enabled_and_forced_with_one_policy(postgres_store: Store) -> None:
    tables = _catalogue(
        postgres_store,
        "SELECT relname::text, relrowsecurity, relforcerowsecurity FROM pg_class"
        " JOIN pg_attribute ON attrelid = pg_class.oid WHERE relkind IN ('r', 'p') AND attname = 'clinic_id'",
    )
    assert sorted(tables) == [(name, True, True) for name in CLINIC_TABLES]
    policies = _catalogue(
        postgres_store, "SELECT tablename::text, cmd, permissive, roles::text, qual, with_check FROM pg_policies"
    )
    inline = "(clinic_id = (NULLIF(current_setting('app.clinic_id'::text, true), ''::text))::integer)"
    wanted = [(name, "ALL", "PERMISSIVE", "{public}", inline, None) for name in CLINIC_TABLES]
    wanted += [(name, "SELECT", "PERMISSIVE", "{rehab_jobs}", "true", None) for name in ACROSS_CLINICS]
    assert sorted(policies, key=str) == sorted(wanted, key=str)


def test_the_roles_that_serve_own_nothing_and_are_bound(postgres_store: Store) -> None:
    roles = _catalogue(
        postgres_store,
        "SELECT rolname::text, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
        " WHERE rolname LIKE 'rehab_%' AND rolname <> 'rehab_owner'",
    )
    assert sorted(roles) == [(f"rehab_{role}", *[False] * 5) for role in sorted(SERVING)]
    owners = _catalogue(
        postgres_store,
        "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    )
    assert owners == [("rehab_owner",)]
    members = _catalogue(
        postgres_store, "SELECT member::regrole::text FROM pg_auth_members WHERE member::regrole::text LIKE 'rehab_%'"
    )
    assert members == []


def test_nothing_steps_round_the_policies(postgres_store: Store) -> None:
    """No view that isn't bound to its reader's rights, and no function with its owner's."""
    views = "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    definers = "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    assert _catalogue(postgres_store, views) == _catalogue(postgres_store, definers) == []


def test_each_role_holds_what_the_table_of_privileges_says(postgres_store: Store) -> None:
    """Down to columns; nobody truncates, and nobody deletes but where ``MAY_DELETE`` says so."""
    held = _catalogue(
        postgres_store,
        "SELECT grantee::text, table_name::text, privilege_type::text, 'all' FROM information_schema.role_table_grants"
        " WHERE grantee LIKE 'rehab_%' AND grantee <> 'rehab_owner' AND table_schema = 'public'"
        " UNION ALL SELECT grantee::regrole::text, relname::text, privilege_type::text, attname::text"
        " FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, aclexplode(attacl)"
        " WHERE relnamespace = 'public'::regnamespace",
    )
    wanted = [row for role, grants in zip(SERVING, (APP, JOBS, WATCH), strict=True) for row in _rights(role, grants)]
    assert sorted(held) == sorted(wanted)
    assert {(role, table) for role, table, verb, _ in held if verb == "DELETE"} == MAY_DELETE
    assert not {verb for _, _, verb, _ in held} & {"TRUNCATE", "REFERENCES", "TRIGGER"}
    assert {verb for role, _, verb, _ in held if role == "rehab_watch"} == {"SELECT"}


def _rights(role: str, grants: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for table, said in grants.items():
        for part in re.split(r", (?=[A-Z])", said):
            verb, _, columns = part.partition(" (")
            for column in columns.rstrip(")").split(", ") if columns else ["all"]:
                yield f"rehab_{role}", table, verb, column


def test_every_table_has_its_line_in_the_table_of_privileges() -> None:
    assert APP.keys() == TABLES.keys() | {"alembic_version"}
    assert APP.keys() >= JOBS.keys() >= WATCH.keys()


@pytest.mark.parametrize("role", ["app", "owner"])
@pytest.mark.parametrize("clinic_id", [1, 2])
def test_without_any_filter_only_the_sessions_clinic_is_seen(two_clinics: Store, role: Role, clinic_id: int) -> None:
    with two_clinics.session(clinic_id, role) as session:
        seen = {name: session.scalars(select(TABLES[name].c.clinic_id)).all() for name in CLINIC_TABLES}
    assert seen == {name: [clinic_id] for name in CLINIC_TABLES}


@pytest.mark.parametrize("role", ["app", "owner"])
def test_without_a_clinic_nothing_is_seen(two_clinics: Store, role: Role) -> None:
    with two_clinics.session(role=role) as session:
        assert {
            name: session.scalar(select(func.count()).select_from(TABLES[name])) for name in CLINIC_TABLES
        } == dict.fromkeys(CLINIC_TABLES, 0)


@pytest.mark.parametrize("sabotage", ["NO FORCE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"])
def test_the_tests_above_can_fail(two_clinics: Store, sabotage: str) -> None:
    """The positive control: without FORCE the owner, and without ENABLE everybody, sees both clinics."""
    with two_clinics.engine("superuser").begin() as connection:
        for name in CLINIC_TABLES:
            connection.execute(text(f"ALTER TABLE {name} {sabotage}"))
    role: Role = "owner" if "FORCE" in sabotage else "app"
    with two_clinics.session(1, role) as session:
        seen = {name: sorted(session.scalars(select(TABLES[name].c.clinic_id))) for name in CLINIC_TABLES}
    assert seen == {name: [1, 2] for name in CLINIC_TABLES}


def _checksums(store: Store) -> dict[str, str]:
    with store.engine("superuser").connect() as connection:
        return checksums(connection)


def test_another_clinics_rows_are_not_changed(two_clinics: Store) -> None:
    before = _checksums(two_clinics)
    with two_clinics.session(1) as session:
        assert session.execute(update(PATIENT).where(PATIENT.c.clinic_id == 2).values(name="x")).rowcount == 0
        assert (
            session.execute(
                update(PATIENT).where(PATIENT.c.id == rows_of(2)["patient"]["id"]).values(name="x")
            ).rowcount
            == 0
        )
        assert session.execute(delete(TEAM).where(TEAM.c.clinic_id == 2)).rowcount == 0
        session.commit()
    assert _checksums(two_clinics) == before


REFUSAL = "row-level security|permission denied|only grows"


@pytest.mark.parametrize("role", ["app", "owner"])
def test_no_row_is_added_to_or_moved_into_another_clinic(two_clinics: Store, role: Role) -> None:
    before, new = _checksums(two_clinics), rows_of(2, nth=5)
    with two_clinics.session(1, role) as session:
        for name in CLINIC_TABLES:
            with pytest.raises(DBAPIError, match="row-level security"), session.begin_nested():
                session.execute(insert(TABLES[name]), [new[name]])
            with pytest.raises(DBAPIError, match=REFUSAL), session.begin_nested():
                session.execute(update(TABLES[name]).values(clinic_id=2))
        session.commit()
    assert _checksums(two_clinics) == before


@pytest.mark.parametrize("role", SERVING)
def test_a_role_cannot_lift_its_own_bounds(two_clinics: Store, role: Role) -> None:
    orders = (
        "ALTER TABLE patient DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE patient NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY one_clinic ON patient",
        "CREATE POLICY mine ON patient USING (true)",
        "TRUNCATE care_team",
        "DROP TABLE care_team",
        "CREATE TABLE public.mine (id int)",
        "CREATE VIEW public.mine AS SELECT * FROM patient",
        "SET ROLE rehab_owner",
        "SET SESSION AUTHORIZATION rehab_owner",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        "COPY patient TO PROGRAM 'cat'",
        "GRANT ALL ON patient TO CURRENT_USER",
        "DELETE FROM patient",
        "INSERT INTO clinic SELECT * FROM clinic",
        "UPDATE clinic SET name = name",
    )
    for order in orders:
        with two_clinics.session(1, role) as session, pytest.raises(DBAPIError):
            granted = session.execute(text(order))
            assert order.startswith("GRANT") and granted.rowcount == -1
            # PostgreSQL only warns when nothing could be granted; nothing may have been.
            session.execute(text("DELETE FROM patient"))
    with two_clinics.session(1, role) as session, pytest.raises(DBAPIError):
        session.execute(text("SET LOCAL row_security = off"))
        session.execute(text("SELECT count(*) FROM involvement"))


def test_jobs_lists_letters_over_all_clinics_and_changes_those_of_one(two_clinics: Store) -> None:
    letter = TABLES["letter"]
    with two_clinics.session(role="jobs") as session:
        assert sorted(session.scalars(select(letter.c.clinic_id))) == [1, 2]
        assert session.execute(update(letter).values(attempts=9)).rowcount == 0
    with two_clinics.session(2, "jobs") as session:
        assert session.execute(update(letter).values(attempts=9)).rowcount == 1
        with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
            session.execute(update(letter).values(address="else@where.example"))
        for name in ("device", "person_change", "record_opening"):
            with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
                session.execute(select(TABLES[name]))
        for secret in ("staff.password_hash", "staff_session.token_sha256", "enrolment_code.code_sha256"):
            table, _, column = secret.partition(".")
            with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
                session.execute(select(TABLES[table].c[column]))
        for table in ("entry", "alert", "alert_step", "letter", "audit_event", "patient"):
            with pytest.raises(DBAPIError, match=REFUSAL), session.begin_nested():
                session.execute(delete(TABLES[table]))


def test_watch_sees_when_letters_wait_and_nothing_of_them(two_clinics: Store) -> None:
    letter = TABLES["letter"]
    with two_clinics.session(1, "watch") as session:
        assert session.scalars(select(letter.c.state)).all() == ["queued"]
        for column in ("address", "values", "reference", "message_id"):
            with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
                session.execute(select(letter.c[column]))
