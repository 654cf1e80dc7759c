"""Pain that is no migration: soreness, overload, knocks, passing aches, flares of what hurts anyway."""

from collections.abc import Iterator
from random import Random

from rehab_tracker.evaluation.latent_pain import Bout, Kind, bout, decay, hump, sore
from rehab_tracker.evaluation.life import Life
from rehab_tracker.evaluation.place import JOINTS, overloaded_place, place_at, sore_places

SORE_PEAK, ONE_SIDE_LESS, BOTH_SIDES = (1.0, 4.0), (0.8, 1.0), 0.6
"""Peak of soreness (milder ones oftener), how much of it each limb has, and how often both are sore. Assumption."""
OVERLOAD_FROM, OVERLOAD_DAYS, OVERLOAD_PEAK = (5, 40), (10, 30), (2.0, 4.5)
"""First day after enrolment, length and peak of overload while a leg is spared. Shape assumed."""
KNOCK_PEAK, KNOCK_KEPT, KNOCK_DAYS = (2.0, 6.5), 0.55, 6
"""Pain on the day of a knock, what each day keeps of the one before, and for how many days. Assumption."""
ACHE_PEAK, ACHE_DAYS = (1.0, 4.0), 4
"""Random aches of 1 to 4 points over 1 to 4 days, mild and short ones oftenest. Assumption."""
FLARE_RISE, FLARE_KEPT, FLARE_DAYS = (1.5, 3.5), 0.75, 6
"""How far a flare rises above a place's own pain, and how it fades. Assumption."""


def nuisance(life: Life) -> list[Bout]:
    """Return all pain of a patient that is neither known nor a migration nor usual."""
    return [*_soreness(life), *_overload(life), *_knocks(life), *_aches(life), *_flares(life)]


def _soreness(life: Life) -> Iterator[Bout]:
    chance = life.chance("soreness")
    for day in life.blocks:
        is_sore, peak = chance.random() < life.world.sore_share, chance.triangular(*SORE_PEAK, SORE_PEAK[0])
        places = sore_places(chance, BOTH_SIDES)
        if is_sore:
            yield from (
                bout(chance, Kind.SORENESS, place, day, sore(peak * chance.uniform(*ONE_SIDE_LESS))) for place in places
            )


def _overload(life: Life) -> Iterator[Bout]:
    chance = life.chance("overload")
    if chance.random() < life.world.overload_share:
        days, peak = chance.randint(*OVERLOAD_DAYS), chance.uniform(*OVERLOAD_PEAK)
        place = overloaded_place(chance, life.known[0].place)
        yield bout(chance, Kind.OVERLOAD, place, chance.randint(*OVERLOAD_FROM), hump(peak, days))


def _knocks(life: Life) -> Iterator[Bout]:
    chance = life.chance("knocks")
    for day in _now_and_then(chance, life.world.knock_every, life.days):
        levels = decay(chance.uniform(*KNOCK_PEAK), KNOCK_KEPT, KNOCK_DAYS)
        yield bout(chance, Kind.KNOCK, place_at(chance, chance.choice(JOINTS)), day, levels)


def _aches(life: Life) -> Iterator[Bout]:
    chance = life.chance("aches")
    for day in _now_and_then(chance, life.world.ache_every, life.days):
        days, peak = 1 + int(ACHE_DAYS * chance.random() ** 2), chance.triangular(*ACHE_PEAK, ACHE_PEAK[0])
        yield bout(chance, Kind.ACHE, place_at(chance, chance.choice(JOINTS)), day, (peak,) * days)


def _flares(life: Life) -> Iterator[Bout]:
    """Yield flares of the first place, unless it is resolved one day, and of long-standing pain."""
    chance = life.chance("flares")
    places = [*([life.known[0]] if life.resolved is None else []), *([life.usual] if life.usual else [])]
    for day in _now_and_then(chance, life.world.flare_every, life.days):
        if places:
            flaring, rise = chance.choice(places), chance.uniform(*FLARE_RISE)
            risen = (flaring.level(day + n) + each for n, each in enumerate(decay(rise, FLARE_KEPT, FLARE_DAYS)))
            yield bout(chance, Kind.FLARE, flaring.place, day, tuple(risen))


def _now_and_then(chance: Random, every: float, days: int) -> Iterator[int]:
    """Yield days at random, so many days apart in the mean."""
    day = chance.expovariate(1 / every)
    while day < days:
        yield int(day)
        day += max(1.0, chance.expovariate(1 / every))
