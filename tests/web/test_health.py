"""Health: alive without a database; ready only with one at the right revision, and with the outbox in its body."""

import json
from pathlib import Path

from rehab_tracker.storage import revisions
from tests.cast import at
from tests.conftest import Store
from tests.served import Clock, House, item, problem, serving


def test_ready_with_the_outbox_in_its_body(house: House) -> None:
    house.ana.results(item("red-flags", flags=["fever"]))
    told = json.loads(house.client.get("/readyz").data)
    assert (told["status"], told["revision"]) == ("ready", revisions.head())
    assert told["outbox"]["waiting"] >= 1
    assert told["outbox"]["due_since"] is not None


def test_an_empty_database_is_alive_but_not_ready(tmp_path: Path) -> None:
    store = Store("sqlite", lambda role: f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with serving(store, Clock(at(0))) as app:
        assert app.test_client().get("/healthz").status_code == 200
        answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert problem(answer)["type"].endswith("service-unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_no_database_at_all_is_alive_but_not_ready() -> None:
    store = Store("sqlite", lambda role: "sqlite:////nonexistent/rehab.sqlite3")
    with serving(store, Clock(at(0))) as app:
        assert app.test_client().get("/healthz").status_code == 200
        assert app.test_client().get("/readyz").status_code == 503
