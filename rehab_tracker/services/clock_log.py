"""What the clock did and will do for a clinic: which jobs ran when, how late and with what result; no patient in it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.due import Job, RunResult
from rehab_tracker.domain.local_time import instant_of
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.clock import Beat, beats, is_at_work, next_due
from rehab_tracker.storage.clock_log import FailedRun, Runs, first_due, last_failures, runs_by_day
from rehab_tracker.storage.database import read_only
from rehab_tracker.storage.pulse import Outbox, not_sent_since, outbox

SHOWN = timedelta(days=7)
MOST_FAILURES = 10
"""How many failures are shown one by one (house rule)."""
MOST_DAYS = 100
"""How many days are told apart: after a long outage what was due earlier stands with the first of them."""


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
    """What ran in the last 7 days, newest day first, what failed last, what is due next, and how letters go.

    ``not_sent`` counts the letters of these days that came back or were given up. ``beats`` are of the whole house.
    """

    runs: tuple[RunsOfDay, ...]
    failures: tuple[FailedRun, ...]
    due: tuple[NextDue, ...]
    outbox: Outbox
    not_sent: int
    beats: tuple[Beat, ...]


def clock_log(session: Session, viewer: Viewer, now: datetime) -> ClockLog:
    """Return what the clock did for the viewer's clinic in the last 7 days, and what it will do next."""
    must_be_allowed(viewer, Action.SEE_PULSE)
    with transaction(read_only(session)):
        zone = time_zone(session.get_one(Clinic, viewer.clinic_id).time_zone)
        due = next_due(session, viewer.clinic_id)
        return ClockLog(
            runs=tuple(_runs(session, viewer.clinic_id, zone, now)),
            failures=tuple(last_failures(session, viewer.clinic_id, now - SHOWN, MOST_FAILURES)),
            due=tuple(NextDue(*each) for each in due),
            outbox=outbox(session, viewer.clinic_id),
            not_sent=not_sent_since(session, viewer.clinic_id, now - SHOWN),
            beats=tuple(beat for beat in beats(session) if not is_at_work(beat.name)),
        )


def _runs(session: Session, clinic_id: int, zone: ZoneInfo, now: datetime) -> list[RunsOfDay]:
    first = first_due(session, clinic_id, now - SHOWN)
    if first is None:
        return []
    days = _days(local_day(first, zone), local_day(now, zone))
    ends = [_begins(day, zone) for day in days[1:]]
    found: dict[tuple[date, Job], list[Runs]] = {}
    for runs in runs_by_day(session, clinic_id, now - SHOWN, ends):
        found.setdefault((days[runs.day], runs.job), []).append(runs)
    told = [_together(day, job, each) for (day, job), each in found.items()]
    return sorted(told, key=lambda each: (-each.day.toordinal(), each.began_at, each.job))


def _days(first: date, last: date) -> list[date]:
    """Return the days from one to another, both included, no more than so many to the last."""
    number = max(0, (last - first).days)
    return [last - timedelta(days=back) for back in range(min(number, MOST_DAYS), -1, -1)]


def _begins(day: date, zone: ZoneInfo) -> datetime:
    """Return when a local day begins; one that a zone leaves out begins and ends with the next."""
    return instant_of(day, time.min, zone) or _begins(day + timedelta(days=1), zone)


def _together(day: date, job: Job, runs: Iterable[Runs]) -> RunsOfDay:
    alike = list(runs)
    return RunsOfDay(
        day=day,
        job=job,
        began_at=min(each.began_at for each in alike),
        results=Counter({each.result: each.number for each in alike}),
        late_seconds=max(each.late_seconds for each in alike),
        done=sum(each.done for each in alike),
    )
