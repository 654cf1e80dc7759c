"""Prescriptions: an exercise with its dose and its days, as a plan orders it from one day to another."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import CODE, LONGEST_CODE, MOST_DONE
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.weight_bearing import Grade

MOST_TIMES_A_DAY = 6
"""Upper bound of how often a day an exercise is due; more would fill the day with exercises (house rule)."""

DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Dose:
    """How much of an exercise is due at one time, and how often a day.

    ``sets``, ``reps`` (repetitions of one set) and ``minutes`` are 1 to 1,000; at least one of them is given.
    ``seconds`` is how long one repetition, or one set without repetitions, is held. ``times_a_day`` is 1 to 6.
    Raises InvalidValue (``dose-needed``, ``wrong-type``, ``out-of-range``) otherwise.
    """

    sets: int | None = None
    reps: int | None = None
    minutes: int | None = None
    seconds: int | None = None
    times_a_day: int = 1

    def __post_init__(self) -> None:
        if (self.sets, self.reps, self.minutes) == (None, None, None):
            raise InvalidValue("Say how much: sets, repetitions or minutes.", code="dose-needed", pointer="/dose")
        for name in ("sets", "reps", "minutes", "seconds"):
            amount = getattr(self, name)
            if amount is not None:
                _checked(amount, MOST_DONE, f"/dose/{name}")
        _checked(self.times_a_day, MOST_TIMES_A_DAY, "/dose/times_a_day")

    @property
    def repetitions(self) -> int | None:
        """Return the repetitions of all sets (a set without repetitions is one), or None for minutes alone."""
        return None if (self.sets, self.reps) == (None, None) else (self.sets or 1) * (self.reps or 1)

    def lighter(self, other: "Dose") -> "Dose":
        """Return the smaller of two doses, part by part: repetitions in all, minutes, seconds, times a day.

        Where one counts repetitions and the other minutes, both bound it: it ends with what is reached first.
        Less load is the safer reading of two orders (house rule).
        """
        counted = min((dose for dose in (self, other) if dose.repetitions), key=_order, default=self)
        return Dose(
            sets=counted.sets,
            reps=counted.reps,
            minutes=_less(self.minutes, other.minutes),
            seconds=_less(self.seconds, other.seconds),
            times_a_day=min(self.times_a_day, other.times_a_day),
        )


def _order(dose: Dose) -> tuple[int, int, int]:
    return dose.repetitions or 0, dose.sets or 0, dose.reps or 0


def _less(one: int | None, other: int | None) -> int | None:
    return min((amount for amount in (one, other) if amount is not None), default=None)


def _checked(amount: int, most: int, pointer: str) -> None:
    if type(amount) is not int:
        raise InvalidValue("Give a whole number.", code="wrong-type", pointer=pointer)
    if not 1 <= amount <= most:
        raise InvalidValue("Give a number from 1 to %(most)d.", code="out-of-range", pointer=pointer, most=most)


@dataclass(frozen=True, slots=True)
class Days:
    """The days of the week on which an exercise is due, 0 to 6 from Monday; raise InvalidValue for none or others."""

    weekdays: frozenset[int]

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= WEEKDAYS or any(type(day) is not int for day in self.weekdays):
            raise InvalidValue("Choose at least one day of the week.", code="days-needed", pointer="/days")

    def include(self, day: date) -> bool:
        """Return whether the exercise is due on this day."""
        return day.weekday() in self.weekdays


WEEKDAYS = frozenset(range(DAYS_OF_A_WEEK))
EVERY_DAY = Days(WEEKDAYS)


def days_a_week(number: int) -> Days:
    """Return this many days of a week (1 to 7), spread evenly from Monday: 3 are Monday, Wednesday and Friday.

    Raises InvalidValue (``days-needed``) for any other number.
    """
    if type(number) is not int or not 1 <= number <= DAYS_OF_A_WEEK:
        raise InvalidValue("Choose 1 to 7 days a week.", code="days-needed", pointer="/days")
    return Days(frozenset(at * DAYS_OF_A_WEEK // number for at in range(number)))


@dataclass(frozen=True, slots=True)
class Prescription:
    """One version of an exercise ordered for sites, from a local day until a last one (None: until further notice).

    ``version`` counts from 1; a later version of the same ``id`` takes the place of the earlier from its first day on.
    ``strengthens`` marks what a pause of strengthening pauses. ``needs`` is the least grade that the exercise needs;
    ``refused`` are the first and last days of stretches on which a limb's limit is below that, so that it is not asked.
    Raises InvalidValue for a code that is none, for no site, and for an end before the beginning.
    """

    id: UUID
    version: int
    exercise: str
    sites: tuple[Site, ...]
    dose: Dose
    days: Days
    from_on: date
    until_on: date | None = None
    strengthens: bool = False
    needs: Grade | None = None
    refused: tuple[tuple[date, date], ...] = ()

    def __post_init__(self) -> None:
        if len(self.exercise) > LONGEST_CODE or not CODE.fullmatch(self.exercise):
            raise InvalidValue("Choose an exercise from the list.", code="unknown-exercise", pointer="/exercise")
        if not self.sites:
            raise InvalidValue("Say which place the exercise is for.", code="site-needed", pointer="/sites")
        if self.until_on is not None and self.until_on < self.from_on:
            raise InvalidValue("The last day must not be before the first.", code="ends-early", pointer="/until_on")

    def is_asked_on(self, day: date) -> bool:
        """Return whether it is due on a day between its first and its last."""
        return self.days.include(day) and not any(first <= day <= last for first, last in self.refused)
