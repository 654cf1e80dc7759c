"""Known-site flare (M10): a known place hurts clearly more than it did; the plan may ask for a step back.

By default 4 or more, and 2 or more above the median of the week before, on 3 of the last 5 known days. A rise needs
something to rise from: where nothing is known of the week before there is no verdict, and a zero said of that week is a
low value like any other. The day of a zero itself never qualifies.
"""

from collections.abc import Sequence
from statistics import median

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_day import SiteDay
from rehab_tracker.domain.window import evidence_on, place_of, scores_of, unknown_in

VERSION = 1

KNOWN_DAYS = 21
"""Known days that the rule looks at, the judged one included: a window of 7 at most, and 14 calendar days before it."""


def known_site_flare(days: Sequence[SiteDay], joint: Site, settings: RuleSettings) -> Verdict | None:
    """Return the verdict on the last of these days, level soon, or None.

    ``days`` are the known days of an involved joint, oldest first, up to and including the one judged and since it
    turned.
    """
    if days[-1].x < settings.flare_score:
        return None
    window = days[-settings.flare_window :]
    high = [day for day in window if day.x >= settings.flare_score]
    before = _before(days, window, settings) if len(high) >= settings.flare_days else ()
    if not before:
        return None
    usually = median(day.x for day in before)
    hits = [day for day in high if day.x >= usually + settings.flare_rise]
    if len(hits) < settings.flare_days or hits[-1] is not window[-1]:
        return None
    said = [worst for day in hits if (worst := day.worst)]
    return Verdict(
        rule=Rule.KNOWN_SITE_FLARE,
        version=VERSION,
        level=Level.SOON,
        subject=str(joint),
        for_date=window[-1].day,
        key=str(Rule.KNOWN_SITE_FLARE),
        values={
            **place_of(joint, said[-1]),
            "hits": len(hits),
            "logged": len(window),
            "scores": scores_of(hits),
            "median": f"{usually:g}",
        },
        evidence=evidence_on(hits),
        site=joint,
        area=said[-1].score.area,
        unknown_days=unknown_in(window),
    )


def _before(days: Sequence[SiteDay], window: Sequence[SiteDay], settings: RuleSettings) -> list[SiteDay]:
    """Return the known days of the calendar week before the window."""
    tail, week = days[-KNOWN_DAYS:], settings.flare_median_calendar_days
    return [day for day in tail if 0 < (window[0].day - day.day).days <= week]
