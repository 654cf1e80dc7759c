"""E1, the operating points: how many migrations each set of rules finds, against how many false alarms that costs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dashboards.figures import look
from dashboards.figures.figured import Figured, Table
from dashboards.figures.words import Words
from rehab_tracker.domain.translation import N_
from rehab_tracker.evaluation.measured import Contender, Estimate, Measured, Population
from rehab_tracker.evaluation.report import told

DAYS = 14
"""Days from passing 2 of 10 within which a migration should be found."""
FEWEST = 0.0005
"""False alarms a patient-month at which a set of rules without any is drawn: the axis is logarithmic and has no 0."""
LOWEST = 0.5
"""Where the axis of what was found begins: half is no longer worth a look."""
WIDTH, HEIGHT = 760, 460
COLOURS = ("#1F3A93", "#B8480A", "#3C7A1F", "#7A1F6B", "#4C6272")
SYMBOLS = ("diamond", "circle", "square", "triangle-up", "x")

SENTENCE = N_("%(name)s finds %(found)s of the migrations within 14 days, with %(false)s false alarms a patient-month.")
NOTHING = N_("Nothing was evaluated.")
CAPTION = N_("Migrations found within 14 days, and false alarms")
RULES, FOUND, FALSE = N_("Rules"), N_("Found within 14 days"), N_("False alarms a patient-month")


def operating_points(contenders: Sequence[Contender], population: Population, words: Words) -> Figured:
    """Return the picture of one population; the first contender is the one that the sentence tells of."""
    figures = [(each, each.reached[population]) for each in contenders]
    return Figured(
        sentence=_sentence(figures, words),
        table=Table(words(CAPTION), (words(RULES), words(FOUND), words(FALSE)), tuple(_rows(figures))),
        draw=lambda: _drawn(figures, words),
    )


def _sentence(figures: Sequence[tuple[Contender, Measured]], words: Words) -> str:
    if not figures:
        return words(NOTHING)
    first, reached = figures[0]
    found, false = told(reached.sensitivity[DAYS], 2), told(reached.false_per_patient_month, 3)
    return words(SENTENCE, name=first.name, found=found, false=false)


def _rows(figures: Iterable[tuple[Contender, Measured]]) -> Iterator[tuple[str, ...]]:
    for each, reached in figures:
        yield each.name, told(reached.sensitivity[DAYS], 2), told(reached.false_per_patient_month, 3)


def _drawn(figures: Sequence[tuple[Contender, Measured]], words: Words) -> Any:
    # Plotly takes longer to import than the rest of the app together; only a drawing needs it.
    from plotly.graph_objects import Figure  # noqa: PLC0415

    figure = Figure(layout={"template": look.TEMPLATE, "width": WIDTH, "height": HEIGHT, "showlegend": True})
    families = dict.fromkeys(each.family for each, _ in figures)
    for at, family in enumerate(families):
        of_family = [(each, reached) for each, reached in figures if each.family == family]
        figure.add_scatter(**_points(family, of_family, at))
    figure.update_xaxes(title=words(FALSE), type="log")
    figure.update_yaxes(title=words(FOUND), range=[LOWEST, 1.02])
    return figure


def _points(family: str, figures: Sequence[tuple[Contender, Measured]], at: int) -> dict[str, Any]:
    false = [reached.false_per_patient_month for _, reached in figures]
    found = [reached.sensitivity[DAYS] for _, reached in figures]
    colour = COLOURS[at % len(COLOURS)]
    return {
        "name": family,
        "x": [max(FEWEST, each.value or 0) for each in false],
        "y": [each.value for each in found],
        "error_x": _bars(false),
        "error_y": _bars(found),
        "text": [each.name for each, _ in figures],
        "hovertemplate": "%{text}: %{y:.2f}, %{x:.3f}<extra></extra>",
        "mode": "markers+lines" if len(figures) > 1 else "markers",
        "line": {"color": colour, "width": 1, "dash": "dot"},
        "marker": {"color": colour, "size": 9, "symbol": SYMBOLS[at % len(SYMBOLS)]},
    }


def _bars(figures: Iterable[Estimate]) -> dict[str, Any]:
    """Return the intervals as bars; a figure without one has none."""
    bounds = [(e.value or 0, e.low if e.low is not None else e.value or 0, e.high or e.value or 0) for e in figures]
    above, below = [high - value for value, _, high in bounds], [value - low for value, low, _ in bounds]
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "thickness": 1, "width": 2}
