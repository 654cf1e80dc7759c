"""Databases for tests: made once by the revisions, then copied for each test that asks for one."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pytest
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from rehab_tracker.storage import revisions
from rehab_tracker.storage.database import open_engine, sessions, under_clinic
from tests import postgres
from tests.emptied import emptied, made_of

Role = Literal["app", "jobs", "watch", "owner", "superuser"]

LISTENED = ("before_cursor_execute", "after_cursor_execute", "begin", "commit", "rollback")


@dataclass
class Store:
    """One test's own database at the newest revision, with an engine for each role that asks.

    On SQLite there is one file and no roles; ``app``, ``jobs`` and ``watch`` are guarded, the others are not.
    """

    kind: Literal["sqlite", "postgres"]
    url: Callable[[Role], str]
    engines: dict[Role, Engine] = field(default_factory=dict)
    heard: dict[Role, list[list[object]]] = field(default_factory=dict)

    def engine(self, role: Role = "app") -> Engine:
        """The engine of a role, opened once."""
        if role not in self.engines:
            self.engines[role] = open_engine(self.url(role), owner=role in ("owner", "superuser"))
            self.heard[role] = listeners(self.engines[role])
        return self.engines[role]

    def session(self, clinic_id: int | None = None, role: Role = "app") -> Session:
        """A new session of a role, bound to a clinic where one is named; close it, or use it in a with."""
        session = sessions(self.engine(role))()
        return session if clinic_id is None else under_clinic(session, clinic_id)

    def close(self) -> None:
        """Closes every connection; psycopg warns of those that are dropped.

        Engines stay, with the statements they have compiled, but for those that a test left listening.
        """
        for role, engine in list(self.engines.items()):
            engine.dispose()
            if listeners(engine) != self.heard[role]:
                del self.engines[role]


def listeners(engine: Engine) -> list[list[object]]:
    """What is called when the engine connects, begins, runs or ends something."""
    of_pool = [list(getattr(engine.pool.dispatch, each)) for each in ("connect", "checkout", "checkin")]
    return of_pool + [list(getattr(engine.dispatch, each)) for each in LISTENED]


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


def copied_to(place: Path, template: Path) -> Path:
    """Puts a copy in the place of what the test before left there, and of what SQLite kept beside it."""
    for old in place.parent.glob(f"{place.name}*"):
        old.unlink()
    return shutil.copy(template, place)


@pytest.fixture(scope="session")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Where one test after the other has its own database on SQLite, with the same engines."""
    path = tmp_path_factory.mktemp("sqlite") / "rehab.sqlite3"
    return Store("sqlite", lambda role: f"sqlite:///{path}")


@pytest.fixture(scope="session")
def postgres_place(postgres_server: postgres.Server) -> Store:
    """The same on PostgreSQL."""
    return _on(postgres_server, f"test_{uuid4().hex}")


@pytest.fixture
def sqlite_store(sqlite_place: Store, sqlite_template: Path) -> Iterator[Store]:
    """A database of its own on SQLite."""
    copied_to(Path(sqlite_place.url("app").removeprefix("sqlite:///")), sqlite_template)
    yield sqlite_place
    sqlite_place.close()


@contextmanager
def filled_place(server: postgres.Server, place: Store, template: str) -> Iterator[Store]:
    """A copy of a database in the place of what the test before had there; removed in the end."""
    server.drop_database(name_of(place))
    server.create_database(name_of(place), template)
    yield place
    place.close()
    server.drop_database(name_of(place))


def name_of(place: Store) -> str:
    """The name of a place's database."""
    return make_url(place.url("app")).database or ""


@pytest.fixture
def postgres_store(postgres_server: postgres.Server, postgres_template: str, postgres_place: Store) -> Iterator[Store]:
    """A database of its own on PostgreSQL."""
    name = name_of(postgres_place)
    if not postgres_server.has_database(name):
        postgres_server.create_database(name, postgres_template)
    with postgres_server.connection(name) as connection:
        before = made_of(connection)
    yield postgres_place
    postgres_place.close()
    with postgres_server.connection(name) as connection:
        is_empty = emptied(connection, before)
    if not is_empty:
        postgres_server.drop_database(name)


@pytest.fixture
def empty_postgres(postgres_server: postgres.Server) -> Iterator[Store]:
    """A database of its own on PostgreSQL, before the first revision."""
    name = f"empty_{uuid4().hex}"
    postgres_server.create_database(name)
    yield from _given(postgres_server, name)
    postgres_server.drop_database(name)


def _on(server: postgres.Server, name: str) -> Store:
    def url(role: Role) -> str:
        return server.superuser_url(name) if role == "superuser" else server.url(f"rehab_{role}", name)

    return Store("postgres", url)


def _given(server: postgres.Server, name: str) -> Iterator[Store]:
    store = _on(server, name)
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
