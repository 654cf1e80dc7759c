"""The demo as a process: it gets ready, a pushed red flag becomes a mail, it ends whole, and starts again."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from rehab_tracker import demo
from rehab_tracker.evaluation.made_up_clinic import LISBOA, PORTO
from tests.jobs.clock import wait_until

TABLES = ("clinic", "staff", "patient", "care_team", "entry", "involvement", "alert", "letter", "device")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


@contextmanager
def running(folder: Path, port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A demo in a group of its own, as a shell starts it; what is left of the group is killed."""
    command = [sys.executable, "-m", "rehab_tracker.demo", "--port", str(port), "--patients", "4"]
    own = {"REHAB_DATA_DIR": str(folder), "REHAB_DATABASE_URL": "postgresql://not-the-demos/business"}
    with log.open("wb") as said:
        process = subprocess.Popen(command, env={**os.environ, **own}, stdout=said, stderr=said, start_new_session=True)
    try:
        wait_until(lambda: process.poll() is not None or "Ctrl-C ends the demo." in log.read_text(), 120)
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def push(port: int, token: str, body: str) -> list[str]:
    """Sends a batch as a phone does and returns the statuses."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(f"http://127.0.0.1:{port}/api/v1/me/sync/push", body.encode(), headers)
    with urlopen(request, timeout=20) as answer:
        return [result["status"] for result in json.load(answer)["results"]]


def red_flag(device: str) -> str:
    """A batch with one red flag of now."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    item = {"id": str(uuid4()), "rev": 1, "kind": "red-flags", "recorded_at": now, "time_zone": "UTC"}
    items = [item | {"flags": ["chest-pain-or-breathless"]}]
    digest = sha256(json.dumps(items, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return json.dumps({"device": device, "sent_at": now, "count": 1, "sha256": digest, "items": items})


def rows(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / "rehab.sqlite3")) as database:
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def nobody_is_left(process: subprocess.Popen[bytes]) -> bool:
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return True
    return False


def the_printed_curl_command_logs_pain(port: int, said: str) -> None:
    command = re.search(r"^curl .*?}]}'$", said, re.DOTALL | re.MULTILINE)
    token = re.search(r"Bearer ([^']+)'", said)
    assert command and token
    # The shell reads the command, and we stand in for curl, which need not be here.
    last_word = 'curl() { for word; do :; done; printf %s "$word"; }'
    body = subprocess.run(["sh", "-c", f"{last_word}\n{command[0]}"], capture_output=True, text=True, check=True)
    assert push(port, token[1], body.stdout) == ["created"]


def test_the_demo_from_start_to_second_start(tmp_path):
    folder, log, port = tmp_path / "data", tmp_path / "log", free_port()
    with running(folder, port, log) as process:
        said = log.read_text()
        assert process.poll() is None, said
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
            assert answer.status == 200
        for member in (*PORTO.staff, *LISBOA.staff):
            assert re.search(rf"{member.role} +{member.email} +password: {member.password}\n", said)
        assert all(f"http://127.0.0.1:{port}/c/{clinic.slug}/" in said for clinic in (PORTO, LISBOA))
        assert "porto-demo: patients 5/5" in said
        assert re.search(r"code for a phone, works once: [0-9A-Z-]{24} ", said)

        left = said.count("mail for nurse@porto-demo.example: [Urgent]")
        before, phone = set((folder / "mails").glob("*.eml")), json.loads((folder / "demo.json").read_text())
        assert len(before) > 6 and "Diary digest" in said
        assert push(port, phone["token"], red_flag(phone["device"])) == ["created"]
        wait_until(lambda: set((folder / "mails").glob("*.eml")) - before)
        wait_until(lambda: log.read_text().count("mail for nurse@porto-demo.example: [Urgent]") > left)
        the_printed_curl_command_logs_pain(port, said)

        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) == 0
        assert nobody_is_left(process)
        assert "Its data stay" in log.read_text()

    there = rows(folder)
    with running(folder, port, log) as process:
        assert process.poll() is None, log.read_text()
        again = rows(folder)
        same = [table for table in TABLES if table not in ("entry", "letter", "alert")]
        assert [again[table] for table in same] == [there[table] for table in same]
        # Somebody of the cohort may have logged in the minute between.
        assert 0 <= again["entry"] - there["entry"] < 5
        assert 0 <= again["alert"] - there["alert"] < 2
        process.terminate()
        assert process.wait(60) == 0
        assert nobody_is_left(process)


def test_a_taken_port_is_said_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(tmp_path / "data", port, tmp_path / "log") as process:
            assert process.wait(60) == 1
    assert (tmp_path / "log").read_text() == f"Port {port} is taken. Choose another: make demo PORT={port + 1}\n"
    assert not (tmp_path / "data").exists()


def test_data_that_are_not_the_demos_stay_untouched(tmp_path):
    kept = tmp_path / "rehab.sqlite3"
    kept.write_text("a clinic's")
    with pytest.raises(demo.Stopped, match="not the demo's"):
        demo._open_folder(demo.Demo(tmp_path, 1, 1), fresh=True)
    assert kept.read_text() == "a clinic's"


def test_a_fresh_start_forgets_what_the_demo_made_and_nothing_else(tmp_path):
    place = demo.Demo(tmp_path, 1, 1)
    demo._open_folder(place, fresh=False)
    for name in ("rehab.sqlite3", "mails/00001.eml", "mine.txt"):
        (tmp_path / name).touch()
    demo._open_folder(place, fresh=False)
    assert (tmp_path / "rehab.sqlite3").exists()
    demo._open_folder(place, fresh=True)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["demo.json", "mails", "mine.txt", "secret-key"]
