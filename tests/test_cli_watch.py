"""`rehab-tracker watch`: looks once, tells by the second channel what is news, and says by its exit code how it is."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from rehab_tracker.cli import watch as cli
from rehab_tracker.cli.watch_memory import NAME, Memory, keep, reading, recalled
from rehab_tracker.config import SecondChannel, Settings
from rehab_tracker.domain.watching import Finding, Told
from rehab_tracker.jobs.timetable import TIMETABLE
from rehab_tracker.services.clock import beat
from rehab_tracker.storage.database import sessions
from tests.conftest import Store
from tests.jobs.clock import COMMAND, environment, wait_until
from tests.served import settings_on
from tests.smtp import MailServer, Order
from tests.webhook import Webhook


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with Webhook() as running:
        yield running


class Installation:
    """A database, with or without a clock that runs, and a watchdog who remembers."""

    def __init__(self, store: Store, folder: Path, **channel: object) -> None:
        self.store, self.memory, self.eye = store, Memory(), cli.Eye()
        self.settings = settings_on(store, data_dir=folder, watch=SecondChannel(**channel))

    def clock_runs(self) -> None:
        for tick in TIMETABLE:
            beat(sessions(self.store.engine("jobs")), tick.name, datetime.now(UTC), went_well=True)

    def clock_stopped(self, **ago: int) -> None:
        for tick in TIMETABLE:
            beat(sessions(self.store.engine("jobs")), tick.name, datetime.now(UTC) - timedelta(**ago), went_well=True)

    def is_well(self) -> bool:
        self.memory, is_well = cli.watched(self.settings, self.memory, self.eye)
        return is_well


def test_trouble_and_its_end_are_told_once_each(store: Store, tmp_path: Path, hook: Webhook) -> None:
    house = Installation(store, tmp_path, webhook_url=f"{hook.url}/hook")
    house.clock_runs()
    assert house.is_well() and hook.posts == []
    house.clock_stopped(minutes=11)
    assert [house.is_well(), house.is_well()] == [False, False]
    house.clock_runs()
    assert [house.is_well(), house.is_well()] == [True, True]
    trouble, end = (post.told for post in hook.posts)
    assert {finding["code"] for finding in trouble["findings"]} == {"clock-dead"}
    assert "4 things are wrong" in trouble["text"] and "“letters”" in trouble["text"]
    assert end["findings"] == [] and "All is well again." in end["text"]


def test_a_mail_goes_by_the_second_server(sqlite_store: Store, tmp_path: Path) -> None:
    with MailServer() as second:
        house = Installation(sqlite_store, tmp_path, smtp=second.address(), mail_to="operator@other.example")
        house.clock_stopped(days=1)
        assert not house.is_well()
    [mail] = second.taken
    assert mail.recipient == "operator@other.example"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["Subject"] == "rehab_tracker at localhost: 4 things are wrong"
    assert "Is `jobs` running?" in mail.text


def test_a_way_that_fails_is_said_and_tried_again(
    sqlite_store: Store, tmp_path: Path, hook: Webhook, capsys: pytest.CaptureFixture[str]
) -> None:
    house = Installation(sqlite_store, tmp_path, webhook_url=f"{hook.url}/very-secret-path")
    house.clock_stopped(days=1)
    hook.status = 500
    assert not house.is_well()
    assert capsys.readouterr().err == "The second channel failed: 127.0.0.1: 500\n"
    hook.status = 204
    house.is_well()
    house.is_well()
    assert len(hook.posts) == 2


def test_where_one_of_two_ways_works_nobody_is_told_twice(
    sqlite_store: Store, tmp_path: Path, hook: Webhook, capsys: pytest.CaptureFixture[str]
) -> None:
    with MailServer() as second:
        second.order(Order(rcpt="550 5.1.1 no such user"))
        house = Installation(
            sqlite_store, tmp_path, webhook_url=hook.url, smtp=second.address(), mail_to="gone@other.example"
        )
        house.clock_stopped(days=1)
        house.is_well()
        assert "550" in capsys.readouterr().err
        house.is_well()
    assert len(hook.posts) == 1


def test_others_can_watch_the_watchdog_by_its_pings(sqlite_store: Store, tmp_path: Path, hook: Webhook) -> None:
    house = Installation(sqlite_store, tmp_path, ping_url=f"{hook.url}/ping/abc?rid=1")
    house.clock_runs()
    house.is_well()
    house.clock_stopped(days=1)
    house.is_well()
    assert hook.paths == [
        "/ping/abc/start?rid=1", "/ping/abc?rid=1", "/ping/abc/start?rid=1", "/ping/abc/fail?rid=1",
    ]  # fmt: skip
    assert "Is `jobs` running?" in hook.posts[-1].body


def test_a_database_that_cannot_be_read_is_told_of(tmp_path: Path, hook: Webhook) -> None:
    house = Installation(Store("sqlite", lambda role: "sqlite:////nonexistent/x"), tmp_path, webhook_url=hook.url)
    assert not house.is_well()
    assert [finding["code"] for finding in hook.posts[0].told["findings"]] == ["database-unreachable"]


def test_one_at_another_revision_is_told_of(tmp_path: Path, hook: Webhook) -> None:
    house = Installation(Store("sqlite", lambda role: f"sqlite:///{tmp_path}/x"), tmp_path, webhook_url=hook.url)
    assert not house.is_well()
    assert [finding["code"] for finding in hook.posts[0].told["findings"]] == ["other-revision"]


def test_one_that_hangs_is_told_of(
    sqlite_store: Store, tmp_path: Path, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = Installation(sqlite_store, tmp_path, webhook_url=hook.url)
    with Webhook() as never:
        monkeypatch.setattr(cli, "PATIENCE", timedelta(milliseconds=50))
        monkeypatch.setattr(cli, "_looked", lambda settings, now: never._server.socket.accept())
        assert not house.is_well()
    assert "it does not answer" in hook.posts[0].told["text"]


def test_one_that_hangs_is_not_asked_again_until_it_has_answered(
    sqlite_store: Store, tmp_path: Path, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, hangs, whole = Installation(sqlite_store, tmp_path, webhook_url=hook.url), Event(), cli._looked
    asked: list[datetime] = []

    def looked(settings: Settings, now: datetime) -> list[Finding]:
        asked.append(now)
        hangs.wait()
        return whole(settings, now)

    monkeypatch.setattr(cli, "PATIENCE", timedelta(milliseconds=50))
    monkeypatch.setattr(cli, "_looked", looked)
    assert [house.is_well() for _ in range(5)] == [False] * 5
    assert len(asked) == 1 and len(hook.posts) == 1
    house.memory = Memory()
    assert not house.is_well()
    assert f"it has not answered since {asked[0]:%Y-%m-%d %H:%M} UTC" in hook.posts[-1].told["text"]
    house.clock_runs()
    monkeypatch.setattr(cli, "PATIENCE", timedelta(seconds=30))
    hangs.set()
    wait_until(lambda: house.eye.look is None or not house.eye.look.is_alive())
    assert house.is_well() and len(asked) == 2
    assert hook.posts[-1].told["findings"] == []


def test_a_clock_that_was_set_is_told_of_once(sqlite_store: Store, tmp_path: Path, hook: Webhook) -> None:
    house = Installation(sqlite_store, tmp_path, webhook_url=hook.url)
    house.clock_runs()
    assert house.is_well() and house.memory.reading
    then = house.memory.reading
    house.memory = Memory({}, then._replace(at=then.at - timedelta(days=1)))
    assert [house.is_well(), house.is_well()] == [False, True]
    [post] = hook.posts
    assert "jumped by +86400 seconds" in post.told["text"]


def test_what_was_told_survives_and_what_cannot_be_read_is_told_again(tmp_path: Path) -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    memory = Memory({"clock-dead due": Told(now, True), "letters-ended porto": Told(now, False)}, reading(now))
    keep(tmp_path / "new", memory)
    assert recalled(tmp_path / "new") == memory
    assert [path.name for path in (tmp_path / "new").iterdir()] == [NAME]
    for broken in ("", "{", "[]", '{"told": 1}', '{"told": {"x": 3}, "reading": null}', "\x00"):
        (tmp_path / NAME).write_text(broken)
        assert recalled(tmp_path) == Memory()
    assert recalled(tmp_path / "nowhere") == Memory()


def test_a_full_disk_is_said_and_people_are_told_all_the_same(
    sqlite_store: Store, tmp_path: Path, hook: Webhook, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    house = Installation(sqlite_store, tmp_path / "file", webhook_url=hook.url)
    house.clock_stopped(days=1)
    assert [house.is_well(), house.is_well()] == [False, False]
    assert len(hook.posts) == 1 and "can't be kept" in capsys.readouterr().err


def test_the_command_looks_once_and_says_by_its_exit_code_how_it_is(
    store: Store, tmp_path: Path, hook: Webhook
) -> None:
    house = Installation(store, tmp_path)
    with MailServer() as first:
        settings = environment(store, first) | {"REHAB_DATA_DIR": str(tmp_path), "REHAB_WATCH_WEBHOOK_URL": hook.url}
    command = [COMMAND[0], "watch"]
    for _ in range(2):
        done = subprocess.run([*command, "--once"], env=settings, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (1, "")
        assert done.stdout.count("WRONG  clock-dead") == len(TIMETABLE)
    house.clock_runs()
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [len(post.told["findings"]) for post in hook.posts] == [len(TIMETABLE), 0]
    assert json.loads((tmp_path / NAME).read_text())["told"] == {}
    assert not [name for name in os.listdir(tmp_path) if name.startswith(f"{NAME}.")]


def test_a_way_that_speaks_no_http_keeps_nobody_from_the_other(sqlite_store: Store, tmp_path: Path) -> None:
    def speak(server: socket.socket) -> None:
        while True:
            caller = server.accept()[0]
            caller.recv(4096)
            caller.sendall(b"SSH-2.0-other\r\n")
            caller.close()

    with MailServer() as second, socket.create_server(("127.0.0.1", 0)) as other:
        Thread(target=speak, args=(other,), daemon=True).start()
        url = f"http://127.0.0.1:{other.getsockname()[1]}"
        way = {"smtp": second.address(), "mail_to": "gone@other.example"}
        house = Installation(sqlite_store, tmp_path, webhook_url=url, ping_url=url, **way)
        house.clock_stopped(minutes=11)
        assert not house.is_well()
        assert len(second.taken) == 1
