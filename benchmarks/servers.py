"""What is measured: the app and the floor, each under the same gunicorn, on one PostgreSQL."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from uuid import uuid4

import psycopg
from sqlalchemy import Engine

from benchmarks import floor
from benchmarks.load import Phone
from rehab_tracker.domain.access import system
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.site import site
from rehab_tracker.services import clinics, enrolment, involvements
from rehab_tracker.storage.database import open_engine, sessions
from rehab_tracker.storage.revisions import upgrade
from tests import postgres

PATIENTS = 240
"""Half of them have logged for 30 days when it begins; the other half has been offline and sends its first batch."""
GUNICORN = (
    "--workers",
    "2",
    "--worker-class",
    "gthread",
    "--threads",
    "4",
    "--no-control-socket",
    "--log-level",
    "error",
)


def environment(server: postgres.Server, database: str, port: int) -> dict[str, str]:
    """Return the settings of an app on this database."""
    names = {"URL": "rehab_app", "OWNER_URL": "rehab_owner", "JOBS_URL": "rehab_jobs", "WATCH_URL": "rehab_watch"}
    urls = {f"REHAB_DATABASE_{name}": server.url(role, database) for name, role in names.items()}
    own = {"REHAB_SECRET_KEY": token_urlsafe(48), "REHAB_BASE_URL": f"http://127.0.0.1:{port}"}
    return {**os.environ, **urls, **own}


def prepare(server: postgres.Server, database: str) -> list[Phone]:
    """Make the database by the revisions, with a clinic and its patients, and return their phones."""
    server.create_database(database)
    owner = open_engine(server.url("rehab_owner", database), owner=True)
    upgrade(owner)
    now = datetime.now(UTC)
    with sessions(owner)() as session:
        clinics.add_clinic(session, "bench", "Bench", "Europe/Lisbon", "+351 220", "8 to 16", now)
    owner.dispose()
    app = open_engine(server.url("rehab_app", database))
    phones = [_enrolled(app, number, now) for number in range(PATIENTS)]
    app.dispose()
    return phones


def _enrolled(app: Engine, number: int, now: datetime) -> Phone:
    with sessions(app)() as session:
        clinic = clinics.named(session, "bench")
        viewer, long_ago = system(clinic.id), (now - timedelta(days=90)).date()
        name, zone = f"Bench {number}", "Europe/Lisbon"
        details = enrolment.PatientDetails(name, name, "en-GB", zone, enrolled_on=long_ago)
        enrolled = enrolment.enrol(session, viewer, clinic, details, now)
        knee = Involvement(site("right-knee"), InvolvementStatus.CONFIRMED, long_ago)
        involvements.record_involvement(session, viewer, enrolled.patient.id, knee, now)
        device = enrolment.use_code(session, clinic, enrolled.code, "bench", "bench", now)
        return Phone(device.token, str(device.device_id))


def prepare_floor(server: postgres.Server, database: str) -> list[Phone]:
    """Make the floor's table and return a made-up phone per patient."""
    with psycopg.connect(_plain(server.url("rehab_owner", database))) as connection:
        connection.execute(floor.TABLE)
    return [Phone(str(uuid4()), str(uuid4())) for _ in range(PATIENTS)]


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def serving(application: str, port: int, env: dict[str, str]) -> Iterator[int]:
    """Run an application under gunicorn and give its process id."""
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *GUNICORN, application]
    process = subprocess.Popen(command, env=env)
    try:
        _await(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def _await(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def floor_environment(server: postgres.Server, database: str) -> dict[str, str]:
    """Return the environment of the floor."""
    return {**os.environ, "FLOOR_DATABASE": _plain(server.url("rehab_owner", database))}


def postmaster(server: postgres.Server) -> int:
    """Return the process id of PostgreSQL's first process, which starts all others."""
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])
