"""The commands: a contract for scripts outside, which only ever grows."""

import sys
from importlib import import_module
from typing import NoReturn

import click

from rehab_tracker.config import HalfConfigured
from rehab_tracker.domain.errors import RehabError

COMMANDS = {
    "backtest": "backtest:backtest",
    "bounce": "bounce:bounce",
    "check": "checks:check",
    "clinic": "people:clinic",
    "db": "database:db",
    "evaluate": "evaluate:evaluate",
    "import": "events:import_events",
    "jobs": "processes:jobs",
    "ledger": "ledger:ledger",
    "patient": "people:patient",
    "replay": "replay:replay",
    "serve": "processes:serve",
    "simulate": "simulate:simulate",
    "staff": "people:staff",
    "usefulness": "usefulness:usefulness",
    "watch": "watch:watch",
}
"""The file of this folder in which each command stands, and its name there."""


class Refusing(click.Group):
    """A group of commands whose refusals are one sentence on standard error and exit code 1, never a traceback.

    A command is imported when it is asked for, so that each starts with what it needs itself.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, None where there is none."""
        file, _, name = COMMANDS.get(cmd_name, "").partition(":")
        found: click.Command | None = getattr(import_module(f"{__name__}.{file}"), name) if file else None
        return found

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (RehabError, HalfConfigured, OSError) as refusal:
            _refuse(refusal)
        except Exception as fault:
            # Whoever opened no database has not imported its errors either: that takes half a second.
            opened = sys.modules.get(f"{__name__}.opened")
            if opened is None or not isinstance(fault, opened.OperationalError):
                raise
            _refuse(opened.unreachable(fault))


def _refuse(refusal: Exception) -> NoReturn:
    click.echo(str(refusal), err=True)
    sys.exit(1)


@click.group(cls=Refusing, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Rehabilitation and recovery monitoring for transient migratory osteoporosis."""
