"""How figures look: the palette with a second channel for each colour, and the slim template they all share.

The colours were chosen to stay apart for every kind of colour vision and in grey (ux notes, 2.1).
"""

from typing import Any, NamedTuple

from rehab_tracker.domain.alert import Level
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.record_item import ItemKind
from rehab_tracker.domain.site import Side

INK = "#212B32"
MUTED = "#4C6272"
LINE = "#D8DDE0"
PAPER = "#FFFFFF"
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif'


class Stroke(NamedTuple):
    """How a side is drawn: its colour, its dash, and whether its dots are filled."""

    colour: str
    dash: str
    symbol: str
    fill: str


RIGHT = Stroke("#1F3A93", "solid", "circle", "#1F3A93")
LEFT = Stroke("#B8480A", "4px,2px", "circle", PAPER)
MIDLINE = Stroke(INK, "1px,3px", "square", INK)
STROKES = {Side.RIGHT: RIGHT, Side.LEFT: LEFT, None: MIDLINE}


class Mark(NamedTuple):
    """How something that happened on a day is drawn: its shape, its colour and its edge."""

    symbol: str
    colour: str
    edge: str = INK


ALERT_MARKS = {
    Level.URGENT: Mark("diamond", "#9B0A1E"),
    Level.SOON: Mark("triangle-up", "#C77700"),
    Level.INFO: Mark("circle", "#1F6FC4"),
}
OVER = Mark("circle", PAPER, "#6B7680")

BANDS = {
    Phase.PROTECT: "#EDE3D0",
    Phase.PARTIAL_WEIGHT_BEARING: "#FBDDA9",
    Phase.GAIT_TRAINING: "#B9D6F0",
    Phase.STRENGTHENING: "#E3F1D5",
    Phase.RETURN_AND_SURVEILLANCE: PAPER,
}
HOLD = "rgba(76,98,114,0.2)"
"""Laid over a phase, so that its colour still shows."""

FINDING_MARKS = {
    ItemKind.EXAMINATION: Mark("circle", PAPER),
    ItemKind.RADIOGRAPH: Mark("square", PAPER),
    ItemKind.MRI: Mark("square", INK),
    ItemKind.DXA: Mark("pentagon", INK),
    ItemKind.LABORATORY: Mark("hexagon", INK),
    ItemKind.CO_INTERVENTION: Mark("cross", INK),
}
OVER_LIMIT = "#9B0A1E"
BAR, BAR_EDGE = "#85B4DF", "#0B4F8A"

AXIS: dict[str, Any] = {
    "showline": False,
    "zeroline": False,
    "fixedrange": True,
    "gridcolor": LINE,
    "gridwidth": 1,
    "ticks": "",
    "tickfont": {"color": MUTED},
    "ticklabelstandoff": 7,
}
TEMPLATE: dict[str, Any] = {
    "layout": {
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "showlegend": False,
        "dragmode": False,
        "hovermode": "x",
        "hoversubplots": "axis",
        "hoverlabel": {"bgcolor": PAPER, "bordercolor": MUTED, "font": {"color": INK, "family": FONT}},
        "xaxis": AXIS,
        "yaxis": {**AXIS, "automargin": True},
        "shapedefaults": {
            "layer": "below",
            "line": {"width": 0, "color": MUTED},
            "label": {"textposition": "top left", "padding": 2, "font": {"size": 12, "color": INK}},
        },
        "annotationdefaults": {"showarrow": False},
    }
}
"""Everything else is Plotly's own default; its large templates would weigh more than most figures."""
