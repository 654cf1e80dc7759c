"""Not improving: after weeks of a plan its place hurts nearly as much as in the first week.

By default less than 15 % lower after 6 weeks; 1 point or 15 % is the smallest change that matters to patients, 2 points
or 33 % is "much better" (Salaffi 2004, Eur J Pain 8:283). Pain that phases may go on with (below 3) raises nothing.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_day import SiteDay
from rehab_tracker.domain.window import evidence_on, place_of, rounded

VERSION = 1

KNOWN_DAYS = 7
"""Known days whose mean is the present pain, the judged one included."""

CALENDAR_DAYS = 14
"""Calendar days in which these must lie, so that old days don't stand for the present (house rule)."""

FIRST_DAYS = 7
"""Calendar days of the plan whose painful days are what it began from: ``first_days`` holds them."""

LEAST_PAINFUL = 3
"""Painful days needed then and now; fewer are too few to compare (house rule)."""

WHOLE = 100
"""Percent."""


def not_improving(
    days: Sequence[SiteDay], first_days: Sequence[SiteDay], started_on: date, joint: Site, settings: RuleSettings
) -> Verdict | None:
    """Return the verdict on the last of these days, level info, or None.

    ``days`` are the known days of an involved joint, oldest first, up to and including the one judged; ``first_days``
    its known days in the first 7 calendar days of its plan, which began on ``started_on``. Of these only painful days
    count, so that a zero added later lowers the present but never what it is compared with.
    """
    today = days[-1]
    due = started_on + timedelta(weeks=settings.not_improving_weeks)
    if today.x < settings.pain_counts_from or today.day < due:
        return None
    first_known = [day for day in first_days if 0 <= (day.day - started_on).days < FIRST_DAYS]
    began = [day for day in first_known if day.x]
    now = [day for day in days[-KNOWN_DAYS:] if (today.day - day.day).days < CALENDAR_DAYS]
    if len(began) < LEAST_PAINFUL or sum(day.x > 0 for day in now) < LEAST_PAINFUL:
        return None
    if _sum(now) * len(began) * WHOLE <= _sum(began) * len(now) * (WHOLE - settings.not_improving_percent):
        return None
    return Verdict(
        rule=Rule.NOT_IMPROVING,
        version=VERSION,
        level=Level.INFO,
        subject=str(joint),
        for_date=today.day,
        key=str(Rule.NOT_IMPROVING),
        values={
            **place_of(joint, None),
            "before": rounded(_mean(began)),
            "now": rounded(_mean(now)),
            "weeks": (today.day - started_on).days // 7,
        },
        evidence=evidence_on((*began, *now)),
        site=joint,
        unknown_days=FIRST_DAYS - len(first_known) + (today.day - now[0].day).days + 1 - len(now),
    )


def _mean(days: Sequence[SiteDay]) -> Fraction:
    return Fraction(_sum(days), len(days))


def _sum(days: Sequence[SiteDay]) -> int:
    return sum([day.x for day in days])
