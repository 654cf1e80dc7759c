"""Plans over the API: what staff read and do, every refusal with nothing changed, and what the patient reads."""

import json
from typing import Any
from uuid import uuid4

import pytest

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.template_json import plain_template
from tests.api.staff import Desk, desk_of
from tests.cast import at
from tests.domain.diary import day
from tests.served import House, problem

PARTIAL, GAIT, STRENGTH = "partial-weight-bearing", "gait-training", "strengthening"
WHY = "seen in the clinic"
BRIDGES = {
    "exercise": "bridges",
    "sites": ["right-knee"],
    "dose": {"sets": 3, "reps": 10, "times_a_day": 1},
    "reason": WHY,
}


@pytest.fixture
def desk(house: House) -> Desk:
    """Boris at his desk; Ana's right knee is confirmed on day 0."""
    house.cast.records("right-knee")
    return desk_of(house, house.cast.boris)


@pytest.fixture
def sqlite_desk(sqlite_house: House) -> Desk:
    sqlite_house.cast.records("right-knee")
    return desk_of(sqlite_house, sqlite_house.cast.boris)


def on(desk: Desk, number: int, who: Any = None) -> Desk:
    """Somebody at a desk, Boris unless another is named, on the evening of another day."""
    desk.house.clock.now = at(number)
    return desk_of(desk.house, who or desk.house.cast.boris)


def plan_of(desk: Desk, place: str = "right-knee") -> dict[str, Any]:
    plans = desk.told("GET", "/plans")["data"]
    found: dict[str, Any] = next(plan for plan in plans if plan["site"] == place and "ended_on" not in plan)
    return found


def move(desk: Desk, phase: str, place: str = "right-knee", **more: Any) -> dict[str, Any]:
    plan = plan_of(desk, place)
    moved: dict[str, Any] = desk.told("POST", f"/plans/{plan['id']}/moves", {"phase": phase, **more}, plan["version"])
    return moved


def limits(desk: Desk) -> dict[str, str]:
    return {each["limb"]: each["sentence"] for each in desk.told("GET", "/limits")["data"]}


# What staff read


def test_a_plan_is_told_with_its_limit_its_days_and_every_criterion_of_the_next_step(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.house.cast.ana_logs({"right-knee": 1}, number)
    desk = on(desk, 4)
    answer = desk.ask("GET", "/plans")
    [plan] = json.loads(answer.data)["data"]
    assert answer.headers["ETag"] == f'"{plan["version"]}"'
    assert (plan["phase"], plan["step"], plan["steps"], plan["day"], plan["max_days"]) == (PARTIAL, 0, 1, 5, 42)
    assert plan["sentence"] == "Right leg: up to 30 % of your weight, use two crutches"
    assert [each["light"] for each in plan["days"]] == ["grey", "green", "green", "green", "grey"]
    assert (plan["next"]["phase"], plan["next"]["limit"]["percent"], plan["next"]["is_ready"]) == (GAIT, 50, False)
    told = {each["key"]: (each["value"], each["needed"], each["is_met"]) for each in plan["next"]["criteria"]}
    assert told["days-at-most"] == (3, 5, False) and told["days-since-phase"] == (4, 21, False)
    criterion = next(each for each in plan["next"]["criteria"] if each["key"] == "days-at-most")
    assert criterion["sentence"] == "Pain 2 or less on 5 of the last 7 logged days: 3 so far."
    assert [piece["for_date"] for piece in criterion["evidence"]] == [day(n).isoformat() for n in (1, 2, 3)]
    assert [change["turn"] for change in plan["changes"]] == ["start"]
    assert plan["changes"][0]["author"] == desk.house.cast.boris.name


def test_one_plan_is_read_by_itself_and_a_plan_that_is_none_is_nowhere(desk: Desk) -> None:
    plan = plan_of(desk)
    assert desk.told("GET", f"/plans/{plan['id']}") == plan
    assert desk.ask("GET", f"/plans/{uuid4()}").status_code == 404


def test_reading_plans_is_in_the_audit(desk: Desk) -> None:
    desk.told("GET", "/plans")
    assert "plans-read" in desk.house.cast.audit()


def test_an_override_is_told_with_its_reason_and_who_did_it(desk: Desk) -> None:
    moved = move(on(desk, 5), GAIT, reason=WHY)
    assert (moved["phase"], moved["limit"]) == (GAIT, {"grade": "PWB", "percent": 50, "aids": "two-crutches"})
    change = moved["changes"][-1]
    assert (change["turn"], change["is_override"], change["reason"]) == ("move", True, WHY)


def test_a_step_back_by_itself_is_told_with_what_it_rests_on(desk: Desk) -> None:
    move(on(desk, 5), STRENGTH, reason=WHY)
    desk.house.cast.ana_logs({"right-knee": 6}, 6)
    plan = plan_of(on(desk, 6))
    change = plan["changes"][-1]
    assert (change["turn"], change["is_automatic"], change["phase"], change["step"]) == ("regress", True, GAIT, 2)
    assert [piece["value"] for piece in change["evidence"]] == [6]
    assert plan["held_since"] == day(6).isoformat()
    assert [blocker["code"] for blocker in plan["next"]["blockers"]][0] == "on-hold"


def test_a_question_about_a_step_back_that_would_restrict_the_second_leg_is_told(desk: Desk) -> None:
    move(on(desk, 5), GAIT, step=2, reason=WHY)
    desk.house.cast.records("left-knee", on=6)
    desk.house.cast.ana_logs({"right-knee": 6}, 7)
    plan = plan_of(on(desk, 7))
    assert plan["question"]["since"] == day(7).isoformat() and "second leg" in plan["question"]["sentence"]


def test_a_plan_is_held_checked_resumed_and_ended(desk: Desk) -> None:
    for act in ({"act": "hold", "reason": "fever"}, {"act": "resume", "reason": "no fever"}, {"act": "check",
                "item": "no-limp"}, {"act": "end", "reason": "all is well"}):  # fmt: skip
        plan = plan_of(desk)
        told = desk.told("POST", f"/plans/{plan['id']}/acts", act, plan["version"])
    assert told["ended_on"] == day(0).isoformat() and told["version"] == plan["version"] + 1
    assert [c["turn"] for c in told["changes"]] == ["start", "clinician-hold", "resume", "end"]
    assert limits(desk) == {}


def test_a_nurse_may_hold_but_not_resume(desk: Desk) -> None:
    desk = on(desk, 1, desk.house.cast.nuno)
    plan = plan_of(desk)
    held = desk.told("POST", f"/plans/{plan['id']}/acts", {"act": "hold", "reason": "fever"}, plan["version"])
    answer = desk.ask("POST", f"/plans/{plan['id']}/acts", {"act": "resume", "reason": "well"}, held["version"])
    assert answer.status_code == 403


def test_who_gets_about_on_two_restricted_legs_is_not_told_to_walk_with_crutches(desk: Desk) -> None:
    asked = {"limb": "left-leg", "grade": "TTWB", "reason": WHY}
    refused = problem(desk.ask("POST", "/limits", asked))
    assert (refused["status"], refused["errors"][0]["code"]) == (409, "both-legs-restricted")
    told = desk.told("POST", "/limits", asked | {"getting_about": "wheelchair"})
    assert told["both_legs_restricted"] and told["getting_about"] == "wheelchair"
    assert all(sentence.endswith("use a wheelchair") for sentence in limits(desk).values())
    assert told["orders"][0]["reason"] == WHY and told["orders"][0]["author"] == desk.house.cast.boris.name


# Refusals


def _moved(desk: Desk, body: dict[str, Any], seen: int | None = None, plan_id: str = "") -> tuple[Any, ...]:
    plan = plan_of(desk)
    return "POST", f"/plans/{plan_id or plan['id']}/moves", body, plan["version"] if seen is None else seen


def _acted(desk: Desk, body: dict[str, Any]) -> tuple[Any, ...]:
    plan = plan_of(desk)
    return "POST", f"/plans/{plan['id']}/acts", body, plan["version"]


def _limit(**said: Any) -> tuple[Any, ...]:
    return "POST", "/limits", {"limb": "left-leg", "reason": WHY, **said}


def _ordered(**said: Any) -> tuple[Any, ...]:
    return "PUT", f"/prescriptions/{uuid4()}", {**BRIDGES, "from_on": day(0).isoformat(), **said}, 0


def _held(**said: Any) -> tuple[Any, ...]:
    body = {"scope": "patient", "from_on": day(0).isoformat(), "cause": "illness", "reason": "fever", **said}
    return "PUT", f"/holds/{uuid4()}", body, 0


REFUSED: dict[str, tuple[Any, int, str, str]] = {
    "a phase jump": (lambda d: _moved(d, {"phase": STRENGTH}), 422, "phase-jump", "/phase"),
    "criteria not met": (lambda d: _moved(d, {"phase": GAIT}), 422, "reason-needed", "/reason"),
    "a step there is not": (lambda d: _moved(d, {"phase": GAIT, "step": 9, "reason": WHY}), 422, "unknown-rung",
                            "/step"),
    "a step below the first": (lambda d: _moved(d, {"phase": GAIT, "step": -1, "reason": WHY}), 422, "unknown-rung",
                               "/step"),
    "a phase there is not": (lambda d: _moved(d, {"phase": "running"}), 422, "unknown-code", "/phase"),
    "PWB without a percentage": (lambda d: _moved(d, {"phase": GAIT, "limit": {"grade": "PWB"}, "reason": WHY}), 422,
                                 "percent-needed", "/limit/percent"),
    "FWB with a percentage": (lambda d: _limit(grade="FWB", percent=50), 422, "percent-not-allowed", "/percent"),
    "an order of PWB without a percentage": (lambda d: _limit(grade="PWB"), 422, "percent-needed", "/percent"),
    "an order without a reason": (lambda d: _limit(grade="NWB", reason=" "), 422, "too-short", "/reason"),
    "both legs": (lambda d: _limit(grade="NWB"), 409, "both-legs-restricted", "/getting_about"),
    "an aid that is none": (lambda d: _limit(grade="NWB", getting_about="stayed-in-bed"), 422, "unknown-code",
                            "/getting_about"),
    "an unknown key": (lambda d: _moved(d, {"phase": GAIT, "why": WHY}), 422, "unknown-key", "/why"),
    "a stale version": (lambda d: _moved(d, {"phase": GAIT, "reason": WHY}, seen=1), 412, "out-of-date", ""),
    "no version": (lambda d: _moved(d, {"phase": GAIT, "reason": WHY})[:3], 422, "version-needed", ""),
    "another plan": (lambda d: _moved(d, {"phase": GAIT, "reason": WHY}, plan_id=str(uuid4())), 404, "not-found", ""),
    "a start": (lambda d: _acted(d, {"act": "start"}), 422, "unknown-code", "/act"),
    "a check of nothing": (lambda d: _acted(d, {"act": "check"}), 422, "item-needed", "/item"),
    "a check of anything": (lambda d: _acted(d, {"act": "check", "item": "shoes"}), 422, "unknown-item", "/item"),
    "both legs without an answer": (lambda d: _acted(d, {"act": "check", "item": "both-legs"}), 422,
                                    "aids-not-allowed", "/getting_about"),
    "an end without a reason": (lambda d: _acted(d, {"act": "end"}), 422, "too-short", "/reason"),
    "an exercise against the limit": (lambda d: _ordered(needs="WBAT"), 422, "against-limit", "/exercise"),
    "an exercise yesterday": (lambda d: _ordered(from_on="2025-01-01"), 422, "date-passed", "/from_on"),
    "an exercise that ends early": (lambda d: _ordered(until_on="2025-01-01"), 422, "ends-early", "/until_on"),
    "a dose of nothing": (lambda d: _ordered(dose={}), 422, "dose-needed", "/dose"),
    "a dose beyond reason": (lambda d: _ordered(dose={"sets": 1001}), 422, "out-of-range", "/dose/sets"),
    "a dose of true": (lambda d: _ordered(dose={"sets": True}), 422, "wrong-type", "/dose/sets"),
    "an eighth day": (lambda d: _ordered(days=[7]), 422, "days-needed", "/days"),
    "no place": (lambda d: _ordered(sites=[]), 422, "site-needed", "/sites"),
    "a place without a side": (lambda d: _ordered(sites=["knee"]), 422, "unknown-site", "/sites/0"),
    "an exercise that was not there": (lambda d: (*_ordered()[:3], 3), 412, "out-of-date", ""),
    "a hold of a place that is none": (lambda d: _held(scope="knee"), 422, "unknown-site", "/scope"),
    "a hold that ends early": (lambda d: _held(until_on="2025-01-01"), 422, "ends-early", "/until_on"),
    "a hold without a cause": (lambda d: _held(cause="laziness"), 422, "unknown-code", "/cause"),
    "a hold that is not there": (lambda d: ("DELETE", f"/holds/{uuid4()}", {"reason": WHY}, 1), 404, "not-found", ""),
    "no days": (lambda d: ("GET", "/occurrences?from=2026-02-30"), 422, "bad-date", "/from"),
    "days backwards": (lambda d: ("GET", "/occurrences?from=2026-02-02&to=2026-02-01"), 422, "out-of-range", "/to"),
    "adherence by mood": (lambda d: ("GET", "/adherence?by=mood"), 422, "unknown-code", "/by"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused_says_why_and_changes_nothing(sqlite_desk: Desk, why: str) -> None:
    asked, status, code, pointer = REFUSED[why]
    request = asked(sqlite_desk)
    before = sqlite_desk.house.cast.counts()
    found = problem(sqlite_desk.ask(*request))
    assert (found["status"], found["errors"][0]["code"], found["errors"][0]["pointer"]) == (status, code, pointer)
    assert sqlite_desk.house.cast.counts() == before


def test_the_second_of_two_writers_is_told_both_versions(desk: Desk) -> None:
    asked = _moved(desk, {"phase": GAIT, "reason": WHY})
    desk.told(*asked)
    before = desk.house.cast.counts()
    found = problem(desk.ask(*asked))
    assert (found["status"], found["yours"], found["now"]) == (412, asked[3], asked[3] + 1)
    assert desk.house.cast.counts() == before


def test_an_ended_plan_is_not_touched(desk: Desk) -> None:
    plan = plan_of(desk)
    ended = desk.told(*_acted(desk, {"act": "end", "reason": "all is well"}))
    before = desk.house.cast.counts()
    for path, body in (("moves", {"phase": GAIT, "reason": WHY}), ("acts", {"act": "hold", "reason": WHY})):
        found = problem(desk.ask("POST", f"/plans/{plan['id']}/{path}", body, ended["version"]))
        assert (found["status"], found["errors"][0]["code"]) == (409, "wrong-state")
    assert desk.house.cast.counts() == before


@pytest.mark.parametrize(("who", "status"), [("carla", 404), ("dora", 403), ("nuno", 403), ("alda", 403)])
def test_who_may_not_move_a_plan_changes_nothing(sqlite_desk: Desk, who: str, status: int) -> None:
    asked = _moved(sqlite_desk, {"phase": GAIT, "reason": WHY})
    theirs = desk_of(sqlite_desk.house, getattr(sqlite_desk.house.cast, who))
    before = sqlite_desk.house.cast.counts()
    assert problem(theirs.ask(*asked))["status"] == status
    assert sqlite_desk.house.cast.counts() == before


# Exercises


def test_an_exercise_is_ordered_changed_and_read_back(desk: Desk) -> None:
    own = uuid4()
    body = {**BRIDGES, "from_on": day(0).isoformat(), "days": [0, 2, 4], "needs": "PWB"}
    assert desk.told("PUT", f"/prescriptions/{own}", body, 0) == {"version": 1}
    assert desk.told("PUT", f"/prescriptions/{own}", body, 0) == {"version": 1}, "sent twice, kept once"
    longer = body | {"until_on": day(10).isoformat()}
    assert desk.told("PUT", f"/prescriptions/{own}", longer, 1) == {"version": 2}
    [kept] = desk.told("GET", "/exercise-orders")["prescriptions"]
    assert {key: kept[key] for key in (*body, "until_on", "version")} == {**longer, "version": 2}
    due = desk.told("GET", f"/occurrences?from={day(0)}&to={day(6)}")["data"]
    bridges = [each for each in due if each["exercise"] == "bridges"]
    assert [(each["day"], each["name"], each["dose"]) for each in bridges] == [
        (day(n).isoformat(), "Bridges", "3 × 10") for n in (0, 2, 4)
    ]
    assert all(each["orders"] == [{"id": str(own), "version": 2}] for each in bridges)


def test_a_hold_is_kept_told_and_lifted(desk: Desk) -> None:
    own = uuid4()
    body = {"scope": "left-leg", "from_on": day(0).isoformat(), "cause": "travel", "reason": "a week at sea"}
    assert desk.told("PUT", f"/holds/{own}", body, 0) == {"version": 1}
    assert desk.told("DELETE", f"/holds/{own}", {"reason": "stays here"}, 1) == {"version": 2}
    [kept] = desk.told("GET", "/exercise-orders")["holds"]
    assert (kept["is_lifted"], kept["scope"], kept["cause"], kept["version"]) == (True, "left-leg", "travel", 2)
    assert problem(desk.ask("DELETE", f"/holds/{own}", {"reason": "again"}, 2))["status"] == 409


@pytest.mark.parametrize(("by", "keys"), [("site", ["right-knee"]), ("phase", [PARTIAL]), ("week", ["2026-W02"])])
def test_adherence_is_told_by_place_phase_and_week(sqlite_desk: Desk, by: str, keys: list[str]) -> None:
    desk = on(sqlite_desk, 3)
    told = desk.told("GET", f"/adherence?by={by}")
    assert [row["key"] for row in told["data"]] == keys
    assert told["total"]["missed"] == told["total"]["due"] > 0 and told["total"]["ratio"] == 0


def test_nothing_due_yet_is_no_number_and_says_why(sqlite_desk: Desk) -> None:
    total = sqlite_desk.told("GET", "/adherence")["total"]
    assert (total["ratio"], total["why"], total["due"]) == (None, "not-started", 0)


# Templates


def ask_for_templates(desk: Desk, method: str, path: str = "", body: Any = None, seen: int | None = None) -> Any:
    headers = {"Sec-Fetch-Site": "same-origin"} | ({"If-Match": f'"{seen}"'} if seen is not None else {})
    sent = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
    return desk.client.open(f"/api/v1/templates{path}", method=method, headers=headers, **sent)


def test_a_protocol_is_read_edited_and_refused_with_a_pointer_into_it(desk: Desk) -> None:
    answer = ask_for_templates(desk, "GET", "/tmo")
    told = json.loads(answer.data)
    shipped = plain_template(DEFAULT_TEMPLATE)
    assert answer.headers["ETag"] == '"1"' and told["content"] == {
        key: json.loads(json.dumps(shipped[key])) for key in shipped if key not in ("code", "version")
    }
    changed = told["content"] | {"pause_days": 10}
    answer = ask_for_templates(desk, "PUT", "/tmo", {"content": changed, "reason": "agreed on Monday"}, 1)
    assert (answer.headers["ETag"], json.loads(answer.data)["content"]["pause_days"]) == ('"2"', 10)
    stale = problem(ask_for_templates(desk, "PUT", "/tmo", {"content": changed, "reason": "agreed"}, 1))
    assert (stale["status"], stale["yours"], stale["now"]) == (412, 1, 2)
    changed["phases"][1]["steps"][0] = {"grade": "PWB"}
    wrong = problem(ask_for_templates(desk, "PUT", "/tmo", {"content": changed, "reason": "agreed"}, 2))
    assert wrong["errors"][0]["pointer"] == "/content/phases/1/steps/0/percent"
    assert [each["version"] for each in json.loads(ask_for_templates(desk, "GET").data)["data"]] == [2]


def test_a_nurse_reads_protocols_and_does_not_edit_them(desk: Desk) -> None:
    nuno = desk_of(desk.house, desk.house.cast.nuno)
    assert ask_for_templates(nuno, "GET").status_code == 200
    assert ask_for_templates(nuno, "PUT", "/tmo", {"content": {}, "reason": "x"}, 1).status_code == 403
    assert ask_for_templates(desk, "GET", "/other").status_code == 404
