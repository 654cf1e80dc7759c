"""A small made-up cohort, for the demo: quiet courses, gaps, a few stories, and no truth about anybody.

Every chance has a stream of its own, seeded by cohort, patient and day, so that the same arguments give the same lines,
and a later last day only adds lines. Where a number has a source it is named; all others are assumptions.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from math import sqrt
from random import Random
from zoneinfo import ZoneInfo

from rehab_tracker.evaluation.made_up_patient import (
    COURSES,
    NEW_PLACES,
    SECOND_AREA,
    SECOND_PLACE,
    Person,
    Story,
    person_of,
)
from rehab_tracker.evaluation.made_up_protocol import Line, decisions, exercises, is_restricted, phase, rest

ZONE = "Europe/Lisbon"

SHOWN_AFTER = 100
"""Days after the first day on which the stories are best looked at. Assumption, as all days below."""
NEW_SITE_FROM, FLAG_ON, SILENT_FROM, CALLS_ON, RESTS_ON = 82, 97, 95, 97, 98
"""The first day with pain in a new place (reported: 45 to 130 days on, clinical notes 6.5), and the other stories."""
SECOND_FROM, SECOND_CONFIRMED, SETBACK_ON = 90, 92, 97
"""The second leg's first day of pain, its confirmation, and a bad day of the first leg. Assumption."""
SECOND_PAIN, SETBACK = 4, 5
"""How much the second leg hurts at first, and the first leg on its bad day. Assumption."""

DAYS_OF_STORIES = ((Story.RED_FLAG, FLAG_ON), (Story.SECOND_LEG, SETBACK_ON), (Story.ILL, CALLS_ON))
"""What happens on one day, in whose evening it is told."""

CARRIED_OVER = 0.3
"""How much of a day's deviation the next day keeps. Assumption."""
GREATEST_DEVIATION = 1.4
"""Assumption: no flares, so that two days of a quiet course are never 4 points apart."""

MISSED_FIRST, MISSED_LATER = 0.10, 0.20
"""Share of days not logged, at the start and after SHOWN_AFTER days, of motivated people (clinical notes 6.5)."""
GAP_EVERY, GAP_SHARE, GAP_DAYS = 21, 0.7, (4, 8)
"""Every so many days a gap begins, or not; from so many to so many days long. Assumption."""
SENT_NEXT_MORNING = 0.05
"""Share of entries that a phone could only send the next morning. Assumption."""
AT_BREAKFAST, BREAKFAST = 0.6, 7
"""Share of days that are logged at this hour of the next morning, with that morning's pain. Assumption."""
SAYS_NOTHING_OF_THE_REST = 0.05
"""Share of entries without "no other pain". Assumption."""

ACHE_EVERY, ACHE_SHARE, ACHE_DAYS, WORST_ACHE = 14, 0.25, 2, 3
"""Passing aches elsewhere. Assumption; rarer and shorter than in clinical notes 6.5, so that none persists."""
ACHES = (("left-shoulder", "all-over"), ("lumbar-spine", "all-over"), ("neck", "not-sure"), ("right-wrist", "not-sure"))

RAMP, PLATEAU, NEW_SITE_SD = 0.4, 5.5, 0.5
"""How a new place begins to hurt: points a day (0.1 to 0.5) up to 4 to 8 (clinical notes 6.5); deviation assumed."""

DAILY_DAYS = 21
"""Days on which the weight is asked daily; then weekly. The rest of these is assumption too."""
OVER_LIMIT, NOT_DONE, WOKEN = 0.08, 0.12, 0.15


def cohort(patients: int, seed: int, first_day: date, last_day: date) -> Iterator[str]:
    """Yield the event lines of a cohort, patient by patient, from the first day to the last, both included."""
    for number in range(patients):
        person = person_of(str(seed), number)
        if first_day + timedelta(days=person.enrolled) <= last_day:
            yield from _lines(person, first_day, (last_day - first_day).days)


def _lines(person: Person, first_day: date, last: int) -> Iterator[str]:
    """Yield one patient's lines, each with its name; ``last`` counts days from the cohort's first."""
    enrolled_on = first_day + timedelta(days=person.enrolled)
    lines: list[Line] = [{"event": "patient", "time_zone": ZONE, "enrolled_on": enrolled_on.isoformat()}]
    deviation = 0.0
    for day in range(person.enrolled, last + 1):
        today = first_day + timedelta(days=day)
        visit = datetime.combine(today, time(10), ZoneInfo(ZONE)).isoformat()
        lines += ({**decided, "recorded_at": visit} for decided in _visit(person, today, day))
        kept = sqrt(1 - CARRIED_OVER**2) * person.sd
        deviation = CARRIED_OVER * deviation + kept * person.chance(f"deviation {day}").gauss(0, 1)
        if _logs(person, day):
            lines += _log(person, today, day, deviation)
    for line in lines:
        yield json.dumps({"event": line.pop("event"), "patient": person.name, **line})


def _visit(person: Person, today: date, day: int) -> Iterator[Line]:
    """Yield what clinicians record on a day."""
    since = day - person.enrolled
    if since == 0:
        onset = today - timedelta(days=person.chance("onset").randint(14, 40))
        yield _confirmed(person.place[0], onset)
    if person.story is Story.SECOND_LEG and day == SECOND_CONFIRMED:
        yield _confirmed(SECOND_PLACE, today - timedelta(days=SECOND_CONFIRMED - SECOND_FROM))
    if person.story is Story.ILL and day == RESTS_ON:
        yield rest(today)
    yield from decisions(person.number, person.place[0], person.pace, since)


def _confirmed(place: str, onset: date) -> Line:
    return {"event": "involvement", "site": place, "status": "confirmed", "onset": onset.isoformat()}


def _logs(person: Person, day: int) -> bool:
    """Return whether the patient logs on this day."""
    if person.story is Story.SILENT and day >= SILENT_FROM:
        return False
    if (person.story, day) in DAYS_OF_STORIES:
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


def _log(person: Person, today: date, day: int, deviation: float) -> Iterator[Line]:
    """Yield what the patient sends about a day."""
    chance = person.chance(f"evening {day}")
    stamp: Line = {**_stamp(person, today, day, chance), "for_date": today.isoformat()}
    whole = chance.random() >= SAYS_NOTHING_OF_THE_REST
    yield {"event": "pain", **stamp, "no_other_pain": whole, "scores": list(_scores(person, day, deviation))}
    if person.story is Story.RED_FLAG and day == FLAG_ON:
        yield {"event": "red-flags", **stamp, "flags": ["calf-swelling"]}
    if person.story is Story.ILL and day == CALLS_ON:
        yield {"event": "call-request", **stamp, "about": "exercises", "best_time": "morning"}
    yield from _rehabilitation(person, stamp, day - person.enrolled, chance)


def _stamp(person: Person, today: date, day: int, chance: Random) -> Line:
    """Return when a day is told and received: in its evening, or at breakfast after it."""
    minute, is_late = chance.randint(0, 59), chance.random() < SENT_NEXT_MORNING
    if _at_breakfast(person, day):
        at = datetime.combine(today + timedelta(days=1), time(BREAKFAST, minute), ZoneInfo(ZONE))
        return {"recorded_at": at.isoformat()}
    at = datetime.combine(today, time(person.hour, minute), ZoneInfo(ZONE))
    late = {"received_at": (at + timedelta(hours=11)).isoformat()} if is_late else {}
    return {"recorded_at": at.isoformat(), **late}


def _at_breakfast(person: Person, day: int) -> bool:
    """Return whether a day is logged on the next morning, with that morning's pain."""
    return (person.story, day) not in DAYS_OF_STORIES and person.chance(f"breakfast {day}").random() < AT_BREAKFAST


def _rehabilitation(person: Person, stamp: Line, since: int, chance: Random) -> Iterator[Line]:
    """Yield the answer about weight, daily and later weekly, and the exercises of the phase."""
    now = phase(person.place[0], person.pace, since)
    if since < DAILY_DAYS or since % 7 == 0:
        over = "few-steps" if chance.random() < OVER_LIMIT else "no"
        aids = "two-crutches" if is_restricted(now) else "none"
        yield {"event": "weight-bearing", **stamp, "limb": person.limb, "aids": aids, "over_limit": over}
    for exercise in exercises(now[0], date.fromisoformat(stamp["for_date"])):
        done: Line = {"done_sets": 3, "done_reps": chance.choice((8, 10, 10, 12))}
        said = {"not_done": "no-time"} if chance.random() < NOT_DONE else done
        yield {"event": "exercise", **stamp, "exercise": exercise, **said}


def _scores(person: Person, day: int, deviation: float) -> Iterator[Line]:
    place, area = person.place
    level = _along(COURSES[person.pace], day - person.enrolled)
    kept = max(-GREATEST_DEVIATION, min(deviation, GREATEST_DEVIATION))
    is_setback = person.story is Story.SECOND_LEG and day == SETBACK_ON
    worst = SETBACK if is_setback else _score(level + kept * min(1.0, level))
    woke = worst >= 5 and person.chance(f"night {day}").random() < WOKEN
    morning = {"next_morning": worst // 3} if _at_breakfast(person, day) else {}
    yield {**_said(place.split(".")[0], area, worst), **({"woke_at_night": True} if woke else {}), **morning}
    if person.number in NEW_PLACES and day >= NEW_SITE_FROM:
        rise = min(RAMP * (day - NEW_SITE_FROM + 1), PLATEAU)
        new = _score(rise + person.chance(f"new {day}").gauss(0, NEW_SITE_SD))
        yield _said(*NEW_PLACES[person.number], new)
    if person.story is Story.SECOND_LEG and day >= SECOND_FROM:
        yield _said(SECOND_PLACE.split(".")[0], SECOND_AREA, max(1, SECOND_PAIN - (day - SECOND_FROM) // 5))
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
