"""Everything that the published case holds goes in through the API and comes out the same, row by row."""

from collections.abc import Iterator
from typing import Any

import pytest

from rehab_tracker.domain.exclusion import ALWAYS_ASKED
from rehab_tracker.domain.reader import fields_of
from rehab_tracker.domain.record_item import RecordItem, content_of
from rehab_tracker.domain.site import site
from tests.api.staff import Desk, desk_of, plain_item
from tests.cast import at, settle
from tests.conftest import BOTH_ENGINES
from tests.domain.case_items import (
    BORN,
    CASE,
    LEFT_FOREFOOT,
    LEFT_KNEE,
    RIGHT_KNEE,
    SIX_MONTHS,
    THREE_MONTHS,
    dated,
    named,
)
from tests.served import Clock, House, serving

NR = object()
"""Not recorded: the key is not there. Never false, never zero, never null."""

WEEKS = CASE["complaint A"].content.onset  # type: ignore[union-attr]
STATUSES = (
    (0, RIGHT_KNEE, "suspected", {"onset": WEEKS.plain(), "area": "inner", "words": "inside, when I walk"}),
    (7, RIGHT_KNEE, "confirmed", {}),
    (91, RIGHT_KNEE, "resolving", {}),
    (105, LEFT_KNEE, "confirmed", {"onset": THREE_MONTHS.plain(), "getting_about": "wheelchair"}),
    (105, LEFT_FOREFOOT, "confirmed", {"onset": THREE_MONTHS.plain(), "getting_about": "wheelchair"}),
    (229, RIGHT_KNEE, "resolved", {}),
    (229, LEFT_KNEE, "resolved", {}),
    (229, LEFT_FOREFOOT, "resolved", {}),
)

A, B, C = f"place {RIGHT_KNEE}", f"place {LEFT_KNEE}", f"place {LEFT_FOREFOOT}"
ROWS: dict[int, dict[str, Any]] = {
    1: {"person.born": BORN.isoformat(), "person.sex": "male"},
    2: {"background.previously_healthy": True, "background.recent_trauma": "absent"},
    3: {"occupation.work": "administrative", "background.activity": "active, regular daily walking"},
    4: {f"background.{risk}": "absent" for risk in ("alcohol", "corticosteroid", "renal_disease")},
    5: {
        "background.overuse": NR, "background.smoking": NR, "background.mineral_metabolism_disorder": "absent",
        "background.previous_episode": NR, "later background.previous_episode": "present",
    },
    6: {f"{A}.site": str(RIGHT_KNEE), f"{B}.site": str(LEFT_KNEE), f"{C}.site": str(LEFT_FOREFOOT)},
    7: {f"{A}.side": "right", f"{B}.side": "left", f"{C}.side": "left", "dxa.results.1.side": NR},
    8: {
        "mri A.compartments": ["medial-femoral-condyle"], "mri B.compartments": ["medial-femoral-condyle"],
        "mri C.bones": "heads of the metatarsals and bases of the proximal phalanges of toes 2 to 4",
    },
    9: {
        f"{A}.onset": WEEKS.plain(), f"{B}.onset": THREE_MONTHS.plain(), f"{C}.onset": THREE_MONTHS.plain(),
        "complaint A.duration_days": 21, "complaint B.duration_days": NR, "complaint C.duration_days": NR,
    },
    10: {
        "complaint A.trauma": False, "complaint A.manner": NR, "complaint A.course": NR,
        "complaint B.course": "worsening", "complaint C.course": "worsening",
    },
    11: {"complaint A.character": "mechanical", "complaint B.character": NR},
    12: {f"complaint {place}.{score}": NR for place in "ABC" for score in ("pain_on_loading", "pain_at_rest")},
    13: {
        "complaint A.aggravating": ["walking", "prolonged-weight-bearing"],
        "complaint B.aggravating": ["weight-bearing"], "complaint C.aggravating": ["weight-bearing"],
    },
    14: {"complaint A.relieving": [], "complaint B.relieving": NR, "complaint C.relieving": NR},
    15: {"complaint A.systemic_symptoms": False, "complaint B.systemic_symptoms": NR},
    16: {"examination A.gait": "slightly-antalgic", "examination B.gait": NR, "outcome.gait": "normal"},
    17: {
        "examination A.tenderness": ["medial-joint-line", "medial-femoral-condyle"],
        "examination B.tenderness": ["medial-joint-line"], "examination C.tenderness": ["dorsal-forefoot"],
    },
    18: {
        **{f"examination {place}.motion": "preserved" for place in "ABC"},
        "examination A.painful_arc": "terminal flexion", "examination B.painful_arc": NR,
    },
    19: {
        "examination A.effusion": False, "examination A.deformity": False, "examination A.inflammatory_signs": NR,
        "examination B.effusion": NR, "examination B.inflammatory_signs": False, "examination C.deformity": False,
    },
    20: {
        "examination A.neurological_deficit": False, "examination A.vascular_deficit": False,
        "examination B.neurological_deficit": NR, "examination C.vascular_deficit": NR,
    },
    21: {f"examination {place}.trophic_change": False for place in "ABC"},
    22: {
        "radiograph A.views": ["anteroposterior"], "radiograph A.fracture_line": False,
        "radiograph A.collapse": False, "radiograph A.degeneration": False, "radiograph B.views": NR,
    },
    23: {
        **{f"mri {place}.sequences": ["t2", "stir"] for place in "ABC"},
        "mri A.planes": ["coronal"], "mri B.planes": ["sagittal"], "mri C.planes": ["coronal"],
        "mri A.contrast": False, "mri B.contrast": NR, "mri C.contrast": NR,
    },
    24: {"mri A.edema": "diffuse", "mri B.edema": "diffuse", "mri C.edema": "stress-related", "mri C.edema_extent": NR},
    25: {f"mri {place}.subchondral_fracture_line": seen for place, seen in (("A", True), ("B", True), ("C", NR))},
    26: {
        **{f"mri {p}.{seen}": False for p in "ABC" for seen in ("collapse", "serpiginous_line")},
        "mri A.osteonecrosis_features": False, "mri A.synovitis": False, "mri B.synovitis": NR,
        "mri A.further_involvement": False, "mri A.joint_effusion": NR,
    },
    27: {
        "mri A.rationale": "symptoms persist; more sensitive than CT for early edema; no suspicion of infection",
        "mri B.rationale": "several places, one after another",
    },
    28: {
        **{f"laboratory.results.{at}.interpretation": "normal" for at in range(8)},
        "laboratory.results.1.code": "crp", "laboratory.results.1.value": NR, "laboratory.results.1.unit": NR,
        "later laboratory.overall": "normal", "later laboratory.results": [],
    },
    29: {
        "dxa.results.0.t_score": -1.9, "dxa.results.1.t_score": -1.3, "dxa.results.0.bmd": NR,
        "dxa.reference_population": NR,
    },
    30: {
        "working diagnosis A.code": "subchondral-insufficiency-fracture", "working diagnosis A.basis": "MRI",
        "overall diagnosis.code": "tmo", "overall diagnosis.by_exclusion": True,
        "overall diagnosis.on": THREE_MONTHS.plain(),
    },
    31: {f"{c} at {place}.status": "excluded" for c in ALWAYS_ASKED for place in (LEFT_KNEE, LEFT_FOREFOOT)},
    32: {
        "programme A.weight_bearing": "PWB", "programme A.percent": NR, "programme A.aids": NR,
        "programme A.off_loading_days": 21, "programme B.weight_bearing": "PWB", "programme B.off_loading_days": NR,
    },
    33: {"analgesia.treatment": "analgesic", "analgesia.status": "given", "analgesia.drug": NR, "analgesia.dose": NR},
    34: {"bisphosphonate.status": "not-used", "bisphosphonate.reason": "doing well, and it heals by itself"},
    35: {
        "programme A.goals": ["pain-control", "gait-training", "strengthening"], "programme A.exercises": NR,
        "programme A.dose": NR, "programme A.duration_days": NR, "programme A.adherence": NR,
    },
    36: {
        "outcome A.recovery": "near-complete", "outcome A.on": THREE_MONTHS.plain(),
        "outcome B.recovery": "complete", "outcome C.recovery": "complete", "outcome C.on": SIX_MONTHS.plain(),
    },
    37: {"outcome.asymptomatic": True, "outcome.functional_limitation": False, "outcome.recovery": NR},
    38: {"outcome.further_episodes": False, "outcome.last_follow_up": NR},
    39: {"next dxa.status": "decided-not-to", "next dxa.reason": "full recovery, no symptoms", "next dxa.due": NR},
    40: {
        "consent.purpose": "publication", "consent.decision": "given", "consent.written": True, "consent.on": NR,
    },
}  # fmt: skip


@pytest.fixture(scope="module", params=BOTH_ENGINES)
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Dr Boris, after the whole case went in."""
    cast, clock = settle(request.getfixturevalue(f"shared_{request.param}"), 2_000), Clock(at(0))
    with serving(cast.store, clock) as app:
        yield enter_case(House(app, cast, clock))


def enter_case(house: House) -> Desk:
    desk = desk_of(house, house.cast.boris)
    desk.told("PATCH", "", {"born": BORN.isoformat(), "sex": "male"}, version=1)
    for on, place, status, more in STATUSES:
        house.clock.now = at(on)
        desk = desk_of(house, house.cast.boris)
        desk.told("POST", "/involvements", {"site": str(place), "status": status, **more})
    house.clock.now = at(400)
    desk = desk_of(house, house.cast.boris)
    for item in CASE.values():
        desk.told("POST", "/record-items", plain_item(item))
    return desk


@pytest.fixture(scope="module")
def told(desk: Desk) -> dict[str, Any]:
    """What the API tells of it all, by name."""
    items = {item["id"]: item for item in desk.told("GET", "/record-items")["data"]}
    found: dict[str, Any] = {"person": desk.told("GET")}
    for name in CASE:
        item = items[str(named(name))]
        found[name] = item["content"] | {key: item[key] for key in ("on", "site") if key in item}
    for place in desk.told("GET", "/involvements")["data"]:
        found[f"place {place['site']}"] = place | {"side": str(site(place["site"]).side)}
    return found


def looked_up(told: dict[str, Any], path: str) -> Any:
    """What stands at ``name.key.key``; a name may hold dots of a site's code."""
    name = max((name for name in told if path.startswith(f"{name}.")), key=len, default="")
    found: Any = told.get(name, {})
    for key in path[len(name) + 1 :].split("."):
        if isinstance(found, list):
            found = found[int(key)]
        elif key not in found:
            return NR
        else:
            found = found[key]
    return found


def test_the_table_has_every_row_and_what_is_not_recorded_there_could_be() -> None:
    assert sorted(ROWS) == list(range(1, 41))
    for path in (path for row in ROWS.values() for path, value in row.items() if value is NR):
        name, key = path.split(".")[:2]
        kept = CASE.get(name, CASE["radiograph A"]).content
        assert key == "on" or key in fields_of(type(kept)), path


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_case_is_read_where_it_was_written(told: dict[str, Any], row: int) -> None:
    assert {path: looked_up(told, path) for path in ROWS[row]} == ROWS[row]


def test_every_item_comes_back_equal(desk: Desk) -> None:
    found = {item["id"]: item for item in desk.told("GET", "/record-items")["data"]}
    assert len(found) == len(CASE)
    for item in CASE.values():
        kept = found[str(item.id)]
        assert {key: kept[key] for key in plain_item(item)} == plain_item(item)
        content = content_of(item.kind, kept["content"])
        assert RecordItem(item.id, item.kind, kept["version"], item.site, item.on, content) == item
        assert kept["author"] == desk.house.cast.boris.name and kept["earlier"] == []


def test_the_right_knee_tells_its_whole_history_and_the_left_side_stands_beside_it(desk: Desk) -> None:
    places = {place["site"]: place for place in desk.told("GET", "/involvements")["data"]}
    history = places[str(RIGHT_KNEE)]["history"]
    assert [row["status"] for row in history] == ["suspected", "confirmed", "resolving", "resolved"]
    assert [row["recorded_on"] for row in history] == [dated(n).day.isoformat() for n in (0, 7, 91, 229)]
    assert (history[0]["words"], places[str(RIGHT_KNEE)]["words"]) == ("inside, when I walk",) * 2
    assert {place["status"] for place in places.values()} == {"resolved"} and len(places) == 3


def test_the_case_once_more_changes_nothing(desk: Desk) -> None:
    before = desk.house.cast.counts()
    for item in CASE.values():
        desk.told("POST", "/record-items", plain_item(item))
    assert desk.house.cast.counts() == before
