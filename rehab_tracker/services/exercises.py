"""Exercises: what clinicians order by hand, and the days on which exercises rest; each change is a version."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.errors import InvalidValue, NotFound, OutOfDate, WrongState
from rehab_tracker.domain.hold import Hold
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.person import checked_reason
from rehab_tracker.domain.prescription import Prescription
from rehab_tracker.domain.protocol import exercise_against_limit
from rehab_tracker.services import audit
from rehab_tracker.services.protocol import standing_now
from rehab_tracker.services.reach import lock_records, must_reach_patient
from rehab_tracker.services.standings import plans_reviewed
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.readings import names_of
from rehab_tracker.storage.schedule import (
    HoldRow,
    PrescriptionRow,
    hold_row,
    hold_rows_of,
    is_id_taken,
    prescription_row,
    prescription_rows_of,
    prescriptions,
)

Row = TypeVar("Row", PrescriptionRow, HoldRow)


@dataclass(frozen=True, slots=True)
class Written:
    """What a change needs besides its content: the version that was seen (0 for something new), and why."""

    seen: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """What clinicians ordered by hand: every version of each exercise and of each hold, oldest first, and who wrote."""

    exercise_versions: tuple[tuple[PrescriptionRow, ...], ...]
    hold_versions: tuple[tuple[HoldRow, ...], ...]
    names: Mapping[UUID, str]

    @property
    def exercises(self) -> tuple[PrescriptionRow, ...]:
        """Return the newest version of each exercise."""
        return tuple(versions[-1] for versions in self.exercise_versions)

    @property
    def holds(self) -> tuple[HoldRow, ...]:
        """Return the newest version of each hold, also of those that were taken back."""
        return tuple(versions[-1] for versions in self.hold_versions)


@contextmanager
def _at_work(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Iterator[Patient]:
    """Lock the record that is kept of a patient for one act of a clinician who may reach it."""
    with transaction(session):
        reached = must_reach_patient(session, viewer, patient_id, now)
        patient = lock_records(session, viewer.clinic_id, reached.id).kept
        yield patient
        session.flush()
        plans_reviewed(session, patient, now)


def prescribe(
    session: Session, viewer: Viewer, patient_id: UUID, order: Prescription, written: Written, now: datetime
) -> Prescription:
    """Order an exercise, or the next version of an order, and return it as it is kept; a last day stops it.

    A repeated new order of one id and content is kept once. Raises OutOfDate unless ``written.seen`` is the newest
    version, WrongState for an id that something else has, and InvalidValue where the exercise needs more than a limb's
    limit allows (``against-limit``) or it would change what was asked on a day that is over (``date-passed``).
    """
    must_be_allowed(viewer, Action.ORDER_EXERCISES)
    why = checked_reason(written.reason)
    with _at_work(session, viewer, patient_id, now) as patient:
        rows = prescription_rows_of(session, viewer.clinic_id, patient.id)
        newest = _newest(session, PrescriptionRow, viewer, rows, order.id)
        before = prescriptions([newest])[0] if newest else None
        if before and written.seen == 0 and before == replace(order, version=1):
            return before
        kept = replace(order, version=_next_version(newest, written.seen))
        _check_days(kept, before, local_day(now, time_zone(patient.time_zone)))
        if not _is_less(kept, before):
            _check_limits(session, patient, kept, now)
        session.add(prescription_row(kept, viewer, _record(newest, patient), now, why))
        audit.note(session, viewer, "exercise-ordered", now, patient_id=patient.id, subject=kept.id)
    return kept


def _newest(session: Session, table: type[Row], viewer: Viewer, rows: Sequence[Row], id: UUID) -> Row | None:
    """Return the newest version of this id among a patient's; raise WrongState for one that something else has."""
    own = max((row for row in rows if row.id == id), key=lambda row: row.version, default=None)
    if own is None and is_id_taken(session, table, viewer.clinic_id, id):
        raise WrongState("Something else has this id already. Make a new id.", code="id-taken")
    return own


def _record(newest: PrescriptionRow | HoldRow | None, patient: Patient) -> UUID:
    """Return the record that holds the earlier versions, so that two records can be separated again."""
    return newest.patient_id if newest else patient.id


def _next_version(newest: PrescriptionRow | HoldRow | None, seen: int) -> int:
    version = newest.version if newest else 0
    if version != seen:
        raise OutOfDate(yours=seen, now=version)
    return version + 1


def _check_days(order: Prescription, before: Prescription | None, today: date) -> None:
    """Raise InvalidValue for an order that begins in the past, unless it only moves a last day that is to come."""
    lasts = [order.until_on, *([before.until_on] if before else [])]
    is_only_moved = before is not None and _endless(order) == _endless(before)
    is_to_come = all(last is None or last >= today - timedelta(days=1) for last in lasts)
    if order.from_on >= today or (is_only_moved and is_to_come):
        return
    raise InvalidValue("Begin today or later: what is past was not asked.", code="date-passed", pointer="/from_on")


def _endless(order: Prescription) -> Prescription:
    return replace(order, version=1, until_on=None)


def _is_less(order: Prescription, before: Prescription | None) -> bool:
    """Return whether an order only ends sooner than it did; that is always fine."""
    if before is None or order.until_on is None or _endless(order) != _endless(before):
        return False
    return before.until_on is None or order.until_on <= before.until_on


def _check_limits(session: Session, patient: Patient, order: Prescription, now: datetime) -> None:
    """Raise InvalidValue for an order that the present limits of its limbs do not allow."""
    limits = standing_now(session, patient, now).limits
    for place in order.sites:
        limit = limits[place.limb].limit if place.limb in limits else None
        if exercise_against_limit(order, limit):
            raise InvalidValue(
                "This exercise needs more weight than the leg may take now. Choose another, or change the limit first.",
                code="against-limit",
                pointer="/exercise",
            )


def hold_exercises(
    session: Session, viewer: Viewer, patient_id: UUID, hold: Hold, written: Written, now: datetime
) -> int:
    """Let exercises rest, or change how long they do, and return the version kept; alerts go on as before.

    A repeated new hold of one id and content is kept once. Raises OutOfDate unless ``written.seen`` is the newest
    version, WrongState for an id that something else has, and for a hold that was taken back.
    """
    must_be_allowed(viewer, Action.TEND_PLAN)
    wanted = replace(hold, note=checked_reason(written.reason))
    with _at_work(session, viewer, patient_id, now) as patient:
        rows = hold_rows_of(session, viewer.clinic_id, patient.id)
        newest = _newest(session, HoldRow, viewer, rows, hold.id)
        if newest and written.seen == 0 and (newest.version, newest.content) == (1, wanted):
            return newest.version
        version = _next_version(newest, written.seen)
        if newest and newest.is_lifted:
            raise WrongState(state="lifted")
        session.add(hold_row(wanted, version, viewer, _record(newest, patient), now))
        audit.note(session, viewer, "exercises-held", now, patient_id=patient.id, subject=hold.id)
    return version


def lift_hold(
    session: Session, viewer: Viewer, patient_id: UUID, hold_id: UUID, written: Written, now: datetime
) -> int:
    """Take a hold back as if it had never been, and return the version kept.

    Raises NotFound where there is none, WrongState for one that was taken back already, OutOfDate as above.
    """
    must_be_allowed(viewer, Action.TEND_PLAN)
    why = checked_reason(written.reason)
    with _at_work(session, viewer, patient_id, now) as patient:
        rows = hold_rows_of(session, viewer.clinic_id, patient.id)
        newest = max((row for row in rows if row.id == hold_id), key=lambda row: row.version, default=None)
        if newest is None:
            raise NotFound()
        version = _next_version(newest, written.seen)
        if newest.is_lifted:
            raise WrongState(state="lifted")
        lifted = replace(newest.content, note=why)
        session.add(hold_row(lifted, version, viewer, newest.patient_id, now, is_lifted=True))
        audit.note(session, viewer, "hold-lifted", now, patient_id=patient.id, subject=hold_id)
    return version


def ordered_exercises(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Ordered:
    """Return what clinicians ordered by hand for a patient, and note in the audit that it was read."""
    must_be_allowed(viewer, Action.READ_RECORD)
    with transaction(session):
        patient = must_reach_patient(session, viewer, patient_id, now)
        of_patient = (session, viewer.clinic_id, patient.id)
        orders, rests = prescription_rows_of(*of_patient), hold_rows_of(*of_patient)
        authors = {row.written_by for row in orders} | {row.written_by for row in rests}
        names = names_of(session, viewer.clinic_id, {author for author in authors if author})
        audit.note(session, viewer, "exercises-read", now, patient_id=patient.id)
    return Ordered(_by_id(orders), _by_id(rests), names)


def _by_id(rows: Sequence[Row]) -> tuple[tuple[Row, ...], ...]:
    """Return the versions of each id together, the first one first."""
    found: dict[UUID, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.version):
        found.setdefault(row.id, []).append(row)
    return tuple(tuple(versions) for versions in found.values())
