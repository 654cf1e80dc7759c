"""The demo's clinics: staff with known passwords, the case report's patient and a made-up cohort, filled up to today.

Everything can be done again: what is there stays, what is missing is added.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zlib import crc32

from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.domain.access import Role, system
from rehab_tracker.domain.duty import Duty
from rehab_tracker.evaluation.case import PATIENT as CASE
from rehab_tracker.evaluation.case import case_lines
from rehab_tracker.evaluation.events import PatientEvents, patients, received
from rehab_tracker.evaluation.simulator import SHOWN_AFTER, ZONE, cohort
from rehab_tracker.evaluation.story import story
from rehab_tracker.services import clinics, enrolment, staff
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.services.importing import Story, import_story
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import Clinic, clinic_of_slug
from rehab_tracker.storage.database import under_clinic
from rehab_tracker.storage.people import patient_of_record_number, staff_of_email

HOURS = "8:00–18:00, seg.–sex. (Mon–Fri)"
CALENDAR = {"week": {str(weekday): ["08:00-18:00"] for weekday in range(1, 6)}}
"""The same for letters and deadlines."""

ALIKE = frozenset(f"sim-{number:03}" for number in (6, 7, 8, 9, *range(14, 21)))
"""Patients with whom nothing happens that does not happen with others: left out, so that the demo starts sooner."""

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)

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
    """A made-up member of staff: the password that the demo prints, the duty, and of every how many care teams."""

    role: Role
    name: str
    email: str
    password: str
    duty: Duty
    every: int = 1


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
        Member(Role.NURSE, "Rita Nogueiral", "nurse@porto-demo.example", "quatro barcos no rio", Duty.NURSE),
        Member(
            Role.NURSE, "Inês Madeiral", "second-nurse@porto-demo.example", "nove luas de papel", Duty.SECOND, every=3
        ),
        Member(
            Role.PHYSIATRIST, "Tomás Salgueiral", "physiatrist@porto-demo.example", "sete pontes de pedra", Duty.LEAD
        ),
    ),
    seed=2025,
    with_case=True,
)
LISBOA = MadeUpClinic(
    "lisboa-demo",
    "Lisboa Demo Clinic",
    "+351 210 000 000",
    (Member(Role.NURSE, "Olga Carvalhal", "nurse@lisboa-demo.example", "duas colinas ao sol", Duty.NURSE),),
    seed=2080,
    with_case=False,
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the filling of a clinic is."""

    clinic: str
    done: int
    of: int


class MadeUpPatient(NamedTuple):
    """A made-up patient: what happens, and the particulars."""

    events: PatientEvents
    details: PatientDetails

    def story(self, after: datetime, until: datetime) -> Story:
        """Return what the clinic receives of this patient after an instant, up to another one."""
        told = [event for event in self.events.events if after < received(event) <= until]
        return story(replace(self.events, events=told), self.details)


def everybody(made_up: MadeUpClinic, number: int, began: date, last_day: date) -> list[MadeUpPatient]:
    """Return a clinic's patients up to a day: the case and of so many drawn ones those that are not all alike.

    ``began`` is the day of the first start.
    """
    lines = list(case_lines(began - timedelta(days=CASE_BEGAN))) if made_up.with_case else []
    lines += cohort(number, made_up.seed, began - timedelta(days=SHOWN_AFTER), last_day)
    drawn = zip(patients(lines), _names(made_up.seed), strict=False)
    return [MadeUpPatient(each, _details(each, name)) for each, name in drawn if each.patient not in ALIKE]


def fill(
    sessions: sessionmaker[Session], made_up: MadeUpClinic, people: Sequence[MadeUpPatient], now: datetime
) -> Iterator[Progress]:
    """Make a clinic as far as it is missing, add what these patients told up to now, and yield after each of them.

    The session is the owner's.
    """
    with sessions() as session:
        clinic = _clinic(session, made_up, now)
        for member in made_up.staff:
            _hire(session, clinic, member, now)
        for at, patient in enumerate(people):
            _take_in(
                session, clinic, patient, [each for each in made_up.staff if at % each.every == each.every // 2], now
            )
            yield Progress(made_up.slug, at + 1, len(people))


def _clinic(session: Session, made_up: MadeUpClinic, now: datetime) -> Clinic:
    """Return the clinic, added if it is missing; the session works for it."""
    with transaction(session):
        clinic = clinic_of_slug(session, made_up.slug)
    if clinic:
        under_clinic(session, clinic.id)
        return clinic
    clinic = clinics.add_clinic(session, made_up.slug, made_up.name, ZONE, made_up.phone, HOURS, now, is_demo=True)
    clinics.change_settings(session, system(clinic.id), {"calendar": CALENDAR}, "working hours", now)
    return clinic


def _hire(session: Session, clinic: Clinic, member: Member, now: datetime) -> None:
    with transaction(session):
        there = staff_of_email(session, clinic.id, member.email)
    if there is None:
        viewer, language = system(clinic.id), "en-GB"
        invited = staff.add_staff(session, viewer, clinic, member.email, member.name, member.role, language, now)
        staff.accept_invitation(session, clinic, invited.token, member.password, now)


def _names(start: int) -> Iterator[str]:
    """Yield names, none of them twice within 110."""
    for at in range(start, start + len(GIVEN) * len(FAMILY)):
        yield f"{GIVEN[at % len(GIVEN)]} {FAMILY[at * 3 % len(FAMILY)]}"


def _take_in(
    session: Session, clinic: Clinic, patient: MadeUpPatient, team: Sequence[Member], now: datetime
) -> None:  # fmt: skip
    """Enrol the patient with a care team, unless done before, and import what is new."""
    viewer, details = system(clinic.id), patient.details
    with transaction(session):
        if patient_of_record_number(session, clinic.id, details.record_number) is None:
            added = enrolment.added(session, viewer, details, now)
            for member in team:
                row = staff_of_email(session, clinic.id, member.email)
                assert row is not None
                enrolment.join(session, clinic.id, added.id, row.id, now)
    import_story(session, viewer, patient.story(BEFORE_ALL, now), now)


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
