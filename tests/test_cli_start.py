"""A command that can't start says why in one sentence, with what to do, and never with a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("rehab-tracker")
NOWHERE = "postgresql://rehab_app@127.0.0.1:1/rehab"
POSTGRES = {f"REHAB_DATABASE_{part}URL": NOWHERE for part in ("", "OWNER_", "JOBS_", "WATCH_")}


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs a command with these settings only."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REHAB_")}
    env = {**kept, "REHAB_DATA_DIR": str(folder), **settings}
    return subprocess.run([COMMAND, *arguments], check=False, env=env, capture_output=True, text=True, timeout=60)


FAULTS = {
    "half of PostgreSQL": (("check",), {"REHAB_DATABASE_URL": NOWHERE}, "REHAB_DATABASE_OWNER_URL"),
    "a sender without room": (("check",), {"REHAB_MAIL_FROM": "diary-and-alerts@clinic.example"}, "REHAB_MAIL_FROM"),
    "a short key": (("jobs",), {"REHAB_SECRET_KEY": "abc"}, "REHAB_SECRET_KEY"),
    "a name mistyped": (("serve",), {"REHAB_DATABSE_URL": NOWHERE}, "REHAB_DATABSE_URL"),
    "plain HTTP for others": (("serve",), {"REHAB_BASE_URL": "http://clinic.example"}, "REHAB_BASE_URL"),
    "no database yet, web": (("serve",), {}, "rehab-tracker db upgrade"),
    "no database yet, clock": (("jobs",), {}, "rehab-tracker db upgrade"),
    "no database yet, clinic": (
        ("clinic", "add", "porto", "--name=P", "--time-zone=Europe/Lisbon", "--phone=1", "--hours=8"),
        {},
        "rehab-tracker db upgrade",
    ),
    "no server, web": (("serve",), POSTGRES, "Connection refused"),
    "no server, revisions": (("db", "upgrade"), POSTGRES, "Connection refused"),
}


@pytest.mark.parametrize(("arguments", "settings", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_it_says_what_to_set(tmp_path, arguments, settings, told):
    done = run(tmp_path / "data", *arguments, **settings)
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stdout == ""


def test_the_check_goes_on_to_the_end(tmp_path):
    done = run(tmp_path / "data", "check")
    assert done.returncode == 1 and done.stderr == ""
    lines = done.stdout.splitlines()
    assert any(line.startswith("WRONG  revision: ") for line in lines)
    assert any(line.startswith("ok     codes: ") for line in lines)
    assert lines[-1].startswith("WRONG  clinics' phone and hours: ")


def test_after_the_revisions_the_check_misses_only_the_mail_server(tmp_path):
    upgraded = run(tmp_path / "data", "db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert run(tmp_path / "data", "db", "check").returncode == 0
    done = run(tmp_path / "data", "check", REHAB_SMTP_URL="smtp://127.0.0.1:1?tls=off")
    assert [line for line in done.stdout.splitlines() if line.startswith("WRONG")] == [
        "WRONG  mail server: ConnectionRefusedError: [Errno 111] Connection refused"
    ]


def test_replay_starts_without_what_only_pages_and_databases_need(tmp_path):
    code = (
        "import sys; from rehab_tracker.cli import main; main(['replay', sys.argv[1]], standalone_mode=False);"
        "print(*({'flask', 'sqlalchemy', 'plotly', 'scipy', 'numpy', 'rehab_tracker.services'} & set(sys.modules)))"
    )
    events = tmp_path / "events.jsonl"
    events.write_text("", encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", code, events], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
