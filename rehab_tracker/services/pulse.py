"""The pulse of the house: whether entries are judged and letters leave, so that an empty list is known to be empty."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.pulse import Outbox, last_done, outbox

JUDGING = ("entries-pushed", "entries-heard", "events-imported", "involvement-recorded")
"""What is followed by the rules, by its name in the audit."""

LATE_AFTER = timedelta(minutes=10)
"""How long after its time a letter may wait before the page says that something is wrong: a lease's length."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """When the rules last judged an entry, what waits in the outbox, and whether it waits too long."""

    last_judged_at: datetime | None
    outbox: Outbox
    late: bool


def pulse(session: Session, viewer: Viewer, now: datetime) -> Pulse:
    """Return the pulse of the viewer's clinic; it tells nothing of any patient, so anybody of the staff may see it."""
    must_be_allowed(viewer, Action.SEE_PULSE)
    with transaction(session):
        judged = last_done(session, viewer.clinic_id, JUDGING)
        found = outbox(session, viewer.clinic_id)
    late = found.due_since is not None and now - found.due_since > LATE_AFTER
    return Pulse(judged, found, late)
