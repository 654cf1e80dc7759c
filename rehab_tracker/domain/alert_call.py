"""Calls about an alert: what came of each, and when somebody should look again."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rehab_tracker.domain.closing import checked_note
from rehab_tracker.domain.errors import InvalidValue

FARTHEST_DUE = timedelta(days=365)
"""How far ahead a visit or a scan may be booked (house rule)."""
RETRY_WITHIN = timedelta(days=14)
"""Days within which somebody who did not answer is called again: no longer than an alert may rest."""


class CallResult(StrEnum):
    """What came of calling a patient about an alert; codes are a contract and only ever grow."""

    SPOKEN = "spoken"
    NO_ANSWER = "no-answer"
    VISIT_BOOKED = "visit-booked"
    IMAGING_REQUESTED = "imaging-requested"


NEED_A_DAY = frozenset((CallResult.NO_ANSWER, CallResult.VISIT_BOOKED))


@dataclass(frozen=True, slots=True)
class Called:
    """One call: what came of it, the day to try again, of the visit or of the imaging, and a note.

    Raises InvalidValue for a note of more than 1,000 characters, and for a day that lacks or is one too many.
    """

    result: CallResult
    due_on: date | None = None
    note: str = ""

    def __post_init__(self) -> None:
        checked_note(self.note)
        if self.due_on is None and self.result in NEED_A_DAY:
            raise InvalidValue("Give the day: of the visit, or to call again.", code="day-needed", pointer="/due_on")
        if self.due_on is not None and self.result is CallResult.SPOKEN:
            raise InvalidValue("There is no day to keep here. Leave it empty.", code="day-not-asked", pointer="/due_on")

    def must_fit(self, today: date) -> None:
        """Raise InvalidValue for a day before today or too far ahead."""
        most = RETRY_WITHIN if self.result is CallResult.NO_ANSWER else FARTHEST_DUE
        if self.due_on is not None and not today <= self.due_on <= today + most:
            raise InvalidValue(
                "Choose a day from today to %(most)d days from now.",
                code="out-of-range", pointer="/due_on", most=most.days,
            )  # fmt: skip
