"""``rehab-tracker usefulness``, as an operator calls it; and its table, line by line."""

import json
from collections import Counter

from rehab_tracker.cli.usefulness import as_text
from rehab_tracker.domain.alert import AlertState, Level, Rule
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.usefulness import Usefulness
from tests.called import called
from tests.evaluation.lines import PATIENT, RIGHT_KNEE, file_of, pain
from tests.test_cli_backtest import run

DAYS = ("--from=2026-01-01", "--to=2199-12-31")


def test_the_table_names_share_interval_and_every_outcome():
    row = Usefulness(
        Rule.NEW_SITE_PAIN,
        Level.SOON,
        Counter({AlertOutcome.NEW_SITE: 6, AlertOutcome.WRONG_ENTRY: 2, AlertOutcome.UNCLEAR: 1}),
        Counter({AlertState.CLOSED: 9, AlertState.OPEN: 1, AlertState.ACKNOWLEDGED: 1, AlertState.SUPERSEDED: 4}),
    )
    head, line = as_text([row])
    assert head.split() == [
        "rule", "level", "closed", "useful", "95", "%", "interval", "of", "known", *AlertOutcome, "standing",
        "superseded",
    ]  # fmt: skip
    assert line.split() == [
        "new-site-pain", "soon", "9", "75%", "41%", "to", "93%", "6", "of", "8",
        "6", "0", "0", "0", "0", "2", "1", "2", "4",
    ]  # fmt: skip
    assert len(head) == len(line), "one column below the other"


def test_of_a_clinic_it_counts_what_stands_and_writes_it_as_json(tmp_path):
    events, told = tmp_path / "events.jsonl", tmp_path / "told.json"
    events.write_text(file_of([PATIENT, RIGHT_KNEE, pain("2026-01-10", worst=7)]), encoding="utf-8")
    for arguments in (
        ("db", "upgrade"),
        ("clinic", "add", "porto", "--name=P", "--time-zone=Europe/Lisbon", "--phone=1", "--hours=8"),
        ("import", str(events), "--clinic=porto"),
    ):
        assert called(tmp_path, *arguments).returncode == 0
    done = run(tmp_path, "usefulness", "--clinic=porto", *DAYS, f"--json={told}")
    assert done.returncode == 0, done.stderr
    values = json.loads(told.read_text(encoding="utf-8"))
    [sudden] = [row for row in values["rules"] if row["rule"] == "sudden-severe-pain"]
    assert (sudden["level"], sudden["closed"], sudden["share_useful"], sudden["standing"]) == ("soon", 0, None, 1)
    assert len(done.stdout.splitlines()) == 1 + len(values["rules"])
    done = called(tmp_path, "usefulness", "--clinic=porto", "--from=2020-01-01", "--to=2020-01-02")
    assert done.stdout == "No alert was raised between these days.\n"


def test_days_that_are_turned_round_are_refused_in_one_line(tmp_path):
    assert called(tmp_path, "db", "upgrade").returncode == 0
    done = run(tmp_path, "usefulness", "--clinic=porto", "--from=2026-02-01", "--to=2026-01-01")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and "Traceback" not in done.stderr
