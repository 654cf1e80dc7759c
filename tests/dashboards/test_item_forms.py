"""Record items by form: written, corrected and struck out; a fault keeps what was typed, and codes have words."""

from typing import Any
from uuid import uuid4

import pytest

from dashboards.pages.care_words import CODES, ITEM_KINDS
from dashboards.pages.item_labels import LABELS
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.questionnaire import Questionnaire
from rehab_tracker.domain.reader import fields_of
from rehab_tracker.domain.record_item import CONTENT, ItemKind, RecordItem, plain_content
from rehab_tracker.storage.record_items import RecordItemRow, item_of
from tests.dashboards.conftest import House

MRI = {"on": "2026-01-04", "site": "right-knee", "content/contrast": "no", "content/edema": "diffuse"}


@pytest.fixture
def house(sqlite_house: House) -> House:
    """The house on SQLite alone: the engine has no part in what stands on a form."""
    return sqlite_house


def page(house: House, end: str = "") -> str:
    return f"/c/porto/patients/{house.cast.ana.id}{end}"


def kept(house: House) -> list[RecordItem]:
    return [item_of(row) for row in house.cast.rows(RecordItemRow)]


@pytest.mark.parametrize("kind", ItemKind)
def test_every_field_has_a_label_and_every_code_a_word(kind: ItemKind) -> None:
    waiting: list[Any] = [CONTENT[kind]]
    for content in waiting:
        assert set(LABELS[content]) == set(fields_of(content)), content
        for field in fields_of(content).values():
            if field.holds in CODES:
                assert set(CODES[field.holds]) == set(field.holds), field.holds
            elif isinstance(field.holds, type) and hasattr(field.holds, "__dataclass_fields__"):
                waiting += [field.holds] if field.holds is not PartialDate else []
    assert kind in ITEM_KINDS


def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(house: House) -> None:
    house.cast.records("right-knee")
    boris = house.browser(house.cast.boris)
    rows = {"content/results/0/region": "lumbar-spine", "content/results/0/t_score": "25", "content/results/rows": "3"}
    answer = boris.post(page(house, "/items/new?kind=dxa"), data={"on": "2026-01-05", "content/device": "X1", **rows})
    assert answer.status_code == 422 and kept(house) == []
    assert 'id="content-results-0-t-score-error"' in answer.text and "between -8 and 8" in answer.text
    assert 'value="25"' in answer.text and 'value="X1"' in answer.text and "<title>Error: " in answer.text


@pytest.mark.parametrize(
    ("kind", "said", "field"),
    [
        ("mri", {**MRI, "on": "2027-01-01"}, "on"),
        ("mri", {**MRI, "on": "last week"}, "on"),
        ("mri", {**MRI, "site": ""}, "site"),
        ("mri", {**MRI, "site": "nowhere"}, "site"),
        ("mri", {**MRI, "content/compartments": ["talus"]}, "content-compartments"),
        ("mri", {**MRI, "content/low_signal_length_mm": "much"}, "content-low-signal-length-mm"),
        ("follow-up", {"content/task": "dxa", "content/status": "decided-not-to"}, "content-reason"),
        ("exclusion", {"on": "2026-01-04", "site": "right-knee", "content/condition": "gout",
                       "content/status": "excluded"}, "content-basis"),
        ("programme", {"content/percent": "130"}, "content-percent"),
        ("occupation", {}, "content-work"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_place(house: House, kind: str, said: dict[str, Any], field: str) -> None:
    answer = house.browser(house.cast.boris).post(page(house, f"/items/new?kind={kind}"), data=said)
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text, answer.text
    assert f'href="#{field}"' in answer.text
    assert kept(house) == []


def test_a_comma_is_a_decimal_point_too_and_lines_end_as_they_should(house: House) -> None:
    said = {**MRI, "content/low_signal_thickness_mm": "3,5", "content/text": "one\r\ntwo"}
    assert house.browser(house.cast.boris).post(page(house, "/items/new?kind=mri"), data=said).status_code == 303
    [item] = kept(house)
    told = plain_content(item.content)
    assert (told["low_signal_thickness_mm"], told["text"]) == (3.5, "one\ntwo")


def test_the_same_form_sent_twice_writes_once(house: House) -> None:
    boris, said = house.browser(house.cast.boris), {**MRI, "id": str(uuid4())}
    for _ in range(2):
        assert boris.post(page(house, "/items/new?kind=mri"), data=said).status_code == 303
    assert len(kept(house)) == 1


def test_more_rows_are_given_without_writing_anything(house: House) -> None:
    boris = house.browser(house.cast.boris)
    said = {"content/results/1/code": "crp", "content/results/rows": "3", "more": "content/results"}
    answer = boris.post(page(house, "/items/new?kind=laboratory"), data=said)
    assert answer.status_code == 200 and kept(house) == []
    assert 'name="content/results/8/code"' in answer.text
    first_row = answer.text.split('name="content/results/0/code"')[1].split("</select>")[0]
    assert '<option value="crp" selected>' in first_row


def test_a_questionnaire_is_scored_and_a_page_says_how(house: House) -> None:
    boris = house.browser(house.cast.boris)
    rows = {f"content/answers/{n}/item": str(n + 1) for n in range(19)}
    rows |= {f"content/answers/{n}/value": "4" for n in range(19)}
    said = {"on": "2026-01-05", "content/instrument": "lefs", "content/version": "1999", "content/answers/rows": "20"}
    assert boris.post(page(house, "/items/new?kind=questionnaire"), data={**said, **rows}).status_code == 303
    [item] = kept(house)
    assert isinstance(item.content, Questionnaire)
    text = boris.get(page(house)).text
    assert "80 of 80, worked out with 1 answers missing" in text


def test_a_correction_keeps_what_was_there_and_the_second_writer_sees_both(house: House) -> None:
    boris, nuno = house.browser(house.cast.boris), house.browser(house.cast.dora)
    nuno.post(page(house, "/reason"), data={"reason": "second opinion", "next": page(house)})
    boris.post(page(house, "/items/new?kind=mri"), data=MRI)
    [item] = kept(house)
    own = page(house, f"/items/{item.id}")
    first = {**MRI, "content/edema": "focal", "version": "1", "reason": "read again"}
    assert boris.post(own, data=first).status_code == 303
    second = nuno.post(own, data={**MRI, "content/collapse": "no", "version": "1", "reason": "collapse was asked"})
    assert second.status_code == 412 and len(kept(house)) == 2
    assert "Boris" in second.text and "focal" in second.text and "Collapse" in second.text
    again = nuno.post(own, data={**MRI, "content/collapse": "no", "version": "2", "again": "1"})
    assert again.status_code == 200 and len(kept(house)) == 2
    assert 'name="content/collapse" value="no" checked' in again.text
    shown = boris.get(own).text
    assert "read again" in shown and "What it said then" in shown and "diffuse" in shown


def test_an_item_in_error_is_struck_out_and_stays(house: House) -> None:
    boris = house.browser(house.cast.boris)
    boris.post(page(house, "/items/new?kind=mri"), data=MRI)
    [item] = kept(house)
    own = page(house, f"/items/{item.id}/error")
    without = boris.post(own, data={"version": "1", "why_error": ""})
    assert without.status_code == 422 and 'id="why-error-error"' in without.text
    assert boris.post(own, data={"version": "1", "why_error": "wrong patient"}).status_code == 303
    text = boris.get(page(house)).text
    assert "entered in error" in text and "<s>" in text
    assert boris.post(own, data={"version": "2", "why_error": "twice"}).status_code == 409


def test_strangers_write_nothing(house: House) -> None:
    cast = house.cast
    for who, status in ((cast.alda, 403), (cast.dora, 403)):
        assert house.browser(who).post(page(house, "/items/new?kind=mri"), data=MRI).status_code == status
    theirs = page(house, "/items/new?kind=mri").replace("/c/porto", "/c/braga")
    assert house.browser(cast.carla).post(theirs, data=MRI).status_code == 404
    assert house.browser(cast.boris).get(page(house, "/items/new?kind=horoscope")).status_code == 404
    assert kept(house) == []
