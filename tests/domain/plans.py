"""Ana's plans: acts of Dr Boris at nine in the morning, and the courses that follow, in days after her first visit."""

from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import NAMESPACE_OID, uuid5

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.pain import Feel, PainReading, PainScore
from rehab_tracker.domain.plan import Act, Plan, PlanAct, PlanCourse
from rehab_tracker.domain.plan_run import run
from rehab_tracker.domain.protocol import Phase, Rung, Template
from rehab_tracker.domain.site import site
from tests.domain.diary import LISBON, day, entry, history

PROTECT = Rung(Phase.PROTECT)
PARTIAL = Rung(Phase.PARTIAL_WEIGHT_BEARING)
HALF = Rung(Phase.GAIT_TRAINING, 0)
THREE_QUARTERS = Rung(Phase.GAIT_TRAINING, 1)
TOLERATED = Rung(Phase.GAIT_TRAINING, 2)
STRENGTH = Rung(Phase.STRENGTHENING)
RETURN = Rung(Phase.RETURN_AND_SURVEILLANCE)
RIGHT, LEFT = "right-knee", "left-knee"


def moment(number: int, hour: int = 9) -> datetime:
    return datetime.combine(day(number), time(hour), LISBON)


def act(kind: Act, number: int, rung: Rung | None = None, hour: int = 9, **more) -> PlanAct:
    place = {"phase": rung.phase, "step": rung.step} if rung else {}
    return PlanAct(kind, day(number), moment(number, hour), **place, **more)


def start(number: int = 0, rung: Rung = PARTIAL, **more) -> PlanAct:
    return act(Act.START, number, rung, **more)


def move(number: int, rung: Rung, **more) -> PlanAct:
    return act(Act.MOVE, number, rung, **more)


def check(number: int, *items: str) -> list[PlanAct]:
    return [act(Act.CHECK, number, item=item) for item in items]


def plan(place: str, *acts: PlanAct, template: Template = DEFAULT_TEMPLATE) -> Plan:
    return Plan(uuid5(NAMESPACE_OID, f"{place} {acts[0].on}"), site(place), template, acts)


def score(place: str, x: int, morning: int | None = None, *, muscle: bool = False) -> PainScore:
    return PainScore(site(place), on_loading=x, next_morning=morning, feel=Feel.MUSCLE if muscle else None)


def logs(place: str, *values: int | tuple[int, int] | None, first: int = 1) -> list[Entry]:
    """Return one entry a day: pain on loading, or that and the next morning's; None is a day without a log."""
    found = []
    for number, value in enumerate(values, start=first):
        if value is not None:
            x, morning = value if isinstance(value, tuple) else (value, None)
            found.append(entry(number, PainReading((score(place, x, morning),)), name=f"{place} {number}"))
    return found


def courses(
    plans: Iterable[Plan], entries: Iterable[Entry] = (), today: int = 60, **more: object
) -> tuple[PlanCourse, ...]:
    return run(plans, history(entries), day(today), **more)


def course(its_plan: Plan, entries: Iterable[Entry] = (), today: int = 60) -> PlanCourse:
    [found] = courses([its_plan], entries, today)
    return found


def ladder(found: PlanCourse) -> list[tuple[int, Rung]]:
    """Return on which days the plan came to stand on which rung."""
    steps: list[tuple[int, Rung]] = []
    for then in found.days:
        if not steps or steps[-1][1] != then.rung:
            steps.append(((then.day - day(0)).days, then.rung))
    return steps


def held(found: PlanCourse) -> list[int]:
    return [(then.day - day(0)).days for then in found.days if then.is_held]


def number_of(then: date) -> int:
    return (then - day(0)).days
