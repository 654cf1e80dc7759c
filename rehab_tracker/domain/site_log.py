"""The log of one site: what its plan may know of each day, where unknown days are left out and never filled in.

Unlike a joint's history it asks for one site only: of two involvements in one joint each gets what its own compartment
can mean, and it does not depend on what staff had recorded by then.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from rehab_tracker.domain.alert import Evidence
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.history import Said, evidence_of
from rehab_tracker.domain.involvement import covers
from rehab_tracker.domain.pain import Feel, PainReading
from rehab_tracker.domain.site import Site

BASELINE_MORNINGS = 7
"""Logged next-morning scores whose median is the usual morning pain before a phase (house rule)."""


@dataclass(frozen=True, slots=True)
class LoggedDay:
    """One day on which the site is known: its scores, 0 to 10, with what said them.

    ``x`` is the larger of loading and rest, ``rest`` and ``morning`` (the one after) are None where nobody said them.
    ``zeros`` are the entries that said "no other pain" on the day; a zero counts only if nothing was ``said``.
    """

    day: date
    x: int
    rest: int | None = None
    morning: int | None = None
    said: tuple[Said, ...] = ()
    zeros: tuple[Entry, ...] = ()

    @property
    def is_muscle(self) -> bool:
        """Return whether it hurts, and every score that hurts is felt in the muscle."""
        hurting = [s.score for s in self.said if s.score.worst]
        return bool(hurting) and all(score.feel is Feel.MUSCLE for score in hurting)

    def evidence(self, field: str = "") -> tuple[Evidence, ...]:
        """Return the score that gives the day its value, or its field of that name; the explicit zero if none did."""
        if field:
            told = [s for s in self.said if getattr(s.score, field) is not None]
            return (evidence_of(max(told, key=lambda s: getattr(s.score, field)), field),) if told else self._zero
        return (evidence_of(max(self.said, key=lambda s: s.score.worst)),) if self.said else self._zero

    def burden(self, hurts_from: int) -> tuple[Evidence, ...]:
        """Return what was too much: the score of the day where it hurts from this score on, else the morning after."""
        return self.evidence("" if self.x >= hurts_from else "next_morning")

    @property
    def _zero(self) -> tuple[Evidence, ...]:
        return tuple(Evidence(self.day, e.recorded_at, None, "no_other_pain", True) for e in self.zeros[:1])

    def only(self, counts: Callable[[Entry], bool]) -> "LoggedDay | None":
        """Return what the entries that count said of this day, or None if they said nothing."""
        said = tuple(s for s in self.said if counts(s.entry))
        zeros = tuple(e for e in self.zeros if counts(e))
        return _logged_day(self.day, said, zeros) if said or zeros else None


Reading = tuple[Entry, PainReading]


def readings_of(entries: Iterable[Entry]) -> list[Reading]:
    """Return the pain entries among these, each with its content."""
    return [(entry, entry.content) for entry in entries if isinstance(entry.content, PainReading)]


def site_log(readings: Iterable[Reading], place: Site) -> list[LoggedDay]:
    """Return the known days of one site, oldest first; ``readings`` are the standing pain entries."""
    by_day: dict[date, list[Entry]] = {}
    for entry, _ in readings:
        by_day.setdefault(entry.for_date, []).append(entry)
    return SiteLog(by_day, place).upto(date.max)


class SiteLog:
    """The known days of one site; ``entries`` are the standing pain entries of each day, and may change.

    A day is worked out when it is first asked for, and again after ``forget``.
    """

    def __init__(self, entries: Mapping[date, Iterable[Entry]], place: Site) -> None:
        self._entries = entries
        self._place = place
        self._found: dict[date, LoggedDay | None] = {}

    def get(self, day: date) -> LoggedDay | None:
        """Return what is known of a day, None where nothing is."""
        if day not in self._found:
            self._found[day] = self._of(day)
        return self._found[day]

    def upto(self, last: date) -> list[LoggedDay]:
        """Return the known days up to this one, oldest first."""
        return [found for day in sorted(self._entries) if day <= last and (found := self.get(day))]

    def forget(self, day: date) -> None:
        """Look at a day anew: something else was said of it."""
        self._found.pop(day, None)

    def _of(self, day: date) -> LoggedDay | None:
        said: list[Said] = []
        zeros: list[Entry] = []
        place = self._place
        for entry in self._entries.get(day, ()):
            reading = entry.content
            if not isinstance(reading, PainReading):
                continue
            for score in reading.scores:
                there = score.site
                if there.region is place.region and there.side is place.side and covers((place,), there, score.area):
                    said.append(Said(entry, score))
            if reading.no_other_pain:
                zeros.append(entry)
        return _logged_day(day, tuple(said), tuple(zeros)) if said or zeros else None


def _in_order(entry: Entry, said: object = None) -> tuple[Any, ...]:
    """Return what puts the entries of a day in order; two versions in conflict differ in what they say only."""
    return (entry.recorded_at, entry.id, entry.received_at, repr(entry.content), repr(said))


def _logged_day(day: date, said: tuple[Said, ...], zeros: tuple[Entry, ...]) -> LoggedDay:
    if len(said) > 1:
        said = tuple(sorted(said, key=lambda s: _in_order(*s)))
    if len(zeros) > 1:
        zeros = tuple(sorted(zeros, key=_in_order))
    if not said:
        return LoggedDay(day, 0, 0, None, (), zeros)
    if len(said) == 1:
        [(_, score)] = said
        return LoggedDay(day, score.worst, score.at_rest, score.next_morning, said, zeros)
    rest = [s.score.at_rest for s in said if s.score.at_rest is not None]
    morning = [s.score.next_morning for s in said if s.score.next_morning is not None]
    x = max(s.score.worst for s in said)
    return LoggedDay(day, x, max(rest, default=None), max(morning, default=None), said, zeros)


def usual_morning(mornings: Sequence[int]) -> int | None:
    """Return the median of the last 7 of these next-morning scores, None where there is none.

    A median between two numbers is rounded down: a lower baseline notices a rise sooner.
    """
    last = mornings[-BASELINE_MORNINGS:]
    return int(median(last)) if last else None
