"""What clinicians do in the made-up cohort: they move plans as pain falls, order exercises, and let one patient rest.

All days are assumptions, chosen so that a demo shows a plan in every phase, most on their way, and some that wait for a
clinician. Nobody moves a plan while it hurts as much as in the slow course.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

Line = dict[str, Any]
Move = tuple[int, str, int]


class Pace(StrEnum):
    """How fast a place heals, and its plan is moved; a cautious clinician waits with strengthening."""

    QUICK = "quick"
    FAST = "fast"
    CAUTIOUS = "cautious"
    SLOW = "slow"


LATE_GAIT_TRAINING: tuple[Move, ...] = ((70, "gait-training", 0), (77, "gait-training", 1), (84, "gait-training", 2))
MOVES: dict[Pace, tuple[Move, ...]] = {
    Pace.QUICK: (
        (28, "gait-training", 0),
        (35, "gait-training", 1),
        (42, "gait-training", 2),
        (49, "strengthening", 0),
        (91, "return-and-surveillance", 0),
    ),
    Pace.FAST: (
        (40, "gait-training", 0),
        (47, "gait-training", 1),
        (54, "gait-training", 2),
        (68, "strengthening", 0),
        (145, "return-and-surveillance", 0),
    ),
    Pace.CAUTIOUS: LATE_GAIT_TRAINING,
    Pace.SLOW: (),
}
"""Days after enrolment on which a plan is moved, the phase and the step."""
HIP_MOVES: tuple[Move, ...] = (
    (20, "partial-weight-bearing", 0),
    (54, "gait-training", 0),
    (61, "gait-training", 1),
    (68, "gait-training", 2),
    (89, "strengthening", 0),
    (166, "return-and-surveillance", 0),
)
"""A hip is protected at first, and only a clinician ever loosens it."""

EXERCISES = {
    "protect": ("ankle-pumps", "quad-sets"),
    "partial-weight-bearing": ("quad-sets", "straight-leg-raise"),
    "gait-training": ("weight-shifts", "mini-squat"),
    "strengthening": ("step-down", "bridges"),
    "return-and-surveillance": ("mini-squat", "calf-raise"),
}
"""Some of what the shipped protocol orders in each phase."""
DAYS_OF_EXERCISE = {"strengthening": (0, 2, 4), "return-and-surveillance": (0, 3)}
"""Weekdays on which these phases ask for exercises; all others ask every day."""

ORDERED_ON, ORDERED_EVERY = 21, 5
"""The day after enrolment on which every so many patients get an exercise of their own."""
REST_DAYS = 7


def moves(place: str, pace: Pace) -> tuple[Move, ...]:
    """Return the moves of a plan; a slow hip is never moved."""
    return HIP_MOVES if "hip" in place and pace is not Pace.SLOW else MOVES[pace]


def phase(place: str, pace: Pace, since: int) -> tuple[str, int]:
    """Return the phase and step in which a plan is so many days after its start, if all goes well."""
    made = [(phase, step) for day, phase, step in moves(place, pace) if day <= since]
    return made[-1] if made else ("protect" if "hip" in place else "partial-weight-bearing", 0)


def is_restricted(phase_and_step: tuple[str, int]) -> bool:
    """Return whether the leg may carry only a part of the weight, by the shipped protocol."""
    name, step = phase_and_step
    return name in ("protect", "partial-weight-bearing") or (name == "gait-training" and step < 2)


def exercises(name: str, today: date) -> tuple[str, ...]:
    """Return what is done in a phase on a day."""
    return EXERCISES[name] if today.weekday() in DAYS_OF_EXERCISE.get(name, range(7)) else ()


def decisions(number: int, place: str, pace: Pace, since: int) -> Iterator[Line]:
    """Yield what clinicians decide about a patient so many days after enrolment."""
    for day, name, step in moves(place, pace):
        if day == since:
            yield {"event": "phase", "site": place, "phase": name, "step": step, "reason": "Seen at the visit."}
    if since == ORDERED_ON and number % ORDERED_EVERY == 0:
        own = {"exercise": "upper-body", "minutes": 15, "weekdays": [1, 4]}
        yield {"event": "prescription", "sites": [place], **own}


def rest(today: date) -> Line:
    """Return that a patient is ill, and that exercises rest for a week."""
    until = today + timedelta(days=REST_DAYS - 1)
    return {"event": "hold", "scope": "patient", "until_on": until.isoformat(), "reason": "illness"}
