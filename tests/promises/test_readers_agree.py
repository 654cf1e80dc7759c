"""The event file's reader and the API's schemas take and refuse the same content, with the same code."""

import json
from dataclasses import fields
from typing import Any

import pytest

from rehab_tracker.api.items import READERS, read_items
from rehab_tracker.api.pain import PainScoreSchema
from rehab_tracker.domain.call_request import BestTime, CallAbout, CallRequest
from rehab_tracker.domain.entry import Entry, Kind, Sent
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import SITES, Area, Limb
from rehab_tracker.domain.strict_json import strict_json
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from rehab_tracker.evaluation.entry_line import CONTENT_KEYS, SCORE_KEYS
from rehab_tracker.evaluation.events import EventFault, patients
from tests.evaluation.lines import PATIENT, text
from tests.served import item


def pain(*scores: Any, **more: Any) -> dict[str, Any]:
    return {"kind": "pain", "no_other_pain": True, "scores": list(scores), **more}


def knee(**said: Any) -> dict[str, Any]:
    return pain({"site": "left-knee", **said})


def flags(*ticked: Any, **more: Any) -> dict[str, Any]:
    return {"kind": "red-flags", "flags": list(ticked), **more}


def weight(**said: Any) -> dict[str, Any]:
    return {"kind": "weight-bearing", "limb": "left-leg", "aids": "none", "over_limit": "no", **said}


def exercise(**said: Any) -> dict[str, Any]:
    return {"kind": "exercise", "exercise": "bridge", **said}


def call(**said: Any) -> dict[str, Any]:
    return {"kind": "call-request", "about": "medicine", "best_time": "morning", **said}


def without(line: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key not in keys}


NO_NUMBERS = ("3", 3.0, True, None, [3], {"score": 3}, 10**20)
NO_CODES = ("nose", "Inner", "", None, 1, True, ["inner"], {})
NO_TRUTHS = (0, 1, "true", None, [])
NO_TEXTS = (None, 1, True, ["left-knee"], {})

LINES: list[dict[str, Any]] = [
    pain(),
    pain(no_other_pain=False),
    *(pain({"site": place, "on_loading": 0}) for place in SITES),
    *(knee(on_loading=score) for score in (-1, 0, 10, 11, 2**40, *NO_NUMBERS)),
    *(knee(at_rest=score) for score in (-1, 0, 10, 11, *NO_NUMBERS)),
    *(knee(on_loading=3, next_morning=score) for score in (-1, 0, 10, 11, *NO_NUMBERS)),
    *(knee(on_loading=3, area=area) for area in (*(str(a) for a in Area), *NO_CODES)),
    *(knee(on_loading=3, cause=cause) for cause in ("injury", "exercise", *NO_CODES)),
    *(knee(on_loading=3, feel=feel) for feel in ("joint", "muscle", *NO_CODES)),
    *(knee(on_loading=3, woke_at_night=said) for said in (True, False, *NO_TRUTHS)),
    *(knee(on_loading=3, swollen=said) for said in (True, False, *NO_TRUTHS)),
    *(pain({"site": place, "on_loading": 3}) for place in ("knee", "left-neck", "left-knee.talus", "", *NO_TEXTS)),
    knee(),
    knee(next_morning=3),
    knee(on_loading=3, colour="blue"),
    pain({"on_loading": 3}),
    *(pain(score) for score in (None, 3, "left-knee", [])),
    *(pain(scores=scores) for scores in (None, {}, "left-knee", 3)),
    *(pain(no_other_pain=said) for said in NO_TRUTHS),
    pain(*[{"site": "left-knee", "on_loading": 3}] * 200),
    without(pain(), "scores"),
    without(pain(), "no_other_pain"),
    pain(mood="low"),
    pain(flags=["fever"]),
    *(flags(flag) for flag in (*(str(f) for f in RedFlag), *NO_CODES)),
    flags("fever", "calf-swelling"),
    flags("fever", "fever"),
    flags(),
    *(flags() | {"flags": said} for said in (None, "fever", {}, 1)),
    without(flags(), "flags"),
    flags("fever", scores=[]),
    *(weight(limb=limb) for limb in (*(str(each) for each in Limb), "left-knee", *NO_CODES)),
    *(weight(aids=aids) for aids in (*(str(a) for a in Aids), "jetpack", *NO_CODES)),
    *(weight(over_limit=over) for over in (*(str(o) for o in OverLimit), *NO_CODES)),
    *(without(weight(), key) for key in ("limb", "aids", "over_limit")),
    weight(kilograms=20),
    *(exercise(exercise=code) for code in ("a", "a-1", "x" * 64, "x" * 65, "A", "a--b", "-a", "a\nb", "", *NO_TEXTS)),
    *(exercise(done_sets=amount) for amount in (-1, 0, 1000, 1001, *NO_NUMBERS)),
    *(exercise(done_reps=amount) for amount in (-1, 0, 1000, 1001, *NO_NUMBERS)),
    *(exercise(done_minutes=amount) for amount in (-1, 0, 1000, 1001, *NO_NUMBERS)),
    *(exercise(pain_during=score) for score in (-1, 0, 10, 11, *NO_NUMBERS)),
    *(exercise(not_done=said) for said in ("pain", "no-time", "unsure-how", *NO_CODES)),
    without(exercise(), "exercise"),
    exercise(weight=5),
    *(call(about=about) for about in (*(str(a) for a in CallAbout), *NO_CODES)),
    *(call(best_time=best) for best in (*(str(b) for b in BestTime), *NO_CODES)),
    *(call(note=note) for note in ("about my crutches ☂", "", "x" * 280, "x" * 281, "a\u0000b", *NO_TEXTS)),
    *(without(call(), key) for key in ("about", "best_time")),
    call(phone="+351 9"),
    {"kind": "call-request", "withdrawn": True},
    {"kind": "pain", "withdrawn": True},
    {"kind": "exercise", "withdrawn": True},
    {"kind": "pain", "withdrawn": False},
    {"kind": "pain", "withdrawn": True, "scores": []},
    pain(withdrawn=True),
    *(pain(withdrawn=said) for said in NO_TRUTHS),
    *(pain(rev=rev) for rev in (1, 2, 1_000_000, 0, -1, 1_000_001, *NO_NUMBERS)),
    *(pain(for_date=day) for day in ("2026-01-05", "2025-12-22", "2026-02-30", "5.1.2026", "", *NO_TEXTS)),
    *(pain(recorded_at=when) for when in ("2026-01-05T20:10:00Z", "2026-01-05T20:10:60Z", "2026-01-05", "", *NO_TEXTS)),
    *(pain(time_zone=zone) for zone in ("Europe/Lisbon", "UTC", "Mars/Olympus", "", *NO_TEXTS)),
    *(pain(id=said) for said in ("0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "x", "", *NO_TEXTS)),
]


def of_api(line: dict[str, Any]) -> Any:
    """What the API makes of a line: the content, or the code of its fault."""
    [read] = read_items([strict_json(json.dumps(item("pain") | line))])
    return read.content if isinstance(read, Sent) else read.fault.code


def of_file(line: dict[str, Any]) -> Any:
    """What the event file's reader makes of the same line."""
    event = {"event": line["kind"], "patient": "P1", "recorded_at": "2026-01-05T20:10:00+00:00"}
    try:
        [patient] = patients(text(PATIENT, event | without(line, "kind")))
    except EventFault as fault:
        assert isinstance(fault.__cause__, InvalidValue)
        return fault.__cause__.code
    [entry] = patient.events
    assert isinstance(entry, Entry)
    return entry.content


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line)[:60])
def test_both_say_the_same(line: dict[str, Any]) -> None:
    assert of_api(line) == of_file(line)


def test_the_lines_are_good_and_bad() -> None:
    verdicts = [of_api(line) for line in LINES]
    assert sum(isinstance(verdict, str) for verdict in verdicts) > 150
    assert sum(not isinstance(verdict, str) for verdict in verdicts) > 100


def test_both_have_the_same_keys() -> None:
    for kind, (needed, optional) in CONTENT_KEYS.items():
        reader = READERS[Kind(kind)]
        assert (reader.needed, reader.keys) == (needed, needed | optional)
    assert set(PainScoreSchema().fields) == SCORE_KEYS.needed | SCORE_KEYS.optional


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.PAIN, PainReading),
        (Kind.RED_FLAGS, RedFlagReport),
        (Kind.WEIGHT_BEARING, WeightBearingReport),
        (Kind.EXERCISE, ExerciseReport),
        (Kind.CALL_REQUEST, CallRequest),
    ],
)
def test_the_schemas_hold_what_the_values_hold(kind: Kind, value: Any) -> None:
    assert READERS[kind].keys == {field.name for field in fields(value)}


def test_a_scores_schema_holds_what_a_score_holds() -> None:
    assert set(PainScoreSchema().fields) == {field.name for field in fields(PainScore)}
