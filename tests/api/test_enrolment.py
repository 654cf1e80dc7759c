"""Enrolling a phone, what it learns of itself, and signing it out."""

import json
from datetime import timedelta
from typing import Any

import pytest

from rehab_tracker.services.enrolment import new_enrolment_code
from tests.cast import at
from tests.served import House, Phone, code_of, pain

ENROL = "/api/v1/enrolments"


def code_for_ana(house: House) -> str:
    with house.cast.session() as session:
        return new_enrolment_code(
            session, house.cast.viewer_of(house.cast.boris), house.cast.porto, house.cast.ana.id, house.clock.now
        )


def enrolled(house: House, code: str, /, **changed: Any) -> Any:
    return house.client.post(ENROL, json={"code": code, "device_name": "Ana's phone"} | changed)


def test_a_code_makes_a_phone_that_can_push(house: House) -> None:
    answer = enrolled(house, code_for_ana(house).lower().replace("-", " "))
    told = json.loads(answer.data)
    assert answer.status_code == 201
    known = {"language": "pt-PT", "time_zone": "Europe/Lisbon", "enrolled_on": "2026-01-05"}
    assert told["patient"] == known | {"mails": False}
    assert told["clinic"]["name"] == house.cast.porto.name
    assert told["clinic"]["emergency_number"] == "112"
    phone = Phone(house.client, told["token"], told["device_id"], house.clock)
    assert phone.results(pain())[0]["status"] == "created"
    assert "device-enrolled" in house.cast.audit()


def test_what_enrolment_tells_can_be_asked_again_and_holds_no_name(house: House) -> None:
    me = json.loads(house.ana.get("/api/v1/me").data)
    assert me["device_id"] == house.ana.device
    assert set(me["clinic"]["texts"]) >= {"emergency", "now", "not-monitored"}
    assert house.cast.ana.name not in json.dumps(me)


def test_a_code_works_once(house: House) -> None:
    code = code_for_ana(house)
    assert enrolled(house, code).status_code == 201
    again = enrolled(house, code)
    assert (again.status_code, code_of(again)) == (401, "invalid-code")


def test_a_code_runs_out(house: House) -> None:
    code = code_for_ana(house)
    house.clock.now = at(0) + timedelta(hours=48, seconds=1)
    assert code_of(enrolled(house, code)) == "invalid-code"


@pytest.mark.parametrize("code", ["", "x", "0000-0000-0000-0000-0000", "é" * 20, "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ"])
def test_what_is_no_code_is_told_as_little_as_a_wrong_one(sqlite_house: House, code: str) -> None:
    answer = enrolled(sqlite_house, code)
    assert (answer.status_code, code_of(answer)) == (401, "invalid-code")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"device_name": "x" * 101}, "too-long"),
        ({"device_name": 1}, "wrong-type"),
        ({"code": "x" * 65}, "too-long"),
        ({"patient_id": 1}, "unknown-key"),
    ],
)
def test_a_faulty_enrolment_uses_no_code_up(sqlite_house: House, changed: dict[str, Any], code: str) -> None:
    good = code_for_ana(sqlite_house)
    answer = enrolled(sqlite_house, good, **changed)
    assert (answer.status_code, code_of(answer)) == (422, code)
    assert enrolled(sqlite_house, good).status_code == 201


def test_wrong_codes_have_to_wait(sqlite_house: House) -> None:
    wrong = sqlite_house.cast.porto.public_id + "0" * 12
    for _ in range(11):
        assert enrolled(sqlite_house, wrong).status_code in (401, 429)
    answer = enrolled(sqlite_house, wrong)
    assert (answer.status_code, code_of(answer)) == (429, "too-many-attempts")
    assert int(answer.headers["Retry-After"]) >= 1


def test_signing_out_ends_the_phone_at_once(house: House) -> None:
    answer = house.client.delete("/api/v1/me/device", headers=house.ana.headers)
    assert (answer.status_code, answer.data) == (204, b"")
    refused = house.ana.push(pain())
    assert (refused.status_code, code_of(refused)) == (401, "reauthenticate")
    assert house.cast.audit()[-1] == "device-revoked"


def test_the_server_tells_its_limits(sqlite_house: House) -> None:
    told = json.loads(sqlite_house.client.get("/api/v1/meta").data)
    assert told["limits"] == {"body_bytes": 262144, "push_items": 500, "page_entries": 500, "days_back": 14}
    assert told["server_time"] == at(0).isoformat()
