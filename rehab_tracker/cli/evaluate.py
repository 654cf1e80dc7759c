"""The rules measured on a cohort with its truth: a table, the same as JSON, and two pictures."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import click
from markupsafe import Markup

from dashboards.figures.delay_curves import delay_curves
from dashboards.figures.figured import Figured
from dashboards.figures.operating_points import operating_points
from dashboards.figures.words import Words
from rehab_tracker.cli.replay import EVENTS, REFUSED_FILE
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.translation import as_written
from rehab_tracker.evaluation.contenders import PARTLY, entrants
from rehab_tracker.evaluation.events import EventFault, PatientEvents, patients
from rehab_tracker.evaluation.measured import Contender, Population
from rehab_tracker.evaluation.report import as_json, as_text
from rehab_tracker.evaluation.trials import evaluated
from rehab_tracker.evaluation.truth import TruthFault, truths

OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
CURVES = 5
"""Delay curves that one picture shows: more can't be told apart."""
PAGE = Markup(
    '<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Evaluation</title>'
    "<style>body{{font:16px system-ui;max-width:60em;margin:auto}}"
    "td,th{{text-align:left;padding:.2em 1em .2em 0}}</style>"
    "<h1>Evaluation</h1>{parts}</html>"
)
PART = Markup(
    "<h2>{caption}</h2><p>{sentence}</p>{figure}<table><caption>{caption}</caption><tr>{head}</tr>{rows}</table>"
)


@click.command()
@EVENTS
@click.argument("truth", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_values", type=OUT, help="Write the figures here as JSON.")
@click.option("--picture", type=OUT, help="Write the pictures here as a page (HTML).")
def evaluate(events: Path, truth: Path, as_values: Path | None, picture: Path | None) -> None:
    """Measure the rules on an event file whose TRUTH tells which migrations really took place.

    Sensitivity and delay count from the day on which latent pain passes 2 of 10. Intervals are 95 %. Baselines, what
    was tried and the detector at other thresholds stand beside the rules as they ship. A fault in either file refuses
    both, with exit code 2.
    """
    try:
        known = truths(truth.read_bytes())
        with events.open("rb") as lines:
            found = evaluated(_watched(patients(lines), len(known)), known, entrants())
    except (EventFault, TruthFault, InvalidValue) as fault:
        _refuse(fault)
    if as_values:
        as_values.write_text(json.dumps(as_json(found), indent=1) + "\n", encoding="utf-8")
    if picture:
        picture.write_text(_page(found.contenders), encoding="utf-8")
    click.echo(as_text(found))


def _watched(patients: Iterable[PatientEvents], number: int) -> Iterator[PatientEvents]:
    """Yield the patients and show how many are done, where somebody watches."""
    with click.progressbar(patients, length=number, label="patients", file=sys.stderr) as shown:
        yield from shown


def _refuse(fault: Exception) -> NoReturn:
    click.echo(str(fault), err=True)
    sys.exit(REFUSED_FILE)


def _page(found: Sequence[Contender]) -> str:
    words, population = Words(as_written, "en_GB"), Population.HEADLINE
    drawn = [each for each in found if each.family != PARTLY]
    curves = [each for each in drawn if _is_shown(each, drawn)][:CURVES]
    figures = (operating_points(drawn, population, words), delay_curves(curves, population, words))
    scripts = iter((True, False))
    return str(PAGE.format(parts=Markup("").join(_part(each, next(scripts)) for each in figures)))


def _is_shown(each: Contender, found: Sequence[Contender]) -> bool:
    """Return whether a contender has a delay curve: the first of each family."""
    return next(other for other in found if other.family == each.family) is each


def _part(figured: Figured, with_script: bool) -> Markup:
    table, cell, head = figured.table, Markup("<td>{}</td>"), Markup("<th>{}</th>")
    drawn = figured.figure.to_html(
        full_html=False, include_plotlyjs=with_script, config={"displayModeBar": False, "displaylogo": False}
    )
    rows = Markup("").join(Markup("<tr>{}</tr>").format(Markup("").join(map(cell.format, row))) for row in table.rows)
    return PART.format(
        caption=table.caption,
        sentence=figured.sentence,
        figure=Markup(drawn),
        head=Markup("").join(map(head.format, table.head)),
        rows=rows,
    )
