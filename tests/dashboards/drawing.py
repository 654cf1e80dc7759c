"""Ana's timeline as the tests of its rows draw it: the figure as plain JSON, its shapes and traces by row."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from dashboards.figures.figured import Figured
from dashboards.figures.timeline import timeline
from dashboards.figures.words import Words
from rehab_tracker.domain.course import courses
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.limb import limit_spans
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.translation import as_written
from tests.domain.diary import day, known

ENGLISH = Words(as_written, "en_GB")
KNEE = known("right-knee")


def drawn(plans: Sequence[PlanCourse], entries: Iterable[Entry] = (), today: int = 60, **more: Any) -> Figured:
    """Return her timeline with these plans; the limits follow from them unless others are given."""
    spans = more.setdefault("limits", limit_spans(plans, (), day(0), day(today)))
    more.setdefault("limits_now", {limb: own[-1][2] for limb, own in spans.items() if own[-1][1] == day(today)})
    alerts, words = more.pop("alerts", ()), more.pop("words", ENGLISH)
    found = courses(list(entries), more.pop("involved", (KNEE,)))
    return timeline(found, alerts, plans, day(today), words, **more)


def plain(figured: Figured) -> dict[str, Any]:
    """Return the figure as the page gets it."""
    found: dict[str, Any] = json.loads(figured.figure.to_json())
    return found


def traces(figured: Figured, axis: str) -> list[dict[str, Any]]:
    """Return what is drawn in one row."""
    return [trace for trace in plain(figured)["data"] if trace.get("yaxis", "y") == axis]


def shapes(figured: Figured, axis: str, kind: str) -> list[dict[str, Any]]:
    """Return the rectangles or lines behind one row."""
    every = plain(figured)["layout"].get("shapes", [])
    return [shape for shape in every if shape["yref"] == axis and shape["type"] == kind]


def written(figured: Figured, axis: str) -> list[tuple[str, str, str]]:
    """Return what is written behind one row, each with the days that it is about: the first, and the one after them."""
    return [(s["label"]["text"], s["x0"], s["x1"]) for s in shapes(figured, axis, "rect") if "label" in s]


def filled(figured: Figured, axis: str) -> list[dict[str, Any]]:
    """Return the coloured rectangles behind one row."""
    return [shape for shape in shapes(figured, axis, "rect") if "fillcolor" in shape]


def column(figured: Figured, head: str) -> dict[str, str]:
    """Return a column of the table by its days, as ISO dates; days without anything are left out."""
    at = figured.table.head.index(head)
    days = {ENGLISH.day(day(number)): day(number).isoformat() for number in range(-400, 400)}
    return {days[row[0]]: row[at] for row in figured.table.rows if row[at]}
