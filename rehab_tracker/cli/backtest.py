"""The rules tried on a clinic's past: what one raised by the settings in force, and what it would raise by others."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from rehab_tracker.cli.opened import opened_clinic
from rehab_tracker.cli.tried import as_json, as_text
from rehab_tracker.domain.access import system
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.shadow import rule_of
from rehab_tracker.services.backtest import Trial
from rehab_tracker.services.backtest import backtest as tried_on_the_past

OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
SHOWN_EVERY = 100
"""Patients after which it is told how far it is, where nobody watches the line."""


@click.command()
@click.option("--clinic", "slug", required=True, help="The clinic's short name.")
@click.option("--rule", help="The rule's code, like new-site-pain; every rule unless given.")
@click.option("--from", "first", required=True, help="First day, like 2026-01-05.")
@click.option("--to", "last", required=True, help="Last day, like 2026-03-31.")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="A number that differs; may be repeated.")
@click.option("--json", "as_values", type=OUT, help="Write the counts here as JSON.")
def backtest(
    slug: str, rule: str | None, first: str, last: str, changes: tuple[str, ...], as_values: Path | None
) -> None:
    """Try a rule with other settings on what is stored, and count what it would have raised. Nothing is changed.

    Without --rule every rule is counted. A rule that runs silently in this clinic is counted as if it alone were heard
    again, and marked. Both counts tell the past anew, all data as they came in and nobody taking an alert: an alert
    ends after 14 days without qualifying data, and a rise of level counts once more. Plans are read by what was
    recorded of places and phases; holds, checks and plans that a clinician ended are not. Time runs to the last day,
    so that a patient who has fallen silent counts.
    """
    days = (local_date(first, "--from"), local_date(last, "--to"))
    trial = Trial(rule_of(rule) if rule else None, *days, changes_of(changes))
    with opened_clinic(slug) as (session, clinic):
        told = tried_on_the_past(session, system(clinic.id), trial, datetime.now(UTC), show)
    if as_values:
        as_values.write_text(json.dumps(as_json(told), indent=1) + "\n", encoding="utf-8")
    for line in as_text(told):
        click.echo(line)


def changes_of(given: tuple[str, ...]) -> dict[str, int]:
    """Return the numbers written as name=value, each once; raise InvalidValue for anything else."""
    found: dict[str, int] = {}
    for each in given:
        name, _, value = each.partition("=")
        if not value.isascii() or not value.isdigit() or name in found:
            raise InvalidValue(
                "Write each change once, as name=value with a whole number: %(given)s", code="bad-change", given=each
            )
        found[name] = int(value)
    return found


def show(done: int, number: int) -> None:
    """Show on standard error how many patients are done, over the same line where somebody watches."""
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {number} patients", err=True, nl=done == number)
    elif done == number or done % SHOWN_EVERY == 0:
        click.echo(f"{done} of {number} patients", err=True)
