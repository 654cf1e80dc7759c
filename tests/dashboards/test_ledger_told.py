"""Whether it ever hurt here before: on the page of an alert, and as a table of places on the patient's page."""

import re

import pytest

from tests.cast import at
from tests.dashboards.conftest import House


@pytest.fixture
def relapsed(sqlite_house: House) -> House:
    """Ana's left knee hurt for three days, settled, and hurts again for four; her left hip hurts for the first time."""
    cast = sqlite_house.cast
    cast.records("right-knee")
    for day in (*range(1, 8), *range(30, 34)):
        sore = {"left-knee": 5} if 2 <= day <= 4 or day >= 30 else {}
        cast.ana_logs(sore | ({"left-hip": 7} if day == 33 else {}), day)
    sqlite_house.now = at(33, 5)
    return sqlite_house


def text_of(house: House, page: str, **headers: str) -> str:
    answer = house.browser(house.cast.boris).get(f"/c/porto/{page}", headers=headers)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def alert_text(house: House, rule: str, subject: str) -> str:
    return text_of(house, f"alerts/{house.cast.alert(rule, subject).id}")


def test_an_alert_says_when_it_hurt_here_before(relapsed: House) -> None:
    text = alert_text(relapsed, "new-site-pain", "left-knee")
    assert "Hurt here before: 7 January 2026 to 9 January 2026, settled on 23 January 2026." in text
    assert "times before this" not in text


def test_an_alert_says_that_it_is_the_first_time_ever(relapsed: House) -> None:
    text = alert_text(relapsed, "sudden-severe-pain", "left-hip")
    assert "First pain ever logged here that is strong enough to count. It began on 7 February 2026." in text


def test_an_alert_says_how_often_it_was_before(relapsed: House) -> None:
    for day in (34, 60, 61, 62, 63):
        relapsed.cast.ana_logs({"left-knee": 5} if day >= 60 else {}, day)
    relapsed.now = at(63, 5)
    text = alert_text(relapsed, "new-site-pain", "left-knee")
    assert "Hurt here before: 4 February 2026 to 7 February 2026, settled on 21 February 2026." in text
    assert "In all it hurt here 2 times before this." in text


def test_an_alert_about_no_joint_says_nothing_of_it(relapsed: House) -> None:
    relapsed.cast.ana_ticks("fever", day=33)
    text = alert_text(relapsed, "red-flag", "fever")
    assert "here before" not in text and "First pain ever" not in text


def rows(text: str) -> list[list[str]]:
    table = text.split('<table class="hurt">')[1].split("</table>")[0].split("<tbody>")[1]
    plain = re.sub(r"<details>.*?</details>", "", table)
    return [
        [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.split(r"</t[hd]>", row)[:-1]]
        for row in plain.split("</tr>")[:-1]
    ]


def test_the_patients_page_has_a_line_for_each_place_that_hurt(relapsed: House) -> None:
    text = text_of(relapsed, f"patients/{relapsed.cast.ana.id}")
    assert "Hurts now, for the first time: left hip. Hurts again: left knee." in text
    assert rows(text) == [
        ["Left hip", "hurts now, for the first time", "7 February 2026", "7 February 2026", "–", "1 time"],
        ["Left knee", "hurts again", "7 January 2026", "7 February 2026", "–", "2 times"],
    ]
    assert "<li>7 January 2026 to 9 January 2026</li><li>4 February 2026 to 7 February 2026</li>" in text


def test_a_place_that_has_settled_says_since_when(relapsed: House) -> None:
    relapsed.cast.ana_logs({}, 50)
    relapsed.now = at(50, 5)
    text = text_of(relapsed, f"patients/{relapsed.cast.ana.id}")
    assert "Pain has settled: left hip, left knee." in text
    assert {(row[1], row[4]) for row in rows(text)} == {("has settled", "24 February 2026")}


def test_where_nothing_ever_counted_the_page_says_so(sqlite_house: House) -> None:
    sqlite_house.cast.ana_logs({"left-knee": 2}, 1)
    text = text_of(sqlite_house, f"patients/{sqlite_house.cast.ana.id}")
    assert "In no place has pain been strong enough to count so far." in text
    assert '<table class="hurt">' not in text
