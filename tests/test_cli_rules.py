"""``rehab-tracker clinic rules``, as an operator calls it for a clinic's admin: looked at, tried, changed, silenced."""

import json
import shutil

import pytest

from tests.called import called
from tests.evaluation.lines import PATIENT, RIGHT_KNEE, file_of, pain
from tests.test_cli_backtest import run

CLINIC = ("--clinic=porto",)
DAYS = ("--from=2026-01-05", "--to=2026-01-31")
ALDA, NUNO = "alda@clinic.example", "nuno@clinic.example"
DECIDED = ("--by", ALDA, "--reason=too many")
FLARE = [1, 1, 1, 1, 1, 1, 1, 5, 5, 5]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Return the data directory of a clinic with an admin, a nurse, and a patient whose known knee flares."""
    folder = tmp_path_factory.mktemp("rules") / "data"
    events = folder.with_name("events.jsonl")
    days = [
        pain(f"2026-01-{number:02}", place="right-knee", worst=worst) for number, worst in enumerate(FLARE, start=6)
    ]
    events.write_text(file_of([PATIENT, RIGHT_KNEE, *days]), encoding="utf-8")
    for arguments in (
        ("db", "upgrade"),
        ("clinic", "add", "porto", "--name=P", "--time-zone=Europe/Lisbon", "--phone=1", "--hours=8"),
        ("staff", "add", *CLINIC, "--role=clinic-admin", f"--email={ALDA}", "--name=Alda"),
        ("staff", "add", *CLINIC, "--role=nurse", f"--email={NUNO}", "--name=Nuno"),
        ("import", str(events), *CLINIC),
    ):
        done = called(folder, *arguments)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def folder(opened, tmp_path):
    """Return a copy of that directory: tests change the clinic's settings."""
    return shutil.copytree(opened, tmp_path / "data")


def rules(folder, *arguments, by=called):
    return by(folder, "clinic", "rules", *CLINIC, *arguments)


def told(folder, *arguments, by=called):
    done = rules(folder, *arguments, by=by)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


AS_SHIPPED = ["settings version 1", "Every number is as shipped.", "No rule runs silently."]


def test_a_change_is_a_version_with_who_and_why_and_is_printed(folder):
    assert told(folder) == AS_SHIPPED
    number, silent = "--set=flare_score=5", ("--shadow=over-limit", "--shadow=known-site-flare")
    changed = told(folder, number, *silent, *DECIDED, by=run)
    assert changed == [
        "settings version 2",
        "flare_score: 5 (shipped: 4)",
        "silent: known-site-flare, over-limit",
        "Alerts of these that stand already stay as they are.",
    ]
    assert told(folder) == changed
    again = told(folder, "--no-shadow", *DECIDED)
    assert again == ["settings version 3", "flare_score: 5 (shipped: 4)", "No rule runs silently."]


def test_a_try_counts_and_changes_nothing(folder):
    lines = told(folder, "--shadow=known-site-flare", "--set=sudden_score=8", "--try", "2026-01-05", "2026-01-31")
    first, number, silent, *_ = lines
    assert first == "all rules, 2026-01-05 to 2026-01-31: would have raised 2, now 1."
    assert number == "sudden_score: 7 in settings version 1, 8 tried"
    assert silent == "silent: none in settings version 1, known-site-flare tried"
    rows = [line.split()[:5] for line in lines if "known-site-flare " in line or "(known-site-flare)" in line]
    assert rows[-2:] == [["known-site-flare", "0", "1", "0", "1"], ["(known-site-flare)", "0", "1", "0", "1"]]
    assert told(folder) == AS_SHIPPED


def test_a_backtest_of_a_silent_rule_says_so_and_counts_it(folder, tmp_path):
    told(folder, "--shadow=known-site-flare", *DECIDED)
    done = called(folder, "backtest", *CLINIC, "--rule=known-site-flare", *DAYS)
    first, silent, *_ = done.stdout.splitlines()
    assert first == "known-site-flare, 2026-01-05 to 2026-01-31: would have raised 1 with the settings in force."
    assert silent == "known-site-flare runs silently in this clinic: what is counted here reached nobody."
    out = tmp_path / "out.json"
    done = called(folder, "backtest", *CLINIC, *DAYS, "--json", str(out))
    assert "These run silently in this clinic, and reached nobody: known-site-flare." in done.stdout
    assert "\n(known-site-flare) " in done.stdout
    side = json.loads(out.read_text(encoding="utf-8"))["in_force"]
    [flare] = [rule for rule in side["rules"] if rule["rule"] == "known-site-flare"]
    assert (flare["silent"], flare["all"], side["shadow"]) == (True, 1, ["known-site-flare"])
    assert side["all"] == sum(rule["all"] for rule in side["rules"] if not rule["silent"])


WRONG = {
    "never silent": (["--shadow=red-flag", *DECIDED], "red-flag can't run silently: it tells of what may be"),
    "no rule": (["--shadow=left-toe", *DECIDED], "There is no rule named left-toe. Choose one of: red-flag, "),
    "both": (["--shadow=over-limit", "--no-shadow", *DECIDED], "Give --shadow or --no-shadow, not both."),
    "nobody": (["--set=flare_score=5"], "Say who decided this with --by, and why with --reason."),
    "no reason": (["--set=flare_score=5", "--by", ALDA, "--reason= "], "Say in a few words why."),
    "stranger": (
        ["--set=flare_score=5", "--by=x@y.example", "--reason=r"],
        "Nobody of this clinic has the e-mail address x@y.example.",
    ),
    "nurse": (["--set=flare_score=5", "--by", NUNO, "--reason=r"], "Your role does not allow this."),
    "bounds": (["--set=flare_score=9", *DECIDED], "Set flare_score to a whole number from 3 to 6."),
    "turned": (["--try", "2026-02-02", "2026-02-01"], "Choose a first day that is not after the last one."),
}


def test_what_it_can_not_do_is_said_in_one_sentence_and_nothing_changes(folder):
    for name, (arguments, why) in WRONG.items():
        done = rules(folder, *arguments, by=run if name == "nurse" else called)
        assert (done.returncode, done.stdout) == (1, ""), name
        assert why in done.stderr, name
        assert len(done.stderr.splitlines()) == 1, name
    assert told(folder) == AS_SHIPPED
