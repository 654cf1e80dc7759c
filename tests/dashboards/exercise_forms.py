"""Exercises by hand as a browser orders them for Ana, and where she and her clinicians read what came of it."""

import json
import re
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.schedule import HoldRow, PrescriptionRow
from tests.cast import at
from tests.dashboards.conftest import House
from tests.domain.diary import day

KNEE = "right-knee.medial-femoral-condyle"
EVERY_DAY = [str(at) for at in range(7)]


def page(house: House, end: str = "/exercises") -> str:
    return f"/c/porto/patients/{house.cast.ana.id}{end}"


def told(first: int = 0, **changed: Any) -> dict[str, Any]:
    """What somebody types to order heel raises for the knee, 2 × 12, every day from a day on."""
    said = {"id": str(uuid4()), "exercise": "calf-raise", "sites": [KNEE], "dose/sets": "2", "dose/reps": "12",
            "dose/times_a_day": "1", "days": EVERY_DAY, "from_on": day(first).isoformat(), "until_on": "",
            "needs": "nothing", "strengthens": "no", "reason": "asked for it"}  # fmt: skip
    return said | {name.replace("__", "/"): value for name, value in changed.items()}


def orders(house: House, browser: FlaskClient, first: int = 0, **changed: Any) -> TestResponse:
    return browser.post(page(house, "/exercises/new"), data=told(first, **changed))


def rests(house: House, browser: FlaskClient, **changed: Any) -> TestResponse:
    said = {"id": str(uuid4()), "scope": "patient", "only_strengthening": "no", "from_on": day(0).isoformat(),
            "until_on": day(1).isoformat(), "cause": "illness", "reason": "has a fever"}  # fmt: skip
    return browser.post(page(house, "/rests/new"), data=said | changed)


def kept(house: House) -> list[PrescriptionRow]:
    return sorted(house.cast.rows(PrescriptionRow), key=lambda row: (row.at, row.version))


def held(house: House) -> list[HoldRow]:
    return sorted(house.cast.rows(HoldRow), key=lambda row: (row.at, row.version))


def own(house: House, end: str = "") -> str:
    return page(house, f"/exercises/{kept(house)[-1].id}{end}")


def own_rest(house: House, end: str = "") -> str:
    return page(house, f"/rests/{held(house)[-1].id}{end}")


def days_on(house: House, number: int) -> FlaskClient:
    """Let days go by, and return Boris's browser on that day."""
    house.now = at(number, 30)
    return house.browser(house.cast.boris)


def part(text: str, name: str) -> str:
    return text.split(f'id="{name}"')[1].split("</section>")[0]


def week_of(house: House, browser: FlaskClient, name: str) -> list[str]:
    """What the week table of the patient's page says of an exercise, day by day in words."""
    exercises = part(browser.get(page(house, "")).text, "exercises")
    row = next((row for row in exercises.split("<tr>") if f'"row">{name}<' in row), "")
    return [("".join(re.findall(r'class="hidden">([^<]+)<', cell))) for cell in row.split("<td>")[1:]]


def diary(house: House) -> dict[str, Any]:
    """What Ana's phone reads of her plan."""
    with house.cast.session() as session:
        session.get_one(Patient, (house.cast.porto.id, house.cast.ana.id)).language = "en-GB"
        session.commit()
    headers = {"Authorization": f"Bearer {house.cast.tokens[house.cast.ana.id]}"}
    found: dict[str, Any] = json.loads(house.app.test_client().get("/api/v1/me/plan", headers=headers).data)
    return found
