"""Exercises in plain words: the name of each exercise of the protocol we ship, one line how to do it, and its dose.

Reading age 11. A clinic's own exercise, which has no words here, is named by its code. How to do it follows the usual
leaflets for knee and hip; none of it says how much weight a leg may take, which is the limit's alone.
"""

from typing import NamedTuple

from rehab_tracker.domain.prescription import Dose
from rehab_tracker.domain.translation import N_, Gettext


class Words(NamedTuple):
    """What an exercise is called, and in one line how to do it."""

    name: str
    how: str


EXERCISES = {
    "ankle-pumps": Words(N_("Ankle pumps"), N_("Lying or sitting, move your foot up and down.")),
    "balance": Words(N_("Balance on one leg"), N_("Stand on one leg next to something you can hold on to.")),
    "bridges": Words(N_("Bridges"), N_("Lie on your back, knees bent. Lift your bottom, then lower it slowly.")),
    "calf-raise": Words(N_("Heel raises"), N_("Stand and hold on. Rise onto your toes, then lower slowly.")),
    "gait-drills": Words(N_("Walking practice"), N_("Walk slowly with your crutches. Put the heel down first.")),
    "glute-sets": Words(N_("Bottom squeezes"), N_("Lying down, squeeze your bottom tight, then let go.")),
    "heel-slides": Words(N_("Heel slides"), N_("Lie on your back. Slide your heel towards you, then away again.")),
    "mini-squat": Words(N_("Small squats"), N_("Stand and hold on. Bend your knees a little, then stand up.")),
    "pool-or-bike": Words(N_("Water or bike"), N_("Move in the pool, or ride an exercise bike without effort.")),
    "quad-sets": Words(N_("Thigh squeezes"), N_("Leg straight, press the back of your knee down, then let go.")),
    "step-down": Words(N_("Step down"), N_("Stand on a low step. Lower the other foot slowly to the floor.")),
    "straight-leg-raise": Words(N_("Straight leg raises"), N_("Lie on your back. Lift the straight leg a little.")),
    "upper-body": Words(N_("Arms and upper body"), N_("Sitting down, train your arms with light weights or a band.")),
    "walking": Words(N_("Walking"), N_("Walk on flat ground at a speed at which you can talk.")),
    "wall-squat": Words(N_("Wall squats"), N_("Lean your back on a wall. Slide down a little, hold, and come up.")),
    "weight-shifts": Words(N_("Weight shifts"), N_("Stand and hold on. Shift your weight slowly from leg to leg.")),
}
SETS_OF = N_("%(sets)d × %(reps)d")
SETS = N_("%(sets)d times")
REPETITIONS = N_("%(reps)d times")
MINUTES = N_("%(minutes)d minutes")
HOLD_SECONDS = N_("hold for %(seconds)d seconds")
TIMES_A_DAY = N_("%(times_a_day)d times a day")


def exercise_name(code: str, gettext: Gettext) -> str:
    """Return what an exercise is called; a clinic's own by its code, with blanks for hyphens."""
    known = EXERCISES.get(code)
    return gettext(known.name) if known else code.replace("-", " ").capitalize()


def exercise_how(code: str, gettext: Gettext) -> str:
    """Return in one line how to do an exercise; empty for a clinic's own."""
    known = EXERCISES.get(code)
    return gettext(known.how) if known else ""


def dose_words(dose: Dose, gettext: Gettext) -> str:
    """Return how much of an exercise is due at one time and how often a day: "3 × 10, 2 times a day"."""
    said = []
    if dose.sets and dose.reps:
        said.append(SETS_OF)
    elif dose.sets or dose.reps:
        said.append(SETS if dose.sets else REPETITIONS)
    if dose.minutes:
        said.append(MINUTES)
    if dose.seconds:
        said.append(HOLD_SECONDS)
    if dose.times_a_day > 1:
        said.append(TIMES_A_DAY)
    values = {name: getattr(dose, name) for name in ("sets", "reps", "minutes", "seconds", "times_a_day")}
    return ", ".join(gettext(part) % values for part in said)
