"""Stories about the services share one database of each engine; every story gets two clinics of its own in it."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from tests.cast import Cast, settle
from tests.conftest import BOTH_ENGINES, Store, _given

# No deadline: on a busy machine it would say nothing about the services.
settings.register_profile("services", deadline=None, print_blob=True)
settings.load_profile("services")

CASTS = count(1)


@pytest.fixture(scope="session")
def shared_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("services") / "shared.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    store = Store("sqlite", lambda role: f"sqlite:///{path}")
    yield store
    store.close()


@pytest.fixture(scope="session")
def shared_postgres(request: pytest.FixtureRequest) -> Iterator[Store]:
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    name = f"shared_{uuid4().hex}"
    server.create_database(name, template)
    yield from _given(server, name)
    server.drop_database(name)


@pytest.fixture(params=BOTH_ENGINES)
def shared_store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(f"shared_{request.param}")
    return found


@pytest.fixture
def cast(shared_store: Store) -> Cast:
    """Everybody, on each engine in turn."""
    return settle(shared_store, next(CASTS))


@pytest.fixture
def sqlite_cast(shared_sqlite: Store) -> Cast:
    """Everybody, on SQLite alone: for what the engine has no part in."""
    return settle(shared_sqlite, next(CASTS))


@pytest.fixture
def postgres_cast(shared_postgres: Store) -> Cast:
    """Everybody, on PostgreSQL alone."""
    return settle(shared_postgres, next(CASTS))
