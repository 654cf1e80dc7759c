"""A clinic's rules: which numbers they go by and which run silently, changed by its admin or tried on its past."""

from collections.abc import Iterator
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from rehab_tracker.cli.backtest import changes_of, show
from rehab_tracker.cli.opened import opened_clinic
from rehab_tracker.cli.tried import as_text
from rehab_tracker.domain.access import system
from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.person import checked_reason
from rehab_tracker.domain.shadow import shadow_of
from rehab_tracker.services.backtest import Trial, backtest
from rehab_tracker.services.clinics import InForce, author_of, change_settings, in_force
from rehab_tracker.storage.clinics import Clinic


@click.command()
@click.option("--clinic", "slug", required=True, help="The clinic's short name.")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="A number that changes; may be repeated.")
@click.option("--shadow", multiple=True, metavar="CODE", help="A rule that runs silently; name all of them.")
@click.option("--no-shadow", is_flag=True, help="No rule runs silently.")
@click.option("--reason", help="Why, in a few words; kept with the version.")
@click.option("--by", metavar="EMAIL", help="The clinic's admin who decided it.")
@click.option("--try", "days", nargs=2, metavar="FROM TO", help="Change nothing; count what it would have raised.")
def rules(
    slug: str,
    changes: tuple[str, ...],
    shadow: tuple[str, ...],
    no_shadow: bool,
    reason: str | None,
    by: str | None,
    days: tuple[str, str] | None,
) -> None:
    """Print the settings of a clinic's rules that are in force, after changing what is given.

    A change makes a new version with who decided it and why; the versions before stay. A rule that runs silently raises
    nothing from the next entry on and counts for no other rule; alerts that stand already stay as they are.
    """
    numbers, silent = changes_of(changes), _silent(shadow, no_shadow)
    between = (local_date(days[0], "--try"), local_date(days[1], "--try")) if days else None
    with opened_clinic(slug) as (session, clinic):
        if between:
            lines = _tried(session, clinic, Trial(None, *between, numbers, silent))
        elif numbers or silent is not None:
            lines = _told(_changed(session, clinic, numbers, silent, reason, by))
        else:
            lines = _told(in_force(session, clinic.id))
        for line in lines:
            click.echo(line)


def _silent(shadow: tuple[str, ...], no_shadow: bool) -> frozenset[Rule] | None:
    if shadow and no_shadow:
        raise InvalidValue("Give --shadow or --no-shadow, not both.", code="both-given")
    return shadow_of(shadow) if shadow or no_shadow else None


def _tried(session: Session, clinic: Clinic, trial: Trial) -> Iterator[str]:
    return as_text(backtest(session, system(clinic.id), trial, datetime.now(UTC), show))


def _changed(
    session: Session,
    clinic: Clinic,
    numbers: dict[str, int],
    silent: frozenset[Rule] | None,
    reason: str | None,
    by: str | None,
) -> InForce:
    if not reason or not by:
        raise InvalidValue("Say who decided this with --by, and why with --reason.", code="missing-key")
    values = {"rules": numbers} if numbers else {}
    shadow = {} if silent is None else {"shadow": sorted(silent)}
    viewer = author_of(session, clinic.id, by)
    return change_settings(session, viewer, {**values, **shadow}, checked_reason(reason), datetime.now(UTC))


def _told(settings: InForce) -> Iterator[str]:
    """Yield which version is in force, what differs in it from what we ship, and which rules run silently."""
    yield f"settings version {settings.version}" if settings.version else "the shipped settings"
    own = {name: value for name, value in settings.rules.numbers.items() if value != getattr(DEFAULT_RULES, name)}
    for name, value in own.items():
        yield f"{name}: {value} (shipped: {getattr(DEFAULT_RULES, name)})"
    if not own:
        yield "Every number is as shipped."
    if settings.rules.shadow:
        yield f"silent: {', '.join(sorted(settings.rules.shadow))}"
        yield "Alerts of these that stand already stay as they are."
    else:
        yield "No rule runs silently."
