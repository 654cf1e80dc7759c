"""What commands open: the settings, and a session that works for one clinic."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from rehab_tracker.config import Settings, read_settings
from rehab_tracker.domain.errors import NotReady
from rehab_tracker.mail.return_path import ReturnPath
from rehab_tracker.services.clinics import named
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.database import open_engine, sessions
from rehab_tracker.storage.revisions import current, head
from rehab_tracker.storage.row_security import Roles


def roles(settings: Settings) -> Roles:
    """Return the names of the database's roles, as the addresses of the settings name them; SQLite has none."""
    if settings.embedded:
        return Roles()
    urls = (settings.database_url, settings.database_jobs_url, settings.database_watch_url)
    return Roles(*(make_url(url).username or "" for url in urls))


@contextmanager
def owner_engine(settings: Settings) -> Iterator[Engine]:
    """Give an engine of the database's owner, closed in the end."""
    engine = open_engine(settings.database_owner_url, owner=True)
    try:
        yield engine
    finally:
        engine.dispose()


def return_path(settings: Settings) -> ReturnPath:
    """Return where undelivered letters come back to."""
    return ReturnPath(settings.mail_bounces or settings.mail_from, settings.secret_keys)


def unreachable(fault: OperationalError) -> NotReady:
    """Return the refusal that a database which can't be opened is, in one line."""
    why = str(fault.orig).strip().splitlines()[0]
    return NotReady(
        "The database can't be opened (%(why)s). Set REHAB_DATABASE_URL, or run: rehab-tracker db upgrade", why=why
    )


def must_be_at_head(engine: Engine) -> None:
    """Raise NotReady unless the database is at the revision that this code expects."""
    try:
        found = current(engine)
    except OperationalError as fault:
        raise unreachable(fault) from fault
    if found != head():
        raise NotReady(
            "The database is at revision %(found)s and this program needs %(head)s. Run: rehab-tracker db upgrade",
            found=found or "none",
            head=head(),
        )


@contextmanager
def opened_session(url: str, owner: bool = False) -> Iterator[Session]:
    """Give a session on this database, which must be at the newest revision."""
    engine = open_engine(url, owner=owner)
    try:
        must_be_at_head(engine)
        with sessions(engine)() as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def opened_clinic(slug: str) -> Iterator[tuple[Session, Clinic]]:
    """Give a session that works for the clinic of this short name; raise NotFound when there is none."""
    with opened_session(read_settings().database_url) as session:
        yield session, named(session, slug)
