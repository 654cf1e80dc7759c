"""Clock, mail server and database are stopped in turn: people are told by the second channel within 15 minutes.

Time is pressed together. The positive control is a watchdog that lives in the process that it watches: it dies with it
and tells nobody.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen

import pytest
from sqlalchemy import text

from rehab_tracker.domain.red_flag import RedFlag
from tests import postgres
from tests.conftest import Store
from tests.jobs.clock import environment, wait_until
from tests.mail.office import Office, flags
from tests.smtp import MailServer
from tests.webhook import Webhook

LONG = os.environ.get("REHAB_LONG_DRILLS") == "1"
FACTOR = 120
"""By this much time is pressed together: 15 minutes are 7.5 seconds."""

IN_TIME = 15 * 60 / FACTOR
QUIET = 24 * 60 * 60 / FACTOR if LONG else 1.0
ROUNDS = 5 if LONG else 1
SETTLED = 2 * 60 / FACTOR
DAY = "86400"
ALL = (
    "clock_hangs", "clock_dies", "clock_jumps", "mail_server_stops", "database_is_locked", "database_stops"
)  # fmt: skip
SHORT = {
    "sqlite": ("clock_hangs", "clock_jumps", "mail_server_stops"),
    "postgres": ("database_stops",),
}
LOCKS = {"sqlite": "SELECT 1", "postgres": "LOCK TABLE beat IN EXCLUSIVE MODE"}
"""What makes a program that hangs in its work hold up the clock; on SQLite whatever it began with does."""


class Drill:
    """An installation with a clock and a watchdog, each a process of its own, and all that can be stopped of it."""

    def __init__(self, store: Store, folder: Path, hook: Webhook, server: MailServer, at_rest: ExitStack) -> None:
        self.store, self.folder, self.hook = store, folder, hook
        self.server, self.at_rest = server, at_rest
        self.file = folder / "wrong-by"
        self.office = Office(store, server, datetime.now(UTC))
        self.told_after: dict[str, list[float]] = {}

    def start(self, what: str) -> Popen[bytes]:
        """Starts the clock, the watchdog, or both in one."""
        channel = {"REHAB_WATCH_WEBHOOK_URL": self.hook.url, "REHAB_DATA_DIR": str(self.folder / "data")}
        command = (sys.executable, str(Path(__file__).with_name("watched.py")), what, str(FACTOR), str(self.file))
        with (self.folder / f"log of {what}").open("ab") as said:
            process = Popen(command, env=environment(self.store, self.server) | channel, stdout=said, stderr=said)
        self.at_rest.callback(_end, process)
        return process

    @property
    def is_believed_well(self) -> bool:
        """Whether the last thing that people heard is that all is well."""
        return not self.hook.posts or not self.hook.posts[-1].told["findings"]

    def heard(self, since: int) -> set[str]:
        """The codes of what was told since then."""
        return {finding["code"] for post in self.hook.posts[since:] for finding in post.told["findings"]}

    def stops(self, name: str, expected: set[str], fault: Callable[[], None], mend: Callable[[], None]) -> None:
        """Lets something fail, and goes on when people were told of it, and then that all is well again."""
        before, began = len(self.hook.posts), time.monotonic()
        fault()
        wait_until(lambda: self.heard(before) & expected, 60)
        told = next(post for post in self.hook.posts[before:] if {f["code"] for f in post.told["findings"]} & expected)
        self.told_after.setdefault(name, []).append(told.at - began)
        mend()
        wait_until(lambda: self.is_believed_well, 60)
        # The slowest line may still be about to be missed for what was just mended.
        time.sleep(SETTLED)


def _end(process: Popen[bytes]) -> None:
    process.kill()
    process.wait()


@contextmanager
def drilling(store: Store, folder: Path) -> Iterator[Drill]:
    """The drill's surroundings, all of which end with it."""
    with ExitStack() as at_rest:
        server, hook = at_rest.enter_context(MailServer()), at_rest.enter_context(Webhook())
        yield Drill(store, folder, hook, server, at_rest)


class Faults:
    """What can fail of a drill's installation, each with how it is mended."""

    def __init__(self, drill: Drill, clock: Popen[bytes], server: postgres.Server | None) -> None:
        self.drill, self.clock, self.server = drill, clock, server
        self.held = ExitStack()

    def clock_hangs(self) -> None:
        self.drill.stops(
            "clock stopped", {"clock-dead"},
            lambda: self.clock.send_signal(signal.SIGSTOP), lambda: self.clock.send_signal(signal.SIGCONT),
        )  # fmt: skip

    def clock_dies(self) -> None:
        self.drill.stops("clock killed", {"clock-dead"}, lambda: _end(self.clock), self._restart)

    def _restart(self) -> None:
        self.clock = self.drill.start("jobs")

    def clock_jumps(self) -> None:
        file = self.drill.file
        self.drill.stops("clock a day ahead", {"clock-ahead"}, lambda: _write(file, DAY), file.unlink)

    def database_is_locked(self) -> None:
        self.drill.stops("database locked", {"clock-dead", "clock-failing"}, self._lock, self.held.close)

    def _lock(self) -> None:
        connection = self.held.enter_context(self.drill.store.engine("superuser").connect())
        connection.execute(text(LOCKS[self.drill.store.kind]))

    def mail_server_stops(self) -> None:
        self.drill.stops("mail server stopped", {"letters-paused", "letters-wait"}, self._hang_up, self._answer_again)

    def _hang_up(self) -> None:
        self.drill.server.__exit__()
        self.drill.office.now = datetime.now(UTC)
        self.drill.office.push(self.drill.office.enrol(), flags(RedFlag.FEVER))

    def _answer_again(self) -> None:
        self.drill.server.__enter__()

    def database_stops(self) -> None:
        if self.server is None:
            # An SQLite file has no server to stop, and somebody else's is not ours to.
            return
        self.drill.stops("database stopped", {"database-unreachable"}, self.server.crash, self.server.go_on)


def _write(file: Path, what: str) -> None:
    new = file.with_suffix(".new")
    new.write_text(what)
    new.replace(file)


@pytest.fixture
def own_server(store: Store, request: pytest.FixtureRequest) -> postgres.Server | None:
    """The PostgreSQL that the test may stop, None where there is none."""
    if store.kind == "sqlite":
        return None
    found: postgres.Server = request.getfixturevalue("postgres_server")
    return None if found.external else found


@pytest.mark.drill
def test_somebody_is_told_in_time_and_nobody_on_a_quiet_day(store, tmp_path, own_server):
    with drilling(store, tmp_path) as drill:
        faults = Faults(drill, drill.start("jobs"), own_server)
        wait_until(lambda: "clock-started" in (tmp_path / "log of jobs").read_text())
        time.sleep(1)
        drill.start("watch")
        time.sleep(QUIET)
        false_alarms = len([post for post in drill.hook.posts if post.told["findings"]])
        for _ in range(ROUNDS):
            for fault in ALL if LONG else SHORT[store.kind]:
                getattr(faults, fault)()
        told = {name: [round(each * FACTOR / 60, 1) for each in times] for name, times in drill.told_after.items()}
    hours = QUIET * FACTOR / 3600
    print(f"\n{store.kind}: told after so many minutes: {told}; false alarms in {hours:.1f} hours: {false_alarms}")
    assert false_alarms == 0
    assert all(each <= IN_TIME for times in drill.told_after.values() for each in times), told


@pytest.mark.drill
def test_a_watchdog_within_what_it_watches_tells_nobody(sqlite_store, tmp_path):
    with drilling(sqlite_store, tmp_path) as drill:
        both = drill.start("both")
        wait_until(lambda: "clock-started" in (tmp_path / "log of both").read_text())
        wait_until((tmp_path / "data" / "watch.json").exists)
        wait_until(lambda: drill.is_believed_well)
        before = len(drill.hook.posts)
        both.send_signal(signal.SIGSTOP)
        time.sleep(IN_TIME)
        assert len(drill.hook.posts) == before
