"""Record items over the API: versions by ETag, a clear problem for everything that cannot be, and nothing changed."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.record_items import RecordItemRow
from tests.api.staff import Desk, desk_of
from tests.cast import at, settle
from tests.conftest import BOTH_ENGINES
from tests.served import Clock, House, code_of, problem, serving

TODAY = "2026-01-05"


def new(kind: str, content: Any, **said: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "kind": kind, "content": content, "on": {"date": TODAY}} | said


def mri(**said: Any) -> dict[str, Any]:
    return new("mri", {"collapse": False} | said, site="right-knee")


def dxa(**result: Any) -> dict[str, Any]:
    return new("dxa", {"results": [{"region": "femoral-neck"} | result]})


def without(body: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in keys}


@pytest.fixture
def desk(house: House) -> Desk:
    return desk_of(house, house.cast.boris)


def test_an_item_is_written_read_corrected_and_taken_out(desk: Desk) -> None:
    item = mri()
    answer = desk.ask("POST", "/record-items", item)
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    path = f"/record-items/{item['id']}"
    assert json.loads(answer.data) == desk.told("GET", path)
    better = without(mri(collapse=True), "id") | {"reason": "second reading"}
    answer = desk.ask("PUT", path, better, version=1)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    answer = desk.ask("DELETE", path, {"reason": "another patient's"}, version=2)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"3"')
    told = json.loads(answer.data)
    assert (told["in_error"], told["reason"], told["version"]) == (True, "another patient's", 3)
    assert [(each["version"], each["content"]["collapse"]) for each in told["earlier"]] == [(1, False), (2, True)]
    listed = desk.ask("GET", "/record-items")
    assert (listed.headers["ETag"], json.loads(listed.data)["data"]) == ('"3"', [told])


def test_what_is_left_out_stays_left_out(desk: Desk) -> None:
    told = desk.told("POST", "/record-items", new("background", {"alcohol": "absent"}) | {"on": "2026-01"})
    assert (told["content"], told["on"]) == ({"alcohol": "absent"}, {"date": "2026-01", "precision": "month"})
    assert "site" not in told and "reason" not in told


def test_the_same_item_sent_again_is_the_same_item_and_another_of_its_id_a_conflict(desk: Desk) -> None:
    item = mri()
    first, again = desk.ask("POST", "/record-items", item), desk.ask("POST", "/record-items", item)
    assert (again.status_code, again.data) == (201, first.data)
    other = desk.ask("POST", "/record-items", item | {"content": {"collapse": True}})
    assert (other.status_code, code_of(other)) == (409, "id-taken")
    assert len(desk.house.cast.rows(RecordItemRow)) == 1


def test_of_two_who_correct_the_second_gets_412_with_both_versions(desk: Desk) -> None:
    item = mri()
    desk.told("POST", "/record-items", item)
    path, nuno = f"/record-items/{item['id']}", desk_of(desk.house, desk.house.cast.nuno)
    told = without(item, "id") | {"reason": "second reading"}
    desk.told("PUT", path, told, version=1)
    for answer in (nuno.ask("PUT", path, told, version=1), nuno.ask("DELETE", path, {"reason": "no"}, version=1)):
        found = problem(answer)
        assert (found["status"], found["yours"], found["now"]) == (412, 1, 2)
        assert found["errors"][0]["code"] == "out-of-date"
    assert len(desk.house.cast.rows(RecordItemRow)) == 2


def test_each_reading_and_writing_stands_in_the_audit(desk: Desk) -> None:
    item = mri()
    desk.told("POST", "/record-items", item)
    desk.told("GET", f"/record-items/{item['id']}")
    rows = [row for row in desk.house.cast.rows(AuditEvent) if row.action in ("item-written", "record-items-read")]
    assert {row.action for row in rows} == {"item-written", "record-items-read"}
    assert {(row.actor_id, row.patient_id) for row in rows} == {(desk.house.cast.boris.id, desk.house.cast.ana.id)}


# What cannot be


class Bad(NamedTuple):
    """A request, and the problem that answers it."""

    name: str
    body: Any
    status: int
    code: str
    pointer: str = ""


FACT = "/content/results/0"
BAD = [
    Bad("tomorrow", mri() | {"on": {"date": "2026-01-06"}}, 422, "impossible-date", "/on"),
    Bad("before birth", mri() | {"on": {"date": "1984-02-28"}}, 422, "impossible-date", "/on"),
    Bad("no such day", mri() | {"on": {"date": "2026-02-30"}}, 422, "bad-date", "/on/date"),
    Bad("no such precision", mri() | {"on": {"date": TODAY, "precision": "hour"}}, 422, "unknown-code",
        "/on/precision"),
    Bad("year 26", mri() | {"on": {"date": "0026-01-05"}}, 422, "impossible-date", "/on/date"),
    Bad("no date", without(mri(), "on"), 422, "date-needed", "/on"),
    Bad("T-score 25", dxa(t_score=25), 422, "out-of-range", f"{FACT}/t_score"),
    Bad("T-score beyond all numbers", dxa(t_score=-4.5e204), 422, "out-of-range", f"{FACT}/t_score"),
    Bad("T-score of 400 digits", dxa(t_score=10**400), 422, "out-of-range", f"{FACT}/t_score"),
    Bad("T-score true", dxa(t_score=True), 422, "wrong-type", f"{FACT}/t_score"),
    Bad("T-score with too many decimals", dxa(t_score=-1.23456), 422, "too-precise", f"{FACT}/t_score"),
    Bad("no score", dxa(), 422, "result-needed", f"{FACT}/t_score"),
    Bad("left spine", dxa(region="lumbar-spine", side="left", t_score=-1), 422, "side-not-allowed", f"{FACT}/side"),
    Bad("no side", mri() | {"site": "knee"}, 422, "unknown-site", "/site"),
    Bad("the part of another joint", mri(compartments=["talus"]), 422, "wrong-place", "/content/compartments/0"),
    Bad("no place", without(mri(), "site"), 422, "site-needed", "/site"),
    Bad("a place for blood", new("laboratory", {}, site="left-knee"), 422, "site-not-allowed", "/site"),
    Bad("a number without its unit", new("laboratory", {"results": [{"code": "crp", "value": 3}]}), 422, "unit-needed",
        f"{FACT}/unit"),
    Bad("an unknown key inside", mri(colapse=True), 422, "unknown-key", "/content/colapse"),
    Bad("an unknown key outside", mri() | {"author": "me"}, 422, "unknown-key", "/author"),
    Bad("a version of one's own", mri() | {"version": 7}, 422, "unknown-key", "/version"),
    Bad("null inside", mri(collapse=None), 422, "wrong-type", "/content/collapse"),
    Bad("null outside", mri() | {"site": None}, 422, "wrong-type", "/site"),
    Bad("null content", mri() | {"content": None}, 422, "wrong-type", "/content"),
    Bad("content as text", mri() | {"content": "normal"}, 422, "wrong-type", "/content"),
    Bad("NaN", dxa(t_score=float("nan")), 400, "invalid-json"),
    Bad("infinity", dxa(t_score=float("-inf")), 400, "invalid-json"),
    Bad("too long", mri(text="x" * 2_001), 422, "too-long", "/content/text"),
    Bad("an empty text", mri(text=" "), 422, "empty-text", "/content/text"),
    Bad("a control character", mri(text="a\u0000b"), 422, "bad-text", "/content/text"),
    Bad("a lone surrogate", mri(text="\ud800"), 400, "bad-text"),
    Bad("too many", dxa() | {"content": {"results": [{"region": "forearm", "t_score": 1}] * 51}}, 422, "too-many",
        "/content/results"),
    Bad("another kind's content", new("mri", {"work": "nurse"}, site="left-knee"), 422, "unknown-key", "/content/work"),
    Bad("an unknown kind", new("surgery", {}), 422, "unknown-code", "/kind"),
    Bad("no kind", without(mri(), "kind"), 422, "missing-key", "/kind"),
    Bad("no content", without(mri(), "content"), 422, "missing-key", "/content"),
    Bad("no id", without(mri(), "id"), 422, "missing-key", "/id"),
    Bad("an id of version 1", mri() | {"id": "c232ab00-9414-11ec-b3c8-9f6bdeced846"}, 422, "bad-uuid", "/id"),
    Bad("percent beyond 99", new("programme", {"weight_bearing": "PWB", "percent": 100}), 422, "out-of-range",
        "/content/percent"),
    Bad("a list", [mri()], 400, "wrong-type"),
    Bad("called off without a reason", new("follow-up", {"task": "dxa", "status": "decided-not-to"}), 422,
        "reason-needed", "/content/reason"),
    Bad("rests on nothing here",
        new("exclusion", {"condition": "gout", "status": "being-worked-up", "source_item": str(uuid4())},
            site="left-knee"), 422, "unknown-item", "/content/source_item"),
]  # fmt: skip


GOOD = {
    "mri": mri(),
    "dxa": dxa(t_score=-1),
    "laboratory": new("laboratory", {}),
    "programme": new("programme", {}),
    "follow-up": new("follow-up", {"task": "dxa", "due": {"date": "2026-07"}}),
    "exclusion": new("exclusion", {"condition": "gout", "status": "being-worked-up"}, site="left-knee"),
}
THERE = GOOD["mri"]["id"]


@pytest.fixture(scope="module", params=BOTH_ENGINES)
def fortress(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Dr Boris before one app, at which everything is thrown; a good item of each kind is there."""
    cast, clock = settle(request.getfixturevalue(f"shared_{request.param}"), 3_000), Clock(at(0))
    with serving(cast.store, clock) as app:
        found = desk_of(House(app, cast, clock), cast.boris)
        for item in GOOD.values():
            found.told("POST", "/record-items", item)
        yield found


def must_be_refused(desk: Desk, case: Bad, how: str, path: str, body: Any, version: int | None = None) -> None:
    before = desk.house.cast.counts()
    found = problem(desk.ask(how, path, body, version))
    told = found["errors"][0]
    assert (found["status"], told["code"], told["pointer"]) == (case.status, case.code, case.pointer)
    assert told["message"] and desk.house.cast.counts() == before


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_what_cannot_be_is_not_written_and_the_answer_says_where_it_stands(fortress: Desk, case: Bad) -> None:
    must_be_refused(fortress, case, "POST", "/record-items", case.body)


@pytest.mark.parametrize("case", [case for case in BAD if case.pointer != "/id"], ids=lambda case: case.name)
def test_nothing_is_corrected_into_what_cannot_be(fortress: Desk, case: Bad) -> None:
    body: Any = case.body
    there = GOOD.get(body.get("kind"), GOOD["mri"])["id"] if isinstance(body, dict) else THERE
    corrected = without(body, "id") | {"reason": "second reading"} if isinstance(body, dict) else body
    must_be_refused(fortress, case, "PUT", f"/record-items/{there}", corrected, version=1)


@pytest.mark.parametrize(
    ("version", "status", "code"),
    [
        (None, 422, "version-needed"),
        ("1", 422, "version-needed"),
        ('W/"1"', 422, "version-needed"),
        ("*", 422, "version-needed"),
        ('"1", "2"', 422, "version-needed"),
        ('"-1"', 422, "version-needed"),
        ('"\uff11"', 422, "version-needed"),
        ('"7"', 412, "out-of-date"),
        ('"0"', 412, "out-of-date"),
    ],
)
def test_only_the_present_version_is_changed(fortress: Desk, version: str | None, status: int, code: str) -> None:
    before = fortress.house.cast.counts()
    for how, body in (("PUT", without(mri(), "id") | {"reason": "again"}), ("DELETE", {"reason": "again"})):
        answer = fortress.ask(how, f"/record-items/{THERE}", body, version=version)
        assert (answer.status_code, code_of(answer)) == (status, code)
    assert fortress.house.cast.counts() == before


@pytest.mark.parametrize("reason", ["", "  ", "x" * 281, None, 7])
def test_a_correction_needs_its_reason(fortress: Desk, reason: Any) -> None:
    before = fortress.house.cast.counts()
    for how, body in (("PUT", without(mri(), "id")), ("DELETE", {})):
        answer = fortress.ask(how, f"/record-items/{THERE}", body | {"reason": reason}, version=1)
        assert (answer.status_code, problem(answer)["errors"][0]["pointer"]) == (422, "/reason")
    assert fortress.house.cast.counts() == before


def test_the_kind_of_an_item_stays(fortress: Desk) -> None:
    other = without(new("background", {}), "id") | {"reason": "second reading"}
    answer = fortress.ask("PUT", f"/record-items/{THERE}", other, version=1)
    assert (answer.status_code, problem(answer)["errors"][0]["pointer"]) == (422, "/kind")


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [("carla", 404, "not-found"), ("dora", 403, "reason-needed"), ("alda", 403, "not-allowed")],
)
def test_who_may_not_reach_the_record_sees_and_changes_nothing(
    fortress: Desk, who: str, status: int, code: str
) -> None:
    cast = fortress.house.cast
    desk = desk_of(fortress.house, getattr(cast, who))
    asked = [
        ("GET", "/record-items", None),
        ("GET", f"/record-items/{THERE}", None),
        ("POST", "/record-items", mri()),
        ("PUT", f"/record-items/{THERE}", without(mri(), "id") | {"reason": "mine"}),
        ("DELETE", f"/record-items/{THERE}", {"reason": "mine"}),
    ]
    before = cast.counts()
    for how, path, body in asked:
        answer = desk.ask(how, path, body, version=1)
        assert (answer.status_code, code_of(answer)) == (status, code), f"{how} {path}"
    assert cast.counts() == before


def test_another_clinics_patient_and_another_patients_item_are_nowhere(fortress: Desk) -> None:
    theirs = Desk(fortress.house, fortress.client, fortress.house.cast.bento)
    assert theirs.ask("GET", "/record-items").status_code == 404
    assert theirs.ask("POST", "/record-items", mri()).status_code == 404
    assert fortress.ask("GET", f"/record-items/{uuid4()}").status_code == 404
    assert fortress.ask("GET", "/record-items/none").status_code == 404


def test_nobody_and_no_phone_and_no_other_site_reach_it(fortress: Desk) -> None:
    before = fortress.house.cast.counts()
    nobody = Desk(fortress.house, fortress.house.client, fortress.house.cast.ana)
    assert nobody.ask("GET", "/record-items").status_code == 401
    phone = nobody.ask("GET", "/record-items", Authorization=f"Bearer {fortress.house.ana.token}")
    assert phone.status_code == 401
    forged = fortress.ask("POST", "/record-items", mri(), Sec_Fetch_Site="cross-site")
    assert (forged.status_code, code_of(forged)) == (403, "cross-site")
    assert fortress.house.cast.counts() == before
