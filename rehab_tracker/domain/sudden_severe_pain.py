"""Sudden severe pain: one day bad enough to act on without waiting for a second.

By default 7 or more once at a quiet site; at a known one 7 or more and at least 4 above the median of the 7 days
before. The patient is asked the red-flag questions at once; in the hip it is urgent, because a softened femoral neck
can break (transient osteoporosis of the hip with fracture: BMJ Case Rep 2021;14:e238659).
"""

from collections.abc import Iterable, Sequence
from statistics import median

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.history import SiteDay
from rehab_tracker.domain.new_site_pain import counts_from
from rehab_tracker.domain.site import Region, Site
from rehab_tracker.domain.window import evidence_on

VERSION = 1


def at_quiet_site(days: Sequence[SiteDay], joint: Site, usual: int | None, settings: RuleSettings) -> Verdict | None:
    """Return the verdict on the last of these known days (oldest first) of a quiet joint or part, or None."""
    threshold = counts_from(settings.sudden_score, usual, settings)
    if days[-1].x < threshold:
        return None
    return _verdict("quiet", days[-1:], joint, {"score": days[-1].x})


def at_known_site(
    days: Sequence[SiteDay], quiet: Iterable[SiteDay], joint: Site, settings: RuleSettings
) -> Verdict | None:
    """Return the verdict on the last of these known days (oldest first) of an involved joint, or None.

    ``quiet`` are the known days of the same joint while it was quiet: pain of the week before counts, whichever it was
    called then. Without any known day in the 7 days before there is nothing to compare with, and no verdict.
    """
    today = days[-1]
    if today.x < settings.sudden_score:
        return None
    number = settings.sudden_median_calendar_days
    earlier = sorted((*days[-number - 1 : -1], *quiet), key=lambda d: d.day)
    before = [d for d in earlier if 0 < (today.day - d.day).days <= number]
    if not before:
        return None
    usually = median(d.x for d in before)
    if today.x - usually < settings.sudden_rise:
        return None
    return _verdict("known", [*before, today], joint, {"score": today.x, "median": f"{usually:g}"})


def _verdict(key: str, days: Sequence[SiteDay], joint: Site, values: dict[str, int | str]) -> Verdict:
    worst = days[-1].worst
    area = worst.score.area if worst else None
    return Verdict(
        rule=Rule.SUDDEN_SEVERE_PAIN,
        version=VERSION,
        level=Level.URGENT if joint.region is Region.HIP else Level.SOON,
        subject=str(joint),
        for_date=days[-1].day,
        key=f"{Rule.SUDDEN_SEVERE_PAIN}.{key}",
        values={"site": str(joint), **({"area": str(area)} if area else {}), **values},
        evidence=evidence_on(days),
        site=joint,
        area=area,
    )
