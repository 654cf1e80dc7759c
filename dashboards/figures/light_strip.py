"""S2, the light strip: how one place bore its load on each of the last 28 days, as a small SVG with sentence and table.

The height of a bar says the same as its colour; a day without a log is a dash, and a held one has a line below.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from dashboards.figures.figured import Table
from dashboards.figures.words import Words
from rehab_tracker.domain.plan import PlanDay
from rehab_tracker.domain.plan_wording import LIGHTS
from rehab_tracker.domain.traffic_light import Light
from rehab_tracker.domain.translation import N_

DAYS = 28
PITCH, WIDTH, HEIGHT, LINE = 12, 9, 30, 3
TALL = {Light.GREEN: 8, Light.AMBER: 18, Light.RED: 28, Light.GREY: 2}

SENTENCE = N_(
    "Last days of this plan (%(days)d): %(green)d green, %(amber)d amber, %(red)d red, %(grey)d without a log; "
    "%(held)d on hold."
)
CAPTION, DAY, LIGHT, HELD = N_("Each day of the plan, newest first"), N_("Day"), N_("Light"), N_("On hold")
YES = N_("yes")
SVG = Markup(
    '<svg class="lights" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
    "<title>{title}</title>{drawn}</svg>"
)
BAR = Markup('<rect class="{light}" x="{x}" y="{y}" width="{width}" height="{tall}"/>')
UNDERLINE = Markup('<rect class="held" x="{x}" y="{y}" width="{width}" height="2"/>')


@dataclass(frozen=True, slots=True)
class Strip:
    """The picture, the same in one sentence, and the same as a table."""

    picture: Markup
    sentence: str
    table: Table


def light_strip(days: Sequence[PlanDay], last: date, words: Words) -> Strip:
    """Return the last 28 days of a plan, or as many as it has, up to its end or today."""
    shown = [day for day in days if last - timedelta(days=DAYS) < day.day <= last]
    start = shown[0].day if shown else last
    counts = {str(light): sum(day.light is light for day in shown) for light in Light}
    sentence = words(SENTENCE, days=len(shown), held=sum(day.is_held for day in shown), **counts)
    drawn = Markup().join(piece for day in shown for piece in _drawn(day, (day.day - start).days))
    rows = [(words.day(d.day), words(LIGHTS[d.light]), words(YES) if d.is_held else "") for d in reversed(shown)]
    return Strip(
        SVG.format(width=max(1, len(shown)) * PITCH, height=HEIGHT + LINE, title=sentence, drawn=drawn),
        sentence,
        Table(words(CAPTION), (words(DAY), words(LIGHT), words(HELD)), tuple(rows)),
    )


def _drawn(day: PlanDay, at: int) -> Iterator[Markup]:
    x, tall = at * PITCH, TALL[day.light]
    yield BAR.format(light=day.light, x=x, y=HEIGHT - tall, width=WIDTH, tall=tall)
    if day.is_held:
        yield UNDERLINE.format(x=x, y=HEIGHT + 1, width=WIDTH)
