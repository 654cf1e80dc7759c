"""The published case as an event file: the course of one patient, with daily scores that are made up.

From Costa F, Guimarães M, Serra D, Couto Amorim H, "Transient migratory osteoporosis: report of a case with sequential
multifocal involvement" (2025): the places and their order, three weeks of partial weight-bearing after imaging, near
recovery of the right knee at three months, then a new left knee and a new left forefoot, getting worse, and recovery
six months after diagnosis.

**Made up here**, because the report does not say it: every daily score, every date, which days were logged and when,
the percentages and the crutches, the days on which gait training, strengthening and surveillance began, the exercises,
the end of the plans and the day of shoulder soreness. The patient's name in the file says so.
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

KNEE, OTHER_KNEE, TOES = "right-knee.medial-femoral-condyle", "left-knee.medial-femoral-condyle", "left-foot.forefoot"

MOVES = (
    (21, "gait-training", 0, "Three weeks are over and it hurts 2 at most."),
    (28, "gait-training", 1, "No pain at half the weight."),
    (35, "gait-training", 2, "No pain at three quarters."),
    (42, "strengthening", 0, "Walks half an hour without a limp."),
    (126, "return-and-surveillance", 0, "Climbs stairs and stands on one leg."),
)
"""Days after a place was confirmed on which its plan was moved: three weeks are reported, later days are made up."""
RESTRICTED_DAYS, ONE_CRUTCH_FROM = 35, 28

EXERCISES: dict[str, tuple[dict[str, Any], ...]] = {
    "partial-weight-bearing": (
        {"exercise": "quad-sets", "done_sets": 4, "done_reps": 25},
        {"exercise": "straight-leg-raise", "done_sets": 3, "done_reps": 10},
    ),
    "gait-training": (
        {"exercise": "gait-drills", "done_minutes": 10},
        {"exercise": "weight-shifts", "done_sets": 3, "done_reps": 10},
    ),
    "strengthening": (
        {"exercise": "step-down", "done_sets": 3, "done_reps": 10},
        {"exercise": "bridges", "done_sets": 3, "done_reps": 10},
    ),
    "return-and-surveillance": ({"exercise": "walking", "done_minutes": 30},),
}
THREE_A_WEEK = ("strengthening", "return-and-surveillance")


def case_lines(day_zero: date = DAY_ZERO, last: int = LAST_DAY) -> Iterator[str]:
    """Yield the case as event lines, from presentation on ``day_zero`` through ``last`` days after it."""
    yield _line("patient", time_zone=ZONE, enrolled_on=day_zero.isoformat())
    for day, event, values in (*_involvements(day_zero), *_protocol()):
        if day <= last:
            yield _line(event, **values, recorded_at=_at(day_zero + timedelta(days=day), time(11)))
    for day in range(last + 1):
        if _is_logged(day, last):
            yield from (_line(event, **values) for event, values in _log(day_zero + timedelta(days=day), day))


def _line(event: str, **values: Any) -> str:
    return json.dumps({"event": event, "patient": PATIENT, **values})


def _at(day: date, clock: time) -> str:
    return datetime.combine(day, clock, ZoneInfo(ZONE)).isoformat()


def _involvements(day_zero: date) -> Iterator[tuple[int, str, dict[str, Any]]]:
    steps = (
        (0, KNEE, "suspected", ONSET),
        (CONFIRMED, KNEE, "confirmed", ONSET),
        (SECOND_ONSET, KNEE, "resolving", ONSET),
        (SECOND_CONFIRMED, OTHER_KNEE, "confirmed", SECOND_ONSET),
        (SECOND_CONFIRMED, TOES, "confirmed", SECOND_ONSET + 2),
        *((LAST_DAY, place, "resolved", onset) for place, onset in
          ((KNEE, ONSET), (OTHER_KNEE, SECOND_ONSET), (TOES, SECOND_ONSET + 2))),
    )  # fmt: skip
    for day, place, status, onset in steps:
        began = (day_zero + timedelta(days=onset)).isoformat()
        yield day, "involvement", {"site": place, "status": status, "onset": began}


def _protocol() -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield what clinicians decided; a confirmed place starts its plan, so that no line says so."""
    yield CONFIRMED, "limit", {"limb": "left-leg", "grade": "FWB", "reason": "This leg is well."}
    for place, confirmed in ((KNEE, CONFIRMED), (OTHER_KNEE, SECOND_CONFIRMED), (TOES, SECOND_CONFIRMED)):
        for after, phase, step, reason in MOVES:
            yield confirmed + after, "phase", {"site": place, "phase": phase, "step": step, "reason": reason}


def _is_logged(day: int, last: int) -> bool:
    """Return whether a day is logged by the last one; on every ninth the patient forgets."""
    return day % 9 != 4 and not (_at_breakfast(day) and day == last)


def _at_breakfast(day: int) -> bool:
    """Return whether a day is logged on the next morning, with that morning's pain; not while a new place hurts."""
    return day % 3 != 0 and not SECOND_ONSET <= day <= SECOND_CONFIRMED


def _log(today: date, day: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what the patient logs of a day, in the evening or at breakfast."""
    morning = _at_breakfast(day)
    recorded_at = _at(today + timedelta(days=1), time(7, 40)) if morning else _at(today, time(20, 10))
    stamp = {"recorded_at": recorded_at, "for_date": today.isoformat()}
    yield "pain", {**stamp, "no_other_pain": True, "scores": list(_scores(day, morning))}
    limb, confirmed = ("right-leg", CONFIRMED) if day < SECOND_CONFIRMED else ("left-leg", SECOND_CONFIRMED)
    since = day - confirmed
    if 0 <= since < RESTRICTED_DAYS:
        aids = "one-crutch" if since >= ONE_CRUTCH_FROM else "two-crutches"
        yield "weight-bearing", {**stamp, "limb": limb, "aids": aids, "over_limit": "no"}
    if since >= 0:
        yield from (("exercise", {**stamp, **done}) for done in _exercises(today, since))


def _exercises(today: date, since: int) -> tuple[dict[str, Any], ...]:
    """Return what is done of the phase in which the latest place is, some of what is asked."""
    begun = [phase for after, phase, _, _ in MOVES if after <= since]
    phase = begun[-1] if begun else "partial-weight-bearing"
    return EXERCISES[phase] if phase not in THREE_A_WEEK or today.weekday() in (0, 2, 4) else ()


def _scores(day: int, morning: bool) -> Iterator[dict[str, Any]]:
    """Yield the made-up scores: a right knee that settles; a left knee and a left forefoot that rise and settle."""
    yield _score("right-knee", "inner", _settling(day - CONFIRMED), morning)
    if day == SORE_SHOULDER:
        yield {**_score("left-shoulder", "all-over", 4), "cause": "exercise", "feel": "muscle"}
    if day >= SECOND_ONSET:
        yield _score("left-knee", "inner", _rising(day, SECOND_ONSET), morning)
    if day >= SECOND_ONSET + 2:
        yield _score("left-foot", "ball", _rising(day, SECOND_ONSET + 2) * 3 // 4, morning)


def _rising(day: int, onset: int) -> int:
    """Return a score that rises by 1 in 2 days to 6, and settles when the leg is unloaded."""
    return min(1 + (day - onset) // 2, 6) if day < SECOND_CONFIRMED else _settling(day - SECOND_CONFIRMED)


def _settling(since: int) -> int:
    """Return a score that falls from 6 by 1 in 3 days of partial weight, then slowly; every fifth day is better."""
    level = 6 if since < 0 else max(2, 6 - since // 3) if since < 35 else 1 if since < 75 else 0
    return max(0, level - (since % 5 == 2))


def _score(place: str, area: str, worst: int, morning: bool = False) -> dict[str, Any]:
    score = {"site": place, "area": area, "on_loading": worst, "at_rest": worst // 3}
    return {**score, "next_morning": worst // 2} if morning else score
