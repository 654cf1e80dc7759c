"""Exercises ordered by hand on pages: ordering, changing and stopping one, faults beside their fields, and who may."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboards.pages.exercises import stopped
from dashboards.pages.exercises_told import stretches
from rehab_tracker.domain.access import Role, Viewer
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.person import ZoneSince
from rehab_tracker.domain.prescription import Days, Dose, Prescription
from rehab_tracker.domain.schedule import occurrences
from rehab_tracker.domain.site import site
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.schedule import PrescriptionRow, prescription_row, prescriptions
from tests.cast import at, sent
from tests.dashboards.conftest import House
from tests.dashboards.exercise_forms import (
    KNEE,
    days_on,
    diary,
    held,
    kept,
    orders,
    own,
    own_rest,
    page,
    part,
    rests,
    told,
    week_of,
)
from tests.dashboards.fields import Fields
from tests.domain.diary import day

OWN_ID = uuid4()
DAYS, WEEKDAYS = st.integers(0, 20), st.frozensets(st.integers(0, 6), min_size=1)


@pytest.fixture
def house(sqlite_house: House) -> House:
    """The house on SQLite alone: the engine has no part in what stands on a form."""
    sqlite_house.cast.records(KNEE)
    return sqlite_house


@pytest.fixture
def boris(house: House) -> FlaskClient:
    return house.browser(house.cast.boris)


def test_an_order_stands_on_the_page_with_all_that_was_said(house: House, boris: FlaskClient) -> None:
    assert "Nothing that was ordered by hand is due now." in boris.get(page(house)).text
    answer = orders(house, boris, days=["0", "2", "4"], until_on=day(20).isoformat(), dose__times_a_day="2")
    assert (answer.status_code, answer.location) == (303, page(house))
    text = part(boris.get(page(house)).text, "orders")
    for said in (">Heel raises</h3>", "2 × 12, 2 times a day", "Right knee, medial femoral condyle",
                 "Monday, Wednesday, Friday", "5 January 2026 to 25 January 2026", "version 1: asked for it",
                 "Boris"):  # fmt: skip
        assert said in text, said
    assert "The order is kept." not in boris.get(page(house)).text


def test_the_form_offers_exercises_by_name_and_the_active_places_first(house: House, boris: FlaskClient) -> None:
    house.cast.records("left-foot.forefoot")
    house.cast.records("left-foot.forefoot", "resolved", on=1)
    text = days_on(house, 1).get(page(house, "/exercises/new")).text
    assert '<option value="straight-leg-raise">Straight leg raises</option>' in text
    assert f'name="sites" value="{KNEE}"' in text and 'name="sites" value="left-foot.forefoot"' not in text
    assert '<option value="left-foot.forefoot">' in part(text, "another-site").split("</select>")[0]
    found = Fields(text).found
    assert found["from_on"] == [day(1).isoformat()] and found["id"] != [""]


def test_without_an_active_place_any_place_can_be_chosen(house: House, boris: FlaskClient) -> None:
    house.cast.records(KNEE, "resolved", on=1)
    browser = days_on(house, 1)
    assert 'name="another_site"' not in browser.get(page(house, "/exercises/new")).text
    assert orders(house, browser, 1, sites="left-hip").status_code == 303
    assert kept(house)[-1].sites == ["left-hip"]


def test_two_places_share_one_order(house: House, boris: FlaskClient) -> None:
    orders(house, boris, another_site="left-hip")
    assert kept(house)[-1].sites == [KNEE, "left-hip"]
    assert f'name="sites" value="{KNEE}" checked' in boris.get(own(house)).text
    assert 'name="sites" value="left-hip" checked' in boris.get(own(house)).text


def test_a_clinics_own_exercise_is_ordered_by_its_name(house: House, boris: FlaskClient) -> None:
    both = orders(house, boris, own_exercise="clam shells")
    assert both.status_code == 422 and 'id="own-exercise-error"' in both.text
    assert orders(house, boris, exercise="", own_exercise="Clam  shells").status_code == 303
    assert kept(house)[-1].exercise == "clam-shells"
    assert ">Clam shells</h3>" in boris.get(page(house)).text
    assert '<option value="clam-shells">Clam shells</option>' in boris.get(page(house, "/exercises/new")).text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"exercise": ""}, "exercise"),
        ({"exercise": "", "own_exercise": "elevação"}, "own-exercise"),
        ({"sites": []}, "sites"),
        ({"sites": ["left-wing"]}, "sites"),
        ({"dose__sets": "", "dose__reps": ""}, "dose-sets"),
        ({"dose__sets": "many"}, "dose-sets"),
        ({"dose__reps": "0"}, "dose-reps"),
        ({"dose__times_a_day": "7"}, "dose-times-a-day"),
        ({"days": []}, "days"),
        ({"from_on": "soon"}, "from-on"),
        ({"from_on": "2026-01-04"}, "from-on"),
        ({"until_on": "2026-01-01"}, "until-on"),
        ({"until_on": "2026-02-30"}, "until-on"),
        ({"dose__sets": "9" * 5000}, "dose-sets"),
        ({"needs": "much"}, "needs"),
        ({"needs": "WBAT"}, "exercise"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 281}, "reason"),
    ],
)
def test_a_fault_stands_beside_its_field_and_what_was_typed_is_kept(
    house: House, boris: FlaskClient, said: dict[str, Any], field: str
) -> None:
    answer = orders(house, boris, **{"dose__seconds": "45", **said})
    assert answer.status_code == 422 and kept(house) == []
    assert f'id="{field}-error"' in answer.text and f'href="#{field}"' in answer.text
    found = Fields(answer.text).found
    assert found["dose/seconds"] == ["45"]
    assert found["reason"] == [said.get("reason", "asked for it")]
    assert said.get("sites") is not None or found["sites"] == [KNEE]


def test_what_the_protocol_says_of_an_exercise_counts_unless_it_is_said(house: House, boris: FlaskClient) -> None:
    against = orders(house, boris, needs="", strengthens="")
    assert against.status_code == 422 and "This exercise needs more weight than the leg may take now." in against.text
    assert orders(house, boris, exercise="straight-leg-raise", needs="", strengthens="").status_code == 303
    assert (kept(house)[-1].needs, kept(house)[-1].strengthens) == (None, True)
    assert orders(house, boris, exercise="bridges", needs="", strengthens="no").status_code == 303
    assert (kept(house)[-1].needs, kept(house)[-1].strengthens) == ("PWB", False)


def test_the_same_form_twice_orders_once_and_going_back_to_it_asks(house: House, boris: FlaskClient) -> None:
    said = told()
    for _ in range(2):
        assert boris.post(page(house, "/exercises/new"), data=said).status_code == 303
    assert len(kept(house)) == 1
    again = boris.post(page(house, "/exercises/new"), data=said | {"dose/sets": "9"})
    assert again.status_code == 412 and "9 × 12" in again.text and "2 × 12" in again.text
    once_more = Fields(again.text, '<form method="post">').found
    form = boris.post(page(house, "/exercises/new"), data=once_more)
    assert form.status_code == 200 and Fields(form.text).found["dose/sets"] == ["9"]
    assert boris.post(page(house, "/exercises/new"), data=Fields(form.text).found).status_code == 303
    assert [(row.version, row.dose["sets"]) for row in kept(house)] == [(1, 2), (2, 9)]


def test_a_change_holds_from_its_day_on_and_both_are_told_until_then(house: House, boris: FlaskClient) -> None:
    orders(house, boris)
    browser = days_on(house, 3)
    form = Fields(browser.get(own(house)).text).found
    assert form["from_on"] == [day(3).isoformat()] and form["version"] == ["1"] and form["exercise"] == ["calf-raise"]
    changed = form | {"from_on": [day(7).isoformat()], "dose/sets": ["4"], "reason": ["bears it well"]}
    assert browser.post(own(house), data=changed).status_code == 303
    assert [row.version for row in kept(house)] == [1, 2]
    text = part(browser.get(page(house)).text, "orders")
    assert "5 January 2026 to 11 January 2026" in text
    after = text.split("After that:")[1]
    assert "4 × 12" in after and "from 12 January 2026, until further notice" in after and "2 versions" in after
    later = days_on(house, 8).get(page(house)).text
    assert "After that:" not in later and "<dd>4 × 12</dd>" in later and "<dd>2 × 12</dd>" not in later


def test_the_second_of_two_writers_sees_what_the_first_one_did(house: House, boris: FlaskClient) -> None:
    orders(house, boris)
    nuno = house.browser(house.cast.nuno)
    form = Fields(boris.get(own(house)).text).found | {"reason": ["less"], "dose/sets": ["1"]}
    hers = Fields(nuno.get(own(house)).text).found | {"reason": ["mais"], "dose/sets": ["5"]}
    assert nuno.post(own(house), data=hers).status_code == 303
    second = boris.post(own(house), data=form)
    assert second.status_code == 412 and len(kept(house)) == 2
    assert "5 × 12" in second.text and "(mais)" in second.text and "1 × 12" in second.text
    form = Fields(boris.post(own(house), data=Fields(second.text, '<form method="post">').found).text).found
    assert form["dose/sets"] == ["1"] and form["version"] == ["2"]
    assert boris.post(own(house), data=form).status_code == 303
    stops = boris.post(own(house, "/stop"), data={"version": "1", "why": "too much"})
    assert stops.status_code == 412 and len(kept(house)) == 3


def test_a_stopped_order_is_not_due_any_more_and_what_was_asked_stays(house: House, boris: FlaskClient) -> None:
    orders(house, boris)
    browser = days_on(house, 3)
    without = browser.post(own(house, "/stop"), data={"version": "1", "why": ""})
    assert without.status_code == 422 and 'id="why-error"' in without.text
    assert browser.post(own(house, "/stop"), data={"version": "1", "why": "hurts"}).status_code == 303
    assert week_of(house, browser, "Heel raises") == ["missed", "missed", "missed", "", "", "", ""]
    text = browser.get(page(house)).text
    assert "1 order that is over" in text and "5 January 2026 to 7 January 2026" in text and "2: hurts" in text
    again = browser.post(own(house, "/stop"), data={"version": "2", "why": "hurts"})
    assert again.status_code == 409 and "This order is over already." in again.text


def test_an_order_that_began_today_ends_today(house: House, boris: FlaskClient) -> None:
    orders(house, boris)
    boris.post(own(house, "/stop"), data={"version": "1", "why": "wrong exercise"})
    assert kept(house)[-1].until_on == day(0)
    assert "on 5 January 2026 only" in boris.get(page(house)).text


def test_an_order_that_has_not_begun_is_taken_back_and_never_due(house: House, boris: FlaskClient) -> None:
    orders(house, boris, 2)
    assert ">to come<" in boris.get(page(house)).text
    assert boris.post(own(house, "/stop"), data={"version": "1", "why": "mistake"}).status_code == 303
    text = boris.get(page(house)).text
    assert (
        ">to come<" not in text
        and ">taken back<" in text
        and "1 order that is over" in text
        and "from 7 January 2026" in text
    )
    assert week_of(house, boris, "Heel raises") == []
    assert week_of(house, days_on(house, 6), "Heel raises") == []


def test_a_change_to_come_is_stopped_together_with_what_runs(house: House, boris: FlaskClient) -> None:
    orders(house, boris)
    browser = days_on(house, 2)
    form = Fields(browser.get(own(house)).text).found
    browser.post(own(house), data=form | {"from_on": [day(4).isoformat()], "reason": ["more"]})
    assert browser.post(own(house, "/stop"), data={"version": "2", "why": "hurts"}).status_code == 303
    assert week_of(house, days_on(house, 6), "Heel raises") == ["missed", "missed", "", "", "", "", ""]


@given(written=st.lists(st.tuples(DAYS, st.none() | DAYS, WEEKDAYS), min_size=1, max_size=5), now=DAYS)
def test_the_page_tells_what_is_due_and_a_stop_leaves_nothing_due(written: list[Any], now: int) -> None:
    rows = [row(version, *said) for version, said in enumerate(written, start=1)]
    told = {n for each, last in stretches(rows) for n in range(40) if is_asked(each, last, day(n))}
    assert told == due(rows)
    assume(rows[-1].until_on is None or rows[-1].until_on >= day(now))
    left = due([*rows, plain(replace(stopped(rows, day(now)), version=len(rows) + 1))])
    first = now + 1 if rows[-1].from_on == day(now) else now
    assert {n for n in left if n >= first} == set()
    assert {n for n in left if n < now} == {n for n in told if n < now}


def row(version: int, first: int, length: int | None, weekdays: frozenset[int]) -> PrescriptionRow:
    last = None if length is None else day(first + length)
    places, dose = (site("right-knee"),), Dose(sets=1)
    return plain(Prescription(OWN_ID, version, "bridges", places, dose, Days(weekdays), day(first), last))


def plain(order: Prescription) -> PrescriptionRow:
    return prescription_row(order, Viewer(1, Role.NURSE), OWN_ID, at(0), "")


def is_asked(each: PrescriptionRow, last: date | None, on: date) -> bool:
    return each.from_on <= on <= (last or date.max) and on.weekday() in each.weekdays


def due(rows: list[PrescriptionRow]) -> set[int]:
    """The days on which the schedule asks for the exercise, of the first forty."""
    found = occurrences(prescriptions(rows), (), [ZoneSince(date.min, "Europe/Lisbon")], day(0), day(39))
    return {(each.day - day(0)).days for each in found if not each.is_over}


def test_what_was_done_on_the_day_of_the_stop_stays_done(house: House, boris: FlaskClient) -> None:
    orders(house, boris)
    house.cast.ana_sends(sent(ExerciseReport("calf-raise"), 2))
    browser = days_on(house, 2)
    browser.post(own(house, "/stop"), data={"version": "1", "why": "hurts"})
    assert week_of(house, browser, "Heel raises")[:4] == ["missed", "missed", "done", ""]


def test_an_order_against_a_limit_that_came_later_is_marked_and_not_asked(house: House, boris: FlaskClient) -> None:
    orders(house, boris, needs="PWB")
    assert "more weight than the limb may take now" not in boris.get(page(house)).text
    assert "calf-raise" in {each["exercise"] for each in diary(house)["exercises"]}
    limit = {"limb": "right-leg", "grade": "NWB", "reason": "fell on it"}
    assert boris.post(page(house, "/limits"), data=limit).status_code == 303
    assert "It needs more weight than the limb may take now." in boris.get(page(house)).text
    assert "calf-raise" not in {each["exercise"] for each in diary(house)["exercises"]}
    browser = days_on(house, 1)
    assert browser.post(own(house, "/stop"), data={"version": "1", "why": "limit"}).status_code == 303


def test_the_plans_own_exercises_stand_beside_those_ordered_by_hand(house: House, boris: FlaskClient) -> None:
    asked = part(boris.get(page(house)).text, "orders").split("What the plans ask today")[1]
    assert "Heel slides<" in asked and "Thigh squeezes<" in asked
    orders(house, boris, exercise="quad-sets")
    asked = part(boris.get(page(house)).text, "orders").split("What the plans ask today")[1]
    assert "Heel slides<" in asked and "Thigh squeezes<" not in asked


# Who may


def test_the_patients_page_leads_there(house: House, boris: FlaskClient) -> None:
    exercises = part(boris.get(page(house, "")).text, "exercises")
    for end in ("/exercises", "/exercises/new", "/rests/new"):
        assert f'href="{page(house, end)}"' in exercises
        assert boris.get(page(house, end)).status_code == 200


def test_strangers_see_nothing_and_a_colleague_gives_a_reason_first(house: House, boris: FlaskClient) -> None:
    orders(house, boris)
    rests(house, boris)
    pages = (page(house), page(house, "/exercises/new"), page(house, "/rests/new"), own(house), own_rest(house))
    carla, dora, alda = (house.browser(getattr(house.cast, name)) for name in ("carla", "dora", "alda"))
    for where in pages:
        assert carla.get(where.replace("/c/porto", "/c/braga")).status_code == 404
        asked = dora.get(where)
        assert asked.status_code == 403 and "Why do you need this record?" in asked.text
        assert alda.get(where).status_code == 403
    posts = ((page(house, "/exercises/new"), told()), (own(house, "/stop"), {"version": "1", "why": "x"}))
    for where, said in (*posts, (own_rest(house, "/lift"), {"version": "1", "why": "x"})):
        assert carla.post(where.replace("/c/porto", "/c/braga"), data=said).status_code == 404
        assert dora.post(where, data=said).status_code == 403 and alda.post(where, data=said).status_code == 403
    assert (len(kept(house)), len(held(house))) == (1, 1)
    dora.post(page(house, "/reason"), data={"reason": "covers for Boris today", "next": page(house)})
    assert "Heel raises" in dora.get(page(house)).text


def test_what_is_not_there_is_nowhere(house: House, boris: FlaskClient) -> None:
    for end in (f"/exercises/{uuid4()}", f"/rests/{uuid4()}"):
        assert boris.get(page(house, end)).status_code == 404
        assert boris.post(page(house, end), data=told()).status_code == 404
    assert boris.post(page(house, f"/exercises/{uuid4()}/stop"), data={"why": "x"}).status_code == 404
    assert boris.post(page(house, f"/rests/{uuid4()}/lift"), data={"why": "x"}).status_code == 404


def test_every_look_is_in_the_audit(house: House, boris: FlaskClient) -> None:
    boris.get(page(house))
    looks = [row for row in house.cast.rows(AuditEvent) if row.action in ("record-read", "exercises-read")]
    assert {row.actor_id for row in looks} == {house.cast.boris.id} and len(looks) == 2


def test_a_name_that_somebody_typed_is_shown_as_text(house: House, boris: FlaskClient) -> None:
    orders(house, boris, reason="<b>bold</b>")
    text = boris.get(page(house)).text
    assert "&lt;b&gt;bold&lt;/b&gt;" in text and "<b>bold" not in text
