"""The database's revisions: numbered files under ``migrations/``, run one after another in one transaction.

Only one process revises at a time. While it does, the owner sees every clinic's rows, since a revision that fills a
column must; at the end of the same transaction policies, grants and triggers are put on every table, as the code says.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.schema import CreateTable

from rehab_tracker.domain.errors import NotReady
from rehab_tracker.storage import row_security, sqlite_triggers
from rehab_tracker.storage.database import Base
from rehab_tracker.storage.row_security import Roles

ROOT = Path(__file__).parents[2]
CHECK_NAME = re.compile(r"CONSTRAINT (\w+) CHECK")
ONE_AT_A_TIME = """
SELECT set_config('lock_timeout', '60s', true), pg_advisory_xact_lock(hashtext('rehab_tracker revisions'))
"""


def head() -> str:
    """Return the revision that this code expects."""
    return (ROOT / "migrations" / "head.txt").read_text(encoding="ascii").strip()


def current(engine: Engine) -> str | None:
    """Return the revision that the database is at, None for an empty one."""
    with engine.connect().execution_options(across_clinics=True, read_only=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, to: str = "head", roles: Roles = Roles()) -> None:  # noqa: B008  # a constant tuple
    """Bring the database to a revision, the newest unless one is named, and secure it; all of it or nothing.

    ``engine`` is the owner's. Raises NotReady when a role is missing.
    """
    with revising(engine, roles) as connection:
        command.upgrade(_configuration(connection), to)


def downgrade(engine: Engine, to: str, *, lose_data: bool = False, roles: Roles = Roles()) -> None:  # noqa: B008
    """Take the database back to an older revision (``base`` is empty); raise NotReady before any row would be lost."""
    with revising(engine, roles) as connection:
        command.downgrade(_configuration(connection, lose_data), to)


def _configuration(connection: Connection | None = None, lose_data: bool = False) -> Config:
    configuration = Config(toml_file=ROOT / "pyproject.toml")
    configuration.attributes.update(connection=connection, lose_data=lose_data)
    return configuration


@contextmanager
def revising(engine: Engine, roles: Roles = Roles()) -> Iterator[Connection]:  # noqa: B008
    """Give a connection on which nobody else revises and every row is seen, and secure what it leaves behind."""
    with engine.connect() as connection:
        within = _revising_sqlite if connection.dialect.name == "sqlite" else _revising_postgres
        with within(connection, roles):
            yield connection


@contextmanager
def _revising_postgres(connection: Connection, roles: Roles) -> Iterator[None]:
    with connection.begin():
        connection.execute(text(ONE_AT_A_TIME))
        connection.execute(text("SELECT set_config('lock_timeout', '5s', true)"))
        row_security.lift(connection)
        yield
        row_security.secure(connection, roles)


@contextmanager
def _revising_sqlite(connection: Connection, roles: Roles) -> Iterator[None]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    # A table that Alembic makes anew must not take along the rows that point to it. Only works outside a transaction.
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.begin():
            sqlite_triggers.lift(connection)
            yield
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken:
                raise NotReady("After this step a row of %(table)s would point to nothing.", table=broken[0])
            sqlite_triggers.secure(connection)
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def differences(engine: Engine, roles: Roles = Roles()) -> list[str]:  # noqa: B008
    """Return how the database differs from what the code expects, one line each; ``engine`` is the owner's."""
    found = current(engine)
    if found != head():
        return [f"the database is at revision {found or 'none'}, the code expects {head()}"]
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        lines = [_written(change) for change in compare_metadata(context, Base.metadata)]
        lines += _check_problems(connection)
        if connection.dialect.name == "sqlite":
            return lines + sqlite_triggers.problems(connection)
        return lines + row_security.problems(connection, roles)


def _written(change: Any) -> str:
    return " ".join(str(part) for part in (change[0] if isinstance(change, list) else change))


def _check_problems(connection: Connection) -> Iterator[str]:
    """Yield the tables whose CHECKs have other names than the code's; Alembic does not compare them."""
    for table in Base.metadata.sorted_tables:
        wanted = set(CHECK_NAME.findall(str(CreateTable(table).compile(dialect=connection.dialect))))
        present = {str(check["name"]) for check in inspect(connection).get_check_constraints(table.name)}
        if wanted != present:
            yield f"{table.name}: its checks differ in {', '.join(sorted(wanted ^ present))}"
