"""A patient's history as the rules ask for it: day by day at one joint, with unknown days left out, never filled in."""

from collections.abc import Iterable
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
    """What is known of one place on one day: its worst score, or an explicit zero (then nothing ``said`` it).

    ``turn`` counts how often the place had turned between quiet and involved by then.
    """

    day: date
    said: tuple[Said, ...] = ()
    turn: int = 0

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


class _Ways(NamedTuple):
    """The known days of one joint, oldest first: while quiet, while involved, and of the uninvolved parts meanwhile."""

    quiet: list[SiteDay]
    known: list[SiteDay]
    other: list[SiteDay]


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
        self._told_apart: dict[Site, _Ways] = {}

    @cached_property
    def _logged(self) -> dict[date, bool]:
        """Return the days with standing pain entries, oldest first, and whether an explicit zero was said on each."""
        days: dict[date, bool] = {}
        for entry, reading in self._readings:
            days[entry.for_date] = days.get(entry.for_date, False) or reading.no_other_pain
        return days

    @cached_property
    def _readings(self) -> list[tuple[Entry, PainReading]]:
        """Return the standing pain entries, oldest day first."""
        return [(e, e.content) for e in standing(self.entries) if isinstance(e.content, PainReading)]

    @cached_property
    def _said(self) -> dict[Site, dict[date, tuple[Said, ...]]]:
        """Return what was said of each joint on each day."""
        found: dict[Site, dict[date, tuple[Said, ...]]] = {}
        for entry, reading in self._readings:
            for score in reading.scores:
                days = found.setdefault(score.site.joint, {})
                days[entry.for_date] = (*days.get(entry.for_date, ()), Said(entry, score))
        return found

    @property
    def joints(self) -> frozenset[Site]:
        """Return the joints that any standing entry has scored; all others are unknown or zero, never painful."""
        return frozenset(self._said)

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
        days: dict[date, tuple[Said, ...]] = {}
        for entry, reading in self._readings:
            hurting = (Said(entry, score) for score in reading.scores if score.worst > 0)
            days[entry.for_date] = (*days.get(entry.for_date, ()), *hurting)
        return [SiteDay(day, said) for day, said in days.items() if said]

    def quiet_days(self, joint: Site) -> list[SiteDay]:
        """Return what is known of a joint on the days when it was quiet, oldest first."""
        return self._ways(joint).quiet

    def known_days(self, joint: Site) -> list[SiteDay]:
        """Return what is known of a joint's involved part on the days when it was actively involved, oldest first."""
        return self._ways(joint).known

    def other_area_days(self, joint: Site) -> list[SiteDay]:
        """Return what is known of the uninvolved parts of an involved joint, oldest first."""
        return self._ways(joint).other

    def _ways(self, joint: Site) -> _Ways:
        """Return the days of a joint, told apart once and then kept."""
        if joint not in self._told_apart:
            self._told_apart[joint] = self._tell_apart(joint)
        return self._told_apart[joint]

    def _tell_apart(self, joint: Site) -> _Ways:
        ways, said = _Ways([], [], []), self._said.get(joint, {})
        for day, zero in self._logged.items():
            active, turn = self.known.active(joint, day), self.known.turns(joint, day)
            inside: list[Said] = []
            outside: list[Said] = []
            for each in said.get(day, ()):
                (inside if covers(active, each.score.site, each.score.area) else outside).append(each)
            if active and (inside or zero):
                ways.known.append(SiteDay(day, tuple(inside), turn))
            if outside or zero:
                (ways.other if active else ways.quiet).append(SiteDay(day, tuple(outside), turn))
        return ways
