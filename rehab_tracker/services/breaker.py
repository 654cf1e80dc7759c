"""The breaker: while the mail server takes no letter at all, none is tried but one now and then."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.breaker import breaker, locked_breaker
from rehab_tracker.storage.clock import Breaker
from rehab_tracker.storage.database import read_only

LOG = structlog.get_logger("rehab_tracker.letters")

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15))
"""Waits before the first, the second, and each further letter that is tried while the way is cut (house rule)."""

PROBE = timedelta(minutes=1)
"""How long whoever tries one letter may take before somebody else tries another (house rule)."""

PROBES = 1

TOGETHER = 50
"""Letters of one clinic that are sent before it is asked anew whose turn it is (house rule)."""


def is_open(session: Session) -> bool:
    """Return whether the way to the mail server is cut, within the caller's transaction."""
    found = breaker(session)
    return found is not None and found.opened_at is not None


def may_send(session: Session, now: datetime) -> int:
    """Return how many letters may be tried now: some, none, or one, as a probe that only this caller makes."""
    with transaction(read_only(session)):
        if not is_open(session):
            return TOGETHER
    with transaction(session):
        found = locked_breaker(session)
        if found.opened_at is None:
            return TOGETHER
        # A clock that was ahead must not keep letters waiting until that time really comes.
        if found.next_try_at is not None and now < found.next_try_at <= now + max(WAITS):
            return 0
        found.next_try_at = now + PROBE
        return PROBES


def cut(session: Session, why: str, was_probe: bool, now: datetime) -> None:
    """Note that the server takes no letters; whoever does so first raises the alarm, a probe makes the wait longer."""
    with transaction(session):
        found = locked_breaker(session)
        is_news = found.opened_at is None
        if is_news or was_probe:
            found.opened_at, found.failures, found.reason = found.opened_at or now, found.failures + 1, why
            found.next_try_at = now + WAITS[min(found.failures, len(WAITS)) - 1]
    if is_news:
        LOG.error("letters-paused")


def restore(session: Session, now: datetime) -> None:
    """Note that the server answers again, so that all letters go on."""
    with transaction(session):
        since = _closed(locked_breaker(session))
    if since is not None:
        LOG.info("letters-resumed", paused_seconds=int((now - since).total_seconds()))


def _closed(found: Breaker) -> datetime | None:
    since = found.opened_at
    found.opened_at = found.next_try_at = found.reason = None
    found.failures = 0
    return since
