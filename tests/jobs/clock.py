"""Real `rehab-tracker jobs` processes on a test's database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import Store
from tests.smtp import MailServer

COMMAND = (str(Path(sys.executable).with_name("rehab-tracker")), "jobs")


def environment(store: Store, server: MailServer) -> dict[str, str]:
    """The settings of a process on this store, whose letters go to this server."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("REHAB_")}
    urls = {"REHAB_DATABASE_URL": store.url("app")}
    if store.kind == "postgres":
        urls |= {f"REHAB_DATABASE_{role.upper()}_URL": store.url(role) for role in ("owner", "jobs", "watch")}
    smtp = {"REHAB_SMTP_URL": f"smtp://127.0.0.1:{server.port}?tls=off", "REHAB_MAIL_FROM": "alerts@clinic.example"}
    return {**others, **urls, **smtp, "PYTHONUNBUFFERED": "1"}


@contextmanager
def clock(store: Store, server: MailServer, log: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """One process, killed in the end if it is still there."""
    process = started(store, server, log, *command)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def started(store: Store, server: MailServer, log: Path, *command: str) -> subprocess.Popen[bytes]:
    """A process that writes what it says to the end of a file."""
    with log.open("ab") as said:
        return subprocess.Popen(command or COMMAND, env=environment(store, server), stdout=said, stderr=said)


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    """Waits until something is true; fails after so many seconds."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "It did not come."
        time.sleep(0.05)
