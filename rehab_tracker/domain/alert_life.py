"""An alert's life once somebody has it: put to rest for a while, woken, handed on, and a step taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rehab_tracker.domain.alert import AlertState, Rule
from rehab_tracker.domain.closing import checked_note
from rehab_tracker.domain.errors import InvalidValue, WrongState
from rehab_tracker.domain.site import LEGS, Limb

STANDS = frozenset((AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED))
TAKEN = frozenset((AlertState.ACKNOWLEDGED, AlertState.SNOOZED))

LONGEST_REST = timedelta(days=14)
"""Days for which an alert may rest at most; longer than that is closing it."""
WAKES_AT_RISE = 2
"""Points of pain above the last score before the rest that wake it: the smallest change that patients call meaningful
(Farrar 2001, Pain 94:149)."""
UNDO = timedelta(minutes=10)
"""How long whoever made a step may take it back (house rule)."""

LOUD = frozenset((Rule.NEW_SITE_PAIN, Rule.NEW_COMPARTMENT_PAIN, Rule.SUDDEN_SEVERE_PAIN))
HUSHED = Rule.KNOWN_SITE_FLARE
HUSHED_FOR = timedelta(hours=48)
"""How long more pain in a known place is not told beside an alert of a quiet place of the same leg (house rule)."""

UNSTABLE_WITHIN, UNSTABLE_FROM = timedelta(days=14), 4
"""An alert that ended and came back so often in this time is unstable (house rule)."""
UNSTABLE_AGAIN = timedelta(days=1)
"""How often an unstable alert is told at most; an urgent one always is."""

UNDOABLE = frozenset(("acknowledged", "accepted", "assigned", "declined", "handed-over", "snoozed", "woken", "closed"))
HARMLESS = frozenset(("noted", "called", "undone"))
"""Steps after which an earlier one can still be taken back."""


def must_stand(state: AlertState) -> AlertState:
    """Return the state; raise WrongState for an alert that nobody has to look at any more."""
    if state not in STANDS:
        raise WrongState(state=str(state))
    return state


def snoozed(state: AlertState) -> AlertState:
    """Return the state of an alert that was put to rest; raise WrongState unless somebody has acknowledged it."""
    if state is not AlertState.ACKNOWLEDGED:
        raise WrongState(state=str(state))
    return AlertState.SNOOZED


def woken(state: AlertState) -> AlertState:
    """Return the state after the rest: whoever had it has it again; raise WrongState unless it rests."""
    if state is not AlertState.SNOOZED:
        raise WrongState(state=str(state))
    return AlertState.ACKNOWLEDGED


def accepted(state: AlertState) -> AlertState:
    """Return the state after somebody took over a standing alert; one that rests goes on resting."""
    return AlertState.SNOOZED if must_stand(state) is AlertState.SNOOZED else AlertState.ACKNOWLEDGED


@dataclass(frozen=True, slots=True)
class Rest:
    """Until which day an alert is to rest, and why.

    Raises InvalidValue without a reason and for one of more than 1,000 characters.
    """

    until: date
    reason: str

    def __post_init__(self) -> None:
        checked_note(self.reason, "/reason")
        if not self.reason:
            raise InvalidValue("Say why it can wait.", code="reason-needed", pointer="/reason")

    def must_fit(self, rule: Rule, today: date) -> None:
        """Raise InvalidValue for a red flag, and for a day that is not one of the next 14."""
        if rule is Rule.RED_FLAG:
            raise InvalidValue("A red flag can't wait. Close it with what was found.", code="red-flag")
        if not today < self.until <= today + LONGEST_REST:
            raise InvalidValue(
                "Choose a day from tomorrow to %(most)d days from now.",
                code="out-of-range", pointer="/until", most=LONGEST_REST.days,
            )  # fmt: skip


def hushed_until(leg: Limb | None, loud: Iterable[tuple[Limb | None, datetime]]) -> datetime | None:
    """Return until when more pain in a known place of this leg is not told; None where nothing is louder.

    ``loud`` are the limbs of the standing alerts about quiet places, and when each was raised.
    """
    raised = [at for limb, at in loud if limb is leg and leg in LEGS]
    return max(raised) + HUSHED_FOR if raised else None


def can_be_undone(step: str, made_at: datetime, now: datetime) -> bool:
    """Return whether a step can be taken back now, as far as that depends on the step and its age."""
    return step in UNDOABLE and now <= made_at + UNDO
