"""Health: whether the process is alive, and whether it can serve; only database and revision decide the latter."""

from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from rehab_tracker.domain.errors import NotReady
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import every_clinic
from rehab_tracker.storage.database import under_clinic
from rehab_tracker.storage.pulse import Outbox, outbox
from rehab_tracker.storage.revisions import current, head
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_everybody

health = Blueprint("health", __name__)


@health.get("/healthz")
@for_everybody("says nothing of anybody")
def alive() -> Response:
    """Return that the process is alive."""
    return answer({"status": "alive"})


@health.get("/readyz")
@for_everybody("counts letters, names nobody")
def ready() -> Response:
    """Return that the app can serve, with the state of the outbox; 503 without database or at another revision."""
    session = context.session()
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    found = current(engine)
    if found != head():
        raise NotReady("The database is at revision %(found)s.", found=found or "none")
    return answer({"status": "ready", "revision": found, "outbox": _waiting(session)})


def _waiting(session: Session) -> dict[str, Any]:
    """Return how many letters of all clinics wait, and since when the oldest of them is due."""
    with transaction(session):
        clinics = [clinic.id for clinic in every_clinic(session)]
    found = [_of_clinic(session, clinic_id) for clinic_id in clinics]
    due = [each.due_since for each in found if each.due_since]
    return {"waiting": sum(each.waiting for each in found), "due_since": min(due).isoformat() if due else None}


def _of_clinic(session: Session, clinic_id: int) -> Outbox:
    with transaction(under_clinic(session, clinic_id)):
        return outbox(session, clinic_id)
