"""A clinic as it looks on a working day: ten patients, each with a course of their own, one of them the case report's.

Every name and score is made up. It is drawn once for the browser tests and README's pictures, on the real services.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid5
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Role, Viewer, system
from rehab_tracker.domain.entry import Content, Sent
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import Area, Limb, site
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from rehab_tracker.services import enrolment, entries, leasing, staff
from rehab_tracker.services.clinics import add_clinic
from rehab_tracker.services.involvements import record_involvement
from rehab_tracker.services.plans import Move, move_plan
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.people import Patient, Staff
from rehab_tracker.storage.plans import plan_rows_of
from tests.conftest import Store
from tests.domain.diary import KINDS

LISBON = ZoneInfo("Europe/Lisbon")
TODAY = date(2026, 4, 22)
NOON = datetime.combine(TODAY, time(9, 40), LISBON).astimezone(UTC)
"""Half past nine in the morning, when the clinic looks at its list."""
PASSWORD = "correct horse battery staple"

PARTIAL, STRONG = Rung(Phase.PARTIAL_WEIGHT_BEARING), Rung(Phase.STRENGTHENING)
WALKS, WALKS_MORE, WALKS_FREELY = (Rung(Phase.GAIT_TRAINING, step) for step in range(3))

Score = tuple[str, str, int]
Course = Callable[[int], list[Score] | None]
"""What a patient says a number of days before today; None is a day without an entry."""


@dataclass(frozen=True, slots=True)
class Person:
    """A patient with a course: which days back it begins, what is known, and which red flags are ticked when.

    ``moves`` tell how many days back Boris moved the plan of the first known place, and to which step.
    """

    name: str
    born: date
    days: int
    course: Course
    known: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[int, str], ...] = ()
    nobodys: bool = False
    moves: tuple[tuple[int, Rung], ...] = ()
    trains: Callable[[int], Iterable[Content]] = lambda back: ()


@dataclass
class LivedIn:
    """The clinic and its people."""

    clinic: Clinic
    boris: Staff
    nuno: Staff
    dora: Staff
    patients: dict[str, Patient]


def case(back: int) -> list[Score] | None:
    """The case report's course: a right knee that settles, then a left knee and a left forefoot that rise."""
    day = 112 - back
    if day % 9 == 4:
        return None
    scores: list[Score] = [("right-knee", "inner", max(0, 7 - day // 13 - (day % 5 == 2)))]
    if day >= 97:
        scores.append(("left-knee", "inner", min(6, 1 + (day - 97) // 2)))
    if day >= 100:
        scores.append(("left-foot", "ball", min(5, 1 + (day - 100) // 3)))
    return scores


def case_trains(back: int) -> Iterator[Content]:
    """What the case does of the exercises: most of them on most days, on fewer days at first."""
    by_phase = ((17, "wall-squat mini-squat step-down calf-raise"), (45, "gait-drills weight-shifts"), (112, ""))
    if back % 7 == 5 or back % 11 == 2 or case(back) is None:
        return
    codes = next(codes for until, codes in by_phase if back <= until) or "quad-sets straight-leg-raise heel-slides"
    yield from (ExerciseReport(code) for at, code in enumerate(codes.split()) if (back + at) % 5 or back < 60)
    if back > 45:
        said = OverLimit.FEW_STEPS if back % 17 == 3 else OverLimit.NO
        yield WeightBearingReport(Limb.RIGHT_LEG, Aids.TWO_CRUTCHES, said)


def settling(place: str, area: str, start: int, gap: int = 11) -> Course:
    def course(back: int) -> list[Score] | None:
        return None if back % gap == 3 else [(place, area, max(0, min(start, start - 4 + back // 7 + (back % 4 == 1))))]

    return course


def stops(before: Course, days: int) -> Course:
    return lambda back: None if back < days else before(back)


def sudden(back: int) -> list[Score] | None:
    return [("left-hip", "groin", 8 if back == 1 else 0), ("right-knee", "inner", 2 + (back % 3 == 0))]


def new_shoulder(back: int) -> list[Score] | None:
    hurts = {1: 4, 2: 4, 4: 4, 5: 4, 6: 2, 7: 2}.get(back, 0)
    return [("right-ankle", "outer", 2), ("left-shoulder", "all-over", hurts)]


PEOPLE = (
    Person("Manuel Teixeira", date(1968, 3, 9), 112, case, (("right-knee.medial-femoral-condyle", "confirmed"),),
           moves=((45, WALKS), (38, WALKS_MORE), (31, WALKS_FREELY), (17, STRONG)), trains=case_trains),
    Person("Inês Carvalho", date(1986, 11, 2), 40, sudden, (("right-knee.medial-femoral-condyle", "confirmed"),)),
    Person("Rui Antunes", date(1974, 6, 21), 30, settling("left-hip", "groin", 5),
           (("left-hip.femoral-head", "confirmed"),), ((0, "hot-swollen-joint"),)),
    Person("Teresa Lopes", date(1959, 1, 30), 34, new_shoulder, (("right-ankle.talus", "confirmed"),)),
    Person("João Figueira", date(1981, 8, 14), 45, settling("right-hip", "groin", 6),
           (("right-hip.femoral-head", "confirmed"),), moves=((6, PARTIAL),)),
    Person("Beatriz Nogueira", date(1990, 4, 5), 50, stops(settling("left-ankle", "inner", 5), 6),
           (("left-ankle.talus", "confirmed"),), moves=((13, WALKS),)),
    Person("Carlos Meireles", date(1964, 12, 11), 60, settling("left-knee", "outer", 4, 7),
           (("left-knee.lateral-femoral-condyle", "confirmed"),)),
    Person("Helena Pacheco", date(1979, 9, 27), 20, lambda back: [("lumbar-spine", "", 3 + back % 2)],
           (("lumbar-spine", "suspected"),)),
    Person("Luís Brito", date(1971, 2, 3), 12, settling("right-foot", "ball", 5),
           (("right-foot.forefoot", "confirmed"),)),
    Person("Marta Quintela", date(1995, 7, 18), 5, lambda back: [("right-knee", "", 4)], (), (), True),
)  # fmt: skip


def lived_in(store: Store) -> LivedIn:
    """Return the clinic, brought to a working day on this fresh database."""
    with store.session(role="owner") as session:
        phone, hours = "+351 22 000 0000", "Monday to Friday, 8:00 to 16:00"
        began = NOON - timedelta(days=200)
        clinic = add_clinic(session, "ribeira", "Clínica da Ribeira", LISBON.key, phone, hours, began)
    with store.session(clinic.id) as session:
        boris = _staff(session, clinic, "Boris Vilaça", Role.PHYSIATRIST, "en-GB")
        nuno = _staff(session, clinic, "Nuno Abreu", Role.NURSE, "pt-PT")
        dora = _staff(session, clinic, "Dora Leite", Role.PHYSIATRIST, "en-GB")
        patients = {person.name: _lives(session, clinic, person, boris, nuno) for person in PEOPLE}
        _post_goes(session, clinic)
    return LivedIn(clinic, boris, nuno, dora, patients)


def _post_goes(session: Session, clinic: Clinic) -> None:
    """Let every letter that is due leave, as on a day on which all is well."""
    half_past_seven = NOON - timedelta(minutes=130)
    while letter := leasing.lease(session, system(clinic.id), half_past_seven + timedelta(hours=2)):
        leasing.mark_sent(session, system(clinic.id), letter, "250 OK", half_past_seven)


def _staff(session: Session, clinic: Clinic, name: str, role: Role, language: str) -> Staff:
    email = f"{name.split()[0].lower()}@ribeira.example"
    began = NOON - timedelta(days=200)
    invited = staff.add_staff(session, system(clinic.id), clinic, email, name, role, language, began)
    return staff.accept_invitation(session, clinic, invited.token, PASSWORD, began)


def _lives(session: Session, clinic: Clinic, person: Person, boris: Staff, nuno: Staff) -> Patient:
    """Let a patient be enrolled and log day after day, each entry on its own evening."""
    first = TODAY - timedelta(days=person.days)
    number = f"RB-{2000 + PEOPLE.index(person) * 137}"
    details = enrolment.PatientDetails(person.name, number, "pt-PT", LISBON.key, person.born, "+351 910 000 000", first)
    patient = enrolment.enrol(session, system(clinic.id), clinic, details, _morning(person.days)).patient
    if not person.nobodys:
        for member in (boris, nuno):
            enrolment.join(session, clinic.id, patient.id, member.id, _morning(person.days))
        session.commit()
    viewer = Viewer(clinic.id, boris.role, boris.id)
    for place, status in person.known:
        found = Involvement(site(place), InvolvementStatus(status), first, PartialDate(first - timedelta(days=21)))
        record_involvement(session, viewer, patient.id, found, _morning(person.days))
    moved = dict(person.moves)
    for back in range(person.days, -1, -1):
        if back in moved:
            _moves(session, viewer, patient, moved[back], back)
        _logs(session, clinic, patient, _said(person, back), back)
    return patient


def _moves(session: Session, viewer: Viewer, patient: Patient, to: Rung, back: int) -> None:
    [row] = plan_rows_of(session, patient.clinic_id, patient.id)
    plan, version = row.id, row.version
    session.commit()
    wanted = Move(to, reason="Seen in the clinic, bears it well")
    move_plan(session, viewer, patient.id, plan, wanted, version, _morning(back))


def _morning(back: int) -> datetime:
    return datetime.combine(TODAY - timedelta(days=back), time(8), LISBON).astimezone(UTC)


def _said(person: Person, back: int) -> Iterable[Content]:
    scores = person.course(back) if back else None
    if scores is not None:
        said = tuple(PainScore(site(place), Area(area) if area else None, on_loading=x) for place, area, x in scores)
        yield PainReading(said, no_other_pain=True)
        yield from person.trains(back)
    yield from (RedFlagReport((RedFlag(flag),)) for at, flag in person.flags if at == back)


def _logs(session: Session, clinic: Clinic, patient: Patient, said: Iterable[Content], back: int) -> None:
    day = TODAY - timedelta(days=back)
    recorded = datetime.combine(day, time(19, 32) if back else time(8, 5), LISBON)
    items = [
        Sent(
            id=uuid5(patient.id, f"{day} {content!r}"),
            kind=KINDS[type(content)],
            rev=1,
            recorded_at=recorded,
            time_zone=LISBON.key,
            for_date=None,
            withdrawn=False,
            content=content,
        )
        for content in said
    ]
    if items:
        own = Viewer(clinic.id, Role.PATIENT, patient.id, None, patient.language)
        entries.push(session, own, items, None, recorded.astimezone(UTC) + timedelta(minutes=1))
