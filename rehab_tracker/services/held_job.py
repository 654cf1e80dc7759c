"""A job that this process holds by a lease: until it runs out, nobody else takes the job over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.domain.access import Viewer
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clock import DueJob, change_held
from rehab_tracker.storage.database import under_clinic

LEASE = timedelta(minutes=10)
"""How long a job is held at first; far longer than any piece of work takes."""

RENEWED_AFTER = timedelta(minutes=2)
"""How old a lease is when work that takes long renews it."""

Now = Callable[[], datetime]
Stopping = Callable[[], bool]


class LeaseLostError(Exception):
    """Somebody else has taken the job over; nothing of the work may be committed."""


class StoppedError(Exception):
    """The process is to end; what is left of the work is for the next one."""


@dataclass(slots=True)
class Held:
    """A job that this process holds: the row as it was claimed, and until when the lease runs at least."""

    sessions: sessionmaker[Session]
    viewer: Viewer
    row: DueJob
    lease_id: UUID
    now: Now
    stopping: Stopping
    renewed_at: datetime

    @property
    def due_at(self) -> datetime:
        """Return when the job was due, as it was claimed."""
        assert self.row.due_at is not None
        return self.row.due_at

    def go_on(self) -> None:
        """Renew the lease while long work goes on; raise StoppedError or LeaseLostError where it must not."""
        if self.stopping():
            raise StoppedError
        if self.now() - self.renewed_at < RENEWED_AFTER:
            return
        self.renewed_at = self.now()
        with self.session() as session, transaction(session):
            until = self.renewed_at + LEASE
            if not change_held(session, self.viewer.clinic_id, self.lease_id, {"leased_until": until}):
                raise LeaseLostError

    def session(self) -> Session:
        """Return a new session under the job's clinic."""
        return under_clinic(self.sessions(), self.viewer.clinic_id)
