"""A made-up cohort as an event file, and the truth about it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

import click

from rehab_tracker.evaluation.cohort import FOLLOW_UP_DAYS, MadeUp, cohort
from rehab_tracker.evaluation.truth import PatientTruth, truth_file
from rehab_tracker.evaluation.world import USUAL, WORLDS

LONGEST_DAYS = 3650
FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.option("--patients", type=click.IntRange(min=1), required=True, help="How many patients.")
@click.option("--seed", type=int, required=True, help="The same seed makes the same cohort.")
@click.option("--out", type=FILE, required=True, help="Write the events here.")
@click.option("--truth", type=FILE, required=True, help="Write the truth here.")
@click.option("--days", type=click.IntRange(1, LONGEST_DAYS), default=FOLLOW_UP_DAYS, show_default=True,
              help="Days of follow-up.")  # fmt: skip
@click.option("--world", type=click.Choice(list(WORLDS)), default="clinic", show_default=True, help="See above.")
@click.option(
    "--migrating", type=click.FloatRange(0, 1), help=f"Share of patients who do.  [default: {USUAL.migrating}]"
)
def simulate(patients: int, seed: int, out: Path, truth: Path, days: int, world: str, migrating: float | None) -> None:
    """Write a made-up cohort as an event file, and the migrations behind it as its truth.

    Worlds differ in noise: clinic (motivated patients of a clinic); noisy (days differ more); restless (places without
    pain differ as much as those with it); sparse (45 % of days missed); real-app (engagement as in an app without a
    clinic); slow (only slow onsets); bare (one score for each place, nothing else); hard (noisy, sparse and bare, with
    more aches and overload).

    Most numbers are assumptions, and the share that migrates is no prevalence: it is chosen to give events enough.
    """
    if out.absolute() == truth.absolute():
        raise click.UsageError("Give --out and --truth two different files.")
    chosen = WORLDS[world]
    if migrating is not None:
        chosen = replace(chosen, migrating=migrating)
    with out.open("w", encoding="utf-8", newline="\n") as events, truth.open("w", encoding="utf-8") as known:
        known.writelines(truth_file(_written(cohort(patients, seed, days, chosen), events)))


def _written(patients: Iterator[MadeUp], events: IO[str]) -> Iterator[PatientTruth]:
    """Write each patient's events and yield the truth, so that only one patient is held at a time."""
    for patient in patients:
        events.writelines(f"{line}\n" for line in patient.lines)
        yield patient.truth
