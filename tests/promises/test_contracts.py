"""What scripts outside rely on only ever grows: codes, event lines, alert lines, the case, the numbers of the rules.

``REHAB_WRITE_GOLDEN=1 .venv/bin/pytest tests/promises/test_contracts.py`` adds what is new to the golden files, and
writes case.jsonl and alert-lines.jsonl anew. It takes no code away: that takes an edit by hand, and a reason.
event-lines.jsonl is written by hand.
"""

import json
import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import pytest

from rehab_tracker.domain.alert import AlertState, Level, Rule
from rehab_tracker.domain.alert_call import CallResult
from rehab_tracker.domain.call_request import BestTime, CallAbout
from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.exercise import NotDone
from rehab_tracker.domain.hold import HoldReason
from rehab_tracker.domain.involvement import InvolvementStatus
from rehab_tracker.domain.pain import Cause, Feel
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.record_item import ItemKind
from rehab_tracker.domain.red_flag import RedFlag
from rehab_tracker.domain.site import SITES, Area, Compartment, Limb, Region, Side
from rehab_tracker.domain.watching import Wrong
from rehab_tracker.domain.weight_bearing import Aids, Grade, OverLimit
from rehab_tracker.evaluation.case import case_lines
from rehab_tracker.evaluation.entry_line import CONTENT_KEYS, SCORE_KEYS
from rehab_tracker.evaluation.events import ENTRY_KEYS, STAFF_KEYS, patients
from rehab_tracker.evaluation.replay import alert_lines, replay

GOLDEN = Path(__file__).parent / "golden"
WRITE = os.environ.get("REHAB_WRITE_GOLDEN") == "1"
HINT = "run this file once with REHAB_WRITE_GOLDEN=1"

LISTS: dict[str, type[StrEnum]] = {
    "aids": Aids,
    "alert_calls": CallResult,
    "alert_outcomes": AlertOutcome,
    "alert_states": AlertState,
    "best_times": BestTime,
    "call_about": CallAbout,
    "areas": Area,
    "causes": Cause,
    "compartments": Compartment,
    "feels": Feel,
    "flags": RedFlag,
    "grades": Grade,
    "hold_reasons": HoldReason,
    "item_kinds": ItemKind,
    "kinds": Kind,
    "levels": Level,
    "limbs": Limb,
    "not_done": NotDone,
    "over_limit": OverLimit,
    "phases": Phase,
    "regions": Region,
    "rules": Rule,
    "sides": Side,
    "statuses": InvolvementStatus,
    "watch_findings": Wrong,
}


def must_only_grow(golden: Iterable[str], present: Iterable[str]) -> None:
    """Fail when a code that was promised is gone, or a new one is not promised yet."""
    promised, there = set(golden), set(present)
    assert not promised - there, f"promised to scripts outside, and gone: {sorted(promised - there)}"
    assert WRITE or not there - promised, f"new, not promised yet: {sorted(there - promised)}; {HINT}"


def lines_of(name: str) -> list[str]:
    path = GOLDEN / name
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def write(name: str, text: str) -> None:
    if WRITE:
        (GOLDEN / name).write_text(text, encoding="utf-8")


def test_a_code_that_is_gone_or_new_is_noticed():
    with pytest.raises(AssertionError, match="gone: .'left-knee'"):
        must_only_grow(["left-knee", "neck"], ["neck"])
    if not WRITE:
        with pytest.raises(AssertionError, match="new, .*'left-toe'"):
            must_only_grow(["neck"], ["neck", "left-toe"])


def test_site_codes():
    must_only_grow(lines_of("site-codes.txt"), SITES)
    write("site-codes.txt", "".join(f"{code}\n" for code in sorted(SITES)))


def codes() -> dict[str, list[str]]:
    return json.loads("\n".join(lines_of("codes.json")) or "{}")


@pytest.mark.parametrize("name", LISTS)
def test_the_codes_of_each_list(name):
    must_only_grow(codes().get(name, []), LISTS[name])


def test_the_lists_of_codes():
    must_only_grow(codes(), LISTS)
    write("codes.json", json.dumps({n: [str(code) for code in LISTS[n]] for n in sorted(LISTS)}, indent=2) + "\n")


def test_the_numbers_of_the_rules_and_their_defaults():
    golden = json.loads("\n".join(lines_of("rule-settings.json")) or "{}")
    present = DEFAULT_RULES.numbers
    must_only_grow(golden, present)
    assert golden == {name: present[name] for name in golden}, "a default changed: results of clinics change with it"
    write("rule-settings.json", json.dumps(present, indent=2) + "\n")


# Lines


def test_the_case_is_the_committed_file():
    write("case.jsonl", "".join(f"{line}\n" for line in case_lines()))
    assert lines_of("case.jsonl") == list(case_lines()), HINT


def test_the_alerts_of_the_case_are_the_committed_lines():
    found = [line for patient in patients(case_lines()) for line in alert_lines(patient)]
    write("alert-lines.jsonl", "".join(f"{line}\n" for line in found))
    assert lines_of("alert-lines.jsonl") == found, HINT


def test_an_alert_line_has_the_keys_of_the_design():
    for line in map(json.loads, lines_of("alert-lines.jsonl")):
        assert list(line) == [
            "patient",
            "rule",
            "rule_version",
            "level",
            "site",
            "area",
            "date",
            "late_days",
            "reason",
            "evidence",
        ]
        for evidence in line["evidence"]:
            assert list(evidence) == ["for_date", "recorded_at", "site", "field", "value"]


ONE_OF_A_DOSE = {"prescription": {"minutes"}}
"""A prescription needs one of sets, repetitions and minutes besides its needed keys."""


def events() -> list[dict]:
    return [json.loads(line) for line in lines_of("event-lines.jsonl")]


def keys_read() -> dict[str, tuple[set[str], set[str]]]:
    """Return for each event the keys that the reader needs, and all that it takes."""
    read = {}
    for name, (needed, optional) in STAFF_KEYS.items():
        read[name] = (set(needed), set(needed | optional))
    for name, (needed, optional) in CONTENT_KEYS.items():
        read[str(name)] = (set(needed) | {"recorded_at"}, set(needed | optional | ENTRY_KEYS) | {"recorded_at"})
    return read


def test_every_promised_event_line_is_read_and_replayed():
    found = list(patients(lines_of("event-lines.jsonl")))
    assert [p.patient for p in found] == ["P1", "P2"]
    assert sum(len(p.events) for p in found) == len(events()) - 2
    assert {raised.verdict.subject for raised in replay(found[0])} >= {"fever", "hot-swollen-joint"}


@pytest.mark.parametrize("name", sorted(keys_read()))
def test_each_event_stands_there_with_every_key_and_with_the_fewest(name):
    needed, every = keys_read()[name]
    shown = [set(event) - {"event", "patient"} for event in events() if event["event"] == name]
    assert every in shown, f"no line of event-lines.jsonl shows {name} with every key"
    fewest = needed | ONE_OF_A_DOSE.get(name, set())
    assert fewest in shown, f"no line of event-lines.jsonl shows {name} with the fewest keys"


def test_a_score_stands_there_with_every_key_and_with_the_fewest():
    shown = [set(score) for event in events() for score in event.get("scores", [])]
    assert set(SCORE_KEYS.needed | SCORE_KEYS.optional) in shown
    assert {"site", "at_rest"} in shown
    must_only_grow({key for keys in shown for key in keys}, SCORE_KEYS.needed | SCORE_KEYS.optional)


def test_a_withdrawal_stands_there_without_its_content():
    for kind in Kind:
        tombstones = [set(e) for e in events() if e["event"] == kind and e.get("withdrawn")]
        assert {"event", "patient", "recorded_at", "id", "rev", "withdrawn"} in tombstones
