"""Event files: the rules over one without a database, and one taken into a clinic."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NoReturn

import click

from rehab_tracker.cli.opened import opened_clinic
from rehab_tracker.domain.access import system
from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.evaluation.events import EventFault, PatientEvents, patients
from rehab_tracker.evaluation.replay import alert_lines, skipped_rules
from rehab_tracker.evaluation.story import story
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.services.importing import NEWS_DAYS, import_story

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
    for patient in _read(events):
        kinds |= {event.kind for event in patient.events if isinstance(event, Entry)}
        kept.writelines(f"{line}\n".encode() for line in alert_lines(patient))
    return kinds


def _read(events: Path) -> Iterator[PatientEvents]:
    """Yield the patients of a file; leave with exit code 2 at a line that cannot be read."""
    try:
        with events.open("rb") as lines:
            yield from patients(lines)
    except EventFault as fault:
        _refuse(events, fault)


def _refuse(events: Path, fault: EventFault) -> NoReturn:
    click.echo(f"{events}: {fault}", err=True)
    sys.exit(REFUSED_FILE)


@click.command("import")
@EVENTS
@click.option("--clinic", "slug", required=True, help="The clinic's short name.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="Of patients who are new.")
def import_events(events: Path, slug: str, language: str) -> None:
    """Take an event file into a clinic. A second import of the same file changes nothing.

    Patients are found by record number, the file's name for them. A file with a fault is refused whole.
    """
    for _ in _read(events):
        pass
    now = datetime.now(UTC)
    too_old = 0
    with opened_clinic(slug) as (session, clinic):
        for patient in _read(events):
            done = import_story(session, system(clinic.id), story(patient, _details(patient, language)), now)
            too_old += done.too_old
            if done.refused:
                click.echo(f"{patient.patient}: {done.refused} entries were refused; staff see them", err=True)
            click.echo(f"{patient.patient}: {done.entries} new entries, {done.recorded} records, {done.alerts} alerts")
    if too_old:
        click.echo(f"{too_old} alerts are about days over {NEWS_DAYS} days ago: in the worklist, without a letter.")


def _details(patient: PatientEvents, language: str) -> PatientDetails:
    name, zone = patient.patient, patient.time_zone
    return PatientDetails(name, name, language, zone, enrolled_on=patient.enrolled_on)
