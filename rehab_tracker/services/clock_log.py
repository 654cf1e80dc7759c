"""What the clock did and will do for a clinic: which jobs ran when, how late and with what result; no patient in it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.due import Job, RunResult
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.clock import Beat, JobRun, beats, next_due, runs_since
from rehab_tracker.storage.database import read_only
from rehab_tracker.storage.pulse import Outbox, not_sent_since, outbox

SHOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RunsOfDay:
    """All runs of one job that were due on one day of the clinic's: how many ended how, and how much they did.

    ``began_at`` is when the first of them began; ``late_seconds`` is how late the latest was.
    """

    day: date
    job: Job
    began_at: datetime
    results: Counter[RunResult]
    late_seconds: int
    done: int


@dataclass(frozen=True, slots=True)
class NextDue:
    """What is due next of one job, and of how many anything is due."""

    job: Job
    due_at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class ClockLog:
    """What ran in the last 7 days, newest day first, what is due next, and how letters go.

    ``not_sent`` counts the letters of these days that came back or were given up. ``beats`` are of the whole house.
    """

    runs: tuple[RunsOfDay, ...]
    due: tuple[NextDue, ...]
    outbox: Outbox
    not_sent: int
    beats: tuple[Beat, ...]


def clock_log(session: Session, viewer: Viewer, now: datetime) -> ClockLog:
    """Return what the clock did for the viewer's clinic in the last 7 days, and what it will do next."""
    must_be_allowed(viewer, Action.SEE_PULSE)
    with transaction(read_only(session)):
        zone = time_zone(session.get_one(Clinic, viewer.clinic_id).time_zone)
        runs = runs_since(session, viewer.clinic_id, now - SHOWN)
        due = next_due(session, viewer.clinic_id)
        return ClockLog(
            runs=tuple(_by_day(runs, zone)),
            due=tuple(NextDue(*each) for each in due),
            outbox=outbox(session, viewer.clinic_id),
            not_sent=not_sent_since(session, viewer.clinic_id, now - SHOWN),
            beats=tuple(beats(session)),
        )


def _by_day(runs: Iterable[JobRun], zone: ZoneInfo) -> list[RunsOfDay]:
    found: dict[tuple[date, Job], list[JobRun]] = {}
    for run in runs:
        found.setdefault((local_day(run.due_at, zone), run.job), []).append(run)
    told = [_together(day, job, each) for (day, job), each in found.items()]
    return sorted(told, key=lambda each: (-each.day.toordinal(), each.began_at, each.job))


def _together(day: date, job: Job, runs: list[JobRun]) -> RunsOfDay:
    return RunsOfDay(
        day=day,
        job=job,
        began_at=min(run.started_at for run in runs),
        results=Counter(run.result for run in runs),
        late_seconds=max(run.late_seconds for run in runs),
        done=sum(run.done for run in runs),
    )
