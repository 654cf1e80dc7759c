"""``rehab-tracker ledger rebuild``, as an operator calls it: after an import, and after a row went wrong."""

import sqlite3

import pytest

from tests.called import called
from tests.evaluation.lines import PATIENT, RIGHT_KNEE, file_of, pain
from tests.test_cli_backtest import CLINIC, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the data directory of a clinic with one patient, whose hip hurt for two days and then did not."""
    folder = tmp_path_factory.mktemp("ledger")
    events = folder / "events.jsonl"
    sore = [pain(f"2026-01-{day}", place="left-hip", worst=worst) for day, worst in ((10, 5), (11, 4), (12, 0))]
    events.write_text(file_of([PATIENT, RIGHT_KNEE, *sore]), encoding="utf-8")
    for arguments in (
        ("db", "upgrade"),
        ("clinic", "add", "porto", "--name=P", "--time-zone=Europe/Lisbon", "--phone=1", "--hours=8"),
        ("import", str(events), *CLINIC),
    ):
        done = called(folder, *arguments)
        assert done.returncode == 0, done.stderr
    return folder


def rebuild(folder, *more, by=called):
    done = by(folder, "ledger", "rebuild", *CLINIC, *more)
    assert done.stderr.strip() == "1 of 1 patients"
    return done.returncode, done.stdout.strip()


def bouts(folder):
    (file,) = folder.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        return database.execute("SELECT site, number, first_day, last_day, below_day FROM site_bout").fetchall()


HIP = ("left-hip", 1, "2026-01-10", "2026-01-11", "2026-01-12")
NOTHING_DIFFERS = "patients: 1, places: 1, rows that differed: 0"


def test_what_an_import_kept_is_right(folder):
    assert bouts(folder) == [HIP]
    assert rebuild(folder, "--check") == (0, NOTHING_DIFFERS)


def test_a_row_that_went_wrong_is_found_and_put_right(folder):
    (file,) = folder.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        database.execute("UPDATE site_bout SET first_day = '2025-01-01'")
    one = NOTHING_DIFFERS.replace("differed: 0", "differed: 1")
    assert rebuild(folder, "--check", by=run) == (1, one)
    assert bouts(folder) != [HIP]
    assert rebuild(folder) == (0, one)
    assert bouts(folder) == [HIP]
    assert rebuild(folder) == rebuild(folder, "--check") == (0, NOTHING_DIFFERS)


def test_an_unknown_clinic_is_refused_in_one_sentence(folder):
    done = run(folder, "ledger", "rebuild", "--clinic=lisboa")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "There is no clinic named lisboa.\n")
