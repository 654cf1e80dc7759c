"""A test's database on PostgreSQL, emptied for the next one where that gives what a new copy would give.

To make one costs eighty times as much. Whatever changed tables, rights or policies shows in the catalogues.
"""

import psycopg
from psycopg import Connection, sql

CATALOGUES = ("class", "attribute", "attrdef", "constraint", "index", "policy", "proc", "trigger", "db_role_setting")
LONGEST_WAIT = "2s"
"""What a session that is being ended still holds is free by then; else the database is made anew."""


def made_of(connection: Connection) -> list[tuple[object, ...]]:
    """What the catalogues of a database hold: how much, and which transaction changed them last."""
    each = [f"SELECT count(*), max(xmin::text::bigint) FROM pg_{name}" for name in CATALOGUES]
    return connection.execute(" UNION ALL ".join(each)).fetchall()


def emptied(connection: Connection, before: list[tuple[object, ...]]) -> bool:
    """Takes every row out of a database; says so, and does nothing, where more than rows changed since ``before``."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    if made_of(connection) != before:
        return False
    try:
        connection.execute(_without_rows(connection))
    except psycopg.errors.LockNotAvailable:
        return False
    return made_of(connection) == before


def _without_rows(connection: Connection) -> sql.Composed:
    kept = "relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"
    tables = [name for (name,) in connection.execute(f"SELECT relname FROM pg_class WHERE {kept} ORDER BY 1")]
    deletes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in tables]
    begun = sql.SQL(f"SET session_replication_role = replica; SET lock_timeout = '{LONGEST_WAIT}'")
    anew = sql.SQL("SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence")
    return sql.SQL("; ").join([begun, *deletes, anew])
