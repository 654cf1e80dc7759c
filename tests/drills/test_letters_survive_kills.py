"""Phones push and letters are sent while web processes and senders are killed again and again. Nothing may be lost.

Between the server's taking a message and its answer nobody can know that it arrived; a sender killed there makes one
more copy, with the same Message-ID. The positive control marks before it sends, and must lose some.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rehab_tracker.storage.letters import LetterState
from tests.conftest import Store
from tests.drills.web import Phones, serving
from tests.jobs.clock import environment, wait_until
from tests.mail.office import Office
from tests.smtp import MailServer

LONG = os.environ.get("REHAB_LONG_DRILLS") == "1"
ALERTS, LEAST_KILLS, EVERY = (1500, 50, 25) if LONG else (24, 8, 8)
"""Alerts, how often somebody is killed at least, and after how many mails."""
CONTROL_ALERTS, CONTROL_KILLS = (ALERTS, 50) if LONG else (24, 5)
WEB, SENDERS, THREADS = 4, 2, 4
NURSES = 3
"""Who each get a letter of each alert."""
DELAYS, CONTROL_DELAYS = (0.03, 0.03), (0.15, 0.0)
"""The most seconds the server takes to take a message, and then to say so. Copies come of kills within the second, the
control's losses of kills within the first."""

OVER = (LetterState.SENT, LetterState.BOUNCED, LetterState.DEAD, LetterState.CANCELLED, LetterState.JOINED)


@dataclass(frozen=True)
class Figures:
    """How a drill went; ``most_copies`` is of one letter."""

    alerts: int
    letters: int
    kills_of_senders: int
    kills_of_web: int
    pushes_again: int
    lost: int
    duplicates: int
    most_copies: int


class Sender:
    """One process that sends, with a log of its own."""

    def __init__(self, forks: subprocess.Popen[str], log: Path) -> None:
        self.log = log
        assert forks.stdin and forks.stdout
        print(log, file=forks.stdin, flush=True)
        self.pid = int(forks.stdout.readline())

    @property
    def is_at_work(self) -> bool:
        """Whether it has come so far that a kill can disturb it."""
        return self.log.exists() and "clock-started" in self.log.read_text()

    def kill(self) -> None:
        """Ends it as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{self.pid}").exists())


class Drill:
    """A clinic, a mail server, phones, web processes and senders, and somebody who kills both."""

    def __init__(self, store: Store, server: MailServer, folder: Path, *arguments: str) -> None:
        self.store, self.server, self.folder = store, server, folder
        self.office = Office(store, server, datetime.now(UTC))
        self.team = [self.office.nurse, *(self.office.hire(f"nurse{n}@clinic.example") for n in range(NURSES - 1))]
        self.command = (sys.executable, str(Path(__file__).with_name("worker.py")), *arguments)
        self.senders: list[Sender] = []
        self.kills: Counter[str] = Counter()
        self.phones = Phones(self.office, 0)

    def run(self, alerts: int, until: float) -> Figures:
        """Lets phones push and senders send, and kills one or the other now and then, until all letters are over."""
        for _ in range(alerts):
            self.phones.enrol(self.office.enrol(self.team))
        with ExitStack() as stack:
            self.web = stack.enter_context(serving(self.store, self.server, self.folder / "web", WEB))
            self.phones.port = self.web.port
            self.forks = stack.enter_context(self._forking())
            for _ in range(SENDERS):
                self._start()
            stack.callback(lambda: [sender.kill() for sender in self.senders])
            threads = self.phones.push_all(THREADS, until)
            while not self._over(alerts):
                assert time.monotonic() < until, "It takes too long."
                self._kill_for_half_a_second()
            for thread in threads:
                thread.join()
        return self._figures(alerts)

    def _start(self) -> None:
        log = self.folder / f"log {self.kills.total()} {len(self.senders)}"
        self.senders.append(Sender(self.forks, log))

    def _forking(self) -> subprocess.Popen[str]:
        settings = environment(self.store, self.server)
        pipe = subprocess.PIPE
        return subprocess.Popen(self.command, env=settings, stdin=pipe, stdout=pipe, text=True)

    def _over(self, alerts: int) -> bool:
        if len(self.phones.acknowledged) < alerts:
            return False
        return all(letter.state in OVER for letter in self.office.letters() if letter.kind == "alert")

    def _kill_for_half_a_second(self) -> None:
        for _ in range(50):
            time.sleep(0.01)
            at_work = [sender for sender in self.senders if sender.is_at_work]
            if at_work and len(self.server.mails) >= self.kills["sender"] * EVERY + EVERY // 2:
                time.sleep(random.uniform(0, sum(self.server.delays)))
                self._kill(random.choice(at_work))
            elif len(self.phones.acknowledged) >= (self.kills["web"] + 1) * EVERY // 2:
                self.web.kill(random.choice(self.web.workers))
                self.kills["web"] += 1

    def _kill(self, sender: Sender) -> None:
        sender.kill()
        self.senders.remove(sender)
        self.kills["sender"] += 1
        self._start()

    def _figures(self, alerts: int) -> Figures:
        """What came of it, and no mail that nobody wrote."""
        letters = {letter.id: letter for letter in self.office.letters()}
        own = {f"<{letter.message_id}@clinic.example>" for letter in letters.values()}
        copies = Counter(mail.message_id for mail in self.server.taken)
        assert set(copies) <= own
        told = [letters[letter.joined_to or letter.id] for letter in letters.values() if letter.kind == "alert"]
        assert len(told) == alerts * NURSES
        lost = sum(f"<{letter.message_id}@clinic.example>" not in copies for letter in told)
        extra, most = sum(copies.values()) - len(copies), max(copies.values())
        kills, again = self.kills, self.phones.retried
        return Figures(alerts, len(told), kills["sender"], kills["web"], again, lost, extra, most)


def drilled(store: Store, folder: Path, alerts: int, delays, *arguments: str) -> tuple[Figures, MailServer]:
    """One whole drill, printed."""
    with MailServer(delays=delays) as server:
        figures = Drill(store, server, folder, *arguments).run(alerts, time.monotonic() + (3600 if LONG else 120))
    print(f"\n{store.kind} {' '.join(arguments) or 'lease, send, mark'}: {figures}")
    return figures, server


@pytest.mark.drill
def test_no_letter_is_lost_and_copies_bear_the_same_message_id(store, tmp_path):
    figures, server = drilled(store, tmp_path, ALERTS, DELAYS)
    assert figures.kills_of_senders + figures.kills_of_web >= LEAST_KILLS
    assert figures.lost == 0
    assert figures.duplicates <= figures.kills_of_senders
    bodies: dict[str, set[str]] = {}
    for mail in server.taken:
        bodies.setdefault(mail.message_id, set()).add(mail.text)
    assert {len(same) for same in bodies.values()} == {1}


@pytest.mark.drill
def test_marking_before_sending_loses_letters(store, tmp_path):
    figures, _ = drilled(store, tmp_path, CONTROL_ALERTS, CONTROL_DELAYS, "mark-before-send")
    assert figures.kills_of_senders >= CONTROL_KILLS
    assert figures.lost > 0
