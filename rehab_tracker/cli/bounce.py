"""What comes back of a letter, handed over by the mail server."""

import sys
from datetime import UTC, datetime

import click
from sqlalchemy.exc import OperationalError

from rehab_tracker.cli.opened import opened_session, return_path
from rehab_tracker.config import Settings, read_settings
from rehab_tracker.domain.access import system
from rehab_tracker.domain.errors import NotFound, NotReady
from rehab_tracker.mail.delivery_report import LONGEST_REPORT, Unreadable, read_report
from rehab_tracker.services.bounces import Ignored, take_report
from rehab_tracker.storage.database import under_clinic

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the report and hands it over again later."""


@click.command()
def bounce() -> None:
    """Read a returned mail from standard input and note that its letter did not arrive.

    Only a report on a letter of ours, by its signed return path, changes anything. Whatever else comes is ignored with
    exit code 0, so that the mail server does not try again; while the database can't be reached, it should (75).
    """
    raw = sys.stdin.buffer.read(LONGEST_REPORT + 1)
    while sys.stdin.buffer.read(LONGEST_REPORT):
        # Who hands it over would call a pipe that closes too soon a failure, and come again.
        pass
    try:
        click.echo(_taken(read_settings(), raw))
    except (Unreadable, Ignored, NotFound) as why:
        click.echo(f"ignored: {why}")
    except (NotReady, OperationalError):
        click.echo("The database can't be used now: try again later.", err=True)
        sys.exit(TRY_AGAIN)


def _taken(settings: Settings, raw: bytes) -> str:
    report = read_report(raw)
    returned = return_path(settings).named_in(report.addresses)
    if returned is None:
        raise Ignored("it bears no return path of ours")
    with opened_session(settings.database_jobs_url) as session:
        under_clinic(session, returned.clinic_id)
        return take_report(session, system(returned.clinic_id), returned.letter_id, report, datetime.now(UTC))
