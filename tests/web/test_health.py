"""Health: alive without a database; ready only with one at the right revision, with clock and outbox in its body."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from rehab_tracker.services.clock import beat, beat_at_work
from rehab_tracker.storage import revisions
from rehab_tracker.storage.database import sessions
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


def test_ready_tells_when_the_clock_last_came_to_each_of_its_lines(house: House) -> None:
    assert json.loads(house.client.get("/readyz").data)["clock"] == {}
    jobs = sessions(house.cast.store.engine("jobs"))
    beat(jobs, "letters", house.clock.now, went_well=True)
    beat(jobs, "letters", house.clock.now + timedelta(seconds=5), went_well=False)
    told = json.loads(house.client.get("/readyz").data)["clock"]
    later = house.clock.now + timedelta(seconds=5)
    assert told == {"letters": {"tried_at": later.isoformat(), "went_well_at": house.clock.now.isoformat()}}


def test_what_is_measured_are_numbers_that_name_nobody(house: House) -> None:
    house.ana.results(item("red-flags", flags=["fever"]))
    beat(sessions(house.cast.store.engine("jobs")), "due", house.clock.now, went_well=True)
    house.clock.now += timedelta(minutes=3)
    lines = dict(line.rsplit(" ", 1) for line in house.client.get("/metrics").text.splitlines())
    assert int(lines["rehab_outbox_waiting"]) >= 1 and int(lines["rehab_outbox_late_seconds"]) == 180
    assert (lines['rehab_clock_tried_seconds{tick="due"}'], lines["rehab_outbox_paused"]) == ("180", "0")
    assert house.cast.porto.slug not in str(lines)


@pytest.mark.parametrize(
    "elsewhere",
    [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_FORWARDED": "for=127.0.0.1"}],
)
def test_other_machines_can_measure_nothing(house: House, elsewhere: dict[str, str]) -> None:
    assert house.client.get("/metrics", environ_base=elsewhere).status_code == 404


def test_work_that_took_long_once_is_no_line_of_the_clock(house: House) -> None:
    jobs = sessions(house.cast.store.engine("jobs"))
    beat_at_work(jobs, "letters", house.clock.now)
    beat(jobs, "letters", house.clock.now, went_well=True)
    assert "letters at work" not in json.loads(house.client.get("/readyz").data)["clock"]
    assert b"at work" not in house.client.get("/metrics").data
