"""One process of the clock for the drill: it asks what is due until nothing is, and leaves a line for each work done.

``claimed`` is the product, with work that takes some milliseconds in the place of a digest. ``unclaimed`` is the
positive control, which does what it read as due, as several schedulers on one table do; it is not of the product.
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, update

from rehab_tracker.domain.due import Job
from rehab_tracker.services import clock
from rehab_tracker.storage.clock import DueJob
from rehab_tracker.storage.database import open_engine, sessions, under_clinic


def note(done: Path, subject: str) -> None:
    """Adds a line, in one write, so that several processes can't mix theirs."""
    with done.open("ab", buffering=0) as file:
        file.write(f"{subject}\n".encode())


def claimed(make, clinic_id: int, done: Path) -> None:
    def work(session, on, slot, now):
        time.sleep(0.002)
        note(done, on.row.subject)
        return 1

    clock.WORK[Job.DIGEST_MORNING] = work
    while clock.run_due(make, lambda: datetime.now(UTC)):
        pass


def unclaimed(make, clinic_id: int, done: Path) -> None:
    while True:
        with under_clinic(make(), clinic_id) as session:
            due = (DueJob.clinic_id == clinic_id, DueJob.due_at <= datetime.now(UTC))
            subject = session.scalar(select(DueJob.subject).where(*due).order_by(DueJob.subject).limit(1))
            session.commit()
            if subject is None:
                return
            time.sleep(0.002)
            note(done, subject)
            session.execute(update(DueJob).where(*due, DueJob.subject == subject).values(due_at=None))
            session.commit()


if __name__ == "__main__":
    how, clinic, file, go = sys.argv[1:]
    engine = open_engine(os.environ["REHAB_DATABASE_JOBS_URL"])
    makes = sessions(engine)
    Path(f"{go}.{os.getpid()}").touch()
    while not Path(go).exists():
        time.sleep(0.005)
    {"claimed": claimed, "unclaimed": unclaimed}[how](makes, int(clinic), Path(file))
    engine.dispose()
