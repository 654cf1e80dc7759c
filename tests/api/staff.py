"""A member of staff at a desk: asks the API with the session's cookie, as a page of the clinic does."""

import json
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from rehab_tracker.domain.record_item import RecordItem, plain_content
from rehab_tracker.storage.people import Patient, Staff
from tests.cast import signed_in
from tests.served import House


@dataclass
class Desk:
    """Somebody's browser; paths are below the patient's."""

    house: House
    client: FlaskClient
    patient: Patient

    def ask(
        self, method: str, path: str = "", body: Any = None, version: int | str | None = None, **headers: str
    ) -> TestResponse:
        """Asks; a body is written by the standard library, which also writes what nobody should send."""
        sent = {"Sec-Fetch-Site": "same-origin"} | {name.replace("_", "-"): said for name, said in headers.items()}
        if version is not None:
            sent["If-Match"] = f'"{version}"' if isinstance(version, int) else version
        raw = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return self.client.open(f"/api/v1/patients/{self.patient.id}{path}", method=method, headers=sent, **raw)

    def told(self, method: str, path: str = "", body: Any = None, version: int | None = None) -> Any:
        """Asks for what must succeed, and returns what is told."""
        answer = self.ask(method, path, body, version)
        assert answer.status_code in (200, 201, 204), answer.text
        return json.loads(answer.data) if answer.data else None


def desk_of(house: House, who: Staff, patient: Patient | None = None) -> Desk:
    """Somebody at a desk, signed in now, with Ana's record unless another is named."""
    client = house.client
    client.set_cookie("session", signed_in(house.cast, who, house.clock.now), domain="localhost")
    return Desk(house, client, patient or house.cast.ana)


def plain_item(item: RecordItem) -> dict[str, Any]:
    """A new item as the API takes it."""
    said = {"site": item.site and str(item.site), "on": item.on and item.on.plain()}
    there = {key: value for key, value in said.items() if value is not None}
    return {"id": str(item.id), "kind": str(item.kind), **there, "content": plain_content(item.content)}
