"""Row-level security on PostgreSQL: each role sees one clinic's rows, and only what it needs of them.

Made from the metadata after every upgrade and checked at every start. It binds the owner too (FORCE), because a policy
that its owner can forget is none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, inspect, text

from rehab_tracker.domain.errors import NotReady
from rehab_tracker.storage.database import Base
from rehab_tracker.storage.privileges import ACROSS_CLINICS, APP, JOBS, NEVER_CHANGED, WATCH

POLICY = "clinic_id = NULLIF(current_setting('app.clinic_id', true), '')::int"
"""One inline comparison; the setting is '' and not NULL after its transaction."""

POLICY_AS_KEPT = "(clinic_id = (NULLIF(current_setting('app.clinic_id'::text, true), ''::text))::integer)"
"""The same, as PostgreSQL writes it down."""

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE insufficient_privilege USING MESSAGE = TG_TABLE_NAME || ' only grows';
END $$
"""

WHOLE_TABLE = re.compile(r"\b[A-Z]+\b(?! \()")
"""A privilege that is not for some columns only."""


class Roles(NamedTuple):
    """The names of the three roles that serve; none of them owns anything."""

    app: str = "rehab_app"
    jobs: str = "rehab_jobs"
    watch: str = "rehab_watch"

    def grants(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yield each role with its grants."""
        return zip(self, (APP, JOBS, WATCH), strict=True)


def secure(connection: Connection, roles: Roles) -> None:
    """Put policies, grants and triggers on every table, as the metadata and the table of privileges say.

    Raises NotReady, with the statements that make them, when a role is missing. Does the same when run again.
    """
    _must_exist(connection, roles)
    here = set(inspect(connection).get_table_names())
    _run(connection, ["REVOKE ALL ON SCHEMA public FROM PUBLIC", REFUSE_CHANGE])
    for table in sorted(here & clinic_tables()):
        present = _present_policies(connection, table)
        _run(connection, (f'DROP POLICY "{name}" ON {table}' for name in present))
        _run(connection, _policies(table, roles))
    for table in sorted(here & NEVER_CHANGED):
        _run(connection, _never_changed(table))
    columns = {table: {each["name"] for each in inspect(connection).get_columns(table)} for table in here}
    for role, grants in roles.grants():
        _run(connection, _grants(role, grants, columns))


def lift(connection: Connection) -> None:
    """Let the owner see and change every clinic's rows for the rest of this transaction, which must end in ``secure``.

    Without it a revision that fills a new column would find no rows, and say nothing.
    """
    here = set(inspect(connection).get_table_names())
    _run(connection, (f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in sorted(here & clinic_tables())))
    _run(connection, (f"DROP TRIGGER IF EXISTS only_grows ON {table}" for table in sorted(here & NEVER_CHANGED)))


def clinic_tables() -> set[str]:
    """Return the tables whose rows belong to a clinic."""
    return {table.name for table in Base.metadata.tables.values() if "clinic_id" in table.c}


def _run(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def _policies(table: str, roles: Roles) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY one_clinic ON {table} USING ({POLICY})"
    if table in ACROSS_CLINICS:
        yield f'CREATE POLICY across_clinics ON {table} FOR SELECT TO "{roles.jobs}" USING (true)'


def _never_changed(table: str) -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS only_grows ON {table}"
    yield (
        f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _grants(role: str, grants: Mapping[str, str], here: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield what gives a role its grants on the tables and columns that are there at this revision."""
    yield f'GRANT USAGE ON SCHEMA public TO "{role}"'
    for table in sorted(here):
        yield f'REVOKE ALL ON {table} FROM "{role}"'
        if table in grants:
            yield f'GRANT {_on_columns(grants[table], here[table])} ON {table} TO "{role}"'


def _on_columns(grant: str, here: set[str]) -> str:
    """Return a grant without the columns that are not there yet, and without what is granted on none."""
    parts = re.findall(r"([A-Z]+)(?: \(([^)]*)\))?", grant)
    kept = ((verb, [name for name in columns.split(", ") if name in here]) for verb, columns in parts)
    listed = [(verb, names) for (verb, names), (_, columns) in zip(kept, parts, strict=True) if names or not columns]
    return ", ".join(f"{verb} ({', '.join(names)})" if names else verb for verb, names in listed)


def _must_exist(connection: Connection, roles: Roles) -> None:
    there = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
    missing = [role for role in roles if role not in there]
    if missing:
        orders = "\n".join(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '…';" for role in missing)
        raise NotReady(
            "The database has no role %(roles)s. As a superuser, run:\n%(orders)s",
            code="role-missing",
            roles=", ".join(missing),
            orders=orders,
        )


def problems(connection: Connection, roles: Roles) -> list[str]:
    """Return what is not as ``secure`` leaves it, one line each; for the owner."""
    found: list[str] = []
    here = set(inspect(connection).get_table_names())
    for table in sorted(here & clinic_tables()):
        found += _row_security_problems(connection, table)
    for role, grants in roles.grants():
        found += _grant_problems(connection, role, {t: g for t, g in grants.items() if t in here})
    guarded = connection.scalars(text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'only_grows'"))
    found += [f"{table}: nothing refuses its change" for table in sorted(here & NEVER_CHANGED - set(guarded))]
    return found


def _row_security_problems(connection: Connection, table: str) -> Iterator[str]:
    state = connection.execute(
        text("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = to_regclass(:table)"),
        {"table": table},
    ).one()
    if not all(state):
        yield f"{table}: row-level security is not enabled and forced"
    wanted = {"one_clinic": POLICY_AS_KEPT} | ({"across_clinics": "true"} if table in ACROSS_CLINICS else {})
    present = _present_policies(connection, table)
    if present != wanted:
        yield f"{table}: its policies are {present or 'none'}"


def _present_policies(connection: Connection, table: str) -> dict[str, str]:
    """Return the policies of a table, each with its condition."""
    query = text("SELECT policyname, qual FROM pg_policies WHERE schemaname = 'public' AND tablename = :table")
    return {row.policyname: row.qual for row in connection.execute(query, {"table": table})}


def _grant_problems(connection: Connection, role: str, grants: Mapping[str, str]) -> Iterator[str]:
    """Yield the tables on which a role holds more or less than it should; columns are not looked at."""
    held: dict[str, set[str]] = {}
    rows = connection.execute(
        text("SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = :role"),
        {"role": role},
    )
    for table, privilege in rows:
        held.setdefault(table, set()).add(privilege)
    for table in sorted(held.keys() | grants.keys()):
        if held.get(table, set()) != set(WHOLE_TABLE.findall(grants.get(table, ""))):
            yield f"{table}: {role} holds {', '.join(sorted(held.get(table, set()))) or 'nothing'}"
