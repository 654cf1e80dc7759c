"""What every figure is: something to look at, the same in one sentence, and the same as a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """A figure's data for people who read; the first column heads its row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figured:
    """A sentence, a table, and a figure that is drawn when it is asked for: pages need only the first two."""

    sentence: str
    table: Table
    draw: Callable[[], Any]

    @property
    def figure(self) -> Any:
        """Return the Plotly figure."""
        return self.draw()
