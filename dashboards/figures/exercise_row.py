"""Exercises in the timeline: how much of what was due was done, week by week; a week with nothing due has no bar."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from dashboards.figures import look
from dashboards.figures.row import Row
from dashboards.figures.words import Words
from rehab_tracker.domain.adherence import Adherence, adherence, by_week
from rehab_tracker.domain.occurrence_state import Result
from rehab_tracker.domain.translation import N_

TITLE = N_("Exercises done each week, %")
DONE_OF = N_("%(percent)d %%: %(done)d of %(due)d done")
DONE_OF_AND_PARTLY = N_("%(percent)d %%: %(done)d of %(due)d done, %(partly)d in part")

TO_THURSDAY = timedelta(days=3)
BAR_WIDTH = 6 * 86_400_000
"""Milliseconds: six days, so that weeks stand apart."""


class Week(NamedTuple):
    """A week in which exercises were due, and how much of them was done, 0 to 100 percent of their doses."""

    monday: date
    percent: int
    counts: Adherence

    def told(self, words: Words) -> str:
        """Return its numbers in words, like "80 %: 12 of 15 done"."""
        text = DONE_OF_AND_PARTLY if self.counts.partial else DONE_OF
        counts = {"done": self.counts.done, "due": self.counts.due, "partly": self.counts.partial}
        return words(text, percent=self.percent, **counts)


def weeks_shown(results: Iterable[Result], start: date, today: date) -> list[Week]:
    """Return the weeks of the days shown in which anything was due, oldest first; the first one whole."""
    found = []
    for code, counts in adherence(results, by_week).items():
        monday = date.fromisocalendar(int(code[:4]), int(code[-2:]), 1)
        if counts.ratio is not None and monday + timedelta(days=6) >= start and monday <= today:
            found.append(Week(monday, round(100 * counts.ratio), counts))
    return found


def draw_exercises(figure: Any, weeks: Sequence[Week], row: Row, words: Words) -> None:
    """Draw one bar a week on a scale of 0 to 100 percent."""
    row.lay(figure, range=[0, 100], tickvals=[0, 50, 100])
    row.name(figure, words(TITLE))
    figure.add_bar(
        x=[(week.monday + TO_THURSDAY).isoformat() for week in weeks],
        y=[week.percent for week in weeks],
        text=[week.told(words) for week in weeks],
        textposition="none",
        width=BAR_WIDTH,
        yaxis=row.axis,
        marker={"color": look.BAR, "line": {"color": look.BAR_EDGE, "width": 1}},
        hovertemplate="%{text}<extra></extra>",
    )
