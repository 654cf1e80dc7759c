"""The published case as an event file: the course of one patient, with daily scores that are made up.

From Costa F, Guimarães M, Serra D, Couto Amorim H, "Transient migratory osteoporosis: report of a case with sequential
multifocal involvement" (2025): the places and their order, three weeks of partial weight-bearing after imaging, near
recovery of the right knee at three months, then a new left knee and a new left forefoot, getting worse, and recovery
six months after diagnosis.

**Made up here**, because the report does not say it: every daily score, every date, which days were logged, the
crutches, the exercises and the day of shoulder soreness. The patient's name in the file says so.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

PATIENT = "case-report-with-made-up-scores"
ZONE = "Europe/Lisbon"
DAY_ZERO = date(2026, 1, 5)
"""The day of the first presentation in the committed file; the report gives no calendar date."""

ONSET = -21
"""Days before presentation on which the right knee began to hurt ("three-week history")."""
CONFIRMED = 7
"""Estimated day of the first MRI and of the start of partial weight-bearing; only its order is reported."""
SECOND_ONSET = 88
"""First day with pain in the left knee: "three months after the initial episode"."""
SECOND_CONFIRMED = 105
"""Estimated day of the second MRI."""
LAST_DAY = 275
"""Latest reading of "six months after diagnosis, asymptomatic"."""
SORE_SHOULDER = 40


def case_lines(day_zero: date = DAY_ZERO, last: int = LAST_DAY) -> Iterator[str]:
    """Yield the case as event lines, from presentation on ``day_zero`` through ``last`` days after it."""
    yield _line("patient", time_zone=ZONE, enrolled_on=day_zero.isoformat())
    events = [*_involvements(day_zero, last)]
    for day in range(last + 1):
        events += _evening(day_zero + timedelta(days=day), day)
    yield from (_line(event, **values) for event, values in events)


def _line(event: str, **values: Any) -> str:
    return json.dumps({"event": event, "patient": PATIENT, **values})


def _involvements(day_zero: date, last: int) -> Iterator[tuple[str, dict[str, Any]]]:
    knee, other, toes = "right-knee.medial-femoral-condyle", "left-knee.medial-femoral-condyle", "left-foot.forefoot"
    steps = (
        (0, knee, "suspected", ONSET),
        (CONFIRMED, knee, "confirmed", ONSET),
        (SECOND_ONSET, knee, "resolving", ONSET),
        (SECOND_CONFIRMED, other, "confirmed", SECOND_ONSET),
        (SECOND_CONFIRMED, toes, "confirmed", SECOND_ONSET + 2),
    )
    for day, place, status, onset in steps:
        if day <= last:
            began, recorded = day_zero + timedelta(days=onset), _at(day_zero + timedelta(days=day), time(11))
            yield "involvement", {"site": place, "status": status, "onset": began.isoformat(), "recorded_at": recorded}


def _at(day: date, clock: time) -> str:
    return datetime.combine(day, clock, ZoneInfo(ZONE)).isoformat()


def _evening(today: date, day: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what the patient logs in the evening; on every ninth day he forgets."""
    if day % 9 == 4:
        return
    stamp = {"recorded_at": _at(today, time(20, 10)), "for_date": today.isoformat()}
    yield "pain", {**stamp, "no_other_pain": True, "scores": list(_scores(day))}
    for limb, first in (("right-leg", CONFIRMED), ("left-leg", SECOND_CONFIRMED)):
        if first <= day < first + 21:
            yield "weight-bearing", {**stamp, "limb": limb, "aids": "two-crutches", "over_limit": "no"}
        elif first + 21 <= day < first + 84 and day % 2 == 0:
            yield "exercise", {**stamp, "exercise": "straight-leg-raise", "done_sets": 3, "done_reps": 10}


def _scores(day: int) -> Iterator[dict[str, Any]]:
    """Yield the made-up scores: a right knee that settles; a left knee and a left forefoot that rise and settle."""
    yield _score("right-knee", "inner", max(0, 6 - day // 14 - (day % 5 == 2)))
    if day == SORE_SHOULDER:
        yield {**_score("left-shoulder", "all-over", 4), "cause": "exercise", "feel": "muscle"}
    if day >= SECOND_ONSET:
        yield _score("left-knee", "inner", _hill(day - SECOND_ONSET))
    if day >= SECOND_ONSET + 2:
        yield _score("left-foot", "ball", _hill(day - SECOND_ONSET - 2) * 3 // 4)


def _hill(days: int) -> int:
    """Return a score that rises by 1 in 2 days to 6, stays two weeks, and falls by 1 in 20 days."""
    return max(0, min(1 + days // 2, 6, 6 - (days - 24) // 20))


def _score(place: str, area: str, worst: int) -> dict[str, Any]:
    return {"site": place, "area": area, "on_loading": worst, "at_rest": worst // 3}
