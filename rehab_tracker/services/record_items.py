"""Record items: what staff write of a patient besides places and plans; each correction is a version, and all stay."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.errors import InvalidValue, NotFound, OutOfDate, WrongState
from rehab_tracker.domain.exclusion import Exclusion
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.person import checked_reason
from rehab_tracker.domain.record_item import RecordItem, check_item
from rehab_tracker.services import audit
from rehab_tracker.services.reach import lock_records, must_reach_patient
from rehab_tracker.services.standings import plans_reviewed
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.readings import names_of
from rehab_tracker.storage.record_items import RecordItemRow, item_of, item_row, item_rows_of, versions_of_item

IN_ERROR = "entered-in-error"


@dataclass(frozen=True, slots=True)
class Written:
    """One version of an item, when it was written and by whom; ``name`` is the author's, empty for the system."""

    item: RecordItem
    at: datetime
    by: UUID | None
    name: str


Versions = tuple[Written, ...]
"""Every version of one item, the first one first; the last one holds."""


def write_item(session: Session, viewer: Viewer, patient_id: UUID, item: RecordItem, now: datetime) -> Versions:
    """Write a new item, whose id the caller made, and return its versions; the same item again changes nothing.

    Raises InvalidValue where it does not fit its kind or the patient (see ``check_item``), WrongState (``id-taken``)
    for another item with this id, NotFound and ReasonNeeded as every way to a record does.
    """
    with _at_work(session, viewer, patient_id, now) as patient:
        there = versions_of_item(session, viewer.clinic_id, item.id)
        own = _versions(session, patient, item.id)
        if there and (not own or own[0].item != item):
            _refuse_id()
        if not there:
            _check(session, patient, item, now)
            _keep(session, viewer, patient, item, "item-written", now)
        return _versions(session, patient, item.id)


def _refuse_id() -> NoReturn:
    raise WrongState("Something else has this id already. Make a new id.", code="id-taken", pointer="/id")


def correct_item(
    session: Session, viewer: Viewer, patient_id: UUID, item: RecordItem, seen_version: int, reason: str, now: datetime
) -> Versions:
    """Write the next version of the item with this id, and return all its versions; its kind stays.

    ``seen_version`` is the one that was corrected; the version of ``item`` itself does not matter. One that was entered
    in error counts again. Raises OutOfDate where another version came first, and what ``write_item`` raises.
    """
    why = checked_reason(reason)
    with _at_work(session, viewer, patient_id, now) as patient:
        last = _present(session, patient, item.id, seen_version)
        if item.kind is not last.kind:
            raise InvalidValue("This content is of another kind.", code="wrong-kind", pointer="/kind")
        corrected = replace(item, version=last.version + 1, in_error=False, reason=why)
        _check(session, patient, corrected, now)
        _keep(session, viewer, patient, corrected, "item-corrected", now, last.patient_id)
        return _versions(session, patient, item.id)


def mark_item_in_error(
    session: Session, viewer: Viewer, patient_id: UUID, item_id: UUID, seen_version: int, reason: str, now: datetime
) -> Versions:
    """Take an item out of everything but its history, and return all its versions.

    Raises OutOfDate where another version came first, WrongState for an item that is out already.
    """
    why = checked_reason(reason)
    with _at_work(session, viewer, patient_id, now) as patient:
        last = _present(session, patient, item_id, seen_version)
        if last.in_error:
            raise WrongState(state=IN_ERROR)
        marked = replace(item_of(last), version=last.version + 1, in_error=True, reason=why)
        _keep(session, viewer, patient, marked, "item-marked-in-error", now, last.patient_id)
        return _versions(session, patient, item_id)


@contextmanager
def _at_work(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Iterator[Patient]:
    """Lock the record that is kept of a patient for one act of a clinician who may reach it.

    What is written may end a wait or begin one, as a new drug does, so the plans are worked out anew.
    """
    must_be_allowed(viewer, Action.WRITE_RECORD)
    with transaction(session):
        reached = must_reach_patient(session, viewer, patient_id, now)
        patient = lock_records(session, viewer.clinic_id, reached.id).kept
        yield patient
        plans_reviewed(session, patient, now)


def _present(session: Session, patient: Patient, item_id: UUID, seen_version: int) -> RecordItemRow:
    """Return the version that holds, which must be the one that was seen."""
    last = max(_rows(session, patient, item_id), key=lambda row: row.version, default=None)
    if last is None:
        raise NotFound()
    if last.version != seen_version:
        raise OutOfDate(seen_version, last.version)
    return last


def _check(session: Session, patient: Patient, item: RecordItem, now: datetime) -> None:
    check_item(item, patient.born, local_day(now, time_zone(patient.time_zone)))
    source = item.content.source_item if isinstance(item.content, Exclusion) else None
    if source and not _rows(session, patient, source):
        raise InvalidValue(
            "There is nothing with this id in this record.", code="unknown-item", pointer="/content/source_item"
        )


def _keep(
    session: Session,
    viewer: Viewer,
    patient: Patient,
    item: RecordItem,
    action: str,
    now: datetime,
    record: UUID | None = None,
) -> None:
    """Keep a version in the record that holds the earlier ones, so that two records can be separated again."""
    session.add(item_row(item, viewer.clinic_id, record or patient.id, viewer.person, now))
    session.flush()
    audit.note(session, viewer, action, now, patient_id=patient.id, subject=item.id, version=item.version)


def items_of(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> list[Versions]:
    """Return everything written of a patient, each item with all its versions, in the order of first writing.

    Raises NotFound and ReasonNeeded as every way to a record does. The reading stands in the audit.
    """
    must_be_allowed(viewer, Action.READ_RECORD)
    with transaction(session):
        patient = must_reach_patient(session, viewer, patient_id, now)
        found = every_version(session, patient)
        audit.note(session, viewer, "record-items-read", now, patient_id=patient.id)
    return found


def every_version(session: Session, patient: Patient) -> list[Versions]:
    """Return the same for the caller's transaction, which has let the viewer in and notes the reading."""
    grouped: dict[UUID, list[Written]] = {}
    for written in _written(session, patient, item_rows_of(session, patient.clinic_id, patient.id)):
        grouped.setdefault(written.item.id, []).append(written)
    return [tuple(sorted(versions, key=lambda written: written.item.version)) for versions in grouped.values()]


def _versions(session: Session, patient: Patient, item_id: UUID) -> Versions:
    """Return the versions of one item of this patient; none where it is not this patient's."""
    found = _written(session, patient, _rows(session, patient, item_id))
    return tuple(sorted(found, key=lambda written: written.item.version))


def _rows(session: Session, patient: Patient, item_id: UUID) -> list[RecordItemRow]:
    return [row for row in item_rows_of(session, patient.clinic_id, patient.id) if row.id == item_id]


def _written(session: Session, patient: Patient, rows: Sequence[RecordItemRow]) -> Iterable[Written]:
    names = names_of(session, patient.clinic_id, {row.written_by for row in rows if row.written_by})
    return [
        Written(item_of(row), row.written_at, row.written_by, names.get(row.written_by, "") if row.written_by else "")
        for row in rows
    ]
