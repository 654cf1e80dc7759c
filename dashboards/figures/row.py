"""A row of a timeline: its axis, the part of the height that it fills, and its title above at the left."""

from typing import Any, NamedTuple

MARGIN = {"l": 58, "r": 14, "t": 12, "b": 44}
"""Pixels around the rows; the left one grows with the words of the axes."""


class Row(NamedTuple):
    """One row: its y axis ("y2") and the lowest and highest part of the height, 0 to 1."""

    axis: str
    low: float
    high: float

    def lay(self, figure: Any, **axis: Any) -> None:
        """Give the row its axis."""
        figure.update_layout({f"yaxis{self.axis[1:]}": {"domain": [self.low, self.high], **axis}})

    def name(self, figure: Any, title: str) -> None:
        """Write the title of the row."""
        figure.add_annotation(
            text=title, x=0, y=self.high, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
            xshift=-MARGIN["l"], yshift=7, font={"size": 13, "weight": 600},
        )  # fmt: skip
