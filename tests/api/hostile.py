"""What a malicious or sloppy phone can send, row by row, with the right answer.

A fault of one item is that item's result; a fault of the whole request is one problem, and nothing of it is stored.
Rows that reach other routes, need a proxy (32 in part, 33), or stand elsewhere are named in ELSEWHERE.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.served import PUSH, Phone, canonical, item, pain

DEEP = 100_000


@dataclass(frozen=True)
class BadItem:
    """One item and its result; ``code`` is None where it is taken."""

    row: int
    name: str
    item: Any
    status: str
    code: str | None = None


@dataclass(frozen=True)
class BadRequest:
    """A whole request, the status of its answer, and the code of the problem."""

    row: int
    name: str
    raw: Callable[[Phone], bytes]
    status: int
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    path: str = PUSH
    method: str = "POST"


def score(**said: Any) -> dict[str, Any]:
    """A pain item with one score that says this of the left knee."""
    return pain(scores=[{"site": "left-knee"} | said])


def at_site(site: Any) -> dict[str, Any]:
    return pain(scores=[{"site": site, "on_loading": 3}])


def exercise(**said: Any) -> dict[str, Any]:
    return item("exercise", exercise="bridge", **said)


def weight(**said: Any) -> dict[str, Any]:
    return item("weight-bearing", **said)


def rejected(row: int, name: str, raw: Any, code: str) -> BadItem:
    return BadItem(row, name, raw, "rejected", code)


def taken(row: int, name: str, raw: Any, status: str = "created") -> BadItem:
    return BadItem(row, name, raw, status)


HIGH = "\U0001f9d1‍\U0001f9bd"
OTHER_IDS = {
    "nil": "00000000-0000-0000-0000-000000000000",
    "max": "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "v1": "c232ab00-9414-11ec-b3c8-9f6bdeced846",
    "braces": "{0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b}",
    "urn": "urn:uuid:0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
    "35 characters": "0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5",
    "integer": 7,
    "null": None,
    "wide digits": "0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5\uff11",
}
TIMES = {
    "naive": "2026-01-05T20:10:00",
    "24:00": "2026-01-05T24:00:00+00:00",
    "week date": "2026-W02-1T20:10:00+00:00",
    "29 Feb of no leap year": "2027-02-29T20:10:00+00:00",
    "epoch": 1767643800,
    "milliseconds": "1767643800000",
    "year 0000": "0000-01-01T00:00:00+00:00",
    "unknown offset": "2026-01-05T20:10:00-00:00",
    "offset 99:99": "2026-01-05T20:10:00+99:99",
    "offset with seconds": "2026-01-05T20:10:00+00:00:30",
    "offset beyond 14 h": "2026-01-05T20:10:00+14:01",
    "blanks": " 2026-01-05T20:10:00+00:00",
}
ZONES = ("Mars/Olympus", "EST5EDT4", "../../etc/passwd", "UTC+25", "europe/lisbon", "", 0, None, "Europe/Lisbon ")

ITEMS = [
    *(
        taken(1, f"recorded at {when}", pain(recorded_at=when), "quarantined")
        for when in ("2099-01-01T00:00:00+00:00", "1970-01-01T00:00:00+00:00", "2026-11-01T00:00:00+00:00")
    ),
    taken(1, "recorded in the year 1", pain(recorded_at="0001-01-02T00:00:00+00:00"), "quarantined"),
    *(
        rejected(4, f"pain {worst}", score(on_loading=worst), "out-of-range")
        for worst in (-1, 11, 2**31, 10**18, 10**30, 10**300)
    ),
    *(
        rejected(4, f"pain {worst!r}", score(on_loading=worst), "wrong-type")
        for worst in (3.7, 7.0, "7", True, None, [], {})
    ),
    *(
        rejected(5, f"site {place!r}", at_site(place), "unknown-site")
        for place in (
            "left elbow of someone else",
            "nose",
            "Left_Knee",
            "left-кnee",
            "LEFT-KNEE",
            "",
            "left-knee ",
            "left\x00-knee",
            "left-knee\x07",
        )
    ),
    *(rejected(5, f"site {place!r}", at_site(place), "wrong-type") for place in (None, 1, ["left-knee"], {})),
    rejected(5, "no side", at_site("knee"), "unknown-site"),
    rejected(6, "another patient's id", pain(patient_id="0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"), "unknown-key"),
    rejected(6, "another clinic's id", pain(clinic_id=2), "unknown-key"),
    taken(17, "a well-formed id", pain(id="0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")),
    taken(19, "upper case", pain(id="0196A1B2-C3D4-7E5F-8A9B-0C1D2E3F4A5C")),
    *(rejected(19, name, pain(id=value), "bad-uuid") for name, value in OTHER_IDS.items()),
    rejected(20, "fewer than no sets", exercise(done_sets=-1), "out-of-range"),
    taken(20, "more than anybody prescribes", exercise(done_sets=140)),
    rejected(20, "more than fits into a day", exercise(done_minutes=1_441_000), "out-of-range"),
    rejected(21, "phase set by the patient", item("phase", phase=4), "unknown-code"),
    rejected(21, "phase beside pain", pain(phase=4), "unknown-key"),
    *(rejected(22, f"zone {zone!r}", pain(time_zone=zone), "bad-time-zone") for zone in ZONES),
    *(
        rejected(22 if "offset" in name else 23, name, pain(recorded_at=when), "bad-time")
        for name, when in TIMES.items()
    ),
    taken(22, "offset that is not the zone's", pain(recorded_at="2026-01-05T20:10:00+05:00")),
    taken(23, "leap second", pain(recorded_at="2026-01-05T20:09:60+00:00")),
    *(
        rejected(23, f"day {day!r}", pain(for_date=day), "bad-date")
        for day in ("2026-02-30", "5.1.2026", 20260105, None)
    ),
    rejected(23, "tomorrow", pain(for_date="2026-01-06"), "date-in-future"),
    rejected(23, "fifteen days ago", pain(for_date="2025-12-21"), "too-long-ago"),
    rejected(28, "unknown key", pain(mood="low"), "unknown-key"),
    rejected(28, "unknown key in a score", score(on_loading=3, colour="blue"), "unknown-key"),
    rejected(28, "unknown operation", pain(op="upsert"), "unknown-key"),
    rejected(28, "unknown kind", item("mood", mood="low"), "unknown-code"),
    *(rejected(28, f"kind {kind!r}", item("pain") | {"kind": kind}, "unknown-code") for kind in (None, 1, [], {}, "")),
    rejected(28, "no kind", {"id": "0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"}, "missing-key"),
    *(rejected(28, f"item {raw!r}", raw, "wrong-type") for raw in (None, 1, "x", [], [[]], True)),
    *(rejected(28, f"rev {rev!r}", pain(rev=rev), "out-of-range") for rev in (0, -1, "1", 1.0, True, None, 10**9)),
    *(rejected(28, f"withdrawn {said!r}", pain(withdrawn=said), "wrong-type") for said in (None, 0, "true")),
    rejected(28, "no scores", item("pain", no_other_pain=True), "missing-key"),
    rejected(28, "a score that is none", pain(scores=[None]), "wrong-type"),
    rejected(28, "scores in an object", pain(scores={}), "wrong-type"),
    rejected(28, "too many scores", pain(scores=[{"site": "left-knee", "on_loading": 3}] * 200), "too-many"),
    rejected(28, "no score at all", score(), "score-needed"),
    rejected(28, "an area of another region", score(on_loading=3, area="heel"), "unknown-area"),
    rejected(28, "no flag", item("red-flags", flags=[]), "flag-needed"),
    rejected(28, "an unknown flag", item("red-flags", flags=["bored"]), "unknown-code"),
    rejected(
        28,
        "aids that are none",
        item("weight-bearing", limb="left-leg", aids="jetpack", over_limit="no"),
        "unknown-code",
    ),
    rejected(
        28, "a limb that is none", item("weight-bearing", limb="tail", aids="none", over_limit="no"), "unknown-code"
    ),
    rejected(28, "an exercise with blanks", item("exercise", exercise="Straight Leg"), "unknown-exercise"),
    rejected(40, "a photo", pain(photo="iVBORw0KGgo="), "unknown-key"),
    *(
        rejected(row, name, pain(note=text), "unknown-key")
        for row, name, text in (
            (14, "bidi override", "\u202egnp.exe"),
            (14, "joined emoji", HIGH),
            (14, "zero width and combining", "a\u200b" + "\u0301" * 50),
            (15, "SQL", "'; DROP TABLE entry; --"),
            (15, "HTML", "<script>alert(1)</script>"),
            (15, "template", "{{ config }}"),
            (15, "formula", "=cmd|' /C calc'!A0"),
            (15, "line breaks", "a\nBcc: x@example"),
            (16, "2,001 characters", "x" * 2001),
        )
    ),
]


def _json(value: Callable[[Phone], Any]) -> Callable[[Phone], bytes]:
    return lambda phone: json.dumps(value(phone)).encode()


def _text(text: str | bytes) -> Callable[[Phone], bytes]:
    return lambda phone: text.encode() if isinstance(text, str) else text


def _around(inside: str) -> Callable[[Phone], bytes]:
    """A push whose one item holds this text as it stands."""

    def write(phone: Phone) -> bytes:
        body = json.dumps(phone.body([pain()])).replace('"on_loading": 3', f'"on_loading": {inside}', 1)
        return body.encode()

    return write


def _encoded(encoding: str) -> Callable[[Phone], bytes]:
    return lambda phone: json.dumps(phone.body([pain()])).encode(encoding)


def _body(**changed: Any) -> Callable[[Phone], bytes]:
    return _json(lambda phone: phone.body([pain()], **changed))


GOOD = _body()
JSON_PAGE = "/api/v1/me/entries"
METHODS = ("HEAD", "OPTIONS", "TRACE", "PATCH", "PUT", "DELETE", "GET")
TOKENS = ("Bearer", "Bearer ", "Basic YTpi", "Bearer AAAAAAAA." + "a" * 43, "")
OTHER_TYPES = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/xml",
    "application/json; charset=utf-16",
    "multipart/form-data; boundary=x",
    "",
)


def _without(key: str) -> Callable[[Phone], bytes]:
    return _json(lambda phone: {name: said for name, said in phone.body([pain()]).items() if name != key})


def unread(row: int, name: str, raw: Callable[[Phone], bytes], code: str) -> BadRequest:
    """A body that can't be read as a whole."""
    return BadRequest(row, name, raw, 400, code)


def too_large(row: int, name: str, raw: Callable[[Phone], bytes], code: str = "too-large") -> BadRequest:
    return BadRequest(row, name, raw, 413, code)


def faulty(row: int, name: str, raw: Callable[[Phone], bytes], code: str) -> BadRequest:
    """A batch that can be read, with a fault outside its items."""
    return BadRequest(row, name, raw, 422, code)


def other_kind(row: int, **headers: str) -> BadRequest:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return BadRequest(row, str(told), GOOD, 415, "unsupported-media-type", told)


def page(after: str, code: str) -> BadRequest:
    return BadRequest(37, f"cursor {after}", _text(""), 422, code, path=f"{JSON_PAGE}?after={after}", method="GET")


REQUESTS = [
    *(unread(3, f"pain {said}", _around(said), "invalid-json") for said in ("NaN", "Infinity", "-Infinity", "1e999")),
    unread(4, "10^5000", _around("1" + "0" * 5000), "invalid-json"),
    BadRequest(6, "patient in the query", GOOD, 200, path=f"{PUSH}?patient_id=7"),
    BadRequest(6, "patient in the path", GOOD, 404, path="/api/v1/patients/7/sync/push"),
    faulty(6, "clinic in the body", _body(clinic_id=2), "unknown-key"),
    too_large(7, "10 MB", _text(b"x" * 10_000_000)),
    too_large(9, "501 items", _json(lambda phone: phone.body([0] * 501)), "too-many-items"),
    *(other_kind(10, Content_Encoding=name) for name in ("gzip", "zstd", "identity")),
    unread(11, "count too small", _body(count=0), "count-mismatch"),
    unread(11, "count too great", _body(count=2), "count-mismatch"),
    unread(11, "another digest", _body(sha256="0" * 64), "sha256-mismatch"),
    unread(11, "digest of less", _body(sha256=canonical([])), "sha256-mismatch"),
    unread(11, "cut off", lambda phone: GOOD(phone)[:-10], "invalid-json"),
    unread(12, "nested", _text("[" * DEEP + "]" * DEEP), "too-deep"),
    unread(12, "nested and open", _text("[" * DEEP), "too-deep"),
    unread(12, "nested objects", _text('{"a":' * 1000 + "1" + "}" * 1000), "too-deep"),
    too_large(12, "10^5 keys", _text(json.dumps({f"k{n}": 0 for n in range(100_000)}))),
    too_large(12, "a key of 1 MB", _text(json.dumps({"k" * 1_000_000: 0}))),
    unread(12, "a long key", _text(json.dumps({"k" * 1_000: 0})), "too-long"),
    unread(13, "a key twice", lambda phone: GOOD(phone)[:-1] + b',"count":1}', "invalid-json"),
    unread(13, "BOM", lambda phone: b"\xef\xbb\xbf" + GOOD(phone), "invalid-json"),
    *(unread(13, name, _encoded(name), "invalid-json") for name in ("utf-16", "utf-16-le", "utf-32")),
    unread(13, "bad UTF-8", lambda phone: GOOD(phone).replace(b"left-knee", b"left-\xff", 1), "invalid-json"),
    unread(13, "rubbish behind", lambda phone: GOOD(phone) + b"x", "invalid-json"),
    unread(13, "a comment", lambda phone: b"/* hi */" + GOOD(phone), "invalid-json"),
    *(unread(13, f"body {text}", _text(text), "wrong-type") for text in ("null", "[]", '"x"', "1", "true")),
    BadRequest(13, "an empty body", _text(""), 411, "length-required"),
    unread(14, "lone surrogate", _around('3,"area":"\\ud800"'), "bad-text"),
    too_large(16, "1 MB of text", _body(note="x" * 1_000_000)),
    *(
        faulty(28, f"no {key}", _without(key), "missing-key")
        for key in ("device", "sent_at", "count", "sha256", "items")
    ),
    faulty(28, "sent_at naive", _body(sent_at="2026-01-05T20:10:00"), "bad-time"),
    faulty(28, "items in an object", _body(items={}), "wrong-type"),
    faulty(28, "count as text", _body(count="1"), "wrong-type"),
    faulty(28, "another phone's batch", _body(device="0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"), "wrong-device"),
    *(BadRequest(30, f"token {said!r}", GOOD, 401, "reauthenticate", {"Authorization": said}) for said in TOKENS),
    BadRequest(32, "another host", GOOD, 400, None, {"Host": "evil.example"}),
    *(BadRequest(34, method, GOOD, 405, None, method=method) for method in METHODS),
    BadRequest(34, "override", _text(""), 405, None, {"X-HTTP-Method-Override": "POST"}, method="GET"),
    *(other_kind(35, Content_Type=kind) for kind in OTHER_TYPES),
    *(page(after, "wrong-type") for after in ("x", "-1", "1e3", "9" * 30, "%D9%A1", "")),
    page(str(2**54), "out-of-range"),
    page("1&limit=501", "out-of-range"),
    page("1&patient_id=2", "unknown-key"),
]

ELSEWHERE = {
    2: "test_entries: a clock that is off",
    8: "test_sockets: chunks and no length",
    18: "test_entries: the same id twice in one batch",
    24: "services: two devices in different zones",
    25: "services: the daily limit",
    26: "services: late edits and withdrawals",
    27: "test_entries: another patient's entry",
    29: "the key is natural: there is no Idempotency-Key to send",
    31: "web/test_exposed",
    33: "needs a proxy or long waits: drills",
    36: "web/test_admission",
    38: "web/test_admission",
    39: "test_entries: closed records",
}
