"""A patient's page: who may open it, what the audit learns, and what stands in it without a script."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.people import Patient, RecordOpening
from tests.cast import at
from tests.dashboards.conftest import House


@pytest.fixture
def course(house: House) -> House:
    """Twenty days on: a known right knee, a left knee that began to hurt, two days without an entry."""
    cast = house.cast
    cast.records("right-knee.medial-femoral-condyle")
    for day in (*range(1, 9), *range(11, 21)):
        cast.ana_logs({"right-knee": 2, "left-knee": 0 if day < 15 else 5}, day)
    house.now = at(20, 30)
    return house


def _page(house: House) -> str:
    return f"/c/porto/patients/{house.cast.ana.id}"


def _read(house: House, action: str) -> int:
    return sum(row.action == action for row in house.cast.rows(AuditEvent))


def test_the_page_tells_the_course_in_a_sentence_and_a_table(course: House) -> None:
    text = course.browser(course.cast.boris).get(_page(course)).text
    assert "Right knee: 2 for 2 weeks, partial weight; left knee: 5 today, up from 0 a week ago. " in text
    assert "week ago. Right leg: partial weight, up to 30 %. 1 open alert." in text
    limit = "<td>Partial weight</td>", "<td>partial weight, up to 30 %</td>"
    assert f'<th scope="row">14 January 2026</th><td>no entry</td>{limit[0]}<td>no entry</td>{limit[1]}' in text
    assert f'<th scope="row">25 January 2026</th><td>2</td>{limit[0]}<td>5</td>{limit[1]}' in text
    assert "Right knee, medial femoral condyle" in text and "confirmed" in text


def test_each_reading_of_page_or_figure_is_audited_before_it_is_shown(course: House) -> None:
    browser = course.browser(course.cast.boris)
    for number, address in enumerate((_page(course), _page(course) + "/timeline.json"), start=1):
        assert browser.get(address).status_code == 200
        assert _read(course, "record-read") == number
    read = [row for row in course.cast.rows(AuditEvent) if row.action == "record-read"]
    assert {(row.actor_id, row.patient_id) for row in read} == {(course.cast.boris.id, course.cast.ana.id)}


def test_the_figure_has_no_configuration_that_could_bring_the_cloud_back(course: House) -> None:
    figure = json.loads(course.browser(course.cast.boris).get(_page(course) + "/timeline.json?days=28").data)
    assert set(figure) == {"data", "layout", "language"}
    assert "plot.ly" not in json.dumps(figure) and "plotly.com" not in json.dumps(figure)


def test_months_are_named_in_the_readers_language(course: House) -> None:
    figure = json.loads(course.browser(course.cast.nuno).get(_page(course) + "/timeline.json").data)
    assert figure["language"]["name"] == "pt-PT"
    assert figure["language"]["format"]["months"][3] == "abril"


@pytest.mark.parametrize("end", ["", "/timeline.json", "?days=7", "?days=<script>"])
def test_strangers_find_nothing(course: House, end: str) -> None:
    cast = course.cast
    carla, boris = course.browser(cast.carla), course.browser(cast.boris)
    assert carla.get(f"/c/braga/patients/{cast.ana.id}{end}").status_code == 404
    assert boris.get(f"/c/porto/patients/{cast.bento.id}{end}").status_code == 404
    assert boris.get(f"/c/porto/patients/{uuid4()}{end}").status_code == 404
    assert course.browser().get(_page(course) + end).status_code == 303


def test_an_administrator_may_not_read_records(course: House) -> None:
    answer = course.browser(course.cast.alda).get(_page(course))
    assert answer.status_code == 403 and "ana" not in answer.text


def test_outside_the_care_team_a_reason_is_asked_for_and_kept_for_an_hour(course: House) -> None:
    browser, page = course.browser(course.cast.dora), _page(course)
    asked = browser.get(page)
    assert asked.status_code == 403 and "zqporto-ana" not in asked.text and "The patient will see" in asked.text
    assert _read(course, "record-read") == 0
    short = browser.post(page + "/reason", data={"reason": "hm", "next": page})
    assert short.status_code == 422 and browser.get(page).status_code == 403
    given = browser.post(page + "/reason", data={"reason": "On call <b>tonight</b>", "next": page})
    assert (given.status_code, given.location) == (303, page)
    assert browser.get(page).status_code == 200
    assert [row.reason for row in course.cast.rows(RecordOpening)] == ["On call <b>tonight</b>"]
    for minutes in (25, 25, 25):
        course.now += timedelta(minutes=minutes)
        answer = browser.get(page)
    assert answer.status_code == 403


def test_a_reason_opens_no_record_of_another_clinic(course: House) -> None:
    cast = course.cast
    where = f"/c/porto/patients/{cast.bento.id}/reason"
    assert course.browser(cast.dora).post(where, data={"reason": "out of interest"}).status_code == 404


def test_looking_changes_nothing_but_the_audit(course: House) -> None:
    browser = course.browser(course.cast.boris)
    before = course.cast.counts()
    for _ in range(2):
        browser.get(_page(course))
        browser.get(_page(course) + "/timeline.json")
    after = course.cast.counts()
    assert {t for t in after if after[t] != before[t]} == {"audit_event"}


def test_what_people_wrote_is_text_never_markup(course: House) -> None:
    cast, nasty = course.cast, "<script>alert(1)</script>\"'{{111*111}}"
    with cast.session() as session:
        session.get_one(Patient, (cast.porto.id, cast.ana.id)).name = nasty
        session.commit()
    browser = course.browser(cast.boris)
    for address in (_page(course), "/c/porto/"):
        text = browser.get(address).text
        assert "<script>alert" not in text and "&lt;script&gt;alert(1)&lt;/script&gt;" in text and "12321" not in text


def test_no_page_holds_inline_script_or_style(course: House) -> None:
    browser = course.browser(course.cast.boris)
    for address in (_page(course), "/c/porto/", "/c/porto/sign-in"):
        text = browser.get(address).text
        assert "style=" not in text and "<style" not in text and "javascript:" not in text
        assert text.count("<script") == text.count("<script src=")
        assert not any(f" on{event}=" in text for event in ("click", "load", "error", "submit"))


def test_the_page_says_who_saw_and_changed_the_record(course: House) -> None:
    browser = course.browser(course.cast.boris)
    for _ in range(2):
        browser.get(_page(course))
    told = browser.get(_page(course)).text.split('id="activity"')[1]
    assert "Boris" in told and "read the record (2 times)" in told
    assert "recorded a place" in told and "the patient sent entries" in told
