"""Letters are sent while their senders are killed again and again. None may be lost.

Between the server's taking a message and its answer nobody can know that it arrived; a sender killed there makes one
more copy, with the same Message-ID. The positive control marks before it sends, and must lose some.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rehab_tracker.domain.red_flag import RedFlag
from rehab_tracker.storage.letters import LetterState
from tests.conftest import Store
from tests.jobs.clock import environment
from tests.mail.office import Office, flags
from tests.smtp import MailServer

LONG = os.environ.get("REHAB_LONG_DRILLS") == "1"
LETTERS, LEAST_KILLS, EVERY = (1500, 50, 20) if LONG else (200, 8, 20)
CONTROL_LETTERS, CONTROL_KILLS = (LETTERS, 50) if LONG else (160, 5)
WORKERS = 2
DELAYS, CONTROL_DELAYS = (0.04, 0.04), (0.15, 0.0)
"""The most seconds the server takes to take a message, and then to say so. Copies come of kills within the second, the
control's losses of kills within the first."""

OVER = (LetterState.SENT, LetterState.BOUNCED, LetterState.DEAD, LetterState.CANCELLED)


@dataclass(frozen=True)
class Figures:
    """How a drill went; ``most_copies`` is of one letter."""

    letters: int
    kills: int
    lost: int
    duplicates: int
    most_copies: int


class Worker:
    """One sender, with a log of its own."""

    def __init__(self, drill: "Drill", log: Path) -> None:
        self.log = log
        self.drill = drill
        self.number = drill.told(f"start {log}")

    @property
    def is_at_work(self) -> bool:
        """Whether it has come so far that a kill can disturb it."""
        return self.log.exists() and "clock-started" in self.log.read_text()

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self.drill.told(f"kill {self.number}")


class Drill:
    """Letters, a mail server, two senders, and somebody who kills them."""

    def __init__(self, store: Store, server: MailServer, folder: Path, *arguments: str) -> None:
        self.store, self.server, self.folder = store, server, folder
        self.office = Office(store, server, datetime.now(UTC))
        self.command = (sys.executable, str(Path(__file__).with_name("worker.py")), *arguments)
        self.kills = 0

    def write(self, letters: int) -> set[str]:
        """Writes so many letters, each of a red flag of its own, and returns their Message-IDs."""
        for at in range(0, letters, len(RedFlag)):
            self.office.push(self.office.enrol(), flags(*list(RedFlag)[: letters - at]))
        return {f"<{letter.message_id}@clinic.example>" for letter in self.office.letters()}

    def told(self, order: str) -> int:
        """Has a sender started or killed; returns its number."""
        self.forks.stdin.write(f"{order}\n")
        self.forks.stdin.flush()
        return int(self.forks.stdout.readline())

    def run(self, until: float) -> None:
        """Lets the senders send and kills one of them after every so many messages, until all letters are over."""
        env, pipe = environment(self.store, self.server), subprocess.PIPE
        with (
            (self.folder / "log").open("ab") as said,
            subprocess.Popen(self.command, env=env, stdin=pipe, stdout=pipe, stderr=said, text=True) as self.forks,
        ):
            workers = [Worker(self, self.folder / f"log {at}") for at in range(WORKERS)]
            while not self._over():
                assert time.monotonic() < until, "It takes too long."
                self._kill_for_half_a_second(workers)

    def _over(self) -> bool:
        return all(letter.state in OVER for letter in self.office.letters())

    def _kill_for_half_a_second(self, workers: list[Worker]) -> None:
        for _ in range(50):
            time.sleep(0.01)
            at_work = [at for at, worker in enumerate(workers) if worker.is_at_work]
            if at_work and len(self.server.mails) >= (self.kills + 1) * EVERY:
                time.sleep(random.uniform(0, sum(self.server.delays)))
                self._kill(workers, random.choice(at_work))

    def _kill(self, workers: list[Worker], at: int) -> None:
        workers[at].kill()
        self.kills += 1
        workers[at] = Worker(self, self.folder / f"log {WORKERS + self.kills}")

    def figures(self, written: set[str]) -> Figures:
        """What came of it, and no mail that nobody wrote."""
        copies = Counter(mail.message_id for mail in self.server.taken)
        assert set(copies) <= written
        extra = sum(copies.values()) - len(copies)
        return Figures(len(written), self.kills, len(written - set(copies)), extra, max(copies.values()))


def drilled(store: Store, folder: Path, letters: int, delays, *arguments: str) -> tuple[Figures, MailServer]:
    """One whole drill, printed."""
    with MailServer(delays=delays) as server:
        drill = Drill(store, server, folder, *arguments)
        written = drill.write(letters)
        assert len(written) == letters
        drill.run(time.monotonic() + (1800 if LONG else 240))
        figures = drill.figures(written)
    print(f"\n{store.kind} {' '.join(arguments) or 'lease, send, mark'}: {figures}")
    return figures, server


@pytest.mark.drill
def test_no_letter_is_lost_and_copies_bear_the_same_message_id(store, tmp_path):
    figures, server = drilled(store, tmp_path, LETTERS, DELAYS)
    assert figures.kills >= LEAST_KILLS
    assert figures.lost == 0
    assert figures.duplicates <= figures.kills
    bodies: dict[str, set[str]] = {}
    for mail in server.taken:
        bodies.setdefault(mail.message_id, set()).add(mail.text)
    assert {len(same) for same in bodies.values()} == {1}


@pytest.mark.drill
def test_marking_before_sending_loses_letters(store, tmp_path):
    figures, _ = drilled(store, tmp_path, CONTROL_LETTERS, CONTROL_DELAYS, "mark-before-send")
    assert figures.kills >= CONTROL_KILLS
    assert figures.lost > 0
