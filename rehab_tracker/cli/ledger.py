"""The site ledgers of a clinic made anew from the entries, or only compared with them."""

import sys
from datetime import UTC, datetime

import click

from rehab_tracker.cli.opened import opened_clinic
from rehab_tracker.domain.access import system
from rehab_tracker.services.ledger_rebuild import Rebuilt, rebuild_ledgers


@click.group()
def ledger() -> None:
    """The ledgers that say of each place whether it ever hurt, hurts now, has settled or came back."""


@ledger.command()
@click.option("--clinic", "slug", required=True, help="The clinic's short name.")
@click.option("--check", is_flag=True, help="Write nothing, only compare; exit 1 where something differs.")
def rebuild(slug: str, check: bool) -> None:
    """Make the site ledgers of a clinic anew from the entries. A second time changes nothing.

    They are a cache: pages and alerts say the same before and after, unless a row had gone wrong.
    """
    with opened_clinic(slug) as (session, clinic):
        found = rebuild_ledgers(session, system(clinic.id), datetime.now(UTC), check, _show)
    click.echo(as_text(found, check))
    if check and found.differ:
        sys.exit(1)


def _show(done: int, number: int) -> None:
    """Show how many patients are done, over the same line where somebody watches."""
    if sys.stderr.isatty() or done == number:
        click.echo(f"\r{done} of {number} patients", err=True, nl=done == number)


def as_text(found: Rebuilt, check: bool) -> str:
    """Return what was found as one line."""
    told = f"patients: {found.patients}, places: {found.places}, rows that differed: {found.differ}"
    if found.outdated:
        then = "made at their next entry" if check else "made now"
        told += f", patients without a ledger of the present settings: {found.outdated}, {then}"
    return told
