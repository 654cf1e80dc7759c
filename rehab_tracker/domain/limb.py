"""Limbs: what each may carry on a day, from the running plans of its sites and what a clinician ordered for the limb.

The strictest wins. A suspected site has no plan and so sets no limit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.site import Limb, Site
from rehab_tracker.domain.weight_bearing import LimbLimit, WeightLimit, limb_limits, strictest

Ordered = tuple[Limb, WeightLimit, date]
"""What a clinician ordered for a limb, from a local day until the next order for it."""

Span = tuple[date, date, WeightLimit]
"""A limit with its first and last day, both included."""


def in_force(ordered: Iterable[Ordered], day: date) -> dict[Limb, WeightLimit]:
    """Return the order in force for each limb: the latest one; of several of one day the strictest."""
    latest: dict[Limb, tuple[date, list[WeightLimit]]] = {}
    for limb, limit, on in ordered:
        if on <= day and (limb not in latest or on >= latest[limb][0]):
            same = latest[limb][1] if limb in latest and latest[limb][0] == on else []
            latest[limb] = (on, [*same, limit])
    found = {limb: strictest(limits) for limb, (_, limits) in latest.items()}
    return {limb: limit for limb, limit in found.items() if limit is not None}


def combined(pairs: Iterable[tuple[Site, WeightLimit]], ordered: Iterable[Ordered], day: date) -> dict[Limb, LimbLimit]:
    """Return the limit of each limb on a day from the limits of its sites and the orders in force."""
    limits = limb_limits(pairs)
    for limb, order in in_force(ordered, day).items():
        of_sites = limits.get(limb, LimbLimit(limb, order))
        limits[limb] = replace(of_sites, limit=strictest((of_sites.limit, order)) or order)
    return limits


def limits_on(courses: Iterable[PlanCourse], day: date, ordered: Iterable[Ordered] = ()) -> dict[Limb, LimbLimit]:
    """Return what each limb may carry at the end of a day; a limb without plan and order is not in it."""
    stood = ((course.plan.site, course.on(day)) for course in courses)
    return combined(((place, then.limit) for place, then in stood if then), ordered, day)


def limit_spans(
    courses: Sequence[PlanCourse], ordered: Sequence[Ordered], first: date, last: date
) -> dict[Limb, list[Span]]:
    """Return for each limb its limits from the first to the last day, oldest first; days without a limit are gaps."""
    spans: dict[Limb, list[Span]] = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for limb, found in limits_on(courses, day, ordered).items():
            own = spans.setdefault(limb, [])
            if own and own[-1][2] == found.limit and own[-1][1] == day - timedelta(days=1):
                own[-1] = (own[-1][0], day, found.limit)
            else:
                own.append((day, day, found.limit))
    return spans
