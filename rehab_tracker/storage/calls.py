"""Calls: what patients ask to be called about, and what became of it. Answers only grow."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BindParameter, Index, Row, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String

from rehab_tracker.domain.call_request import LONGEST_NOTE, CallOutcome, CallRequest
from rehab_tracker.domain.entry import Kind
from rehab_tracker.storage.database import Base, OfClinic, columns_of, points_to
from rehab_tracker.storage.entries import CallRequestRow, EntryRow
from rehab_tracker.storage.readings import records_of

ENTRY, REQUEST = columns_of(EntryRow), columns_of(CallRequestRow)


class CallAnswer(OfClinic, Base):
    """What became of one try to call a patient back; ``entry_id`` is the id that the phone gave the request."""

    __tablename__ = "call_answer"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("staff", "answered_by"),
        Index("ix_call_answer_entry_id", "clinic_id", "patient_id", "entry_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    entry_id: Mapped[UUID]
    outcome: Mapped[CallOutcome]
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    answered_by: Mapped[UUID]
    answered_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Call:
    """A request to be called that was not withdrawn, with the tries to answer it, oldest first.

    ``patient_id`` is the record that holds it; ``asked_at`` is when its first version was received.
    """

    patient_id: UUID
    entry_id: UUID
    asked_at: datetime
    request: CallRequest
    answers: tuple[CallAnswer, ...] = ()

    @property
    def is_open(self) -> bool:
        """Return whether the patient still waits to be called."""
        return not any(answer.outcome.is_final for answer in self.answers)


def calls_of(session: Session, clinic_id: int, patients: Collection[UUID]) -> dict[UUID, list[Call]]:
    """Return, by patient, every request to be called that was not withdrawn, oldest first.

    A phone whose clock is impossible asks like any other, but can't take a request back: somebody calls then.
    """
    # Two records of one person that nobody has joined yet may hold a request of one id, each with its own answers.
    answers: dict[tuple[UUID, UUID], list[CallAnswer]] = {}
    for kept, answer in _answers(session, clinic_id, patients):
        answers.setdefault((kept, answer.entry_id), []).append(answer)
    found: dict[UUID, list[Call]] = {}
    for kept, versions in _requests(session, clinic_id, patients):
        last = max(versions, key=_stands)
        if not last.withdrawn and last.about is not None:
            asked = min(row.received_at for row in versions)
            request = CallRequest(last.about, last.best_time, last.note)
            tries = tuple(answers.get((kept, last.client_id), ()))
            call = Call(last.patient_id, last.client_id, asked, request, tries)
            found.setdefault(kept, []).append(call)
    return {kept: sorted(calls, key=lambda call: call.asked_at) for kept, calls in found.items()}


def _stands(row: Row[Any]) -> tuple[bool, int, bool, int]:
    """Return what puts the version last that counts; of two that conflict the one that still asks."""
    return row.fault is None, row.rev, not row.withdrawn, row.variant


def _calls() -> BindParameter[Kind]:
    """Return the kind of these entries, as their index writes it."""
    return bindparam("calls", Kind.CALL_REQUEST, type_=ENTRY.c.kind.type, literal_execute=True)


def _requests(session: Session, clinic_id: int, patients: Collection[UUID]) -> Iterator[tuple[UUID, list[Row[Any]]]]:
    """Yield every request of these patients with all its versions; an index has the few entries that ask for a call."""
    row, record = ENTRY.c, records_of(clinic_id, patients)
    said = (
        (REQUEST.c.clinic_id == row.clinic_id)
        & (REQUEST.c.patient_id == row.patient_id)
        & (REQUEST.c.change_number == row.change_number)
    )
    wanted = (
        select(record.c.kept, ENTRY, REQUEST.c.about, REQUEST.c.best_time, REQUEST.c.note)
        .join_from(record, ENTRY, row.patient_id == record.c.id)
        .outerjoin(REQUEST, said)
        .where(row.clinic_id == clinic_id, row.kind == _calls())
        .order_by(row.received_at, row.change_number)
    )
    versions: dict[tuple[UUID, UUID], list[Row[Any]]] = {}
    for found in session.execute(wanted):
        versions.setdefault((found.kept, found.client_id), []).append(found)
    for (kept, _), rows in versions.items():
        yield kept, rows


def _answers(session: Session, clinic_id: int, patients: Collection[UUID]) -> Iterator[tuple[UUID, CallAnswer]]:
    record = records_of(clinic_id, patients)
    wanted = (
        select(record.c.kept, CallAnswer)
        .join_from(record, CallAnswer, CallAnswer.patient_id == record.c.id)
        .where(CallAnswer.clinic_id == clinic_id)
        .order_by(CallAnswer.answered_at, CallAnswer.id)
    )
    yield from session.execute(wanted)
