"""Pain scores: what a patient says about one site on one day, and what a day's value at a site is."""

from dataclasses import dataclass
from enum import StrEnum

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.site import SITES, Area, Site, areas_of

WORST_PAIN = 10
"""Upper end of the 0 to 10 numeric rating scale, "the worst pain you can imagine" (NRS-11)."""

MOST_SCORES = 2 * len(SITES)
"""How many scores one entry may hold: every site there is, twice. More is a fault of the phone, not a patient."""


class Cause(StrEnum):
    """What the patient says brought the pain on; a label, never a reason to be silent."""

    INJURY = "injury"
    EXERCISE = "exercise"


class Feel(StrEnum):
    """Where the patient feels it: in the joint or in the muscle."""

    JOINT = "joint"
    MUSCLE = "muscle"


def checked_score(score: int | None, pointer: str) -> None:
    """Raise InvalidValue unless the score is None or an integer from 0 to 10."""
    if score is None:
        return
    if type(score) is not int:
        raise InvalidValue("Give a whole number from 0 to 10.", code="wrong-type", pointer=pointer)
    if not 0 <= score <= WORST_PAIN:
        raise InvalidValue("Select a number from 0 to 10.", code="out-of-range", pointer=pointer)


@dataclass(frozen=True, slots=True)
class PainScore:
    """One site's pain on one day.

    ``on_loading`` and ``at_rest`` are the day's worst on the 0 to 10 scale, at least one of them given;
    ``next_morning`` is the score on waking after that day. None means not asked or not answered, which is not zero.
    Raises InvalidValue for a score out of bounds, no score at all, or an area that this region does not have.
    """

    site: Site
    area: Area | None = None
    on_loading: int | None = None
    at_rest: int | None = None
    woke_at_night: bool | None = None
    next_morning: int | None = None
    cause: Cause | None = None
    feel: Feel | None = None
    swollen: bool | None = None

    def __post_init__(self) -> None:
        checked_score(self.on_loading, "/on_loading")
        checked_score(self.at_rest, "/at_rest")
        checked_score(self.next_morning, "/next_morning")
        if self.on_loading is None and self.at_rest is None:
            raise InvalidValue("Give a score from 0 to 10, on loading or at rest.", code="score-needed")
        if self.area is not None and self.area not in areas_of(self.site.region):
            raise InvalidValue("This part does not belong to this place.", code="unknown-area", pointer="/area")

    @property
    def worst(self) -> int:
        """Return x, the larger of loading and rest pain (0 to 10)."""
        loading, rest = self.on_loading, self.at_rest
        if loading is None or rest is None:
            return loading if loading is not None else rest or 0
        return max(loading, rest)

    @property
    def worst_field(self) -> str:
        """Return the name of the field that holds x; loading when both are equal."""
        return "on_loading" if self.on_loading == self.worst else "at_rest"


@dataclass(frozen=True, slots=True)
class PainReading:
    """What one entry says about pain: scores per site, and whether every other site is free of pain.

    No scores and no explicit zero is a patient who logged and said nothing of pain: unknown, not zero.
    Raises InvalidValue when it holds more scores than there could be places.
    """

    scores: tuple[PainScore, ...] = ()
    no_other_pain: bool = False

    def __post_init__(self) -> None:
        if len(self.scores) > MOST_SCORES:
            raise InvalidValue("There are too many scores in one entry.", code="too-many", pointer="/scores")


@dataclass(frozen=True, slots=True)
class UsualPain:
    """Long-standing pain that staff declared for a joint: 0 to 10, its usual level."""

    site: Site
    usual_pain: int

    def __post_init__(self) -> None:
        checked_score(self.usual_pain, "/usual_pain")
