"""Admission: a phone that sends too often is told to wait before anything it sent is read or looked up.

Counted in each process by itself, so that it costs nothing; with several workers the true limit is so many times more.
"""

import random
from collections import Counter
from datetime import datetime
from threading import Lock

from rehab_tracker.domain.errors import TooManyAttempts

MOST_A_MINUTE = 60
"""Pushes of one phone; a person makes a few a day, and a phone with a full queue one after the other."""

SHORTEST_WAIT, LONGEST_WAIT = 5, 120


def jittered() -> int:
    """Return seconds to wait, drawn at random, so that phones turned away together don't come back together."""
    return random.randint(SHORTEST_WAIT, LONGEST_WAIT)


class Admission:
    """Counts what comes within each minute of the clock, by a digest of the credential it came with."""

    def __init__(self, most: int = MOST_A_MINUTE) -> None:
        self._most = most
        self._minute = 0
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def admit(self, who: str, now: datetime) -> None:
        """Count one request; raise TooManyAttempts when it is one too many within this minute."""
        minute = int(now.timestamp()) // 60
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            self._counts[who] += 1
            is_too_many = self._counts[who] > self._most
        if is_too_many:
            raise TooManyAttempts(
                "Too much came from this phone in a short time. Wait %(seconds)d seconds, then try again.",
                code="too-many-requests",
                seconds=60 - now.second + jittered(),
            )
