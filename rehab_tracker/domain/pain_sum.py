"""The statistical detector of new-site pain: a running sum of a place's scores that pain-free days take down again.

A one-sided cumulative sum (after Page 1954, Biometrika 41:100) over the known days of the last two weeks: each painful
day adds its score, each day on which the place was free of pain takes some points away. Counted back from the judged
day, it ends where pain-free days have taken everything. At a place with declared long-standing pain a day adds what is
above the usual level, and a day at that level or below is like one without pain. A pain that is felt in the muscle, or
came from exercise as the patient says, counts by half. An unknown day adds nothing and takes nothing. So a slow rise
over two weeks and a bad week come to the same sum, and an ache of a few days does not: it takes five painful days.

Its numbers were chosen on made-up diaries only: there it finds what "3 or more on 4 of 7 days" finds, a day sooner and
with fewer false alarms.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.pain import Cause, Feel, PainScore
from rehab_tracker.domain.site_day import SiteDay

KNOWN_DAYS = 28
"""Known days that the sum looks at, at most: the upper bound of its calendar days."""

MOST_A_DAY = 6
"""Points that one day adds at most: a single very bad day is another rule's business (house rule)."""
FEWEST_DAYS = 2
"""Days that count fully (3 or more) without which a sum says nothing: one day is no course (house rule)."""
HALVES = 2
"""A sum is kept in halves of a point, so that it stays whole."""


class PainSum(NamedTuple):
    """A sum that was reached: its points, and the days it is made of, oldest first, pain-free ones included."""

    points: int
    window: list[SiteDay]


def pain_sum(
    days: Sequence[SiteDay], usual: int | None, threshold: int, settings: RuleSettings, least: int | None = None
) -> PainSum | None:
    """Return the sum up to the last of these days where it reaches what calls for a look, else None.

    ``days`` are the known days of one place, oldest first; ``usual`` is its declared long-standing pain (0 to 10), and
    ``threshold`` the score from which a day counts fully: the last day must be one. ``least`` are the points that call
    for a look, else as the clinic has set them.
    """
    enough = HALVES * (settings.sum_from if least is None else least)
    if days[-1].x < threshold:
        return None
    window: list[SiteDay] = []
    total = painful = full = 0
    for day in reversed(days):
        if (days[-1].day - day.day).days >= settings.sum_calendar_days:
            break
        window.append(day)
        halves = _halves(day, usual or 0, settings)
        total += halves
        painful += halves > 0
        full += day.x >= threshold
        if total <= 0:
            break
        if full >= FEWEST_DAYS and painful >= settings.sum_days and total >= enough:
            return PainSum(total // HALVES, window[::-1])
    return None


def _halves(day: SiteDay, usual: int, settings: RuleSettings) -> int:
    """Return what a day adds, in halves of a point; below 0 for a day no worse than usual."""
    if day.x <= usual:
        return -HALVES * settings.sum_relief
    points = min(MOST_A_DAY, day.x - usual)
    return points if all(_is_labelled(said.score) for said in day.said) else HALVES * points


def _is_labelled(score: PainScore) -> bool:
    """Return whether the patient felt a pain in the muscle or gives exercise as its cause; no pain needs no cause."""
    return score.feel is Feel.MUSCLE or score.cause is Cause.EXERCISE or score.worst == 0
