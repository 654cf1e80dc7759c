"""Who is there, on a page: Alda sets duty and hours, Nuno tells of his absence, and Boris stands in."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from rehab_tracker.domain.duty import Duty
from rehab_tracker.services.clinics import calendar_of
from rehab_tracker.storage.clinics import ClinicSettings
from rehab_tracker.storage.duty import Absence, DutyShift
from tests.cast import at
from tests.dashboards.conftest import House
from tests.domain.diary import day

HERE = "/c/porto/duty"


@pytest.fixture
def house(sqlite_house: House) -> House:
    """The house on SQLite alone: the engine has no part in what stands on a form."""
    return sqlite_house


@pytest.fixture
def alda(house: House) -> FlaskClient:
    return house.browser(house.cast.alda)


@pytest.fixture
def nuno(house: House) -> FlaskClient:
    return house.browser(house.cast.nuno)


@pytest.fixture
def boris(house: House) -> FlaskClient:
    return house.browser(house.cast.boris)


def shift(house: House, **changed: object) -> dict[str, object]:
    said = {"staff_id": str(house.cast.nuno.id), "duty": "nurse", "weekdays": ["1", "2", "3"], "first_day": str(day(0))}
    return said | changed


def absence(house: House, **changed: object) -> dict[str, object]:
    days = {"first_day": str(day(1)), "last_day": str(day(2))}
    return {"staff_id": str(house.cast.nuno.id), "deputy_id": str(house.cast.boris.id), **days} | changed


def rota(client: FlaskClient) -> list[list[str]]:
    """The cells of the week, row by row, names as first names."""
    text = client.get(HERE).text
    table = text[text.index("<tbody>") : text.index("</tbody>")]
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in table.split("</tr>")[:-1]]
    return [[unescape(cell).split()[0] for cell in row] for row in rows]


def test_the_duty_that_is_set_stands_in_the_week(house: House, alda: FlaskClient) -> None:
    assert rota(alda) == [["–"] * 7] * 4
    assert alda.post(f"{HERE}/shift", data=shift(house)).status_code == 303
    [row] = house.cast.rows(DutyShift)
    assert (row.duty, row.weekdays, row.first_day, row.last_day) == (Duty.NURSE, [1, 2, 3], day(0), None)
    assert rota(alda)[0] == ["Nuno"] * 3 + ["–"] * 4
    text = alda.get(HERE).text
    assert "Monday, Tuesday, Wednesday, from 5 January 2026" in text
    alda.post(f"{HERE}/shift/{row.id}/end")
    assert rota(alda)[0] == ["–"] * 7


def test_a_deputy_is_asked_accepts_and_stands_in_the_week(
    house: House, alda: FlaskClient, nuno: FlaskClient, boris: FlaskClient
) -> None:
    alda.post(f"{HERE}/shift", data=shift(house))
    assert nuno.post(f"{HERE}/absence", data=absence(house)).status_code == 303
    [row] = house.cast.rows(Absence)
    assert rota(nuno)[0][:3] == ["Nuno", "–", "–"] and rota(nuno)[3][:3] == ["–", "Nuno", "Nuno"]
    accept = f"{HERE}/absence/{row.id}/accept"
    assert accept in boris.get(HERE).text and accept not in nuno.get(HERE).text + alda.get(HERE).text
    assert "has not accepted yet" in boris.get(HERE).text
    assert boris.post(accept).status_code == 303
    assert rota(boris)[0][:3] == ["Nuno", "Boris", "Boris"]
    assert accept not in boris.get(HERE).text


def test_what_was_taken_back_meanwhile_is_said(house: House, nuno: FlaskClient, boris: FlaskClient) -> None:
    nuno.post(f"{HERE}/absence", data=absence(house))
    [row] = house.cast.rows(Absence)
    nuno.post(f"{HERE}/absence/{row.id}/end")
    answer = boris.post(f"{HERE}/absence/{row.id}/accept", follow_redirects=True)
    assert "taken back meanwhile" in answer.text and "Nobody has told of an absence" in answer.text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"staff_id": ""}, "staff-id"),
        ({"staff_id": "nuno"}, "staff-id"),
        ({"duty": "cook"}, "duty"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["9"]}, "weekdays"),
        ({"first_day": "tomorrow"}, "first-day"),
        ({"last_day": "2026-01-04"}, "last-day"),
    ],
)
def test_a_duty_that_can_not_be_is_told_at_its_field(
    house: House, alda: FlaskClient, changed: dict[str, object], field: str
) -> None:
    answer = alda.post(f"{HERE}/shift", data=shift(house, **changed))
    assert answer.status_code == 422 and f'<a href="#{field}">' in answer.text
    assert house.cast.rows(DutyShift) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first_day": ""}, "first-day"),
        ({"last_day": "2026-01-01"}, "last-day"),
        ({"last_day": "2027-06-01"}, "last-day"),
        ({"first_day": "2025-12-01", "last_day": "2025-12-02"}, "last-day"),
        ({"deputy_id": "nobody"}, "deputy-id"),
    ],
)
def test_an_absence_that_can_not_be_is_told_at_its_field(
    house: House, nuno: FlaskClient, changed: dict[str, object], field: str
) -> None:
    answer = nuno.post(f"{HERE}/absence", data=absence(house, **changed))
    assert answer.status_code == 422 and f'<a href="#{field}">' in answer.text
    assert house.cast.rows(Absence) == []


def test_nobody_stands_in_for_oneself(house: House, nuno: FlaskClient) -> None:
    answer = nuno.post(f"{HERE}/absence", data=absence(house, deputy_id=str(house.cast.nuno.id)))
    assert answer.status_code == 422 and '<a href="#deputy-id">' in answer.text


def test_nuno_is_offered_only_what_is_his(house: House, nuno: FlaskClient, alda: FlaskClient) -> None:
    for path in ("shift", "hours"):
        assert nuno.get(f"{HERE}/{path}").status_code == 403
        assert f"{HERE}/{path}" not in nuno.get(HERE).text and f"{HERE}/{path}" in alda.get(HERE).text
    form = nuno.get(f"{HERE}/absence").text
    assert str(house.cast.nuno.id) in form and form.count(str(house.cast.boris.id)) == 1
    who = absence(house, staff_id=str(house.cast.boris.id), deputy_id="")
    assert nuno.post(f"{HERE}/absence", data=who).status_code == 403
    assert alda.post(f"{HERE}/absence", data=who).status_code == 303


def test_the_hours_are_changed_by_the_administrator_and_read_by_all(
    house: House, nuno: FlaskClient, alda: FlaskClient
) -> None:
    form = alda.get(f"{HERE}/hours").text
    assert form.count('value="08:00-17:00"') == 5
    said = {f"calendar/week/{n}": "08:00-12:00, 13:00-16:00" for n in range(1, 5)}
    said |= {"calendar/holidays": "2026-01-06\r\n2025-12-25\n", "reason": "agreed"}
    assert alda.post(f"{HERE}/hours", data=said).status_code == 303
    with house.cast.session() as session:
        hours = calendar_of(session, house.cast.porto.id)
    assert hours.plain == {
        "week": dict.fromkeys("1234", ["08:00-12:00", "13:00-16:00"]),
        "holidays": ["2025-12-25", "2026-01-06"],
    }
    text = nuno.get(HERE).text
    assert "6 de janeiro de 2026" not in alda.get(HERE).text
    assert "6 January 2026" in alda.get(HERE).text and "25 December" not in alda.get(HERE).text
    assert "08:00-12:00, 13:00-16:00" in text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"calendar/week/2": "8-17"}, "calendar-week-2"),
        ({"calendar/week/1": "08:00-12:00, 11:00-17:00"}, "calendar-week-1"),
        ({"calendar/week/1": "08:00-17:00", "calendar/holidays": "Christmas"}, "calendar-holidays"),
        ({}, "calendar-week-1"),
    ],
)
def test_hours_that_can_not_be_are_told_at_their_field(
    house: House, alda: FlaskClient, said: dict[str, str], field: str
) -> None:
    answer = alda.post(f"{HERE}/hours", data=said)
    assert answer.status_code == 422 and f'<a href="#{field}">' in answer.text
    assert len(house.cast.rows(ClinicSettings)) == 1


def test_the_page_moves_on_with_the_days(house: House, alda: FlaskClient) -> None:
    alda.post(f"{HERE}/shift", data=shift(house))
    house.now = at(2) + timedelta(minutes=1)
    assert rota(house.browser(house.cast.alda))[0] == ["Nuno"] + ["–"] * 4 + ["Nuno", "Nuno"]
    assert "Nobody is on duty by name" not in house.browser(house.cast.alda).get(HERE).text


def test_the_frame_leads_here(nuno: FlaskClient, alda: FlaskClient) -> None:
    assert f'href="{HERE}"' in nuno.get("/c/porto/").text
    assert f'href="{HERE}"' in alda.get("/c/porto/protocols").text
