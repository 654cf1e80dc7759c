"""Watching the watchers: from what the database shows, what is wrong with the clock and the letters, and what is news.

Nothing here is about a patient, and of a clinic only its short name is said.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Wrong(StrEnum):
    """What can be wrong; codes are a contract and only ever grow."""

    DATABASE_UNREACHABLE = "database-unreachable"
    OTHER_REVISION = "other-revision"
    CLOCK_DEAD = "clock-dead"
    CLOCK_FAILING = "clock-failing"
    CLOCK_AHEAD = "clock-ahead"
    CLOCK_JUMPED = "clock-jumped"
    JOB_OVERDUE = "job-overdue"
    JOB_FAILED = "job-failed"
    LETTERS_WAIT = "letters-wait"
    LETTERS_PAUSED = "letters-paused"
    LETTERS_ENDED = "letters-ended"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each thing may last before somebody is told (house rules, so that all are told within 15 minutes).

    ``grace`` comes on top of twice a line's period. ``failing``: no attempt went well. ``ahead``: by how much a time
    may lie in the future, or the machine's clock may differ from the one that only counts. ``overdue`` is for a job
    that nobody holds, ``held`` for one that somebody does. ``past``: how long what is over counts.
    """

    grace: timedelta = timedelta(minutes=8)
    failing: timedelta = timedelta(minutes=10)
    ahead: timedelta = timedelta(minutes=2)
    overdue: timedelta = timedelta(minutes=10)
    held: timedelta = timedelta(hours=1)
    urgent: timedelta = timedelta(minutes=5)
    letter: timedelta = timedelta(minutes=15)
    past: timedelta = timedelta(days=1)
    again: timedelta = timedelta(hours=1)


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, in one plain sentence; ``about`` is a clinic's short name, a job, or both.

    What ``lasts`` is told again and again; what is over, once: ``newest`` is when it happened last.
    """

    code: Wrong
    about: str
    sentence: str
    since: datetime | None
    newest: datetime | None = None

    @property
    def lasts(self) -> bool:
        """Return whether it still is so."""
        return self.newest is None

    @property
    def key(self) -> str:
        """Return the name under which it is remembered; what happens once more is something new."""
        return " ".join(filter(None, (self.code, self.about, self.newest.isoformat() if self.newest else "")))


class Beat(NamedTuple):
    """A line of the timetable: how often it should be tried, and when a try last ended and went well (None: never).

    ``worked_at`` is when work that takes long last said that it goes on; whether it goes well, only its end says.
    """

    name: str
    every: timedelta
    tried_at: datetime | None
    went_well_at: datetime | None
    worked_at: datetime | None = None

    def at_work(self, until: datetime) -> datetime | None:
        """Return when work that has not ended said so last; None where none is under way.

        What was said later than ``until`` was said by a clock that was ahead, of work that is over.
        """
        said = self.worked_at
        is_over = said is None or said > until or (self.tried_at is not None and said <= self.tried_at)
        return None if is_over else said


class Several(NamedTuple):
    """So many of one kind: what they are, how many, since when the first of them, and when the last."""

    what: str
    number: int
    first: datetime
    last: datetime


def of_clock(beats: Iterable[Beat], now: datetime, limits: Limits = USUAL) -> Iterator[Finding]:
    """Yield what is wrong with the clock: a line that nobody tries, or that fails, or a beat of the future."""
    for beat in beats:
        name, tried = beat.name, beat.tried_at
        at_work = beat.at_work(now + limits.ahead)
        seen = at_work or tried
        if seen is None:
            yield Finding(Wrong.CLOCK_DEAD, name, f"The clock has never come to “{name}”. Is `jobs` running?", None)
        elif seen - now > limits.ahead:
            told = f"The clock came to “{name}” at {_at(seen)}, which is yet to come: a clock was set wrong."
            yield Finding(Wrong.CLOCK_AHEAD, name, told, seen)
        elif now - seen > 2 * beat.every + limits.grace:
            stands = "hangs in" if at_work else "has not come to"
            told = f"The clock {stands} “{name}” since {_at(seen)}. Is `jobs` running?"
            yield Finding(Wrong.CLOCK_DEAD, name, told, seen)
        elif tried and (beat.went_well_at is None or tried - beat.went_well_at > limits.failing):
            since = f"since {_at(beat.went_well_at)}" if beat.went_well_at else "so far"
            told = f"The clock comes to “{name}”, but it has not gone well {since}."
            yield Finding(Wrong.CLOCK_FAILING, name, told, beat.went_well_at)


def of_jobs(slug: str, overdue: Iterable[Several], failed: Iterable[Several]) -> Iterator[Finding]:
    """Yield what is wrong with a clinic's jobs: those that nobody did in time, and those that failed."""
    for job in overdue:
        told = f"Clinic {slug}: “{job.what}” has been due since {_at(job.first)}{_of_several(job.number)}."
        yield Finding(Wrong.JOB_OVERDUE, f"{slug}/{job.what}", told, job.first)
    for job in failed:
        told = f"Clinic {slug}: “{job.what}” failed at {_at(job.last)}{_of_several(job.number)}."
        yield Finding(Wrong.JOB_FAILED, f"{slug}/{job.what}", told, job.first, job.last)


def of_letters(slug: str, urgent: Several | None, waiting: Several | None, ended: Several | None) -> Iterator[Finding]:
    """Yield what is wrong with a clinic's letters: those that wait too long, and those that will not arrive."""
    for some in filter(None, (urgent, waiting)):
        told = f"Clinic {slug}: {some.what} has waited to be sent since {_at(some.first)}{_of_several(some.number)}."
        yield Finding(Wrong.LETTERS_WAIT, f"{slug}/{some.what.rpartition(' ')[0]}", told, some.first)
    if ended:
        told = f"Clinic {slug}: {ended.what} will not arrive since {_at(ended.last)}{_of_several(ended.number)}."
        yield Finding(Wrong.LETTERS_ENDED, slug, told, ended.first, ended.last)


def of_breaker(opened_at: datetime | None) -> Iterator[Finding]:
    """Yield that the mail server takes no letters, where that is so."""
    if opened_at:
        told = f"The mail server has taken no letters since {_at(opened_at)}; all of them wait."
        yield Finding(Wrong.LETTERS_PAUSED, "", told, opened_at)


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _of_several(number: int) -> str:
    return "" if number == 1 else f" ({number} in all)"


class Reading(NamedTuple):
    """What the machine's clock showed, beside the one that only counts seconds since the machine ``booted``."""

    at: datetime
    booted: str
    seconds: float


def of_reading(before: Reading | None, now: Reading, limits: Limits = USUAL) -> Iterator[Finding]:
    """Yield that the machine's clock jumped since the look before; after a new start nobody can tell."""
    if before is None or before.booted != now.booted:
        return
    jump = now.at - before.at - timedelta(seconds=now.seconds - before.seconds)
    if abs(jump) > limits.ahead:
        told = f"This machine's clock jumped by {jump.total_seconds():+.0f} seconds before {_at(now.at)}."
        yield Finding(Wrong.CLOCK_JUMPED, "", told, before.at, now.at)


class Told(NamedTuple):
    """When something was last told, and whether it was something that lasts."""

    at: datetime
    lasts: bool


class News(NamedTuple):
    """What is to be told now: trouble, or that all is well again; and what is known once it was told."""

    trouble: bool
    well_again: bool
    told: dict[str, Told]


def news(found: Iterable[Finding], told: Mapping[str, Told], now: datetime, limits: Limits = USUAL) -> News:
    """Return what of these findings is news: new trouble at once, the same again every hour, its end once."""
    all_found = list(found)
    trouble = any(_is_news(finding, told.get(finding.key), now, limits) for finding in all_found)
    well_again = any(each.lasts for each in told.values()) and not any(each.lasts for each in all_found)
    known = {each.key: Told(now, each.lasts) if trouble else told[each.key] for each in all_found}
    return News(trouble, well_again, known)


def _is_news(finding: Finding, before: Told | None, now: datetime, limits: Limits) -> bool:
    # A clock that was set back must not keep us silent.
    return before is None or (finding.lasts and not timedelta(0) <= now - before.at < limits.again)
