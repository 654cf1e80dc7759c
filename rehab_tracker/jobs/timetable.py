"""The timetable: what the clock asks of which service, and how often. What is due, the services know, not the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.mail.post import Post
from rehab_tracker.services import letters


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
    return letters.deliver(means.sessions, means.post, means.sender, means.base_url, means.now, means.stopping)


TIMETABLE = (Tick("letters", 5, deliver_letters),)
