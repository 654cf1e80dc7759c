"""Outcomes: how far one place has healed, or how the patient does as a whole, on the day it was asked."""

from dataclasses import dataclass
from enum import StrEnum

from rehab_tracker.domain.examination import Gait
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.reader import checked


class Recovery(StrEnum):
    """How far the complaint of one place has gone."""

    NONE = "none"
    PARTIAL = "partial"
    NEAR_COMPLETE = "near-complete"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was reached; ``recovery`` is of the item's place, the rest may be of the patient as a whole.

    ``further_episodes`` False says that there was none up to ``last_follow_up``; None is not recorded.
    """

    recovery: Recovery | None = None
    asymptomatic: bool | None = None
    gait: Gait | None = None
    functional_limitation: bool | None = None
    further_episodes: bool | None = None
    last_follow_up: PartialDate | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        checked(self)
