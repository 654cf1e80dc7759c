"""What else is done beside the plan: drugs that can change pain by themselves, and treatment as a report tells it.

A drug's start stands beside the pain trend, because a fall of pain means less just after it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.reader import Between, checked
from rehab_tracker.domain.weight_bearing import Aids, Grade

MOST_DAYS = 3_660
"""Upper bound of a treatment's length, in days: ten years."""


class Treatment(StrEnum):
    """What kind of drug or other treatment it is."""

    ANALGESIC = "analgesic"
    NSAID = "nsaid"
    BISPHOSPHONATE = "bisphosphonate"
    VITAMIN_D = "vitamin-d"
    CALCIUM = "calcium"
    ILOPROST = "iloprost"
    OTHER = "other"


class Taken(StrEnum):
    """Whether the patient has it."""

    GIVEN = "given"
    DECLINED = "offered-and-declined"
    NOT_USED = "not-used"


class Goal(StrEnum):
    """What a rehabilitation programme is for."""

    PAIN_CONTROL = "pain-control"
    GAIT_TRAINING = "gait-training"
    STRENGTHENING = "strengthening"
    MOBILITY = "mobility"
    BALANCE = "balance"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CoIntervention:
    """A drug that was given, offered or left out; its name is None where the source says only "analgesia".

    ``reason`` says why it was declined or not used. Raises InvalidValue (``not-given``) for dates of a drug that was
    not given, and (``wrong-order``) for one that stops before it starts.
    """

    treatment: Treatment
    status: Taken
    drug: str | None = None
    dose: str | None = None
    started: PartialDate | None = None
    stopped: PartialDate | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        checked(self)
        for name in ("started", "stopped"):
            if self.status is not Taken.GIVEN and getattr(self, name) is not None:
                raise InvalidValue("Only what was given has a start and an end.", code="not-given", pointer=f"/{name}")
        if self.started and self.stopped and self.stopped.latest < self.started.earliest:
            raise InvalidValue("It cannot end before it begins.", code="wrong-order", pointer="/stopped")


@dataclass(frozen=True, slots=True)
class Programme:
    """Treatment as it is told, by a report or by another clinic; not the plan that runs here, and it sets no limit.

    So partial weight-bearing may stand here without its ``percent`` (1 to 99), as published reports have it.
    Durations are in days. None is not recorded.
    """

    weight_bearing: Grade | None = None
    percent: Annotated[int, Between(1, 99)] | None = None
    aids: Aids | None = None
    off_loading_days: Annotated[int, Between(1, MOST_DAYS)] | None = None
    goals: tuple[Goal, ...] | None = None
    exercises: str | None = None
    dose: str | None = None
    duration_days: Annotated[int, Between(1, MOST_DAYS)] | None = None
    adherence: str | None = None
    started: PartialDate | None = None
    stopped: PartialDate | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        checked(self)
        if self.started and self.stopped and self.stopped.latest < self.started.earliest:
            raise InvalidValue("It cannot end before it begins.", code="wrong-order", pointer="/stopped")
