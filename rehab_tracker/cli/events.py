"""An event file taken into a clinic."""

from datetime import UTC, datetime
from pathlib import Path

import click

from rehab_tracker.cli.opened import opened_clinic
from rehab_tracker.cli.replay import EVENTS, read_events
from rehab_tracker.domain.access import system
from rehab_tracker.evaluation.events import PatientEvents
from rehab_tracker.evaluation.story import story
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.services.importing import NEWS_DAYS, import_story


@click.command("import")
@EVENTS
@click.option("--clinic", "slug", required=True, help="The clinic's short name.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="Of patients who are new.")
def import_events(events: Path, slug: str, language: str) -> None:
    """Take an event file into a clinic. A second import of the same file changes nothing.

    Patients are found by record number, the file's name for them. A file with a fault is refused whole.
    """
    for _ in read_events(events):
        pass
    now = datetime.now(UTC)
    too_old = 0
    with opened_clinic(slug) as (session, clinic):
        for patient in read_events(events):
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
