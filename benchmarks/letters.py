"""Letters: what it costs to write them with their alerts, and to lease, send and mark them, beside only talking SMTP.

The floor hands ready messages to the same server over one connection, without any database.
"""

import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from statistics import median
from uuid import UUID

from benchmarks import cpu, servers
from rehab_tracker.storage.database import open_engine
from rehab_tracker.storage.revisions import upgrade
from tests import postgres
from tests.conftest import Store
from tests.mail.office import Office, flags
from tests.smtp import MailServer

LETTERS = 100
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """What 1,000 letters cost in CPU-seconds, ours with the mail server's and PostgreSQL's, and letters per second."""

    ours: float
    database: float
    rate: float

    def __str__(self) -> str:
        return f"{self.ours + self.database:6.2f} ({self.ours:.2f} + {self.database:.2f}) {self.rate:6.0f}/s"


def measured(work: Callable[[], None], postmaster: int, letters: int = LETTERS) -> Cost:
    """Return what this work cost for each 1,000 of its letters."""
    database, ours, began = cpu.seconds(postmaster), time.process_time(), time.perf_counter()
    work()
    took, used = time.perf_counter() - began, time.process_time() - ours
    share = 1000 / letters
    return Cost(used * share, (cpu.seconds(postmaster) - database) * share, letters / took)


def compare_letters(server: postgres.Server) -> None:
    """Print medians and the ratio of delivering to only talking SMTP."""
    store, postmaster = _store(server), servers.postmaster(server)
    written, delivered, floors = [], [], []
    with MailServer() as catcher:
        office = Office(store, catcher, datetime.now(UTC))
        for _ in range(ROUNDS):
            office.later(minutes=1)
            patients = [office.enrol() for _ in range(LETTERS)]
            written.append(measured(partial(_write, office, patients), postmaster))
            delivered.append(measured(partial(_deliver, office), postmaster))
            raw = [mail.raw for mail in catcher.mails[-LETTERS:]]
            floors.append(measured(partial(_floor, catcher, raw), postmaster))
    store.close()
    ratio = median((d.ours + d.database) / (f.ours + f.database) for d, f in zip(delivered, floors, strict=True))
    print("CPU-seconds per 1,000 letters (ours and the mail server's + PostgreSQL), letters per second, medians of 3")
    print(f"{'alerts with letters':24} {_middle(written)}")
    print(f"{'lease, send, mark':24} {_middle(delivered)}   floor {_middle(floors)}   ratio {ratio:5.2f}")


def _middle(costs: list[Cost]) -> Cost:
    return sorted(costs, key=lambda cost: cost.ours + cost.database)[len(costs) // 2]


def _store(server: postgres.Server) -> Store:
    server.create_database("bench_letters")
    owner = open_engine(server.url("rehab_owner", "bench_letters"), owner=True)
    upgrade(owner)
    owner.dispose()
    return Store("postgres", lambda role: server.url(f"rehab_{role}", "bench_letters"))


def _write(office: Office, patients: list[UUID]) -> None:
    for patient in patients:
        office.push(patient, flags())


def _deliver(office: Office) -> None:
    assert office.deliver() == LETTERS


def _floor(server: MailServer, raw: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", server.port) as smtp:
        for each in raw:
            smtp.sendmail("alerts@clinic.example", "nurse@clinic.example", each)


if __name__ == "__main__":
    with postgres.running() as running:
        compare_letters(running)
