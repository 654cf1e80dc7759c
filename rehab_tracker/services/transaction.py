"""One verb is one transaction: it is committed whole, or nothing of it happened."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session


@contextmanager
def transaction(session: Session) -> Iterator[None]:
    """Commit what was done inside, or undo all of it when anything is raised."""
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
