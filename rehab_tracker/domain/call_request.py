"""Call requests: a patient asks the clinic to call, and staff say what became of it."""

from dataclasses import dataclass
from enum import StrEnum

from rehab_tracker.domain.strict_json import checked_text

LONGEST_NOTE = 280
"""Characters of a note; whoever needs more is to be called anyway."""


class CallAbout(StrEnum):
    """What the patient wants to talk about."""

    PAIN = "pain"
    EXERCISES = "exercises"
    MEDICINE = "medicine"
    APPOINTMENT = "appointment"
    OTHER = "other"


class BestTime(StrEnum):
    """When the patient can be reached best."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class CallRequest:
    """One request to be called; a note of more than 280 characters raises InvalidValue."""

    about: CallAbout
    best_time: BestTime
    note: str | None = None

    def __post_init__(self) -> None:
        if self.note is not None:
            checked_text(self.note, LONGEST_NOTE)


class CallOutcome(StrEnum):
    """What became of a try to call back."""

    CALLED = "called"
    NO_ANSWER = "no-answer"
    VISIT_BOOKED = "visit-booked"

    @property
    def is_final(self) -> bool:
        """Return whether nobody waits for a call any more; where nobody answered, the patient still does."""
        return self is not CallOutcome.NO_ANSWER
