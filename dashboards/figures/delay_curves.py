"""E2, the delay: which share of the migrations has had its alarm by each day since latent pain passed 2 of 10."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dashboards.figures import look
from dashboards.figures.figured import Figured, Table
from dashboards.figures.operating_points import COLOURS, HEIGHT, WIDTH
from dashboards.figures.words import Words
from rehab_tracker.domain.translation import N_
from rehab_tracker.evaluation.measured import Contender, Measured, Population
from rehab_tracker.evaluation.report import told

SHOWN = 45
"""Days after passing 2 that are drawn."""
TOLD = (0, 2, 4, 7, 14, 21, 30)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")

SENTENCE = N_("%(name)s: half of what was found had its alarm by day %(half)s, nine in ten by day %(most)s.")
NOTHING = N_("Nothing was evaluated.")
CAPTION = N_("Share of migrations with an alarm, by days since pain passed 2")
RULES, DAY = N_("Rules"), N_("day %(day)d")
DAYS, SHARE = N_("Days since pain passed 2"), N_("Share with an alarm")


def delay_curves(contenders: Sequence[Contender], population: Population, words: Words) -> Figured:
    """Return the picture of one population; the first contender is the one that the sentence tells of."""
    figures = [(each.name, each.reached[population]) for each in contenders]
    head = (words(RULES), *(words(DAY, day=day) for day in TOLD))
    return Figured(
        sentence=_sentence(figures, words),
        table=Table(words(CAPTION), head, tuple(_rows(figures))),
        draw=lambda: _drawn(figures, words),
    )


def _sentence(figures: Sequence[tuple[str, Measured]], words: Words) -> str:
    if not figures:
        return words(NOTHING)
    name, reached = figures[0]
    return words(SENTENCE, name=name, half=told(reached.delay_median, 0), most=told(reached.delay_p90, 0))


def _rows(figures: Iterable[tuple[str, Measured]]) -> Iterator[tuple[str, ...]]:
    for name, reached in figures:
        yield name, *(f"{_by(reached, day):.2f}" for day in TOLD)


def _by(reached: Measured, day: int) -> float:
    return max((share for at, share in reached.alerted_by if at <= day), default=0.0)


def _drawn(figures: Sequence[tuple[str, Measured]], words: Words) -> Any:
    # Plotly takes longer to import than the rest of the app together; only a drawing needs it.
    from plotly.graph_objects import Figure  # noqa: PLC0415

    figure = Figure(layout={"template": look.TEMPLATE, "width": WIDTH, "height": HEIGHT, "showlegend": True})
    for at, (name, reached) in enumerate(figures):
        days = list(range(SHOWN + 1))
        line = {"color": COLOURS[at % len(COLOURS)], "dash": DASHES[at % len(DASHES)], "shape": "hv"}
        figure.add_scatter(name=name, x=days, y=[_by(reached, day) for day in days], mode="lines", line=line)
    figure.update_xaxes(title=words(DAYS))
    figure.update_yaxes(title=words(SHARE), range=[0, 1.02])
    return figure
