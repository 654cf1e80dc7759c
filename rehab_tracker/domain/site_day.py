"""One place on one day: what was said of it, and the day's value."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rehab_tracker.domain.alert import Evidence
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.pain import PainScore


class Said(NamedTuple):
    """One pain score with the entry that said it."""

    entry: Entry
    score: PainScore


@dataclass(frozen=True, slots=True)
class SiteDay:
    """What is known of one place on one day: its worst score, or an explicit zero (then nothing ``said`` it).

    ``turn`` counts how often the place had turned between quiet and involved by then. ``x`` is its value, 0 to 10, and
    ``worst`` the score that gives it, or None on a day without pain.
    """

    day: date
    said: tuple[Said, ...] = ()
    turn: int = 0
    x: int = field(init=False, compare=False, default=0)
    worst: Said | None = field(init=False, compare=False, repr=False, default=None)
    _evidence: Evidence | None = field(init=False, compare=False, repr=False, default=None)

    def __post_init__(self) -> None:
        if self.said:
            worst = max(self.said, key=_worst) if len(self.said) > 1 else self.said[0]
            object.__setattr__(self, "worst", worst)
            object.__setattr__(self, "x", worst.score.worst)

    @property
    def evidence(self) -> Evidence | None:
        """Return its worst score as evidence, worked out once: many verdicts rest on one day."""
        if self._evidence is None and self.worst:
            object.__setattr__(self, "_evidence", evidence_of(self.worst))
        return self._evidence

    @property
    def woke(self) -> Said | None:
        """Return the score that says pain woke the patient, or None."""
        for said in self.said:
            if said.score.woke_at_night:
                return said
        return None


def _worst(said: Said) -> int:
    return said.score.worst


@lru_cache(maxsize=4096)
def pain_free(day: date, turn: int) -> SiteDay:
    """Return a day with an explicit zero; one value serves all joints."""
    return SiteDay(day, (), turn)


def evidence_of(said: Said, field: str = "") -> Evidence:
    """Return a score as evidence: its worst field, or the one named."""
    name = field or said.score.worst_field
    value = getattr(said.score, name)
    return Evidence(said.entry.for_date, said.entry.recorded_at, str(said.score.site), name, value)
