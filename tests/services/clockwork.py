"""The clock of a story: it stands until it is moved, and asks as the jobs process does."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select

from rehab_tracker.domain.due import Job
from rehab_tracker.services import clock, upkeep
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.clock import DueJob, JobRun
from rehab_tracker.storage.database import sessions
from rehab_tracker.storage.letters import Letter
from tests.conftest import Store


class Clockwork:
    """What the jobs process does of its timetable, but for letters, whenever the story says so."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now.astimezone(UTC)
        self.sessions = sessions(store.engine("jobs"))

    def upkeep(self) -> int:
        """Enters what should be due."""
        return upkeep.keep_up(self.sessions, lambda: self.now)

    def run(self) -> int:
        """Does what is due."""
        return clock.run_due(self.sessions, lambda: self.now)

    def until(self, end: datetime, step: timedelta = timedelta(minutes=30)) -> None:
        """Moves on to an instant; at each step all is kept up and done."""
        while self.now < end:
            self.now = min(end, self.now + step)
            self.upkeep()
            self.run()

    def due(self, clinic: Clinic, job: str, subject: object = None) -> DueJob:
        """One thing that is due."""
        with self.store.session(clinic.id) as session:
            # How far each patient was judged stands there too, and is never due.
            is_due = or_(DueJob.local_time.is_not(None), DueJob.job != Job.DAY)
            wanted = select(DueJob).where(DueJob.clinic_id == clinic.id, DueJob.job == job, is_due)
            return session.scalars(wanted if subject is None else wanted.where(DueJob.subject == str(subject))).one()

    def runs(self, clinic: Clinic, *jobs: str) -> list[JobRun]:
        """What was run of these jobs, first to last."""
        with self.store.session(clinic.id) as session:
            wanted = select(JobRun).where(JobRun.clinic_id == clinic.id, JobRun.job.in_(jobs))
            return list(session.scalars(wanted.order_by(JobRun.started_at, JobRun.slot)))

    def told(self, clinic: Clinic, *jobs: str) -> list[tuple[str, str]]:
        """The slots that were run of these jobs, each with how it went."""
        return [(run.slot, str(run.result)) for run in self.runs(clinic, *jobs)]

    def digests(self, clinic: Clinic) -> list[tuple[str, str, str]]:
        """To whom which digest of which local day was written."""
        with self.store.session(clinic.id) as session:
            wanted = select(Letter).where(Letter.clinic_id == clinic.id, Letter.kind.like("digest-%"))
            return sorted((str(row.staff_id), row.kind, row.values["for_date"]) for row in session.scalars(wanted))
