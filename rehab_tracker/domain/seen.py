"""What a criterion may look at: the logged days of one site, and what else is known of its plan on a day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rehab_tracker.domain.site_log import LoggedDay


class Pain(StrEnum):
    """Which pain of a day a criterion asks for: the larger of loading and rest, or rest alone."""

    WORST = "worst"
    AT_REST = "at_rest"

    def of(self, logged: LoggedDay) -> int | None:
        """Return this score of a day, None where it is not known."""
        return logged.x if self is Pain.WORST else logged.rest

    @property
    def field(self) -> str:
        """Return the field of a score that is its evidence; none means the one that gives the day its value."""
        return "" if self is Pain.WORST else str(self)


def nothing_due(_weeks: int) -> float | None:
    """Return that nothing was due."""
    return None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a criterion may look at.

    ``days`` are the logged days of the site up to ``today``, oldest first; ``phase_since`` and ``step_since`` the days
    on which the present phase and the present step began; ``checks`` the day on which a clinician last checked an item
    in this phase; ``adherence`` gives done / due of the last weeks (0 to 1) or None; ``scores`` the questionnaires.
    """

    today: date
    days: Sequence[LoggedDay]
    phase_since: date
    step_since: date
    baseline: int | None = None
    checks: Mapping[str, date] = field(default_factory=dict)
    adherence: Callable[[int], float | None] = nothing_due
    scores: Mapping[str, Sequence[tuple[date, int]]] = field(default_factory=dict)
