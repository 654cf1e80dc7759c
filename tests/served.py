"""The app for tests: on a test's database, under a clock that the test sets, asked by phones that write real JSON."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from rehab_tracker.app import create_app, database
from rehab_tracker.config import Settings, SmtpServer
from rehab_tracker.storage.people import Patient
from rehab_tracker.web.admission import Admission
from rehab_tracker.web.directory import Directory
from tests.cast import Cast, at
from tests.conftest import Store, listeners

KEY = "0123456789abcdefghijklmnopqrstuvwxyz"
PUSH = "/api/v1/me/sync/push"


def settings_on(store: Store, **changed: Any) -> Settings:
    """Settings of an installation on this database, reached over loopback unless told otherwise."""
    told: dict[str, Any] = {
        "database_url": store.url("app"),
        "database_owner_url": store.url("owner"),
        "database_jobs_url": store.url("jobs"),
        "database_watch_url": store.url("watch"),
        "smtp": SmtpServer("127.0.0.1", 1025, tls=False),
        "mail_from": "alerts@localhost",
        "base_url": "http://localhost:8000",
        "secret_keys": (KEY,),
        "data_dir": Path("/nonexistent"),
    }
    return Settings(**told | changed)


@dataclass
class Clock:
    """A clock that stands where it is put."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Lent:
    """An app under the clock of whoever has it now, with what it was made of: it is lent on only as it was made."""

    app: Flask
    clock: Clock
    made_of: tuple[object, ...] = ()

    def parts(self) -> tuple[object, ...]:
        """What a test may have changed."""
        app = self.app
        hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
        listed = [{name: tuple(functions) for name, functions in each.items()} for each in hooks]
        with app.app_context():
            heard = listeners(database.engine)
        return dict(app.view_functions), dict(app.config), dict(app.jinja_env.globals), app.wsgi_app, *listed, heard


IDLE: dict[tuple[Settings, int], list[Lent]] = {}
"""Apps that nobody has now: to make one takes longer than most tests."""


@contextmanager
def serving(store: Store, clock: Clock, pushes_a_minute: int = 10_000, **changed: Any) -> Iterator[Flask]:
    """The app on this database; its connections are closed in the end, and an app left as it was is lent again."""
    told = settings_on(store, **changed)
    idle = IDLE.setdefault((told, pushes_a_minute), [])
    lent = idle.pop() if idle else _made(told, pushes_a_minute)
    lent.clock = clock
    # What an app remembers from one request to the next.
    lent.app.extensions["rehab-directory"] = Directory()
    lent.app.extensions["rehab-admission"] = Admission(pushes_a_minute)
    yield lent.app
    with lent.app.app_context():
        database.engine.dispose()
    if lent.parts() == lent.made_of:
        idle.append(lent)


def _made(told: Settings, pushes_a_minute: int) -> Lent:
    def now() -> datetime:
        return lent.clock()

    app = create_app(told, now, pushes_a_minute)
    app.testing = True
    lent = Lent(app, Clock(datetime.max))
    lent.made_of = lent.parts()
    return lent


def canonical(items: Any) -> str:
    """The items' digest, written without our own code."""
    written = json.dumps(items, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(written.encode()).hexdigest()


@dataclass
class Phone:
    """A patient's phone."""

    client: FlaskClient
    token: str
    device: str
    clock: Clock
    language: str = "pt-PT"
    more: dict[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """What every request of the phone bears."""
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": self.language} | self.more

    def body(self, items: Any, /, **changed: Any) -> dict[str, Any]:
        """A push of these items, as the API wants it, but for what is changed."""
        stamp = {"device": self.device, "sent_at": self.clock.now.isoformat()}
        return {**stamp, "count": len(items), "sha256": canonical(items), "items": items} | changed

    def push(self, *items: Any, **changed: Any) -> TestResponse:
        """Pushes these items."""
        # Written by the standard library, which also writes what no phone should send.
        written = json.dumps(self.body(list(items), **changed))
        return self.client.post(PUSH, data=written, content_type="application/json", headers=self.headers)

    def results(self, *items: Any, **changed: Any) -> list[dict[str, Any]]:
        """Pushes these items and returns the result of each."""
        answer = self.push(*items, **changed)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = json.loads(answer.data)["results"]
        return found

    def get(self, path: str) -> TestResponse:
        """Gets a path."""
        return self.client.get(path, headers=self.headers)

    def entries(self) -> list[dict[str, Any]]:
        """Everything the phone can read back."""
        found: list[dict[str, Any]] = json.loads(self.get("/api/v1/me/entries").data)["data"]
        return found


@dataclass
class House:
    """The app with its cast and its clock."""

    app: Flask
    cast: Cast
    clock: Clock

    @property
    def client(self) -> FlaskClient:
        """A browser without cookies."""
        return self.app.test_client()

    def phone_of(self, patient: Patient) -> Phone:
        """The phone of a patient of the cast."""
        token, device = self.cast.tokens[patient.id], self.cast.devices[patient.id]
        return Phone(self.client, token, str(device), self.clock)

    @property
    def ana(self) -> Phone:
        """Ana's phone."""
        return self.phone_of(self.cast.ana)


def item(kind: str, day: int = 0, **said: Any) -> dict[str, Any]:
    """An item of a kind, recorded in the evening of a day."""
    recorded = at(day).isoformat()
    return {"id": str(uuid4()), "rev": 1, "kind": kind, "recorded_at": recorded, "time_zone": "Europe/Lisbon"} | said


def pain(day: int = 0, place: str = "left-knee", worst: int = 3, **said: Any) -> dict[str, Any]:
    """A pain item: one score, nothing else hurts."""
    return item("pain", day, **{"no_other_pain": True, "scores": [{"site": place, "on_loading": worst}]} | said)


def problem(answer: TestResponse) -> dict[str, Any]:
    """The problem document that an answer is; fails when it is none."""
    assert answer.content_type == "application/problem+json", answer.text
    found: dict[str, Any] = json.loads(answer.data)
    versions = {"yours", "now"} if answer.status_code == 412 else set()
    assert set(found) == {"type", "title", "status", "detail", "instance", "trace_id", "errors"} | versions
    assert found["status"] == answer.status_code
    return found


def code_of(answer: TestResponse) -> str | None:
    """The code of a problem's first fault."""
    errors = problem(answer)["errors"]
    return errors[0]["code"] if errors else None
