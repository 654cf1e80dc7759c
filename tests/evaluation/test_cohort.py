"""A made-up cohort is the same for the same seed, in any process, and the reader of events takes all of it."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rehab_tracker.cli.simulate import simulate as command
from rehab_tracker.domain.entry import Entry
from rehab_tracker.evaluation.cohort import cohort
from rehab_tracker.evaluation.events import patients
from rehab_tracker.evaluation.truth import truths
from rehab_tracker.evaluation.world import USUAL, WORLDS

COMMAND = Path(sys.executable).with_name("rehab-tracker")
SEED = 11


def told(number, seed=SEED, days=180, world=USUAL):
    return list(cohort(number, seed, days, world))


# The same for the same seed


def test_the_same_seed_makes_the_same_cohort_and_another_another():
    assert told(4) == told(4)
    assert told(4) != told(4, seed=12)


def test_a_patient_is_the_same_in_a_cohort_of_any_size():
    assert told(6)[:3] == told(3)


def test_another_process_writes_the_same_bytes(tmp_path):
    events, known = tmp_path / "events.jsonl", tmp_path / "truth.json"
    call = [COMMAND, "simulate", "--patients=3", f"--seed={SEED}", "--out", events, "--truth", known]
    subprocess.run(call, check=True, env={**os.environ, "PYTHONHASHSEED": "12345"})
    assert events.read_bytes() == "".join(f"{line}\n" for patient in told(3) for line in patient.lines).encode()
    assert truths(known.read_bytes()) == [patient.truth for patient in told(3)]


# The command


def simulate(*arguments):
    return CliRunner().invoke(command, ["--patients=2", "--seed=1", *map(str, arguments)])


def test_events_and_truth_are_two_files(tmp_path):
    done = simulate("--out", tmp_path / "file", "--truth", tmp_path / "file")
    assert done.exit_code == 2 and "two different files" in done.output
    assert not (tmp_path / "file").exists()


def test_world_days_and_share_are_those_asked_for(tmp_path):
    files = tmp_path / "events.jsonl", tmp_path / "truth.json"
    options = ("--world=bare", "--days=90", "--migrating=1")
    assert simulate("--out", files[0], "--truth", files[1], *options).exit_code == 0
    made = told(2, seed=1, days=90, world=replace(WORLDS["bare"], migrating=1.0))
    assert files[0].read_text().splitlines() == [line for patient in made for line in patient.lines]
    assert truths(files[1].read_bytes()) == [patient.truth for patient in made]


# Readable


@examples(deadline=None, max_examples=15)
@given(st.integers(1, 400), st.integers(0, 10**6), st.sampled_from(sorted(WORLDS)))
def test_every_world_of_any_length_is_read_and_waits_nowhere(days, seed, world):
    [patient] = told(1, seed, days, WORLDS[world])
    [read] = patients(patient.lines)
    last = patient.truth.to_on
    assert (read.patient, read.enrolled_on) == (patient.truth.patient, patient.truth.from_on)
    assert last - read.enrolled_on == timedelta(days=days - 1)
    assert all(each.fault is None for each in read.events if isinstance(each, Entry))
    assert all(read.enrolled_on <= each.for_date <= last for each in read.events if isinstance(each, Entry))
    assert all(read.enrolled_on <= each.onset <= last for each in patient.truth.migrations)


def test_the_first_line_says_who_and_the_second_what_was_confirmed_with_its_onset_before():
    for patient in told(6):
        first, second = map(json.loads, patient.lines[:2])
        assert first["event"] == "patient" and second["event"] == "involvement"
        assert second["status"] == "confirmed" and second["onset"] < first["enrolled_on"]
