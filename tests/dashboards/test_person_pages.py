"""The person on pages: details, state, care team, requests to be called, and a patient who was entered twice."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from rehab_tracker.domain.access import system
from rehab_tracker.domain.own_choices import Choice
from rehab_tracker.services import reminders
from rehab_tracker.services.own_choices import choose_own
from rehab_tracker.storage.calls import CallAnswer
from rehab_tracker.storage.letters import Letter, LetterState
from rehab_tracker.storage.people import CareTeam, Patient
from rehab_tracker.storage.person import PersonChange
from tests.cast import asks_for_a_call, at
from tests.dashboards.conftest import House
from tests.domain.diary import day


@pytest.fixture
def house(sqlite_house: House) -> House:
    """The house on SQLite alone: the engine has no part in what stands on a form."""
    return sqlite_house


def page(house: House, end: str = "") -> str:
    return f"/c/porto/patients/{house.cast.ana.id}{end}"


def ana(house: House) -> Patient:
    with house.cast.session() as session:
        return session.get_one(Patient, (house.cast.porto.id, house.cast.ana.id))


def details(house: House, **changed: str) -> dict[str, str]:
    who = ana(house)
    names = ("name", "record_number", "born", "sex", "phone", "email", "language", "time_zone", "version")
    return {name: str(getattr(who, name) or "") for name in names} | changed


@pytest.fixture
def boris(house: House) -> FlaskClient:
    return house.browser(house.cast.boris)


def test_details_change_and_what_was_there_stays_to_be_seen(house: House, boris: FlaskClient) -> None:
    said = details(house, sex="female", phone="+351 999", reason="she told us")
    assert boris.post(page(house, "/person"), data=said).status_code == 303
    assert (ana(house).sex, ana(house).phone) == ("female", "+351 999")
    text = boris.get(page(house, "/person")).text
    assert "Sex: not recorded → female" in text and "she told us" in text
    assert "<dd>female</dd>" in boris.get(page(house)).text


def chooses(house: House, choices: dict[Choice, Any]) -> None:
    """Ana's phone says what she wants of mail."""
    with house.cast.session() as session:
        choose_own(session, house.cast.viewer_of(house.cast.ana), choices, at(0))


def test_an_address_is_recorded_but_only_ana_asks_for_mail(house: House, boris: FlaskClient) -> None:
    said = details(house, email="Ana@Mail.example", mails="true", reminder_at="20:00")
    assert boris.post(page(house, "/person"), data=said).status_code == 303
    assert (ana(house).email, ana(house).mails, ana(house).reminder_at) == ("ana@mail.example", False, None)
    text = boris.get(page(house, "/person")).text
    assert "E-mail address: none → ana@mail.example" in text and "has not asked for mail" in text
    chooses(house, {Choice.MAILS: True, Choice.REMINDER_AT: "20:00"})
    text = boris.get(page(house, "/person")).text
    assert "a reminder at 20:00" in text and "Wants mail: no → yes, the patient" in text


def test_that_mail_comes_back_is_seen_until_the_address_is_another(house: House, boris: FlaskClient) -> None:
    chooses(house, {Choice.EMAIL: "ana@mail.example", Choice.MAILS: True, Choice.REMINDER_AT: "20:00"})
    assert "has come back" not in boris.get(page(house, "/person")).text
    with house.cast.session() as session:
        reminders.remind(session, system(house.cast.porto.id), house.cast.ana.id, day(0), at(0))
        session.commit()
        [letter] = [each for each in house.cast.rows(Letter) if each.kind == "reminder"]
        session.merge(letter).state = LetterState.BOUNCED
        session.commit()
    text = boris.get(page(house, "/person")).text
    assert "Mail to ana@mail.example has come back" in text and "save the details as they are" in text
    said = details(house, email="ana@post.example")
    assert boris.post(page(house, "/person"), data=said).status_code == 303
    assert "has come back" not in boris.get(page(house, "/person")).text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"born": "1984"}, "born"),
        ({"born": "2030-01-01"}, "born"),
        ({"name": " "}, "name"),
        ({"time_zone": "Mars"}, "time-zone"),
        ({"sex": "?"}, "sex"),
        ({"email": "ana@mail,example"}, "email"),
    ],
)
def test_a_detail_out_of_bounds_is_told_at_its_field(
    house: House, boris: FlaskClient, said: dict[str, str], field: str
) -> None:
    answer = boris.post(page(house, "/person"), data=details(house, phone="kept as typed", **said))
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text and "kept as typed" in answer.text
    assert house.cast.rows(PersonChange) == []


def test_who_changes_second_sees_both_and_may_open_the_form_again(house: House, boris: FlaskClient) -> None:
    nuno, first, second = house.browser(house.cast.nuno), details(house, phone="111"), details(house, name="Ana Nova")
    assert boris.post(page(house, "/person"), data=first).status_code == 303
    answer = nuno.post(page(house, "/person"), data=second)
    assert answer.status_code == 412 and "Boris" in answer.text and "111" in answer.text and "Ana Nova" in answer.text
    again = nuno.post(page(house, "/person"), data={**second, "version": "2", "again": "1"})
    assert again.status_code == 200 and 'value="Ana Nova"' in again.text and 'name="version" value="2"' in again.text
    assert ana(house).name != "Ana Nova"


def test_a_state_needs_a_reason_and_another_state(house: House, boris: FlaskClient) -> None:
    for said, field in (({"state": "moved"}, "why"), ({"why": "x"}, "state"), ({"state": "lost", "why": "x"}, "state")):
        answer = boris.post(page(house, "/state"), data=said)
        assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
    assert boris.post(page(house, "/state"), data={"state": "active", "why": "as before"}).status_code == 409
    assert boris.post(page(house, "/state"), data={"state": "discharged", "why": "well"}).status_code == 303
    assert ana(house).state == "discharged"
    assert "discharged" in boris.get(page(house)).text


def test_the_care_team_grows_and_shrinks(house: House, boris: FlaskClient) -> None:
    dora, nuno = house.cast.dora, house.cast.nuno
    assert boris.post(page(house, "/team"), data={"staff_id": str(dora.id)}).status_code == 303
    assert house.browser(dora).get(page(house)).status_code == 200
    assert boris.post(page(house, "/team/leave"), data={"staff_id": str(nuno.id)}).status_code == 303
    team = {row.staff_id for row in house.cast.rows(CareTeam) if row.patient_id == house.cast.ana.id}
    assert team == {house.cast.boris.id, dora.id}
    for nobody in ("", str(house.cast.carla.id)):
        assert boris.post(page(house, "/team"), data={"staff_id": nobody}).status_code == 404
    gone = boris.post(page(house, "/team/leave"), data={"staff_id": str(house.cast.boris.id)})
    assert gone.location == "/c/porto/" and boris.get(page(house)).status_code == 403


def test_two_records_are_seen_side_by_side_joined_and_separated(house: House) -> None:
    double = house.cast.twice(house.cast.nuno, house.cast.boris)
    nuno, where = house.browser(house.cast.nuno), page(house, "/twice")
    assert nuno.get(where, query_string={"record_number": "none such"}).status_code == 422
    seen = nuno.get(where, query_string={"record_number": double.record_number}).text
    assert double.name in seen and house.cast.ana.name in seen
    ids = {"duplicate_id": str(double.id), "record_number": double.record_number}
    without = nuno.post(where, data=ids)
    assert without.status_code == 422 and 'id="reason-error"' in without.text and double.name in without.text
    assert nuno.post(where, data={**ids, "reason": "typed twice"}).status_code == 303
    assert double.record_number in nuno.get(page(house, "/person")).text
    silent = nuno.post(page(house, "/twice/undo"), data={"duplicate_id": str(double.id), "reason": ""})
    assert silent.status_code == 422 and f'id="undo-{double.id}-error"' in silent.text
    assert "/twice/undo" in silent.text and f'value="{house.cast.ana.name}"' in silent.text
    undone = nuno.post(page(house, "/twice/undo"), data={"duplicate_id": str(double.id), "reason": "two people"})
    assert undone.status_code == 303
    assert double.record_number not in nuno.get(page(house, "/person")).text


def test_a_duplicate_outside_the_care_team_asks_for_its_own_reason(house: House, boris: FlaskClient) -> None:
    double = house.cast.twice(house.cast.dora)
    asked = boris.get(page(house, "/twice"), query_string={"record_number": double.record_number})
    assert asked.status_code == 403 and f"/patients/{double.id}/reason" in asked.text
    assert double.name not in asked.text


def test_a_request_to_be_called_waits_on_both_pages_until_somebody_was_reached(house: House) -> None:
    asks = asks_for_a_call(1, note="please <soon>")
    house.cast.sends(house.cast.ana, asks)
    house.now = at(1, 120)
    nuno, boris = house.browser(house.cast.nuno), house.browser(house.cast.boris)
    list_text = boris.get("/c/porto/").text
    assert "Asks for a call" in list_text and "About pain, best at any time." in list_text and "2 hours" in list_text
    assert "“please &lt;soon&gt;”" in boris.get(page(house)).text
    where = page(house, f"/calls/{asks.id}")
    assert boris.get(where).status_code == 200
    assert 'id="outcome-error"' in boris.post(where, data={}).text
    assert 'id="note-error"' in boris.post(where, data={"outcome": "called", "note": "x" * 281}).text
    assert boris.post(where, data={"outcome": "no-answer"}).status_code == 303
    assert "Asks for a call" in boris.get("/c/porto/").text
    assert boris.post(where, data={"outcome": "called", "note": "all clear"}).status_code == 303
    assert "Asks for a call" not in boris.get(page(house)).text.split('id="now"')[1].split("</section>")[0]
    late = nuno.post(where, data={"outcome": "called"})
    assert late.status_code == 409 and len(house.cast.rows(CallAnswer)) == 2


def test_signing_in_again_after_a_form_leads_back_to_the_patient(house: House) -> None:
    answer = house.browser().post(page(house, "/person"), data=details(house))
    assert answer.status_code == 303 and answer.location.endswith(f"next={page(house)}")
