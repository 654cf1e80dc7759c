"""The database's revisions: bring it to the newest, take it back, compare it with the code."""

import secrets
import sys

import click

from rehab_tracker.cli.opened import owner_engine, roles
from rehab_tracker.config import Settings, read_settings
from rehab_tracker.storage.revisions import differences, downgrade, head, upgrade


@click.group()
def db() -> None:
    """The database's revisions."""


@db.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to the newest revision, and secure it."""
    settings = read_settings()
    if settings.embedded:
        _prepare_data_dir(settings)
    with owner_engine(settings) as engine:
        upgrade(engine, roles=roles(settings))
    click.echo(f"The database is at revision {head()}.")


def _prepare_data_dir(settings: Settings) -> None:
    """Make the folder of the embedded database, for its owner only, with a secret key of its own."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = settings.data_dir / "secret-key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(48))


@db.command("downgrade")
@click.argument("revision")
@click.option("--lose-data", is_flag=True, help="Go on although rows will be lost.")
def downgrade_database(revision: str, lose_data: bool) -> None:
    """Take the database back to an older REVISION (`base` is empty)."""
    settings = read_settings()
    with owner_engine(settings) as engine:
        downgrade(engine, revision, lose_data=lose_data, roles=roles(settings))
    click.echo(f"The database is at revision {revision}.")


@db.command("check")
def check_database() -> None:
    """Say how the database differs from what the code expects; exit code 1 when it does."""
    settings = read_settings()
    with owner_engine(settings) as engine:
        found = differences(engine, roles(settings))
    for line in found or ["The database is as the code expects."]:
        click.echo(line)
    sys.exit(1 if found else 0)
