"""How a timeline is drawn: rows from the top down on one time axis: lanes, places, weight on the limbs, exercises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from dashboards.figures import look
from dashboards.figures.exercise_row import Week, draw_exercises
from dashboards.figures.lanes import Event, draw_lanes, lanes_of
from dashboards.figures.phases import Phases, draw_phases
from dashboards.figures.row import MARGIN, Row
from dashboards.figures.site_row import draw_site
from dashboards.figures.weight_row import ARMS, Allowed, draw_weight
from dashboards.figures.words import Words
from rehab_tracker.domain.course import Course
from rehab_tracker.domain.site import LEGS

WEEKLY_AFTER = 120
"""Days from which the line joins weekly medians, and single days become faint dots."""

LANE_HEIGHT, SITE_HEIGHT, WEIGHT_HEIGHT, EXERCISE_HEIGHT, GAP = 26, 118, 152, 72, 36
HALF_A_DAY = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn: the part of the data that lies within the days shown."""

    courses: list[Course]
    events: list[Event]
    phases: list[Phases]
    limbs: list[Allowed]
    weeks: list[Week]
    start: date
    today: date
    ticks: Sequence[int]

    @property
    def pairs(self) -> list[list[Allowed]]:
        """Return the limbs that share a row: legs, then arms."""
        pairs = ([own for own in self.limbs if own.limb in pair] for pair in (LEGS, ARMS))
        return [pair for pair in pairs if pair]


def drawn(shown: Shown, words: Words) -> Any:
    # Plotly takes longer to import than the rest of the app together; a server that draws nothing never needs it.
    from plotly.graph_objects import Figure  # noqa: PLC0415

    sites, pairs = len(shown.courses), shown.pairs
    below = [SITE_HEIGHT] * sites + [WEIGHT_HEIGHT] * len(pairs) + [EXERCISE_HEIGHT] * bool(shown.weeks)
    height, (top, *rows) = _rows(LANE_HEIGHT * len(lanes_of(shown.events)), below)
    figure = Figure(layout={"template": look.TEMPLATE, "margin": MARGIN, "height": height})
    figure.update_xaxes(_time_axis(shown))
    if shown.events:
        draw_lanes(figure, shown.events, top, words)
    weekly = (shown.today - shown.start).days > WEEKLY_AFTER
    for course, row in zip(shown.courses, rows, strict=False):
        draw_phases(figure, [own for own in shown.phases if own.site.joint == course.joint], row, words)
        draw_site(figure, course, row, shown.ticks, words, weekly=weekly)
    for pair, row in zip(pairs, rows[sites:], strict=False):
        draw_weight(figure, pair, row, words)
    if shown.weeks:
        draw_exercises(figure, shown.weeks, rows[-1], words)
    return figure


def _rows(lanes: int, heights: Sequence[int]) -> tuple[int, list[Row]]:
    """Return the whole height in pixels and the rows from the top down; the lanes' one is "y", there or not."""
    whole = lanes + sum(heights) + GAP * len(heights) or SITE_HEIGHT
    rows, top = [Row("y", (whole - lanes) / whole, 1)], float(whole - lanes)
    for number, height in enumerate(heights, start=2):
        top -= GAP
        rows.append(Row(f"y{number}", max(0.0, top - height) / whole, top / whole))
        top -= height
    return whole + MARGIN["t"] + MARGIN["b"], rows


def _time_axis(shown: Shown) -> dict[str, Any]:
    return {
        "type": "date",
        "range": [_midnight(shown.start) - HALF_A_DAY, _midnight(shown.today) + HALF_A_DAY],
        "anchor": "free",
        "position": 0,
        "showgrid": True,
        "tickformat": "%-d %b\n%Y",
        "hoverformat": "%-d %B %Y",
        "showspikes": True,
        "spikemode": "across",
        "spikethickness": 1,
        "spikedash": "solid",
        "spikecolor": look.MUTED,
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
