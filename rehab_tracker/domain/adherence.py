"""Adherence: how much of what was due was done, sum(min(done, due)) / sum(due), and what can't be said of it.

Only what is over by then is due, or done already; held and cancelled exercises leave the sum, as far as they were not
done. Nothing due is no number, with the reason why; it is never 0 %. Weight put on a leg beyond its limit is counted
here too, and shown by itself: it never makes adherence better or worse.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from rehab_tracker.domain.entry import Entry, standing
from rehab_tracker.domain.occurrence_state import Result, State
from rehab_tracker.domain.site import Limb, Site
from rehab_tracker.domain.weight_bearing import OverLimit, WeightBearingReport

DAYS_OF_A_WEEK = 7


class WhyUnknown(StrEnum):
    """Why there is no ratio."""

    NOTHING_DUE = "nothing-due"
    ALL_EXCUSED = "all-excused"
    NOT_STARTED = "not-started"


@dataclass(frozen=True, slots=True)
class Adherence:
    """Counts of occurrences and the share of their doses that was done.

    ``due`` = ``done`` + ``partial`` + ``missed``; none of these counts an occurrence that may still be completed, other
    than a whole one. ``excused`` are held ones whose time is over. ``ratio`` is 0 to 1, or None with ``why``.
    """

    done: int
    partial: int
    missed: int
    excused: int
    ratio: float | None
    why: WhyUnknown | None

    @property
    def due(self) -> int:
        """Return how many occurrences counted."""
        return self.done + self.partial + self.missed


Keys = Callable[[Result], Iterable[str]]


def adherence(results: Iterable[Result], by: Keys) -> dict[str, Adherence]:
    """Return adherence by site, phase or week (``by_site``, ``by_phase(...)``, ``by_week``), in order of the keys.

    An occurrence that serves two sites counts once for each of them here, and once in the ``total``.
    """
    groups: dict[str, list[Result]] = {}
    for result in results:
        for key in set(by(result)):
            groups.setdefault(key, []).append(result)
    return {key: total(groups[key]) for key in sorted(groups)}


def total(results: Iterable[Result]) -> Adherence:
    """Return adherence over all these occurrences, each counted once."""
    rows = list(results)
    counted = [r for r in rows if r.due]
    excused = sum(r.state is State.EXCUSED and r.is_closed for r in rows)
    done = sum(r.state is State.DONE for r in counted)
    parts = [r for r in counted if r.state is State.PARTIAL]
    missed = len(counted) - done - len(parts)
    ratio, why = None, None
    if counted:
        got = done + sum((min(r.done, r.due) for r in parts), Fraction(0))
        ratio = float(got / (done + missed + sum((r.due for r in parts), Fraction(0))))
    else:
        why = _why_unknown(rows, excused)
    return Adherence(done, len(parts), missed, excused, ratio, why)


def _why_unknown(results: Iterable[Result], excused: int) -> WhyUnknown:
    if excused:
        return WhyUnknown.ALL_EXCUSED
    waiting = any(r.state is not State.CANCELLED for r in results)
    return WhyUnknown.NOT_STARTED if waiting else WhyUnknown.NOTHING_DUE


def by_site(result: Result) -> Iterable[str]:
    """Return the codes of the sites that an occurrence serves."""
    return map(str, result.occurrence.sites)


def by_week(result: Result) -> Iterable[str]:
    """Return the ISO week of an occurrence's local day, like ``2026-W02``."""
    year, week, _ = result.occurrence.day.isocalendar()
    return (f"{year:04}-W{week:02}",)


def by_phase(phase_on: Callable[[Site, date], str | None]) -> Keys:
    """Return the key function for phases; ``phase_on`` names the phase of a site on a local day, None for no phase."""

    def keys(result: Result) -> Iterable[str]:
        phases = (phase_on(site, result.occurrence.day) for site in result.occurrence.sites)
        return [phase for phase in phases if phase is not None]

    return keys


def adherence_of_weeks(results: Iterable[Result], until: date, weeks: int = 2, place: Site | None = None) -> Adherence:
    """Return the adherence of the last weeks up to and with a local day, of all sites or of one.

    They are counted back from that day and not from Monday, so that a proposal always looks at whole weeks.
    """
    since = until - timedelta(days=weeks * DAYS_OF_A_WEEK - 1)
    recent = (r for r in results if since <= r.occurrence.day <= until)
    return total(r for r in recent if place is None or place in r.occurrence.sites)


class OverLimitCount(NamedTuple):
    """Days on which a patient said that a limb carried more than allowed, of the days on which they said anything."""

    few_steps: int
    often: int
    days_logged: int


SEVERITY = (OverLimit.NO, OverLimit.FEW_STEPS, OverLimit.OFTEN)


def over_limit_counts(entries: Iterable[Entry], first: date, last: date) -> dict[Limb, OverLimitCount]:
    """Return by limb how often its limit was passed, from the first to the last local day; the day's worst counts.

    It is what the patient says of their behaviour, not a measurement. A limb of which nothing was said is left out.
    """
    worst: dict[tuple[Limb, date], int] = {}
    for entry in standing(entries):
        if isinstance(entry.content, WeightBearingReport) and first <= entry.for_date <= last:
            key = entry.content.limb, entry.for_date
            worst[key] = max(worst.get(key, 0), SEVERITY.index(entry.content.over_limit))
    found: dict[Limb, OverLimitCount] = {}
    for limb in sorted({limb for limb, _ in worst}):
        days = [SEVERITY[level] for (of, _), level in worst.items() if of is limb]
        found[limb] = OverLimitCount(days.count(OverLimit.FEW_STEPS), days.count(OverLimit.OFTEN), len(days))
    return found
