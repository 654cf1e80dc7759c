"""The course of one joint: what is known of it day after day, and what that says in a few plain numbers.

Days nobody logged are not in it; nothing is filled in, smoothed or carried forward.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median_low

from rehab_tracker.domain.entry import Entry, standing
from rehab_tracker.domain.history import Said, SiteDay
from rehab_tracker.domain.involvement import Involvement
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.site import Site

MEANINGFUL_CHANGE = 2
"""Points on the 0 to 10 scale: the smallest change that patients call meaningful (Farrar 2001, Pain 94:149)."""

STEADY_BAND = 1
"""Points within which scores count as the same."""
STEADY_FROM = 14
"""Calendar days from which scores within the band are called steady (house rule)."""
WEEK_AGO = range(5, 10)
"""Calendar days before the latest one whose median stands for "a week ago"."""


class Trend(StrEnum):
    """Where a joint's pain goes, compared with a week ago; a change below 2 points is none."""

    RISING = "rising"
    FALLING = "falling"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Steady:
    """The stretch up to the latest day in which all scores were within 1 point."""

    low: int
    high: int
    days: int


@dataclass(frozen=True, slots=True)
class Course:
    """One joint's known days, oldest first; ``parts`` are its actively involved sites, ``onset`` where recorded."""

    joint: Site
    days: tuple[SiteDay, ...] = ()
    parts: tuple[Site, ...] = ()
    onset: date | None = None

    @property
    def latest(self) -> SiteDay | None:
        """Return the latest known day."""
        return self.days[-1] if self.days else None

    @property
    def began(self) -> date:
        """Return the recorded onset, else the first day with pain."""
        return self.onset or next((day.day for day in self.days if day.x), date.max)

    @property
    def a_week_ago(self) -> int | None:
        """Return the median score of about a week before the latest day, None where fewer than two days are known."""
        if self.latest is None:
            return None
        last = self.latest.day
        then = [day.x for day in self.days if (last - day.day).days in WEEK_AGO]
        return median_low(then) if len(then) > 1 else None

    @property
    def trend(self) -> Trend | None:
        """Return how the latest day compares with a week ago, None where that is not known."""
        before = self.a_week_ago
        if self.latest is None or before is None:
            return None
        if abs(self.latest.x - before) < MEANINGFUL_CHANGE:
            return Trend.SAME
        return Trend.RISING if self.latest.x > before else Trend.FALLING

    @property
    def steady(self) -> Steady | None:
        """Return the stretch of like scores up to the latest day.

        None where it is shorter than 14 days, or fewer than half of its days are known.
        """
        scores: list[int] = []
        for day in reversed(self.days):
            if max([*scores, day.x]) - min([*scores, day.x]) > STEADY_BAND:
                break
            scores.append(day.x)
        if not scores:
            return None
        span = (self.days[-1].day - self.days[-len(scores)].day).days + 1
        known_enough = span >= STEADY_FROM and 2 * len(scores) >= span
        return Steady(min(scores), max(scores), span) if known_enough else None

    def since(self, start: date) -> "Course":
        """Return the course from a day on."""
        return Course(self.joint, tuple(day for day in self.days if day.day >= start), self.parts, self.onset)


def courses(entries: Iterable[Entry], involvements: Iterable[Involvement] = ()) -> list[Course]:
    """Return the course of every joint that is involved or has ever hurt, in the order in which they began."""
    recorded = sorted(involvements, key=lambda i: i.recorded_on)
    readings = [(entry, entry.content) for entry in standing(entries) if isinstance(entry.content, PainReading)]
    hurt = {score.site.joint for _, reading in readings for score in reading.scores if score.worst}
    joints = hurt | {i.site.joint for i in recorded if _is_active(i.site, recorded)}
    found = [Course(joint, _days(joint, readings), *_involved(joint, recorded)) for joint in joints]
    return sorted(found, key=lambda course: (course.began, str(course.joint)))


def _involved(joint: Site, recorded: list[Involvement]) -> tuple[tuple[Site, ...], date | None]:
    """Return a joint's actively involved sites and the first onset recorded for any of them."""
    parts = {i.site for i in recorded if i.site.joint == joint and _is_active(i.site, recorded)}
    read_as = {i.site: i.merged_into for i in recorded if i.merged_into}
    onsets = [i.onset.day for i in recorded if i.onset and (i.site in parts or read_as.get(i.site) in parts)]
    return tuple(sorted(parts, key=str)), min(onsets, default=None)


def _is_active(place: Site, recorded: list[Involvement]) -> bool:
    return [i for i in recorded if i.site == place][-1].status.is_active


def _days(joint: Site, readings: list[tuple[Entry, PainReading]]) -> tuple[SiteDay, ...]:
    """Return what is known of a joint on each day: the scores of it, or an explicit zero of a day that has none."""
    said: dict[date, list[Said]] = {}
    for entry, reading in readings:
        own = [Said(entry, score) for score in reading.scores if score.site.joint == joint]
        if own or reading.no_other_pain:
            said.setdefault(entry.for_date, []).extend(own)
    return tuple(SiteDay(day, tuple(scores)) for day, scores in sorted(said.items()))
