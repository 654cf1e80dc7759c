"""The breaker: one row for the way to the mail server, shared by all who send; nothing of any clinic."""

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rehab_tracker.storage.clock import Breaker

LETTERS = "letters"


def breaker(session: Session) -> Breaker | None:
    """Return the breaker as it is now; None where it never opened."""
    wanted = select(Breaker).where(Breaker.name == LETTERS)
    return session.scalar(wanted.execution_options(populate_existing=True))


def locked_breaker(session: Session) -> Breaker:
    """Return the breaker as it is now, with its row locked until the transaction ends."""
    wanted = select(Breaker).where(Breaker.name == LETTERS).with_for_update()
    if session.scalar(wanted) is None:
        try:
            with session.begin_nested():
                session.execute(insert(Breaker).values(name=LETTERS, failures=0))
        except IntegrityError:
            # Somebody else made it in the meantime.
            pass
    return session.scalars(wanted.execution_options(populate_existing=True)).one()
