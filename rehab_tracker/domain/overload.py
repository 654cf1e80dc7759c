"""Overload (M8): the sound leg and the back carry more while the other leg is spared.

Of 55 people kept off one leg, 7 had new pain in another joint (Quested 2017, Injury, doi:10.1016/j.injury.2017.03.006).
Such pain gets a label and nothing else: it keeps its level, since the other side is also where the disease often goes.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from rehab_tracker.domain.alert import Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.site import LEGS, Limb, Region, Site, site
from rehab_tracker.domain.site_day import SiteDay
from rehab_tracker.domain.topology import NEW_SITE
from rehab_tracker.domain.window import hits_of, threshold_of

KNOWN_DAYS = 28
"""Known days that are looked at, at most, the judged one included."""

REGIONS = (Region.HIP, Region.KNEE, Region.LUMBAR_SPINE)
"""What is overloaded by sparing a leg, of those the notes name."""

LABEL = "overload"


def labelled_overload(
    verdict: Verdict, days: Sequence[SiteDay], restricted: Collection[Limb], settings: RuleSettings
) -> Verdict:
    """Return a new-site verdict, labelled where another leg is spared and the pain is mild and gone by the morning.

    ``days`` are those that the verdict was made from, ``restricted`` the limbs that may not carry full weight on the
    day it is about. A morning of which nothing is known speaks neither for nor against it.
    """
    if (
        verdict.rule not in NEW_SITE
        or "label" in verdict.values
        or not _is_other_leg(site(verdict.subject), restricted)
    ):
        return verdict
    hits = hits_of(verdict, days, KNOWN_DAYS)
    if not hits or not all(_settles(day, verdict, settings) for day in hits):
        return verdict
    return replace(verdict, values={**verdict.values, "label": LABEL})


def _is_other_leg(place: Site, restricted: Collection[Limb]) -> bool:
    return place.region in REGIONS and any(leg in restricted for leg in LEGS if leg is not place.limb)


def _settles(day: SiteDay, verdict: Verdict, settings: RuleSettings) -> bool:
    mornings = [s.score.next_morning for s in day.said if s.score.next_morning is not None]
    return day.x <= settings.overload_most and all(m < threshold_of(verdict, settings) for m in mornings)
