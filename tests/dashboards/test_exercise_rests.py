"""Rests by form, and what follows from orders and rests: the week, the count, and what the patient's phone reads."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from rehab_tracker.domain.exercise import ExerciseReport
from tests.cast import sent
from tests.dashboards.conftest import House
from tests.dashboards.exercise_forms import (
    KNEE,
    days_on,
    diary,
    held,
    orders,
    own,
    own_rest,
    page,
    part,
    rests,
    week_of,
)
from tests.dashboards.fields import Fields
from tests.domain.diary import day


@pytest.fixture
def boris(house: House) -> FlaskClient:
    house.cast.records(KNEE)
    return house.browser(house.cast.boris)


def test_week_count_and_diary_follow_an_order(house: House, boris: FlaskClient) -> None:
    orders(house, boris)
    assert week_of(house, boris, "Heel raises") == ["open now", *["planned"] * 6]
    [mine] = [each for each in diary(house)["exercises"] if each["exercise"] == "calf-raise"]
    assert (mine["name"], mine["dose"], mine["sites"]) == ("Heel raises", "2 × 12", [KNEE])
    house.cast.ana_sends(sent(ExerciseReport("calf-raise"), 0))
    browser = days_on(house, 3)
    assert week_of(house, browser, "Heel raises")[:3] == ["done", "missed", "missed"]
    browser.post(own(house, "/stop"), data={"version": "1", "why": "hurts"})
    assert "calf-raise" not in {each["exercise"] for each in diary(house)["exercises"]}


def counted(house: House, browser: FlaskClient) -> list[str]:
    """How much was done of all that was due, as the patient's page says it."""
    total = part(browser.get(page(house, "")).text, "exercises").split("since the first plan")[1]
    return re.findall(r"(\d+) of (\d+)</b>.*?(\d+) on hold", total, re.S)[:1]


def test_days_of_rest_leave_the_count_and_the_diary_says_why(house: House, boris: FlaskClient) -> None:
    orders(house, boris)
    before = counted(house, days_on(house, 4))
    assert rests(house, days_on(house, 4), from_on=day(1).isoformat(), until_on=day(4).isoformat()).status_code == 303
    browser = days_on(house, 4)
    assert week_of(house, browser, "Heel raises") == ["missed", *["on hold"] * 4, "planned", "planned"]
    [(done, due, resting)], [(done_before, due_before, _)] = counted(house, browser), before
    assert done == done_before and int(due) < int(due_before) and int(resting) > 0
    assert diary(house)["holds"] == [{"what": "All exercises", "why": "You are ill.", "until_on": day(4).isoformat()}]


def test_a_rest_stands_there_with_days_cause_and_reason_and_says_that_alerts_go_on(
    house: House, boris: FlaskClient
) -> None:
    assert "Nothing rests now." in boris.get(page(house)).text
    answer = rests(house, boris, scope="right-leg", only_strengthening="yes")
    assert (answer.status_code, answer.location) == (303, page(house))
    text = part(boris.get(page(house)).text, "rests")
    for said in (">Right leg</h3>", "strengthening only", "5 January 2026 to 6 January 2026", "<dd>illness</dd>",
                 "version 1: has a fever", "It never touches safety"):  # fmt: skip
        assert said in text, said
    house.cast.ana_ticks("fever", day=0)
    assert house.cast.alert("red-flag", "fever").level == "urgent"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"scope": ""}, "scope"),
        ({"scope": "left-wing"}, "scope"),
        ({"from_on": "today"}, "from-on"),
        ({"until_on": "2026-01-01"}, "until-on"),
        ({"cause": ""}, "cause"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_fault_of_a_rest_stands_beside_its_field(
    house: House, boris: FlaskClient, said: dict[str, str], field: str
) -> None:
    answer = rests(house, boris, **{"scope": KNEE, "only_strengthening": "yes", **said})
    assert answer.status_code == 422 and held(house) == [] and f'id="{field}-error"' in answer.text
    found = Fields(answer.text).found
    assert found["only_strengthening"] == ["yes"] and found["scope"] == [KNEE if "scope" not in said else ""]


def test_a_rest_is_made_longer_and_taken_back_with_its_history(house: House, boris: FlaskClient) -> None:
    orders(house, boris)
    said = str(uuid4())
    for _ in range(2):
        assert rests(house, boris, id=said).status_code == 303
    assert len(held(house)) == 1
    browser = days_on(house, 2)
    early = browser.post(own_rest(house), data={"version": "1", "until_on": "2026-01-01", "reason": "well"})
    assert early.status_code == 422 and 'id="until-on-error"' in early.text and 'value="2026-01-01"' in early.text
    longer = {"version": "1", "until_on": day(3).isoformat(), "reason": "still ill"}
    assert browser.post(own_rest(house), data=longer).status_code == 303
    assert browser.post(own_rest(house), data=longer).status_code == 412
    assert week_of(house, browser, "Heel raises")[:5] == [*["on hold"] * 4, "planned"]
    without = browser.post(own_rest(house, "/lift"), data={"version": "2", "why": ""})
    assert without.status_code == 422 and 'id="why-error"' in without.text
    assert browser.post(own_rest(house, "/lift"), data={"version": "2", "why": "was not ill"}).status_code == 303
    assert week_of(house, browser, "Heel raises")[:2] == ["missed", "missed"]
    text = browser.get(page(house)).text
    assert "1 rest that was taken back" in text and "3 versions" in text and "was not ill" in text
    for end in ("", "/lift"):
        answer = browser.post(own_rest(house, end), data={"version": "3", "why": "again", "reason": "again"})
        assert answer.status_code == 409 and "This rest was taken back already." in answer.text
    assert len(held(house)) == 3


def test_a_pause_that_a_plan_made_stands_among_the_rests(house: House, boris: FlaskClient) -> None:
    house.cast.ana_logs({"right-knee": 4}, 1)
    text = part(days_on(house, 1).get(page(house)).text, "rests")
    assert "Rests that follow from the plans" in text and "Right knee, medial femoral condyle: all exercises" in text


def test_a_rest_in_the_time_to_come_is_told_as_such(house: House, boris: FlaskClient) -> None:
    first = (day(0) + timedelta(days=9)).isoformat()
    rests(house, boris, from_on=first, until_on="", cause="travel", scope=KNEE)
    text = part(boris.get(page(house)).text, "rests")
    assert "Nothing rests now." in text and ">to come<" in text
    assert "from 14 January 2026, until further notice" in text and "<dd>travel</dd>" in text
