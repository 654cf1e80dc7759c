"""Plans on pages: what stands, what is met, what a clinician confirms or moves, and the question of both legs."""

from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.site import site
from rehab_tracker.domain.weight_bearing import Grade
from rehab_tracker.services import record, worklist
from rehab_tracker.storage.plans import LimbOrder, PlanActRow, PlanRow
from tests.cast import at, sent
from tests.dashboards.conftest import House

KNEE, OTHER = "right-knee.medial-femoral-condyle", "left-knee.medial-femoral-condyle"
GAIT = "gait-training.0"


def page(house: House, end: str = "") -> str:
    return f"/c/porto/patients/{house.cast.ana.id}{end}"


def plan(house: House, place: str = KNEE) -> PlanRow:
    return next(row for row in house.cast.rows(PlanRow) if str(row.site) == place)


def own(house: House, end: str = "", place: str = KNEE) -> str:
    return page(house, f"/plans/{plan(house, place).id}{end}")


def acts(house: House) -> list[str]:
    rows = sorted(house.cast.rows(PlanActRow), key=lambda row: row.at)
    return [f"{row.act} {row.phase or row.item or ''}".strip() for row in rows]


def moves(house: House, browser: FlaskClient, place: str = KNEE, **said: str) -> TestResponse:
    version = str(plan(house, place).version)
    return browser.post(own(house, "/move", place), data={"version": version, "phase": GAIT} | said)


@pytest.fixture
def healing(house: House) -> House:
    """Ana's right knee after three good weeks: everything for walking practice is met."""
    house.cast.records(KNEE)
    for day in range(1, 23):
        score = PainScore(site("right-knee"), on_loading=1, at_rest=0, next_morning=0)
        house.cast.sends(house.cast.ana, sent(PainReading((score,), True), day))
    house.now = at(22, 30)
    return house


@pytest.fixture
def sore(house: House) -> House:
    """Ana's right knee on its third day."""
    house.cast.records(KNEE)
    house.cast.ana_logs({"right-knee": 4}, 2)
    house.now = at(2, 30)
    return house


def test_the_safety_strip_says_each_legs_limit_since_when_and_by_whom(sore: House) -> None:
    text = sore.browser(sore.cast.boris).get(page(sore)).text
    strip = text.split('id="now"')[1].split("</section>")[0]
    assert "30 % of body weight, two crutches" in strip and "since 5 January 2026, Boris" in strip
    assert "The patient reads: “Right leg: up to 30 % of your weight, use two crutches”" in strip
    assert strip.index("Right leg") < strip.index("Left leg") and "no limit" in strip
    assert "This plan is on hold by itself since 7 January 2026." in strip


def test_a_suspected_place_has_no_plan_and_the_page_says_so(house: House) -> None:
    house.cast.records(KNEE, "suspected")
    text = house.browser(house.cast.boris).get(page(house)).text
    assert "No plan runs. A confirmed place starts one; a suspected place sets no limit." in text


def test_criteria_stand_beside_what_is_needed_and_nothing_is_offered_too_early(sore: House) -> None:
    text = sore.browser(sore.cast.boris).get(page(sore)).text
    assert "At least 21 days in this phase: 2 so far." in text and "<b>2 of 21</b>" in text
    assert "Nothing is proposed now:" in text and "Confirm:" not in text
    assert 'aria-current="step">Partial weight<' in text


def test_lights_are_a_picture_a_sentence_and_a_table(sore: House) -> None:
    text = sore.browser(sore.cast.boris).get(page(sore)).text
    told = "Last days of this plan (3): 0 green, 1 amber, 0 red, 2 without a log; 1 on hold."
    assert f"<title>{told}</title>" in text and text.count(told) == 2
    assert '<th scope="row">7 January 2026</th><td>amber</td><td>yes</td>' in text


def test_what_is_met_is_confirmed_with_one_button_after_reading_what_the_patient_will_read(healing: House) -> None:
    boris = healing.browser(healing.cast.boris)
    text = boris.get(page(healing)).text
    assert "Confirm: Walking practice: 50 % of body weight, two crutches" in text
    assert "The patient will read: “Right leg: up to half your weight, use two crutches”" in text
    answer = moves(healing, boris)
    assert (answer.status_code, answer.location) == (303, page(healing) + "#protocol")
    assert acts(healing) == ["start partial-weight-bearing", "move gait-training"]
    after = boris.get(page(healing)).text
    assert "The plan was moved." in after and 'aria-current="step">Walking practice<' in after
    assert "The plan was moved." not in boris.get(page(healing)).text


def test_a_nurse_sees_it_all_and_confirms_nothing(healing: House) -> None:
    nuno = healing.browser(healing.cast.nuno)
    text = nuno.get(page(healing)).text
    assert "/move" not in text
    assert moves(healing, nuno).status_code == 403 and acts(healing) == ["start partial-weight-bearing"]


def test_another_move_needs_a_reason_beside_the_field_and_keeps_what_was_typed(sore: House) -> None:
    boris = sore.browser(sore.cast.boris)
    without = moves(sore, boris, percent="40", grade="PWB")
    assert without.status_code == 422 and 'id="reason-error"' in without.text
    assert 'value="40"' in without.text and f'<option value="{GAIT}" selected>' in without.text
    given = moves(sore, boris, percent="40", grade="PWB", reason="walks well <b>already</b>")
    assert given.status_code == 303
    text = boris.get(own(sore)).text
    assert "40 % of body weight" in text and "walks well &lt;b&gt;already&lt;/b&gt;" in text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"phase": ""}, "phase"),
        ({"phase": "gait-training.9", "reason": "as agreed"}, "phase"),
        ({"grade": "PWB", "reason": "as agreed"}, "percent"),
        ({"grade": "PWB", "percent": "half", "reason": "as agreed"}, "percent"),
        ({"percent": "40", "reason": "as agreed"}, "grade"),
    ],
)
def test_a_move_that_cannot_be_is_told_at_its_field(sore: House, said: dict[str, str], field: str) -> None:
    answer = moves(sore, sore.browser(sore.cast.boris), **said)
    assert answer.status_code == 422 and (f'id="{field}-error"' in answer.text or field == "phase")
    assert acts(sore) == ["start partial-weight-bearing"]


def test_the_second_of_two_writers_sees_what_the_first_one_did(sore: House) -> None:
    boris, version = sore.browser(sore.cast.boris), str(plan(sore).version)
    first = {"version": version, "act": "hold", "why": "waits for the MRI"}
    assert boris.post(own(sore, "/tend"), data=first).status_code == 303
    second = moves(sore, boris, version=version, reason="walks well")
    assert second.status_code == 412
    assert "waits for the MRI" in second.text and "Put the plan on hold." in second.text
    assert "Walking practice: 50 % of body weight" in second.text and "walks well" in second.text
    assert acts(sore) == ["start partial-weight-bearing", "hold"]


def test_a_check_is_kept_with_one_button(healing: House) -> None:
    boris = healing.browser(healing.cast.boris)
    moves(healing, boris)
    for step in ("gait-training.1", "gait-training.2"):
        moves(healing, boris, phase=step, reason="walks well")
    text = boris.get(page(healing)).text
    assert 'aria-label="Checked today: Walks without a limp"' in text
    said = {"version": str(plan(healing).version), "act": "check", "item": "no-limp"}
    assert boris.post(own(healing, "/tend"), data=said).status_code == 303
    assert "Walks without a limp: checked on 27 January 2026." in boris.get(page(healing)).text


def test_hold_and_end_need_a_reason_and_letting_go_on_a_physiatrist(sore: House) -> None:
    boris, nuno = sore.browser(sore.cast.boris), sore.browser(sore.cast.nuno)
    version = {"version": str(plan(sore).version)}
    without = boris.post(own(sore, "/tend"), data={**version, "act": "hold"})
    assert without.status_code == 422 and 'id="why-error"' in without.text
    assert nuno.post(own(sore, "/tend"), data={**version, "act": "end", "why": "done"}).status_code == 403
    assert nuno.post(own(sore, "/tend"), data={**version, "act": "hold", "why": "fever"}).status_code == 303
    assert boris.post(own(sore, "/tend"), data={**version, "act": "start", "why": "anew"}).status_code == 422


def test_before_both_legs_are_restricted_the_page_asks_how_the_patient_gets_about(sore: House) -> None:
    boris = sore.browser(sore.cast.boris)
    said = {"site": OTHER, "status": "confirmed", "words": "hurts on stairs"}
    asked = boris.post(page(sore, "/places/new"), data=said)
    assert asked.status_code == 409 and len(sore.cast.rows(PlanRow)) == 1
    assert "How will the patient get about?" in asked.text and "Right leg now" in asked.text
    assert "Left knee, medial femoral condyle: confirmed; 30 % of body weight, two crutches" in asked.text
    assert 'name="words" value="hurts on stairs"' in asked.text
    silent = boris.post(page(sore, "/places/new"), data={**said, "asked_before": "1"})
    assert silent.status_code == 409 and 'id="getting-about-error"' in silent.text
    answered = boris.post(page(sore, "/places/new"), data={**said, "getting_about": "wheelchair"})
    assert answered.status_code == 303 and len(sore.cast.rows(PlanRow)) == 2
    text = boris.get(page(sore)).text
    assert "the patient gets about with: wheelchair" in text
    assert text.count("of your weight, use a wheelchair”") == 2 and "use two crutches”" not in text


def test_a_plan_that_ends_today_has_no_limit_in_any_part_of_the_page(sore: House) -> None:
    boris = sore.browser(sore.cast.boris)
    said = {"version": str(plan(sore).version), "act": "end", "why": "two plans of one knee"}
    assert boris.post(own(sore, "/tend"), data=said).status_code == 303
    text = boris.get(page(sore)).text
    sentence = text.split('id="figure-sentence">')[1].split("<")[0]
    assert sentence == "Right knee: 4 today. No open alerts."
    assert "Right knee, medial femoral condyle has no plan now: it sets no limit." in text
    assert "No plan runs." in text and "1 plan that has ended" in text
    again = boris.post(page(sore, f"/places/{KNEE}"), data={"status": "confirmed", "words": "hurts on stairs"})
    assert again.status_code == 303
    assert "It has no plan: that was ended. To start one anew, record “come back”." in boris.get(page(sore)).text
    sore.now = at(40, 30)
    text = sore.browser(sore.cast.boris).get(own(sore)).text
    assert "This plan ended on 7 January 2026. Its last phase: Partial weight." in text
    assert "Last days of this plan (3)" in text and "record the place as “come back”" in text
    assert "day 4" not in text and "Limit of this place" not in text and "on hold by itself" not in text


def test_a_suspected_place_beside_a_plan_is_said_to_set_no_limit(sore: House) -> None:
    sore.cast.records(OTHER, "suspected")
    text = sore.browser(sore.cast.boris).get(page(sore)).text
    assert "Left knee, medial femoral condyle is only suspected: it sets no limit." in text
    assert "Right knee, medial femoral condyle is only suspected" not in text


def test_silence_is_told_in_days_on_which_somebody_asked(sore: House) -> None:
    def strip() -> str:
        return sore.browser(sore.cast.boris).get(page(sore)).text.split('id="now"')[1].split("</section>")[0]

    assert "on which we asked" not in strip()
    sore.now = at(6, 30)
    assert "Nothing of pain on the last 3 days on which we asked." in strip()
    boris = sore.browser(sore.cast.boris)
    said = {"version": str(plan(sore).version), "phase": "return-and-surveillance.0", "reason": "well again"}
    assert boris.post(own(sore, "/move"), data=said).status_code == 303
    assert boris.post(page(sore, "/state"), data={"state": "deceased", "why": "told by the family"}).status_code == 303
    sore.now = at(30, 30)
    assert "on which we asked" not in strip() and "State: deceased" in strip()


def test_a_limit_for_a_limb_is_ordered_asked_about_and_shown(sore: House) -> None:
    boris, where = sore.browser(sore.cast.boris), page(sore, "/limits")
    assert "Order a limit for a limb" in boris.get(page(sore)).text and boris.get(where).status_code == 200
    said = {"limb": "right-leg", "grade": "NWB", "aids": "two-crutches", "reason": "fell on it"}
    for missing, field in (("limb", "limb"), ("grade", "grade"), ("reason", "reason")):
        answer = boris.post(where, data={**said, missing: ""})
        assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
    assert boris.post(where, data=said).status_code == 303
    [order] = sore.cast.rows(LimbOrder)
    assert (order.grade, order.reason) == (Grade.NWB, "fell on it")
    assert "do not put any weight on it" in boris.get(page(sore)).text
    both = boris.post(where, data={**said, "limb": "left-leg", "reason": "and the other"})
    assert both.status_code == 409 and "Left leg: no weight (NWB), two crutches" in both.text
    assert sore.browser(sore.cast.nuno).get(where).status_code == 403


def test_a_plan_of_somebody_else_is_nowhere(sore: House) -> None:
    boris, carla = sore.browser(sore.cast.boris), sore.browser(sore.cast.carla)
    assert boris.get(page(sore, f"/plans/{uuid4()}")).status_code == 404
    assert carla.get(own(sore).replace("/c/porto", "/c/braga")).status_code == 404
    assert sore.browser(sore.cast.dora).get(own(sore)).status_code == 403


def test_the_list_tells_phase_limit_and_a_plan_that_waits(sore: House) -> None:
    boris = sore.browser(sore.cast.boris)
    text = boris.get("/c/porto/").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Partial weight, day 3 of 21" in text and "Left no limit, right 30 %" in text and "Plan on hold" in text
    sore.now = at(45, 30)
    text = sore.browser(sore.cast.boris).get("/c/porto/").text
    assert "Partial weight, day 46 of 42" in text and "1 with a plan to review" in text


def test_a_limit_that_was_ordered_stands_in_the_list_too(sore: House) -> None:
    boris = sore.browser(sore.cast.boris)
    said = {"limb": "right-leg", "grade": "NWB", "reason": "fell on it"}
    boris.post(page(sore, "/limits"), data=said)
    assert "Left no limit, right 0 %" in boris.get("/c/porto/").text.replace("\N{NO-BREAK SPACE}", " ")


def test_list_and_page_say_the_same_of_a_limit(sore: House) -> None:
    cast, viewer = sore.cast, sore.cast.viewer_of(sore.cast.boris)
    with cast.session() as session:
        [row] = [r for r in worklist.worklist(session, viewer, sore.now).rows if r.patient.id == cast.ana.id]
        shown = record.open_record(session, viewer, cast.ana.id, sore.now)
    assert row.stands.limits(row.today) == shown.told.standing.limits
