"""What schedules and plans cost: a year of 1,000 patients, beside a floor that only walks the same days and entries."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from time import process_time
from uuid import UUID
from zoneinfo import ZoneInfo

from rehab_tracker.domain.adherence import total
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.entry import Content, Entry, Kind
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.history import History
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus, KnownSites
from rehab_tracker.domain.occurrence_state import results
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.person import ZoneSince
from rehab_tracker.domain.plan import Act, Plan, PlanAct
from rehab_tracker.domain.plan_run import run
from rehab_tracker.domain.prescription import Prescription
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.schedule import occurrences
from rehab_tracker.domain.site import Site, site

PATIENTS = 1_000
YEAR = 365
FIRST = date(2026, 1, 5)
LAST = FIRST + timedelta(days=YEAR - 1)
NOW = datetime.combine(LAST, time(20, 10), UTC)
LISBON = ZoneInfo("Europe/Lisbon")
ZONES = [ZoneSince(date.min, LISBON.key)]
KNEES = (site("right-knee.medial-femoral-condyle"), site("left-knee.medial-femoral-condyle"))
BEGINS = {
    Phase.PARTIAL_WEIGHT_BEARING: 0,
    Phase.GAIT_TRAINING: 21,
    Phase.STRENGTHENING: 63,
    Phase.RETURN_AND_SURVEILLANCE: 147,
}
LATER_KNEE = 90
"""Days after which the second knee's plan begins."""


@dataclass(frozen=True, slots=True)
class Patient:
    """A year of one made-up patient: two plans, what they prescribe, and a log of pain and exercises each day."""

    plans: list[Plan]
    prescriptions: list[Prescription]
    entries: list[Entry]


def patient(number: int) -> Patient:
    """Return the patient of this number, always the same."""
    chance = Random(number)
    plans = [_plan(chance, knee, starts) for knee, starts in zip(KNEES, (0, LATER_KNEE), strict=True)]
    prescriptions = [p for plan in plans for p in _prescriptions(chance, plan)]
    return Patient(plans, prescriptions, list(_diary(chance, prescriptions)))


def _id(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _at(number: int) -> datetime:
    return datetime.combine(FIRST + timedelta(days=number), time(9), LISBON)


def _plan(chance: Random, place: Site, starts: int) -> Plan:
    acts = [
        PlanAct(Act.MOVE if begins else Act.START, _at(starts + begins).date(), _at(starts + begins), phase)
        for phase, begins in BEGINS.items()
    ]
    return Plan(_id(chance), place, DEFAULT_TEMPLATE, tuple(acts))


def _prescriptions(chance: Random, plan: Plan) -> Iterator[Prescription]:
    ends = [act.on - timedelta(days=1) for act in plan.acts[1:]]
    for act, until_on in zip(plan.acts, [*ends, None], strict=True):
        orders = DEFAULT_TEMPLATE.phase(act.phase).exercises if act.phase else ()
        for order in orders:
            yield Prescription(
                _id(chance), 1, order.exercise, (plan.site,), order.dose, order.days, act.on, until_on,
                order.strengthens, order.needs,
            )  # fmt: skip


def _diary(chance: Random, prescriptions: list[Prescription]) -> Iterator[Entry]:
    for number in range(YEAR):
        right, left = chance.choice((0, 0, 1, 1, 2, 3)), chance.choice((0, 0, 0, 1, 2))
        scores = PainScore(KNEES[0].joint, on_loading=right), PainScore(KNEES[1].joint, on_loading=left)
        yield _entry(chance, number, Kind.PAIN, PainReading(scores, no_other_pain=True))
        day = FIRST + timedelta(days=number)
        running = (p for p in prescriptions if p.from_on <= day and (p.until_on is None or day <= p.until_on))
        for exercise in sorted({p.exercise for p in running if p.days.include(day)}):
            if chance.random() < 0.8:
                yield _entry(chance, number, Kind.EXERCISE, ExerciseReport(exercise, done_sets=chance.randint(1, 3)))


def _entry(chance: Random, number: int, kind: Kind, content: Content) -> Entry:
    at = _at(number) + timedelta(hours=11)
    return Entry(_id(chance), kind, at, at.astimezone(UTC), at.date(), LISBON.key, content)


def scheduled(of: Patient) -> int:
    """Derive a year of occurrences."""
    return len(occurrences(of.prescriptions, (), ZONES, FIRST, LAST))


def kept_to(of: Patient) -> int:
    """Derive a year of occurrences, what became of each, and adherence."""
    return total(results(occurrences(of.prescriptions, (), ZONES, FIRST, LAST), of.entries, NOW)).due


def evaluated(of: Patient) -> int:
    """Walk a year of both plans."""
    known = KnownSites(Involvement(place, InvolvementStatus.CONFIRMED, FIRST) for place in KNEES)
    return sum(len(course.days) for course in run(of.plans, History(of.entries, LISBON, known), LAST))


def days_walked(of: Patient) -> int:
    """Walk each prescription's days, the floor of a schedule."""
    due = 0
    for each in of.prescriptions:
        for ordinal in range(each.from_on.toordinal(), (each.until_on or LAST).toordinal() + 1):
            due += each.days.include(date.fromordinal(ordinal))
    return due


def entries_walked(of: Patient) -> int:
    """Walk each day of each plan and each entry, the floor of an evaluation."""
    worst: dict[date, int] = {}
    for entry in of.entries:
        if isinstance(entry.content, PainReading):
            worst[entry.for_date] = max(score.worst for score in entry.content.scores)
    begins = (plan.started_on.toordinal() for plan in of.plans)
    return sum(date.fromordinal(day) in worst for begin in begins for day in range(begin, LAST.toordinal() + 1))


def both_walked(of: Patient) -> int:
    """Walk days and entries, the floor of adherence."""
    return days_walked(of) + entries_walked(of)


Work = Callable[[Patient], int]
WORKS: tuple[tuple[str, Work, Work], ...] = (
    ("a year's occurrences", scheduled, days_walked),
    ("a year's adherence", kept_to, both_walked),
    ("a year of two plans", evaluated, entries_walked),
)


def compare_plans() -> None:
    """Measure each work and its floor on the same patients, and print how many patients a CPU-second does."""
    print(f"Patients per CPU-second, {PATIENTS:,} patients with a year of daily logs and two plans each")
    used = {work: 0.0 for _, *pair in WORKS for work in pair}
    for number in range(PATIENTS):
        of = patient(number)
        for work in used:
            before = process_time()
            work(of)
            used[work] += process_time() - before
    for name, work, floor in WORKS:
        ours, least = PATIENTS / used[work], PATIENTS / used[floor]
        print(f"{name:24} {ours:9,.0f}/s   floor {least:9,.0f}/s   ratio {least / ours:5.1f}")


if __name__ == "__main__":
    compare_plans()
