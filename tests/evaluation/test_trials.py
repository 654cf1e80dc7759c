"""Trials: the rules and what they are compared with, on a small made-up cohort, and the report of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rehab_tracker.cli import main
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.evaluation.cohort import cohort
from rehab_tracker.evaluation.contenders import DETECTOR, K_OF_N, WHOLE, Entrant, entrants
from rehab_tracker.evaluation.events import PatientEvents, patients
from rehab_tracker.evaluation.measured import Contender, Population
from rehab_tracker.evaluation.trials import BEST, days_logged, evaluated, with_best
from rehab_tracker.evaluation.truth import PatientTruth, truth_file
from rehab_tracker.evaluation.world import WORLDS

PATIENTS, SEED = 30, 11


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A made-up cohort as an event file and its truth."""
    folder = tmp_path_factory.mktemp("cohort")
    made = list(cohort(PATIENTS, SEED, 180, WORLDS["clinic"]))
    events, truth = folder / "events.jsonl", folder / "truth.json"
    events.write_text("".join(f"{line}\n" for each in made for line in each.lines), encoding="utf-8")
    truth.write_text("".join(truth_file(each.truth for each in made)), encoding="utf-8")
    return events, truth


@pytest.fixture(scope="module")
def answer(files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any], str]:
    """What the command says, writes as JSON and draws."""
    folder = tmp_path_factory.mktemp("answer")
    values, picture = folder / "figures.json", folder / "figures.html"
    done = CliRunner().invoke(main, ["evaluate", *map(str, files), "--json", str(values), "--picture", str(picture)])
    assert done.exit_code == 0, done.output
    return done.stdout, json.loads(values.read_text(encoding="utf-8")), picture.read_text(encoding="utf-8")


def _headline(name: str, figures: dict[str, Any]) -> dict[str, Any]:
    [found] = [rule for rule in figures["rules"] if rule["name"] == name]
    told: dict[str, Any] = found["populations"]["headline"]
    return told


def test_the_table_has_each_population_with_the_shipped_rules_first(answer: Any) -> None:
    tables = answer[0].split("\n\n")
    *populations, volumes = tables
    assert len(populations) == len(Population)
    assert all(table.splitlines()[2].startswith(WHOLE) for table in populations)
    assert volumes.startswith("Everything that the rules as they ship raise")
    assert tables[0].splitlines()[0].startswith("Engaged patients") and "patient-months" in tables[0]


def test_json_holds_the_same_figures_with_their_intervals(answer: Any) -> None:
    text, figures, _ = answer
    told = _headline(WHOLE, figures)["false_per_patient_month"]
    assert f"{told['value']:.3f} ({told['low']:.3f} to {told['high']:.3f})" in text.splitlines()[2]
    assert figures["patients"] == PATIENTS
    assert set(told) == {"value", "low", "high"}
    assert [len(f) for rule in figures["rules"] for f in rule["populations"].values()] == [11] * 3 * len(entrants())


def test_all_alerts_are_counted_by_rule_and_level(answer: Any) -> None:
    text, figures, _ = answer
    volumes = {(each["rule"], each["level"]): each for each in figures["volumes"]}
    urgent = volumes["new-site-pain", "urgent"]
    assert ["new-site-pain", "urgent", str(urgent["alerts"])] in [line.split()[:3] for line in text.splitlines()]
    assert urgent["per_nurse_week"]["value"] == pytest.approx(urgent["per_patient_month"]["value"] * 350 / 30.4375)
    assert ("not-logging", "soon") in volumes


def test_urgent_alarms_are_some_of_all_alarms(answer: Any) -> None:
    whole, urgent = (_headline(name, answer[1]) for name in (WHOLE, "of these, urgent"))
    assert 0 < urgent["found"] <= whole["found"]
    assert urgent["false_per_patient_month"]["value"] <= whole["false_per_patient_month"]["value"]


def test_the_picture_has_both_figures_with_sentence_and_table_and_asks_nobody_else(answer: Any) -> None:
    page = answer[2]
    assert page.count("plotly-graph-div") == page.count("<table>") == 2
    assert page.count(f"<p>{WHOLE} finds") == 1
    assert 'src="http' not in page and "cdn" not in page.split("<h1>")[0]


def test_a_lower_bar_finds_no_less_and_is_wrong_no_less_often(answer: Any) -> None:
    rules = [rule for rule in answer[1]["rules"] if rule["family"] == DETECTOR]
    figures = [rule["populations"]["everybody"] for rule in rules]
    found = [figure["found"] for figure in figures]
    false = [figure["false_per_patient_month"]["value"] for figure in figures]
    assert found == sorted(found, reverse=True) and false == sorted(false, reverse=True)
    assert found[0] > 0 and false[0] > false[-1]


def test_one_of_the_simple_rules_is_named_the_best(answer: Any) -> None:
    assert sum(rule["name"].startswith(BEST) for rule in answer[1]["rules"]) == 1


def _read(files: tuple[Path, Path]) -> Iterator[PatientEvents]:
    return patients(files[0].read_bytes().splitlines())


NOBODY = Entrant("nothing", K_OF_N, lambda patient: [])


def test_who_raises_nothing_finds_nothing_and_is_never_wrong(files: tuple[Path, Path]) -> None:
    truth = [each.truth for each in cohort(PATIENTS, SEED, 180, WORLDS["clinic"])]
    [found] = evaluated(_read(files), truth, [NOBODY]).contenders
    told = found.reached[Population.EVERYBODY]
    assert told.migrations > 5 and told.found == 0 and told.false_per_patient_month.value == 0
    assert told.precision.value is None and told.alerted_by == ()


@pytest.mark.parametrize("missing", ["truth", "events"])
def test_events_and_truth_must_tell_of_the_same_patients(files: tuple[Path, Path], missing: str) -> None:
    truth = [each.truth for each in cohort(PATIENTS, SEED, 180, WORLDS["clinic"])]
    if missing == "truth":
        truth.pop()
    else:
        truth.append(PatientTruth("nobody", truth[0].from_on, truth[0].to_on))
    with pytest.raises(InvalidValue) as refused:
        evaluated(_read(files), truth, [NOBODY])
    assert refused.value.code == "no-truth"


def test_the_best_simple_rule_is_as_quick_as_the_first_with_the_fewest_false_alarms(answer: Any) -> None:
    assert [each.name for each in with_best([])] == []
    lone = Contender("alone", WHOLE, {})
    assert with_best([lone]) == [lone]


def test_a_day_counts_as_logged_by_what_stands_of_it(files: tuple[Path, Path]) -> None:
    patient = next(_read(files))
    days = days_logged(patient)
    assert days and min(days) >= patient.enrolled_on


@pytest.mark.parametrize("broken", ["events", "truth"])
def test_a_file_that_can_t_be_read_is_refused_with_exit_code_2(
    files: tuple[Path, Path], tmp_path: Path, broken: str
) -> None:
    bad = tmp_path / "bad"
    bad.write_text('{"event":"nothing"}\n', encoding="utf-8")
    given = (bad, files[1]) if broken == "events" else (files[0], bad)
    done = CliRunner().invoke(main, ["evaluate", *map(str, given)])
    assert done.exit_code == 2 and done.stdout == "" and done.stderr
