"""How a made-up patient answers for a day: which places are named, with which of the questions that an app may ask.

All numbers are assumptions. Some shares are habits: who seldom names an area seldom does so all along.
"""

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.site import WHOLE_AREAS, Area, Site
from rehab_tracker.evaluation.feeling import QUIET_BELOW, Felt
from rehab_tracker.evaluation.latent_pain import MANNERS, Bout, Kind

Score = dict[str, Any]

NAMED = {1: 0.4, 2: 0.85}
"""Share of pain of 1 and 2 outside the first place that is mentioned at all; more always is."""
NAMES_ZERO = 0.7
"""Share of days on which a first place without pain is listed with 0."""
AREA_HABITS, AREA_VAGUE = ((0.95, 0.85), (0.3, 0.15)), 0.07
"""How often two kinds of person name an area, with their shares; and how often a word is vague."""
REST_HABITS = ((0.95, 0.7), (0.1, 0.3))
ONLY_REST = 0.01
"""Share of scores without loading: a day in bed."""
SAYS_NIGHT, SAYS_FEEL, SAYS_SWOLLEN, SAYS_MORNING = 0.6, 0.55, 0.25, 0.25
SAYS_CAUSE = 0.7
"""Share of scores in which a cause that the patient holds true is stated."""
LEAVES_OUT_HABITS = ((0.03, 0.85), (0.4, 0.15))
"""How often two kinds of person leave "no other pain" out, with their shares."""
NIGHT_FROM = 3
"""Pain from which the share of nights of a manner holds; below, nobody wakes."""
DEVIATES = 0.6
"""Deviation of what is said about rest and the next morning, in points; where there is hardly any pain, none."""


class Habits(NamedTuple):
    """How one person answers; shares of entries."""

    names_area: float
    says_rest: float
    leaves_out: float
    details: bool


def habits(chance: Random, asks_details: bool) -> Habits:
    """Return the habits of a person, of whom the app asks details or not."""
    area, rest, leaves_out = (
        chance.choices([often for often, _ in kinds], [share for _, share in kinds])[0]
        for kinds in (AREA_HABITS, REST_HABITS, LEAVES_OUT_HABITS)
    )
    return Habits(area, rest, leaves_out, asks_details)


def answer(chance: Random, own: Habits, felt: Sequence[Felt]) -> dict[str, Any]:
    """Return what a pain entry says of a day: its scores, and whether nothing else hurts."""
    named = [each for at, each in enumerate(felt) if _is_named(chance, each, at == 0)]
    if not own.details or chance.random() >= own.names_area:
        worst: dict[Site, Felt] = {}
        for each in named:
            if each.joint not in worst or each.pain > worst[each.joint].pain:
                worst[each.joint] = each
        scores = [_score(chance, own, each, None) for each in worst.values()]
    else:
        scores = [_score(chance, own, each, _area(chance, each)) for each in named]
    return {"no_other_pain": chance.random() >= own.leaves_out, "scores": scores}


def _is_named(chance: Random, felt: Felt, is_first: bool) -> bool:
    if felt.pain == 0:
        return is_first and chance.random() < NAMES_ZERO
    return is_first or chance.random() < NAMED.get(felt.pain, 1.0)


def _area(chance: Random, felt: Felt) -> Area | None:
    if chance.random() < AREA_VAGUE:
        return chance.choice(WHOLE_AREAS)
    return felt.bout.place.area if felt.bout else None


def _score(chance: Random, own: Habits, felt: Felt, area: Area | None) -> Score:
    """Return one score; a place that hurts by chance alone is told in the manner of an ache."""
    score: Score = {"site": str(felt.joint)}
    if area:
        score["area"] = str(area)
    score["on_loading"] = felt.pain
    if own.details:
        score |= _details(chance, own, felt.pain, felt.bout)
    if "at_rest" in score and chance.random() < ONLY_REST:
        del score["on_loading"]
    return score


def _details(chance: Random, own: Habits, pain: int, bout: Bout | None) -> Score:
    manner = MANNERS[bout.kind if bout else Kind.ACHE]
    told: Score = {}
    if chance.random() < own.says_rest:
        told["at_rest"] = _said(chance, pain * (bout.rest_share if bout else 0.0), pain)
    if chance.random() < SAYS_NIGHT:
        told["woke_at_night"] = pain >= NIGHT_FROM and chance.random() < manner.night
    if chance.random() < SAYS_MORNING:
        told["next_morning"] = _said(chance, pain * manner.morning, WORST_PAIN)
    if pain and chance.random() < SAYS_FEEL:
        is_muscle = bout.is_muscle if bout else chance.random() < manner.muscle
        told["feel"] = "muscle" if is_muscle else "joint"
    if pain and bout and bout.cause and chance.random() < SAYS_CAUSE:
        told["cause"] = bout.cause
    if chance.random() < SAYS_SWOLLEN:
        told["swollen"] = pain > 0 and chance.random() < manner.swollen
    return told


def _said(chance: Random, level: float, most: int) -> int:
    deviation = chance.gauss(0, DEVIATES) if level >= QUIET_BELOW else 0.0
    return max(0, min(most, round(level + deviation)))


def on_the_wrong_side(chance: Random, said: dict[str, Any]) -> dict[str, Any] | None:
    """Return what was said with left and right of one place swapped, None where no place has a side."""
    sided = [at for at, score in enumerate(said["scores"]) if score["site"].startswith(("left-", "right-"))]
    if not sided:
        return None
    at = chance.choice(sided)
    side, region = said["scores"][at]["site"].split("-", 1)
    other = {**said["scores"][at], "site": f"{'left' if side == 'right' else 'right'}-{region}"}
    return {**said, "scores": [*said["scores"][:at], other, *said["scores"][at + 1 :]]}
