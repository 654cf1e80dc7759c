"""A small made-up cohort, for the demo: quiet courses, gaps, a few stories, and no truth about anybody.

Every chance has a stream of its own, seeded by cohort, patient and day, so that the same arguments give the same lines,
and a later last day only adds lines. Where a number has a source it is named; all others are assumptions.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from math import sqrt
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

ZONE = "Europe/Lisbon"

SHOWN_AFTER = 100
"""Days after the first day on which the stories are best looked at. Assumption, as all days below."""
LATEST_ENROLMENT = 40
NEW_SITE_FROM, FLAG_ON, SILENT_FROM = 82, 97, 95
"""The first day with pain in a new place (reported: 45 to 130 days on, clinical notes 6.5), and two other stories."""

FAST = ((0, 6.0), (90, 0.5), (120, 0.0))
"""Days and pain at the known site: near zero at three months, as in the case report; the start is an assumption."""
SLOW = ((0, 7.5), (90, 5.9), (240, 0.6))
"""The slow course: 7.5, then 5.9 at three and 0.6 at eight months (clinical notes 6.5)."""
SLOW_SHARE = 0.4
"""Assumption: both courses are reported, their shares are not."""

CARRIED_OVER = 0.3
"""How much of a day's deviation the next day keeps. Assumption."""
LEAST_SD, MOST_SD = 0.7, 1.2
"""A person's day-to-day deviation. Assumption: it differs between persons, but no figure was found."""
GREATEST_DEVIATION = 1.4
"""Assumption: no flares, so that two days of a quiet course are never 4 points apart."""

MISSED_FIRST, MISSED_LATER = 0.10, 0.20
"""Share of days not logged, at the start and after SHOWN_AFTER days, of motivated people (clinical notes 6.5)."""
GAP_EVERY, GAP_SHARE, GAP_DAYS = 21, 0.7, (4, 8)
"""Every so many days a gap begins, or not; from so many to so many days long. Assumption."""
SENT_NEXT_MORNING = 0.05
"""Share of entries that a phone could only send the next morning. Assumption."""
SAYS_NOTHING_OF_THE_REST = 0.05
"""Share of entries without "no other pain". Assumption."""

ACHE_EVERY, ACHE_SHARE, ACHE_DAYS, WORST_ACHE = 14, 0.25, 2, 3
"""Passing aches elsewhere. Assumption; rarer and shorter than in clinical notes 6.5, so that none persists."""
ACHES = (("left-shoulder", "all-over"), ("lumbar-spine", "all-over"), ("neck", "not-sure"), ("right-wrist", "not-sure"))

RAMP, PLATEAU, NEW_SITE_SD = 0.4, 5.5, 0.5
"""How a new place begins to hurt: points a day (0.1 to 0.5) up to 4 to 8 (clinical notes 6.5); deviation assumed."""

RESTRICTED_DAYS = 21
"""Three weeks on crutches, as in the case report; then weekly answers. The rest of these is assumption."""
OVER_LIMIT, NOT_DONE, WOKEN = 0.08, 0.12, 0.15

PLACES = (
    ("right-hip.femoral-head", "groin"),
    ("left-knee.medial-femoral-condyle", "inner"),
    ("right-knee.lateral-femoral-condyle", "outer"),
    ("left-hip.femoral-head", "groin"),
    ("right-ankle.talus", "front"),
    ("left-foot.midfoot", "middle"),
    ("right-knee.medial-femoral-condyle", "inner"),
    ("left-ankle.talus", "not-sure"),
)
NEW_PLACES = {0: ("left-hip", "groin"), 1: ("left-ankle", "inner")}
"""Where the first two patients of the cohort begin to hurt: the other side, and further down the same leg."""
EXERCISES = ("straight-leg-raise", "heel-slide", "ankle-pump")

Line = dict[str, Any]


class Story(StrEnum):
    """What happens besides the course of the known site."""

    QUIET = "quiet"
    NEW_SITE = "new-site"
    RED_FLAG = "red-flag"
    SILENT = "silent"
    GAPS = "gaps"


STORIES = (Story.NEW_SITE, Story.NEW_SITE, Story.RED_FLAG, Story.SILENT, *(Story.GAPS,) * 6)
"""The stories of the first patients; all others are quiet."""


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up patient; ``enrolled`` counts days from the cohort's first."""

    seed: str
    number: int
    enrolled: int
    slow: bool
    sd: float
    hour: int

    @property
    def name(self) -> str:
        """Return the name in the event file."""
        return f"sim-{self.number + 1:03d}"

    @property
    def story(self) -> Story:
        """Return what happens to this patient."""
        return STORIES[self.number] if self.number < len(STORIES) else Story.QUIET

    @property
    def place(self) -> tuple[str, str]:
        """Return the known site, and the area that the patient says."""
        return PLACES[self.number % len(PLACES)]

    @property
    def limb(self) -> str:
        """Return the leg of the known site."""
        return f"{self.place[0].split('-')[0]}-leg"

    def chance(self, of: object) -> Random:
        """Return this patient's stream of chance for one thing, the same whenever it is asked for."""
        return Random(f"{self.seed} {self.number} {of}")


def cohort(patients: int, seed: int, first_day: date, last_day: date) -> Iterator[str]:
    """Yield the event lines of a cohort, patient by patient, from the first day to the last, both included."""
    for number in range(patients):
        person = _person(str(seed), number)
        if first_day + timedelta(days=person.enrolled) <= last_day:
            yield from _lines(person, first_day, (last_day - first_day).days)


def _person(seed: str, number: int) -> Person:
    chance = Random(f"{seed} {number} traits")
    enrolled = chance.randint(0, LATEST_ENROLMENT)
    slow, sd, hour = chance.random() < SLOW_SHARE, chance.uniform(LEAST_SD, MOST_SD), chance.randint(18, 21)
    return Person(seed, number, 0 if number in NEW_PLACES else enrolled, slow, sd, hour)


def _lines(person: Person, first_day: date, last: int) -> Iterator[str]:
    """Yield one patient's lines, each with its name; ``last`` counts days from the cohort's first."""
    enrolled_on = first_day + timedelta(days=person.enrolled)
    visit = datetime.combine(enrolled_on, time(10), ZoneInfo(ZONE)).isoformat()
    onset = enrolled_on - timedelta(days=person.chance("onset").randint(14, 40))
    known = {"site": person.place[0], "status": "confirmed", "onset": onset.isoformat(), "recorded_at": visit}
    lines: list[Line] = [
        {"event": "patient", "time_zone": ZONE, "enrolled_on": enrolled_on.isoformat()},
        {"event": "involvement", **known},
    ]
    deviation = 0.0
    for day in range(person.enrolled, last + 1):
        kept = sqrt(1 - CARRIED_OVER**2) * person.sd
        deviation = CARRIED_OVER * deviation + kept * person.chance(f"deviation {day}").gauss(0, 1)
        if _logs(person, day):
            lines += _evening(person, first_day + timedelta(days=day), day, deviation)
    for line in lines:
        yield json.dumps({"event": line.pop("event"), "patient": person.name, **line})


def _logs(person: Person, day: int) -> bool:
    """Return whether the patient logs on this day."""
    if person.story is Story.SILENT and day >= SILENT_FROM:
        return False
    if person.story is Story.RED_FLAG and day == FLAG_ON:
        return True
    if person.story is Story.GAPS and _in_gap(person, day):
        return False
    since = min(1.0, (day - person.enrolled) / SHOWN_AFTER)
    return person.chance(f"logs {day}").random() >= MISSED_FIRST + (MISSED_LATER - MISSED_FIRST) * since


def _in_gap(person: Person, day: int) -> bool:
    block, at = divmod(day, GAP_EVERY)
    chance = person.chance(f"gap {block}")
    happens, begins, lasts = chance.random() < GAP_SHARE, chance.randint(0, 10), chance.randint(*GAP_DAYS)
    return happens and begins <= at < begins + lasts


def _evening(person: Person, today: date, day: int, deviation: float) -> Iterator[Line]:
    """Yield what the patient sends about a day."""
    chance = person.chance(f"evening {day}")
    at = datetime.combine(today, time(person.hour, chance.randint(0, 59)), ZoneInfo(ZONE))
    stamp: Line = {"recorded_at": at.isoformat(), "for_date": today.isoformat()}
    if chance.random() < SENT_NEXT_MORNING:
        stamp["received_at"] = (at + timedelta(hours=11)).isoformat()
    whole = chance.random() >= SAYS_NOTHING_OF_THE_REST
    yield {"event": "pain", **stamp, "no_other_pain": whole, "scores": list(_scores(person, day, deviation))}
    if person.story is Story.RED_FLAG and day == FLAG_ON:
        yield {"event": "red-flags", **stamp, "flags": ["calf-swelling"]}
    yield from _rehabilitation(person, stamp, day - person.enrolled, chance)


def _rehabilitation(person: Person, stamp: Line, since: int, chance: Random) -> Iterator[Line]:
    """Yield the answer about weight, daily and later weekly, and an exercise on every other day after the crutches."""
    restricted = since < RESTRICTED_DAYS
    if restricted or since % 7 == 0:
        over = "few-steps" if chance.random() < OVER_LIMIT else "no"
        aids = "two-crutches" if restricted else "one-crutch" if since < 2 * RESTRICTED_DAYS else "none"
        yield {"event": "weight-bearing", **stamp, "limb": person.limb, "aids": aids, "over_limit": over}
    if not restricted and since % 2 == 0:
        done: Line = {"done_sets": 3, "done_reps": chance.choice((8, 10, 10, 12))}
        said = {"not_done": "no-time"} if chance.random() < NOT_DONE else done
        yield {"event": "exercise", **stamp, "exercise": EXERCISES[since // 2 % len(EXERCISES)], **said}


def _scores(person: Person, day: int, deviation: float) -> Iterator[Line]:
    place, area = person.place
    level = _along(SLOW if person.slow else FAST, day - person.enrolled)
    kept = max(-GREATEST_DEVIATION, min(deviation, GREATEST_DEVIATION))
    worst = _score(level + kept * min(1.0, level))
    woke = worst >= 5 and person.chance(f"night {day}").random() < WOKEN
    yield {**_said(place.split(".")[0], area, worst), **({"woke_at_night": True} if woke else {})}
    if person.number in NEW_PLACES and day >= NEW_SITE_FROM:
        rise = min(RAMP * (day - NEW_SITE_FROM + 1), PLATEAU)
        new = _score(rise + person.chance(f"new {day}").gauss(0, NEW_SITE_SD))
        yield _said(*NEW_PLACES[person.number], new)
    yield from _ache(person, day)


def _ache(person: Person, day: int) -> Iterator[Line]:
    """Yield a passing ache elsewhere; they lie so far apart that no rule takes two for one that persists."""
    block, at = divmod(day, ACHE_EVERY)
    chance = person.chance(f"ache {block}")
    happens, begins, lasts = chance.random() < ACHE_SHARE, chance.randint(0, 4), chance.randint(1, ACHE_DAYS)
    where = chance.choice(ACHES)
    if happens and begins <= at < begins + lasts:
        yield _said(*where, chance.randint(1, WORST_ACHE))


def _said(place: str, area: str, worst: int) -> Line:
    return {"site": place, "area": area, "on_loading": worst, "at_rest": worst // 3}


def _score(value: float) -> int:
    return max(0, min(10, round(value)))


@cache
def _along(course: tuple[tuple[int, float], ...], day: int) -> float:
    """Return the level of a course on a day: straight between its points, level after the last."""
    for (start, high), (end, low) in zip(course, course[1:], strict=False):
        if day <= end:
            return high + (low - high) * (day - start) / (end - start)
    return course[-1][1]
