"""The commands: a contract for scripts outside, which only ever grows."""

import sys
from typing import NoReturn

import click
from sqlalchemy.exc import OperationalError

from rehab_tracker.cli.checks import check
from rehab_tracker.cli.database import db
from rehab_tracker.cli.events import import_events, replay
from rehab_tracker.cli.opened import unreachable
from rehab_tracker.cli.people import clinic, patient, staff
from rehab_tracker.cli.processes import jobs, serve
from rehab_tracker.cli.simulate import simulate
from rehab_tracker.config import HalfConfigured
from rehab_tracker.domain.errors import RehabError


class Refusing(click.Group):
    """A group of commands whose refusals are one sentence on standard error and exit code 1, never a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (RehabError, HalfConfigured, OSError) as refusal:
            _refuse(refusal)
        except OperationalError as fault:
            _refuse(unreachable(fault))


def _refuse(refusal: Exception) -> NoReturn:
    click.echo(str(refusal), err=True)
    sys.exit(1)


@click.group(cls=Refusing, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Rehabilitation and recovery monitoring for transient migratory osteoporosis."""


for command in (replay, import_events, simulate, serve, jobs, db, check, clinic, staff, patient):
    main.add_command(command)
