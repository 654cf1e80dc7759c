"""The published case typed in by form, item by item: it is kept and read back as it was meant."""

from typing import Any

from flask.testing import FlaskClient

from rehab_tracker.domain.record_item import RecordItem, plain_content
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.record_items import RecordItemRow, item_of
from tests.cast import at
from tests.dashboards.conftest import House
from tests.dashboards.fields import Fields
from tests.domain.case_items import BORN, CASE


def page(house: House, end: str = "") -> str:
    return f"/c/porto/patients/{house.cast.ana.id}{end}"


def typed(item: RecordItem) -> dict[str, Any]:
    """What somebody types to say an item: written without the pages' own code."""
    said: dict[str, Any] = {"id": str(item.id)}
    if item.site:
        said["site"] = str(item.site)
    if item.on:
        said.update(date_typed("on", item.on.plain()))
    for name, value in plain_content(item.content).items():
        said.update(field_typed(f"content/{name}", value))
    return said


def date_typed(name: str, told: dict[str, str]) -> dict[str, str]:
    exact = {"day": "", "month": "", "year": ""}.get(told["precision"], told["precision"])
    return {name: told["date"], f"{name}/precision": exact, f"{name}/source_text": told.get("source_text", "")}


def field_typed(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {name: "yes" if value else "no"}
    if isinstance(value, dict):
        return date_typed(name, value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        cells = {f"{name}/{at}/{cell}": str(said) for at, row in enumerate(value) for cell, said in row.items()}
        return {f"{name}/rows": str(len(value)), **cells}
    if isinstance(value, list):
        return {name: value or ["-"]}
    return {name: str(value)}


def kept(house: House) -> list[RecordItem]:
    return [item_of(row) for row in house.cast.rows(RecordItemRow)]


def late(house: House) -> FlaskClient:
    """Boris, long after the case, whose patient was born when Ana's record says so."""
    house.now = at(400)
    with house.cast.session() as session:
        session.get_one(Patient, (house.cast.porto.id, house.cast.ana.id)).born = BORN
        session.commit()
    return house.browser(house.cast.boris)


def test_every_item_of_the_case_is_typed_in_and_read_back_equal(house: House) -> None:
    boris = late(house)
    for name, item in CASE.items():
        answer = boris.post(page(house, f"/items/new?kind={item.kind}"), data=typed(item))
        assert answer.status_code == 303, f"{name}: {answer.text}"
    assert {item.id: item for item in kept(house)} == {item.id: item for item in CASE.values()}


def test_the_form_of_a_written_item_says_exactly_what_was_written(sqlite_house: House) -> None:
    boris = late(sqlite_house)
    for item in CASE.values():
        boris.post(page(sqlite_house, f"/items/new?kind={item.kind}"), data=typed(item))
    for item in CASE.values():
        form = Fields(boris.get(page(sqlite_house, f"/items/{item.id}")).text).found
        answer = boris.post(page(sqlite_house, f"/items/{item.id}"), data={**form, "reason": "looked again"})
        assert answer.status_code == 303, answer.text
    last = {item.id: told(item) for item in sorted(kept(sqlite_house), key=lambda item: item.version)}
    assert last == {item.id: told(item) for item in CASE.values()}


def told(item: RecordItem) -> dict[str, Any]:
    """An item's content; boxes that are ticked have no order of their own."""
    said = plain_content(item.content)
    ticked = {name: sorted(v) for name, v in said.items() if isinstance(v, list) and v and isinstance(v[0], str)}
    return {**said, **ticked, "place": str(item.site), "on": item.on and item.on.plain()}
