"""What patients sent: every version of every entry, with what it says in one table per kind. It only grows.

The one hot path of the house: written with one insert per table, read back without objects of the ORM.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, func, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String

from rehab_tracker.domain.call_request import LONGEST_NOTE, BestTime, CallAbout, CallRequest
from rehab_tracker.domain.entry import HIGHEST_REV, ClockFault, Content, Entry, Kind
from rehab_tracker.domain.exercise import MOST_DONE, ExerciseReport, NotDone
from rehab_tracker.domain.pain import Cause, Feel, PainReading
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import Area, Limb, Site
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from rehab_tracker.storage.columns import ChangeNumber, Code, Count, Digest, Score, Whole
from rehab_tracker.storage.database import Base, OfClinic, columns_of, points_to
from rehab_tracker.storage.people import of_person

CALLS_INDEX = text("kind = 'call-request'")


class EntryRow(OfClinic, Base):
    """One version of an entry, as received.

    ``client_id`` and ``rev`` are the phone's; ``variant`` is above 0 where the same revision came with other content.
    ``no_other_pain`` is None except for pain that says something; ``heard_by`` is who wrote down what the patient said
    by phone, None for what the patient sent.
    """

    __tablename__ = "entry"
    __table_args__ = (
        points_to("patient", "patient_id"),
        points_to("device", "device_id"),
        points_to("staff", "heard_by"),
        UniqueConstraint("clinic_id", "patient_id", "client_id", "rev", "variant"),
        Index(None, "clinic_id", "patient_id", "for_date"),
        Index("ix_entry_calls", "clinic_id", "patient_id", sqlite_where=CALLS_INDEX, postgresql_where=CALLS_INDEX),
        CheckConstraint("kind = 'pain' OR no_other_pain IS NULL", name="pain_only"),
    )

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    change_number: Mapped[ChangeNumber] = mapped_column(primary_key=True, autoincrement=False)
    client_id: Mapped[UUID]
    rev: Mapped[int] = mapped_column(Whole(1, HIGHEST_REV))
    variant: Mapped[Count]
    kind: Mapped[Kind]
    recorded_at: Mapped[datetime]
    recorded_offset_minutes: Mapped[int] = mapped_column(Whole(-14 * 60, 14 * 60))
    time_zone: Mapped[Code]
    for_date: Mapped[date]
    received_at: Mapped[datetime]
    skew_seconds: Mapped[int]
    clock_suspect: Mapped[bool]
    fault: Mapped[ClockFault | None]
    withdrawn: Mapped[bool]
    no_other_pain: Mapped[bool | None]
    content_sha256: Mapped[Digest]
    device_id: Mapped[UUID | None]
    heard_by: Mapped[UUID | None]


class OfEntry(OfClinic):
    """A table that says more of one version of an entry."""

    patient_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    change_number: Mapped[ChangeNumber] = mapped_column(primary_key=True, autoincrement=False, sort_order=-1)


def _of_entry() -> ForeignKeyConstraint:
    return points_to("entry", "patient_id", "change_number", keys=("patient_id", "change_number"))


class PainScoreRow(OfEntry, Base):
    """One site's score in a pain entry; ``position`` keeps the patient's order."""

    __tablename__ = "pain_score"
    __table_args__ = (
        _of_entry(),
        CheckConstraint("on_loading IS NOT NULL OR at_rest IS NOT NULL", name="one_score"),
    )

    position: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    site: Mapped[Site]
    area: Mapped[Area | None]
    on_loading: Mapped[Score | None]
    at_rest: Mapped[Score | None]
    woke_at_night: Mapped[bool | None]
    next_morning: Mapped[Score | None]
    cause: Mapped[Cause | None]
    feel: Mapped[Feel | None]
    swollen: Mapped[bool | None]


class WeightBearingRow(OfEntry, Base):
    """What an entry says about the weight on one limb."""

    __tablename__ = "weight_bearing_report"
    __table_args__ = (_of_entry(),)

    limb: Mapped[Limb]
    aids: Mapped[Aids]
    over_limit: Mapped[OverLimit]


class ExerciseRow(OfEntry, Base):
    """What an entry says about one exercise."""

    __tablename__ = "exercise_report"
    __table_args__ = (_of_entry(),)

    exercise: Mapped[Code]
    done_sets: Mapped[int | None] = mapped_column(Whole(0, MOST_DONE))
    done_reps: Mapped[int | None] = mapped_column(Whole(0, MOST_DONE))
    done_minutes: Mapped[int | None] = mapped_column(Whole(0, MOST_DONE))
    pain_during: Mapped[Score | None]
    not_done: Mapped[NotDone | None]


class RedFlagRow(OfEntry, Base):
    """One red flag that an entry ticks."""

    __tablename__ = "red_flag_report"
    __table_args__ = (_of_entry(),)

    flag: Mapped[RedFlag] = mapped_column(primary_key=True)


class CallRequestRow(OfEntry, Base):
    """What an entry says about the call that the patient asks for."""

    __tablename__ = "call_request"
    __table_args__ = (_of_entry(),)

    about: Mapped[CallAbout]
    best_time: Mapped[BestTime]
    note: Mapped[str | None] = mapped_column(String(LONGEST_NOTE))


@dataclass(frozen=True, slots=True)
class Kept:
    """One version to keep: the entry, and what only the record needs to know of it."""

    entry: Entry
    change_number: int
    content_sha256: str
    variant: int = 0
    skew_seconds: int = 0
    clock_suspect: bool = False
    device_id: UUID | None = None
    heard_by: UUID | None = None


class KeptVersion(NamedTuple):
    """What is known of a version without reading what it says."""

    rev: int
    content_sha256: str
    kind: Kind
    for_date: date


TABLES = (EntryRow, PainScoreRow, WeightBearingRow, ExerciseRow, RedFlagRow, CallRequestRow)


def keep_entries(session: Session, clinic_id: int, patient_id: UUID, kept: Iterable[Kept]) -> None:
    """Keep these versions, with one insert per table.

    A version that is there already is an IntegrityError, never silence: ask ``versions_of``
    first, under the patient's lock.
    """
    rows: dict[type[Base], list[dict[str, Any]]] = {table: [] for table in TABLES}
    for each in kept:
        key = {"clinic_id": clinic_id, "patient_id": patient_id, "change_number": each.change_number}
        for table, row in (_version(each), *_content(each.entry.content)):
            rows[table].append(key | row)
    for table, new in rows.items():
        if new:
            session.execute(insert(columns_of(table)), new)


AS_IN_ENTRY = ("rev", "kind", "recorded_at", "time_zone", "for_date", "received_at", "fault", "withdrawn")
AS_IN_KEPT = ("variant", "skew_seconds", "clock_suspect", "content_sha256", "device_id", "heard_by")


def _version(kept: Kept) -> tuple[type[Base], dict[str, Any]]:
    entry = kept.entry
    return EntryRow, {
        "client_id": entry.id,
        "recorded_offset_minutes": (entry.recorded_at.utcoffset() or timedelta()) // timedelta(minutes=1),
        "no_other_pain": entry.content.no_other_pain if isinstance(entry.content, PainReading) else None,
        **{name: getattr(entry, name) for name in AS_IN_ENTRY},
        **{name: getattr(kept, name) for name in AS_IN_KEPT},
    }


def _content(content: Content | None) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """Yield what an entry says as rows; their columns are the fields of the domain's values."""
    match content:
        case PainReading():
            for position, score in enumerate(content.scores):
                yield PainScoreRow, {"position": position, **_fields(score)}
        case WeightBearingReport():
            yield WeightBearingRow, _fields(content)
        case ExerciseReport():
            yield ExerciseRow, _fields(content)
        case CallRequest():
            yield CallRequestRow, _fields(content)
        case RedFlagReport():
            for flag in content.flags:
                yield RedFlagRow, {"flag": flag}


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def versions_of(
    session: Session, clinic_id: int, patient_id: UUID, client_ids: Collection[UUID]
) -> dict[UUID, list[KeptVersion]]:
    """Return what is kept of each of these ids of a person, oldest change first; others are not in the answer."""
    row = columns_of(EntryRow).c
    wanted = (
        select(row.client_id, *(row[name] for name in KeptVersion._fields))
        .where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
        .where(row.client_id.in_(client_ids))
        .order_by(row.change_number)
    )
    found: dict[UUID, list[KeptVersion]] = {}
    for client_id, *version in session.execute(wanted):
        found.setdefault(client_id, []).append(KeptVersion(*version))
    return found


def received_since(session: Session, clinic_id: int, patient_id: UUID, since: datetime) -> int:
    """Return how many versions of a patient's entries were received from an instant on."""
    row = columns_of(EntryRow).c
    of_patient = (row.clinic_id == clinic_id, row.patient_id == patient_id, row.received_at >= since)
    return session.scalar(select(func.count()).select_from(columns_of(EntryRow)).where(*of_patient)) or 0
