"""An evaluation as text for people and as JSON for scripts: the same figures in the same order."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from rehab_tracker.evaluation.measured import HORIZONS, Contender, Estimate, Measured, Population
from rehab_tracker.evaluation.trials import Evaluation
from rehab_tracker.evaluation.volume import Volume

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
VOLUMES = "Everything that the rules as they ship raise, everybody"
VOLUME_HEAD = ("rule", "level", "alerts", "per patient-month", "per nurse-week")


def as_text(told: Evaluation) -> str:
    """Return the figures as tables, one for each population and one of all alerts; intervals are 95 %."""
    tables = [_table(told.contenders, population) for population in Population]
    return "\n\n".join("\n".join(table) for table in (*tables, _volumes(told.volumes)))


def _table(contenders: Sequence[Contender], population: Population) -> Iterable[str]:
    figures = [(each.name, each.reached[population]) for each in contenders]
    first = figures[0][1]
    yield f"{TITLES[population]}: {first.migrations} migrations, {first.patient_months:.0f} patient-months"
    yield from _in_columns([HEAD, *((name, *cells(reached)) for name, reached in figures)])


def _volumes(volumes: Iterable[Volume]) -> Iterable[str]:
    yield VOLUMES
    yield from _in_columns([VOLUME_HEAD, *(_volume(each) for each in volumes)])


def _volume(each: Volume) -> tuple[str, ...]:
    rates = told(each.per_patient_month, 3), told(each.per_nurse_week, 2)
    return str(each.rule), str(each.level), str(each.alerts), *rates


def _in_columns(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
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


def as_json(told: Evaluation) -> dict[str, Any]:
    """Return the figures as plain values for scripts outside; keys only ever grow."""
    return {
        "patients": told.patients,
        "rules": [_plain(each) for each in told.contenders],
        "volumes": [asdict(each) for each in told.volumes],
    }


def _plain(contender: Contender) -> dict[str, Any]:
    populations = {str(population): asdict(reached) for population, reached in contender.reached.items()}
    return {"name": contender.name, "family": contender.family, "populations": populations}
