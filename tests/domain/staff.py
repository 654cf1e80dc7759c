"""What staff recorded of Ana, at nine in the morning of a day after her first visit."""

from uuid import NAMESPACE_OID, uuid5

from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.protocol import Rung
from rehab_tracker.domain.recorded import PhaseMove, Recorded
from rehab_tracker.domain.site import site
from tests.domain.diary import day
from tests.domain.plans import moment


def recorded(number: int, what, hour: int = 9) -> Recorded:
    return Recorded(uuid5(NAMESPACE_OID, f"{number} {hour} {what}"), moment(number, hour), what, day(number))


def status(number: int, place: str, code: str, hour: int = 9, **more) -> Recorded:
    """Return the record of a place's status."""
    return recorded(number, Involvement(site(place), InvolvementStatus(code), day(number), **more), hour)


def moved(number: int, place: str, rung: Rung, hour: int = 9, **more) -> Recorded:
    """Return the record of a phase."""
    return recorded(number, PhaseMove(site(place), rung, **more), hour)
