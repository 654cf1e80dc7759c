"""Exercises: what a patient did of them on a day, with the pain it brought."""

import re
from dataclasses import dataclass
from enum import StrEnum

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.pain import checked_score

MOST_DONE = 1_000
"""Upper bound of sets, repetitions or minutes in one day; more is a typing error (a day has 1,440 minutes)."""

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_CODE = 64


class NotDone(StrEnum):
    """Why an exercise was not done."""

    PAIN = "pain"
    NO_TIME = "no-time"
    UNSURE_HOW = "unsure-how"


@dataclass(frozen=True, slots=True)
class ExerciseReport:
    """What one entry says about one exercise.

    ``exercise`` is the kebab-case code of the clinic's exercise, at most 64 characters. Done sets, repetitions and
    minutes are 0 to 1,000 each; more than prescribed is kept as said. ``pain_during`` is 0 to 10.
    None means not said, which is not zero. Raises InvalidValue outside these bounds.
    """

    exercise: str
    done_sets: int | None = None
    done_reps: int | None = None
    done_minutes: int | None = None
    pain_during: int | None = None
    not_done: NotDone | None = None

    def __post_init__(self) -> None:
        if len(self.exercise) > LONGEST_CODE or not CODE.fullmatch(self.exercise):
            raise InvalidValue("Choose an exercise from your plan.", code="unknown-exercise", pointer="/exercise")
        for name in ("done_sets", "done_reps", "done_minutes"):
            _checked_amount(getattr(self, name), f"/{name}")
        checked_score(self.pain_during, "/pain_during")


def _checked_amount(amount: int | None, pointer: str) -> None:
    if amount is None:
        return
    if type(amount) is not int:
        raise InvalidValue("Give a whole number.", code="wrong-type", pointer=pointer)
    if not 0 <= amount <= MOST_DONE:
        raise InvalidValue("Give a number from 0 to %(most)d.", code="out-of-range", pointer=pointer, most=MOST_DONE)
