"""Weight-bearing: what a clinician allows a limb to carry, and the behaviour a patient reports.

A limit is a grade, a percentage of body weight and an aid together, never the abbreviation alone: one hospital's
"PWB" is another's "protected". What a patient reports is behaviour, not a measurement: 21 of 23 trained patients put
more weight on a leg than they were told, by a third of their body weight on average (Clin Orthop 2004;421:282).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.site import LEGS, Limb, Site

FULL_LOAD = 100
"""Percent of body weight: nothing held back."""
MOST_TOUCH_DOWN = 20
"""Percent of body weight that papers allow at most for touching the floor with the toes."""


class Grade(StrEnum):
    """How much weight a limb may carry, from none to full; partial needs a percentage of body weight beside it."""

    NWB = "NWB"
    TTWB = "TTWB"
    PWB = "PWB"
    WBAT = "WBAT"
    FWB = "FWB"

    @cached_property
    def rank(self) -> int:
        """Return 0 for no weight up to 4 for full weight."""
        return RANKS[self]

    @cached_property
    def is_restricted(self) -> bool:
        """Return whether the limb carries less than the patient could bear by comfort alone."""
        return self in (Grade.NWB, Grade.TTWB, Grade.PWB)


RANKS = {grade: rank for rank, grade in enumerate(Grade)}


class Aids(StrEnum):
    """What the patient mostly moved with that day."""

    NONE = "none"
    ONE_CRUTCH = "one-crutch"
    TWO_CRUTCHES = "two-crutches"
    FRAME = "frame"
    WHEELCHAIR = "wheelchair"
    STAYED_IN_BED = "stayed-in-bed"


SUPPORT = (Aids.NONE, Aids.ONE_CRUTCH, Aids.TWO_CRUTCHES, Aids.FRAME, Aids.WHEELCHAIR)
"""The aids that can be prescribed, the least supporting first."""


class OverLimit(StrEnum):
    """Whether the patient put more weight on the limb than allowed."""

    NO = "no"
    FEW_STEPS = "few-steps"
    OFTEN = "often"


@dataclass(frozen=True, slots=True)
class WeightBearingReport:
    """What one entry says about one limb on one day."""

    limb: Limb
    aids: Aids
    over_limit: OverLimit


@dataclass(frozen=True, slots=True)
class WeightLimit:
    """The most that a limb may carry: a grade, percent of body weight where the grade needs one, and the aid to use.

    PWB needs 1 to 99 percent, TTWB may have 0 to 20, the others have none. ``aids`` None means that nothing was said.
    Raises InvalidValue (``percent-needed``, ``percent-not-allowed``, ``out-of-range``, ``aids-not-allowed``).
    """

    grade: Grade
    percent: int | None = None
    aids: Aids | None = None

    def __post_init__(self) -> None:
        if self.grade is Grade.PWB:
            if self.percent is None:
                raise InvalidValue(
                    "Say how much of the body weight, in percent.", code="percent-needed", pointer="/percent"
                )
            _checked_percent(self.percent, 1, FULL_LOAD - 1)
        elif self.grade is Grade.TTWB and self.percent is not None:
            _checked_percent(self.percent, 0, MOST_TOUCH_DOWN)
        elif self.percent is not None:
            raise InvalidValue(
                "Leave out the percentage: this grade has none.", code="percent-not-allowed", pointer="/percent"
            )
        if self.aids is not None and self.aids not in SUPPORT:
            raise InvalidValue("Choose an aid to walk with.", code="aids-not-allowed", pointer="/aids")

    @property
    def load(self) -> int:
        """Return the percent of body weight allowed at most, 0 to 100."""
        if self.percent is not None:
            return self.percent
        return 0 if self.grade.is_restricted else FULL_LOAD

    @property
    def is_restricted(self) -> bool:
        """Return whether the grade is below weight as tolerated."""
        return self.grade.is_restricted


def _checked_percent(percent: int, least: int, most: int) -> None:
    if type(percent) is not int or not least <= percent <= most:
        raise InvalidValue(
            "Give a whole number from %(least)d to %(most)d percent.",
            code="out-of-range", pointer="/percent", least=least, most=most,
        )  # fmt: skip


def strictest(limits: Iterable[WeightLimit]) -> WeightLimit | None:
    """Return the limit that keeps all of these: the least load, with the most supporting aid that any of them names."""
    given = list(limits)
    if len(given) < 2:
        return given[0] if given else None
    least = min(given, key=lambda limit: (limit.load, limit.grade.rank, limit.percent is None))
    aids = max((limit.aids for limit in given if limit.aids is not None), key=SUPPORT.index, default=None)
    return least if aids is least.aids else replace(least, aids=aids)


@dataclass(frozen=True, slots=True)
class LimbLimit:
    """What one limb may carry, and the sites that ask for a limit on it."""

    limb: Limb
    limit: WeightLimit
    sites: tuple[Site, ...] = ()


def limb_limits(pairs: Iterable[tuple[Site, WeightLimit]]) -> dict[Limb, LimbLimit]:
    """Return the strictest limit of each limb; sites of the spine belong to no limb and limit none."""
    by_limb: dict[Limb, list[tuple[Site, WeightLimit]]] = {}
    for place, limit in pairs:
        if place.limb is not None:
            by_limb.setdefault(place.limb, []).append((place, limit))
    found: dict[Limb, LimbLimit] = {}
    for limb, asked in by_limb.items():
        least = strictest(limit for _, limit in asked)
        if least is not None:
            found[limb] = LimbLimit(limb, least, tuple(sorted((place for place, _ in asked), key=str)))
    return found


def both_legs_restricted(limits: Mapping[Limb, LimbLimit]) -> bool:
    """Return whether neither leg may carry weight as tolerated, so that walking with crutches is not possible."""
    return all(leg in limits and limits[leg].limit.is_restricted for leg in LEGS)
