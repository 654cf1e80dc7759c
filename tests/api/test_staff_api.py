"""What else staff do over the API: the person, places, entries heard by phone, calls, the care team, duplicates."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.involvements import InvolvementRow
from rehab_tracker.storage.people import CareTeam, Patient
from tests.api.staff import Desk, desk_of
from tests.cast import asks_for_a_call
from tests.served import House, code_of, item, pain, problem


@pytest.fixture
def desk(house: House) -> Desk:
    return desk_of(house, house.cast.boris)


def refused(desk: Desk, status: int, code: str, pointer: str, *asked: Any, version: int | None = None) -> None:
    """Asks for what must be refused, and looks whether anything was changed."""
    before = desk.house.cast.counts()
    found = problem(desk.ask(*asked, version=version))
    told = (found["status"], found["errors"][0]["code"], found["errors"][0]["pointer"])
    assert told == (status, code, pointer)
    assert desk.house.cast.counts() == before


# The person


def test_details_are_read_changed_and_told_with_what_was_there_before(desk: Desk) -> None:
    answer = desk.ask("GET")
    told = json.loads(answer.data)
    assert (answer.headers["ETag"], told["version"], told["born"], told["sex"]) == (
        '"1"',
        1,
        "1984-02-29",
        "not-recorded",
    )
    changed = {"sex": "male", "born": "1968-06-01", "phone": None, "reason": "asked again"}
    answer = desk.ask("PATCH", "", changed, version=1)
    told = json.loads(answer.data)
    assert (answer.headers["ETag"], told["sex"], told["born"], "phone" in told) == ('"2"', "male", "1968-06-01", False)
    changes = {change["field"]: (change.get("before"), change.get("after")) for change in told["changes"]}
    assert changes["sex"] == ("not-recorded", "male") and changes["born"] == ("1984-02-29", "1968-06-01")
    assert {(change["author"], change["reason"]) for change in told["changes"]} == {
        (desk.house.cast.boris.name, "asked again")
    }


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"born": "2027-01-01"}, "date-in-future", "/born"),
        ({"born": "1.6.1968"}, "bad-date", "/born"),
        ({"born": 1968}, "bad-date", "/born"),
        ({"sex": "man"}, "unknown-code", "/sex"),
        ({"sex": None}, "unknown-code", "/sex"),
        ({"name": ""}, "missing-key", "/name"),
        ({"name": None}, "wrong-type", "/name"),
        ({"name": "x" * 201}, "too-long", "/name"),
        ({"phone": 351}, "wrong-type", "/phone"),
        ({"phone": "1" * 41}, "too-long", "/phone"),
        ({"email": "ana@mail"}, "bad-address", "/email"),
        ({"email": 7}, "wrong-type", "/email"),
        ({"mails": True}, "unknown-key", "/mails"),
        ({"reminder_at": "20:00"}, "unknown-key", "/reminder_at"),
        ({"time_zone": "Mars/Olympus"}, "bad-time-zone", "/time_zone"),
        ({"language": "tlh"}, "unknown-code", "/language"),
        ({"state": "moved"}, "unknown-key", "/state"),
        ({"version": 3}, "unknown-key", "/version"),
    ],
)
def test_a_detail_that_cannot_be_changes_nothing(desk: Desk, body: Any, code: str, pointer: str) -> None:
    refused(desk, 422, code, pointer, "PATCH", "", body, version=1)


def test_a_record_number_is_one_patients(desk: Desk) -> None:
    double = desk.house.cast.twice(desk.house.cast.boris)
    refused(desk, 422, "taken", "/record_number", "PATCH", "", {"record_number": double.record_number}, version=1)


def test_details_and_state_are_changed_by_one_person_at_a_time(desk: Desk) -> None:
    desk.told("PUT", "/state", {"state": "surveillance", "reason": "no pain for months"}, version=1)
    for how, path, body in (
        ("PATCH", "", {"name": "Ana Maria"}),
        ("PUT", "/state", {"state": "discharged", "reason": "healthy"}),
    ):
        refused(desk, 422, "version-needed", "", how, path, body)
        answer = desk.ask(how, path, body, version=1)
        found = problem(answer)
        assert (found["status"], found["yours"], found["now"]) == (412, 1, 2)
    told = desk.told("GET")
    assert (told["state"], told["version"]) == ("surveillance", 2)
    refused(desk, 409, "wrong-state", "", "PUT", "/state", {"state": "surveillance", "reason": "again"}, version=2)
    refused(desk, 422, "missing-key", "/reason", "PUT", "/state", {"state": "moved"}, version=2)


def test_who_cares_for_a_patient(desk: Desk) -> None:
    cast = desk.house.cast
    assert {each["staff_id"] for each in desk.told("GET", "/care-team")["data"]} == {
        str(cast.nuno.id),
        str(cast.boris.id),
    }
    desk.told("PUT", f"/care-team/{cast.dora.id}")
    desk.told("PUT", f"/care-team/{cast.dora.id}")
    assert desk_of(desk.house, cast.dora).told("GET")["name"] == cast.ana.name
    desk.told("DELETE", f"/care-team/{cast.nuno.id}")
    assert {each["name"] for each in desk.told("GET", "/care-team")["data"]} == {cast.boris.name, cast.dora.name}
    refused(desk, 404, "not-found", "", "DELETE", f"/care-team/{cast.nuno.id}")
    refused(desk, 404, "not-found", "", "PUT", f"/care-team/{cast.carla.id}")
    refused(desk, 422, "wrong-role", "/staff_id", "PUT", f"/care-team/{cast.alda.id}")
    assert len([row for row in cast.rows(CareTeam) if row.patient_id == cast.ana.id]) == 2


def test_a_colleague_says_why_and_then_reads(desk: Desk) -> None:
    dora = desk_of(desk.house, desk.house.cast.dora)
    refused(dora, 403, "reason-needed", "", "GET")
    refused(dora, 422, "too-short", "", "POST", "/openings", {"reason": "hm"})
    dora.told("POST", "/openings", {"reason": "on call tonight"})
    assert dora.told("GET")["id"] == str(desk.house.cast.ana.id)
    desk.house.clock.now += timedelta(hours=2)
    later = desk_of(desk.house, desk.house.cast.dora)
    refused(later, 403, "reason-needed", "", "GET")


def test_two_records_of_one_person_become_one_and_two_again(desk: Desk) -> None:
    cast = desk.house.cast
    double = cast.twice(cast.boris)
    theirs = Desk(desk.house, desk.client, double)
    assert theirs.told("POST", "/merge", {"into": str(cast.ana.id), "reason": "entered twice"}) == {
        "patient_id": str(cast.ana.id)
    }
    told = theirs.told("GET")
    assert (told["id"], told["duplicates"]) == (str(cast.ana.id), [str(double.id)])
    refused(theirs, 422, "merged", "", "POST", "/merge", {"into": str(cast.ana.id), "reason": "again"})
    assert theirs.told("POST", "/merge/undo", {"reason": "two people"}) == {"patient_id": str(double.id)}
    assert desk.told("GET")["duplicates"] == []
    refused(desk, 404, "not-found", "", "POST", "/merge", {"into": str(cast.bento.id), "reason": "other clinic"})
    refused(desk, 422, "bad-uuid", "/into", "POST", "/merge", {"into": "bento", "reason": "other clinic"})


# Places


def test_a_place_is_recorded_with_its_history(desk: Desk) -> None:
    onset = {"date": "2025-12", "precision": "about", "source_text": "before Christmas"}
    said = {"site": "right-knee", "area": "inner", "words": "inside", "onset": onset}
    answer = desk.ask("POST", "/involvements", said | {"status": "suspected"})
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    [place] = desk.told("POST", "/involvements", {"site": "right-knee", "status": "confirmed"})["data"]
    assert (place["status"], place["area"], place["words"]) == ("confirmed", "inner", "inside")
    assert place["onset"] == {"date": "2025-12-15", "precision": "about", "source_text": "before Christmas"}
    assert [row["status"] for row in place["history"]] == ["suspected", "confirmed"]
    assert place["history"][0]["author"] == desk.house.cast.boris.name
    assert desk.ask("GET", "/involvements").headers["ETag"] == '"2"'


def test_places_are_merged_and_mistakes_marked(desk: Desk) -> None:
    for place in ("right-knee", "right-knee.medial-femoral-condyle"):
        desk.told("POST", "/involvements", {"site": place, "status": "suspected"})
    merge = {"site": "right-knee", "merged_into": "right-knee.medial-femoral-condyle", "reason": "one place"}
    whole, part = desk.told("POST", "/involvements/merge", merge)["data"]
    assert (whole["status"], whole["merged_into"]) == ("entered-in-error", merge["merged_into"])
    mistake = {"site": part["site"], "status": "entered-in-error"}
    refused(desk, 422, "too-short", "/reason", "POST", "/involvements", mistake)
    refused(desk, 422, "wrong-status", "/words", "POST", "/involvements", mistake | {"reason": "no", "words": "hm"})
    _, part = desk.told("POST", "/involvements", mistake | {"reason": "it was the hip"})["data"]
    assert [row.get("reason") for row in part["history"]] == [None, "it was the hip"]


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"site": "knee"}, "unknown-site", "/site"),
        ({"site": "Right-knee"}, "unknown-site", "/site"),
        ({"status": "cured"}, "unknown-code", "/status"),
        ({"status": None}, "unknown-code", "/status"),
        ({"area": "toes"}, "unknown-area", "/area"),
        ({"onset": {"date": "2026-01-06"}}, "impossible-date", "/onset"),
        ({"onset": {"date": "1970-01-01"}}, "impossible-date", "/onset"),
        ({"onset": None}, "bad-date", "/onset"),
        ({"words": "x" * 281}, "too-long", "/words"),
        ({"words": None}, "wrong-type", "/words"),
        ({"merged_into": "right-knee.patella"}, "unknown-key", "/merged_into"),
        ({"recorded_on": "2026-01-01"}, "unknown-key", "/recorded_on"),
    ],
)
def test_a_place_that_cannot_be_is_not_recorded(desk: Desk, body: Any, code: str, pointer: str) -> None:
    good = {"site": "right-knee", "status": "suspected"}
    refused(desk, 422, code, pointer, "POST", "/involvements", good | body)
    assert desk.house.cast.rows(InvolvementRow) == []


def test_the_second_leg_asks_how_the_patient_gets_about(desk: Desk) -> None:
    desk.told("POST", "/involvements", {"site": "right-knee", "status": "confirmed"})
    other = {"site": "left-knee", "status": "confirmed"}
    refused(desk, 409, "both-legs-restricted", "/getting_about", "POST", "/involvements", other)
    desk.told("POST", "/involvements", other | {"getting_about": "wheelchair"})


# What is heard by phone


def test_a_log_heard_by_phone_is_kept_and_marked(desk: Desk) -> None:
    nuno = desk_of(desk.house, desk.house.cast.nuno)
    flags = item("red-flags", flags=["fever"])
    told = nuno.told("POST", "/entries", {"items": [pain(worst=4), flags, pain(worst=11)]})
    assert [result["status"] for result in told["results"]] == ["created", "created", "rejected"]
    assert told["results"][1]["advice"]["kind"] == "now"
    assert told["results"][2]["pointer"] == "/scores/0/on_loading"
    assert len(desk.house.cast.rows(EntryRow)) == 2 and desk.house.cast.alert("red-flag", "fever")
    assert [row.actor_id for row in desk.house.cast.rows(AuditEvent) if row.action == "entries-heard"] == [
        desk.house.cast.nuno.id
    ]


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ({"items": "pain"}, 422, "wrong-type", "/items"),
        ({}, 422, "missing-key", "/items"),
        ({"items": [], "device": "mine"}, 422, "unknown-key", "/device"),
        ({"items": [1] * 501}, 413, "too-large", "/items"),
    ],
)
def test_a_batch_that_cannot_be_read_keeps_nothing(desk: Desk, body: Any, status: int, code: str, pointer: str) -> None:
    code = "too-many-items" if status == 413 else code
    refused(desk, status, code, pointer, "POST", "/entries", body)


def test_a_call_is_answered_until_somebody_was_reached(desk: Desk) -> None:
    cast = desk.house.cast
    asked = asks_for_a_call(0, about="medicine", note="the tablets")
    cast.sends(cast.ana, asked)
    [call] = desk.told("GET", "/calls")["data"]
    assert (call["id"], call["about"], call["note"], call["is_open"]) == (
        str(asked.id),
        "medicine",
        "the tablets",
        True,
    )
    path = f"/calls/{call['id']}/answers"
    [call] = desk.told("POST", path, {"outcome": "no-answer"})["data"]
    assert call["is_open"] is True
    desk.house.clock.now += timedelta(minutes=5)
    [call] = desk.told("POST", path, {"outcome": "called", "note": "takes them now"})["data"]
    assert (call["is_open"], [each["outcome"] for each in call["answers"]]) == (False, ["no-answer", "called"])
    assert call["answers"][1]["author"] == cast.boris.name
    refused(desk, 409, "wrong-state", "", "POST", path, {"outcome": "called"})
    refused(desk, 422, "unknown-code", "/outcome", "POST", path, {"outcome": "forgotten"})
    refused(desk, 404, "not-found", "", "POST", f"/calls/{uuid4()}/answers", {"outcome": "called"})


def test_a_closed_record_takes_nothing_that_is_heard(desk: Desk) -> None:
    desk.told("PUT", "/state", {"state": "moved", "reason": "to Porto"}, version=1)
    refused(desk, 409, "wrong-state", "", "POST", "/entries", {"items": [pain()]})


# Who may


ASKED: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("PATCH", "", {"name": "Carla's"}),
    ("PUT", "/state", {"state": "moved", "reason": "mine now"}),
    ("GET", "/care-team", None),
    ("PUT", "/care-team/STAFF", None),
    ("DELETE", "/care-team/STAFF", None),
    ("GET", "/involvements", None),
    ("POST", "/involvements", {"site": "left-knee", "status": "suspected"}),
    ("POST", "/involvements/merge", {"site": "left-knee", "merged_into": "left-knee.patella", "reason": "one"}),
    ("POST", "/entries", {"items": []}),
    ("GET", "/calls", None),
    ("POST", f"/calls/{uuid4()}/answers", {"outcome": "called"}),
    ("POST", "/merge", {"into": str(uuid4()), "reason": "one person"}),
    ("POST", "/merge/undo", {"reason": "two people"}),
]


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [("carla", 404, "not-found"), ("dora", 403, "reason-needed"), ("alda", 403, "not-allowed")],
)
def test_who_may_not_reach_the_record_gets_nothing(house: House, who: str, status: int, code: str) -> None:
    person = getattr(house.cast, who)
    desk, before = desk_of(house, person), house.cast.counts()
    for how, path, body in ASKED:
        answer = desk.ask(how, path.replace("STAFF", str(person.id)), body, version=1)
        if who == "dora" and path == "/merge":
            assert answer.status_code in (403, 404)  # the record that is kept is asked for first
            continue
        assert (answer.status_code, code_of(answer)) == (status, code), f"{how} {path}"
        assert house.cast.ana.name not in answer.text
    assert house.cast.counts() == before


def test_a_body_that_is_no_json_is_refused_everywhere(desk: Desk) -> None:
    for how, path, body in ASKED:
        if body is not None:
            answer = desk.ask(how, path, version=1)
            assert answer.status_code in (400, 411, 415) and problem(answer), f"{how} {path}"
    with desk.house.cast.session() as session:
        assert session.get_one(Patient, (desk.house.cast.porto.id, desk.house.cast.ana.id)).version == 1
