"""Clinics, staff and patients from the command line; each command prints what the person needs next."""

from datetime import UTC, datetime
from io import StringIO

import click
import segno

from rehab_tracker.cli.opened import opened_clinic, opened_session
from rehab_tracker.cli.rules import rules
from rehab_tracker.cli.working_hours import calendar
from rehab_tracker.config import read_settings
from rehab_tracker.domain.access import STAFF, Role, system
from rehab_tracker.domain.moment import local_date
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services.clinics import add_clinic
from rehab_tracker.services.enrolment import CODE_LIFE, PatientDetails, enrol
from rehab_tracker.services.staff import INVITATION_LIFE, add_staff

LANGUAGE = click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
CLINIC = click.option("--clinic", "slug", required=True, help="The clinic's short name.")


@click.group()
def clinic() -> None:
    """Clinics of this installation."""


@clinic.command("add")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--time-zone", required=True, help="Like Europe/Lisbon.")
@click.option("--phone", required=True, help="What patients are told to call.")
@click.option("--hours", required=True, help="When somebody answers and reads the diary, in words.")
def add(slug: str, name: str, time_zone: str, phone: str, hours: str) -> None:
    """Add a clinic; SLUG is its short name, which stands in its address."""
    settings = read_settings()
    with opened_session(settings.database_owner_url, owner=True) as session:
        added = add_clinic(session, slug, name, time_zone, phone, hours, datetime.now(UTC))
        click.echo(f"Added {added.name}. Its staff sign in at {settings.base_url}/c/{added.slug}/")
        click.echo(f"Next: rehab-tracker staff add --clinic {added.slug} --role nurse --email … --name …")


clinic.add_command(rules)
clinic.add_command(calendar)


@click.group()
def staff() -> None:
    """Staff of a clinic."""


@staff.command("add")
@CLINIC
@click.option("--role", type=click.Choice(sorted(str(role) for role in STAFF)), required=True)
@click.option("--email", required=True)
@click.option("--name", required=True)
@LANGUAGE
def add_member(slug: str, role: str, email: str, name: str, language: str) -> None:
    """Invite a member of staff; prints the link with which they choose a password."""
    with opened_clinic(slug) as (session, found):
        invitation = add_staff(session, system(found.id), found, email, name, Role(role), language, datetime.now(UTC))
    hours = int(INVITATION_LIFE.total_seconds() // 3600)
    click.echo(f"Send this link to {name}; it works once, for {hours} hours:")
    click.echo(f"{read_settings().base_url}/c/{slug}/invitation/{invitation.token}")


@click.group()
def patient() -> None:
    """Patients of a clinic."""


@patient.command("enrol")
@CLINIC
@click.option("--name", required=True)
@click.option("--record-number", required=True, help="The clinic's own number for the patient.")
@click.option("--born", help="Birth date like 1968-03-02.")
@click.option("--phone")
@click.option("--email", help="Mail goes there once the patient asks for it.")
@LANGUAGE
@click.option("--time-zone", help="The patient's; the clinic's unless given.")
def enrol_patient(
    slug: str,
    name: str,
    record_number: str,
    born: str | None,
    phone: str | None,
    email: str | None,
    language: str,
    time_zone: str | None,
) -> None:
    """Enrol a patient; prints the one-time code for the phone, also as a QR code."""
    birth_date = local_date(born, "--born") if born else None
    with opened_clinic(slug) as (session, found):
        zone = time_zone or found.time_zone
        details = PatientDetails(name, record_number, language, zone, birth_date, phone, email=email)
        enrolled = enrol(session, system(found.id), found, details, datetime.now(UTC))
    hours = int(CODE_LIFE.total_seconds() // 3600)
    click.echo(f"Code for the phone of {name}; it works once, for {hours} hours: {enrolled.code}")
    click.echo(qr_code(f"{read_settings().base_url}/app/#{enrolled.code}"))


def qr_code(text: str) -> str:
    """Return a text as a QR code for a terminal. The code stands behind #, which no server log ever sees."""
    drawn = StringIO()
    segno.make(text, error="m").terminal(out=drawn, compact=True)
    return drawn.getvalue()
