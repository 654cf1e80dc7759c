"""What must hold before anything is served: one clinic at a time is seen, and what is acknowledged is kept."""

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, inspect, select, text

from rehab_tracker.domain.errors import NotReady
from rehab_tracker.storage import sqlite_triggers
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.row_security import clinic_tables
from rehab_tracker.storage.sqlite_guard import ClinicNotNamed

DURABLE_SQLITE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
"""``synchronous`` 2 is FULL: a commit is on the disk before it is acknowledged."""

DURABLE_POSTGRES = ("fsync", "full_page_writes", "synchronous_commit")

MAY_SEE_ALL = """
SELECT EXISTS (
  SELECT FROM pg_policies WHERE tablename = :table AND policyname = 'across_clinics' AND current_user = ANY (roles)
)
"""
"""The jobs role lists clinics with something due across all of them."""


def self_test(engine: Engine) -> None:
    """Raise NotReady, with what is wrong, unless this engine's role is confined and its database durable.

    It needs no rows made for it. PostgreSQL itself says for each table whether its policies bind this role; besides,
    a session without a clinic must see no row, and one under any clinic no row of another. On SQLite the guard must
    refuse a statement without a clinic, and the triggers must be there.
    """
    faults = list(_sqlite_faults(engine) if engine.dialect.name == "sqlite" else _postgres_faults(engine))
    if faults:
        raise NotReady(
            "The database is not safe to serve from: %(faults)s.", code="unsafe-database", faults="; ".join(faults)
        )


def _sqlite_faults(engine: Engine) -> Iterator[str]:
    with engine.connect().execution_options(across_clinics=True) as connection:
        for name, wanted in DURABLE_SQLITE.items():
            found = connection.scalar(text(f"PRAGMA {name}"))
            if found != wanted:
                yield f"{name} is {found}"
        yield from sqlite_triggers.problems(connection)
    with engine.connect() as connection:
        try:
            connection.execute(select(Patient.id))
            yield "statements without a clinic are not refused"
        except ClinicNotNamed:
            pass


def _postgres_faults(engine: Engine) -> Iterator[str]:
    with engine.connect() as connection:
        yield from _role_faults(connection)
        for name in DURABLE_POSTGRES:
            if connection.scalar(text("SELECT current_setting(:name)"), {"name": name}) == "off":
                yield f"{name} is off"
        for table in sorted(clinic_tables() & set(inspect(connection).get_table_names())):
            yield from _leaks(connection, table)


def _role_faults(connection: Connection) -> Iterator[str]:
    role = connection.execute(
        text("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    ).one()
    if role.rolsuper:
        yield f"{role.rolname} is a superuser"
    if role.rolbypassrls:
        yield f"{role.rolname} may bypass row-level security"
    owned = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND pg_has_role(tableowner, 'MEMBER')"
    if connection.scalar(text(owned)):
        yield f"{role.rolname} owns tables"


def _leaks(connection: Connection, table: str) -> Iterator[str]:
    """Yield why rows of several clinics can be seen in a table, if they can."""
    named = {"table": table}
    if not connection.scalar(text("SELECT row_security_active(to_regclass(:table))"), named):
        yield f"row-level security does not bind {table}"
    if not connection.scalar(text("SELECT has_table_privilege(to_regclass(:table), 'SELECT')"), named):
        return
    if connection.scalar(text(MAY_SEE_ALL), named):
        return
    for clinic in (0, *connection.scalars(text("SELECT id FROM clinic ORDER BY id DESC LIMIT 2"))):
        connection.execute(text("SELECT set_config('app.clinic_id', :clinic, true)"), {"clinic": str(clinic or "")})
        others = text(f"SELECT EXISTS (SELECT FROM {table} WHERE clinic_id <> :clinic)")
        if connection.scalar(others, {"clinic": clinic}):
            yield f"{table} shows rows of another clinic"
