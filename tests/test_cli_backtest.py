"""``rehab-tracker backtest``, as an operator calls it: on a clinic that took in a file, with the answer in words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rehab_tracker.domain.alert import Rule
from tests.called import called
from tests.evaluation.lines import PATIENT, RIGHT_KNEE, file_of, pain

COMMAND = Path(sys.executable).with_name("rehab-tracker")
CLINIC = ("--clinic=porto",)
DAYS = ("--from=2026-01-05", "--to=2026-01-31")
SUDDEN = "--rule=sudden-severe-pain"


def run(folder, *arguments):
    """Starts the command as an operator does; ``called`` does the same without the start."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REHAB_")}
    env = {**kept, "REHAB_DATA_DIR": str(folder)}
    return subprocess.run([COMMAND, *arguments], check=False, env=env, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the data directory of a clinic with one patient: a knee hurts at 7 in a new place, then a hip at 9."""
    folder = tmp_path_factory.mktemp("backtest")
    events = folder / "events.jsonl"
    lines = [PATIENT, RIGHT_KNEE, pain("2026-01-10", worst=7), pain("2026-01-12", place="left-hip", worst=9)]
    events.write_text(file_of(lines), encoding="utf-8")
    for arguments in (
        ("db", "upgrade"),
        ("clinic", "add", "porto", "--name=P", "--time-zone=Europe/Lisbon", "--phone=1", "--hours=8"),
        ("import", str(events), *CLINIC),
    ):
        done = called(folder, *arguments)
        assert done.returncode == 0, done.stderr
    return folder


def words(line):
    return line.split()


def test_it_tells_in_one_sentence_what_it_would_have_raised(folder):
    done = run(folder, "backtest", *CLINIC, SUDDEN, *DAYS, "--set=sudden_score=8")
    assert done.returncode == 0, done.stderr
    first, changed, _, head, *in_force, _, changed_head, january, _, _, weeks, _, _, record = done.stdout.splitlines()
    assert first == "sudden-severe-pain, 2026-01-05 to 2026-01-31: would have raised 2, now 1."
    assert changed == "sudden_score: 7 in settings version 1, 8 tried"
    assert head.startswith("with the settings in force ")
    assert words(head)[5:] == ["urgent", "soon", "info", "all", "per", "100", "pw", "patients", "of"]
    assert [words(line) for line in in_force] == [
        ["2026-01", "1", "1", "0", "2", "51.85", "1", "1"],
        ["all", "1", "1", "0", "2", "51.85", "1", "1"],
    ]
    assert changed_head.startswith("with the change ")
    assert words(january) == ["2026-01", "1", "0", "0", "1", "25.93", "1", "1"]
    assert weeks == "patients: 1, patient-weeks (pw): 3.9"
    assert words(record)[1:] == ["2", "1"]
    assert PATIENT["patient"] not in done.stdout
    assert "1 of 1 patients" in done.stderr


def test_without_a_rule_every_rule_has_a_row(folder):
    done = called(folder, "backtest", *CLINIC, *DAYS)
    assert done.returncode == 0, done.stderr
    first, _, _, *rows = done.stdout.splitlines()
    assert first.startswith("all rules, 2026-01-05 to 2026-01-31: would have raised ")
    table = {words(row)[0]: words(row)[1:5] for row in rows if row}
    assert list(table)[:12] == list(Rule)
    assert table["sudden-severe-pain"] == ["1", "1", "0", "2"]
    assert table["not-logging"] == ["0", "1", "0", "1"]
    assert table["all"] == table["2026-01"] == ["1", "2", "0", "3"]


def test_the_same_goes_into_a_file(folder, tmp_path):
    out = tmp_path / "out.json"
    done = called(folder, "backtest", *CLINIC, SUDDEN, *DAYS, "--set=sudden_score=8", "--json", str(out))
    assert done.returncode == 0, done.stderr
    told = json.loads(out.read_text(encoding="utf-8"))
    assert (told["rule"], told["from"], told["to"], told["changes"]) == (
        "sudden-severe-pain", "2026-01-05", "2026-01-31", {"sudden_score": 8},
    )  # fmt: skip
    assert (told["in_force"]["alerts"], told["changed"]["alerts"]) == (
        {"urgent": 1, "soon": 1, "info": 0},
        {"urgent": 1, "soon": 0, "info": 0},
    )
    assert told["changed"]["settings"]["sudden_score"] == 8
    assert [patient["days"] for patient in told["patients"]] == [27]
    [month] = told["changed"]["months"]
    assert (month["month"], month["all"], month["patients_concerned"], month["patients"]) == ("2026-01", 1, 1, 1)
    assert [(rule["rule"], rule["silent"], rule["all"]) for rule in told["in_force"]["rules"]] == [
        ("sudden-severe-pain", False, 2)
    ]
    assert told["in_force"]["shadow"] == []


def test_without_a_change_it_tells_the_settings_in_force(folder):
    done = called(folder, "backtest", *CLINIC, SUDDEN, *DAYS)
    assert done.stdout.splitlines()[0].endswith("would have raised 2 with the settings in force.")


def test_a_rule_that_no_setting_touches_says_so(folder):
    done = called(folder, "backtest", *CLINIC, "--rule=red-flag", *DAYS, "--set=sudden_score=8")
    assert done.returncode == 0
    assert "No setting touches red-flag: it raises the same whatever is set." in done.stdout


def test_a_change_that_the_rule_does_not_read_is_named(folder):
    done = called(folder, "backtest", *CLINIC, SUDDEN, *DAYS, "--set=night_days=4")
    assert "sudden-severe-pain does not read night_days." in done.stdout


WRONG = {
    "rule": (["--rule=left-toe", *DAYS], "There is no rule named left-toe. Choose one of: red-flag, "),
    "setting": ([SUDDEN, *DAYS, "--set=sudden_scoer=8"], "There is no setting named sudden_scoer."),
    "bounds": ([SUDDEN, *DAYS, "--set=sudden_score=11"], "Set sudden_score to a whole number from 5 to 8."),
    "value": ([SUDDEN, *DAYS, "--set=sudden_score=much"], "Write each change once, as name=value"),
    "no value": ([SUDDEN, *DAYS, "--set=sudden_score"], "Write each change once, as name=value"),
    "twice": ([SUDDEN, *DAYS, "--set=sudden_score=8", "--set=sudden_score=7"], "Write each change once"),
    "turned": ([SUDDEN, "--from=2026-02-02", "--to=2026-02-01"], "Choose a first day that is not after the last one."),
    "day": ([SUDDEN, "--from=soon", "--to=2026-02-01"], "Give the day like 2026-01-05."),
    "clinic": ([SUDDEN, *DAYS, "--clinic=lisboa"], "There is no clinic named lisboa."),
}


@pytest.mark.parametrize(("name", "by"), [*((name, called) for name in WRONG), ("clinic", run)])
def test_what_it_can_not_do_is_said_in_one_sentence(folder, name, by):
    arguments, told = WRONG[name]
    done = by(folder, "backtest", *CLINIC, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
