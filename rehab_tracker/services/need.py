"""Needs: the reasons for which a patient stands in the worklist, and in which order."""

from enum import StrEnum

from rehab_tracker.domain.alert import Level


class Need(StrEnum):
    """Why a patient stands where they stand in the list, most pressing first."""

    URGENT = "urgent"
    SOON = "soon"
    ENTRIES = "entries"
    CALL_REQUEST = "call-request"
    PLAN_READY = "plan-ready"
    PLAN_OVERDUE = "plan-overdue"
    NOT_LOGGING = "not-logging"
    SUSPECTED = "suspected"
    PLAN_HELD = "plan-held"
    INFO = "info"
    IN_HAND = "in-hand"
    NOTHING = "nothing"

    @property
    def rank(self) -> int:
        """Return 0 for the most pressing."""
        return tuple(Need).index(self)


PRESSING = tuple(need for need in Need if need.rank <= Need.SUSPECTED.rank)
OPEN_AS = {Level.URGENT: Need.URGENT, Level.SOON: Need.SOON, Level.INFO: Need.INFO}
