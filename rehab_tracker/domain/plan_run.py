"""All plans of one patient, walked day by day together; a rung rises only by an act.

A pure function of acts, entries and templates: a late entry is evidence of the day it is about, and running again
gives what would have been. Nothing depends on when anything was received.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial

from rehab_tracker.domain.entry import standing
from rehab_tracker.domain.history import History
from rehab_tracker.domain.limb import Ordered, combined, restricts_second_leg
from rehab_tracker.domain.plan import Plan, PlanCourse
from rehab_tracker.domain.plan_walk import Flagged, Walk
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.site_log import readings_of
from rehab_tracker.domain.weight_bearing import WeightLimit


def run(
    plans: Iterable[Plan], history: History, today: date, ordered: Iterable[Ordered] = ()
) -> tuple[PlanCourse, ...]:
    """Return the course of each plan that has started by today, in the order of their sites' codes.

    Of several plans that would act on one day the first in that order acts first, and the next sees what it did.
    ``ordered`` are limits that clinicians gave a limb outside any plan.
    """
    begun = sorted((p for p in plans if p.started_on <= today), key=lambda p: (str(p.site), p.started_on, str(p.id)))
    readings, flagged, orders = readings_of(standing(history.entries)), _by_day(history.flagged), list(ordered)
    walks = [Walk(plan, readings, flagged) for plan in begun]
    first = min((plan.started_on for plan in begun), default=today)
    for number in range((today - first).days + 1):
        day = first + timedelta(days=number)
        active = [walk for walk in walks if walk.is_active(day)]
        for walk in active:
            walk.open(day)
        asks = partial(_asks, active, orders, day)
        for walk in active:
            walk.settle(day, asks)
    return tuple(walk.course(begun, today) for walk in walks)


def _by_day(flagged: Iterable[Flagged]) -> dict[date, list[Flagged]]:
    found: dict[date, list[Flagged]] = {}
    for entry, report in sorted(flagged, key=lambda f: (f[0].recorded_at, f[0].id, f[0].rev, f[1].flags)):
        found.setdefault(entry.for_date, []).append((entry, report))
    return found


def _asks(active: Iterable[Walk], ordered: Iterable[Ordered], day: date, limb: Limb | None, limit: WeightLimit) -> bool:
    now = combined(((walk.plan.site, walk.limit) for walk in active), ordered, day)
    return restricts_second_leg(limb, limit, now)
