"""The patient's own plan: limits, phases and exercises in plain words, what has changed, and nothing of the staff's."""

import json
from typing import Any

import pytest

from rehab_tracker.domain.person import PatientState
from rehab_tracker.services import people
from rehab_tracker.storage.people import Patient
from tests.api.staff import Desk, desk_of
from tests.api.test_plans import GAIT, STRENGTH, WHY, move, on, plan_of
from tests.cast import at
from tests.domain.diary import day
from tests.served import House, pain


@pytest.fixture
def desk(house: House) -> Desk:
    """Boris at his desk; Ana's right knee is confirmed on day 0."""
    house.cast.records("right-knee")
    return desk_of(house, house.cast.boris)


def own_plan(house: House, language: str = "en-GB") -> dict[str, Any]:
    with house.cast.session() as session:
        session.get_one(Patient, (house.cast.porto.id, house.cast.ana.id)).language = language
        session.commit()
    found: dict[str, Any] = json.loads(house.ana.get("/api/v1/me/plan").data)
    return found


def test_ana_reads_her_limits_her_phase_and_the_week_to_come(desk: Desk) -> None:
    told = own_plan(desk.house)
    assert told["today"] == day(0).isoformat() and told["is_asked"]
    [limit] = told["limits"]
    assert limit["sentence"] == "Right leg: up to 30 % of your weight, use two crutches"
    [plan] = told["plans"]
    assert (plan["place"], plan["words"], plan["step"], plan["steps"]) == ("Right knee", "Partial weight", 1, 1)
    assert (plan["day"], plan["about_days"]) == (1, 42)
    assert plan["next"] == "Next: Walking practice, when your team agrees."
    assert [each["day"] for each in told["days"]] == [day(n).isoformat() for n in range(8)]
    assert {each["key"] for each in told["exercises"]} == {
        "quad-sets", "straight-leg-raise", "heel-slides", "pool-or-bike",
    }  # fmt: skip
    thigh = next(each for each in told["exercises"] if each["key"] == "quad-sets")
    assert (thigh["name"], thigh["dose"]) == ("Thigh squeezes", "4 × 25") and thigh["how"]
    assert {"key": "quad-sets", "states": ["open"]} in told["days"][0]["due"]
    assert {"key": "quad-sets", "states": ["planned"]} in told["days"][7]["due"]


def test_within_a_phase_the_next_step_is_told_as_weight(desk: Desk) -> None:
    move(desk, GAIT, reason=WHY)
    [plan] = own_plan(desk.house)["plans"]
    assert plan["next"] == "Next: up to three quarters of your weight, when your team agrees."


def test_ana_is_told_of_a_step_back_and_why_and_of_nothing_that_staff_wrote(desk: Desk) -> None:
    move(on(desk, 5), STRENGTH, reason="zq-secret reason")
    desk.house.cast.ana_logs({"right-knee": 6}, 6)
    desk.house.clock.now = at(6)
    told = own_plan(desk.house)
    [news] = told["news"]
    assert news["sentence"] == (
        "Your plan for the right knee went one step back on 11 January 2026, because your pain was 5 or more."
    )
    [hold] = told["holds"]
    assert (hold["what"], hold["why"]) == ("Right knee", "Too much pain.")
    assert {state for due in told["days"][0]["due"] for state in due["states"]} == {"excused"}
    written = json.dumps(told)
    assert "zq-secret" not in written and desk.house.cast.boris.name not in written
    desk.house.clock.now = at(21)
    assert own_plan(desk.house)["news"] == []


def test_what_has_not_changed_is_not_sent_again(desk: Desk) -> None:
    ana, desk.house.clock.now = desk.house.ana, at(1)
    first = ana.get("/api/v1/me/plan")
    again = ana.client.get("/api/v1/me/plan", headers=ana.headers | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    ana.results(pain(1, place="right-knee", worst=4))
    changed = ana.client.get("/api/v1/me/plan", headers=ana.headers | {"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200 and changed.headers["ETag"] != first.headers["ETag"]


def test_a_patient_without_a_plan_reads_that_there_is_none(house: House) -> None:
    told = own_plan(house)
    assert (told["limits"], told["plans"], told["exercises"], told["is_asked"]) == ([], [], [], True)


def test_the_plan_of_the_case_fits_into_ten_kilobytes(desk: Desk) -> None:
    """Right knee in strengthening, left knee and left forefoot in partial weight: the busiest month of the case."""
    cast = desk.house.cast
    move(on(desk, 21), GAIT, reason=WHY, step=2)
    move(on(desk, 45), STRENGTH, reason=WHY)
    for place in ("left-knee.medial-femoral-condyle", "left-foot.forefoot"):
        cast.records(place, on=90)
    cast.ana_logs({"left-knee": 4, "right-knee": 1, "left-foot": 3}, 91)
    desk.house.clock.now = at(91)
    for language in ("en-GB", "pt-PT"):
        assert len(own_plan(desk.house, language)["plans"]) == 3
        size = len(desk.house.ana.get("/api/v1/me/plan").data)
        assert size <= 10_000, size


def test_ana_reads_on_after_she_was_discharged_and_nothing_is_proposed_then(desk: Desk) -> None:
    with desk.house.cast.session() as session:
        viewer = desk.house.cast.viewer_of(desk.house.cast.boris)
        people.set_state(session, viewer, desk.house.cast.ana.id, PatientState.DISCHARGED, "she is well", at(1))
    desk = on(desk, 1)
    assert "not-in-care" in {blocker["code"] for blocker in plan_of(desk)["next"]["blockers"]}
    assert own_plan(desk.house)["plans"] and not own_plan(desk.house)["is_asked"]


def test_nobody_else_reads_her_plan(desk: Desk) -> None:
    bento = desk.house.phone_of(desk.house.cast.bento)
    assert json.loads(bento.get("/api/v1/me/plan").data)["plans"] == []
    assert desk.client.get("/api/v1/me/plan").status_code == 401
