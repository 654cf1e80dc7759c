"""A patient's history as the rules ask for it: day by day at one joint, with unknown days left out, never filled in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rehab_tracker.domain.alert import Evidence
from rehab_tracker.domain.entry import Entry, standing
from rehab_tracker.domain.involvement import KnownSites, covers
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlagReport
from rehab_tracker.domain.site import Site


class Said(NamedTuple):
    """One pain score with the entry that said it."""

    entry: Entry
    score: PainScore


class DeclaredPain(NamedTuple):
    """Long-standing pain of a joint at its usual level (0 to 10), in force from the local day of its declaration."""

    joint: Site
    usual_pain: int
    declared_on: date


@dataclass(frozen=True, slots=True)
class SiteDay:
    """What is known of one place on one day: its worst score, or an explicit zero (then nothing ``said`` it)."""

    day: date
    said: tuple[Said, ...] = ()

    @property
    def worst(self) -> Said | None:
        """Return the score that gives the day its value, or None on a day without pain."""
        return max(self.said, key=lambda s: s.score.worst, default=None)

    @property
    def x(self) -> int:
        """Return the day's value, 0 to 10."""
        return max((s.score.worst for s in self.said), default=0)

    @property
    def woke(self) -> Said | None:
        """Return the score that says pain woke the patient, or None."""
        return next((s for s in self.said if s.score.woke_at_night), None)


def evidence_of(said: Said, field: str = "") -> Evidence:
    """Return a score as evidence: its worst field, or the one named."""
    name = field or said.score.worst_field
    value = getattr(said.score, name)
    return Evidence(said.entry.for_date, said.entry.recorded_at, str(said.score.site), name, value)


class History:
    """Everything the rules may ask about one patient.

    ``entries`` may come in any order and hold every version; ``zone`` is the patient's. Days are local days.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        zone: ZoneInfo,
        known: KnownSites | None = None,
        declared: Iterable[DeclaredPain] = (),
    ) -> None:
        self.entries = list(entries)
        self.zone = zone
        self.known = known or KnownSites()
        self._declared = sorted(declared, key=lambda d: d.declared_on)

    @cached_property
    def _pain_by_day(self) -> dict[date, list[tuple[Entry, PainReading]]]:
        """Return the standing pain entries of each day, oldest day first."""
        days: dict[date, list[tuple[Entry, PainReading]]] = {}
        for entry in standing(self.entries):
            if isinstance(entry.content, PainReading):
                days.setdefault(entry.for_date, []).append((entry, entry.content))
        return days

    @cached_property
    def joints(self) -> frozenset[Site]:
        """Return the joints that any standing entry has scored; all others are unknown or zero, never painful."""
        readings = (reading for day in self._pain_by_day.values() for _, reading in day)
        return frozenset(score.site.joint for reading in readings for score in reading.scores)

    @property
    def flagged(self) -> list[tuple[Entry, RedFlagReport]]:
        """Return every version of every red-flag entry ever received, withdrawn and quarantined ones too."""
        return [(e, e.content) for e in self.entries if isinstance(e.content, RedFlagReport)]

    def usual_pain(self, joint: Site, day: date) -> int | None:
        """Return the declared usual pain of a joint in force on a day, or None."""
        levels = [d.usual_pain for d in self._declared if d.joint == joint and d.declared_on <= day]
        return levels[-1] if levels else None

    def painful_days(self) -> list[SiteDay]:
        """Return the days on which any place hurts at all (a score of 1 or more), oldest first."""
        days = [SiteDay(d, tuple(Said(e, s) for e, r in on for s in r.scores)) for d, on in self._pain_by_day.items()]
        return [day for day in days if day.x > 0]

    def quiet_days(self, joint: Site) -> list[SiteDay]:
        """Return what is known of a joint on the days when it was quiet, oldest first."""
        return self._days(joint, quiet=True, keep=lambda score, active: True)

    def known_days(self, joint: Site) -> list[SiteDay]:
        """Return what is known of a joint's involved part on the days when it was actively involved, oldest first."""
        return self._days(joint, quiet=False, keep=lambda score, active: covers(active, score.site, score.area))

    def other_area_days(self, joint: Site) -> list[SiteDay]:
        """Return what is known of the uninvolved parts of an involved joint, oldest first."""
        return self._days(joint, quiet=False, keep=lambda score, active: not covers(active, score.site, score.area))

    def _days(self, joint: Site, quiet: bool, keep: Callable[[PainScore, frozenset[Site]], bool]) -> list[SiteDay]:
        found = []
        for day, readings in self._pain_by_day.items():
            active = self.known.active(joint, day)
            if quiet != (not active):
                continue
            scores = (Said(e, s) for e, reading in readings for s in reading.scores if s.site.joint == joint)
            kept = tuple(said for said in scores if keep(said.score, active))
            if kept or any(reading.no_other_pain for _, reading in readings):
                found.append(SiteDay(day, kept))
        return found
