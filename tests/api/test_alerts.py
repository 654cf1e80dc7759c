"""Closing an alert over the API: what it takes, what it answers, whom it refuses."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from rehab_tracker.storage.involvements import UsualPainRow
from tests.cast import at, signed_in
from tests.served import House, problem

SAID = {"outcome": "overload", "note": "walked all day"}


@pytest.fixture
def sore(house: House) -> House:
    """Ana's right knee is known, and her left knee hurt badly on day 1."""
    house.cast.records("right-knee")
    house.cast.ana_logs({"left-knee": 8}, 1)
    house.clock.now = at(1, 5)
    return house


def _alert(house: House) -> Any:
    return house.cast.alert("sudden-severe-pain", "left-knee")


def _close(house: House, body: Any, who: str = "nuno", alert: Any = None) -> TestResponse:
    client: FlaskClient = house.client
    client.set_cookie("session", signed_in(house.cast, getattr(house.cast, who), house.clock.now), domain="localhost")
    address = f"/api/v1/alerts/{(alert or _alert(house)).id}/close"
    return client.post(address, json=body, headers={"Sec-Fetch-Site": "same-origin"})


def test_a_nurse_closes_an_alert_and_the_same_once_more_answers_the_same(sore: House) -> None:
    first = _close(sore, SAID)
    assert first.status_code == 200
    alert, told = _alert(sore), json.loads(first.data)
    assert told == {
        "id": str(alert.id), "patient_id": str(sore.cast.ana.id), "rule": "sudden-severe-pain", "subject": "left-knee",
        "level": "soon", "state": "closed", "outcome": "overload", "closed_on": alert.closed_on.isoformat(),
        "closed_at": told["closed_at"], "closed_by": str(sore.cast.nuno.id),
    }  # fmt: skip
    before = sore.cast.counts()
    sore.clock.now = at(1, 6)
    assert json.loads(_close(sore, SAID).data) == told
    after = sore.cast.counts()
    assert {table for table in after if after[table] != before[table]} <= {"staff_session", "audit_event"}
    assert sore.cast.steps(alert) == ["raised", "closed"]


def test_another_closing_is_a_conflict_with_the_present_state(sore: House) -> None:
    _close(sore, SAID)
    found = problem(_close(sore, {"outcome": "injury"}, "boris"))
    assert (found["status"], found["errors"][0]["code"]) == (409, "wrong-state") and "closed" in found["detail"]


def test_long_standing_pain_is_declared(sore: House) -> None:
    told = json.loads(_close(sore, {"outcome": "long-standing", "usual_pain": 4}).data)
    assert told["usual_pain"] == 4
    assert [row.usual_pain for row in sore.cast.rows(UsualPainRow)] == [4]


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "missing-key", "/outcome"),
        ({"outcome": "sprain"}, "unknown-code", "/outcome"),
        ({"outcome": "long-standing"}, "usual-pain-needed", "/usual_pain"),
        ({"outcome": "long-standing", "usual_pain": 11}, "out-of-range", "/usual_pain"),
        ({"outcome": "long-standing", "usual_pain": True}, "wrong-type", "/usual_pain"),
        ({"outcome": "injury", "usual_pain": 2}, "usual-pain-not-asked", "/usual_pain"),
        ({"outcome": "injury", "note": "x" * 1001}, "too-long", "/note"),
        ({"outcome": "injury", "level": "info"}, "unknown-key", "/level"),
    ],
)
def test_what_cannot_be_changes_nothing(sore: House, body: Any, code: str, pointer: str) -> None:
    found = problem(_close(sore, body))
    assert (found["status"], found["errors"][0]["code"], found["errors"][0]["pointer"]) == (422, code, pointer)
    assert _alert(sore).state == "open"


def test_a_red_flag_needs_a_note(sore: House) -> None:
    sore.cast.ana_ticks("fever", day=1)
    flag = sore.cast.alert("red-flag", "fever")
    found = problem(_close(sore, {"outcome": "wrong-entry"}, alert=flag))
    assert (found["errors"][0]["code"], found["errors"][0]["pointer"]) == ("note-needed", "/note")
    assert _close(sore, {"outcome": "wrong-entry", "note": "a slip"}, alert=flag).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("carla", 404), ("celia", 404), ("dora", 403), ("alda", 403)])
def test_strangers_close_nothing(sore: House, who: str, status: int) -> None:
    assert problem(_close(sore, SAID, who))["status"] == status
    assert _alert(sore).state == "open"


def test_a_patient_closes_nothing(sore: House) -> None:
    bearer = {"Authorization": f"Bearer {sore.cast.tokens[sore.cast.ana.id]}"}
    answer = sore.client.post(f"/api/v1/alerts/{_alert(sore).id}/close", json=SAID, headers=bearer)
    assert problem(answer)["status"] in (401, 403)
    assert _alert(sore).state == "open"
