"""The alert's page once somebody has it: who, by when, calls, rest, taking back; and the lists of alerts."""

from datetime import timedelta
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from rehab_tracker.domain.duty import TOP_RUNG
from rehab_tracker.domain.imaging import Mri
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.record_item import ItemKind, RecordItem
from rehab_tracker.domain.site import site
from rehab_tracker.services.record_items import write_item
from rehab_tracker.storage.alerts import Alert
from tests.cast import at
from tests.dashboards.conftest import House
from tests.domain.diary import day


@pytest.fixture
def sore(house: House) -> House:
    """Ana's right knee is known; her left hip hurts badly on day 1."""
    house.cast.records("right-knee")
    house.cast.ana_logs({"left-hip": 7}, 1)
    house.now = at(1, 5)
    return house


def _page(house: House) -> str:
    return f"/c/porto/alerts/{house.cast.alert('sudden-severe-pain', 'left-hip').id}"


def _text(house: House, who: str = "boris", page: str = "") -> str:
    return " ".join(house.browser(getattr(house.cast, who)).get(page or _page(house)).text.split())


def _do(house: House, step: str, who: str = "boris", **said: str) -> TestResponse:
    return house.browser(getattr(house.cast, who)).post(f"{_page(house)}/{step}", data=said)


def test_it_says_by_when_and_who_has_seen_it(sore: House) -> None:
    sore.browser(sore.cast.nuno).get(_page(sore))
    text = _text(sore)
    assert "Due by" in text and "Seen by Nuno zqporto-nuno-name today 20:15" in text
    assert sore.cast.alert("sudden-severe-pain", "left-hip").state == "open", "seen is not acknowledged"
    sore.now = at(9)
    assert "Was due by" in _text(sore)


def test_boris_asks_nuno_who_finds_it_among_his_and_accepts(sore: House) -> None:
    _do(sore, "acknowledge")
    asked = _do(sore, "assign", to=str(sore.cast.nuno.id), assign_note="please")
    assert (asked.status_code, asked.location) == (303, _page(sore))
    assert "Nuno zqporto-nuno-name is asked to take it and has not accepted yet." in _text(sore)
    assert "/accept" not in _text(sore)
    assert _page(sore) in _text(sore, "nuno", "/c/porto/alerts?tab=mine") and "/accept" in _text(sore, "nuno")
    assert _do(sore, "accept", "nuno").status_code == 303
    assert "Nuno zqporto-nuno-name acknowledged this" in _text(sore)


def test_it_rests_until_a_day_and_is_woken(sore: House) -> None:
    assert "/snooze" not in _text(sore), "nobody has it yet"
    _do(sore, "acknowledge")
    assert _do(sore, "snooze", until=day(5).isoformat(), reason="back on Saturday").status_code == 303
    text = _text(sore)
    assert "It rests until 10 January 2026." in text and "(back on Saturday)" in text
    assert _page(sore) in _text(sore, page="/c/porto/alerts?tab=snoozed")
    assert _do(sore, "wake").status_code == 303
    assert "It rests until" not in _text(sore)


def test_a_step_can_be_undone_while_the_button_is_there(sore: House) -> None:
    assert "/undo" not in _text(sore)
    _do(sore, "acknowledge")
    assert "/undo" in _text(sore) and "/undo" not in _text(sore, "nuno")
    assert _do(sore, "undo").status_code == 303
    assert sore.cast.alert("sudden-severe-pain", "left-hip").state == "open"
    _do(sore, "acknowledge")
    sore.now += timedelta(minutes=11)
    assert "/undo" not in _text(sore)
    late = _do(sore, "undo")
    assert late.status_code == 409 and "A step can be undone for 10 minutes." in late.text


def test_a_closing_is_undone_by_its_button(sore: House) -> None:
    _do(sore, "close", outcome="long-standing", usual_pain="4")
    assert "Undo: Closed" in _text(sore)
    assert _do(sore, "undo").status_code == 303
    assert "/close" in _text(sore) and "Usual pain there" in _text(sore)


def test_calls_stand_with_what_they_led_to(sore: House) -> None:
    assert _do(sore, "calls", result="no-answer", due_on=day(2).isoformat(), call_note="mailbox").status_code == 303
    _do(sore, "calls", result="imaging-requested")
    text = _text(sore)
    assert "nobody answered, call again on 7 January 2026 (mailbox)" in text
    assert "imaging is requested" in text and "No result is recorded yet." in text
    for place in ("left-hip", "right-knee"):
        mri = RecordItem(uuid4(), ItemKind.MRI, 1, site(place), PartialDate(day(2)), Mri(text="edema"))
        with sore.cast.session() as session:
            write_item(session, sore.cast.viewer_of(sore.cast.boris), sore.cast.ana.id, mri, at(2))
    text = _text(sore)
    assert text.count("Result: MRI") == 1 and "No result is recorded yet." not in text


@pytest.mark.parametrize(
    ("step", "said", "field"),
    [
        ("assign", {"to": "", "assign_note": "typed"}, "to"),
        ("snooze", {"until": "", "reason": "typed"}, "until"),
        ("snooze", {"until": "soon", "reason": "typed"}, "until"),
        ("snooze", {"until": day(30).isoformat(), "reason": "typed"}, "until"),
        ("snooze", {"until": day(3).isoformat(), "reason": ""}, "reason"),
        ("calls", {"call_note": "typed"}, "result"),
        ("calls", {"result": "visit-booked", "call_note": "typed"}, "due-on"),
        ("calls", {"result": "spoken", "call_note": "x" * 1001}, "call-note"),
        ("notes", {"text": ""}, "text"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(
    sore: House, step: str, said: dict[str, str], field: str
) -> None:
    _do(sore, "acknowledge")
    refused = _do(sore, step, **said)
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text and f'id="{field}-error"' in refused.text
    assert all(value in refused.text for value in said.values())


def test_an_illegal_move_is_a_polite_conflict(sore: House) -> None:
    refused = _do(sore, "snooze", until=day(3).isoformat(), reason="typed")
    assert refused.status_code == 409 and "Nothing was changed." in refused.text and "Open" in refused.text


def test_a_red_flag_offers_no_rest(sore: House) -> None:
    sore.cast.ana_ticks("fever", day=1)
    page = f"/c/porto/alerts/{sore.cast.alert('red-flag', 'fever').id}"
    sore.browser(sore.cast.boris).post(page + "/acknowledge")
    assert "/snooze" not in _text(sore, page=page) and "/calls" in _text(sore, page=page)


def test_the_next_round_and_the_one_before_link_to_each_other(sore: House) -> None:
    first = _page(sore)
    _do(sore, "close", outcome="overload")
    sore.cast.ana_logs({"left-hip": 8}, 3)
    sore.now = at(3, 5)
    assert f'href="{first}">It goes on from the alert that was closed' in _text(sore)
    assert f'href="{_page(sore)}">New entries went on from it' in _text(sore, page=first)


# The inbox


def test_the_inbox_shows_patient_sentence_deadline_and_owner(sore: House) -> None:
    text = _text(sore, page="/c/porto/alerts")
    assert "Ana zqporto-ana" in text and _page(sore) in text
    assert "due by" in text and "nobody has it yet" in text
    _do(sore, "acknowledge")
    assert _page(sore) not in _text(sore, page="/c/porto/alerts")
    assert "Boris zqporto-boris-name" in _text(sore, "nuno", "/c/porto/alerts?tab=team")
    assert "You look after no alert." in _text(sore, "dora", "/c/porto/alerts?tab=mine")


def test_who_was_told_without_caring_for_the_patient_finds_the_alert_and_no_name(sore: House) -> None:
    alert = sore.cast.alert("sudden-severe-pain", "left-hip")
    assert _page(sore) not in _text(sore, "dora", "/c/porto/alerts")
    with sore.cast.session() as session:
        session.get_one(Alert, (sore.cast.porto.id, alert.id)).rung = TOP_RUNG
        session.commit()
    text = _text(sore, "dora", "/c/porto/alerts")
    assert _page(sore) in text and f"Alert {alert.reference}" in text and "Nobody waits" not in text
    assert "Ana" not in text and "hip" not in text


def test_every_list_has_an_address_and_opening_one_changes_nothing(sore: House) -> None:
    browser = sore.browser(sore.cast.boris)
    before = sore.cast.counts()
    for tab in ("new", "mine", "team", "snoozed", "closed", "no-such-list"):
        assert browser.get(f"/c/porto/alerts?tab={tab}").status_code == 200
    after = sore.cast.counts()
    assert {table for table in after if after[table] != before[table]} == {"audit_event"}


def test_nuno_hands_over_before_his_holiday(sore: House) -> None:
    _do(sore, "acknowledge", "nuno")
    nuno = sore.browser(sore.cast.nuno)
    refused = nuno.post("/c/porto/alerts/hand-over", data={"to": "", "note": "typed"})
    assert refused.status_code == 422 and 'id="to-error"' in refused.text and "typed" in refused.text
    handed = nuno.post("/c/porto/alerts/hand-over", data={"to": str(sore.cast.boris.id), "note": "away"})
    assert (handed.status_code, handed.location) == (303, "/c/porto/alerts?tab=mine")
    assert sore.cast.alert("sudden-severe-pain", "left-hip").assigned_to == sore.cast.boris.id
    assert "you are asked to take it" in _text(sore, "boris", "/c/porto/alerts?tab=mine")


def test_strangers_take_no_step_on_the_page(sore: House) -> None:
    page = _page(sore)
    for step in ("assign", "accept", "decline", "snooze", "wake", "calls", "notes", "undo"):
        said = {
            "to": str(sore.cast.boris.id),
            "until": day(3).isoformat(),
            "reason": "x",
            "result": "spoken",
            "text": "x",
        }
        carlas = page.replace("/c/porto/", "/c/braga/")
        assert sore.browser(sore.cast.carla).post(f"{carlas}/{step}", data=said).status_code == 404, step
        assert sore.browser(sore.cast.dora).post(f"{page}/{step}", data=said).status_code == 403, step
        assert sore.browser(sore.cast.alda).post(f"{page}/{step}", data=said).status_code == 403, step
        assert sore.browser(sore.cast.boris).get(f"{page}/{step}").status_code == 405, step
    assert sore.cast.steps(sore.cast.alert("sudden-severe-pain", "left-hip")) == ["raised"]
