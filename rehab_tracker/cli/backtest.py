"""The rules tried on a clinic's past: what one raised by the settings in force, and what it would raise by others."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from rehab_tracker.cli.opened import opened_clinic
from rehab_tracker.domain.access import system
from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.rule_numbers import NUMBERS
from rehab_tracker.services.backtest import Alerts, Trial, Tried
from rehab_tracker.services.backtest import backtest as tried_on_the_past

OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
LEVELS = tuple(reversed(Level))
WIDTH = 38
"""Of the first column: a record's id, and a little more."""


@click.command()
@click.option("--clinic", "slug", required=True, help="The clinic's short name.")
@click.option("--rule", required=True, help="The rule's code, like new-site-pain.")
@click.option("--from", "first", required=True, help="First day, like 2026-01-05.")
@click.option("--to", "last", required=True, help="Last day, like 2026-03-31.")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="A number that differs; may be repeated.")
@click.option("--json", "as_values", type=OUT, help="Write the counts here as JSON.")
def backtest(slug: str, rule: str, first: str, last: str, changes: tuple[str, ...], as_values: Path | None) -> None:
    """Try a rule with other settings on what is stored, and count what it would have raised. Nothing is changed.

    Both counts tell the past anew, all data as they came in and nobody taking an alert: an alert ends after 14 days
    without qualifying data, and a rise of level counts once more. Plans are read by what was recorded of places and
    phases; holds, checks and plans that a clinician ended are not. Time runs to each patient's last entry or record.
    """
    trial = Trial(_rule(rule), local_date(first, "--from"), local_date(last, "--to"), _changes(changes))
    with opened_clinic(slug) as (session, clinic):
        told = tried_on_the_past(session, system(clinic.id), trial, datetime.now(UTC), _show)
    if as_values:
        as_values.write_text(json.dumps(as_json(told), indent=1) + "\n", encoding="utf-8")
    for line in as_text(told):
        click.echo(line)


def _rule(code: str) -> Rule:
    if code not in tuple(Rule):
        raise InvalidValue(
            "There is no rule named %(name)s. Choose one of: %(codes)s", code="unknown-rule", name=code,
            codes=", ".join(Rule),
        )  # fmt: skip
    return Rule(code)


def _changes(given: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in given:
        name, _, value = each.partition("=")
        if not value.isascii() or not value.isdigit() or name in found:
            raise InvalidValue(
                "Write each change once, as name=value with a whole number: %(given)s", code="bad-change", given=each
            )
        found[name] = int(value)
    return found


def _show(done: int, number: int) -> None:
    """Show how many patients are done, over the same line where somebody watches."""
    if sys.stderr.isatty() or done == number:
        click.echo(f"\r{done} of {number} patients", err=True, nl=done == number)


def as_text(told: Tried) -> Iterator[str]:
    """Yield the answer line by line: one sentence, what was changed, alerts by level, and by record."""
    trial, before, after = told.trial, told.before, told.after
    now = f", now {after.total()}" if trial.changes else " with the settings in force"
    yield f"{trial.rule}, {trial.first} to {trial.last}: would have raised {before.total()}{now}."
    yield from _what_differs(told)
    yield ""
    yield _row("alerts", "in force", "changed")
    for level in LEVELS:
        yield _row(level, before[level], after[level])
    yield _row("all", before.total(), after.total())
    yield _row("per 100 patient-weeks", *(_rate(told, each) for each in (before, after)))
    weeks = f"{told.patient_weeks:.1f}".removesuffix(".0")
    yield f"patients: {len(told.patients)}, patient-weeks: {weeks}"
    rows = [each for each in told.patients if each.before or each.after]
    if rows:
        yield ""
        yield _row("record", "in force", "changed")
    for each in rows:
        yield _row(each.patient_id, each.before.total(), each.after.total())


def _row(first: object, *numbers: object) -> str:
    return f"{first!s:<{WIDTH}}" + "".join(f"{number!s:>10}" for number in numbers)


def _rate(told: Tried, alerts: Alerts) -> str:
    rate = told.per_100_weeks(alerts.total())
    return "-" if rate is None else f"{rate:.2f}"


def _what_differs(told: Tried) -> Iterator[str]:
    """Yield what was changed, and which change can't touch the rule."""
    trial, numbers = told.trial, NUMBERS[told.trial.rule]
    version = f"settings version {told.settings_version}" if told.settings_version else "the shipped settings"
    for name, value in trial.changes.items():
        yield f"{name}: {getattr(told.before_rules, name)} in {version}, {value} tried"
    if not numbers:
        yield f"No setting touches {trial.rule}: it raises the same whatever is set."
    elif blind := [name for name in trial.changes if name not in numbers]:
        yield f"{trial.rule} does not read {', '.join(blind)}."


def as_json(told: Tried) -> dict[str, Any]:
    """Return the same as JSON values."""
    trial = told.trial
    return {
        "rule": trial.rule,
        "from": trial.first.isoformat(),
        "to": trial.last.isoformat(),
        "settings_version": told.settings_version,
        "changes": dict(trial.changes),
        "touched_by": sorted(NUMBERS[trial.rule]),
        "in_force": _counts(told, told.before) | {"settings": asdict(told.before_rules)},
        "changed": _counts(told, told.after) | {"settings": asdict(told.after_rules)},
        "patient_weeks": told.patient_weeks,
        "patients": [
            {
                "record": str(each.patient_id),
                "days": each.days,
                "in_force": _by_level(each.before),
                "changed": _by_level(each.after),
            }
            for each in told.patients
        ],
    }


def _counts(told: Tried, alerts: Alerts) -> dict[str, Any]:
    rate = told.per_100_weeks(alerts.total())
    return {"alerts": _by_level(alerts), "all": alerts.total(), "per_100_patient_weeks": rate}


def _by_level(alerts: Alerts) -> dict[str, int]:
    return {str(level): alerts[level] for level in LEVELS}
