"""Circumstances: what lies around new-site pain and may raise or label its verdict; nothing lowers it.

What raises comes first, so that nothing is called soreness that lies next to a known place or follows an injury.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from rehab_tracker.domain.alert import Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.injury import after_injury
from rehab_tracker.domain.overload import labelled_overload
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.site_day import SiteDay
from rehab_tracker.domain.soreness import labelled_soreness
from rehab_tracker.domain.topology import PlaceBefore, raised_by_nearness, raised_by_two


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known around one new-site verdict; each field is explained where it is used.

    ``days`` are those that the verdict was made from, ``mirrored`` those of the same joint on the other side;
    ``others`` are the new-site verdicts of other joints in the 7 days up to the judged one, at their own level.
    """

    days: Sequence[SiteDay]
    mirrored: Sequence[SiteDay] = ()
    others: Sequence[Verdict] = ()
    before: Sequence[PlaceBefore] = ()
    loaded: Collection[date] = ()
    restricted: Collection[Limb] = ()
    no_weight_on: Collection[date] = ()


def under(verdict: Verdict, around: Circumstances, settings: RuleSettings) -> Verdict:
    """Return a new-site verdict as it is told under its circumstances; any other verdict comes back as it is."""
    verdict = raised_by_two(verdict, around.others, settings)
    verdict = raised_by_nearness(verdict, around.before, settings)
    verdict = after_injury(verdict, around.days, around.no_weight_on)
    verdict = labelled_soreness(verdict, around.days, around.mirrored, around.loaded, around.others, settings)
    return labelled_overload(verdict, around.days, around.restricted, settings)
