"""The safety strip: what each limb may carry today, since when and by whom, and what must not be overlooked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dashboards.pages.words import words
from rehab_tracker.domain.involvement import InvolvementStatus
from rehab_tracker.domain.logging_rhythm import silent_asked_days
from rehab_tracker.domain.plan import PlanCourse, Turn
from rehab_tracker.domain.plan_wording import limit_sentence
from rehab_tracker.domain.site import LEGS, Limb
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.weight_bearing import LimbLimit, both_legs_restricted
from rehab_tracker.services.record import Record

BY_ITSELF = N_("the plan, by itself")


@dataclass(frozen=True, slots=True)
class LimitTold:
    """One limb's limit in words: for staff, as the patient reads it, the places behind it, since when and by whom."""

    limb: Limb
    name: str
    limit: str
    reads: str
    places: str
    since: date | None
    by: str
    is_restricted: bool


def limits_told(record: Record) -> list[LimitTold]:
    """Return the limits in force; both legs always stand there, so that one without a limit says so."""
    say, limits = words(), record.told.limits
    told = [_told(record, found) for found in sorted(limits.values(), key=lambda found: list(Limb).index(found.limb))]
    free = [leg for leg in LEGS if leg not in limits]
    return told + [LimitTold(leg, say.code(leg), "", "", "", None, "", False) for leg in free]


def _told(record: Record, found: LimbLimit) -> LimitTold:
    say = words()
    spans = record.told.spans.get(found.limb, [])
    since = spans[-1][0] if spans else record.today
    return LimitTold(
        limb=found.limb,
        name=say.code(found.limb),
        limit=say.limit(found.limit),
        reads=limit_sentence(found.limb, found.limit, say.gettext),
        places=", ".join(say.place(place) for place in found.sites),
        since=since,
        by=_author(record, found, since),
        is_restricted=found.limit.is_restricted,
    )


def _author(record: Record, found: LimbLimit, since: date) -> str:
    """Return who gave a limb its limit: whoever ordered it or moved a plan that day, or the plan by itself."""
    ordered = [o.written_by for o in record.orders if o.limb is found.limb and o.on_day == since and o.written_by]
    changes = _changes_on(record.told.standing.running, found, since)
    acted = [by for _, by in changes if by]
    if not acted and any(turn is Turn.REGRESS for turn, _ in changes):
        return words()(BY_ITSELF)
    by = [*ordered, *acted][-1:]
    return record.names.get(by[0], "") if by else ""


def _changes_on(courses: Iterable[PlanCourse], found: LimbLimit, day: date) -> list[tuple[Turn, UUID | None]]:
    return [
        (change.turn, change.act.by if change.act else None)
        for course in courses
        if course.plan.site in found.sites
        for change in course.changes
        if change.on == day
    ]


def places_without_limit(record: Record) -> list[tuple[str, bool]]:
    """Return the active places of limbs that set no limit, for want of a plan, and whether they are only suspected."""
    planned = {course.plan.site for course in record.told.standing.running}
    active = (i for i in record.involvements if i.status.is_active and i.site.limb and i.site not in planned)
    return [(words().place(i.site), i.status is InvolvementStatus.SUSPECTED) for i in active]


def silent_days(record: Record) -> int:
    """Return on how many of the last days on which the patient was asked, one after the other, no pain was told of."""
    known = record.told.known
    return len(silent_asked_days(known.asked, known.logged, record.today))


def asks_how_to_get_about(record: Record) -> bool:
    """Return whether both legs are restricted and nobody has said yet how the patient gets about."""
    plans = record.told.standing
    return both_legs_restricted(plans.limits) and plans.getting_about is None


def leg_plan(record: Record) -> PlanCourse | None:
    """Return a running plan of a leg, on which the answer for both legs is kept."""
    return next((c for c in record.told.standing.running if c.plan.site.limb in LEGS), None)
