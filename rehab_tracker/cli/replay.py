"""The rules over an event file, without a database; it starts without what only databases and pages need."""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NoReturn

import click

from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.evaluation.events import EventFault, PatientEvents, patients
from rehab_tracker.evaluation.replay import alert_lines, skipped_rules

REFUSED_FILE = 2
"""Exit code for an event file that cannot be read."""

EVENTS = click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command()
@EVENTS
@click.option("--alerts", type=click.Path(dir_okay=False, path_type=Path), help="Write the alerts here.")
def replay(events: Path, alerts: Path | None) -> None:
    """Run the rules over an event file and write the alerts they raise, one JSON object a line.

    A file with a fault is refused whole, with the number of its line, exit code 2 and no output.
    """
    with TemporaryFile() as kept:
        kinds = _replayed(events, kept)
        kept.seek(0)
        if alerts is None:
            sys.stdout.buffer.writelines(kept)
        else:
            with alerts.open("wb") as out:
                out.writelines(kept)
    for rule in skipped_rules(kinds):
        click.echo(f"skipped: {rule} (no entry that it reads)", err=True)


def _replayed(events: Path, kept: IO[bytes]) -> set[Kind]:
    """Write the alert lines of an event file and return the kinds of entry it holds."""
    kinds: set[Kind] = set()
    for patient in read_events(events):
        kinds |= {event.kind for event in patient.events if isinstance(event, Entry)}
        kept.writelines(f"{line}\n".encode() for line in alert_lines(patient))
    return kinds


def read_events(events: Path) -> Iterator[PatientEvents]:
    """Yield the patients of an event file; leave with exit code 2 at a line that cannot be read."""
    try:
        with events.open("rb") as lines:
            yield from patients(lines)
    except EventFault as fault:
        _refuse(events, fault)


def _refuse(events: Path, fault: EventFault) -> NoReturn:
    click.echo(f"{events}: {fault}", err=True)
    sys.exit(REFUSED_FILE)
