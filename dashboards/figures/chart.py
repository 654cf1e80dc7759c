"""How a timeline is drawn: rows from the top down on one time axis, alerts first, then one row for each place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from textwrap import wrap
from typing import Any, NamedTuple

from dashboards.figures import look
from dashboards.figures.words import Words, course_title
from rehab_tracker.domain.alert import AlertState, Level
from rehab_tracker.domain.course import Course
from rehab_tracker.domain.history import SiteDay
from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.wording import LEVELS, reason
from rehab_tracker.storage.alerts import Alert

WEEKLY_AFTER = 120
"""Days from which the line joins weekly medians, and single days become faint dots."""

LANE_HEIGHT, SITE_HEIGHT, GAP = 30, 118, 36
MARGIN = {"l": 58, "r": 14, "t": 12, "b": 44}
HALF_A_DAY = timedelta(hours=14)

Point = tuple[date, float | None]
Row = tuple[float, float]


class Band(NamedTuple):
    """One phase of a site's plan: its word and colour, from its first day to its last one, None while it lasts."""

    joint: Site
    word: str
    colour: str
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn: the part of the data that lies within the days shown."""

    courses: list[Course]
    alerts: list[Alert]
    bands: list[Band]
    start: date
    today: date
    ticks: Sequence[int]


def drawn(shown: Shown, words: Words) -> Any:
    # Plotly takes longer to import than the rest of the app together; a server that draws nothing never needs it.
    from plotly.graph_objects import Figure  # noqa: PLC0415

    lanes = [level for level in reversed(Level) if any(alert.level is level for alert in shown.alerts)]
    height, rows = _rows(len(lanes), len(shown.courses))
    figure = Figure(layout={"template": look.TEMPLATE, "margin": MARGIN, "height": height})
    figure.update_xaxes(_time_axis(shown))
    if lanes:
        _draw_alerts(figure, shown, lanes, rows[0], words)
    for at, (course, row) in enumerate(zip(shown.courses, rows[-len(shown.courses) :], strict=False), start=2):
        _draw_bands(figure, shown, course.joint, f"y{at}")
        _draw_course(figure, shown, course, f"y{at}", row, words)
    return figure


def _rows(lanes: int, sites: int) -> tuple[int, list[Row]]:
    """Return the whole height in pixels, and from the top down which part of it each row fills (paper coordinates)."""
    heights = ([LANE_HEIGHT * lanes] if lanes else []) + [SITE_HEIGHT] * sites
    gaps = [0 if lanes and at == 0 else GAP for at in range(len(heights))]
    whole = sum(heights) + sum(gaps) or SITE_HEIGHT
    rows, top = [], float(whole)
    for height, gap in zip(heights, gaps, strict=True):
        top -= gap
        rows.append(((top - height) / whole, top / whole))
        top -= height
    return whole + MARGIN["t"] + MARGIN["b"], [(max(0.0, low), high) for low, high in rows]


def _time_axis(shown: Shown) -> dict[str, Any]:
    return {
        "type": "date",
        "range": [_midnight(shown.start) - HALF_A_DAY, _midnight(shown.today) + HALF_A_DAY],
        "anchor": "free",
        "position": 0,
        "nticks": 8,
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


def _draw_alerts(figure: Any, shown: Shown, lanes: list[Level], row: Row, words: Words) -> None:
    """Draw one lane for each level that there is, named at its left; alerts that later data took back are rings."""
    names = [words(LEVELS[level]) for level in lanes]
    places = list(range(len(lanes)))
    span = {"domain": row, "range": [len(lanes) - 0.5, -0.5], "automargin": True}
    figure.update_layout(yaxis={**span, "tickvals": places, "ticktext": names})
    marks = [look.OVER if a.state is AlertState.SUPERSEDED else look.ALERT_MARKS[a.level] for a in shown.alerts]
    figure.add_scatter(
        x=[alert.first_for_date.isoformat() for alert in shown.alerts],
        y=[lanes.index(alert.level) for alert in shown.alerts],
        text=["<br>".join(wrap(reason(a.reason_key, a.reason_values, words.gettext), 44)) for a in shown.alerts],
        mode="markers",
        marker={
            "symbol": [mark.symbol for mark in marks],
            "color": [mark.colour for mark in marks],
            "size": 13,
            "line": {"width": 1, "color": [mark.edge for mark in marks]},
        },
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )


def _draw_course(figure: Any, shown: Shown, course: Course, axis: str, row: Row, words: Words) -> None:
    """Draw one place: its name above at the left, its days on a scale that is always 0 to 10, its gaps open."""
    stroke = look.STROKES[course.joint.side]
    title = course_title(course, words)
    figure.update_layout(
        {f"yaxis{axis[1:]}": {"domain": row, "range": [0, WORST_PAIN], "tickvals": list(shown.ticks), **look.AXIS}}
    )
    figure.add_annotation(
        text=title, x=0, y=row[1], xref="paper", yref="paper", xanchor="left", yanchor="bottom", xshift=-MARGIN["l"],
        yshift=7, showarrow=False, font={"size": 13, "weight": 600},
    )  # fmt: skip
    weekly = (shown.today - shown.start).days > WEEKLY_AFTER
    common = {"yaxis": axis, "name": title, "cliponaxis": False, "connectgaps": False}
    line = {"color": stroke.colour, "dash": stroke.dash, "width": 1.8}
    if weekly:
        figure.add_scatter(**_xy(weekly_medians(course.days)), mode="lines", line=line, hoverinfo="skip", **common)
    figure.add_scatter(
        **_xy(with_gaps(course.days)),
        mode="markers" if weekly else "lines+markers",
        line=line,
        marker=_dots(stroke, weekly),
        hovertemplate="%{y}<extra>%{fullData.name}</extra>",
        **common,
    )


def _dots(stroke: look.Stroke, weekly: bool) -> dict[str, Any]:
    return {
        "symbol": stroke.symbol,
        "size": 4 if weekly else 6,
        "color": stroke.fill,
        "opacity": 0.4 if weekly else 1,
        "line": {"color": stroke.colour, "width": 1.4},
    }


def _xy(points: Iterable[Point]) -> dict[str, list[Any]]:
    found = list(points)
    return {"x": [day.isoformat() for day, _ in found], "y": [score for _, score in found]}


def with_gaps(days: Sequence[SiteDay]) -> Iterator[Point]:
    """Yield each known day's score, and after a day that is followed by unknown ones a break."""
    for at, day in enumerate(days):
        if at and day.day - days[at - 1].day > timedelta(days=1):
            yield days[at - 1].day + timedelta(days=1), None
        yield day.day, day.x


def weekly_medians(days: Sequence[SiteDay]) -> Iterator[Point]:
    """Yield the median of each week with a known day, at its Thursday, and a break after a week without one."""
    weeks: dict[date, list[int]] = {}
    for day in days:
        weeks.setdefault(day.day - timedelta(days=day.day.weekday()), []).append(day.x)
    before: date | None = None
    for monday, scores in weeks.items():
        if before and monday - before > timedelta(days=7):
            yield before + timedelta(days=10), None
        yield monday + timedelta(days=3), median(scores)
        before = monday


def _draw_bands(figure: Any, shown: Shown, joint: Site, axis: str) -> None:
    """Draw a site's phases behind its scores: a band with its word at the top and a line at its start."""
    for band in (band for band in shown.bands if band.joint == joint):
        start, end = max(band.start, shown.start).isoformat(), (band.end or shown.today).isoformat()
        span = {"x0": start, "yref": f"{axis} domain", "y0": 0, "y1": 1, "layer": "below"}
        figure.add_shape(
            type="rect", x1=end, fillcolor=look.BANDS[band.colour], line_width=0, **span,
            label={"text": band.word, "textposition": "top left", "font": {"size": 12, "color": look.INK}},
        )  # fmt: skip
        figure.add_shape(type="line", x1=start, line={"color": look.MUTED, "width": 1}, **span)
