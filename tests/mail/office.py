"""A clinic with its staff, patients who push entries, and the delivery of the letters that come of it.

The clock stands until it is moved by hand.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from rehab_tracker.domain.access import Role, Viewer, system
from rehab_tracker.domain.entry import Content, Kind, Sent
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import site
from rehab_tracker.mail.post import Post
from rehab_tracker.mail.return_path import ReturnPath
from rehab_tracker.services import clinics, delivering, enrolment, entries, involvements, staff
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.database import sessions
from rehab_tracker.storage.letters import Letter
from tests.conftest import Store
from tests.smtp import MailServer

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ZONE = "Europe/Lisbon"
SENDER = "Diary alerts <alerts@clinic.example>"
BASE_URL = "https://diary.example"
RETURN_PATH = ReturnPath("bounces@clinic.example", ("a-key-of-the-tests",))


class Office:
    """One clinic of a store; ``now`` is its clock."""

    def __init__(self, store: Store, server: MailServer, now: datetime = MORNING) -> None:
        self.store, self.server, self.now = store, server, now
        self.clinic = self._open()
        self.nurse = self.hire("nurse@clinic.example")

    def _open(self) -> Clinic:
        with self.store.session(role="owner") as session:
            slug, name = f"clinic-{uuid4().hex[:8]}", "Clinic"
            return clinics.add_clinic(session, slug, name, ZONE, "+351 220 000 000", "8 to 18", self.now)

    def hire(self, email: str, language: str = "en-GB", role: Role = Role.NURSE) -> UUID:
        """Adds a member of staff and returns their id."""
        with self.store.session(self.clinic.id) as session:
            viewer = system(self.clinic.id)
            return staff.add_staff(session, viewer, self.clinic, email, "Nurse", role, language, self.now).staff.id

    def enrol(self, team: Iterable[UUID] = (), **details: Any) -> UUID:
        """Adds a patient whose right knee is known, with this care team, else the nurse; returns the id."""
        told = {"name": "Ana", "record_number": uuid4().hex, "language": "en-GB", "time_zone": ZONE, **details}
        viewer = system(self.clinic.id)
        with self.store.session(self.clinic.id) as session:
            patient = enrolment.enrol(session, viewer, self.clinic, enrolment.PatientDetails(**told), self.now).patient
            with transaction(session):
                for member in list(team) or [self.nurse]:
                    enrolment.join(session, self.clinic.id, patient.id, member, self.now)
            known = Involvement(site("right-knee"), InvolvementStatus.CONFIRMED, patient.enrolled_on)
            involvements.record_involvement(session, viewer, patient.id, known, self.now)
        return patient.id

    def push(self, patient: UUID, *contents: Content, **more: Any) -> Sent:
        """Sends entries as the patient's phone does, and returns the last."""
        items = [self._sent(content, **more) for content in contents]
        self.push_items(patient, items)
        return items[-1]

    def push_items(self, patient: UUID, items: list[Sent]) -> None:
        """Sends ready entries."""
        with self.store.session(self.clinic.id) as session:
            viewer = Viewer(self.clinic.id, Role.PATIENT, patient)
            results = entries.push(session, viewer, items, self.now, self.now)
            assert all(result.fault is None for result in results)

    def _sent(self, content: Content, **more: Any) -> Sent:
        kind = Kind.PAIN if isinstance(content, PainReading) else Kind.RED_FLAGS
        stamp = {"rev": 1, "recorded_at": self.now, "time_zone": ZONE, "for_date": None, "withdrawn": False, **more}
        return Sent(id=stamp.pop("id", uuid4()), kind=kind, content=content, **stamp)

    def deliver(self, **address: Any) -> int:
        """Delivers what is due, as the jobs process does, and returns how many letters the server took."""
        post = Post(self.server.address(**address), RETURN_PATH)
        jobs = sessions(self.store.engine("jobs"))
        return delivering.deliver(jobs, post, SENDER, BASE_URL, lambda: self.now)

    def later(self, **time: int) -> None:
        """Moves the clock on."""
        self.now += timedelta(**time)

    def letters(self) -> list[Letter]:
        """Every letter of the clinic, as it stands."""
        with self.store.session(self.clinic.id) as session:
            mine = Letter.clinic_id == self.clinic.id
            return list(session.scalars(select(Letter).where(mine).order_by(Letter.created_at, Letter.id)))

    def letter(self) -> Letter:
        """The one letter of the clinic."""
        [only] = self.letters()
        return only


def severe(place: str = "left-hip", score: int = 9) -> PainReading:
    """Sudden severe pain in a place."""
    return PainReading((PainScore(site(place), on_loading=score),), no_other_pain=True)


def flags(*codes: RedFlag) -> RedFlagReport:
    """Ticked red flags; fever unless told."""
    return RedFlagReport(codes or (RedFlag.FEVER,))
