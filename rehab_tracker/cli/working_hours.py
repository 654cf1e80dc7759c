"""A clinic's calendar: on which days it works and when, and its holidays, printed or changed."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from rehab_tracker.cli.opened import opened_clinic
from rehab_tracker.domain.access import system
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.working_hours import WorkingHours
from rehab_tracker.services.clinics import author_of, calendar_of, change_settings, in_force
from rehab_tracker.storage.clinics import Clinic

NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAYS = re.compile(r"([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))?")
FROM_HERE = "set at the command line"
"""Why a calendar changed where nobody says."""


@click.command()
@click.argument("slug")
@click.option("--hours", multiple=True, metavar="'Mon-Fri 08:00-18:00'",
              help="Days and when work is done; days that are not named are free. May be repeated.")  # fmt: skip
@click.option("--holiday", "added", multiple=True, metavar="DAY", help="One more holiday, like 2026-12-25.")
@click.option("--no-holiday", "dropped", multiple=True, metavar="DAY", help="A day that is no holiday any more.")
@click.option("--reason", default=FROM_HERE, show_default=True, help="Why; kept with the version.")
@click.option("--by", metavar="EMAIL", help="The clinic's admin who decided it, if there is one yet.")
def calendar(
    slug: str, hours: tuple[str, ...], added: tuple[str, ...], dropped: tuple[str, ...], reason: str, by: str | None
) -> None:
    """Print when a clinic works, after changing what is given; SLUG is its short name.

    Deadlines of alerts are counted in these hours. New hours take the place of the whole week; holidays are added to
    those that are there. A change makes a new version, and every open deadline is counted anew.
    """
    week = week_of(hours)
    with opened_clinic(slug) as (session, clinic):
        if week or added or dropped:
            viewer = author_of(session, clinic.id, by) if by else system(clinic.id)
            told = _holidays(calendar_of(session, clinic.id), added, dropped) if added or dropped else {}
            change = {"calendar": {**({"week": week} if week else {}), **told}}
            change_settings(session, viewer, change, reason, datetime.now(UTC))
        for line in _told(session, clinic, datetime.now(UTC)):
            click.echo(line)


def week_of(texts: Iterable[str]) -> dict[str, list[str]]:
    """Return the working hours of a week by the number of its days from what was written like "Mon-Fri 08:00-18:00".

    Several days or hours are parted by commas: "Mon,Wed 08:00-12:00,13:00-17:00". Raises InvalidValue for days that
    can't be read; hours are read by the calendar.
    """
    week: dict[str, list[str]] = {}
    for text in texts:
        days, _, hours = text.strip().partition(" ")
        for number in _days(days):
            week.setdefault(str(number), []).extend(part.strip() for part in hours.split(","))
    return week


def _days(text: str) -> Iterator[int]:
    for part in text.split(","):
        named = DAYS.fullmatch(part)
        first, last = (named[1], named[2] or named[1]) if named else ("", "")
        if first not in NAMES or last not in NAMES or NAMES.index(last) < NAMES.index(first):
            raise InvalidValue("Write days like Mon-Fri or Sat,Sun, then the hours: Mon-Fri 08:00-18:00.",
                               code="bad-days", pointer="--hours")  # fmt: skip
        yield from range(NAMES.index(first) + 1, NAMES.index(last) + 2)


def _holidays(present: WorkingHours, added: Iterable[str], dropped: Iterable[str]) -> dict[str, Any]:
    new = {local_date(text, "--holiday") for text in added}
    gone = {local_date(text, "--no-holiday") for text in dropped}
    unknown = sorted(gone - present.holidays)
    if unknown:
        raise InvalidValue("%(day)s is no holiday.", code="no-holiday", day=unknown[0].isoformat())
    return {"holidays": sorted(day.isoformat() for day in (present.holidays | new) - gone)}


def _told(session: Session, clinic: Clinic, now: datetime) -> Iterator[str]:
    """Yield the version in force, the hours of each day, and the holidays to come."""
    hours, version = calendar_of(session, clinic.id), in_force(session, clinic.id).version
    plain = hours.plain
    yield f"settings version {version}, times of {clinic.time_zone}" if version else "the shipped settings"
    for number, name in enumerate(NAMES, start=1):
        yield f"{name} {', '.join(plain['week'].get(str(number), [])) or 'closed'}"
    ahead = [day for day in plain["holidays"] if day >= hours.today(now).isoformat()]
    yield f"holidays: {', '.join(ahead) or 'none ahead'}"
