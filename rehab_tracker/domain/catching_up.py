"""Catching up: what becomes of a job whose time passed while nobody kept the clock.

One table says how late each job may be, and what happens to the days that were missed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rehab_tracker.domain.due import Job, RunResult
from rehab_tracker.domain.local_time import Slot, next_after, next_slot

IN_TIME = timedelta(minutes=5)
"""How late a run may be without being called late (house rule)."""


@dataclass(frozen=True, slots=True)
class CatchUp:
    """How late a run may still be made (None: never too late), and whether one run does for all days that passed."""

    most_late: timedelta | None
    at_once: bool


# A digest of the morning is of use until the afternoon; what it would have said stands in the next one. A reminder in
# the night wakes somebody up. What judges or asks for somebody is never skipped.
CATCHING_UP: dict[Job, CatchUp] = {
    Job.DAY: CatchUp(None, at_once=True),
    Job.DIGEST_MORNING: CatchUp(timedelta(hours=6), at_once=False),
    Job.DIGEST_EVENING: CatchUp(timedelta(hours=6), at_once=False),
    Job.REMINDER: CatchUp(timedelta(hours=2), at_once=False),
    Job.ALERT_DEADLINE: CatchUp(None, at_once=True),
    Job.RETENTION: CatchUp(None, at_once=True),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be done of a daily job by now: the slots that were missed, the one to run, and the one after it."""

    missed: tuple[Slot, ...]
    run: Slot | None
    then: Slot


def result_of(job: Job, late: timedelta) -> RunResult:
    """Return how a run of a job counts that begins so late."""
    most = CATCHING_UP[job].most_late
    if most is not None and late > most:
        return RunResult.MISSED
    return RunResult.LATE if late > IN_TIME else RunResult.DONE


def turn(job: Job, slot: Slot, clock: time, zone: ZoneInfo, now: datetime) -> Turn:
    """Return what is to be done of a daily job that was due at a slot."""
    if CATCHING_UP[job].at_once:
        return Turn((), slot, max(next_slot(now, clock, zone), next_after(slot.for_date, clock, zone)))
    passed = list(_passed(slot, clock, zone, now))
    last = passed[-1]
    run = last if result_of(job, now - last.due_at) is not RunResult.MISSED else None
    return Turn(tuple(passed[:-1] if run else passed), run, next_after(last.for_date, clock, zone))


def _passed(slot: Slot, clock: time, zone: ZoneInfo, now: datetime) -> Iterator[Slot]:
    """Yield a slot and those after it that are due by now."""
    while True:
        yield slot
        slot = next_after(slot.for_date, clock, zone)
        if slot.due_at > now:
            return
