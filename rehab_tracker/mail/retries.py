"""When a letter that the mail server did not take is tried again; RFC 5321 (4.5.4.1) asks to go on for 4 to 5 days."""

from datetime import timedelta
from random import Random
from uuid import UUID

SOON = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30))
"""Waits after the first failures: who turns strangers away at first (greylisting) takes them minutes later."""

LATER = (timedelta(hours=1),) * 23 + (timedelta(hours=4),) * 24
"""Waits after those: every hour for the first day, then every four hours up to the fifth."""

RETRIES = SOON + LATER
JITTER = 0.2
"""How far a later wait strays either way, so that what failed together does not come back together (house rule)."""

WRITING_TRIES = 5
"""How often a letter that can't be put into words is tried before it is dead: the fault may be mended meanwhile."""


def wait_after(attempts: int, letter_id: UUID) -> timedelta | None:
    """Return how long to wait after the n-th attempt failed, the same whenever asked; None where it was the last."""
    if attempts > len(RETRIES):
        return None
    wait = RETRIES[attempts - 1]
    return wait if attempts <= len(SOON) else wait * Random(f"{letter_id} {attempts}").uniform(1 - JITTER, 1 + JITTER)
