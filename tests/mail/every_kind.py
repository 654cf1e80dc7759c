"""Letters of every kind about one patient, written as the services write them, for tests that read all mails."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update

from rehab_tracker.domain.access import Role, system
from rehab_tracker.domain.due import Job
from rehab_tracker.mail.delivery_trouble import WhyNot
from rehab_tracker.services import (
    alert_ask,
    delivery_trouble,
    digests,
    inviting,
    letters,
    plan_letters,
    reminders,
    team,
)
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.calls import CallAnswer
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Patient, Staff
from tests.cast import PASSWORD_HASH
from tests.mail.office import Office

BEFORE = {"phase": "protect", "step": 0, "held_since": None}
HELD = {"phase": "protect", "step": 0, "held_since": "2026-03-02"}


def write_every_kind(office: Office, patient_id: UUID, for_date: date = date(2026, 3, 2)) -> None:
    """Let the clock and the services write every other letter that there can be about a patient who has alerts.

    ``for_date`` is the date of the digests; each has one of a date.
    """
    viewer, now = system(office.clinic.id), office.now
    with office.store.session(office.clinic.id) as session, transaction(session):
        patient = session.get_one(Patient, (office.clinic.id, patient_id))
        patient.email, patient.mails, patient.reminder_at = "somebody@mail.example", True, "20:00"
        staff = list(session.scalars(select(Staff).where(Staff.clinic_id == office.clinic.id)))
        for alert in session.scalars(
            select(Alert).where(Alert.clinic_id == office.clinic.id, Alert.patient_id == patient_id)
        ):
            letters.write_escalation(session, alert, staff, now)
            for member in staff:
                alert.assigned_to = member.id
                session.flush()
                alert_ask.ask(session, alert, now)
        for member in staff:
            for job in (Job.DIGEST_MORNING, Job.DIGEST_EVENING):
                digests.write_digest(session, viewer, member.id, job, for_date, now, late=True)
        plan_letters.tell_team(session, patient, {uuid4(): (BEFORE, HELD)}, now)
        reminders.remind(session, viewer, patient_id, now.date() + timedelta(days=1), now)
        reminders.tell_answered(session, patient, CallAnswer(entry_id=uuid4()), now)
        for letter in list(session.scalars(select(Letter).where(Letter.clinic_id == office.clinic.id)))[-2:]:
            for why in WhyNot:
                delivery_trouble.tell_admins(session, viewer, letter, why, now)
        delivery_trouble.tell_of_last_recipient(session, viewer, staff[0], now)


def change_addresses(office: Office) -> None:
    """Let an administrator change everybody's address, each is told at both; then everybody forgets the password."""
    with office.store.session(office.clinic.id) as session:
        staff = list(session.scalars(select(Staff).where(Staff.clinic_id == office.clinic.id)))
        session.commit()
        for member in staff:
            team.change_address(session, system(office.clinic.id), member.id, f"x{member.email}", office.now)
        session.execute(update(Staff).where(Staff.clinic_id == office.clinic.id).values(password_hash=PASSWORD_HASH))
        session.commit()
        for member in staff:
            inviting.invite_again(session, system(office.clinic.id), office.clinic, member.id, office.now)


def everybody(office: Office) -> list[UUID]:
    """Hire somebody of each role for each language, and return the nurses."""
    for role in (Role.PHYSIATRIST, Role.CLINIC_ADMIN):
        office.hire(f"{role}@clinic.example", role=role)
        office.hire(f"{role}-pt@clinic.example", "pt-PT", role)
    return [office.nurse, office.hire("enfermeira@clinic.example", "pt-PT")]


def deliver_everything(office: Office) -> None:
    """Deliver what is due now, after the time to undo, and when the day's changes of plans are told."""
    office.deliver()
    office.later(minutes=3)
    office.deliver()
    due = max((letter.due_at for letter in office.letters() if letter.state == "queued"), default=office.now)
    office.now = max(office.now, due)
    office.deliver()
