"""What SQLite's triggers refuse: a row that moves to another clinic, and every change that PostgreSQL grants nobody."""

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

from rehab_tracker.storage.database import Base
from rehab_tracker.storage.privileges import refused


def secure(connection: Connection) -> None:
    """Put the triggers on every table of a clinic. Does the same when run again."""
    lift(connection)
    here = set(inspect(connection).get_table_names())
    for name, order in _wanted(here).items():
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {order}")


def lift(connection: Connection) -> None:
    """Take all triggers away, for revisions that change rows; their transaction must end in ``secure``."""
    for name in _present(connection):
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def problems(connection: Connection) -> list[str]:
    """Return the triggers that are missing, changed or not ours, one line each."""
    wanted = {
        n: f"CREATE TRIGGER {n} {order}" for n, order in _wanted(set(inspect(connection).get_table_names())).items()
    }
    present = _present(connection)
    return [f"{name}: the trigger is missing or changed" for name in wanted if present.get(name) != wanted[name]] + [
        f"{name}: a trigger that is not ours" for name in present.keys() - wanted.keys()
    ]


def _present(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").execution_options(across_clinics=True)
    )
    return {row.name: row.sql for row in rows}


def _wanted(here: set[str]) -> dict[str, str]:
    """Return the triggers by name, each as what follows ``CREATE TRIGGER name``."""
    return {
        name: order
        for table in Base.metadata.sorted_tables
        if table.name in here and "clinic_id" in table.c
        for name, order in _of_table(table.name)
    }


def _of_table(table: str) -> Iterator[tuple[str, str]]:
    verbs = refused(table)
    for verb in verbs:
        order = f"BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} allows no {verb}'); END"
        yield f"{table}_no_{verb.lower()}", order
    if "UPDATE" not in verbs:
        moves = "WHEN NEW.clinic_id IS NOT OLD.clinic_id BEGIN SELECT RAISE(ABORT, 'a row stays in its clinic'); END"
        yield f"{table}_stays", f"BEFORE UPDATE OF clinic_id ON {table} {moves}"
