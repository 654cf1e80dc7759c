"""The contenders of an evaluation: the rules as they ship, and each criterion alone on the same diaries."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.arrival import Raised
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.history import DeclaredPain, History
from rehab_tracker.domain.involvement import Involvement, KnownSites
from rehab_tracker.domain.joint_history import JointHistory
from rehab_tracker.domain.moment import local_day
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.running import Running
from rehab_tracker.evaluation.criteria import Criterion, jump, k_of_n, slope, summed
from rehab_tracker.evaluation.events import PatientEvents, received
from rehab_tracker.evaluation.replay import replay

SEARCHED = "new-site-pain"
RULES = (Rule.NEW_SITE_PAIN, Rule.NEW_COMPARTMENT_PAIN)
"""The rules that look for migrations; only their alerts of level soon and urgent are alarms."""
WHOLE = "The rules as they ship"
PARTLY, K_OF_N, DETECTOR, SINGLE, TRIED = "part of what ships", "k of n days", "detector", "one score", "tried"
PARTS = (
    ("of these, urgent", RULES, Level.URGENT),
    ("new-site-pain alone", (Rule.NEW_SITE_PAIN,), Level.SOON),
    ("new-compartment-pain alone", (Rule.NEW_COMPARTMENT_PAIN,), Level.SOON),
    ("sudden-severe-pain alone", (Rule.SUDDEN_SEVERE_PAIN,), Level.SOON),
    ("recurrence alone", (Rule.RECURRENCE,), Level.SOON),
    ("these, sudden-severe-pain and recurrence", (*RULES, Rule.SUDDEN_SEVERE_PAIN, Rule.RECURRENCE), Level.SOON),
)
"""What of the rules as they ship is measured by itself: rules, and from which level on."""

Trying = Callable[[PatientEvents], list[Raised]]


@dataclass(frozen=True, slots=True)
class Entrant:
    """Something to be measured: its name, the family it makes a curve with, and what it raises of a patient.

    Of that, alerts of ``rules`` count as alarms from level ``least`` on.
    """

    name: str
    family: str
    raises: Trying
    rules: Collection[Rule] = RULES
    least: Level = Level.SOON


def entrants(settings: RuleSettings = DEFAULT_RULES) -> list[Entrant]:
    """Return everything that is compared, the rules as they ship first."""

    def ships(patient: PatientEvents) -> list[Raised]:
        return replay(patient, settings)

    parts = (Entrant(name, PARTLY, ships, rules, least) for name, rules, least in PARTS)
    alone = (Entrant(name, family, _alone(holds, settings)) for name, family, holds in _criteria())
    return [Entrant(WHOLE, WHOLE, ships), *parts, *alone]


def _criteria() -> Iterator[tuple[str, str, Criterion]]:
    for points in (9, 11, 12, 13, 14, 15, 17, 20, 25):
        yield f"sum of {points}", DETECTOR, summed(points)
    for score in (4, 5, 7):
        yield f"one score of {score}", SINGLE, k_of_n(1, 1, score)
    for k, n, score in (
        (2, 3, 3),
        (3, 5, 3),
        (3, 4, 3),
        (4, 6, 3),
        (4, 7, 3),
        (5, 7, 3),
        (6, 7, 3),
        (3, 5, 4),
        (4, 7, 4),
    ):
        yield f"{k} of {n} days at {score}", K_OF_N, k_of_n(k, n, score)
    yield "M2 severe: 3 of 4 days at 5", TRIED, k_of_n(3, 4, 5, within=365)
    yield "M3: jump", TRIED, jump
    yield "M4: slope", TRIED, slope


def _alone(holds: Criterion, settings: RuleSettings) -> Trying:
    """Return what a criterion alone would raise: one alert for each place, until 14 days have passed without it."""

    def raises(patient: PatientEvents) -> list[Raised]:
        history, running, recorded = History((), patient.zone), Running(), list[Involvement]()
        raised: list[Raised] = []
        for event in patient.events:
            if isinstance(event, Entry):
                at = received(event)
                for verdict in _verdicts(history, event, holds, settings):
                    running.replace((), (verdict,))
                    if news := running.tell(verdict):
                        raised.append(Raised(verdict, at, local_day(at, patient.zone), news.rises_from))
            elif isinstance(event.what, Involvement):
                recorded.append(event.what)
                history.record(KnownSites(recorded), event.what.site.joint)
            elif isinstance(event.what, UsualPain):
                history.declare(DeclaredPain(event.what.site.joint, event.what.usual_pain, event.on))
        return raised

    return raises


def _verdicts(history: History, entry: Entry, holds: Criterion, settings: RuleSettings) -> Iterator[Verdict]:
    """Yield the verdicts of a criterion on the day that an entry is about."""
    for changed in history.take(entry):
        if changed.kind is not Kind.PAIN or history.known.recorded_since is None:
            continue
        for joint in changed.joints:
            if _holds(history.of(joint), changed.day, history.usual_pain(joint, changed.day), holds, settings):
                yield Verdict(Rule.NEW_SITE_PAIN, 1, Level.SOON, str(joint), changed.day, SEARCHED, site=joint)


def _holds(there: JointHistory, day: date, usual: int | None, holds: Criterion, settings: RuleSettings) -> bool:
    """Return whether a criterion holds of a quiet joint, or of the uninvolved parts of an involved one."""
    tails = (there.quiet_until(day), there.other_until(day))
    return any(tail is not None and tail[-1].x > 0 and holds(tail, usual, settings) for tail in tails)
