"""The clock: what is due is claimed, done and written down, each time exactly once, however many processes ask.

Whoever claims a job holds it by a lease. The work, the row that tells of the run and the next time it is due are
committed together, and only by whoever still holds the lease. A day that turns is many small pieces of work, each of
which may be done again; its run is written down in the end.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.domain.access import system
from rehab_tracker.domain.catching_up import Turn, result_of, turn
from rehab_tracker.domain.due import Job, RunResult
from rehab_tracker.domain.local_time import Slot, wall_time
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.services import audit, day, digests, escalating, faults, recounting, reminders, retention
from rehab_tracker.services.held_job import LEASE, Held, LeaseLostError, Now, StoppedError, Stopping
from rehab_tracker.services.time_zones import tzdata_version
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alert_due import WHOLE_CLINIC
from rehab_tracker.storage.clock import (
    JobRun,
    at_work,
    change_held,
    claim,
    clinics_with_due_jobs,
    clinics_with_urgent_letters,
    failures_of,
    held,
    keep_beat,
    slots_run,
)
from rehab_tracker.storage.database import under_clinic

RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
"""Waits after the first, second, … failure in a row; the last one from then on (house rule)."""

LOG = structlog.get_logger("rehab_tracker.clock")

Work = Callable[[Session, Held, Slot, datetime], int]


def _turn_day(session: Session, on: Held, slot: Slot, now: datetime) -> int:
    """Let a day turn; it works in transactions of its own, one for each patient."""
    patients = day.turn(on.session, on.viewer, on.row.subject, slot.for_date, now, on.go_on)
    audit.note(session, on.viewer, "day-turned", now, patients=patients)
    return patients


def _write_digest(session: Session, on: Held, slot: Slot, now: datetime) -> int:
    late = result_of(on.row.job, now - slot.due_at) is RunResult.LATE
    return digests.write_digest(session, on.viewer, UUID(on.row.subject), on.row.job, slot.for_date, now, late=late)


def _remind(session: Session, on: Held, slot: Slot, now: datetime) -> int:
    return reminders.remind(session, on.viewer, UUID(on.row.subject), slot.for_date, now)


def _ask_for_somebody(session: Session, on: Held, slot: Slot, now: datetime) -> int:
    """Ask about one alert; where the hours were changed, count those of the whole clinic, patient by patient."""
    if on.row.subject == WHOLE_CLINIC:
        return recounting.recount(on.session, on.viewer, now, on.go_on)
    escalating.alert_due(session, on.viewer, UUID(on.row.subject), now)
    return 1


def _tidy(session: Session, on: Held, slot: Slot, now: datetime) -> int:
    return retention.tidy(session, on.viewer, now)


WORK: dict[Job, Work] = {
    Job.DAY: _turn_day,
    Job.DIGEST_MORNING: _write_digest,
    Job.DIGEST_EVENING: _write_digest,
    Job.REMINDER: _remind,
    Job.ALERT_DEADLINE: _ask_for_somebody,
    Job.RETENTION: _tidy,
}
"""What each job does, within the caller's transaction; it returns how much that was."""


def run_due(sessions: sessionmaker[Session], now: Now, stopping: Stopping = lambda: False) -> int:
    """Do every job that is due, clinic by clinic, and return how many were claimed.

    ``sessions`` are those of the jobs role. What fails is written down, waits, and holds up no other.
    """
    with sessions() as session, transaction(session):
        clinics = clinics_with_due_jobs(session, now())
    return sum(_run_clinic(sessions, clinic_id, now, stopping) for clinic_id in clinics)


def _run_clinic(sessions: sessionmaker[Session], clinic_id: int, now: Now, stopping: Stopping) -> int:
    claimed = 0
    while not stopping():
        with under_clinic(sessions(), clinic_id) as session:
            began = now()
            with transaction(session):
                row = claim(session, clinic_id, began, LEASE, lease_id := uuid4())
            if row is None:
                break
            session.expunge(row)
            _run(session, Held(sessions, system(clinic_id), row, lease_id, now, stopping, began))
            claimed += 1
    return claimed


def _run(session: Session, on: Held) -> None:
    """Do a job that was claimed; whatever goes wrong undoes all of it."""
    began = on.now()
    try:
        with transaction(session):
            _do(session, on, began)
    except LeaseLostError:
        LOG.warning("lease-lost", job=str(on.row.job), clinic=on.viewer.clinic_id)
    except StoppedError:
        with transaction(session):
            _let_go(session, on)
    except Exception as fault:
        LOG.error("job-failed", job=str(on.row.job), clinic=on.viewer.clinic_id, **faults.told(fault))
        _wait_after_failure(session, on, began)


def _do(session: Session, on: Held, began: datetime) -> None:
    if on.row.local_time is None:
        done = WORK[on.row.job](session, on, Slot(began.date(), on.due_at), began)
        due_at = _still_held(session, on)
        due_at = None if due_at == on.due_at else due_at
        # Whatever asks to be called at once is called in a minute: it must not keep the clock from all else.
        soon = began + RETRIES[0] if due_at and due_at <= began else None
        _note_run(session, on, Slot(began.date(), on.due_at), began, result_of(on.row.job, began - on.due_at), done)
        _let_go(session, on, due_at=due_at, leased_until=soon)
        return
    _do_daily(session, on, began)


def _do_daily(session: Session, on: Held, began: datetime) -> None:
    row, at = on.row, wall_time(on.row.local_time)
    assert row.for_date is not None
    zone = time_zone(row.time_zone)
    found = turn(row.job, Slot(row.for_date, on.due_at), at, zone, began)
    over = _over(session, on, found)
    # The session holds no transaction now: a day that turns writes by others, and SQLite has one writer.
    done = WORK[row.job](session, on, found.run, began) if found.run and found.run not in over else 0
    _still_held(session, on)
    for missed in found.missed:
        if missed not in over:
            _note_run(session, on, missed, began, RunResult.MISSED, 0)
    if found.run and found.run not in over:
        _note_run(session, on, found.run, began, result_of(row.job, began - found.run.due_at), done)
    _let_go(session, on, for_date=found.then.for_date, due_at=found.then.due_at, tzdata=tzdata_version())


def _over(session: Session, on: Held, found: Turn) -> set[Slot]:
    """Return the slots that are over already, as when a zone or the clock was changed; ends its transaction."""
    names = {_name(missed, RunResult.MISSED): missed for missed in found.missed}
    if found.run:
        names[_name(found.run, RunResult.DONE)] = found.run
    with transaction(session):
        over = slots_run(session, on.viewer.clinic_id, on.row.job, on.row.subject, names)
    return {names[name] for name in over}


def _name(slot: Slot, result: RunResult) -> str:
    """Return under what a run of a local day is written down: the day, so that there is one.

    A day that was missed stands under its instant: where the clock was wrong, the day may still come.
    """
    return slot.due_at.isoformat() if result is RunResult.MISSED else slot.for_date.isoformat()


def _still_held(session: Session, on: Held) -> datetime | None:
    """Return when the job is due by now, with its row locked; raise LeaseLostError where it is not ours any more."""
    session.flush()
    found = held(session, on.viewer.clinic_id, on.lease_id)
    if found is None:
        raise LeaseLostError
    return found[0]


def _let_go(session: Session, on: Held, **values: object) -> None:
    change_held(session, on.viewer.clinic_id, on.lease_id, {"lease_id": None, "leased_until": None, **values})


def _note_run(session: Session, on: Held, slot: Slot, began: datetime, result: RunResult, done: int) -> None:
    """Write down a run: under its local day where it has one, else, as each failure, under its instant and lease."""
    is_of_day = on.row.local_time is not None and result is not RunResult.FAILED
    session.add(
        JobRun(
            clinic_id=on.viewer.clinic_id,
            job=on.row.job,
            subject=on.row.subject,
            slot=_name(slot, result) if is_of_day else f"{began:%Y-%m-%dT%H:%M:%S} {on.lease_id.hex}",
            due_at=slot.due_at,
            started_at=began,
            ended_at=max(began, on.now()),
            result=result,
            late_seconds=max(0, int((began - slot.due_at).total_seconds())),
            done=done,
        )
    )


def _wait_after_failure(session: Session, on: Held, began: datetime) -> None:
    row, clinic_id = on.row, on.viewer.clinic_id
    with transaction(session):
        before = failures_of(session, clinic_id, row.job, row.subject, on.due_at)
        wait = RETRIES[min(before, len(RETRIES) - 1)]
        if change_held(session, clinic_id, on.lease_id, {"lease_id": None, "leased_until": began + wait}):
            _note_run(session, on, Slot(row.for_date or began.date(), on.due_at), began, RunResult.FAILED, 0)


def tell_others(sessions: sessionmaker[Session], now: Now, stopping: Stopping = lambda: False) -> int:
    """Let urgent alerts climb whose letters do not arrive, clinic by clinic, and return how many did.

    A clinic for which it fails is logged, and holds up no other.
    """
    with sessions() as session, transaction(session):
        clinics = clinics_with_urgent_letters(session)
    climbed = 0
    for clinic_id in clinics:
        if stopping():
            break
        try:
            with under_clinic(sessions(), clinic_id) as session:
                climbed += escalating.climb_undelivered(session, system(clinic_id), now())
        except Exception as fault:
            LOG.error("climb-failed", clinic=clinic_id, **faults.told(fault))
    return climbed


def beat(sessions: sessionmaker[Session], name: str, now: datetime, went_well: bool) -> None:
    """Write down that a line of the timetable was tried, and whether that went well; nothing of any clinic."""
    with sessions() as session, transaction(session):
        keep_beat(session, name, now, went_well)


def beat_at_work(sessions: sessionmaker[Session], name: str, now: datetime) -> None:
    """Write down that long work of a line of the timetable goes on; whether it goes well, its end will say."""
    with sessions() as session, transaction(session):
        keep_beat(session, at_work(name), now, went_well=False)
