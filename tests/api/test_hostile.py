"""The hostile phone: never a 500, the right answer each time, nothing refused is stored, nothing accepted is lost."""

import json
from collections.abc import Iterator

import pytest

from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.refused import RefusedItem
from tests.api.hostile import ELSEWHERE, ITEMS, REQUESTS, BadItem, BadRequest
from tests.cast import another_patient, at, settle
from tests.conftest import BOTH_ENGINES
from tests.served import Clock, House, Phone, code_of, pain, problem, serving


@pytest.fixture(params=BOTH_ENGINES, scope="session")
def fortress(request: pytest.FixtureRequest) -> Iterator[House]:
    """One app and cast for all that is thrown at it, on each engine in turn."""
    cast = settle(request.getfixturevalue(f"shared_{request.param}"), 1_000)
    clock = Clock(at(0))
    with serving(cast.store, clock) as app:
        yield House(app, cast, clock)


@pytest.fixture
def phone(fortress: House) -> Phone:
    """A patient's phone that has sent nothing yet."""
    return fortress.phone_of(another_patient(fortress.cast, fortress.cast.porto, "Eva"))


def test_every_row_of_the_table_stands_somewhere() -> None:
    rows = {case.row for case in (*ITEMS, *REQUESTS)} | set(ELSEWHERE)
    assert rows == set(range(1, 41))


@pytest.mark.parametrize("case", ITEMS, ids=lambda case: f"{case.row}-{case.name}"[:60])
def test_a_bad_item_holds_back_no_other(fortress: House, phone: Phone, case: BadItem) -> None:
    before, refused, _ = _stored(fortress)
    first, bad, last = phone.results(pain(), case.item, pain())
    assert (first["status"], last["status"]) == ("created", "created")
    assert (bad["status"], bad.get("code")) == (case.status, case.code)
    now = _stored(fortress)
    assert now[0] - before == (2 if case.code else 3)
    assert now[1] - refused == (1 if case.code else 0)


@pytest.mark.parametrize("case", REQUESTS, ids=lambda case: f"{case.row}-{case.name}"[:60])
def test_a_bad_request_stores_nothing(fortress: House, phone: Phone, case: BadRequest) -> None:
    before = _stored(fortress)
    headers = {"Content-Type": "application/json"} | phone.headers | case.headers
    answer = phone.client.open(case.path, method=case.method, data=case.raw(phone), headers=headers)
    assert answer.status_code == case.status, answer.text
    if case.status == 200:
        return
    if case.method != "HEAD":
        assert problem(answer)["status"] == case.status
        assert code_of(answer) == case.code
    assert _stored(fortress) == before
    _still_works(phone)


def _stored(house: House) -> list[int]:
    """How many entries, refused items and notes of the audit porto has."""
    return [house.cast.number(table) for table in (EntryRow, RefusedItem, AuditEvent)]


def _still_works(phone: Phone) -> None:
    [result] = phone.results(pain())
    assert result["status"] == "created"


def test_the_good_are_kept_whatever_stands_beside_them(fortress: House) -> None:
    bad = [case.item for case in ITEMS if case.code]
    good = [pain() for _ in bad]
    mixed = [each for pair in zip(good, bad, strict=True) for each in pair]
    results = fortress.ana.results(*mixed)
    assert [result["status"] for result in results] == ["created", "rejected"] * len(bad)
    kept = {str(row.client_id) for row in fortress.cast.rows(EntryRow)}
    assert {each["id"] for each in good} <= kept


def test_refused_items_are_kept_raw(fortress: House) -> None:
    strange = {"id": "0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "kind": "pain", "note": "\u202e<b>x"}
    fortress.ana.results(strange)
    newest = max(fortress.cast.rows(RefusedItem), key=lambda row: json.loads(row.raw) == strange)
    assert json.loads(newest.raw) == strange
