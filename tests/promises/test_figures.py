"""Every figure comes as figure, sentence and table; none is a picture alone."""

import inspect
from datetime import date
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, get_type_hints

import pytest

import dashboards.figures
from dashboards.figures.figured import Figured
from dashboards.figures.words import Words
from rehab_tracker.domain.translation import as_written
from rehab_tracker.evaluation.measured import Population

DRAWS = "plotly"


def _functions() -> list[tuple[str, Any]]:
    modules = [import_module(f"dashboards.figures.{found.name}") for found in iter_modules(dashboards.figures.__path__)]
    own = ((m, f) for m in modules for _, f in inspect.getmembers(m, inspect.isfunction) if f.__module__ == m.__name__)
    return [(f"{m.__name__}.{f.__name__}", f) for m, f in own]


FIGURES = [(name, f) for name, f in _functions() if get_type_hints(f).get("return") is Figured]


def test_there_are_figures() -> None:
    assert "dashboards.figures.timeline.timeline" in dict(FIGURES)


EMPTY = {
    "dashboards.figures.timeline.timeline": ([], [], [], date(2026, 4, 22)),
    "dashboards.figures.operating_points.operating_points": ([], Population.HEADLINE),
    "dashboards.figures.delay_curves.delay_curves": ([], Population.HEADLINE),
}
"""What each figure is drawn of when there is nothing yet."""


@pytest.mark.parametrize(("name", "figure"), FIGURES)
def test_every_figure_has_sentence_and_table_even_of_nothing(name: str, figure: Any) -> None:
    drawn = figure(*EMPTY[name], Words(as_written, "en_GB"))
    assert drawn.sentence.endswith(".") and len(drawn.sentence) > 20
    assert drawn.table.caption and drawn.table.head
    assert all(len(row) == len(drawn.table.head) for row in drawn.table.rows)


def test_plotly_is_drawn_only_by_what_returns_all_three() -> None:
    drawing = {name for name, f in _functions() if DRAWS in inspect.getsource(f)}
    inside = {"dashboards.figures.chart.drawn": "dashboards.figures.timeline.timeline"}
    assert {inside.get(name, name.removesuffix("._drawn")) for name in drawing} - set(EMPTY) == {
        "dashboards.figures.delay_curves",
        "dashboards.figures.operating_points",
    }
    assert set(dict(FIGURES)) == set(EMPTY)
