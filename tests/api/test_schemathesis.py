"""Schemathesis asks every operation as the OpenAPI document describes it, and as it does not; nothing may break.

Its own pytest plugin does not know this pytest yet, so Hypothesis is told what to draw.
"""

import os
from dataclasses import dataclass
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

from tests.api.staff import desk_of, plain_item
from tests.cast import another_patient, at, signed_in
from tests.domain.case_items import CASE
from tests.served import House, Phone

LONG = os.environ.get("REHAB_LONG_DRILLS") == "1"
EXAMPLES = 500 if LONG else 24
"""The short form draws the same ones each time; looking for others is the long form's work."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
Operation = APIOperation[Any, Any, Any, Any]
SIGNS_OUT = "delete /api/v1/me/device"
"""Asked elsewhere: after it nothing else would be answered."""


def operations_of(house: House, staff: bool) -> list[Operation]:
    """The operations of staff, or those of phones and everybody."""
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", house.app)
    found = [each.ok() for each in described.get_all_operations()]
    return [each for each in found if ({"staff": []} in each.definition.raw.get("security", [])) is staff]


def test_whatever_is_asked_is_answered_as_described(sqlite_house: House) -> None:
    phone = sqlite_house.phone_of(another_patient(sqlite_house.cast, sqlite_house.cast.porto, "Eva"))
    operations = operations_of(sqlite_house, staff=False)
    asked = {name(each): statuses(each, phone) for each in operations if name(each) != SIGNS_OUT}
    assert len(asked) >= 5
    assert {200, 400, 422} <= asked["post /api/v1/me/sync/push"]
    assert {200, 422} <= asked["get /api/v1/me/entries"]


def test_whatever_staff_ask_is_answered_as_described(sqlite_house: House) -> None:
    cast = sqlite_house.cast
    sqlite_house.clock.now = at(400)
    desk = desk_of(sqlite_house, cast.boris)
    desk.told("POST", "/involvements", {"site": "right-knee", "status": "confirmed", "onset": {"date": "2026"}})
    for item in CASE.values():
        desk.told("POST", "/record-items", plain_item(item))
    token = signed_in(cast, cast.boris, sqlite_house.clock.now)
    asked: dict[str, set[int]] = {}
    for operation in operations_of(sqlite_house, staff=True):
        ask = Staff(operation, token, str(cast.ana.id), EXAMPLES // 2)
        asked[name(operation)] = ask.statuses()
    items = "/api/v1/patients/{patient_id}/record-items"
    assert {400, 422} <= asked[f"post {items}"]
    assert {200} == asked[f"get {items}"]
    assert not any(401 in found or 403 in found for found in asked.values()), asked


@dataclass
class Staff:
    """Dr Boris, who asks one operation about Ana in many ways."""

    operation: Operation
    token: str
    patient: str
    examples: int

    def statuses(self) -> set[int]:
        """Asks, as described and not as described; returns the statuses of the answers."""
        found: set[int] = set()
        for mode in GenerationMode:
            if mode is GenerationMode.POSITIVE or self.operation.body:
                found |= self._statuses(mode)
        return found

    def _statuses(self, mode: GenerationMode) -> set[int]:
        found: set[int] = set()

        @settings(
            max_examples=self.examples,
            deadline=None,
            derandomize=not LONG,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(case=self.operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            case.path_parameters = {**(case.path_parameters or {}), "patient_id": self.patient}
            how: Any = {"cookies": {"session": self.token}, "headers": {"Sec-Fetch-Site": "same-origin"}}
            found.add(case.call_and_validate(**how, checks=CHECKS).status_code)

        ask()
        return found


def name(operation: Operation) -> str:
    return f"{operation.method} {operation.path}".lower()


def statuses(operation: Operation, phone: Phone) -> set[int]:
    """Asks an operation as described, and not as described where there is something to describe."""
    found: set[int] = set()
    for mode in GenerationMode:
        if mode is GenerationMode.POSITIVE or operation.body or operation.query:
            found |= _statuses(operation, phone, mode)
    return found


def _statuses(operation: Operation, phone: Phone, mode: GenerationMode) -> set[int]:
    found: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=not LONG,
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
