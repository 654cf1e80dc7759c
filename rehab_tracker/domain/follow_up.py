"""Follow-ups: what is due later, by whom it was asked for, and what became of it; "decided not to" has its reason."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.reader import checked


class Task(StrEnum):
    """What is to be done."""

    DXA = "dxa"
    MRI = "mri"
    VISIT = "visit"
    CALL = "call"
    LABORATORY = "laboratory"
    OTHER = "other"


class Status(StrEnum):
    """What became of it."""

    PLANNED = "planned"
    DONE = "done"
    DECIDED_NOT_TO = "decided-not-to"
    CANCELLED = "cancelled"


class Origin(StrEnum):
    """Who asked for it."""

    STAFF = "staff"
    PATIENT = "patient"


class Due(StrEnum):
    """Where a follow-up stands today."""

    LATER = "later"
    DUE = "due"
    OVERDUE = "overdue"
    CLOSED = "closed"


REMIND_AFTER: dict[Task, tuple[timedelta, timedelta]] = {
    Task.MRI: (timedelta(weeks=8), timedelta(weeks=12)),
    Task.DXA: (timedelta(days=182), timedelta(days=365)),
}
"""When to remind, from when to when: another MRI 8 to 12 weeks after it began, if the place is not better (general
practice); another DXA 6 to 12 months after the last, as density came back in 1 of 6 episodes only (Trevisan 2002,
Osteoporos Int 13:901). A clinic may plan otherwise."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One thing to do for the patient; the item's site says for which place.

    Raises InvalidValue: ``date-needed`` where it is planned without a date, ``reason-needed`` where it is called off
    without a reason.
    """

    task: Task
    status: Status = Status.PLANNED
    due: PartialDate | None = None
    origin: Origin = Origin.STAFF
    done_on: PartialDate | None = None
    reason: str | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        checked(self)
        if self.status is Status.PLANNED and self.due is None:
            raise InvalidValue("Say when it is due; a month will do.", code="date-needed", pointer="/due")
        if self.status in (Status.DECIDED_NOT_TO, Status.CANCELLED) and self.reason is None:
            raise InvalidValue("Say why.", code="reason-needed", pointer="/reason")
        if self.status is not Status.DONE and self.done_on is not None:
            raise InvalidValue(
                "This date does not go with this answer. Change one of them.", code="wrong-status", pointer="/done_on"
            )

    def stands(self, today: date) -> Due:
        """Return where it stands today; it is due from the first day its date can mean, overdue after the last."""
        if self.status is not Status.PLANNED or self.due is None:
            return Due.CLOSED
        if today < self.due.earliest:
            return Due.LATER
        return Due.OVERDUE if today > self.due.latest else Due.DUE


def reminder(task: Task, since: date) -> tuple[date, date] | None:
    """Return from when to when to remind of it, counted from a day; None for what has no default."""
    window = REMIND_AFTER.get(task)
    return (since + window[0], since + window[1]) if window else None
