"""The phone of the case's patient in the demo: how it signs in, and how it logs pain in a new place."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.domain.access import system
from rehab_tracker.evaluation.case import PATIENT as CASE
from rehab_tracker.evaluation.made_up_clinic import MadeUpClinic
from rehab_tracker.evaluation.simulator import ZONE
from rehab_tracker.services import clinics, enrolment
from rehab_tracker.services.enrolment import NewDevice
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.people import Patient, patient_of_record_number


class Phone(NamedTuple):
    """What a patient needs to sign a phone in, and a phone that is signed in already."""

    patient: Patient
    code: str
    device: NewDevice | None


def phone(sessions: sessionmaker[Session], made_up: MadeUpClinic, signed_in: bool, now: datetime) -> Phone:
    """Return a new code for the case's patient, and unless one is ``signed_in`` already, a phone that is."""
    with sessions() as session:
        clinic = clinics.named(session, made_up.slug)
        with transaction(session):
            patient = patient_of_record_number(session, clinic.id, CASE)
            assert patient is not None
        viewer = system(clinic.id)

        def code() -> str:
            return enrolment.new_enrolment_code(session, viewer, clinic, patient.id, now)

        device = None if signed_in else enrolment.use_code(session, clinic, code(), "demo phone", "demo", now)
        return Phone(patient, code(), device)


def new_pain(address: str, notes: Mapping[str, str], now: datetime) -> str:
    """Return a curl command that logs pain in a new place, as the phone of ``device`` and ``token`` would."""
    score = {"site": "right-hip", "area": "groin", "on_loading": 8, "at_rest": 4}
    at = now.astimezone(ZoneInfo(ZONE)).isoformat(timespec="seconds")
    item = {"id": str(uuid4()), "rev": 1, "kind": "pain", "recorded_at": at, "time_zone": ZONE}
    items: list[dict[str, Any]] = [item | {"no_other_pain": False, "scores": [score]}]
    digest = sha256(json.dumps(items, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    push = {"device": notes["device"], "sent_at": "$(date -u +%FT%TZ)", "count": 1, "sha256": digest, "items": items}
    body = json.dumps(push).replace('"$(', '"\'"$(').replace(')"', ')"\'"', 1)
    return (
        f"curl -sS {address}/api/v1/me/sync/push \\\n  -H 'Authorization: Bearer {notes['token']}' \\\n"
        f"  -H 'Content-Type: application/json' \\\n  -d '{body}'"
    )
