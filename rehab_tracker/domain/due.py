"""What the clock has to do: its jobs by name, and how a run of one ends."""

from enum import StrEnum


class Job(StrEnum):
    """What falls due for a clinic; codes are a contract and only ever grow.

    ``day`` is a local midnight of the patients of one time zone, ``alert-deadline`` the next moment at which an alert
    asks for somebody.
    """

    DAY = "day"
    DIGEST_MORNING = "digest-morning"
    DIGEST_EVENING = "digest-evening"
    REMINDER = "reminder"
    ALERT_DEADLINE = "alert-deadline"
    RETENTION = "retention"


class RunResult(StrEnum):
    """How a run ended: in time, late, too late to be of use (recorded and folded into the next), or with a fault."""

    DONE = "done"
    LATE = "late"
    MISSED = "missed"
    FAILED = "failed"
