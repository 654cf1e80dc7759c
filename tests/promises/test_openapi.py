"""The OpenAPI document is one, describes every route of the API, and what it promised stays promised.

``REHAB_WRITE_GOLDEN=1 .venv/bin/pytest tests/promises/test_openapi.py`` adds what is new to golden/openapi.txt.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

from rehab_tracker.domain.reader import fields_of
from rehab_tracker.domain.record_item import CONTENT
from tests.api.conftest import sqlite_house
from tests.promises.test_contracts import GOLDEN, WRITE, must_only_grow
from tests.served import House
from tests.services.conftest import shared_sqlite, sqlite_cast

__all__ = ["shared_sqlite", "sqlite_cast", "sqlite_house"]

FILE = GOLDEN / "openapi.txt"


@pytest.fixture
def document(sqlite_house: House) -> dict[str, Any]:
    answer = sqlite_house.client.get("/api/v1/openapi.json")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    found: dict[str, Any] = json.loads(answer.data)
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            yield f"{method} {path}", operation


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.0.3"
    validate(document)


def test_it_describes_every_route_of_the_api(document: dict[str, Any], sqlite_house: House) -> None:
    rules = [rule for rule in sqlite_house.app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")]
    written = [(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), rule.methods or set()) for rule in rules]
    there = {f"{method.lower()} {path}" for path, methods in written for method in methods - {"HEAD"}}
    assert there - {"get /api/v1/openapi.json"} == {name for name, _ in operations(document)}


def test_every_operation_has_a_name_of_its_own_and_its_errors(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(names)) == len(names)
    for _, operation in operations(document):
        assert operation["summary"] and "default" in operation["responses"]


def test_every_error_is_a_problem(document: dict[str, Any]) -> None:
    for response in document["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


def properties(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in document["components"]["schemas"].items():
        for key, said in schema.get("properties", {}).items():
            yield f"{name}.{key}", said


def test_every_property_has_a_type_that_generators_know(document: dict[str, Any]) -> None:
    for name, said in properties(document):
        assert "type" in said or "$ref" in said or "allOf" in said, name
        assert None not in said.get("enum", []), name


def test_what_phones_send_is_closed(document: dict[str, Any]) -> None:
    for name in ("Push", "Pain", "PainScore", "RedFlag", "WeightBearing", "Exercise", "CallRequest", "Enrolment"):
        assert document["components"]["schemas"][name]["additionalProperties"] is False


def test_items_are_told_apart_by_kind(document: dict[str, Any]) -> None:
    items = document["components"]["schemas"]["Push"]["properties"]["items"]["items"]
    assert len(items["oneOf"]) == 5
    assert items["discriminator"]["propertyName"] == "kind"
    assert set(items["discriminator"]["mapping"]) == {
        "pain", "red-flags", "weight-bearing", "exercise", "call-request",
    }  # fmt: skip


SENT_BY_STAFF = (
    "Item", "Correction", "Reason", "Status", "Merge", "Details", "State", "Into", "Opening", "CallAnswer", "Heard",
)  # fmt: skip


def test_what_staff_send_is_closed_and_so_is_what_an_item_says(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name in (*SENT_BY_STAFF, *(content.__name__ for content in CONTENT.values()), "DxaResult", "PartialDate"):
        assert schemas[name]["additionalProperties"] is False, name


def test_each_kind_of_item_is_described_by_the_fields_that_read_it(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    told = schemas["Item"]["properties"]["content"]
    assert [each["$ref"].rpartition("/")[2] for each in told["anyOf"]] == [c.__name__ for c in CONTENT.values()]
    for kind, content in CONTENT.items():
        assert f"`{kind}` {content.__name__}" in told["description"]
        assert set(schemas[content.__name__]["properties"]) == set(fields_of(content))
    assert schemas["Mri"]["properties"]["low_signal_length_mm"] == {"type": "number", "minimum": 0, "maximum": 200}
    assert schemas["Dxa"]["required"] == ["results"]
    assert schemas["Dxa"]["properties"]["results"]["items"] == {"$ref": "#/components/schemas/DxaResult"}


def test_who_may_ask_is_told_and_whoever_changes_something_names_its_version(document: dict[str, Any]) -> None:
    assert set(document["components"]["securitySchemes"]) == {"device", "staff"}
    for name, operation in operations(document):
        method, path = name.split()
        if not path.startswith("/api/v1/patients/"):
            continue
        assert operation["security"] == [{"staff": []}], name
        asked = [each["name"] for each in operation.get("parameters", []) if each["in"] == "header"]
        if method in ("put", "patch", "delete") and "care-team" not in path:
            assert asked == ["If-Match"], name


def promised(document: dict[str, Any]) -> list[str]:
    """What apps rely on, one line each."""
    lines = [f"{name} {operation['operationId']}" for name, operation in operations(document)]
    for name, said in properties(document):
        lines.append(f"{name}: {said.get('type') or said.get('$ref')}")
        lines += [f"{name}: {code}" for code in said.get("enum", [])]
    return sorted(lines)


def test_what_was_promised_stays(document: dict[str, Any]) -> None:
    golden = FILE.read_text(encoding="utf-8").splitlines() if FILE.exists() else []
    must_only_grow(golden, promised(document))
    if WRITE:
        FILE.write_text("".join(f"{line}\n" for line in sorted({*golden, *promised(document)})), encoding="utf-8")
