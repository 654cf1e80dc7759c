"""S3, the share bar: how many of some exercises were done, partly done and missed, as one small bar with its title."""

from markupsafe import Markup

from dashboards.figures.words import Words
from rehab_tracker.domain.adherence import Adherence
from rehab_tracker.domain.translation import N_

WIDTH, HEIGHT = 120, 12
TITLE = N_("%(done)d done, %(partial)d partly, %(missed)d missed")
SVG = Markup(
    '<svg class="share" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
    "<title>{title}</title>{drawn}</svg>"
)
PART = Markup('<rect class="{kind}" x="{x:g}" y="0" width="{width:g}" height="{height}"/>')


def share_bar(found: Adherence, words: Words) -> Markup:
    """Return the bar, or nothing where nothing was due."""
    if not found.due:
        return Markup()
    x, drawn = 0.0, Markup()
    for kind in ("done", "partial", "missed"):
        width = WIDTH * getattr(found, kind) / found.due
        if width:
            drawn += PART.format(kind=kind, x=round(x, 1), width=round(width, 1), height=HEIGHT)
        x += width
    title = words(TITLE, done=found.done, partial=found.partial, missed=found.missed)
    return SVG.format(width=WIDTH, height=HEIGHT, title=title, drawn=drawn)
