"""What the replay costs: a made-up cohort beside a floor that only parses the same lines, and one entry more."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import process_time

from rehab_tracker.domain.arrival import Arrivals
from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.evaluation.cohort import cohort
from rehab_tracker.evaluation.events import PatientEvents, patients, received
from rehab_tracker.evaluation.world import WORLDS

PATIENTS = 300
DAYS = 180
WHOLE = 10_000
"""Patients of the cohort that the figures are extrapolated to."""
SEED = 40_001
ROUNDS = 3
KIB = 1024
SHORT, LONG = 30, 730
"""Days of logs before the entries that are timed."""
TIMED_PATIENTS = 20
TIMED = 30
"""Entries timed of each patient, the last ones of the log."""
FLOOR = "import json, sys\nwith open(sys.argv[1], 'rb') as lines:\n    for line in lines:\n        json.loads(line)"


@dataclass(frozen=True, slots=True)
class Used:
    """What a process used: CPU-seconds, and its peak memory in MiB."""

    cpu: float
    memory: float


def compare_replay(number: int = PATIENTS) -> None:
    """Replay a cohort as the command does, and its floor, in turn; print patient-days per CPU-second and the ratio."""
    with TemporaryDirectory() as folder:
        events = Path(folder) / "events.jsonl"
        days = _write(events, number)
        command = [str(Path(sys.executable).with_name("rehab-tracker")), "replay", str(events), "--alerts", os.devnull]
        floor_command = [sys.executable, "-c", FLOOR, str(events)]
        pairs = [(_used(command), _used(floor_command)) for _ in range(ROUNDS)]
    ours, floor = (median(used.cpu for used in each) for each in zip(*pairs, strict=True))
    ratio = median(own.cpu / least.cpu for own, least in pairs)
    print(f"Replay of {number:,} patients x {DAYS} days, patient-days per CPU-second (start-up included)")
    print(f"{'replay':24} {days / ours:9,.0f}/s   floor {days / floor:9,.0f}/s   ratio {ratio:5.1f}")
    memory = max(own.memory for own, _ in pairs)
    minutes = ours * WHOLE / number / 60
    print(f"{'peak memory':24} {memory:9,.0f} MiB   {WHOLE:,} patients would take {minutes:.1f} CPU-minutes")


def _write(events: Path, number: int) -> int:
    """Write a cohort's events and return its patient-days."""
    with events.open("w", encoding="utf-8") as out:
        for made_up in cohort(number, SEED, DAYS, WORLDS["clinic"]):
            out.writelines(f"{line}\n" for line in made_up.lines)
    return number * DAYS


def _used(command: Sequence[str]) -> Used:
    """Run a command to its end and return what it used."""
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise RuntimeError(f"{command} ended with {running.returncode}")
    return Used(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / KIB)


def compare_one_entry() -> None:
    """Time what one entry more costs after a month of logs and after two years, and print both in microseconds."""
    print(f"One entry more, microseconds, the last {TIMED} of {TIMED_PATIENTS} patients each: mean (median)")
    for days in (SHORT, LONG):
        took = [each for found in _cohort(days) for each in _last_entries(found)]
        print(f"{f'after {days} days':24} {mean(took):9,.0f}   ({median(took):,.0f})")


def _cohort(days: int) -> list[PatientEvents]:
    made_up = cohort(TIMED_PATIENTS, SEED, days, WORLDS["clinic"])
    return list(patients(line for each in made_up for line in each.lines))


def _last_entries(patient: PatientEvents) -> list[float]:
    """Return the microseconds that each of a patient's last events took."""
    arrivals, at = Arrivals(patient.zone, DEFAULT_RULES, enrolled_on=patient.enrolled_on), []
    for event in patient.events:
        arrivals.take(event, received(event))
        at.append(process_time())
    return [(after - before) * 1e6 for before, after in pairwise(at[-TIMED - 1 :])]


def compare_replaying() -> None:
    """Measure both."""
    compare_replay()
    compare_one_entry()


if __name__ == "__main__":
    compare_replay(int(sys.argv[1])) if len(sys.argv) > 1 else compare_replaying()
