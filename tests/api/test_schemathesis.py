"""Schemathesis asks every operation as the OpenAPI document describes it, and as it does not; nothing may break.

Its own pytest plugin does not know this pytest yet, so Hypothesis is told what to draw.
"""

import os
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import booleans
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.cast import another_patient
from tests.served import House, Phone

EXAMPLES = 500 if os.environ.get("REHAB_LONG_DRILLS") == "1" else 60
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SIGNS_OUT = "delete /api/v1/me/device"
"""Asked elsewhere: after it nothing else would be answered."""


def test_whatever_is_asked_is_answered_as_described(sqlite_house: House) -> None:
    phone = sqlite_house.phone_of(another_patient(sqlite_house.cast, sqlite_house.cast.porto, "Eva"))
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", sqlite_house.app)
    operations = [found.ok() for found in described.get_all_operations()]
    asked = {name(each): statuses(each, phone) for each in operations if name(each) != SIGNS_OUT}
    assert len(asked) == 5
    assert {200, 400, 422} <= asked["post /api/v1/me/sync/push"]
    assert {200, 422} <= asked["get /api/v1/me/entries"]


def name(operation: APIOperation[Any, Any, Any, Any]) -> str:
    return f"{operation.method} {operation.path}".lower()


def statuses(operation: APIOperation[Any, Any, Any, Any], phone: Phone) -> set[int]:
    """Asks an operation as described, and not as described where there is something to describe."""
    found: set[int] = set()
    for mode in GenerationMode:
        if mode is GenerationMode.POSITIVE or operation.body or operation.query:
            found |= _statuses(operation, phone, mode)
    return found


def _statuses(operation: APIOperation[Any, Any, Any, Any], phone: Phone, mode: GenerationMode) -> set[int]:
    found: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=operation.as_strategy(generation_mode=mode), whole=booleans())
    def ask(case: Case, whole: bool) -> None:
        if whole and isinstance(case.body, dict) and isinstance(case.body.get("items"), list):
            case.body = phone.body(case.body["items"])
        response = case.call_and_validate(headers={"Authorization": f"Bearer {phone.token}"}, checks=CHECKS)
        found.add(response.status_code)

    ask()
    return found
