"""Web processes for a drill, killed one after another, and phones that push until each push is acknowledged."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks.servers import free_port
from rehab_tracker.domain.access import system
from rehab_tracker.services import enrolment
from tests.conftest import Store
from tests.jobs.clock import environment, wait_until
from tests.mail.office import ZONE, Office
from tests.served import PUSH, canonical
from tests.smtp import MailServer

KEY = "a-secret-key-of-the-drills-0123456789"


@dataclass
class Web:
    """A master of gunicorn and its workers, who are killed; it starts others in their place."""

    master: int
    port: int

    @property
    def workers(self) -> list[int]:
        """The processes that serve."""
        children = Path(f"/proc/{self.master}/task/{self.master}/children")
        return [int(pid) for pid in children.read_text().split()]

    def kill(self, pid: int) -> None:
        """Ends one of them as a power cut would."""
        os.kill(pid, signal.SIGKILL)


@contextmanager
def serving(store: Store, server: MailServer, log: Path, workers: int) -> Iterator[Web]:
    """The app under gunicorn with so many workers."""
    port = free_port()
    own = {"REHAB_SECRET_KEY": KEY, "REHAB_BASE_URL": f"http://127.0.0.1:{port}"}
    # Forked from one that has imported everything: a new worker stands within a moment.
    options = ("--preload", "--no-control-socket", "--workers", str(workers), "--bind", f"127.0.0.1:{port}")
    command = [sys.executable, "-m", "gunicorn", *options, "rehab_tracker.app:served()"]
    with log.open("wb") as said:
        master = subprocess.Popen(command, env=environment(store, server) | own, stdout=said, stderr=said)
    try:
        web = Web(master.pid, port)
        wait_until(lambda: len(web.workers) == workers and "Booting" in log.read_text(), 60)
        yield web
    finally:
        master.terminate()
        master.wait(30)


@dataclass
class Phones:
    """Patients whose phones push one red flag each, again and again until it is acknowledged."""

    office: Office
    port: int
    waiting: list[tuple[str, str]] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    retried: int = 0

    def enrol(self, patient: UUID) -> None:
        """Gives a patient a phone."""
        office, viewer = self.office, system(self.office.clinic.id)
        with office.store.session(office.clinic.id) as session:
            code = enrolment.new_enrolment_code(session, viewer, office.clinic, patient, office.now)
            device = enrolment.use_code(session, office.clinic, code, "phone", str(patient), office.now)
        self.waiting.append((device.token, str(device.device_id)))

    def push_all(self, threads: int, until: float) -> list[threading.Thread]:
        """Starts so many threads that push until all is acknowledged."""
        started = [threading.Thread(target=self._push, args=(until,)) for _ in range(threads)]
        for thread in started:
            thread.start()
        return started

    def _push(self, until: float) -> None:
        while self.waiting:
            try:
                token, device = self.waiting.pop()
            except IndexError:
                return
            item = _flag()
            while time.monotonic() < until and not self._taken(token, device, item):
                self.retried += 1
                time.sleep(0.05)
            self.acknowledged.append(item["id"])

    def _taken(self, token: str, device: str, item: dict[str, Any]) -> bool:
        now = datetime.now(UTC).isoformat()
        body = {"device": device, "sent_at": now, "count": 1, "sha256": canonical([item]), "items": [item]}
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", PUSH, json.dumps(body), headers)
            answer = connection.getresponse()
            said = json.loads(answer.read())
            return answer.status == 200 and said["results"][0]["status"] in ("created", "duplicate")
        except (OSError, HTTPException, ValueError):
            return False
        finally:
            connection.close()


def _flag() -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {
        "id": str(uuid4()),
        "rev": 1,
        "kind": "red-flags",
        "recorded_at": now,
        "time_zone": ZONE,
        "flags": ["fever"],
    }
