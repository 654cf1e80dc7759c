"""The demo: a made-up clinic on this machine, with its web, its clock and a mail catcher, until it is stopped.

A second start keeps what is there and adds the days up to today. All of it is made up and listens on loopback only.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.evaluation.lived_days import grown
from rehab_tracker.evaluation.made_up_clinic import LISBOA, PORTO
from rehab_tracker.evaluation.made_up_phone import Phone, new_pain, phone
from rehab_tracker.evaluation.simulator import ZONE
from rehab_tracker.jobs.timetable import TIMETABLE, Means, ask_everything
from rehab_tracker.mail.catcher import catching
from rehab_tracker.mail.post import Post
from rehab_tracker.services.clock import beat
from rehab_tracker.storage.database import open_engine
from rehab_tracker.storage.database import sessions as sessions_on
from rehab_tracker.storage.revisions import upgrade

PATIENTS, NEIGHBOURS = 30, 2
SENDER = "Diary alerts <alerts@porto-demo.example>"
START_SECONDS, STOP_SECONDS = 60, 25
OURS = ("rehab.sqlite3", "rehab.sqlite3-wal", "rehab.sqlite3-shm", "secret-key", "web.log", "jobs.log", "demo.json")


class Stopped(BaseException):
    """The demo ends; its text says why, and is empty when somebody asked for it. No service takes it for a fault."""


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the demo lives: its folder, the web's port, and the mail catcher's."""

    folder: Path
    port: int
    mail_port: int

    @property
    def address(self) -> str:
        """Return where browsers find it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        """Return the address of its own database."""
        return f"sqlite:///{self.folder / 'rehab.sqlite3'}"

    @property
    def notes(self) -> Path:
        """Return the file that makes a folder the demo's: when it began, and the phone that is signed in."""
        return self.folder / "demo.json"

    def environment(self) -> dict[str, str]:
        """Return the settings of its processes: only its own, whatever else is set here."""
        own = {
            "REHAB_DATA_DIR": str(self.folder),
            "REHAB_DATABASE_URL": self.database_url,
            "REHAB_BASE_URL": self.address,
            "REHAB_SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}?tls=off",
            "REHAB_MAIL_FROM": SENDER,
        }
        return {name: value for name, value in os.environ.items() if not name.startswith("REHAB_")} | own


def main() -> None:
    """Run the demo, until it is stopped; leave with 1 and one sentence when it can't go on."""
    asked = _asked()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    demo = Demo(Path(asked.data_dir).absolute(), asked.port, _free_port())
    try:
        run(demo, asked.patients, asked.fresh)
    except Stopped as why:
        print(str(why) or "\nThe demo has ended. Its data stay: `make demo` goes on, `make demo FRESH=1` starts over.")
        sys.exit(1 if str(why) else 0)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="rehab_tracker.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    parser.add_argument("--fresh", action="store_true", default=os.environ.get("FRESH", "") not in ("", "0", "no"))
    parser.add_argument("--patients", type=int, default=PATIENTS, help="made-up patients to draw besides the case")
    parser.add_argument("--data-dir", default=os.environ.get("REHAB_DATA_DIR") or ".data")
    return parser.parse_args()


def _stop(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def run(demo: Demo, number: int, fresh: bool) -> None:
    """Prepare the data, start everything, say how to get in, and wait; raise Stopped at the end."""
    _must_be_free(demo.port)
    began = datetime.now(UTC)
    _open_folder(demo, fresh)
    with ExitStack() as running:
        found = _prepared(demo, number)
        running.enter_context(catching(demo.folder / "mails", demo.mail_port, partial(print, flush=True)))
        web = running.enter_context(_process(demo, "web", "serve", "--workers=1", f"--port={demo.port}"))
        jobs = running.enter_context(_process(demo, "jobs", "jobs"))
        _wait_until_ready(demo, web)
        print(f"\nReady after {(datetime.now(UTC) - began).seconds} seconds.")
        _introduce(demo, found)
        while web.poll() is None and jobs.poll() is None:
            time.sleep(0.5)
        name = "jobs" if web.poll() is None else "web"
        raise Stopped(f"The process `{name}` has ended; {demo.folder / name}.log says why.")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _must_be_free(port: int) -> None:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except (OSError, OverflowError):
        raise Stopped(f"Port {port} is taken. Choose another: make demo PORT={port + 1}") from None


def _open_folder(demo: Demo, fresh: bool) -> None:
    """Make the folder, emptied when a fresh start is wanted; keep away from data that are not the demo's."""
    if (demo.folder / "rehab.sqlite3").exists() and not demo.notes.exists():
        raise Stopped(f"{demo.folder} holds data that are not the demo's. Choose another folder with REHAB_DATA_DIR.")
    if fresh:
        for name in OURS:
            (demo.folder / name).unlink(missing_ok=True)
        shutil.rmtree(demo.folder / "mails", ignore_errors=True)
    demo.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (demo.folder / "mails").mkdir(exist_ok=True)
    if not demo.notes.exists():
        _keep(demo.folder / "secret-key", token_urlsafe(48))
        _keep(demo.notes, json.dumps({"began": datetime.now(ZoneInfo(ZONE)).date().isoformat()}))


def _keep(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _prepared(demo: Demo, number: int) -> Phone:
    """Bring the database to the newest revision and fill it; return what the case's patient needs."""
    notes, engine, sent = _noted(demo), open_engine(demo.database_url, owner=True), list[str]()
    try:
        upgrade(engine)
        sessions = sessions_on(engine)
        with catching(demo.folder / "mails", demo.mail_port, sent.append) as server:
            _fill(sessions, demo, number, Post(server))
        found = phone(sessions, PORTO, "token" in notes, datetime.now(UTC))
    finally:
        engine.dispose()
    _tell_of_mails(demo, sent)
    if found.device:
        device = {"device": str(found.device.device_id), "token": found.device.token}
        _keep(demo.notes, json.dumps(notes | device, indent=2))
    return found


def _noted(demo: Demo) -> dict[str, str]:
    return dict(json.loads(demo.notes.read_text(encoding="utf-8")))


def _tell_of_mails(demo: Demo, sent: Sequence[str]) -> None:
    """Say where mails lie, and name the newest of each kind that left on the days that were lived through."""
    newest = {tuple(line.partition(": ")[2].split()[:2]): line for line in sent}
    told = f"\nMails lie in {demo.folder / 'mails'} and are named here. Of the last days there are {len(sent)}, as"
    print(told, *newest.values(), sep="\n  ")


def _fill(sessions: sessionmaker[Session], demo: Demo, number: int, post: Post) -> None:
    """Make the clinics up to today, as if web and clock had run in the last days."""
    began, now = date.fromisoformat(_noted(demo)["began"]), datetime.now(UTC)

    def ask(at: datetime) -> None:
        ask_everything(Means(sessions, post, SENDER, demo.address, lambda: at, lambda: False))

    for step in grown(sessions, ((PORTO, number), (LISBOA, NEIGHBOURS)), began, now, ask):
        print(step, end="\r" if sys.stdout.isatty() else "\n", flush=True)
    for tick in TIMETABLE:
        beat(sessions, tick.name, now, went_well=True)


@contextmanager
def _process(demo: Demo, name: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of our commands in the background, what it says in a file; in the end it is stopped."""
    command = [str(Path(sys.executable).with_name("rehab-tracker")), *arguments]
    with (demo.folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(command, env=demo.environment(), stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(demo: Demo, web: subprocess.Popen[bytes]) -> None:
    for _ in range(START_SECONDS * 5):
        try:
            with urlopen(f"{demo.address}/healthz", timeout=2):
                return
        except (URLError, OSError):
            if web.poll() is not None:
                break
            time.sleep(0.2)
    raise Stopped(f"The web does not start; {demo.folder / 'web.log'} says why.")


def _introduce(demo: Demo, found: Phone) -> None:
    """Say where everything is and how to get in."""
    for clinic in (PORTO, LISBOA):
        print(f"\n{clinic.name}: staff sign in at {demo.address}/c/{clinic.slug}/")
        for member in clinic.staff:
            print(f"  {member.role:<13} {member.email:<32} password: {member.password}")
    print(f"\nPatient {found.patient.name} (record {found.patient.record_number})")
    print(f"  code for a phone, works once: {found.code} (POST {demo.address}/api/v1/enrolments)")
    print("\nThe patient's phone logs pain in a new place; the nurse has a mail two minutes later:\n")
    print(new_pain(demo.address, _noted(demo), datetime.now(UTC)), "\nCtrl-C ends the demo.", sep="\n", flush=True)


if __name__ == "__main__":
    main()
