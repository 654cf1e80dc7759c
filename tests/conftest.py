"""Databases for tests: made once by the revisions, then copied for each test that asks for one."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from rehab_tracker.storage import revisions
from rehab_tracker.storage.database import open_engine, sessions, under_clinic
from tests import postgres

Role = Literal["app", "jobs", "watch", "owner", "superuser"]


@dataclass
class Store:
    """One test's own database at the newest revision, with an engine for each role that asks.

    On SQLite there is one file and no roles; ``app``, ``jobs`` and ``watch`` are guarded, the others are not.
    """

    kind: Literal["sqlite", "postgres"]
    url: Callable[[Role], str]
    engines: dict[Role, Engine] = field(default_factory=dict)

    def engine(self, role: Role = "app") -> Engine:
        """The engine of a role, opened once."""
        if role not in self.engines:
            self.engines[role] = open_engine(self.url(role), owner=role in ("owner", "superuser"))
        return self.engines[role]

    def session(self, clinic_id: int | None = None, role: Role = "app") -> Session:
        """A new session of a role, bound to a clinic where one is named; close it, or use it in a with."""
        session = sessions(self.engine(role))()
        return session if clinic_id is None else under_clinic(session, clinic_id)

    def close(self) -> None:
        """Closes every connection; psycopg warns of those that are dropped."""
        for engine in self.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file at the newest revision; nothing has it open."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    engine = open_engine(f"sqlite:///{path}", owner=True)
    revisions.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A real PostgreSQL with our four roles; the test is skipped where there is none."""
    with postgres.running_or_skip() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Server) -> Iterator[str]:
    """The name of a database at the newest revision; nothing is connected to it."""
    name = f"template_{uuid4().hex}"
    postgres_server.create_database(name)
    engine = open_engine(postgres_server.url("rehab_owner", name), owner=True)
    revisions.upgrade(engine)
    engine.dispose()
    yield name
    postgres_server.drop_database(name)


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A database of its own on SQLite."""
    path = shutil.copy(sqlite_template, tmp_path / "rehab.sqlite3")
    store = Store("sqlite", lambda role: f"sqlite:///{path}")
    yield store
    store.close()


@pytest.fixture
def postgres_store(postgres_server: postgres.Server, postgres_template: str) -> Iterator[Store]:
    """A database of its own on PostgreSQL."""
    name = f"test_{uuid4().hex}"
    postgres_server.create_database(name, postgres_template)
    yield from _given(postgres_server, name)
    postgres_server.drop_database(name)


@pytest.fixture
def empty_postgres(postgres_server: postgres.Server) -> Iterator[Store]:
    """A database of its own on PostgreSQL, before the first revision."""
    name = f"empty_{uuid4().hex}"
    postgres_server.create_database(name)
    yield from _given(postgres_server, name)
    postgres_server.drop_database(name)


def _given(server: postgres.Server, name: str) -> Iterator[Store]:
    def url(role: Role) -> str:
        return server.superuser_url(name) if role == "superuser" else server.url(f"rehab_{role}", name)

    store = Store("postgres", url)
    yield store
    store.close()


BOTH_ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH_ENGINES)
def store(request: pytest.FixtureRequest) -> Store:
    """A database of its own at the newest revision, on each engine in turn."""
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest.fixture(params=BOTH_ENGINES)
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database of its own before the first revision, on each engine in turn."""
    if request.param == "postgres":
        yield request.getfixturevalue("empty_postgres")
        return
    found = Store("sqlite", lambda role: f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    yield found
    found.close()
