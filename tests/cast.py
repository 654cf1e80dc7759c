"""The cast: two clinics and their people, on a fresh database, and what they do in words that read like stories.

``porto`` has patient Ana, her nurse Nuno and physiatrist Boris, Dr Dora of the same clinic outside the care team, and
admin Alda. ``braga`` has Dr Carla, nurse Célia and patient Bento, who must see nothing of porto, and vice versa. Every
text that somebody wrote bears a word that occurs nowhere else and begins with its clinic's canary. Days are numbered
from Ana's first visit, as in ``tests.domain.diary``; the clock stands where a story puts it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Role, Viewer, system
from rehab_tracker.domain.call_request import BestTime, CallAbout, CallRequest
from rehab_tracker.domain.due import Job
from rehab_tracker.domain.entry import Content, Kind, Sent
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import site
from rehab_tracker.domain.weight_bearing import Aids
from rehab_tracker.services import digests, enrolment, entries, involvements, merging, staff
from rehab_tracker.services.credentials import PUBLIC_ID_CHARACTERS, digest, new_token, readable
from rehab_tracker.services.entries import Item, Result
from rehab_tracker.storage.alerts import Alert, AlertStep
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.clinics import Clinic, ClinicSettings
from rehab_tracker.storage.database import Base
from rehab_tracker.storage.enrolment import Device
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Patient, Staff
from tests.conftest import Store
from tests.domain.diary import FIRST_VISIT, KINDS, LISBON, day, evening, hurts

CANARY = {"porto": "zqporto", "braga": "zqbraga"}
OPENED = evening(0).astimezone(UTC) - timedelta(hours=9)
"""When the clinics were added and their people enrolled: the morning of day 0."""

PASSWORD = "correct horse battery staple"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""Made once and at the least cost: what it costs to guess is the story of ``test_staff``."""


def canary(slug: str, what: str) -> str:
    """Return a word that stands in exactly one field of one clinic."""
    return f"{CANARY[slug.partition('-')[0]]}-{what}"


def at(number: int, minutes: int = 0) -> datetime:
    """Return our clock at ten past eight in the evening of a day, Ana's time, or some minutes later."""
    return evening(number).astimezone(UTC) + timedelta(minutes=minutes)


@dataclass
class Cast:
    """Everybody, by name, with the database they live in."""

    store: Store
    porto: Clinic
    braga: Clinic
    ana: Patient
    bento: Patient
    nuno: Staff
    boris: Staff
    dora: Staff
    alda: Staff
    carla: Staff
    celia: Staff
    devices: dict[UUID, UUID] = field(default_factory=dict)
    tokens: dict[UUID, str] = field(default_factory=dict)

    def session(self, clinic: Clinic | None = None) -> Session:
        """Return a session of the app under a clinic, porto unless another is named."""
        return self.store.session((clinic or self.porto).id)

    def clinic_of(self, person: Patient | Staff) -> Clinic:
        """Return somebody's clinic."""
        return self.porto if person.clinic_id == self.porto.id else self.braga

    def viewer_of(self, person: Patient | Staff) -> Viewer:
        """Return somebody as the services meet them."""
        role = person.role if isinstance(person, Staff) else Role.PATIENT
        return Viewer(person.clinic_id, role, person.id, self.devices.get(person.id), person.language)

    def sends(
        self, patient: Patient, *items: Item, now: datetime | None = None, sent_at: datetime | None = None
    ) -> list[Result]:
        """Let a patient's phone push items; it arrives when the last of them was recorded, unless said otherwise."""
        recorded = [item.recorded_at.astimezone(UTC) for item in items if isinstance(item, Sent)]
        now = now or max(recorded, default=at(0))
        with self.store.session(patient.clinic_id) as session:
            return entries.push(session, self.viewer_of(patient), items, sent_at, now)

    def ana_sends(self, *items: Item, now: datetime | None = None, sent_at: datetime | None = None) -> list[str]:
        """Let Ana's phone push items and return what became of each."""
        return [str(result.status) for result in self.sends(self.ana, *items, now=now, sent_at=sent_at)]

    def ana_logs(self, pain: Mapping[str, int], day: int, received_on: int | None = None, **more: Any) -> Sent:
        """Let Ana log a day's pain and send it that evening, or later; return what she sent."""
        item = logs(pain, day, **more)
        self.sends(self.ana, item, now=at(day if received_on is None else received_on))
        return item

    def ana_ticks(self, *flags: str, day: int, received_on: int | None = None, **more: Any) -> Sent:
        """Let Ana tick red flags; return what she sent."""
        item = ticks(*flags, day=day, **more)
        self.sends(self.ana, item, now=at(day if received_on is None else received_on))
        return item

    def records(self, place: str, status: str = "confirmed", *, on: int = 0, by: Staff | None = None) -> None:
        """Let Boris, or another, record where a site of Ana's stands."""
        who, involvement = by or self.boris, Involvement(site(place), InvolvementStatus(status), day(on))
        with self.session(self.clinic_of(who)) as session:
            viewer = self.viewer_of(who)
            involvements.record_involvement(session, viewer, self.ana.id, involvement, at(on), Aids.WHEELCHAIR)

    def twice(self, *team: Staff) -> Patient:
        """Return a second record of Ana, entered by mistake, with a phone of its own and in somebody's care."""
        again = another_patient(self, self.porto, "Ana")
        with self.session() as session:
            for member in team:
                enrolment.join(session, self.porto.id, again.id, member.id, OPENED)
            session.commit()
        return again

    def merges(self, duplicate: Patient, into: Patient | None = None, *, on: int, by: Staff | None = None) -> None:
        """Let Nuno, or another, join two records: a duplicate and Ana's, or another one."""
        who, kept = by or self.nuno, into or self.ana
        with self.session() as session:
            merging.merge(session, self.viewer_of(who), duplicate.id, kept.id, "entered twice", at(on))

    def separates(self, duplicate: Patient, *, on: int) -> None:
        """Let Nuno undo a merge."""
        with self.session() as session:
            merging.undo_merge(session, self.viewer_of(self.nuno), duplicate.id, "two people", at(on))

    def rows(self, table: type[Base], clinic: Clinic | None = None) -> list[Any]:
        """Return all rows of a table of porto, or another clinic."""
        with self.session(clinic) as session:
            of_clinic = table.clinic_id == (clinic or self.porto).id  # type: ignore[attr-defined]
            return list(session.scalars(select(table).where(of_clinic)))

    def number(self, table: type[Base]) -> int:
        """Return how many rows of a table porto has, without reading them."""
        with self.session() as session:
            of_porto = table.clinic_id == self.porto.id  # type: ignore[attr-defined]
            return session.scalar(select(func.count()).select_from(table).where(of_porto)) or 0

    def alert(self, rule: str, subject: str) -> Alert:
        """Return the newest alert of porto about this."""
        found = [a for a in self.rows(Alert) if (a.rule, a.subject) == (rule, subject)]
        return max(found, key=lambda a: a.raised_at)

    def standing(self, patient: Patient | None = None) -> set[tuple[str, str, str, int]]:
        """Return what stands about Ana: rule, level, subject, and the number of the first qualifying day."""
        who = patient or self.ana
        every = [a for a in self.rows(Alert, self.clinic_of(who)) if a.patient_id == who.id]
        rows = [a for a in every if a.state not in ("superseded", "closed")]
        return {(a.rule, a.level, a.subject, (a.first_for_date - FIRST_VISIT).days) for a in rows}

    def steps(self, alert: Alert) -> list[str]:
        """Return the steps of an alert's life, in order."""
        found = [s for s in self.rows(AlertStep) if s.alert_id == alert.id]
        return [s.step for s in sorted(found, key=lambda s: s.at)]

    def letters(self) -> list[tuple[str, str]]:
        """Return who has letters about alerts of porto, and in which state."""
        names = {person.id: person.name.split()[0] for person in (self.nuno, self.boris, self.dora, self.alda)}
        return sorted((names.get(letter.staff_id, "?"), str(letter.state)) for letter in self.about_alerts())

    def about_alerts(self) -> list[Letter]:
        """Return the letters of porto about alerts, in the order in which they were written."""
        rows = [letter for letter in self.rows(Letter) if letter.alert_id]
        return sorted(rows, key=lambda letter: letter.created_at)

    def audit(self, clinic: Clinic | None = None) -> list[str]:
        """Return the actions the audit of porto holds, in order."""
        return [row.action for row in sorted(self.rows(AuditEvent, clinic), key=lambda row: row.at)]

    def counts(self) -> dict[str, int]:
        """Return how many rows every table holds, over all clinics."""
        with self.store.session(role="superuser") as session:
            return {t.name: _count(session, t) for t in Base.metadata.sorted_tables}


def _count(session: Session, table: Table) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def sent(
    content: Content | None,
    day: int,
    *,
    id: UUID | None = None,
    rev: int = 1,
    withdrawn: bool = False,
    about: int | None = None,
    recorded_at: datetime | None = None,
    kind: Kind | None = None,
) -> Sent:
    """Return an item recorded in the evening of a day; ``about`` is another day that it is about."""
    return Sent(
        id=id or uuid4(),
        kind=kind or (KINDS[type(content)] if content else Kind.PAIN),
        rev=rev,
        recorded_at=recorded_at or evening(day),
        time_zone=LISBON.key,
        for_date=_day(about) if about is not None else None,
        withdrawn=withdrawn,
        content=content,
    )


def _day(number: int) -> date:
    return day(number)


def logs(
    pain: Mapping[str, int], day: int, *, no_other_pain: bool = True, area: str | None = None, **more: Any
) -> Sent:
    """Return a pain entry: site to worst score."""
    scores = tuple(hurts(place, worst, area=area) for place, worst in pain.items())
    return sent(PainReading(scores, no_other_pain), day, **more)


def ticks(*flags: str, day: int, **more: Any) -> Sent:
    """Return an entry that ticks red flags."""
    return sent(RedFlagReport(tuple(RedFlag(flag) for flag in flags)), day, **more)


def asks_for_a_call(day: int, about: str = "pain", note: str | None = None, **more: Any) -> Sent:
    """Return a request to be called."""
    return sent(CallRequest(CallAbout(about), BestTime.ANY, note), day, **more)


def withdrawal(of: Sent, day: int, rev: int | None = None) -> Sent:
    """Return what withdraws an item, repeating nothing of it."""
    return sent(None, day, id=of.id, rev=rev or of.rev + 1, withdrawn=True, kind=of.kind)


def settle(store: Store, nth: int = 1) -> Cast:
    """Return everybody, new on this database; ``nth`` tells several casts on one database apart.

    Nobody of the staff has chosen a password yet, no place is recorded, and nothing has been logged.
    """
    suffix = "" if nth == 1 else f"-{nth}"
    with store.session(role="owner") as session:
        porto = _clinic(f"porto{suffix}", "Europe/Lisbon")
        braga = _clinic(f"braga{suffix}", "Europe/Madrid")
        session.add_all((porto, braga))
        session.commit()
    cast = Cast(
        store, porto, braga,
        nuno=_staff(porto, "Nuno", Role.NURSE, "pt-PT"),
        boris=_staff(porto, "Boris", Role.PHYSIATRIST),
        dora=_staff(porto, "Dora", Role.PHYSIATRIST),
        alda=_staff(porto, "Alda", Role.CLINIC_ADMIN),
        carla=_staff(braga, "Carla", Role.PHYSIATRIST),
        celia=_staff(braga, "Celia", Role.NURSE),
        ana=_patient(porto, "Ana"),
        bento=_patient(braga, "Bento"),
    )  # fmt: skip
    _move_in(cast, porto, cast.ana, (cast.nuno, cast.boris), (cast.dora, cast.alda))
    _move_in(cast, braga, cast.bento, (cast.carla, cast.celia), ())
    return cast


def _clinic(slug: str, zone: str) -> Clinic:
    public_id, name = readable(PUBLIC_ID_CHARACTERS), canary(slug, "clinic-name")
    return Clinic(public_id=public_id, slug=slug, name=name, time_zone=zone, is_demo=False, created_at=OPENED)


def _staff(clinic: Clinic, name: str, role: Role, language: str = "en-GB") -> Staff:
    word = canary(clinic.slug, name.lower())
    return Staff(
        clinic_id=clinic.id,
        id=uuid4(),
        email=f"{word}@clinic.example",
        name=f"{name} {word}-name",
        role=role,
        language=language,
        created_at=OPENED,
    )


def _patient(clinic: Clinic, name: str, zone: str = "Europe/Lisbon", language: str = "pt-PT") -> Patient:
    word = canary(clinic.slug, f"{name.lower()}-{uuid4().hex[:8]}")
    return Patient(
        clinic_id=clinic.id,
        id=uuid4(),
        record_number=f"{word}-record",
        name=f"{name} {word}-name",
        born=date(1984, 2, 29),
        phone=f"{word}-phone",
        language=language,
        time_zone=zone,
        enrolled_on=FIRST_VISIT,
        created_at=OPENED,
    )


def _move_in(cast: Cast, clinic: Clinic, patient: Patient, team: Iterable[Staff], others: Iterable[Staff]) -> None:
    """Let a clinic open: its phone and hours are set, its staff there, its patient in the team's care."""
    numbers = {"phone": canary(clinic.slug, "clinic-phone"), "hours": canary(clinic.slug, "clinic-hours")}
    settings = ClinicSettings(
        clinic_id=clinic.id, version=1, values=numbers, reason=canary(clinic.slug, "reason"), created_at=OPENED
    )
    with cast.session(clinic) as session:
        session.add_all((settings, *team, *others, patient))
        session.flush()
        for member in team:
            enrolment.join(session, clinic.id, patient.id, member.id, OPENED)
        _give_phone(cast, session, clinic, patient)
        session.commit()


def _give_phone(cast: Cast, session: Session, clinic: Clinic, patient: Patient) -> None:
    word = canary(clinic.slug, f"{patient.name.split()[0].lower()}-device-{uuid4().hex[:8]}")
    device, token = uuid4(), new_token(clinic.public_id)
    session.add(
        Device(
            clinic_id=clinic.id,
            id=device,
            patient_id=patient.id,
            name=word,
            token_sha256=digest(token),
            created_at=OPENED,
        )
    )
    cast.devices[patient.id], cast.tokens[patient.id] = device, token


def digest_of(cast: Cast, person: Staff, now: datetime, *, late: bool = False) -> dict[str, Any]:
    """Write somebody's morning digest of the day, commit it, and return what it says."""
    clinic = cast.clinic_of(person)
    for_date = now.astimezone(LISBON).date()
    with cast.session(clinic) as session:
        digests.write_digest(session, system(clinic.id), person.id, Job.DIGEST_MORNING, for_date, now, late=late)
        session.commit()
    kept = [
        letter for letter in cast.rows(Letter, clinic) if letter.staff_id == person.id and "for_date" in letter.values
    ]
    values: dict[str, Any] = max(kept, key=lambda letter: letter.created_at).values
    return values


def another_patient(cast: Cast, clinic: Clinic, name: str, **more: Any) -> Patient:
    """Return a further patient of a clinic, enrolled on day 0 with a phone, in nobody's care yet."""
    patient = _patient(clinic, name, **more)
    with cast.session(clinic) as session:
        session.add(patient)
        session.flush()
        _give_phone(cast, session, clinic, patient)
        session.commit()
    return patient


def signed_in(cast: Cast, person: Staff, now: datetime = OPENED) -> str:
    """Let a member of staff choose the password and sign in; return the session's token."""
    clinic = cast.clinic_of(person)
    with cast.session(clinic) as session:
        row = session.get_one(Staff, (clinic.id, person.id))
        row.password_hash = PASSWORD_HASH
        session.commit()
        return staff.sign_in(session, clinic, person.email, PASSWORD, now)
