"""Latent pain: how much a place would hurt on each day if days did not differ, in bouts that have a shape and a manner.

A manner is how such pain is told apart: at rest, at night, in joint or muscle, with a stated cause.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from random import Random

from rehab_tracker.evaluation.place import Place

Levels = tuple[float, ...]

FAST_COURSE = ((0, 6.0), (90, 0.5), (120, 0.0))
"""Days and pain of a known place: near zero at three months as in the published case; the start is an assumption."""
SLOW_COURSE = ((0, 7.5), (90, 5.9), (240, 0.6), (300, 0.0))
"""7.5, then 5.9 at three and 0.6 at eight months: 8 patients (bone and joint, 91B Suppl III); the end is assumed."""

SORENESS = (0.3, 0.9, 1.0, 0.8, 0.5, 0.25, 0.1)
"""Share of the peak on each day: rises within a day, worst at 1 to 3, gone in 5 to 7. Secondary sites only."""

PLATEAU_DAYS, HEALING_DAYS = (40, 120), (60, 150)
"""How long new disease hurts most, and how long it then takes to go. Assumption; 6 to 12 months in all are reported."""


class Kind(StrEnum):
    """Where pain comes from."""

    KNOWN = "known"
    MIGRATION = "migration"
    USUAL = "usual"
    FLARE = "flare"
    SORENESS = "soreness"
    OVERLOAD = "overload"
    KNOCK = "knock"
    ACHE = "ache"


@dataclass(frozen=True, slots=True)
class Manner:
    """How pain of a kind is told, all assumed where nothing else is said.

    ``at_rest``: share of bouts with pain at rest. ``night``: share of days of 3 or more with waking. ``muscle``: share
    of bouts felt in muscle. ``swollen``: share of days. ``injury``, ``exercise``: share of bouts for which the patient
    states that cause. ``morning``: how much of the day's pain is left next morning.
    """

    at_rest: float
    night: float
    muscle: float
    swollen: float
    injury: float
    exercise: float
    morning: float


MANNERS: dict[Kind, Manner] = {
    # Rest pain in 18 and night pain in 6 of 56 (Ann Intern Med 1987;106:444).
    Kind.KNOWN: Manner(0.33, 0.10, 0.05, 0.10, 0.0, 0.0, 0.5),
    Kind.MIGRATION: Manner(0.33, 0.10, 0.10, 0.10, 0.03, 0.08, 0.5),
    Kind.USUAL: Manner(0.50, 0.05, 0.40, 0.03, 0.0, 0.05, 0.7),
    Kind.FLARE: Manner(0.40, 0.08, 0.15, 0.10, 0.02, 0.20, 0.5),
    # On stretch and contraction, not at rest.
    Kind.SORENESS: Manner(0.05, 0.01, 0.85, 0.01, 0.0, 0.50, 0.8),
    Kind.OVERLOAD: Manner(0.10, 0.02, 0.30, 0.04, 0.02, 0.15, 0.1),
    Kind.KNOCK: Manner(0.50, 0.04, 0.40, 0.25, 0.60, 0.05, 0.6),
    Kind.ACHE: Manner(0.25, 0.02, 0.50, 0.01, 0.02, 0.10, 0.4),
}
REST_OF_LOADING = (0.4, 0.8)
"""Pain at rest as a share of that on loading, in bouts that hurt at rest. Assumption; 3.9 of 7.5 in a series of 8."""


@dataclass(frozen=True, slots=True)
class Bout:
    """Pain in one place from a day after enrolment on: its latent level (0 to 10) on each day, and its manner."""

    kind: Kind
    place: Place
    first: int
    levels: Levels
    rest_share: float
    is_muscle: bool
    cause: str | None

    def level(self, day: int) -> float:
        """Return the latent pain on a day after enrolment; 0 before and after the bout."""
        at = day - self.first
        return self.levels[at] if 0 <= at < len(self.levels) else 0.0


def bout(chance: Random, kind: Kind, place: Place, first: int, levels: Levels, cause: str | None = None) -> Bout:
    """Return a bout of a kind with a manner drawn for it."""
    manner, draw = MANNERS[kind], chance.random()
    said = "injury" if draw < manner.injury else "exercise" if draw < manner.injury + manner.exercise else cause
    hurts_at_rest, share = chance.random() < manner.at_rest, chance.uniform(*REST_OF_LOADING)
    return Bout(kind, place, first, levels, share if hurts_at_rest else 0.0, chance.random() < manner.muscle, said)


def course(points: Sequence[tuple[int, float]], factor: float, days: int) -> Levels:
    """Return the level on each day along a course: straight between its points, level after the last."""
    levels: list[float] = []
    for (start, high), (end, low) in zip(points, points[1:], strict=False):
        levels += (factor * (high + (low - high) * (day - start) / (end - start)) for day in range(start, end))
    return tuple(min(level, 10.0) for level in levels[:days])


def ramp(rate: float, plateau: float, holds: int, heals: int) -> Levels:
    """Return the level on each day of new disease: up from 0 by ``rate`` a day, level for a while, slowly gone."""
    rising = [rate * day for day in range(ceil(plateau / rate))]
    return (*rising, *[plateau] * holds, *(plateau * (1 - day / heals) for day in range(heals)))


def first_from(level: float, levels: Levels) -> int | None:
    """Return the first day on which the latent pain is at least this much, None if never."""
    return next((day for day, each in enumerate(levels) if each >= level), None)


def hump(peak: float, days: int) -> Levels:
    """Return pain that comes over a third of its days and goes over the rest."""
    rises = max(1, days // 3)
    return tuple(peak * min((day + 1) / rises, (days - day) / (days - rises)) for day in range(days))


def decay(peak: float, kept: float, days: int) -> Levels:
    """Return pain that is worst on its first day and keeps a share of itself from each day to the next."""
    return tuple(peak * kept**day for day in range(days))


def sore(peak: float) -> Levels:
    """Return the week after an exercise that a muscle was not used to."""
    return tuple(peak * share for share in SORENESS)
