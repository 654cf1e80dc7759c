"""An evaluation as text for people and as JSON for scripts: the same figures in the same order."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from rehab_tracker.evaluation.measured import HORIZONS, Contender, Estimate, Measured, Population

NOTHING = "-"
TITLES = {
    Population.HEADLINE: "Engaged patients (5 of 7 days logged), onset of 0.2 points a day or more",
    Population.SLOW: "Engaged patients, slower onset",
    Population.EVERYBODY: "Everybody",
}
HEAD = (
    "rules",
    *(f"found in {days} d" for days in HORIZONS),
    "median d",
    "p90 d",
    "false/patient-month",
    "precision",
    "alarms/nurse-week",
)


def as_text(contenders: Sequence[Contender]) -> str:
    """Return the figures as tables, one for each population; intervals are 95 %."""
    return "\n\n".join("\n".join(_table(contenders, population)) for population in Population)


def _table(contenders: Sequence[Contender], population: Population) -> Iterable[str]:
    figures = [(each.name, each.reached[population]) for each in contenders]
    first = figures[0][1]
    yield f"{TITLES[population]}: {first.migrations} migrations, {first.patient_months:.0f} patient-months"
    rows = [HEAD, *((name, *cells(reached)) for name, reached in figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def cells(reached: Measured) -> tuple[str, ...]:
    """Return the figures of one row as text, each with its interval."""
    return (
        *(told(reached.sensitivity[days], 2) for days in HORIZONS),
        told(reached.delay_median, 0),
        told(reached.delay_p90, 0),
        told(reached.false_per_patient_month, 3),
        told(reached.precision, 2),
        told(reached.alarms_per_nurse_week, 1),
    )


def told(figure: Estimate, digits: int) -> str:
    """Return a figure with its interval, like "0.97 (0.94 to 0.99)"."""
    if figure.value is None:
        return NOTHING
    value = f"{figure.value:.{digits}f}"
    if figure.low is None or figure.high is None:
        return value
    return f"{value} ({figure.low:.{digits}f} to {figure.high:.{digits}f})"


def as_json(contenders: Iterable[Contender], patients: int) -> dict[str, Any]:
    """Return the figures as plain values for scripts outside; keys only ever grow."""
    return {"patients": patients, "rules": [_plain(each) for each in contenders]}


def _plain(contender: Contender) -> dict[str, Any]:
    populations = {str(population): asdict(reached) for population, reached in contender.reached.items()}
    return {"name": contender.name, "family": contender.family, "populations": populations}
