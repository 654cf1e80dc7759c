"""A log heard by phone, by form: it counts like the patient's own, names who heard it, and silence is never a no."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from rehab_tracker.storage.entries import EntryRow, PainScoreRow, RedFlagRow, WeightBearingRow
from tests.cast import at
from tests.dashboards.conftest import House
from tests.dashboards.fields import Fields


@pytest.fixture
def house(sqlite_house: House) -> House:
    """The house on SQLite alone: the engine has no part in what stands on a form."""
    return sqlite_house


def page(house: House, end: str = "/heard") -> str:
    return f"/c/porto/patients/{house.cast.ana.id}{end}"


def knee(**said: Any) -> dict[str, Any]:
    return {"scores/rows": "3", "scores/0/site": "right-knee", "scores/0/on_loading": "4"} | said


@pytest.fixture
def boris(house: House) -> FlaskClient:
    house.cast.records("right-knee.medial-femoral-condyle")
    house.now = at(1)
    return house.browser(house.cast.boris)


def test_known_places_stand_there_and_the_exercises_of_the_day(house: House, boris: FlaskClient) -> None:
    text = boris.get(page(house)).text
    first = text.split('name="scores/0/site"')[1].split("</select>")[0]
    assert '<option value="right-knee" selected>' in first
    assert "Straight leg raises" in text and 'value="2026-01-06"' in text


def test_what_was_heard_is_kept_marked_and_named(house: House, boris: FlaskClient) -> None:
    said = knee(**{"scores/0/next_morning": "3", "scores/0/woke_at_night": "no", "no_other_pain": "yes",
                   "right-leg/aids": "two-crutches", "right-leg/over_limit": "few-steps",
                   "exercise/straight-leg-raise/0/said": "pain"})  # fmt: skip
    answer = boris.post(page(house), data=said)
    assert answer.status_code == 200 and "3 entries about 6 January 2026 are kept" in answer.text
    assert {row.heard_by for row in house.cast.rows(EntryRow)} == {house.cast.boris.id}
    [score] = house.cast.rows(PainScoreRow)
    assert (score.on_loading, score.at_rest, score.next_morning, score.woke_at_night) == (4, None, 3, False)
    text = boris.get(page(house, "")).text
    assert "Right knee: on loading 4, next morning 3; no pain elsewhere" in text
    assert "Right leg: two crutches; more weight than allowed: a few steps" in text
    assert "Straight leg raises: not done, because of pain" in text
    assert text.count("heard by phone, Boris") == 3


def test_the_phones_own_entries_are_the_patients(house: House, boris: FlaskClient) -> None:
    house.cast.ana_logs({"right-knee": 2}, 1)
    text = boris.get(page(house, "")).text
    assert "by the patient" in text and "heard by phone, " not in text


def test_silence_is_not_zero(house: House, boris: FlaskClient) -> None:
    boris.post(page(house), data=knee())
    [entry] = [row for row in house.cast.rows(EntryRow) if row.kind == "pain"]
    assert entry.no_other_pain is False
    answer = boris.post(page(house), data={"scores/rows": "3", "scores/0/site": "right-knee"})
    assert answer.status_code == 422 and "Write down at least one answer." in answer.text


def test_a_red_flag_is_told_back_at_once(house: House, boris: FlaskClient) -> None:
    answer = boris.post(page(house), data={"flags": ["fever", "chest-pain-or-breathless"]})
    assert answer.status_code == 200 and "Tell the patient now" in answer.text
    assert {row.flag for row in house.cast.rows(RedFlagRow)} == {"fever", "chest-pain-or-breathless"}
    assert house.cast.alert("red-flag", "fever").level == "urgent"


def test_the_same_form_twice_is_kept_once(house: House, boris: FlaskClient) -> None:
    said = Fields(boris.get(page(house)).text).found | knee()
    for _ in range(2):
        assert boris.post(page(house), data=said).status_code == 200
        house.now += timedelta(minutes=3)
    assert len(house.cast.rows(EntryRow)) == 1
    assert "Entries to check" not in boris.get(page(house, "")).text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (knee(for_date="2026-02-01"), "for-date"),
        (knee(for_date="2025-12-01"), "for-date"),
        (knee(for_date="yesterday"), "for-date"),
        (knee(**{"scores/0/site": ""}), "scores-0-site"),
        (knee(**{"scores/0/area": "heel"}), "scores-0-area"),
        (knee(**{"scores/0/on_loading": "11"}), "scores-0-on-loading"),
        (knee(**{"left-leg/aids": "frame"}), "left-leg-over-limit"),
        (knee(**{"exercise/straight-leg-raise/0/done_sets": "many"}), "exercise-straight-leg-raise-0-done-sets"),
        ({}, "scores-0-on-loading"),
    ],
)
def test_a_fault_keeps_what_was_typed_and_nothing_is_kept(
    house: House, boris: FlaskClient, said: dict[str, Any], field: str
) -> None:
    answer = boris.post(page(house), data={"scores/rows": "2", **said})
    assert answer.status_code == 422 and house.cast.rows(EntryRow) == []
    assert f'id="{field}-error"' in answer.text


def test_more_rows_keep_what_was_typed(house: House, boris: FlaskClient) -> None:
    answer = boris.post(page(house), data=knee(more="scores"))
    assert answer.status_code == 200 and 'name="scores/4/site"' in answer.text and house.cast.rows(EntryRow) == []
    assert '<option value="4" selected>' in answer.text


def test_a_form_that_lay_open_overnight_was_heard_when_it_was_sent(house: House, boris: FlaskClient) -> None:
    said = Fields(boris.get(page(house)).text).found | knee()
    house.now += timedelta(hours=20)
    house.browser(house.cast.boris).post(page(house), data=said)
    [entry] = house.cast.rows(EntryRow)
    assert entry.recorded_at == house.now and str(entry.for_date) == "2026-01-06"


def test_a_closed_diary_takes_nothing(house: House, boris: FlaskClient) -> None:
    boris.post(page(house, "/state"), data={"state": "moved", "why": "to another town"})
    answer = boris.post(page(house), data=knee())
    assert answer.status_code == 409 and "This diary is closed" in answer.text
    assert house.cast.rows(WeightBearingRow) == []
