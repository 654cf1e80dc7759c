"""The watchdog's look: whether the clock runs and letters leave, asked of the database by a role that sees no more."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.domain.watching import (
    USUAL,
    Beat,
    Finding,
    Limits,
    Several,
    of_breaker,
    of_clock,
    of_jobs,
    of_letters,
)
from rehab_tracker.mail.retries import RETRIES
from rehab_tracker.services.letters import URGENT
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.breaker import breaker
from rehab_tracker.storage.clock import at_work, beats
from rehab_tracker.storage.database import read_only, under_clinic
from rehab_tracker.storage.watching import (
    Waiting,
    ended_letters,
    failed_runs,
    overdue_jobs,
    slugs,
    waiting_letters,
)


def look(
    sessions: sessionmaker[Session], periods: Mapping[str, timedelta], now: datetime, limits: Limits = USUAL
) -> list[Finding]:
    """Return all that is wrong by now, over all clinics; ``sessions`` are those of the watch role.

    ``periods`` are the lines of the timetable, each with how often the clock comes to it.
    """
    with sessions() as session, transaction(read_only(session)):
        kept = {row.name: row for row in beats(session)}
        cut = breaker(session)
        clinics = slugs(session)
    lines = [_beat(name, every, kept.get(name), kept.get(at_work(name))) for name, every in periods.items()]
    found = [*of_clock(lines, now, limits), *of_breaker(cut.opened_at if cut else None)]
    for clinic_id, slug in clinics:
        with under_clinic(sessions(), clinic_id) as session, transaction(read_only(session)):
            found += _of_clinic(session, clinic_id, slug, now, limits)
    return found


def _beat(name: str, every: timedelta, row: object, work: object) -> Beat:
    tried_at, went_well_at = getattr(row, "tried_at", None), getattr(row, "went_well_at", None)
    return Beat(name, every, tried_at, went_well_at, getattr(work, "tried_at", None))


def _of_clinic(session: Session, clinic_id: int, slug: str, now: datetime, limits: Limits) -> Iterator[Finding]:
    overdue = overdue_jobs(session, clinic_id, now, now - limits.overdue, now - limits.held)
    yield from of_jobs(slug, overdue, failed_runs(session, clinic_id, now - limits.past))
    waiting = waiting_letters(session, clinic_id)
    urgent = [each for each in waiting if each.urgency <= URGENT]
    ended = ended_letters(session, clinic_id, now - limits.past)
    yield from of_letters(
        slug,
        _waits("an urgent letter", urgent, now - limits.urgent),
        _waits("a letter", [each for each in waiting if each not in urgent], now - limits.letter),
        Several("a letter", *ended) if ended else None,
    )


def _waits(what: str, waiting: list[Waiting], late_since: datetime) -> Several | None:
    """Return the letters that have waited too long, None where there are none."""
    late = [(since, each.number) for each in waiting if (since := _first_due(each)) <= late_since]
    if not late:
        return None
    first = min(since for since, _ in late)
    return Several(what, sum(number for _, number in late), first, first)


def _first_due(waiting: Waiting) -> datetime:
    """Return when a letter was due at first: each attempt in vain moved it on by its wait."""
    return waiting.due_at - sum(RETRIES[: waiting.failures], timedelta(0))
