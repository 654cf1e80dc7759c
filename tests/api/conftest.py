"""The app on each engine in turn, with everybody of the cast."""

from collections.abc import Iterator

import pytest

from tests.cast import Cast, at
from tests.served import Clock, House, serving
from tests.services.conftest import cast, shared_postgres, shared_sqlite, shared_store, sqlite_cast

__all__ = ["cast", "shared_postgres", "shared_sqlite", "shared_store", "sqlite_cast"]


@pytest.fixture
def house(cast: Cast) -> Iterator[House]:
    """The app, on each engine in turn, on the evening of day 0."""
    clock = Clock(at(0))
    with serving(cast.store, clock) as app:
        yield House(app, cast, clock)


@pytest.fixture
def sqlite_house(sqlite_cast: Cast) -> Iterator[House]:
    """The app on SQLite alone: for what the engine has no part in."""
    clock = Clock(at(0))
    with serving(sqlite_cast.store, clock) as app:
        yield House(app, sqlite_cast, clock)
