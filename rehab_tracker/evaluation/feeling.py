"""What a made-up patient feels each day: latent pain, and the deviation of that day from it.

Deviations carry over from day to day; a part is common to all places of the person, and pain-free places deviate less.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from random import Random
from typing import NamedTuple

from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.site import Site
from rehab_tracker.evaluation.latent_pain import Bout, Kind
from rehab_tracker.evaluation.life import Life
from rehab_tracker.evaluation.nuisance import nuisance

QUIET_BELOW = 0.5
"""Latent pain below which a place counts as pain-free (clinical notes 6.5)."""


class Felt(NamedTuple):
    """What one place felt like on one day: 0 to 10, and the bout behind it, None where it is chance alone."""

    joint: Site
    pain: int
    bout: Bout | None


@dataclass(slots=True)
class Track:
    """One place through the whole follow-up; the other part of a known joint has a track of its own."""

    joint: Site
    levels: list[float]
    bouts: list[Bout] = field(default_factory=list)
    deviation: float = 0.0

    def add(self, bout: Bout) -> None:
        """Take in a bout: the worst counts, and a migration comes on top of what is usual there."""
        self.bouts.append(bout)
        usual = next((b for b in self.bouts if b.kind is Kind.USUAL), None) if bout.kind is Kind.MIGRATION else None
        first = max(0, bout.first)
        for day, level in enumerate(bout.levels[: max(0, len(self.levels) - first)], first):
            self.levels[day] = max(self.levels[day], level + (usual.level(day) if usual else 0.0))

    def worst(self, day: int) -> Bout | None:
        """Return the bout that is felt most on a day, None where none is."""
        return max((b for b in self.bouts if b.level(day) > 0), key=lambda b: b.level(day), default=None)


def tracks(life: Life) -> list[Track]:
    """Return every place that hurts at some time, the first known one first, and those that may deviate by chance."""
    found: dict[tuple[Site, bool], Track] = {}
    usual = [life.usual] if life.usual else []
    known = life.known[0].place.joint
    for each in (*life.known, *usual, *life.migrations, *nuisance(life)):
        key = each.place.joint, each.kind is Kind.MIGRATION and each.place.joint == known
        found.setdefault(key, Track(each.place.joint, [0.0] * life.days)).add(each)
    for joint in life.watched:
        found.setdefault((joint, False), Track(joint, [0.0] * life.days))
    return list(found.values())


def felt(life: Life) -> list[list[Felt]]:
    """Return for each day of follow-up what is felt: the first known place first, then all that hurt."""
    chance, world = life.chance("deviation"), life.world
    least, likeliest, most = world.sd
    sd = chance.triangular(least, most, likeliest)
    step = sqrt(1 - world.carried_over**2) * sd
    own, common = step * sqrt(1 - world.shared), step * sqrt(world.shared)
    places, shared, days = tracks(life), 0.0, []
    for day in range(life.days):
        shared = world.carried_over * shared + common * chance.gauss(0, 1)
        days.append(_of_day(places, day, shared, (world.carried_over, own, world.quiet_share), chance))
    return days


def _of_day(
    places: Sequence[Track], day: int, shared: float, parameters: tuple[float, float, float], chance: Random
) -> list[Felt]:
    carried_over, own, quiet_share = parameters
    found = []
    for track in places:
        track.deviation = carried_over * track.deviation + own * chance.gauss(0, 1)
        level = track.levels[day]
        deviation = (track.deviation + shared) * (quiet_share if level < QUIET_BELOW else 1.0)
        pain = round(level + deviation)
        if pain > 0 or track is places[0]:
            found.append(Felt(track.joint, max(0, min(WORST_PAIN, pain)), track.worst(day)))
    return found
