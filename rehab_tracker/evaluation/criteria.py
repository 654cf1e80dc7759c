"""Criteria to compare: the simple ones that others use, those that were tried and do not ship, and those that do.

A criterion looks at the known days of one quiet place up to the judged one, oldest first, and says whether somebody
should look; ``usual`` is the place's declared long-standing pain. Ms are numbered as in the clinical notes.
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import combinations
from statistics import fmean, median

from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.new_site_pain import counts_from
from rehab_tracker.domain.pain_sum import pain_sum
from rehab_tracker.domain.site_day import SiteDay

Criterion = Callable[[Sequence[SiteDay], int | None, RuleSettings], bool]

WEEK_AND_A_BIT = 9
"""Calendar days within which "of the last 7 known days" is meant."""
JUMP, JUMP_DAYS, BASELINE, FEWEST = 2, 5, (7, 35), 5
"""M3: points between the mean of the last 5 known days and the median of 7 to 35 days ago, of 5 known days at least."""
SLOPE, SLOPE_DAYS, SLOPE_KNOWN, LATEST = 0.15, 14, 7, 3
"""M4: points a day by Theil and Sen over 14 calendar days with 7 known ones, and the mean of the last 3 at 3."""
LEAST_MEAN = 3


def k_of_n(k: int, n: int, score: int, within: int = WEEK_AND_A_BIT) -> Criterion:
    """Return the criterion "this score or more on k of the last n known days within so many calendar days"."""

    def holds(days: Sequence[SiteDay], usual: int | None, settings: RuleSettings) -> bool:
        threshold = counts_from(score, usual, settings)
        if days[-1].x < threshold:
            return False
        recent = [d for d in days[-n:] if (days[-1].day - d.day).days < within]
        return sum(d.x >= threshold for d in recent) >= k

    return holds


def jump(days: Sequence[SiteDay], usual: int | None, settings: RuleSettings) -> bool:
    """Return whether M3 holds: the last days are clearly above what the place had been weeks before."""
    if days[-1].x < counts_from(LEAST_MEAN, usual, settings):
        return False
    first, last = BASELINE
    before = [d.x for d in days if first <= _ago(days, d.day) <= last]
    recent = fmean(d.x for d in days[-JUMP_DAYS:])
    return len(before) >= FEWEST and recent >= LEAST_MEAN and recent - median(before) >= JUMP


def slope(days: Sequence[SiteDay], usual: int | None, settings: RuleSettings) -> bool:
    """Return whether M4 holds: the scores rise steadily and are no longer low."""
    if days[-1].x < counts_from(LEAST_MEAN, usual, settings):
        return False
    recent = [d for d in days[-SLOPE_DAYS:] if _ago(days, d.day) < SLOPE_DAYS]
    if len(recent) < SLOPE_KNOWN or fmean(d.x for d in recent[-LATEST:]) < LEAST_MEAN:
        return False
    return median((b.x - a.x) / (b.day - a.day).days for a, b in combinations(recent, 2)) >= SLOPE


def _ago(days: Sequence[SiteDay], day: date) -> int:
    return (days[-1].day - day).days


def summed(points: int) -> Criterion:
    """Return the detector at another number of points."""

    def holds(days: Sequence[SiteDay], usual: int | None, settings: RuleSettings) -> bool:
        threshold = counts_from(settings.pain_counts_from, usual, settings)
        return pain_sum(days, usual, threshold, settings, points) is not None

    return holds
