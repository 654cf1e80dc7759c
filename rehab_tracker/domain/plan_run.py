"""All plans of one patient, walked day by day together; a rung rises only by an act.

A pure function of acts, entries and templates: a late entry is evidence of the day it is about, and running again
gives what would have been. Nothing depends on when anything was received.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from rehab_tracker.domain.entry import Entry, Kind, standing
from rehab_tracker.domain.history import History
from rehab_tracker.domain.limb import Ordered, combined, restricts_second_leg
from rehab_tracker.domain.plan import PhaseReview, Plan, PlanCourse
from rehab_tracker.domain.plan_evening import Evening
from rehab_tracker.domain.plan_standing import Flagged
from rehab_tracker.domain.plan_walk import Walk
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import WeightLimit

NEXT_DAY = timedelta(days=1)


def run(
    plans: Iterable[Plan], history: History, today: date, ordered: Iterable[Ordered] = ()
) -> tuple[PlanCourse, ...]:
    """Return the course of each plan that has started by today, in the order of their sites' codes.

    Of several plans that would act on one day the first in that order acts first, and the next sees what it did.
    ``ordered`` are limits that clinicians gave a limb outside any plan.
    """
    return walked(plans, history, today, ordered).courses(today)


def walked(
    plans: Iterable[Plan],
    history: History,
    today: date,
    ordered: Iterable[Ordered] = (),
    kept: Mapping[UUID, Evening] | None = None,
) -> "PlanRun":
    """Return all plans walked to the end of today: from their start, or from the evening of one day, ``kept`` of each.

    With these, of the entries only those are needed that say something of later days; others are not looked at.
    """
    since = next((evening.on for evening in kept.values()), date.min) if kept else date.min
    pain: dict[date, list[Entry]] = {}
    for entry in standing(history.entries):
        if entry.kind is Kind.PAIN and (entry.for_date > since or not kept):
            pain.setdefault(entry.for_date, []).append(entry)
    found = PlanRun(plans, pain, history.flagged, ordered, kept)
    found.walk(today)
    return found


class PlanRun:
    """All plans of one patient on their way: what is new moves them on, what is late takes them back to its day.

    ``pain`` are the standing pain entries of each day; it may change, and ``changed`` says where; other plans and
    orders are followed from the day on that they are about. Other red flags need a new run.
    """

    def __init__(
        self,
        plans: Iterable[Plan],
        pain: Mapping[date, Iterable[Entry]],
        flagged: Iterable[Flagged] = (),
        ordered: Iterable[Ordered] = (),
        kept: Mapping[UUID, Evening] | None = None,
    ) -> None:
        self._pain, self._flagged, self._kept = pain, _by_day(flagged), kept or {}
        self.walks: list[Walk] = []
        self._next = date.max
        self.follow(plans, ordered, date.min)

    def follow(self, plans: Iterable[Plan], ordered: Iterable[Ordered], since: date) -> None:
        """Go on with these plans and orders, which say something else from a day on than those before, or are new."""
        walks, self._orders = {(walk.plan.id, walk.plan.site): walk for walk in self.walks}, list(ordered)
        in_order = sorted(plans, key=lambda p: (str(p.site), p.started_on, str(p.id)))
        since = min([since, *(plan.started_on for plan in in_order if (plan.id, plan.site) not in walks)])
        self.walks = []
        for plan in in_order:
            walk = walks.get((plan.id, plan.site))
            if walk is None or since <= plan.started_on:
                walk = Walk(plan, self._pain, self._flagged, self._kept.get(plan.id))
            else:
                walk.follow(plan, since)
            self.walks.append(walk)
        self._first = min((walk.first for walk in self.walks), default=date.max)
        self._next = min(self._next, max(since, self._first))

    def changed(self, day: date) -> None:
        """Go back to the evening before a day of which something else is known now."""
        for walk in self.walks:
            walk.rewind(day)
        self._next = min(self._next, max(day, self._first))

    def walk(self, today: date) -> date:
        """Walk on to the end of today, and return the first day that was walked."""
        since = day = self._next
        while day <= today:
            active = [walk for walk in self.walks if walk.is_active(day)]
            for walk in active:
                walk.open(day)
            asks = partial(_asks, active, self._orders, day)
            for walk in active:
                walk.settle(day, asks)
            day += NEXT_DAY
        self._next = day
        return since

    def reviews(self, since: date) -> Iterator[PhaseReview]:
        """Yield what the plans have asked from a day on, those of one plan together."""
        for walk in self.walks:
            yield from walk.reviews[bisect_left(walk.reviews, since, key=lambda review: review.on) :]

    def evenings(self, day: date) -> dict[UUID, Evening]:
        """Return how each plan stood on the evening of a day up to which they were walked."""
        return {walk.plan.id: walk.evening(day) for walk in self.walks}

    def courses(self, today: date) -> tuple[PlanCourse, ...]:
        """Return what has become of the plans by the end of today, up to which they were walked."""
        begun = [walk.plan for walk in self.walks if walk.plan.started_on <= today]
        return tuple(walk.course(begun, today) for walk in self.walks if walk.plan.started_on <= today)


def _by_day(flagged: Iterable[Flagged]) -> dict[date, list[Flagged]]:
    found: dict[date, list[Flagged]] = {}
    for entry, report in sorted(flagged, key=lambda f: (f[0].recorded_at, f[0].id, f[0].rev, f[1].flags)):
        found.setdefault(entry.for_date, []).append((entry, report))
    return found


def _asks(active: Iterable[Walk], ordered: Iterable[Ordered], day: date, limb: Limb | None, limit: WeightLimit) -> bool:
    now = combined(((walk.plan.site, walk.limit) for walk in active), ordered, day)
    return restricts_second_leg(limb, limit, now)
