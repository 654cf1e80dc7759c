"""How figures look: the palette with a second channel for each colour, and the slim template they all share.

The colours were chosen to stay apart for every kind of colour vision and in grey (ux notes, 2.1).
"""

from typing import Any, NamedTuple

from rehab_tracker.domain.alert import Level
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


class AlertMark(NamedTuple):
    """How an alert is drawn: its shape, its colour and its edge."""

    symbol: str
    colour: str
    edge: str = INK


ALERT_MARKS = {
    Level.URGENT: AlertMark("diamond", "#9B0A1E"),
    Level.SOON: AlertMark("triangle-up", "#C77700"),
    Level.INFO: AlertMark("circle", "#1F6FC4"),
}
OVER = AlertMark("circle", PAPER, "#6B7680")

BANDS = {"protect": "#EDE3D0", "partial": "#FBDDA9", "gait": "#B9D6F0", "strength": "#E3F1D5", "none": PAPER}

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
        "yaxis": AXIS,
    }
}
"""Everything else is Plotly's own default; its large templates would weigh more than most figures."""
