"""Entries: the one door through which everything a patient sends comes in, each item with a result of its own.

Nothing is answered before it is committed; one bad item never holds back the others; what is refused is kept raw.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.advice import OF_PATH, Advice, AdviceKind, advice
from rehab_tracker.domain.alert import Rule, Verdict
from rehab_tracker.domain.entry import SUSPECT_SKEW, Entry, Sent, arrived, plain
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport, most_urgent
from rehab_tracker.mail.language import gettext_in
from rehab_tracker.services import alerts, audit
from rehab_tracker.services.clinics import InForce, in_force
from rehab_tracker.services.keeping import Outcome, Stamped, keep, keep_refused, withdrawn_flags
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import texts_of
from rehab_tracker.storage.history import entries_page
from rehab_tracker.storage.people import Patient, PatientState, locked_patient

LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that is no entry: raw, with what is wrong with it, and the red flags that could still be read in it."""

    raw: str
    fault: InvalidValue
    id: str | None = None
    flags: tuple[RedFlag, ...] = ()


Item = Sent | Unreadable


class Status(StrEnum):
    """What became of one item; all of them are final, and the phone may forget the item."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    UPDATED = "updated"
    STALE = "stale"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


@dataclass(slots=True)
class Result:
    """The answer to one item; ``fault`` says what to change where it was rejected."""

    id: str | None
    status: Status
    fault: InvalidValue | None = None
    advice: Advice | None = None


@dataclass(slots=True)
class _Batch:
    """One push on its way through: what arrived, by its place among the items, and the results so far."""

    results: list[Result]
    arrived: dict[int, Entry] = field(default_factory=dict)


def push(
    session: Session, viewer: Viewer, items: Sequence[Item], sent_at: datetime | None, now: datetime
) -> list[Result]:
    """Keep what a phone sent and return a result per item, in order.

    ``sent_at`` is the phone's clock as it sent. Entries, alerts, letters and audit rows are committed together. Raises
    NotAllowed (``record-closed``) for a patient who moved or died.
    """
    must_be_allowed(viewer, Action.LOG_OWN)
    skew = now - sent_at if sent_at else timedelta()
    with transaction(session):
        patient = _open_patient(session, viewer)
        settings = in_force(session, viewer.clinic_id)
        batch = _arrived(items, patient, skew, now)
        outcomes = keep(session, viewer, patient, _stamped(batch, skew), now)
        _settle(batch, outcomes)
        keep_refused(session, viewer, patient.id, _refused(items, batch), now)
        verdicts = _judge(alerts.Occasion(session, viewer, patient, settings, now), items, batch, outcomes)
        counts = {"count": len(items), "rejected": _count(batch, Status.REJECTED)}
        audit.note(session, viewer, "entries-pushed", now, patient_id=patient.id, **counts)
        _advise(session, viewer, settings, items, batch, verdicts)
    return batch.results


def _open_patient(session: Session, viewer: Viewer) -> Patient:
    patient = locked_patient(session, viewer.clinic_id, viewer.person) if viewer.person else None
    if patient is None:
        raise NotFound()
    if patient.state in (PatientState.MOVED, PatientState.DECEASED):
        raise NotAllowed("This diary is closed. Please call your clinic.", code="record-closed")
    return patient


def _arrived(items: Sequence[Item], patient: Patient, skew: timedelta, now: datetime) -> _Batch:
    """Tell the entries from what is none; a fault that shows only now refuses its item like any other."""
    batch = _Batch([Result(None, Status.REJECTED) for _ in items])
    for at, item in enumerate(items):
        result = batch.results[at]
        if isinstance(item, Unreadable):
            result.id, result.fault = item.id, item.fault
            continue
        result.id = str(item.id)
        try:
            batch.arrived[at] = arrived(item, now, patient.enrolled_on, skew)
        except InvalidValue as fault:
            result.fault = fault
    return batch


def _stamped(batch: _Batch, skew: timedelta) -> list[Stamped]:
    return [Stamped(entry, skew, _is_suspect(entry, skew)) for entry in batch.arrived.values()]


def _is_suspect(entry: Entry, skew: timedelta) -> bool:
    """Return whether the phone's clock is off, or the offset it wrote is not the zone's at that instant."""
    try:
        fits = entry.recorded_at.utcoffset() == entry.recorded_at.astimezone(time_zone(entry.time_zone)).utcoffset()
    except OverflowError:
        fits = False
    return abs(skew) > SUSPECT_SKEW or not fits


def _settle(batch: _Batch, outcomes: Sequence[Outcome]) -> None:
    for at, outcome in zip(batch.arrived, outcomes, strict=True):
        batch.results[at].status = Status(outcome.status)
        batch.results[at].fault = outcome.fault


def _count(batch: _Batch, status: Status) -> int:
    return sum(result.status is status for result in batch.results)


def _refused(items: Sequence[Item], batch: _Batch) -> list[tuple[str, InvalidValue]]:
    """Return each refused item as text, with its fault."""
    pairs = zip(items, batch.results, strict=True)
    return [(_as_text(item), result.fault) for item, result in pairs if result.fault]


def _as_text(item: Item) -> str:
    return item.raw if isinstance(item, Unreadable) else json.dumps(plain(item), default=str, ensure_ascii=False)


def _flags(item: Item) -> tuple[RedFlag, ...]:
    if isinstance(item, Unreadable):
        return item.flags
    return item.content.flags if isinstance(item.content, RedFlagReport) else ()


def _judge(on: alerts.Occasion, items: Sequence[Item], batch: _Batch, outcomes: Sequence[Outcome]) -> list[Verdict]:
    """Ask the rules of what is new: red flags of every item, kept or not, and pain from the first changed day on."""
    ticked = {flag for item in items for flag in _flags(item)}
    refused = {flag for item, result in zip(items, batch.results, strict=True) if result.fault for flag in _flags(item)}
    if ticked:
        alerts.raise_flags(on, ticked, refused)
    withdrawn = withdrawn_flags(on.session, on.patient, list(batch.arrived.values()), outcomes)
    if withdrawn:
        alerts.mark_flags_withdrawn(on, withdrawn)
    since = _first_day(batch, outcomes, on.settings)
    return alerts.review_patient(on, since) if since else []


def _first_day(batch: _Batch, outcomes: Sequence[Outcome], settings: InForce) -> date | None:
    """Return the first day on which pain changed, or on which a repeated entry may still need its advice."""
    changed = [day for outcome in outcomes for day in outcome.changed_days]
    severe = [e.for_date for e in batch.arrived.values() if not e.fault and _is_severe(e, settings)]
    return min([*changed, *severe], default=None)


def _is_severe(entry: Entry, settings: InForce) -> bool:
    reading = entry.content
    return isinstance(reading, PainReading) and any(s.worst >= settings.rules.sudden_score for s in reading.scores)


def _advise(
    session: Session,
    viewer: Viewer,
    settings: InForce,
    items: Sequence[Item],
    batch: _Batch,
    verdicts: Sequence[Verdict],
) -> None:
    """Give each item that can't wait for a person the clinic's advice, a repeated one too."""
    sudden = {v.for_date for v in verdicts if v.rule is Rule.SUDDEN_SEVERE_PAIN}
    texts: Mapping[str, str] | None = None
    for at, item in enumerate(items):
        kind = _advice_kind(item, batch.arrived.get(at), sudden, settings)
        if kind is None:
            continue
        texts = texts_of(session, viewer.clinic_id, viewer.language) if texts is None else texts
        batch.results[at].advice = advice(kind, texts, _numbers(settings), gettext_in(viewer.language))


def _numbers(settings: InForce) -> dict[str, str]:
    return {"phone": settings.phone, "hours": settings.hours, "emergency_number": settings.emergency_number}


def _advice_kind(item: Item, entry: Entry | None, sudden: set[date], settings: InForce) -> AdviceKind | None:
    flags = _flags(item)
    if flags and not (isinstance(item, Sent) and item.withdrawn):
        return OF_PATH[most_urgent(flags)]
    if entry and not entry.withdrawn and entry.for_date in sudden and _is_severe(entry, settings):
        return AdviceKind.ANSWER_RED_FLAGS
    return None


def own_entries(session: Session, viewer: Viewer, after: int, limit: int) -> list[dict[str, Any]]:
    """Return a patient's own entries after a change number, oldest change first, at most 500 at once."""
    must_be_allowed(viewer, Action.READ_OWN)
    assert isinstance(viewer.person, UUID)
    with transaction(session):
        return entries_page(session, viewer.clinic_id, viewer.person, after, min(limit, LONGEST_PAGE))
