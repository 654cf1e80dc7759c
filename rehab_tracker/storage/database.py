"""The database: what all tables share, how it is opened, and how a session is bound to one clinic.

A session works for exactly one clinic. PostgreSQL, told the clinic at the start of each transaction, hides every other
clinic's rows by row-level security; on SQLite ``sqlite_guard`` refuses statements that do not name the clinic. Without
a clinic a session sees nothing of any.
"""

import json
import sqlite3
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, ForeignKeyConstraint, MetaData, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column, registry, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import ColumnCollectionConstraint, Index, Table

from rehab_tracker.storage import sqlite_guard
from rehab_tracker.storage.columns import TYPES, checks

BUSY_SECONDS = 10
"""How long SQLite waits for another writer; the worst single wait measured was 2.5 s."""

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # NORMAL may lose the last acknowledged entries with the power.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = OFF",
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
)


def _last_column(constraint: ColumnCollectionConstraint | Index, table: Table) -> str:
    """Return the name of the last column: the first is ``clinic_id`` nearly everywhere."""
    return [column.name for column in constraint.columns][-1]


NAMES: dict[str, Any] = {
    "last_column": _last_column,
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(last_column)s",
    "uq": "uq_%(table_name)s_%(last_column)s",
    "ix": "ix_%(table_name)s_%(last_column)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    """What all tables share: how constraints are named, how Python types are kept, and a CHECK on every column."""

    registry = registry(metadata=MetaData(naming_convention=NAMES), type_annotation_map=TYPES)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        table: Table = cls.__table__  # type: ignore[assignment]  # no class here maps anything but a table
        for column in list(table.columns):
            for check in checks(column):
                table.append_constraint(check)


def columns_of(row: type[Base]) -> Table:
    """Return the plain table, for statements that want no objects."""
    table = row.__table__
    assert isinstance(table, Table)
    return table


class OfClinic:
    """A table whose rows belong to one clinic, which leads its key."""

    clinic_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, sort_order=-3)


def points_to(table: str, *columns: str, keys: tuple[str, ...] = ("id",)) -> ForeignKeyConstraint:
    """Return a foreign key to a row of the same clinic."""
    return ForeignKeyConstraint(["clinic_id", *columns], [f"{table}.{name}" for name in ("clinic_id", *keys)])


def belongs_to_clinic() -> ForeignKeyConstraint:
    """Return the foreign key to the clinic itself."""
    return ForeignKeyConstraint(["clinic_id"], ["clinic.id"])


def open_engine(url: str, *, owner: bool = False, pool_size: int = 5, statement_seconds: int = 30) -> Engine:
    """Return an engine on SQLite or PostgreSQL that keeps what it acknowledges.

    ``owner`` is for revisions and adding clinics: no statement timeout, and on SQLite no guard. Statements are given up
    after ``statement_seconds``, waits for a lock after 5 seconds (SQLite: 10 for the one write lock).
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url, owner)
    return _open_postgres(url, 0 if owner else statement_seconds, pool_size)


def _open_postgres(url: str, statement_seconds: int, pool_size: int) -> Engine:
    options = f"-c statement_timeout={statement_seconds}s -c lock_timeout=5s -c timezone=UTC"
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        pool_pre_ping=True,
        json_serializer=STRICT_JSON,
        connect_args={"options": options, "connect_timeout": 10, "application_name": "rehab_tracker"},
        hide_parameters=True,
    )
    event.listen(engine, "handle_error", _forget_values)
    return engine


def _forget_values(context: ExceptionContext) -> None:
    """Cut the values of a refused row out of the error: its text ends up in logs, which hold no patient data."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL")[0], *error.args[1:])


def _open_sqlite(url: str, owner: bool) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS}, json_serializer=STRICT_JSON, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    if not owner:
        sqlite_guard.guard(engine)
    return engine


STRICT_JSON = partial(json.dumps, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def _prepare_sqlite(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
    # The driver would begin transactions too late, and lose updates; `_begin_sqlite` does.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    """Begin with the write lock, so that nothing read can have changed before it is written; readers take none."""
    reads = bool(connection.get_execution_options().get("read_only"))
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    if connection.info.get("query_only", False) != reads:
        driver.execute(f"PRAGMA query_only = {int(reads)}")
        connection.info["query_only"] = reads
    begin = "BEGIN" if reads else "BEGIN IMMEDIATE"
    try:
        driver.execute(begin)
    except sqlite3.OperationalError as fault:
        # As every other statement fails, for those who wait and try again.
        raise OperationalError(begin, None, fault) from fault


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Return what makes sessions on this engine; each sees nothing until ``under_clinic`` names its clinic."""
    return sessionmaker(engine, expire_on_commit=False)


def under_clinic(session: Session, clinic_id: int) -> Session:
    """Return the session, bound to this clinic; a transaction that began for another clinic refuses to change it."""
    if session.in_transaction() and session.info.get("clinic_id") != clinic_id:
        raise RuntimeError("A transaction belongs to one clinic; end it before the session turns to another.")
    session.info["clinic_id"] = clinic_id
    return session


def read_only(session: Session) -> Session:
    """Return the session with a transaction begun that can't write and takes no write lock.

    Call it before the session's first query, after ``under_clinic``; it holds until commit or rollback.
    """
    session.connection(execution_options={"read_only": True})
    return session


@event.listens_for(Session, "after_begin")
def _tell_clinic(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Tell the database for which clinic this transaction works, before its first statement; none means nothing."""
    clinic_id = session.info.get("clinic_id")
    if connection.dialect.name == "sqlite":
        connection.execution_options(clinic_id=clinic_id)
    elif not transaction.nested:
        reads = connection.get_execution_options().get("read_only", False)
        # Only for this transaction: a plain SET would leak to the next user of the connection.
        connection.execute(
            TELL, {"clinic": "" if clinic_id is None else str(clinic_id), "reads": "on" if reads else "off"}
        )


TELL = text("SELECT set_config('app.clinic_id', :clinic, true), set_config('transaction_read_only', :reads, true)")
