"""S1, the sparkline: where one place's pain went in the last 28 days, as a small SVG made here, without any script."""

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup

from dashboards.figures.words import Words
from rehab_tracker.domain.course import Course
from rehab_tracker.domain.history import SiteDay
from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.site import Side
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.wording import capitalised, place_name

DAYS = 28
WIDTH, HEIGHT, EDGE = 112, 30, 3
SIDE, STEP = 2, 4
"""Pixels left of the first day and from one day to the next: whole ones, as a list holds hundreds of these."""
SIDES = {Side.LEFT: "left", Side.RIGHT: "right", None: "midline"}

TITLE = N_("%(place)s, last 28 days: lowest %(low)d, highest %(high)d, latest %(last)d; days with an entry: %(known)d.")

SVG = Markup(
    '<svg class="sparkline {side}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
    "<title>{title}</title>{drawn}</svg>"
)


def sparkline(course: Course, today: date, threshold: int, words: Words) -> Markup:
    """Return a place's last 28 days as SVG with its sentence as title, or nothing where no day is known.

    The scale is always 0 to 10, unknown days stay open, and the hairline is the clinic's cut-point.
    """
    start = today - timedelta(days=DAYS - 1)
    days = course.since(start).days
    if not days:
        return Markup()
    scores = [day.x for day in days]
    place = capitalised(place_name(course.joint, None, words.gettext))
    title = words(TITLE, place=place, low=min(scores), high=max(scores), last=scores[-1], known=len(scores))
    drawn = Markup().join([_hairline(threshold), _lines(days, start), _last(days[-1], start)])
    side = SIDES[course.joint.side]
    return SVG.format(side=side, width=WIDTH + 22, height=HEIGHT, title=title, drawn=drawn)


def _at(day: SiteDay, start: date) -> tuple[float, float]:
    return SIDE + (day.day - start).days * STEP, round(_height(day.x), 1)


def _height(score: int) -> float:
    return HEIGHT - EDGE - score * (HEIGHT - 2 * EDGE) / WORST_PAIN


def _hairline(threshold: int) -> Markup:
    return Markup('<path class="cut" d="M0 {y:g}H{width}"/>').format(y=round(_height(threshold), 1), width=WIDTH)


def _lines(days: Sequence[SiteDay], start: date) -> Markup:
    """Return a line for each run of known days, all in one path; a day between unknown ones is a short dash."""
    drawn = (_line([_at(day, start) for day in run]) for run in runs(days))
    return Markup('<path class="run" d="{}"/>').format("".join(drawn))


def _line(points: Sequence[tuple[float, float]]) -> str:
    if len(points) == 1:
        [(x, y)] = points
        return f"M{x - 1:g} {y:g}h2"
    return "M" + " ".join(f"{x:g} {y:g}" for x, y in points)


def runs(days: Sequence[SiteDay]) -> list[list[SiteDay]]:
    """Return the known days in stretches without an unknown day between them."""
    found: list[list[SiteDay]] = []
    for day in days:
        if found and day.day - found[-1][-1].day == timedelta(days=1):
            found[-1].append(day)
        else:
            found.append([day])
    return found


def _last(day: SiteDay, start: date) -> Markup:
    x, y = _at(day, start)
    dot = Markup('<circle cx="{x:g}" cy="{y:g}" r="2.5"/>').format(x=x, y=y)
    return dot + Markup('<text x="{x}" y="{y}">{score}</text>').format(x=WIDTH + 4, y=HEIGHT // 2 + 5, score=day.x)
