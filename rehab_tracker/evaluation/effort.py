"""What a made-up patient does besides hurting: weight on the leg, exercises, and the phases that staff move.

Phases follow the shipped protocol; days, doses and shares are assumptions.
"""

from collections.abc import Collection, Iterator
from random import Random
from typing import Any

from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.site import Limb, Region
from rehab_tracker.evaluation.life import Life
from rehab_tracker.evaluation.place import Place

Line = dict[str, Any]

MOVES = ((28, "gait-training", 0), (35, "gait-training", 1), (42, "gait-training", 2), (91, "strengthening", 0))
HIP_MOVES = (
    (28, "partial-weight-bearing", 0),
    (56, "gait-training", 0),
    (63, "gait-training", 1),
    (70, "gait-training", 2),
    (112, "strengthening", 0),
)
"""Days after enrolment on which the plan of the first place is moved; a hip is protected at first."""
SPARED_UNTIL, HIP_SPARED_UNTIL = 42, 70

EXERCISES = {
    "protect": ("ankle-pumps", "quad-sets"),
    "partial-weight-bearing": ("quad-sets", "straight-leg-raise"),
    "gait-training": ("weight-shifts", "mini-squat"),
    "strengthening": ("step-down", "bridges"),
}
"""Some of what the shipped protocol orders in each phase."""
EVERY_DAYS = (2, 4)
"""Days from one logged session of exercise to the next."""
NOT_DONE, NOT_DONE_FOR_PAIN_FROM = 0.1, 6
SAYS_PAIN_DURING = 0.6
PAIN_DURING, PAIN_DEVIATES = 0.7, 0.7
"""Pain during an exercise as a share of the day's worst, and its deviation in points."""
DONE_SETS, DONE_REPS = 3, (8, 10, 10, 12)
ASKED_WEEKLY = 7
SAYS_WEIGHT = 0.8
"""Share of logged days on which the question about weight is answered while the leg is spared; then weekly."""
FEW_STEPS, OFTEN = 0.08, 0.01


def moves(place: Place) -> tuple[tuple[int, str, int], ...]:
    """Return the days on which the plan of a place is moved, with phase and step."""
    return HIP_MOVES if place.joint.region is Region.HIP else MOVES


def is_spared(place: Place, day: int) -> bool:
    """Return whether the leg carries only a part of the weight on a day after enrolment."""
    return day < (HIP_SPARED_UNTIL if place.joint.region is Region.HIP else SPARED_UNTIL)


def sessions(life: Life) -> frozenset[int]:
    """Return the days on which the patient exercises."""
    chance, found, day = life.chance("sessions"), set(life.blocks), 0
    while (day := day + chance.randint(*EVERY_DAYS)) < life.days:
        found.add(day)
    return frozenset(found)


def efforts(chance: Random, place: Place, day: int, pain: int, exercises: Collection[int]) -> Iterator[Line]:
    """Yield what is logged of a day besides pain: weight on the leg, and exercises on the days that have some."""
    spared = is_spared(place, day)
    if place.joint.limb and chance.random() < SAYS_WEIGHT and (spared or day % ASKED_WEEKLY == 0):
        yield _weight(chance, place.joint.limb, spared)
    if day in exercises:
        yield _exercise(chance, place, day, pain)


def _weight(chance: Random, limb: Limb, spared: bool) -> Line:
    draw = chance.random()
    over = "often" if draw < OFTEN else "few-steps" if draw < OFTEN + FEW_STEPS else "no"
    aids = "two-crutches" if spared else "none"
    return {"event": "weight-bearing", "limb": str(limb), "aids": aids, "over_limit": over if spared else "no"}


def _exercise(chance: Random, place: Place, day: int, pain: int) -> Line:
    start = "protect" if place.joint.region is Region.HIP else "partial-weight-bearing"
    phase = [start, *(name for on, name, _ in moves(place) if on <= day)][-1]
    line: Line = {"event": "exercise", "exercise": chance.choice(EXERCISES[phase])}
    if chance.random() < NOT_DONE:
        return line | {"not_done": "pain" if pain >= NOT_DONE_FOR_PAIN_FROM else "no-time"}
    line |= {"done_sets": DONE_SETS, "done_reps": chance.choice(DONE_REPS)}
    if chance.random() < SAYS_PAIN_DURING:
        felt = round(pain * PAIN_DURING + chance.gauss(0, PAIN_DEVIATES))
        line["pain_during"] = max(0, min(WORST_PAIN, felt))
    return line
