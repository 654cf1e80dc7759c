"""How useful each rule is: what its alerts turned out to be, by the outcomes with which staff closed them."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from rehab_tracker.cli.opened import opened_clinic
from rehab_tracker.domain.access import system
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.share import Share
from rehab_tracker.domain.usefulness import Usefulness
from rehab_tracker.services.usefulness import count_usefulness

OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
HEADS = ("rule", "level", "closed", "useful", "95 % interval", "of known", *AlertOutcome, "standing", "superseded")


@click.command()
@click.option("--clinic", "slug", required=True, help="The clinic's short name.")
@click.option("--from", "first", required=True, help="First day, like 2026-01-05.")
@click.option("--to", "last", required=True, help="Last day, like 2026-03-31.")
@click.option("--json", "as_values", type=OUT, help="Write the counts here as JSON.")
def usefulness(slug: str, first: str, last: str, as_values: Path | None) -> None:
    """Count what the alerts raised between two days turned out to be, by rule and level.

    Useful are a new place, another disease, overload and injury; long-standing pain and wrong entries are not. The
    share is of those closed with one of these, with Wilson's interval; what stayed unclear is in no share.
    """
    days = local_date(first, "--from"), local_date(last, "--to")
    with opened_clinic(slug) as (session, clinic):
        found = count_usefulness(session, system(clinic.id), *days)
    if as_values:
        as_values.write_text(json.dumps(as_json(days, found), indent=1) + "\n", encoding="utf-8")
    for line in as_text(found):
        click.echo(line)


def as_text(found: Iterable[Usefulness]) -> Iterator[str]:
    """Yield the table line by line; one sentence where nothing was raised."""
    rows = [_cells(row) for row in found]
    if not rows:
        yield "No alert was raised between these days."
        return
    table = [HEADS, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADS))]
    for row in table:
        rule, level, *numbers = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        told = (number.strip().rjust(len(number)) for number in numbers)
        yield "  ".join((rule, level, *told))


def _cells(row: Usefulness) -> tuple[str, ...]:
    known = row.closed - row.unclear
    outcomes = (str(row.outcomes[outcome]) for outcome in AlertOutcome)
    interval = _interval(row.share_useful)
    share = f"{row.useful} of {known}"
    return row.rule, row.level, str(row.closed), *interval, share, *outcomes, str(row.standing), str(row.superseded)


def _interval(share: Share | None) -> tuple[str, str]:
    if share is None:
        return "-", "-"
    return f"{share.value:.0%}", f"{share.low:.0%} to {share.high:.0%}"


def as_json(days: tuple[date, date], found: Iterable[Usefulness]) -> dict[str, Any]:
    """Return the same as JSON values."""
    first, last = (day.isoformat() for day in days)
    return {"from": first, "to": last, "rules": [_values(row) for row in found]}


def _values(row: Usefulness) -> dict[str, Any]:
    share = row.share_useful
    return {
        "rule": row.rule,
        "level": row.level,
        "closed": row.closed,
        "useful": row.useful,
        "unclear": row.unclear,
        "share_useful": share and share._asdict(),
        "outcomes": {str(outcome): row.outcomes[outcome] for outcome in AlertOutcome},
        "standing": row.standing,
        "superseded": row.superseded,
    }
