"""``rehab-tracker clinic calendar``, as an installer calls it: read, changed day by day, refused with a sentence."""

import shutil

import pytest

from tests.called import called
from tests.test_cli_backtest import run

ALDA = "alda@clinic.example"
FREE = ["Sat closed", "Sun closed"]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Return the data directory of a new clinic with an admin and a nurse."""
    folder = tmp_path_factory.mktemp("calendar") / "data"
    for arguments in (
        ("db", "upgrade"),
        ("clinic", "add", "porto", "--name=P", "--time-zone=Europe/Lisbon", "--phone=1", "--hours=8 to 17"),
        ("staff", "add", "--clinic=porto", "--role=clinic-admin", f"--email={ALDA}", "--name=Alda"),
        ("staff", "add", "--clinic=porto", "--role=nurse", "--email=nuno@clinic.example", "--name=Nuno"),
    ):
        done = called(folder, *arguments)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def folder(opened, tmp_path):
    return shutil.copytree(opened, tmp_path / "data")


def told(folder, *arguments, by=called):
    done = by(folder, "clinic", "calendar", "porto", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def refused(folder, *arguments, by=called):
    before = told(folder)
    done = by(folder, "clinic", "calendar", "porto", *arguments)
    assert (done.returncode, done.stdout) == (1, "") and told(folder) == before
    return done.stderr


WEEK = [f"{name} 08:00-17:00" for name in ("Mon", "Tue", "Wed", "Thu", "Fri")]


def test_it_is_printed_as_it_stands(folder):
    assert told(folder, by=run) == ["settings version 1, times of Europe/Lisbon", *WEEK, *FREE, "holidays: none ahead"]


def test_new_hours_take_the_place_of_the_week_and_holidays_stay(folder):
    told(folder, "--holiday=2999-12-25")
    said = ("--hours=Mon-Wed,Fri 08:00-12:00,13:00-18:00", "--hours=Sat 09:00-12:00")
    assert told(folder, *said, "--by", ALDA, "--reason=agreed", by=run) == [
        "settings version 3, times of Europe/Lisbon",
        *(f"{name} 08:00-12:00, 13:00-18:00" for name in ("Mon", "Tue", "Wed")),
        "Thu closed",
        "Fri 08:00-12:00, 13:00-18:00",
        "Sat 09:00-12:00",
        "Sun closed",
        "holidays: 2999-12-25",
    ]


def test_holidays_are_added_and_taken_back_one_by_one(folder):
    assert told(folder, "--holiday=2999-12-25", "--holiday=2999-12-24")[-1] == "holidays: 2999-12-24, 2999-12-25"
    assert told(folder, "--holiday=2999-12-31", "--no-holiday=2999-12-24")[-1] == "holidays: 2999-12-25, 2999-12-31"
    assert told(folder, "--holiday=2001-12-25")[-1] == "holidays: 2999-12-25, 2999-12-31"
    assert told(folder)[1:6] == WEEK


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("--hours=Mo-Fr 08:00-17:00",), "Write days like Mon-Fri"),
        (("--hours=Fri-Mon 08:00-17:00",), "Write days like Mon-Fri"),
        (("--hours=08:00-17:00",), "Write days like Mon-Fri"),
        (("--hours=Mon-Fri",), "Give hours like 08:00-17:00"),
        (("--hours=Mon 8-17",), "Give hours like 08:00-17:00"),
        (("--hours=Mon 08:00-12:00,11:00-17:00",), "do not overlap"),
        (("--holiday=Christmas",), "2026"),
        (("--no-holiday=2999-12-25",), "2999-12-25 is no holiday."),
        (("--holiday=2999-12-25", "--by=nobody@clinic.example"), "nobody@clinic.example"),
        (("--holiday=2999-12-25", "--by=nuno@clinic.example"), "Your role does not allow this"),
    ],
)
def test_what_can_not_be_is_refused_in_one_sentence_and_changes_nothing(folder, said, words):
    assert words in refused(folder, *said)


def test_a_refusal_is_no_traceback(folder):
    assert "Traceback" not in refused(folder, "--hours=Mon 8-17", by=run)
