"""On which days a made-up patient logs: classes of engagement, gaps, days skipped for how they feel, and drop-out."""

from collections.abc import Sequence
from math import log

from rehab_tracker.evaluation.feeling import Felt
from rehab_tracker.evaluation.life import Life

MEASURED_DAYS = 180
"""Days over which the classes of engagement were followed (Druce 2017: 6 months)."""
GAP_EVERY, GAP_DAYS = 150, (3, 9)
"""Days from one gap (a journey, a lost phone, no heart for it) to the next, and its length. Assumption."""
PAIN_FREE_BELOW, VERY_BAD_FROM = 1, 8
SKIPPED_MORE = 1.4
"""How much likelier a pain-free or a very bad day is skipped. Assumption; one study found no relation (Ono 2019)."""


def logged_days(life: Life, felt: Sequence[Sequence[Felt]]) -> list[bool]:
    """Return for each day of follow-up whether the patient logs."""
    chance, classes = life.chance("engagement"), life.world.engagement
    [own] = chance.choices(classes, [each.share for each in classes])
    hazard = -log(1 - own.stopped) / MEASURED_DAYS
    stops = max(1.0, chance.expovariate(hazard)) if hazard else life.days
    away = spells(life, "gaps", GAP_EVERY, GAP_DAYS)
    found = []
    for day, places in enumerate(felt):
        worst = max((each.pain for each in places), default=0)
        missed = own.missed_first + (own.missed_later - own.missed_first) * min(1.0, day / MEASURED_DAYS)
        if worst < PAIN_FREE_BELOW or worst >= VERY_BAD_FROM:
            missed *= SKIPPED_MORE
        found.append(chance.random() >= missed and day < stops and day not in away)
    return found


def spells(life: Life, of: str, every: float, lengths: tuple[int, int]) -> dict[int, int]:
    """Return the days of all spells of a kind, each with the day after its spell."""
    chance, found = life.chance(of), dict[int, int]()
    day = chance.expovariate(1 / every)
    while day < life.days:
        until = int(day) + chance.randint(*lengths)
        found.update(dict.fromkeys(range(int(day), until), until))
        day = until + 1 + chance.expovariate(1 / every)
    return found
