"""Health: whether the process is alive, and whether it can serve; only database and revision decide the latter."""

from datetime import datetime
from ipaddress import ip_address
from typing import Any, NamedTuple

from flask import Blueprint, Response, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from rehab_tracker.domain.errors import NotFound, NotReady
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.breaker import breaker
from rehab_tracker.storage.clinics import every_clinic
from rehab_tracker.storage.clock import beats, is_at_work
from rehab_tracker.storage.database import read_only, under_clinic
from rehab_tracker.storage.pulse import Outbox, outbox
from rehab_tracker.storage.revisions import current, head
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_everybody

health = Blueprint("health", __name__)

BY_PROXY = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""Headers of a request that came from elsewhere, through a proxy of this machine."""

METRICS = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format."""


@health.get("/healthz")
@for_everybody("says nothing of anybody")
def alive() -> Response:
    """Return that the process is alive."""
    return answer({"status": "alive"})


@health.get("/readyz")
@for_everybody("counts letters, names nobody")
def ready() -> Response:
    """Return that the app can serve, and how clock and outbox are; 503 without database or at another revision."""
    session = context.session()
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    found = current(engine)
    if found != head():
        raise NotReady("The database is at revision %(found)s.", found=found or "none")
    now = _state(session)
    return answer({"status": "ready", "revision": found, "outbox": now.outbox(), "clock": now.clock()})


@health.get("/metrics")
@for_everybody("counts letters, names nobody; answers this machine only")
def metrics() -> Response:
    """Return the state of clock and outbox as Prometheus reads it; to other machines there is no such page."""
    if not _is_of_this_machine():
        raise NotFound()
    lines = _state(context.session()).measured(context.now())
    return Response("".join(f"{name} {value:g}\n" for name, value in lines.items()), content_type=METRICS)


def _is_of_this_machine() -> bool:
    if any(name in request.headers for name in BY_PROXY):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


class State(NamedTuple):
    """The outboxes of all clinics, when the clock came to each of its lines, and since when no letters are taken."""

    outboxes: list[Outbox]
    beats: dict[str, tuple[datetime, datetime | None]]
    paused_since: datetime | None

    @property
    def waiting(self) -> int:
        """Return how many letters wait."""
        return sum(each.waiting for each in self.outboxes)

    @property
    def due_since(self) -> datetime | None:
        """Return since when the oldest of them is due."""
        return min((each.due_since for each in self.outboxes if each.due_since), default=None)

    def outbox(self) -> dict[str, Any]:
        """Return the outbox in words for programs."""
        paused = {"paused_since": _text(self.paused_since)}
        return {"waiting": self.waiting, "due_since": _text(self.due_since)} | paused

    def clock(self) -> dict[str, Any]:
        """Return when the clock last came to each of its lines, and when that last went well."""
        return {name: {"tried_at": _text(at), "went_well_at": _text(well)} for name, (at, well) in self.beats.items()}

    def measured(self, now: datetime) -> dict[str, float]:
        """Return the same in numbers; ages are seconds, and what never was has no line."""
        late = max(0.0, (now - self.due_since).total_seconds()) if self.due_since else 0.0
        tried = {f'rehab_clock_tried_seconds{{tick="{name}"}}': at for name, (at, _) in self.beats.items()}
        well = {f'rehab_clock_went_well_seconds{{tick="{name}"}}': at for name, (_, at) in self.beats.items() if at}
        ages = {name: (now - at).total_seconds() for name, at in (tried | well).items()}
        letters = {"rehab_outbox_waiting": float(self.waiting), "rehab_outbox_late_seconds": late}
        return letters | {"rehab_outbox_paused": float(self.paused_since is not None)} | ages


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _state(session: Session) -> State:
    with transaction(read_only(session)):
        clinics = [clinic.id for clinic in every_clinic(session)]
        kept = {row.name: (row.tried_at, row.went_well_at) for row in beats(session) if not is_at_work(row.name)}
        cut = breaker(session)
    return State([_of_clinic(session, each) for each in clinics], kept, cut.opened_at if cut else None)


def _of_clinic(session: Session, clinic_id: int) -> Outbox:
    with transaction(read_only(under_clinic(session, clinic_id))):
        return outbox(session, clinic_id)
