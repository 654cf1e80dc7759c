"""Many clocks on one database: each thing that is due is done once, by whichever process comes first."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rehab_tracker.domain.due import Job
from rehab_tracker.services.clinics import add_clinic
from rehab_tracker.services.time_zones import tzdata_version
from rehab_tracker.storage.clock import DueJob
from tests.conftest import Store
from tests.jobs.clock import wait_until

LONG = os.environ.get("REHAB_LONG_DRILLS") == "1"
ROWS = 1000 if LONG else 200
PROCESSES = (1, 4, 16) if LONG else (1, 4)

pytestmark = [pytest.mark.postgres, pytest.mark.drill]


def due_rows(store: Store, rows: int) -> int:
    """A clinic with so many things that are due; its id."""
    now = datetime.now(UTC)
    with store.session(role="owner") as session:
        clinic = add_clinic(session, f"clinic-{now:%H%M%S%f}", "Clinic", "Etc/UTC", "+351", "8 to 18", now)
    due_at = now - timedelta(seconds=1)
    daily = {"time_zone": "Etc/UTC", "tzdata": tzdata_version(), "for_date": due_at.date(), "due_at": due_at}
    with store.session(clinic.id) as session:
        for number in range(rows):
            key = {"clinic_id": clinic.id, "job": Job.DIGEST_MORNING, "subject": f"{number:04}"}
            session.add(DueJob(**key, local_time=f"{due_at:%H:%M}", **daily))
        session.commit()
    return clinic.id


def done_by(store: Store, folder: Path, how: str, processes: int, rows: int = ROWS) -> Counter:
    """How often each thing was done when so many processes begin at once."""
    clinic, done, go = due_rows(store, rows), folder / f"{how}-{processes}", folder / f"go-{how}-{processes}"
    done.touch()
    command = [sys.executable, str(Path(__file__).with_name("clock_worker.py")), how, str(clinic), str(done), str(go)]
    environment = {**os.environ, "REHAB_DATABASE_JOBS_URL": store.url("jobs")}
    started = [subprocess.Popen(command, env=environment) for _ in range(processes)]
    try:
        wait_until(lambda: len(list(folder.glob(f"{go.name}.*"))) == processes)
        go.touch()
        assert [process.wait(300) for process in started] == [0] * processes
    finally:
        for process in started:
            process.kill()
            process.wait()
    return Counter(done.read_text().split())


@pytest.mark.parametrize("processes", PROCESSES)
def test_each_thing_that_is_due_is_done_once(postgres_store, tmp_path, processes):
    done = done_by(postgres_store, tmp_path, "claimed", processes)
    print(f"\n{processes} processes, {ROWS} due: {done.total()} runs of {len(done)}")
    assert len(done) == done.total() == ROWS


def test_without_a_claim_things_are_done_twice(postgres_store, tmp_path):
    done = done_by(postgres_store, tmp_path, "unclaimed", 4, 100)
    print(f"\n4 processes without a claim, 100 due: {done.total()} runs of {len(done)}")
    assert len(done) == 100 and done.total() > 100
