"""The demo's clinics: staff with known passwords, the case report's patient and a made-up cohort, filled up to today.

Everything can be done again: what is there stays, what is missing is added.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zlib import crc32

from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.domain.access import CLINICIANS, Role, system
from rehab_tracker.evaluation.case import PATIENT as CASE
from rehab_tracker.evaluation.case import case_lines
from rehab_tracker.evaluation.events import PatientEvents, patients, received
from rehab_tracker.evaluation.simulator import SHOWN_AFTER, ZONE, cohort
from rehab_tracker.evaluation.story import story
from rehab_tracker.services import clinics, enrolment, staff
from rehab_tracker.services.enrolment import NewDevice, PatientDetails
from rehab_tracker.services.importing import import_story
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import Clinic, clinic_of_slug
from rehab_tracker.storage.database import under_clinic
from rehab_tracker.storage.people import Patient, patient_of_record_number, staff_of_clinic, staff_of_email

HOURS = "8:00–18:00, seg.–sex. (Mon–Fri)"

CASE_BEGAN = SHOWN_AFTER + 3
"""Days before the first start on which the case begins: its left knee and left forefoot are then some days old."""

CASE_NAME, CASE_YEARS = "Joaquim Ribeiral", 57
"""The report names nobody; it tells the age."""

GIVEN = (
    "Abílio", "Benedita", "Caetano", "Dália", "Edmundo", "Firmina", "Gaspar", "Hermínia", "Isaías", "Jacinta", "Lázaro",
)  # fmt: skip
FAMILY = ("Alvorado", "Brumal", "Cerejal", "Dunal", "Estrelado", "Folhadal", "Giestal", "Lameiral", "Moinhal", "Orval")
"""Names that sound Portuguese; they are made up."""


class Member(NamedTuple):
    """A made-up member of staff, with the password that the demo prints."""

    role: Role
    name: str
    email: str
    password: str


class MadeUpClinic(NamedTuple):
    """A made-up clinic: its staff, and by which seed how many made-up patients are drawn."""

    slug: str
    name: str
    phone: str
    staff: tuple[Member, ...]
    seed: int
    with_case: bool


PORTO = MadeUpClinic(
    "porto-demo",
    "Porto Demo Clinic",
    "+351 220 000 000",
    (
        Member(Role.NURSE, "Rita Nogueiral", "nurse@porto-demo.example", "quatro barcos no rio"),
        Member(Role.PHYSIATRIST, "Tomás Salgueiral", "physiatrist@porto-demo.example", "sete pontes de pedra"),
    ),
    seed=2025,
    with_case=True,
)
LISBOA = MadeUpClinic(
    "lisboa-demo",
    "Lisboa Demo Clinic",
    "+351 210 000 000",
    (Member(Role.NURSE, "Olga Carvalhal", "nurse@lisboa-demo.example", "duas colinas ao sol"),),
    seed=2080,
    with_case=False,
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the filling of a clinic is."""

    clinic: str
    done: int
    of: int


def fill(
    sessions: sessionmaker[Session], made_up: MadeUpClinic, number: int, began: date, now: datetime
) -> Iterator[Progress]:
    """Make a clinic as far as it is missing, add its days up to now, and yield after each patient.

    ``number`` patients are drawn besides the case; ``began`` is the day of the first start. The session is the owner's.
    """
    with sessions() as session:
        clinic = _clinic(session, made_up, now)
        for member in made_up.staff:
            _hire(session, clinic, member, now)
        everybody = list(_everybody(made_up, number, began, now))
        for at, (patient, name) in enumerate(everybody, start=1):
            _take_in(session, clinic, patient, name, now)
            yield Progress(made_up.slug, at, len(everybody))


def _clinic(session: Session, made_up: MadeUpClinic, now: datetime) -> Clinic:
    """Return the clinic, added if it is missing; the session works for it."""
    with transaction(session):
        clinic = clinic_of_slug(session, made_up.slug)
    if clinic:
        under_clinic(session, clinic.id)
        return clinic
    return clinics.add_clinic(session, made_up.slug, made_up.name, ZONE, made_up.phone, HOURS, now, is_demo=True)


def _hire(session: Session, clinic: Clinic, member: Member, now: datetime) -> None:
    with transaction(session):
        there = staff_of_email(session, clinic.id, member.email)
    if there is None:
        viewer, language = system(clinic.id), "en-GB"
        invited = staff.add_staff(session, viewer, clinic, member.email, member.name, member.role, language, now)
        staff.accept_invitation(session, clinic, invited.token, member.password, now)


def _everybody(made_up: MadeUpClinic, number: int, began: date, now: datetime) -> Iterator[tuple[PatientEvents, str]]:
    """Yield the clinic's patients, each with a name, and with what had been received by now."""
    lines = list(case_lines(began - timedelta(days=CASE_BEGAN))) if made_up.with_case else []
    lines += cohort(number, made_up.seed, began - timedelta(days=SHOWN_AFTER), now.date() + timedelta(days=1))
    for patient, name in zip(patients(lines), _names(made_up.seed), strict=False):
        patient.events = [event for event in patient.events if received(event) <= now]
        yield patient, name


def _names(start: int) -> Iterator[str]:
    """Yield names, none of them twice within 110."""
    for at in range(start, start + len(GIVEN) * len(FAMILY)):
        yield f"{GIVEN[at % len(GIVEN)]} {FAMILY[at * 3 % len(FAMILY)]}"


def _take_in(session: Session, clinic: Clinic, patient: PatientEvents, name: str, now: datetime) -> None:
    """Enrol the patient with all clinicians as care team, unless done before, and import what is new."""
    details = _details(patient, name)
    viewer = system(clinic.id)
    with transaction(session):
        if patient_of_record_number(session, clinic.id, patient.patient) is None:
            added = enrolment.added(session, viewer, details, now)
            for member in staff_of_clinic(session, clinic.id):
                if member.role in CLINICIANS:
                    enrolment.join(session, clinic.id, added.id, member.id, now)
    import_story(session, viewer, story(patient, details), now)


def _details(patient: PatientEvents, name: str) -> PatientDetails:
    """Return made-up particulars: the case's patient is a man of 57, the others are 40 to 64."""
    is_case = patient.patient == CASE
    drawn = 0 if is_case else crc32(patient.patient.encode())
    years = CASE_YEARS if is_case else 40 + drawn % 25
    return PatientDetails(
        name=CASE_NAME if is_case else name,
        record_number=patient.patient,
        language="pt-PT",
        time_zone=patient.time_zone,
        born=patient.enrolled_on - timedelta(days=years * 365 + drawn % 300 + 30),
        phone=f"+351 910 000 {drawn % 1000:03}",
        enrolled_on=patient.enrolled_on,
    )


class Phone(NamedTuple):
    """What a patient needs to sign a phone in, and a phone that is signed in already."""

    patient: Patient
    code: str
    device: NewDevice | None


def phone(sessions: sessionmaker[Session], made_up: MadeUpClinic, signed_in: bool, now: datetime) -> Phone:
    """Return a new code for the case's patient, and unless one is ``signed_in`` already, a phone that is."""
    with sessions() as session:
        clinic = clinics.named(session, made_up.slug)
        with transaction(session):
            patient = patient_of_record_number(session, clinic.id, CASE)
            assert patient is not None
        viewer = system(clinic.id)

        def code() -> str:
            return enrolment.new_enrolment_code(session, viewer, clinic, patient.id, now)

        device = None if signed_in else enrolment.use_code(session, clinic, code(), "demo phone", "demo", now)
        return Phone(patient, code(), device)
