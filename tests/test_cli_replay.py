"""``rehab-tracker replay``, as a script outside calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rehab_tracker.domain.alert import Rule
from tests.evaluation.lines import PATIENT, RIGHT_KNEE, file_of, pain, red_flags

COMMAND = Path(sys.executable).with_name("rehab-tracker")
CASE = Path(__file__).parent / "promises" / "golden" / "case.jsonl"
ALERTS = CASE.with_name("alert-lines.jsonl")
ACHING = [PATIENT, RIGHT_KNEE, *[pain(f"2026-01-0{n}") for n in (6, 7, 8, 9)]]
BAD = pain("2026-01-10", place="left-toe")


@pytest.fixture
def replay(tmp_path):
    """Return a caller of the command on these lines; a text stands for a whole file."""

    def call(lines, *options, **environment):
        events = tmp_path / "events.jsonl"
        events.write_text(lines if isinstance(lines, str) else file_of(lines), encoding="utf-8")
        return subprocess.run(
            [COMMAND, "replay", events, *options],
            capture_output=True,
            check=False,
            env={**os.environ, **environment},
            cwd=tmp_path,
        )

    return call


def test_the_case_gives_its_alerts_line_by_line(replay):
    done = replay(CASE.read_text(encoding="utf-8"))
    assert done.returncode == 0
    assert done.stdout == ALERTS.read_bytes()
    assert done.stderr.decode().splitlines() == ["skipped: red-flag (no entry that it reads)"]


def test_alerts_go_into_a_file_instead(replay, tmp_path):
    done = replay(ACHING, "--alerts", "out.jsonl")
    assert (done.returncode, done.stdout) == (0, b"")
    assert [json.loads(line)["site"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == ["left-knee"]


def test_a_bad_file_is_refused_whole_with_the_number_of_its_line(replay, tmp_path):
    done = replay([*ACHING, "", BAD], "--alerts", "out.jsonl")
    assert (done.returncode, done.stdout) == (2, b"")
    assert (
        "events.jsonl: line 8: Choose a place from the list. at /scores/0/site (unknown-site)" in done.stderr.decode()
    )
    assert not (tmp_path / "out.jsonl").exists()


def test_a_fault_of_the_last_patient_leaves_no_output_of_the_first(replay):
    other = [{**PATIENT, "patient": "P2"}, {**BAD, "patient": "P2"}]
    assert replay(ACHING).stdout
    done = replay([*ACHING, *other])
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"line 8:" in done.stderr
    assert b"skipped" not in done.stderr


def test_a_refused_file_leaves_earlier_alerts_as_they_were(replay, tmp_path):
    (tmp_path / "out.jsonl").write_text("of yesterday\n")
    assert replay([BAD], "--alerts", "out.jsonl").returncode == 2
    assert (tmp_path / "out.jsonl").read_text() == "of yesterday\n"


def test_a_file_that_is_not_there_is_a_wrong_call(replay):
    done = subprocess.run([COMMAND, "replay", "nothing.jsonl"], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"nothing.jsonl" in done.stderr


def test_rules_without_input_are_named_and_the_others_are_not(replay):
    def skipped(lines):
        return [line.split()[1] for line in replay(lines).stderr.decode().splitlines()]

    only_flags = skipped([PATIENT, red_flags("2026-01-06", "fever")])
    assert only_flags == [rule for rule in Rule if rule not in ("red-flag", "phase-review")]
    assert skipped([*ACHING, red_flags("2026-01-09", "fever")]) == ["over-limit", "exercise-pain"]


def test_an_empty_file_raises_nothing_and_skips_everything(replay):
    done = replay("")
    assert (done.returncode, done.stdout) == (0, b"")
    assert len(done.stderr.splitlines()) == len(Rule)


def test_output_is_utf_8_whatever_the_terminal_is(replay):
    named = [{**line, "patient": "José"} for line in ACHING]
    for coding in ("utf-8", "ascii", "latin-1"):
        done = replay(named, PYTHONIOENCODING=coding)
        assert (done.returncode, json.loads(done.stdout.decode("utf-8"))["patient"]) == (0, "José")
