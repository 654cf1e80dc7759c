"""Where it hurts in a made-up patient: the first place, where the disease goes next, and where other pain sits."""

from random import Random
from typing import NamedTuple

from rehab_tracker.domain.site import (
    AREAS,
    ARM_CHAIN,
    COMPARTMENTS,
    LEG_CHAIN,
    SITES,
    SPINE_CHAIN,
    WHOLE_AREAS,
    Area,
    Compartment,
    Region,
    Side,
    Site,
    can_mean,
    neighbours,
)


class Place(NamedTuple):
    """A joint, the area the patient means, and the compartment that imaging would show; None where there is none."""

    joint: Site
    area: Area | None = None
    part: Compartment | None = None

    @property
    def site(self) -> Site:
        """Return the place as a clinician records it."""
        return Site(self.joint.region, self.joint.side, self.part)


INDEX_REGIONS = {Region.HIP: 0.4, Region.KNEE: 0.3, Region.ANKLE: 0.12, Region.FOOT: 0.18}
"""Share of first places. The hip is commonest (56 cases: Ann Intern Med 1987;106:444); the shares are assumed."""

MIRRORED, SAME_LIMB, OTHER_PART, OTHER_LEG = 0.30, 0.35, 0.12, 0.15
"""Share of migrations to the same joint of the other leg, to the next joint of the limb, to another part of the same
joint, and elsewhere in the legs; the rest goes to arms and spine. All reported, none counted: assumption."""

WATCHED = 8
"""Places that a person feels now and then besides those that hurt: as many as in the clinical notes, 6.6."""

JOINTS = tuple(place for place in SITES.values() if place.compartment is None)
LEGS = tuple(place for place in JOINTS if place.region in LEG_CHAIN)
ELSEWHERE = tuple(place for place in JOINTS if place.region in ARM_CHAIN + SPINE_CHAIN)
LONG_STANDING = (
    *(Site(region) for region in (Region.LUMBAR_SPINE, Region.LUMBAR_SPINE, Region.NECK, Region.THORACIC_SPINE)),
    *(Site(region, side) for region in (Region.KNEE, Region.SHOULDER, Region.HAND, Region.FOOT) for side in Side),
)
"""Where long-standing pain usually sits, the low back twice as often as others. Assumption."""
OVERLOADED = (Region.HIP, Region.KNEE, Region.ANKLE, Region.FOOT)
CRUTCHED = (Region.SHOULDER, Region.WRIST, Region.HAND)
IN_THE_OTHER_LEG, IN_THE_BACK = 0.6, 0.2
"""Share of overload in the other leg, and in the low back; the rest from crutches. Assumption."""
SORE = (Region.THIGH, Region.SHIN, Region.HIP, Region.KNEE, Region.SHOULDER)
SORE_SHARES = (0.4, 0.2, 0.15, 0.15, 0.1)
"""Where muscles get sore after new exercises. Assumption."""


def first_place(chance: Random) -> Place:
    """Return where the disease begins."""
    [region] = chance.choices(list(INDEX_REGIONS), list(INDEX_REGIONS.values()))
    return place_at(chance, Site(region, chance.choice(list(Side))))


def next_place(chance: Random, index: Place, taken: frozenset[Site]) -> Place:
    """Return where the disease goes: never to a joint that is taken, but perhaps to another part of the first one.

    ``index`` without a part is a joint whose other parts don't count.
    """
    draw = chance.random()
    if draw < OTHER_PART and (other := other_part(chance, index)):
        return other
    draw -= OTHER_PART
    near = neighbours(index.joint)
    if draw < MIRRORED:
        wanted = [joint for joint in LEGS if joint == index.joint.mirrored]
    elif draw < MIRRORED + SAME_LIMB:
        wanted = [joint for joint in LEGS if joint in near and joint != index.joint.mirrored]
    else:
        wanted = list(LEGS if draw < MIRRORED + SAME_LIMB + OTHER_LEG else ELSEWHERE)
    free = [joint for joint in wanted if joint not in taken] or [joint for joint in LEGS if joint not in taken]
    return place_at(chance, chance.choice(free))


def other_part(chance: Random, index: Place) -> Place | None:
    """Return another part of the same joint that patients can tell apart from a place's own, or None."""
    areas = AREAS.get(index.joint.region, {}) if index.part else {}
    told = [(area, part) for area, meant in areas.items() if index.part not in meant for part in meant]
    if not told:
        return None
    area, part = chance.choice(told)
    return Place(index.joint, area, part)


def place_at(chance: Random, joint: Site) -> Place:
    """Return a place in a joint: a compartment where it has some, and the word a patient would use for it."""
    parts = COMPARTMENTS.get(joint.region)
    if not parts:
        return Place(joint, chance.choice(WHOLE_AREAS))
    part = chance.choice(parts)
    words = [area for area in AREAS[joint.region] if part in can_mean(joint.region, area)]
    clearest = min(len(can_mean(joint.region, area)) for area in words)
    return Place(joint, chance.choice([a for a in words if len(can_mean(joint.region, a)) == clearest]), part)


def sore_places(chance: Random, both_sides: float) -> list[Place]:
    """Return where muscles get sore: a place of a limb, and often the same of the other."""
    [region] = chance.choices(SORE, SORE_SHARES)
    first = place_at(chance, Site(region, chance.choice(list(Side))))
    if chance.random() >= both_sides or first.joint.mirrored is None:
        return [first]
    return [first, first._replace(joint=first.joint.mirrored)]


def overloaded_place(chance: Random, index: Place) -> Place:
    """Return what hurts because a leg is spared: a joint of the other leg, the low back, or an arm on the crutch."""
    draw, side = chance.random(), index.joint.side or Side.LEFT
    if draw < IN_THE_OTHER_LEG:
        return place_at(chance, Site(chance.choice(OVERLOADED), side.other))
    if draw < IN_THE_OTHER_LEG + IN_THE_BACK:
        return place_at(chance, Site(Region.LUMBAR_SPINE))
    return place_at(chance, Site(chance.choice(CRUTCHED), chance.choice(list(Side))))
