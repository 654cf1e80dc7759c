"""A place's row of the timeline: its days on a scale that is always 0 to 10, its gaps open."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from dashboards.figures import look
from dashboards.figures.row import Row
from dashboards.figures.words import Words, course_title
from rehab_tracker.domain.course import Course
from rehab_tracker.domain.history import SiteDay
from rehab_tracker.domain.pain import WORST_PAIN

Point = tuple[date, float | None]


def draw_site(figure: Any, course: Course, row: Row, ticks: Sequence[int], words: Words, *, weekly: bool) -> None:
    """Draw one place; ``weekly`` joins the medians of weeks, and single days become faint dots."""
    stroke, title = look.STROKES[course.joint.side], course_title(course, words)
    row.lay(figure, range=[0, WORST_PAIN], tickvals=list(ticks))
    row.name(figure, title)
    common = {"yaxis": row.axis, "name": title, "cliponaxis": False, "connectgaps": False}
    line = {"color": stroke.colour, "dash": stroke.dash, "width": 1.8}
    if weekly:
        figure.add_scatter(**_xy(weekly_medians(course.days)), mode="lines", line=line, hoverinfo="skip", **common)
    figure.add_scatter(
        **_xy(with_gaps(course.days)),
        mode="markers" if weekly else "lines+markers",
        line=line,
        marker=_dots(stroke, weekly),
        hovertemplate="%{y}<extra></extra>",
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
