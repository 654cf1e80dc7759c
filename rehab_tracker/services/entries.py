"""Entries: the one door through which everything a patient sends comes in, each item with a result of its own.

Nothing is answered before it is committed; one bad item never holds back the others; what is refused is kept raw.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.advice import Advice
from rehab_tracker.domain.alert import Verdict
from rehab_tracker.domain.entry import SUSPECT_SKEW, Entry, Kind, Sent, arrived, plain
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, WrongState
from rehab_tracker.domain.history import day_of_flags
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.person import Activity
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.services import alerts, audit
from rehab_tracker.services.advising import advised, is_severe
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.keeping import Outcome, Stamped, keep_refused, withdrawn_flags
from rehab_tracker.services.reach import lock_records, must_reach_patient
from rehab_tracker.services.site_ledger import keep_in_ledgers
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.history import entries_page
from rehab_tracker.storage.merging import Records, kept_record_of
from rehab_tracker.storage.people import Patient

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
    if viewer.person is None:
        raise NotFound()
    skew = now - sent_at if sent_at else timedelta()
    with transaction(session):
        records = lock_records(session, viewer.clinic_id, viewer.person)
        if records.kept.state.stops(Activity.ACCEPTING):
            raise NotAllowed("This diary is closed. Please call your clinic.", code="record-closed")
        return _received(session, viewer, records, items, skew, "entries-pushed", now)


def log_heard(session: Session, viewer: Viewer, patient_id: UUID, items: Sequence[Item], now: datetime) -> list[Result]:
    """Keep what a patient said by phone and a clinician wrote down, as if the patient had sent it, and marked as heard.

    The advice of a result is for the patient, in the clinician's language. Raises NotFound and ReasonNeeded as every
    way to a record does, WrongState for a patient who moved or died.
    """
    must_be_allowed(viewer, Action.LOG_HEARD)
    with transaction(session):
        patient = must_reach_patient(session, viewer, patient_id, now)
        records = lock_records(session, viewer.clinic_id, patient.id)
        if records.kept.state.stops(Activity.ACCEPTING):
            raise WrongState(state=str(records.kept.state))
        return _received(session, viewer, records, items, timedelta(), "entries-heard", now)


def _received(
    session: Session,
    viewer: Viewer,
    records: Records,
    items: Sequence[Item],
    skew: timedelta,
    action: str,
    now: datetime,
) -> list[Result]:
    """Keep, judge and answer items within the caller's transaction, which holds the lock of the records."""
    on = alerts.Occasion(session, viewer, records.kept, in_force(session, viewer.clinic_id), now)
    batch = _arrived(items, records.own, skew, now)
    outcomes = keep_in_ledgers(on, records, _stamped(batch, skew))
    _settle(batch, outcomes)
    keep_refused(session, viewer, records.own.id, _refused(items, batch), now)
    verdicts = _judge(on, items, batch, outcomes)
    counts = {"count": len(items), "rejected": sum(r.status is Status.REJECTED for r in batch.results)}
    audit.note(session, viewer, action, now, patient_id=records.own.id, **counts)
    for result, words in zip(batch.results, advised(on, _asking(items, batch), verdicts), strict=True):
        result.advice = words
    return batch.results


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
        batch.results[at].status, batch.results[at].fault = Status(outcome.status), outcome.fault


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


def _asking(items: Sequence[Item], batch: _Batch) -> Iterator[tuple[tuple[RedFlag, ...], Entry | None]]:
    """Yield what of each item may ask for advice: its red flags, unless it takes them back, and what stands of it."""
    for at, item in enumerate(items):
        is_withdrawn = isinstance(item, Sent) and item.withdrawn
        yield () if is_withdrawn else _flags(item), None if is_withdrawn else batch.arrived.get(at)


def _judge(on: alerts.Occasion, items: Sequence[Item], batch: _Batch, outcomes: Sequence[Outcome]) -> list[Verdict]:
    """Ask the rules of what is new: red flags of every item, kept or not, and pain from the first changed day on."""
    ticked = {flag for item in items for flag in _flags(item)}
    refused = {flag for item, result in zip(items, batch.results, strict=True) if result.fault for flag in _flags(item)}
    if ticked:
        alerts.raise_flags(on, ticked, refused)
    withdrawn = withdrawn_flags(on.session, on.patient, list(batch.arrived.values()), outcomes)
    if withdrawn:
        alerts.mark_flags_withdrawn(on, withdrawn)
    return alerts.review_patient(on, since, is_push=True) if (since := _first_day(batch, outcomes, on)) else []


def _first_day(batch: _Batch, outcomes: Sequence[Outcome], on: alerts.Occasion) -> date | None:
    """Return the first day that is another now, that a red flag is for, or whose severe pain still needs its advice."""
    zone, entries = time_zone(on.patient.time_zone), batch.arrived.values()
    changed = [day for outcome in outcomes for day in outcome.changed_days]
    asking = [e.for_date for e in entries if not e.fault and is_severe(e, on.settings)]
    flagged = [day_of_flags(e, zone) for e in entries if e.kind is Kind.RED_FLAGS]
    return min([*changed, *asking, *flagged], default=None)


def own_entries(session: Session, viewer: Viewer, after: int, limit: int) -> list[dict[str, Any]]:
    """Return a patient's own entries after a change number, oldest change first, about 500 at once at most."""
    must_be_allowed(viewer, Action.READ_OWN)
    assert isinstance(viewer.person, UUID)
    with transaction(session):
        kept = kept_record_of(session, viewer.clinic_id, viewer.person)
        return entries_page(session, viewer.clinic_id, kept.id, after, min(limit, LONGEST_PAGE)) if kept else []
