"""The one door: results in order, in the patient's language, and the same entry is the same entry."""

import json
from datetime import timedelta

from rehab_tracker.domain.person import PatientState
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.people import Patient
from tests.cast import another_patient, at, canary
from tests.served import House, canonical, code_of, item, pain, problem


def test_an_entry_is_kept_and_read_back(house: House) -> None:
    sent = pain(place="left-knee", worst=4)
    [result] = house.ana.results(sent)
    assert result.pop("advice")["promise"]
    assert result == {"id": sent["id"], "status": "created"}
    [kept] = house.ana.entries()
    assert {key: kept[key] for key in sent} == sent
    assert (kept["for_date"], kept["change_number"], kept["variant"]) == ("2026-01-05", 1, 0)


def test_every_kind_is_kept(house: House) -> None:
    items = [
        pain(),
        item("red-flags", flags=["fever"]),
        item("weight-bearing", limb="left-leg", aids="two-crutches", over_limit="no"),
        item("exercise", exercise="bridge", done_sets=3, pain_during=0),
    ]
    assert [result["status"] for result in house.ana.results(*items)] == ["created"] * 4
    kept = house.ana.entries()
    assert [{key: each[key] for key in sent} for sent, each in zip(items, kept, strict=True)] == items


def test_the_same_batch_again_changes_nothing(house: House) -> None:
    sent = [pain(), pain()]
    house.ana.results(*sent)
    rows = len(house.cast.rows(EntryRow))
    assert [result["status"] for result in house.ana.results(*sent)] == ["duplicate"] * 2
    assert len(house.cast.rows(EntryRow)) == rows


def test_the_same_id_twice_in_one_batch(house: House) -> None:
    sent = pain()
    other = pain(worst=9) | {"id": sent["id"]}
    assert [result["status"] for result in house.ana.results(sent, sent, other)] == ["created", "duplicate", "conflict"]


def test_an_edit_and_a_withdrawal_that_repeats_nothing(house: House) -> None:
    sent = pain()
    house.ana.results(sent)
    assert house.ana.results(sent | {"rev": 2, "no_other_pain": False})[0]["status"] == "updated"
    bare = {key: sent[key] for key in ("id", "kind", "recorded_at", "time_zone")} | {"rev": 3, "withdrawn": True}
    assert house.ana.results(bare)[0]["status"] == "updated"
    assert house.ana.entries()[-1]["withdrawn"] is True


def test_a_clock_that_is_off_is_marked(house: House) -> None:
    theirs = (at(0) - timedelta(hours=3)).isoformat()
    [result] = house.ana.results(pain(recorded_at=theirs), sent_at=theirs)
    assert result["status"] == "created"
    [row] = house.cast.rows(EntryRow)
    assert (row.clock_suspect, row.skew_seconds) == (True, 3 * 3600)


def test_no_items_are_fine(house: House) -> None:
    assert house.ana.results() == []


def test_the_documented_digest_of_nothing() -> None:
    assert canonical([]) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"


def test_a_red_flag_in_an_item_that_is_refused_still_raises_its_alert(house: House) -> None:
    bad = item("red-flags", flags=["fever", "bored"], mood="low")
    [result] = house.ana.results(bad)
    assert (result["status"], result["advice"]["kind"]) == ("rejected", "now")
    assert house.cast.alert("red-flag", "fever").level == "urgent"


def test_a_red_flag_that_is_taken_back_by_a_faulty_item_raises_none(house: House) -> None:
    [result] = house.ana.results(item("red-flags", flags=["fever"], withdrawn=True, mood="low"))
    assert result["status"] == "rejected" and "advice" not in result
    assert house.cast.standing() == set()


def test_advice_is_the_clinics(house: House) -> None:
    [result] = house.ana.results(item("red-flags", flags=["chest-pain-or-breathless"]))
    assert result["advice"]["kind"] == "emergency"
    assert result["advice"]["phone"] == canary("porto", "clinic-phone")


def test_another_patients_entry_of_the_same_id_is_independent(house: House) -> None:
    sent = pain()
    house.ana.results(sent)
    assert house.phone_of(house.cast.bento).results(sent)[0]["status"] == "created"
    neighbour = another_patient(house.cast, house.cast.porto, "Eva")
    assert house.phone_of(neighbour).results(sent)[0]["status"] == "created"
    assert len(house.ana.entries()) == 1


def test_pages_follow_each_other_to_the_end(house: House) -> None:
    sent = [pain() for _ in range(5)]
    house.ana.results(*sent)
    found, after = [], 0
    while after is not None:
        page = json.loads(house.ana.get(f"/api/v1/me/entries?after={after}&limit=2").data)
        found += page["data"]
        after = page["next_after"]
    assert [each["id"] for each in found] == [each["id"] for each in sent]


def test_a_push_stands_in_the_audit_with_its_trace(house: House) -> None:
    house.ana.results(pain())
    [row] = [row for row in house.cast.rows(AuditEvent) if row.action == "entries-pushed"]
    assert (row.actor_id, str(row.via)) == (house.cast.ana.id, house.ana.device)
    assert len(row.request_id) == 32


def test_a_closed_record_takes_nothing_and_keeps_reading(house: House) -> None:
    with house.cast.session() as session:
        session.get_one(Patient, (house.cast.porto.id, house.cast.ana.id)).state = PatientState.MOVED
        session.commit()
    answer = house.ana.push(pain())
    assert (answer.status_code, code_of(answer)) == (403, "record-closed")
    assert house.ana.entries() == []


def test_messages_are_in_the_patients_language(house: House) -> None:
    with house.cast.session() as session:
        session.get_one(Patient, (house.cast.porto.id, house.cast.ana.id)).language = "en-GB"
        session.commit()
    [result] = house.ana.results(pain(worst=11))
    assert result["message"] == "Select a number from 0 to 10."
    assert result["pointer"] == "/scores/0/on_loading"
    answer = house.ana.push(pain(), count=7)
    assert answer.headers["Content-Language"] == "en-GB"
    assert problem(answer)["detail"] == "The batch is not complete. Send it again."
