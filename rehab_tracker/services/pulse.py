"""The pulse of the house: whether entries are judged and letters leave, so that an empty list is known to be empty."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.due import Job
from rehab_tracker.mail.letters import DIGESTS
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.pulse import DigestSent, Outbox, house_signs, last_digest, last_done, next_of, outbox

JUDGING = ("entries-pushed", "entries-heard", "events-imported", "involvement-recorded", "day-turned")
"""What is followed by the rules, by its name in the audit."""

DIGEST_JOBS = (Job.DIGEST_MORNING, Job.DIGEST_EVENING)

LATE_AFTER = timedelta(minutes=10)
"""How long after its time a letter or a digest may wait, or the clock stand still, before the page says that something
is wrong: a lease's length."""

LOOKED_BACK = 3
"""Local dates, from tomorrow's in the farthest zone back, among which the last digest is looked for."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """When the rules last judged something and the clock last went, what waits in the outbox, and how digests go.

    ``digests_due`` is when the next ones leave; None where nobody gets any. ``cut_since``: the mail server takes no
    letters. ``unreached`` counts the staff to whom mail does not arrive.
    """

    last_judged_at: datetime | None
    outbox: Outbox
    clock_at: datetime | None
    digest: DigestSent | None
    digests_due: datetime | None
    cut_since: datetime | None
    unreached: int
    now: datetime

    @property
    def letters_late(self) -> bool:
        """Return whether a letter waits too long."""
        return self._is_late(self.outbox.due_since)

    @property
    def clock_late(self) -> bool:
        """Return whether the clock stands still."""
        return self.clock_at is None or self._is_late(self.clock_at)

    @property
    def digests_late(self) -> bool:
        """Return whether digests should have been written long ago."""
        return self._is_late(self.digests_due)

    @property
    def late(self) -> bool:
        """Return whether anything is late, or will be: while the mail server takes no letters."""
        return self.letters_late or self.clock_late or self.digests_late or self.cut_since is not None

    def _is_late(self, since: datetime | None) -> bool:
        return since is not None and self.now - since > LATE_AFTER


def pulse(session: Session, viewer: Viewer, now: datetime) -> Pulse:
    """Return the pulse of the viewer's clinic; it tells nothing of any patient, so anybody of the staff may see it."""
    must_be_allowed(viewer, Action.SEE_PULSE)
    clinic_id = viewer.clinic_id
    days = [(now + timedelta(days=1 - back)).date().isoformat() for back in range(LOOKED_BACK + 1)]
    with transaction(session):
        signs = house_signs(session, clinic_id)
        return Pulse(
            last_done(session, clinic_id, JUDGING),
            outbox(session, clinic_id),
            signs.beat_at,
            last_digest(session, clinic_id, sorted(DIGESTS), days),
            next_of(session, clinic_id, DIGEST_JOBS),
            signs.cut_since,
            signs.unreached,
            now,
        )
