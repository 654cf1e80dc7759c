"""Which alerts found which migrations, and which were false: one patient's alerts held against the truth about them.

Only a made-up cohort has a truth. A migration counts from the day on which its latent pain passes 2 of 10; an alert
about its joint (region and side) from its onset on has found it, whatever else hurts; any other alert is false.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.arrival import Raised
from rehab_tracker.domain.site import Site
from rehab_tracker.evaluation.truth import Migration, PatientTruth

ENGAGED_SHARE = 5 / 7
"""Share of days logged from which a patient counts as engaged."""
ENGAGED_FOR = timedelta(days=30)
"""Days from onset over which a patient must be engaged for the headline figures."""
FAST_FROM = 0.2
"""Points a day from which an onset counts as fast; slower ones are told beside the headline."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alert that a nurse must look at, once, however far it rises later: whose rule, which joint, on which day."""

    rule: Rule
    level: Level
    joint: Site
    on: date


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one migration: days from passing 2 to its first alarm (below 0: sooner), None for never.

    ``followed`` are the days from passing 2 to the end of follow-up.
    """

    delay: int | None
    followed: int
    is_engaged: bool
    is_fast: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """One patient held against the truth: migrations that passed 2, false alarms, and over how many days."""

    days: int
    is_engaged: bool
    found: tuple[Found, ...]
    false: int


def alarms(raised: Iterable[Raised], rules: Collection[Rule], least: Level = Level.SOON) -> list[Alarm]:
    """Return the alarms of these rules: each alert about a place as it first reaches a level."""
    found = []
    for each in raised:
        verdict = each.verdict
        was_seen = each.rises_from is not None and each.rises_from.rank >= least.rank
        if verdict.rule in rules and verdict.level.rank >= least.rank and verdict.site and not was_seen:
            found.append(Alarm(verdict.rule, verdict.level, verdict.site.joint, each.raised_on))
    return found


def held_against(truth: PatientTruth, alarms: Iterable[Alarm], logged: Collection[date]) -> Trial:
    """Return what these alarms of a patient were worth; ``logged`` are the days with a pain entry."""
    within = sorted((a for a in alarms if truth.from_on <= a.on <= truth.to_on), key=lambda a: a.on)
    onsets: dict[Site, date] = {}
    for each in truth.migrations:
        onsets[each.site.joint] = min(each.onset, onsets.get(each.site.joint, date.max))
    days = (truth.to_on - truth.from_on).days + 1
    return Trial(
        days=days,
        is_engaged=_share_logged(logged, truth.from_on, truth.to_on) >= ENGAGED_SHARE,
        found=tuple(_found(m, within, truth.to_on, logged) for m in truth.migrations if m.passes_2),
        false=sum(alarm.on < onsets.get(alarm.joint, date.max) for alarm in within),
    )


def _found(migration: Migration, alarms: Iterable[Alarm], to_on: date, logged: Collection[date]) -> Found:
    passes_2 = migration.passes_2 or date.max
    first = next((a.on for a in alarms if a.joint == migration.site.joint and a.on >= migration.onset), None)
    return Found(
        delay=(first - passes_2).days if first else None,
        followed=(to_on - passes_2).days,
        is_engaged=_share_logged(logged, migration.onset, migration.onset + ENGAGED_FOR) >= ENGAGED_SHARE,
        is_fast=_slope(migration) >= FAST_FROM,
    )


def _share_logged(logged: Collection[date], first: date, last: date) -> float:
    return sum(first <= day <= last for day in logged) / ((last - first).days + 1)


def _slope(migration: Migration) -> float:
    """Return how fast the latent pain rose, in points a day, as far as the truth tells."""
    passed, points = (migration.passes_3, 3) if migration.passes_3 else (migration.passes_2, 2)
    return points / max(1, (passed - migration.onset).days) if passed else 0.0
