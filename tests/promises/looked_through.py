"""What the promises look through: every public function, every word in an answer, every row of a clinic."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker import services
from rehab_tracker.services import alerts
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.database import Base
from tests.promises.service_verbs import World

OF_A_DATABASE = (Session, sessionmaker[Session], alerts.Occasion)


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every public function of the services by its name."""
    for module in pkgutil.iter_modules(services.__path__):
        found = importlib.import_module(f"{services.__name__}.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            if inspect.unwrap(function).__module__ == found.__name__ and not name.startswith("_"):
                yield f"{module.name}.{name}", function


def with_a_database() -> set[str]:
    """Return the names of the public functions that are handed a database."""
    return {name for name, function in public_functions() if _is_handed_one(function)}


def _is_handed_one(function: Callable[..., Any]) -> bool:
    return any(each.annotation in OF_A_DATABASE for each in inspect.signature(function).parameters.values())


def words_in(value: object, seen: set[int] | None = None) -> Iterator[str]:
    """Yield every text that can be reached from what a verb returned or raised."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    yield repr(value)
    if isinstance(value, BaseException):
        inside: list[object] = [*value.args, vars(value), value.__cause__, value.__context__]
    elif isinstance(value, Base):
        inside = [each for name, each in vars(value).items() if name != "_sa_instance_state"]
    elif is_dataclass(value) and not isinstance(value, type):
        inside = [getattr(value, each.name) for each in fields(value)]
    elif isinstance(value, dict):
        inside = [*value, *value.values()]
    else:
        inside = list(value) if isinstance(value, list | tuple | set | frozenset) else []
    for each in inside:
        yield from words_in(each, seen)


def rows_of_clinic(world: World, clinic: Clinic, but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Return everything a clinic holds, table by table."""
    held: dict[str, list[str]] = {}
    with world.cast.store.engine("superuser").connect() as connection:
        for table in Base.metadata.sorted_tables:
            if "clinic_id" in table.c and table.name not in but:
                rows = connection.execute(select(table).where(table.c.clinic_id == clinic.id))
                held[table.name] = sorted(repr(tuple(row)) for row in rows)
    return held
