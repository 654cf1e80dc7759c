"""Protocols: templates of phases, each a ladder of weight limits with its days, criteria and exercises.

A template is versioned and never changes; a plan keeps the version it was started with. The rungs of all phases in
order make one ladder: a regress goes one rung down it, and only a clinician goes up.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from rehab_tracker.domain.clinic import Bounds
from rehab_tracker.domain.criterion import Criterion
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import CODE, LONGEST_CODE
from rehab_tracker.domain.prescription import Days, Dose, Prescription
from rehab_tracker.domain.site import Region, Site
from rehab_tracker.domain.weight_bearing import Grade, WeightLimit

MOST_DAYS = 730
"""Upper bound of a phase's days; the longest default phase has 365."""
MOST_EXERCISES = 30
MOST_STEPS = 10
MOST_CRITERIA = 20


class Phase(StrEnum):
    """The phases of a protocol, in their order."""

    PROTECT = "protect"
    PARTIAL_WEIGHT_BEARING = "partial-weight-bearing"
    GAIT_TRAINING = "gait-training"
    STRENGTHENING = "strengthening"
    RETURN_AND_SURVEILLANCE = "return-and-surveillance"

    @cached_property
    def rank(self) -> int:
        """Return 0 for protect up to 4 for return and surveillance."""
        return tuple(Phase).index(self)

    @cached_property
    def is_loading(self) -> bool:
        """Return whether muscles are loaded in this phase, so that they may be sore."""
        return self in (Phase.STRENGTHENING, Phase.RETURN_AND_SURVEILLANCE)


class Rung(NamedTuple):
    """A place on a template's ladder: a phase, and a step of it counted from 0."""

    phase: Phase
    step: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """From which day of a phase on (0 is its first) the patient is asked every so many days (1 is daily)."""

    from_day: int
    every: int


@dataclass(frozen=True, slots=True)
class ExerciseOrder:
    """An exercise as a template orders it; ``needs`` is the least grade of the limb that it needs."""

    exercise: str
    dose: Dose
    days: Days
    needs: Grade | None = None
    strengthens: bool = False

    def __post_init__(self) -> None:
        if len(self.exercise) > LONGEST_CODE or not CODE.fullmatch(self.exercise):
            raise InvalidValue("Choose an exercise from the list.", code="unknown-exercise", pointer="/exercise")


def exercise_against_limit(order: ExerciseOrder | Prescription, limit: WeightLimit | None) -> bool:
    """Return whether an exercise needs more than the limb's limit allows; no limit contradicts nothing."""
    return order.needs is not None and limit is not None and limit.grade.rank < order.needs.rank


@dataclass(frozen=True, slots=True)
class PhaseTemplate:
    """One phase: its steps from the strictest on, its least and most days, and what must be met to leave or step up.

    ``exit`` leads to the next phase, ``step_up`` to the next step; both only propose. The least days are a criterion of
    leaving. ``rhythm`` says how often the patient is asked. Raises InvalidValue for numbers out of bounds.
    """

    phase: Phase
    steps: tuple[WeightLimit, ...]
    min_days: int
    max_days: int
    exit: tuple[Criterion, ...] = ()
    step_up: tuple[Criterion, ...] = ()
    exercises: tuple[ExerciseOrder, ...] = ()
    rhythm: tuple[Asked, ...] = (Asked(0, 1),)

    def __post_init__(self) -> None:
        _checked("/min_days", self.min_days, Bounds(0, MOST_DAYS))
        _checked("/max_days", self.max_days, Bounds(max(self.min_days, 1), MOST_DAYS))
        for name, least, most in (("steps", 1, MOST_STEPS), ("exit", 0, MOST_CRITERIA), ("step_up", 0, MOST_CRITERIA),
                                  ("exercises", 0, MOST_EXERCISES), ("rhythm", 1, MOST_STEPS)):  # fmt: skip
            _checked(f"/{name}", len(getattr(self, name)), Bounds(least, most))
        starts = [asked.from_day for asked in self.rhythm]
        if starts[0] != 0 or starts != sorted(set(starts)):
            raise InvalidValue("Begin on day 0, each later one on a later day.", code="bad-order", pointer="/rhythm")
        for asked in self.rhythm:
            _checked("/rhythm", asked.every, Bounds(1, 31))

    def asked_every(self, day_of_phase: int) -> int:
        """Return every how many days the patient is asked on this day of the phase (0 is its first)."""
        return [asked.every for asked in self.rhythm if asked.from_day <= day_of_phase][-1]


@dataclass(frozen=True)
class Template:
    """A version of a clinic's protocol: its five phases, and the numbers of hold and regress (bounds: ``NUMBERS``).

    Scores are points on the 0 to 10 scale, ``morning_*`` points above the baseline, windows calendar days. Raises
    InvalidValue for a bad code, phases missing or out of order, a ladder that goes down, or a number out of bounds.
    """

    code: str
    version: int
    phases: tuple[PhaseTemplate, ...]
    hold_from: int = 3
    regress_from: int = 5
    morning_hold: int = 1
    morning_regress: int = 2
    holds_to_regress: int = 2
    hold_window: int = 7
    muscle_most: int = 4
    muscle_days: int = 3
    pause_days: int = 7
    most_unknown: int = 3
    drug_days: int = 14

    def __post_init__(self) -> None:
        if len(self.code) > LONGEST_CODE or not CODE.fullmatch(self.code):
            raise InvalidValue("Write a code of small letters, digits and hyphens.", code="bad-code", pointer="/code")
        for name, bounds in NUMBERS.items():
            _checked(f"/{name}", getattr(self, name), bounds)
        for lower, higher in (("hold_from", "regress_from"), ("morning_hold", "morning_regress")):
            if getattr(self, lower) >= getattr(self, higher):
                raise InvalidValue("Hold must begin below regress.", code="out-of-reach", pointer=f"/{lower}")
        if [phase.phase for phase in self.phases] != list(Phase):
            raise InvalidValue("Give the five phases in their order.", code="bad-order", pointer="/phases")
        limits = [limit for phase in self.phases for limit in phase.steps]
        if limits != sorted(limits, key=lambda limit: (limit.load, limit.grade.rank)):
            raise InvalidValue("Each step must allow at least as much as the one before.", code="bad-order",
                               pointer="/phases")  # fmt: skip

    @cached_property
    def rungs(self) -> tuple[Rung, ...]:
        """Return the ladder, the strictest rung first."""
        return tuple(Rung(phase.phase, step) for phase in self.phases for step in range(len(phase.steps)))

    @cached_property
    def _heights(self) -> dict[Rung, int]:
        return {rung: height for height, rung in enumerate(self.rungs)}

    def phase(self, phase: Phase) -> PhaseTemplate:
        """Return this phase of the template."""
        return self.phases[phase.rank]

    def height(self, rung: Rung) -> int:
        """Return how far up the ladder a rung is, from 0; raise InvalidValue (``unknown-rung``) for one it lacks."""
        height = self._heights.get(rung)
        if height is None:
            raise InvalidValue("Choose a step that this protocol has.", code="unknown-rung", pointer="/step")
        return height

    def limit_at(self, rung: Rung) -> WeightLimit:
        """Return the weight limit of a rung."""
        self.height(rung)
        return self.phase(rung.phase).steps[rung.step]

    def first_rung(self, place: Site) -> Rung:
        """Return where the plan of a site starts: a hip protected, any other site on partial weight."""
        return Rung(Phase.PROTECT if place.region is Region.HIP else Phase.PARTIAL_WEIGHT_BEARING)

    def after(self, rung: Rung) -> Rung | None:
        """Return the next rung up, None at the top."""
        above = self.height(rung) + 1
        return self.rungs[above] if above < len(self.rungs) else None

    def before(self, rung: Rung) -> Rung | None:
        """Return the next rung down, None at the bottom."""
        height = self.height(rung)
        return self.rungs[height - 1] if height else None


NUMBERS: dict[str, Bounds] = {
    "version": Bounds(1, 1_000_000),
    "hold_from": Bounds(2, 5),
    "regress_from": Bounds(3, 7),
    "morning_hold": Bounds(1, 2),
    "morning_regress": Bounds(2, 4),
    "holds_to_regress": Bounds(1, 4),
    "hold_window": Bounds(3, 14),
    "muscle_most": Bounds(0, 5),
    "muscle_days": Bounds(0, 4),
    "pause_days": Bounds(0, 28),
    "most_unknown": Bounds(0, 6),
    "drug_days": Bounds(0, 60),
}
"""The ranges in which a clinic may set the numbers of its template; outside them it would be blind or never move."""


def _checked(pointer: str, number: int, bounds: Bounds) -> None:
    if type(number) is not int or not bounds.least <= number <= bounds.most:
        raise InvalidValue(
            "Give a whole number from %(least)d to %(most)d.",
            code="out-of-range", pointer=pointer, least=bounds.least, most=bounds.most,
        )  # fmt: skip
