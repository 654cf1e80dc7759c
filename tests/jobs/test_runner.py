"""The clock as a real process: it starts, asks, survives what goes wrong, and stops when told."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from rehab_tracker.domain.watching import Wrong
from rehab_tracker.jobs import runner
from rehab_tracker.jobs.timetable import Means, Tick
from rehab_tracker.services.clock import beat
from rehab_tracker.services.watching import look
from rehab_tracker.storage.database import sessions
from rehab_tracker.storage.letters import LetterState
from tests.jobs.clock import clock, wait_until
from tests.mail.office import Office, flags
from tests.smtp import MailServer, Order

CANARY = "Canary Name"


def office_with(store, server, letters):
    office = Office(store, server, datetime.now(UTC))
    for _ in range(letters):
        office.push(office.enrol(), flags())
    return office


def states(office):
    return [letter.state for letter in office.letters()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_clock_finishes_the_letter_in_hand_and_begins_no_other(sqlite_store, tmp_path, number):
    with MailServer() as server:
        office = office_with(sqlite_store, server, 3)
        server.order(Order(), Order(stall=1.0))
        with clock(sqlite_store, server, tmp_path / "log") as process:
            wait_until(lambda: {LetterState.SENT, LetterState.LEASED} <= set(states(office)))
            process.send_signal(number)
            assert process.wait(20) == 0
    assert sorted(states(office)) == [LetterState.QUEUED, LetterState.SENT, LetterState.SENT]
    assert len(server.taken) == 2
    assert "clock-stopped" in (tmp_path / "log").read_text()


def test_an_idle_clock_stops_at_once(store, tmp_path):
    log = tmp_path / "log"
    with MailServer() as server, clock(store, server, log) as process:
        wait_until(lambda: "clock-started" in log.read_text())
        began = time.monotonic()
        process.terminate()
        assert process.wait(20) == 0
        assert time.monotonic() - began < 10


def test_three_clocks_send_each_letter_once(store, tmp_path):
    with MailServer(delays=(0.01, 0.01)) as server:
        office = office_with(store, server, 30)
        logs = [tmp_path / f"log {at}" for at in range(3)]
        with clock(store, server, logs[0]), clock(store, server, logs[1]), clock(store, server, logs[2]):
            wait_until(lambda: set(states(office)) == {LetterState.SENT})
            time.sleep(1)
    assert len(server.mails) == len({mail.message_id for mail in server.mails}) == 30
    said = "".join(log.read_text() for log in logs)
    assert "tick-failed" not in said


def test_a_letter_written_while_the_clock_runs_goes_out(sqlite_store, tmp_path):
    with MailServer() as server, clock(sqlite_store, server, tmp_path / "log"):
        wait_until(lambda: "clock-started" in (tmp_path / "log").read_text())
        office = office_with(sqlite_store, server, 1)
        wait_until(lambda: states(office) == [LetterState.SENT], 30)
        assert len(server.taken) == 1


def test_a_question_that_fails_is_logged_without_what_it_says():
    def fail(means):
        raise ValueError(CANARY)

    with capture_logs() as logs:
        runner._ask(Tick("broken", 1, fail), Means(None, None, "", "", None, None))
    line, beat = logs
    assert beat["event"] == "beat-failed"  # without a database nothing can be written down
    assert (line["event"], line["tick"], line["fault"], line["log_level"]) == (
        "tick-failed",
        "broken",
        "ValueError",
        "error",
    )
    assert any(place.startswith(__file__) for place in line["where"])
    assert CANARY not in repr(line)


def test_work_that_takes_long_says_between_its_pieces_that_it_goes_on(monkeypatch):
    now, beats, ends = datetime(2026, 3, 2, 9, tzinfo=UTC), [], []

    def work(means):
        nonlocal now
        for _ in range(10):
            assert not means.stopping()
            now += timedelta(seconds=30)

    monkeypatch.setattr(runner, "beat_at_work", lambda sessions, name, at: beats.append(at))
    monkeypatch.setattr(runner, "beat", lambda sessions, name, at, went_well: ends.append((at, went_well)))
    runner._ask(Tick("long", 5, work), Means(None, None, "", "", lambda: now, lambda: False))
    gaps = {later - before for before, later in zip(beats, beats[1:], strict=False)}
    assert len(beats) == 4 and max(gaps) <= timedelta(minutes=1)
    assert ends == [(now, True)]


def test_work_that_takes_long_and_fails_each_time_never_says_that_it_goes_well(store):
    now, began = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)

    def work(means):
        nonlocal now
        for _ in range(4):
            means.stopping()
            now += timedelta(minutes=2)
        raise RuntimeError

    make = sessions(store.engine("jobs"))
    beat(make, "long", began, went_well=True)
    for _ in range(2):
        runner._ask(Tick("long", 5, work), Means(make, None, "", "", lambda: now, lambda: False))
    found = look(sessions(store.engine("watch")), {"long": timedelta(seconds=5)}, now)
    assert [finding.code for finding in found] == [Wrong.CLOCK_FAILING]


def test_work_that_goes_on_for_an_hour_is_seen_to_and_missed_when_it_stops(store):
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    make, every = sessions(store.engine("jobs")), {"long": timedelta(seconds=5)}
    beat(make, "long", now, went_well=True)

    def seen():
        return [(finding.code, finding.since) for finding in look(sessions(store.engine("watch")), every, now)]

    def work(means):
        nonlocal now
        for _ in range(60):
            now += timedelta(minutes=1)
            means.stopping()
            assert seen() == []
        now += timedelta(minutes=10)
        assert seen() == [(Wrong.CLOCK_DEAD, now - timedelta(minutes=10))]

    with capture_logs() as logs:
        runner._ask(Tick("long", 5, work), Means(make, None, "", "", lambda: now, lambda: False))
    assert (logs, seen()) == ([], [])


GOES_ON = """
import os, signal
from rehab_tracker.jobs import runner
from rehab_tracker.jobs.timetable import Tick

asked = []
def ask(means):
    asked.append(1)
    if len(asked) == 3:
        os.kill(os.getpid(), signal.SIGTERM)
    raise RuntimeError("Canary Name")

runner.TIMETABLE = (Tick("broken", 1, ask),)
runner.run(None, None, "", "", None)
print("asked", len(asked))
"""


def test_the_clock_goes_on_after_a_question_that_failed():
    done = subprocess.run([sys.executable, "-c", GOES_ON], capture_output=True, text=True, timeout=60, check=True)
    assert "asked 3" in done.stdout
    assert done.stdout.count("tick-failed") == 3
    assert CANARY not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("room", "heavy"),
    [("rehab_tracker.cli", {"plotly", "numpy", "scipy"}), ("rehab_tracker.jobs.runner", {"flask", "marshmallow"})],
)
def test_the_clock_starts_without_what_only_pages_need(room, heavy):
    code = f"import sys, {room}; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
