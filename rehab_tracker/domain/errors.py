"""The refusals of the house, one tree.

::

    RehabError
    ├── InvalidValue        a value is outside its list or its bounds
    ├── NotFound            there is no such thing for this viewer
    ├── NotAllowed          the viewer's role or relation does not permit it
    ├── ReasonNeeded        the record opens only after a reason is given
    ├── NotSignedIn         no valid credentials came with the request
    ├── TooManyAttempts     wait before the next try
    ├── WrongState          the thing is not in a state that permits this step
    │   └── BothLegs        a question that a clinician must answer first
    ├── OutOfDate           somebody changed the thing since it was read
    └── NotReady            a setting or a piece of the clinic's data is missing

A message is an English template with named places; the edge translates it and fills in ``values``.
"""

from collections.abc import Mapping
from typing import Any

from rehab_tracker.domain.translation import N_


class RehabError(Exception):
    """Something that was asked for is refused, with a stable code and a message that says how to go on."""

    code = "refused"
    message = N_("This could not be done.")

    def __init__(self, message: str = "", /, *, code: str = "", pointer: str = "", **values: Any) -> None:
        self.message = message or type(self).message
        self.code = code or type(self).code
        self.pointer = pointer
        self.values: Mapping[str, Any] = values
        super().__init__(self.message % values if values else self.message)

    def at(self, pointer: str) -> "RehabError":
        """Return this refusal, pointing to where in the input the fault stands (an RFC 6901 pointer)."""
        self.pointer = pointer + self.pointer
        return self


class InvalidValue(RehabError):
    """A value is outside its list or its bounds."""

    code = "invalid"
    message = N_("This value is not possible.")


class NotFound(RehabError):
    """There is no such thing for this viewer; whether it exists for somebody else is not said."""

    code = "not-found"
    message = N_("There is nothing here that you can see.")


class NotAllowed(RehabError):
    """The viewer's role or relation does not permit it."""

    code = "not-allowed"
    message = N_("Your role does not allow this. Ask your clinic's administrator.")


class ReasonNeeded(NotAllowed):
    """A clinician outside the care team must say why before the record opens."""

    code = "reason-needed"
    message = N_(
        "You are not in this patient's care team. Say why you need to open the record. The patient will see it."
    )


class NotSignedIn(RehabError):
    """No valid credentials came with the request."""

    code = "not-signed-in"
    message = N_("Sign in first.")


class TooManyAttempts(RehabError):
    """Too many wrong tries came in a short time; ``values["seconds"]`` says how long to wait."""

    code = "too-many-attempts"
    message = N_("There were too many wrong tries. Wait %(seconds)d seconds, then try again.")


class WrongState(RehabError):
    """The thing is not in a state that permits this step; ``values["state"]`` names its present state."""

    code = "wrong-state"
    message = N_("This step is not possible now. The present state is: %(state)s.")


class BothLegs(WrongState):
    """Both legs would be restricted, and nobody has said yet how the patient would get about."""

    code = "both-legs-restricted"
    message = N_("Both legs would be restricted. Say how the patient will get about, or choose another limit.")


class OutOfDate(RehabError):
    """Somebody changed the thing since it was read: ``yours`` is the version that was seen, ``now`` the present one."""

    code = "out-of-date"
    message = N_("Somebody changed this meanwhile. Look at both and try again.")

    def __init__(self, yours: int, now: int) -> None:
        super().__init__(yours=yours, now=now)


class NotReady(RehabError):
    """A setting or a piece of the clinic's data is missing."""

    code = "not-ready"
    message = N_("Something must be set up first.")
