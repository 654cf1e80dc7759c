"""The clinic's protocol on pages: each change is a version with its reason, and no running plan moves."""

import pytest
from flask.testing import FlaskClient

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.template_json import plain_template, template_of
from rehab_tracker.storage.plans import PlanRow, ProtocolTemplate
from tests.dashboards.conftest import House
from tests.dashboards.fields import Fields

HERE = "/c/porto/protocols"


@pytest.fixture
def house(sqlite_house: House) -> House:
    """The house on SQLite alone: the engine has no part in what stands on a form."""
    return sqlite_house


def versions(house: House) -> list[ProtocolTemplate]:
    return sorted(house.cast.rows(ProtocolTemplate), key=lambda row: row.version)


@pytest.fixture
def alda(house: House) -> FlaskClient:
    return house.browser(house.cast.alda)


def numbers(**changed: str) -> dict[str, str]:
    told = {name: str(value) for name, value in plain_template(DEFAULT_TEMPLATE).items() if isinstance(value, int)}
    return told | {"reason": "agreed in the team"} | changed


def test_an_administrator_changes_a_number_and_running_plans_keep_theirs(house: House, alda: FlaskClient) -> None:
    house.cast.records("right-knee")
    assert alda.post(HERE, data=numbers(hold_from="4")).status_code == 303
    assert [(row.version, row.content["hold_from"]) for row in versions(house)] == [(1, 3), (2, 4)]
    [plan] = house.cast.rows(PlanRow)
    assert plan.template_version == 1
    text = alda.get(HERE).text
    assert "Protocol, version 2" in text and "version 2: agreed in the team, Alda" in text.replace("</time>", "")
    assert "version 1: Shipped with the program." in text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"hold_from": "9"}, "hold-from"),
        ({"hold_from": "three"}, "hold-from"),
        ({"hold_from": "5", "regress_from": "4"}, "hold-from"),
        ({"drug_days": "-1"}, "drug-days"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_number_out_of_bounds_is_told_at_its_field(
    house: House, alda: FlaskClient, said: dict[str, str], field: str
) -> None:
    answer = alda.post(HERE, data=numbers(**said))
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text and versions(house) == []


def test_the_second_of_two_editors_sees_the_first_ones_reason(house: House, alda: FlaskClient) -> None:
    boris = house.browser(house.cast.boris)
    assert boris.post(HERE, data=numbers(pause_days="10", reason="after the audit")).status_code == 303
    answer = alda.post(HERE, data=numbers(pause_days="9"))
    assert answer.status_code == 412 and "after the audit" in answer.text and "agreed in the team" in answer.text


@pytest.mark.parametrize("phase", Phase)
def test_the_form_of_a_phase_says_exactly_what_the_phase_is(house: House, alda: FlaskClient, phase: Phase) -> None:
    said = Fields(alda.get(f"{HERE}/{phase}").text).found
    assert alda.post(f"{HERE}/{phase}", data={**said, "reason": "looked through"}).status_code == 303
    [_, second] = versions(house)
    assert template_of(second.content).phases == DEFAULT_TEMPLATE.phases


def test_criteria_are_set_added_and_taken_out(house: House, alda: FlaskClient) -> None:
    where = f"{HERE}/partial-weight-bearing"
    said = Fields(alda.get(where).text).found
    added = alda.post(where, data={**said, "add": "exit", "exit/new": "adherence"})
    assert added.status_code == 200 and versions(house) == []
    said = Fields(added.text).found | {"exit/4/percent": ["80"], "exit/4/weeks": ["2"], "exit/3/remove": ["yes"]}
    said["exit/0/score"] = ["1"]
    assert alda.post(where, data={**said, "reason": "stricter"}).status_code == 303
    criteria = versions(house)[-1].content["phases"][1]["exit"]
    assert [each["kind"] for each in criteria] == ["days-at-most", "none-from", "no-morning-rise", "adherence"]
    assert (criteria[0]["score"], criteria[3]) == (1, {"kind": "adherence", "percent": 80, "weeks": 2})


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"min_days": "50"}, "max-days"),
        ({"steps/0/percent": "130"}, "steps-0-percent"),
        ({"exit/0/window": "0"}, "exit-0-window"),
        ({"exercises/0/sets": "0"}, "exercises-0-sets"),
        ({"exercises/0/exercise": "Knee Bend"}, "exercises-0-exercise"),
        ({"exercises/0/days": ""}, "exercises-0-days"),
    ],
)
def test_a_phase_that_cannot_be_is_told_at_its_field(
    house: House, alda: FlaskClient, said: dict[str, str], field: str
) -> None:
    where = f"{HERE}/partial-weight-bearing"
    answer = alda.post(where, data={**Fields(alda.get(where).text).found, "reason": "try", **said})
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text, answer.text
    assert versions(house) == []


def test_a_nurse_reads_the_protocol_and_changes_nothing(house: House) -> None:
    nuno = house.browser(house.cast.nuno)
    assert nuno.get(HERE).status_code == 200
    assert nuno.post(HERE, data=numbers(hold_from="4")).status_code == 403
    assert house.browser(house.cast.boris).get(f"{HERE}/holidays").status_code == 404
