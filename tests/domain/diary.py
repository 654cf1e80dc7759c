"""Ana's diary: her entries and what staff recorded of her, in days after her first visit.

She came on day 0 with a right knee that hurts on the inner side; the knee is confirmed unless a test says otherwise.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from rehab_tracker.domain.alert import Verdict, standings
from rehab_tracker.domain.call_request import CallRequest
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.entry import ClockFault, Content, Entry, Kind
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.history import DeclaredPain, History
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus, KnownSites
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.review import review
from rehab_tracker.domain.site import Area, site
from rehab_tracker.domain.weight_bearing import WeightBearingReport

LISBON = ZoneInfo("Europe/Lisbon")
FIRST_VISIT = date(2026, 1, 5)
KINDS = {
    PainReading: Kind.PAIN,
    RedFlagReport: Kind.RED_FLAGS,
    WeightBearingReport: Kind.WEIGHT_BEARING,
    ExerciseReport: Kind.EXERCISE,
    CallRequest: Kind.CALL_REQUEST,
}


def day(number: int) -> date:
    return FIRST_VISIT + timedelta(days=number)


def evening(number: int) -> datetime:
    return datetime.combine(day(number), time(20, 10), LISBON)


def hurts(place: str, worst: int, *, area: str | None = None, woke: bool | None = None) -> PainScore:
    return PainScore(site(place), Area(area) if area else None, on_loading=worst, woke_at_night=woke)


def entry(
    number: int,
    content: Content | None,
    *,
    name: str = "",
    kind: Kind = Kind.PAIN,
    rev: int = 1,
    withdrawn: bool = False,
    received_on: int | None = None,
    fault: ClockFault | None = None,
) -> Entry:
    kind = KINDS[type(content)] if content else kind
    received = evening(number if received_on is None else received_on).astimezone(UTC)
    own = uuid5(NAMESPACE_OID, name or f"{kind} {number}")
    return Entry(own, kind, evening(number), received, day(number), LISBON.key, content, rev, withdrawn, fault)


def pain(number: int, *scores: PainScore, no_other_pain: bool = True, name: str = "", rev: int = 1) -> Entry:
    return entry(number, PainReading(scores, no_other_pain), name=name, rev=rev)


def flags(number: int, *codes: str) -> Entry:
    return entry(number, RedFlagReport(tuple(RedFlag(code) for code in codes)))


def logged(place: str, *values: int | None, first: int = 1, area: str | None = None) -> list[Entry]:
    """Return one entry a day for a place; None is a day on which she logged nothing."""
    days = enumerate(values, start=first)
    return [pain(number, hurts(place, value, area=area)) for number, value in days if value is not None]


def known(place: str = "right-knee.medial-femoral-condyle", status: str = "confirmed", since: int = 0) -> Involvement:
    return Involvement(site(place), InvolvementStatus(status), day(since))


def long_standing(place: str, usual: int, since: int = 0) -> DeclaredPain:
    return DeclaredPain(site(place), usual, day(since))


RIGHT_KNEE = (known(),)


def history(
    entries: Iterable[Entry],
    involvements: Iterable[Involvement] = RIGHT_KNEE,
    declared: Iterable[DeclaredPain] = (),
) -> History:
    return History(entries, LISBON, KnownSites(involvements), declared)


def verdicts(
    entries: Iterable[Entry],
    involvements: Iterable[Involvement] = RIGHT_KNEE,
    declared: Iterable[DeclaredPain] = (),
    settings: RuleSettings = DEFAULT_RULES,
) -> list[Verdict]:
    return review(history(entries, involvements, declared), settings)


Raised = set[tuple[str, str, str, int]]


def in_the_end(found: Iterable[Verdict]) -> Raised:
    """Return what stands in the end: rule, highest level, subject and first qualifying day."""
    return {(s.rule, s.worst.level, s.subject, (s.first_day - FIRST_VISIT).days) for s in standings(found)}


def raised(
    entries: Iterable[Entry],
    involvements: Iterable[Involvement] = RIGHT_KNEE,
    declared: Iterable[DeclaredPain] = (),
    settings: RuleSettings = DEFAULT_RULES,
) -> Raised:
    return in_the_end(verdicts(entries, involvements, declared, settings))
