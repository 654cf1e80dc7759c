"""The worklist page: whom it shows, in which order, and what the footer says of rules and letters."""

import re
from datetime import timedelta

from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.site import site
from rehab_tracker.services.enrolment import join
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.people import Patient, Staff
from tests.cast import another_patient, at, logs, sent, ticks
from tests.dashboards.conftest import House


def _cared_for(house: House, name: str, *team: Staff) -> Patient:
    patient = another_patient(house.cast, house.cast.porto, name)
    with house.cast.session() as session:
        for member in team:
            join(session, patient.clinic_id, patient.id, member.id, at(0))
        session.commit()
    return patient


def _order(text: str, *names: str) -> list[str]:
    return sorted((name for name in names if f"zqporto-{name}" in text), key=lambda name: text.index(f"zqporto-{name}"))


def test_it_shows_ones_own_patients_and_nobodys_and_no_others(house: House) -> None:
    _cared_for(house, "Olga", house.cast.dora)
    _cared_for(house, "Zita")
    text = house.browser(house.cast.boris).get("/c/porto/").text
    own, nobodys = text.split("<h2>Patients without a care team</h2>")
    assert "zqporto-ana" in own and "zqporto-zita" in nobodys
    assert "zqporto-olga" not in text and "zqbraga" not in text


def test_the_audit_names_every_patient_shown(house: House) -> None:
    zita = _cared_for(house, "Zita")
    house.browser(house.cast.boris).get("/c/porto/")
    (read,) = [row for row in house.cast.rows(AuditEvent) if row.action == "worklist-read"]
    assert read.detail["patients"] == sorted([str(house.cast.ana.id), str(zita.id)])
    assert read.actor_id == house.cast.boris.id


def test_the_most_pressing_reason_stands_first_and_the_headline_counts(house: House) -> None:
    cast = house.cast
    red, soon, calm, silent = (_cared_for(house, n, cast.boris) for n in ("Rosa", "Sara", "Cora", "Vera"))
    cast.records("right-knee")
    for day in range(1, 8):
        cast.sends(soon, logs({"left-knee": 4}, day))
        cast.sends(calm, logs({}, day))
        cast.ana_logs({"right-knee": 2}, day)
    cast.sends(silent, logs({}, 2))
    cast.sends(red, logs({}, 7), ticks("fever", day=7))
    house.now = at(7, 30)
    text = house.browser(cast.boris).get("/c/porto/").text
    assert _order(text, "ana", "rosa", "sara", "cora", "vera")[:3] == ["rosa", "sara", "vera"]
    assert "3 of 5 patients need you: 1 urgent, 1 soon, 1 not logging" in text
    assert "No entry for 5 days." in text


def test_what_is_overdue_comes_first_among_its_level_and_says_since_when(house: House) -> None:
    """Sara has waited longest and is not late yet; Vera's alert is longest overdue. All are urgent."""
    cast = house.cast
    sara, rosa, vera = (_cared_for(house, name, cast.boris, cast.nuno) for name in ("Sara", "Rosa", "Vera"))
    for minutes, patient in enumerate((sara, rosa, vera)):
        cast.sends(patient, ticks("fever", day=1), now=at(1, minutes))
    house.now = at(2, -8 * 60)
    due = {sara.id: house.now + timedelta(hours=1), rosa.id: at(2, -8 * 60 - 10), vera.id: at(1, 30)}
    with cast.session() as session:
        for alert in session.query(Alert).where(Alert.clinic_id == cast.porto.id):
            alert.deadline_at = due[alert.patient_id]
        session.commit()
    text = house.browser(cast.boris).get("/c/porto/").text
    assert _order(text, "sara", "rosa", "vera") == ["vera", "rosa", "sara"]
    tags = re.findall(r'<span class="tag overdue"><svg class="icon".*?</svg>(.*?)</span>', text, re.DOTALL)
    assert tags == ["overdue since yesterday 20:40", "overdue since 12:00"]
    assert cast.nuno.language == "pt-PT" and 'class="tag overdue"' in house.browser(cast.nuno).get("/c/porto/").text


def test_what_somebody_has_taken_is_not_called_overdue(house: House) -> None:
    house.cast.ana_ticks("fever", day=1)
    house.now = at(1, 5)
    path = f"/c/porto/alerts/{house.cast.alert('red-flag', 'fever').id}/acknowledge"
    assert house.browser(house.cast.nuno).post(path).status_code == 303
    house.now = at(20)
    shown = house.browser(house.cast.boris).get("/c/porto/")
    assert shown.status_code == 200 and "overdue" not in shown.text


def test_an_acknowledged_alert_no_longer_presses_but_stays(house: House) -> None:
    house.cast.ana_ticks("fever", day=1)
    house.now = at(1, 5)
    alert = house.cast.alert("red-flag", "fever")
    browser = house.browser(house.cast.nuno)
    assert "1 of 1" in house.browser(house.cast.boris).get("/c/porto/").text
    browser.post(f"/c/porto/alerts/{alert.id}/acknowledge")
    text = house.browser(house.cast.boris).get("/c/porto/").text
    assert "Nobody needs you now" in text
    assert "Nuno zqporto-nuno-name looks after this" in text


def test_a_plan_whose_criteria_are_met_is_told_with_its_next_step_and_counted(house: House) -> None:
    cast, knee = house.cast, site("left-knee")
    cast.records("left-knee")
    for day in range(1, 22):
        cast.ana_sends(sent(PainReading((PainScore(knee, on_loading=1, next_morning=0),), True), day))
    house.now = at(21, 30)
    text = house.browser(cast.boris).get("/c/porto/").text
    assert "1 of 1 patients needs you: 1 with criteria met" in text
    assert "Left knee: every criterion is met. Next step: Walking practice, 50 % of body weight, two crutches." in text
    assert "nothing waits" not in text
    house.now = at(26, 30)
    assert "every criterion is met" not in house.browser(cast.boris).get("/c/porto/").text


def test_an_entry_with_an_impossible_clock_is_a_reason_for_two_weeks(house: House) -> None:
    cast = house.cast
    cast.records("right-knee")
    cast.ana_sends(logs({"right-knee": 3}, 9), now=at(2))
    cast.ana_logs({"right-knee": 2}, 2)
    house.now = at(2, 10)
    assert "clock was impossible" in house.browser(cast.boris).get("/c/porto/").text
    for day in (9, 16):
        cast.ana_logs({"right-knee": 2}, day)
    house.now = at(2) + timedelta(days=15)
    assert "clock was impossible" not in house.browser(cast.boris).get("/c/porto/").text


def test_the_sparkline_says_in_words_what_it_draws(house: House) -> None:
    for day, worst in ((1, 3), (2, 4), (5, 6)):
        house.cast.ana_logs({"left-knee": worst}, day)
    house.now = at(5, 10)
    text = house.browser(house.cast.boris).get("/c/porto/").text
    assert "<title>Left knee, last 28 days: lowest 3, highest 6, latest 6; days with an entry: 3.</title>" in text


def test_an_entry_that_was_moved_out_of_the_28_days_is_not_drawn_where_it_was(house: House) -> None:
    mistaken = house.cast.ana_logs({"left-knee": 9}, 3)
    house.cast.ana_logs({"left-knee": 9}, 4, id=mistaken.id, rev=2, about=0)
    house.cast.ana_logs({"left-knee": 4}, 20)
    house.now = at(30)
    text = house.browser(house.cast.boris).get("/c/porto/").text
    assert "<title>Left knee, last 28 days: lowest 4, highest 4, latest 4; days with an entry: 1.</title>" in text


def test_a_new_clinic_learns_what_will_stand_here(house: House) -> None:
    text = house.browser(house.cast.dora).get("/c/porto/").text
    assert "No patients yet" in text and "appear here" in text


def test_the_footer_says_when_letters_are_late(house: House) -> None:
    house.cast.ana_ticks("fever", day=1)
    house.now = at(1, 5)
    assert "1 letter waits to be sent" in house.browser(house.cast.boris).get("/c/porto/").text
    house.now = at(1, 25)
    late = house.browser(house.cast.boris).get("/c/porto/").text
    assert "Letters are late" in late and "The rules last ran today 20:10" in late


def test_an_administrator_has_no_worklist_and_is_told_so(house: House) -> None:
    answer = house.browser(house.cast.alda).get("/c/porto/")
    assert answer.status_code == 403 and "Your role does not allow this" in answer.text
