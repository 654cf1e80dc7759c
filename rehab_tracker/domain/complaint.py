"""The complaint: what the patient tells of one place, as a clinician writes it down."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.reader import Between, checked

MOST_DURATION_DAYS = 36_500
"""A hundred years, in days."""


class Manner(StrEnum):
    """How the pain began."""

    SUDDEN = "sudden"
    GRADUAL = "gradual"


class Course(StrEnum):
    """Which way the pain goes."""

    IMPROVING = "improving"
    STABLE = "stable"
    WORSENING = "worsening"
    FLUCTUATING = "fluctuating"


class Character(StrEnum):
    """What kind of pain it is."""

    MECHANICAL = "mechanical"
    INFLAMMATORY = "inflammatory"
    NEUROPATHIC = "neuropathic"


class Aggravating(StrEnum):
    """What makes the pain worse."""

    WEIGHT_BEARING = "weight-bearing"
    PROLONGED_WEIGHT_BEARING = "prolonged-weight-bearing"
    WALKING = "walking"
    STANDING = "standing"
    STAIRS = "stairs"
    RUNNING = "running"
    MOVEMENT = "movement"
    SITTING = "sitting"
    REST = "rest"
    NIGHT = "night"
    OTHER = "other"


class Relieving(StrEnum):
    """What eases the pain."""

    REST = "rest"
    OFF_LOADING = "off-loading"
    MOVEMENT = "movement"
    ANALGESIA = "analgesia"
    COLD = "cold"
    WARMTH = "warmth"
    OTHER = "other"


Score = Annotated[int, Between(0, WORST_PAIN)]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the patient tells; None is not recorded, an empty list "nothing makes it better" or "worse".

    Scores are 0 to 10, as said at the visit; they don't stand for what the patient logs. ``duration_days`` is how long
    it had lasted on the item's date, where only that was said. ``trauma`` False is a pain without any injury.
    """

    onset: PartialDate | None = None
    duration_days: Annotated[int, Between(0, MOST_DURATION_DAYS)] | None = None
    manner: Manner | None = None
    trauma: bool | None = None
    course: Course | None = None
    character: Character | None = None
    pain_on_loading: Score | None = None
    pain_at_rest: Score | None = None
    woke_at_night: bool | None = None
    aggravating: tuple[Aggravating, ...] | None = None
    relieving: tuple[Relieving, ...] | None = None
    systemic_symptoms: bool | None = None
    words: str | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        checked(self)
