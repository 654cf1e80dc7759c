"""The check before opening the doors: one line for each thing that must be right."""

import sys
from collections.abc import Callable, Iterator
from uuid import UUID

import click
from sqlalchemy.exc import OperationalError

from rehab_tracker.cli.opened import must_be_at_head, opened_session, return_path, unreachable
from rehab_tracker.config import Settings, read_settings
from rehab_tracker.domain.errors import NotReady, RehabError
from rehab_tracker.domain.snomed import WrongSide, check_sides
from rehab_tracker.mail.answers import Undelivered
from rehab_tracker.mail.language import LANGUAGES, gettext_in
from rehab_tracker.mail.post import Post
from rehab_tracker.services.clinics import in_force, must_be_reachable
from rehab_tracker.storage.clinics import every_clinic
from rehab_tracker.storage.database import open_engine, under_clinic
from rehab_tracker.storage.self_test import self_test
from rehab_tracker.web.assets import must_be_built

Step = Callable[[Settings], str]


@click.command()
def check() -> None:
    """Check settings, database, mail server, assets, catalogues and clinics; exit code 1 when something is wrong."""
    settings = read_settings()
    click.echo("ok     settings: read")
    failed = sum(not _told(name, step, settings) for name, step in STEPS)
    sys.exit(1 if failed else 0)


def _told(name: str, step: Step, settings: Settings) -> bool:
    """Say how one step went and return whether it went well."""
    try:
        click.echo(f"ok     {name}: {step(settings)}")
    except (RehabError, Undelivered, WrongSide, OSError) as fault:
        click.echo(f"WRONG  {name}: {fault}")
        return False
    except OperationalError as fault:
        click.echo(f"WRONG  {name}: {unreachable(fault)}")
        return False
    return True


def _secret_key(settings: Settings) -> str:
    if not settings.secret_keys:
        raise NotReady("Set REHAB_SECRET_KEY, or run: rehab-tracker db upgrade")
    return f"{len(settings.secret_keys)} set"


def _revision(settings: Settings) -> str:
    engine = open_engine(settings.database_url)
    try:
        must_be_at_head(engine)
        return "the newest"
    finally:
        engine.dispose()


def _safety(settings: Settings) -> str:
    engine = open_engine(settings.database_url)
    try:
        self_test(engine)
        return "commits are durable, clinics are apart"
    finally:
        engine.dispose()


def _mail(settings: Settings) -> str:
    from_whom = return_path(settings).of(0, UUID(int=0))
    Post(settings.smtp).greet(from_whom)
    return f"{settings.smtp.host}:{settings.smtp.port} greets, and takes letters from {from_whom}"


def _assets(settings: Settings) -> str:
    return f"built as {must_be_built()}"


def _catalogues(settings: Settings) -> str:
    for language in LANGUAGES:
        gettext_in(language)
    return ", ".join(LANGUAGES)


def _codes(settings: Settings) -> str:
    check_sides()
    return "every SNOMED CT code stands beside its own side"


def _clinics(settings: Settings) -> str:
    return ", ".join(_reachable(settings)) or "none yet (rehab-tracker clinic add)"


def _reachable(settings: Settings) -> Iterator[str]:
    with opened_session(settings.database_url) as session:
        clinics = every_clinic(session)
        for clinic in clinics:
            session.commit()
            under_clinic(session, clinic.id)
            try:
                must_be_reachable(in_force(session, clinic.id))
            except NotReady as refusal:
                raise NotReady("%(slug)s: %(why)s", slug=clinic.slug, why=refusal) from refusal
            yield clinic.slug


STEPS: tuple[tuple[str, Step], ...] = (
    ("secret key", _secret_key),
    ("revision", _revision),
    ("database", _safety),
    ("mail server", _mail),
    ("assets", _assets),
    ("catalogues", _catalogues),
    ("codes", _codes),
    ("clinics' phone and hours", _clinics),
)
