"""What is due and what was done: the clock's table of jobs, their runs, its own beat, and the mail server's breaker."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, bindparam, func, or_, select, text, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from rehab_tracker.domain.due import Job, RunResult
from rehab_tracker.storage.columns import ClockTime, Code, Count
from rehab_tracker.storage.database import Base, OfClinic, belongs_to_clinic
from rehab_tracker.storage.letters import WAITING, Letter, LetterState

NOT_ARRIVED = (*WAITING, LetterState.BOUNCED, LetterState.DEAD)
DUE_INDEX = text("due_at IS NOT NULL")


class DueJob(OfClinic, Base):
    """One thing that falls due: a job and its subject (a zone, a member of staff, a patient, an alert, ``clinic``).

    Where it is due at a local time every day, ``for_date`` is the local day of the next run, and ``tzdata`` the version
    of the time zones by which ``due_at`` was worked out. Without ``due_at`` nothing is due until somebody says so.
    Before ``leased_until`` nobody claims it: somebody works at it, or it failed and waits.
    """

    __tablename__ = "due_job"
    __table_args__ = (
        belongs_to_clinic(),
        Index(None, "clinic_id", "due_at", sqlite_where=DUE_INDEX, postgresql_where=DUE_INDEX),
    )

    job: Mapped[Job] = mapped_column(primary_key=True)
    subject: Mapped[Code] = mapped_column(primary_key=True)
    local_time: Mapped[ClockTime | None]
    time_zone: Mapped[Code | None]
    tzdata: Mapped[Code | None]
    for_date: Mapped[date | None]
    due_at: Mapped[datetime | None]
    lease_id: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]


class JobRun(OfClinic, Base):
    """One run of a job: when it was due, began and ended, how it went, how late it was, and how much it did.

    ``slot`` is the local day for which it ran, else the instant; one run of a slot is all that the key allows.
    """

    __tablename__ = "job_run"
    __table_args__ = (belongs_to_clinic(), Index(None, "clinic_id", "started_at"))

    job: Mapped[Job] = mapped_column(primary_key=True)
    subject: Mapped[Code] = mapped_column(primary_key=True)
    slot: Mapped[Code] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    result: Mapped[RunResult]
    late_seconds: Mapped[Count]
    done: Mapped[Count]


class Beat(Base):
    """When the clock last tried one line of its timetable, and when that last went well; nothing of any clinic."""

    __tablename__ = "beat"

    name: Mapped[Code] = mapped_column(primary_key=True)
    tried_at: Mapped[datetime]
    went_well_at: Mapped[datetime | None]


class Breaker(Base):
    """Whether the way to the mail server is cut: since when, why, how often it failed, and when it is tried again."""

    __tablename__ = "breaker"

    name: Mapped[Code] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    failures: Mapped[Count] = mapped_column(default=0)
    reason: Mapped[str | None]


def _is_due(row: type[DueJob], now: datetime) -> ColumnElement[bool]:
    """Return the condition of a job to do: its time has come, and nobody works at it or waits to try again."""
    return (row.due_at <= now) & or_(row.leased_until.is_(None), row.leased_until <= now)


def clinics_with_due_jobs(session: Session, now: datetime) -> list[int]:
    """Return the clinics that have a job to do, of all clinics; on PostgreSQL only the jobs role sees them."""
    wanted = select(DueJob.clinic_id).where(_is_due(DueJob, now)).distinct().order_by(DueJob.clinic_id)
    return list(session.scalars(wanted.execution_options(across_clinics=True)))


def clinics_with_urgent_letters(session: Session) -> list[int]:
    """Return the clinics with an urgent letter that has not arrived and that nobody has climbed for, of all clinics."""
    row = Letter
    stays = row.state.in_(bindparam("not_arrived", NOT_ARRIVED, expanding=True, literal_execute=True))
    waits = (stays, row.climbed_at.is_(None), row.alert_id.is_not(None))
    wanted = select(row.clinic_id).where(*waits).distinct().order_by(row.clinic_id)
    return list(session.scalars(wanted.execution_options(across_clinics=True)))


def claim(session: Session, clinic_id: int, now: datetime, lease: timedelta, lease_id: UUID) -> DueJob | None:
    """Return the job longest due, leased under ``lease_id`` until now + lease, or None when there is none.

    One statement, so that no two processes get the same job; commit before working.
    """
    row = aliased(DueJob)
    chosen = (
        select(row.job, row.subject)
        .where(row.clinic_id == clinic_id, _is_due(row, now))
        .order_by(row.due_at, row.job, row.subject)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        update(DueJob)
        .where(DueJob.clinic_id == clinic_id, tuple_(DueJob.job, DueJob.subject) == chosen.scalar_subquery())
        .values(lease_id=lease_id, leased_until=now + lease)
        .returning(DueJob)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return session.scalar(claimed)


def _of_lease(clinic_id: int, lease_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return DueJob.clinic_id == clinic_id, DueJob.lease_id == lease_id


def held(session: Session, clinic_id: int, lease_id: UUID) -> tuple[datetime | None] | None:
    """Return, locked, when the job of a lease is due by now, or None when the lease has passed to somebody else."""
    wanted = select(DueJob.due_at).where(*_of_lease(clinic_id, lease_id)).with_for_update()
    found = session.execute(wanted).one_or_none()
    return (found[0],) if found else None


def change_held(session: Session, clinic_id: int, lease_id: UUID, values: Mapping[str, Any]) -> bool:
    """Change the job of a lease and return True, or return False when the lease has passed to somebody else."""
    changed = session.execute(
        update(DueJob)
        .where(*_of_lease(clinic_id, lease_id))
        .values(values)
        .returning(DueJob.subject)
        .execution_options(synchronize_session=False)
    )
    return changed.scalar() is not None


def slots_run(session: Session, clinic_id: int, job: Job, subject: str, slots: Iterable[str]) -> frozenset[str]:
    """Return which of these slots of a job are over already."""
    row = JobRun
    of_job = (row.clinic_id == clinic_id, row.job == job, row.subject == subject)
    return frozenset(session.scalars(select(row.slot).where(*of_job, row.slot.in_(list(slots)))))


def failures_of(session: Session, clinic_id: int, job: Job, subject: str, due_at: datetime) -> int:
    """Return how often a job that was due at an instant has failed."""
    row = JobRun
    of_job = (row.clinic_id == clinic_id, row.job == job, row.subject == subject)
    failed = select(func.count()).where(*of_job, row.due_at == due_at, row.result == RunResult.FAILED)
    return session.scalar(failed) or 0


def daily_jobs(session: Session, clinic_id: int) -> list[DueJob]:
    """Return a clinic's jobs that are due at a local time every day, also those that are not wanted now."""
    row = DueJob
    wanted = select(row).where(row.clinic_id == clinic_id, row.local_time.is_not(None))
    return list(session.scalars(wanted.order_by(row.job, row.subject)))


def enter(session: Session, clinic_id: int, job: Job, subject: str, values: Mapping[str, Any]) -> bool:
    """Enter something that falls due; return False where somebody did so at the same moment."""
    try:
        with session.begin_nested():
            session.add(DueJob(clinic_id=clinic_id, job=job, subject=subject, **values))
    except IntegrityError:
        return False
    return True


def move(
    session: Session, clinic_id: int, job: Job, subject: str, now: datetime, values: Mapping[str, Any]
) -> bool:  # fmt: skip
    """Change a job that is not due yet and that nobody works at; return False where it is, or somebody does."""
    row = DueJob
    free = or_(row.leased_until.is_(None), row.leased_until <= now)
    changed = session.execute(
        update(row)
        .where(row.clinic_id == clinic_id, row.job == job, row.subject == subject, free)
        .where(or_(row.due_at.is_(None), row.due_at > now))
        .values(values)
        .returning(row.subject)
        .execution_options(synchronize_session=False)
    )
    return changed.scalar() is not None


def next_due(session: Session, clinic_id: int) -> list[tuple[Job, datetime, int]]:
    """Return of each kind of job what is due next and of how many anything is due, the earliest first."""
    row = DueJob
    wanted = select(row.job, func.min(row.due_at), func.count()).where(row.clinic_id == clinic_id)
    found = session.execute(wanted.where(row.due_at.is_not(None)).group_by(row.job).order_by(func.min(row.due_at)))
    return [(job, due_at, number) for job, due_at, number in found if due_at]


def keep_beat(session: Session, name: str, now: datetime, went_well: bool) -> None:
    """Write down that a line of the timetable was tried now, and whether that went well."""
    new = {"tried_at": now, **({"went_well_at": now} if went_well else {})}
    change = update(Beat).where(Beat.name == name).values(new).returning(Beat.name)
    if session.scalar(change.execution_options(synchronize_session=False)) is not None:
        return
    try:
        with session.begin_nested():
            session.add(Beat(name=name, tried_at=now, went_well_at=now if went_well else None))
    except IntegrityError:
        session.execute(change.execution_options(synchronize_session=False))


def beats(session: Session) -> list[Beat]:
    """Return when each line of the timetable was last tried and went well, by name."""
    return list(session.scalars(select(Beat).order_by(Beat.name)))


AT_WORK = " at work"
"""How the name of a line's second beat ends: that of work which takes long, and goes on."""


def at_work(name: str) -> str:
    """Return the name of the beat that long work of a line leaves in between; its time alone counts."""
    return name + AT_WORK


def is_at_work(name: str) -> bool:
    """Return whether this is the name of such a beat, which says nothing of how the line itself does."""
    return name.endswith(AT_WORK)
