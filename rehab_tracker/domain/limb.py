"""Limbs: what each may carry on a day, from the running plans of its sites and what a clinician ordered for the limb.

The strictest wins. A suspected site has no plan and so sets no limit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.site import LEGS, Limb, Site
from rehab_tracker.domain.weight_bearing import LimbLimit, WeightLimit, limb_limits, strictest

Ordered = tuple[Limb, WeightLimit, date]
"""What a clinician ordered for a limb, from a local day until the next order for it."""

Span = tuple[date, date, WeightLimit]
"""A limit with its first and last day, both included."""


def in_force(ordered: Iterable[Ordered], day: date) -> dict[Limb, WeightLimit]:
    """Return the order in force for each limb: the latest one; those of one day stand in the order of giving."""
    latest: dict[Limb, tuple[date, WeightLimit]] = {}
    for limb, limit, on in ordered:
        if on <= day and (limb not in latest or on >= latest[limb][0]):
            latest[limb] = (on, limit)
    return {limb: limit for limb, (_, limit) in latest.items()}


def combined(pairs: Iterable[tuple[Site, WeightLimit]], ordered: Iterable[Ordered], day: date) -> dict[Limb, LimbLimit]:
    """Return the limit of each limb on a day from the limits of its sites and the orders in force."""
    limits = limb_limits(pairs)
    for limb, order in in_force(ordered, day).items():
        of_sites = limits.get(limb, LimbLimit(limb, order))
        limits[limb] = replace(of_sites, limit=strictest((of_sites.limit, order)) or order)
    return limits


def restricts_second_leg(limb: Limb | None, limit: WeightLimit, now: Mapping[Limb, LimbLimit]) -> bool:
    """Return whether this limit would restrict a leg that is free ``now``, while the other leg is restricted."""
    if limb is None or limb not in LEGS or not limit.is_restricted:
        return False
    others = (leg for leg in LEGS if leg is not limb)
    return not now[limb].limit.is_restricted and any(leg in now and now[leg].limit.is_restricted for leg in others)


def limits_on(courses: Iterable[PlanCourse], day: date, ordered: Iterable[Ordered] = ()) -> dict[Limb, LimbLimit]:
    """Return what each limb might carry on a day; a limb without plan and order is not in it.

    A plan that ended counts up to the day of its end: until somebody ended it, it held.
    """
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
