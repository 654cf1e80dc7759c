"""The timetable: what the clock asks of which service, and how often. What is due, the services know, not the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.mail.post import Post
from rehab_tracker.services import clock, delivering, upkeep


@dataclass(frozen=True, slots=True)
class Means:
    """What the services need to do their work; ``sender`` and ``base_url`` stand in every letter.

    ``stopping`` says that the process should end, so that nothing new is begun.
    """

    sessions: sessionmaker[Session]
    post: Post
    sender: str
    base_url: str
    now: Callable[[], datetime]
    stopping: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the timetable: its name in the log, every how many seconds, and the question."""

    name: str
    every_seconds: int
    ask: Callable[[Means], object]


def deliver_letters(means: Means) -> int:
    """Send the letters that are due."""
    return delivering.deliver(means.sessions, means.post, means.sender, means.base_url, means.now, means.stopping)


def do_what_is_due(means: Means) -> int:
    """Let days turn, write digests and reminders, ask for somebody at deadlines, and tidy up."""
    return clock.run_due(means.sessions, means.now, means.stopping)


def keep_up(means: Means) -> int:
    """Enter what should be due and is not."""
    return upkeep.keep_up(means.sessions, means.now)


def tell_others(means: Means) -> int:
    """Tell the next person where an urgent letter does not arrive."""
    return clock.tell_others(means.sessions, means.now, means.stopping)


TIMETABLE = (
    Tick("letters", 5, deliver_letters),
    Tick("due", 10, do_what_is_due),
    Tick("upkeep", 60, keep_up),
    Tick("undelivered", 60, tell_others),
)


def ask_everything(means: Means) -> None:
    """Ask every question now, and that of the letters once more in the end: what was just written leaves, too."""
    for tick in (*TIMETABLE, TIMETABLE[0]):
        tick.ask(means)
