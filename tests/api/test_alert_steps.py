"""An alert's life over the API: taken, handed on, put to rest, called about, taken back; and the lists of alerts."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from rehab_tracker.storage.alerts import AlertStep
from tests.cast import at, signed_in
from tests.domain.diary import day
from tests.served import House, problem

REST = {"until": day(6).isoformat(), "reason": "seen today"}
STEPS: list[tuple[str, dict[str, Any]]] = [
    ("acknowledge", {}), ("assign", {"to": "boris"}), ("accept", {}), ("decline", {}), ("snooze", REST),
    ("calls", {"result": "spoken"}), ("undo", {}), ("wake", {}), ("notes", {"note": "look again"}),
]  # fmt: skip


@pytest.fixture
def sore(house: House) -> House:
    """Ana's right knee is known, and her left knee hurt badly on day 1."""
    house.cast.records("right-knee")
    house.cast.ana_logs({"left-knee": 8}, 1)
    house.clock.now = at(1, 5)
    return house


def _alert(house: House) -> Any:
    return house.cast.alert("sudden-severe-pain", "left-knee")


def _client(house: House, who: str) -> FlaskClient:
    client: FlaskClient = house.client
    client.set_cookie("session", signed_in(house.cast, getattr(house.cast, who), house.clock.now), domain="localhost")
    return client


def _do(house: House, step: str, body: dict[str, Any], who: str = "nuno") -> TestResponse:
    if "to" in body:
        body = body | {"to": str(getattr(house.cast, body["to"]).id)}
    address = f"/api/v1/alerts/{_alert(house).id}/{step}"
    return _client(house, who).post(address, json=body, headers={"Sec-Fetch-Site": "same-origin"})


def _list(house: House, who: str = "nuno", tab: str = "new") -> list[Any]:
    found = json.loads(_client(house, who).get(f"/api/v1/alerts?tab={tab}").data)["data"]
    assert isinstance(found, list)
    return found


def test_nuno_takes_it_asks_boris_and_boris_lets_it_rest(sore: House) -> None:
    [told] = _list(sore)
    assert told["state"] == "open" and told["deadline_at"] and "acknowledged_by" not in told
    taken = json.loads(_do(sore, "acknowledge", {}).data)
    assert (taken["state"], taken["acknowledged_by"]) == ("acknowledged", str(sore.cast.nuno.id))
    asked = json.loads(_do(sore, "assign", {"to": "boris", "note": "please"}).data)
    assert asked["assigned_to"] == str(sore.cast.boris.id)
    assert [alert["id"] for alert in _list(sore, "boris", "mine")] == [taken["id"]]
    assert json.loads(_do(sore, "accept", {}, "boris").data)["acknowledged_by"] == str(sore.cast.boris.id)
    rests = json.loads(_do(sore, "snooze", REST, "boris").data)
    assert (rests["state"], rests["snoozed_until"]) == ("snoozed", REST["until"])
    assert [alert["state"] for alert in _list(sore, tab="snoozed")] == ["snoozed"]
    assert _list(sore) == []


def test_what_rests_is_woken_before_its_day(sore: House) -> None:
    _do(sore, "acknowledge", {})
    _do(sore, "snooze", REST)
    awake = json.loads(_do(sore, "wake", {}).data)
    assert (awake["state"], "snoozed_until" in awake) == ("acknowledged", False)
    assert sore.cast.steps(_alert(sore))[-1] == "woken"


def test_a_note_stays_in_the_alerts_history_and_changes_nothing_else(sore: House) -> None:
    told = json.loads(_do(sore, "notes", {"note": " look again on Friday "}).data)
    assert told["state"] == "open"
    [noted] = [step for step in sore.cast.rows(AlertStep) if step.step == "noted"]
    assert (noted.note, noted.actor_id) == ("look again on Friday", sore.cast.nuno.id)


def _hands_over(house: House, body: dict[str, Any], who: str = "nuno") -> TestResponse:
    sent = {"headers": {"Sec-Fetch-Site": "same-origin"}, "json": body}
    return _client(house, who).post("/api/v1/alerts/hand-over", **sent)


def test_before_a_holiday_nuno_hands_all_he_has_to_boris_and_what_boris_cannot_open_stays(sore: House) -> None:
    _do(sore, "acknowledge", {})
    boris, dora = str(sore.cast.boris.id), str(sore.cast.dora.id)
    assert json.loads(_hands_over(sore, {"to": boris, "note": "away"}).data) == {"asked": 1, "left": 0}
    assert _alert(sore).assigned_to == sore.cast.boris.id and _alert(sore).acknowledged_by == sore.cast.nuno.id
    assert json.loads(_hands_over(sore, {"to": dora}).data) == {"asked": 0, "left": 1}


@pytest.mark.parametrize(
    ("to", "status", "code", "pointer"),
    [
        ("alda", 422, "no-colleague", "/to"),
        ("carla", 422, "no-colleague", "/to"),
        ("nuno", 422, "no-colleague", "/to"),
        ("", 422, "bad-uuid", "/to"),
    ],
)
def test_nobody_else_can_be_handed_an_alert(sore: House, to: str, status: int, code: str, pointer: str) -> None:
    _do(sore, "acknowledge", {})
    found = problem(_hands_over(sore, {"to": str(getattr(sore.cast, to).id) if to else "boris"}))
    assert (found["status"], found["errors"][0]["code"], found["errors"][0]["pointer"]) == (status, code, pointer)
    assert _alert(sore).assigned_to is None


def test_a_step_is_taken_back_for_ten_minutes(sore: House) -> None:
    _do(sore, "acknowledge", {})
    assert json.loads(_do(sore, "undo", {}).data)["state"] == "open"
    _do(sore, "acknowledge", {})
    sore.clock.now += timedelta(minutes=11)
    found = problem(_do(sore, "undo", {}))
    assert (found["status"], found["errors"][0]["code"]) == (409, "nothing-to-undo")


def test_what_comes_of_a_call_is_kept(sore: House) -> None:
    said = {"result": "no-answer", "due_on": day(2).isoformat(), "note": "mailbox"}
    assert _do(sore, "calls", said).status_code == 200
    assert sore.cast.steps(_alert(sore)) == ["raised", "called"]


@pytest.mark.parametrize(("step", "body"), [("snooze", REST), ("accept", {}), ("decline", {}), ("wake", {})])
def test_an_illegal_move_is_a_conflict_that_names_the_present_state(
    sore: House, step: str, body: dict[str, Any]
) -> None:
    found = problem(_do(sore, step, body))
    assert (found["status"], found["errors"][0]["code"]) == (409, "wrong-state") and "open" in found["detail"]


@pytest.mark.parametrize(
    ("step", "body", "code", "pointer"),
    [
        ("assign", {}, "missing-key", "/to"),
        ("assign", {"to": "alda"}, "cannot-reach", "/to"),
        ("snooze", {"until": "tomorrow", "reason": "x"}, "wrong-type", "/until"),
        ("snooze", {"until": 7, "reason": "x"}, "wrong-type", "/until"),
        ("snooze", {"until": day(3).isoformat(), "reason": "  "}, "reason-needed", "/reason"),
        ("snooze", {"until": day(16).isoformat(), "reason": "x"}, "out-of-range", "/until"),
        ("calls", {"result": "no-answer"}, "day-needed", "/due_on"),
        ("calls", {"result": "shouted"}, "unknown-code", "/result"),
        ("calls", {"result": "spoken", "level": "info"}, "unknown-key", "/level"),
        ("acknowledge", {"note": "x"}, "unknown-key", "/note"),
        ("wake", {"note": "x"}, "unknown-key", "/note"),
        ("notes", {}, "missing-key", "/note"),
        ("notes", {"note": "  "}, "too-short", "/note"),
    ],
)
def test_what_cannot_be_changes_nothing(sore: House, step: str, body: dict[str, Any], code: str, pointer: str) -> None:
    if step == "snooze":
        _do(sore, "acknowledge", {})
    before = _alert(sore)
    found = problem(_do(sore, step, body))
    assert (found["status"], found["errors"][0]["code"], found["errors"][0]["pointer"]) == (422, code, pointer)
    assert _alert(sore).version == before.version


@pytest.mark.parametrize(("who", "status"), [("carla", 404), ("celia", 404), ("dora", 403), ("alda", 403)])
def test_strangers_take_no_step_and_find_nothing(sore: House, who: str, status: int) -> None:
    for step, body in STEPS:
        assert problem(_do(sore, step, body, who))["status"] == status, step
    assert sore.cast.steps(_alert(sore)) == ["raised"]
    if who != "alda":
        assert _list(sore, who) == []


def test_reading_the_lists_changes_nothing_but_the_audit(sore: House) -> None:
    client = _client(sore, "nuno")
    before = sore.cast.counts()
    for tab in ("new", "mine", "team", "snoozed", "closed"):
        assert client.get(f"/api/v1/alerts?tab={tab}").status_code == 200
    after = sore.cast.counts()
    assert {table for table in after if after[table] != before[table]} <= {"audit_event", "staff_session"}
    assert problem(client.get("/api/v1/alerts?tab=all"))["errors"][0]["code"] == "unknown-code"
