"""The house open for visitors: the cast, the app on its database, and browsers without a screen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rehab_tracker.storage.people import Staff
from tests.cast import Cast, at, settle, signed_in
from tests.conftest import Store
from tests.served import Clock, serving


@dataclass
class House:
    """The cast behind an app whose clock stands where a test puts it."""

    cast: Cast
    app: Flask
    clock: Clock

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now

    @now.setter
    def now(self, now: datetime) -> None:
        self.clock.now = now

    def browser(self, person: Staff | None = None) -> FlaskClient:
        """Return a browser that says of its forms that they are our own; signed in where somebody is named."""
        client = self.app.test_client()
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        if person is not None:
            client.set_cookie("session", signed_in(self.cast, person, self.now))
        return client


@pytest.fixture
def sqlite_house(sqlite_store: Store) -> Iterator[House]:
    """The same on SQLite alone: for what stands on pages and forms, in which the engine has no part."""
    clock = Clock(at(0))
    with serving(sqlite_store, clock) as app:
        yield House(settle(sqlite_store), app, clock)


@pytest.fixture
def house(store: Store) -> Iterator[House]:
    """Ana's clinic and Bento's, in the evening of day 0."""
    clock = Clock(at(0))
    with serving(store, clock) as app:
        yield House(settle(store), app, clock)
