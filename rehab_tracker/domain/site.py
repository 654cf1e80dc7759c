"""Places on the body: regions, sides, compartments, areas, and how they lie to each other.

Codes are a contract (``tests/promises``): they only ever grow. Migration is mostly reported from proximal to distal in
one leg (Toms 2005, Clin Radiol 60:425), to the other side, or inside one joint; never only so, which is why the way
places lie to each other may raise an alert and must never lower one.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from rehab_tracker.domain.errors import InvalidValue


class Region(StrEnum):
    """A part of the body that can hurt, down to the joint."""

    SHOULDER = "shoulder"
    ELBOW = "elbow"
    WRIST = "wrist"
    HAND = "hand"
    HIP = "hip"
    THIGH = "thigh"
    KNEE = "knee"
    SHIN = "shin"
    ANKLE = "ankle"
    FOOT = "foot"
    NECK = "neck"
    THORACIC_SPINE = "thoracic-spine"
    LUMBAR_SPINE = "lumbar-spine"
    SACRUM = "sacrum"


class Side(StrEnum):
    """The patient's own left or right; midline regions have none."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> "Side":
        """Return the opposite side."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


class Compartment(StrEnum):
    """A part of a joint, set by a clinician after imaging."""

    FEMORAL_HEAD = "femoral-head"
    FEMORAL_NECK = "femoral-neck"
    ACETABULUM = "acetabulum"
    MEDIAL_FEMORAL_CONDYLE = "medial-femoral-condyle"
    LATERAL_FEMORAL_CONDYLE = "lateral-femoral-condyle"
    MEDIAL_TIBIAL_PLATEAU = "medial-tibial-plateau"
    LATERAL_TIBIAL_PLATEAU = "lateral-tibial-plateau"
    PATELLA = "patella"
    TALUS = "talus"
    DISTAL_TIBIA = "distal-tibia"
    HINDFOOT = "hindfoot"
    MIDFOOT = "midfoot"
    FOREFOOT = "forefoot"


class Area(StrEnum):
    """What the patient said about where in the region it hurts."""

    INNER = "inner"
    OUTER = "outer"
    FRONT = "front"
    BACK = "back"
    GROIN = "groin"
    OUTER_SIDE = "outer-side"
    BUTTOCK = "buttock"
    HEEL = "heel"
    MIDDLE = "middle"
    BALL = "ball"
    TOES = "toes"
    ALL_OVER = "all-over"
    NOT_SURE = "not-sure"


class Limb(StrEnum):
    """What weight limits belong to; the spine belongs to none."""

    LEFT_LEG = "left-leg"
    RIGHT_LEG = "right-leg"
    LEFT_ARM = "left-arm"
    RIGHT_ARM = "right-arm"


LEGS = (Limb.LEFT_LEG, Limb.RIGHT_LEG)

ARM_CHAIN = (Region.SHOULDER, Region.ELBOW, Region.WRIST, Region.HAND)
LEG_CHAIN = (Region.HIP, Region.THIGH, Region.KNEE, Region.SHIN, Region.ANKLE, Region.FOOT)
SPINE_CHAIN = (Region.NECK, Region.THORACIC_SPINE, Region.LUMBAR_SPINE, Region.SACRUM)
MIDLINE = frozenset(SPINE_CHAIN)
BETWEEN_JOINTS = frozenset((Region.THIGH, Region.SHIN))

KNEE_MEDIAL = (Compartment.MEDIAL_FEMORAL_CONDYLE, Compartment.MEDIAL_TIBIAL_PLATEAU)
KNEE_LATERAL = (Compartment.LATERAL_FEMORAL_CONDYLE, Compartment.LATERAL_TIBIAL_PLATEAU)

COMPARTMENTS: dict[Region, tuple[Compartment, ...]] = {
    Region.HIP: (Compartment.FEMORAL_HEAD, Compartment.FEMORAL_NECK, Compartment.ACETABULUM),
    Region.KNEE: (
        Compartment.MEDIAL_FEMORAL_CONDYLE,
        Compartment.LATERAL_FEMORAL_CONDYLE,
        Compartment.MEDIAL_TIBIAL_PLATEAU,
        Compartment.LATERAL_TIBIAL_PLATEAU,
        Compartment.PATELLA,
    ),
    Region.ANKLE: (Compartment.TALUS, Compartment.DISTAL_TIBIA),
    Region.FOOT: (Compartment.HINDFOOT, Compartment.MIDFOOT, Compartment.FOREFOOT),
}

# Which compartments a patient's word can mean. Only the words that tell medial from lateral (knee) or the parts of the
# foot apart exclude anything (edema moves from one condyle to the other, BMC Musculoskelet Disord 2008;9:45). In the
# hip and the ankle, pain is felt away from its source.
AREAS: dict[Region, dict[Area, tuple[Compartment, ...]]] = {
    Region.KNEE: {
        Area.INNER: KNEE_MEDIAL,
        Area.OUTER: KNEE_LATERAL,
        Area.FRONT: COMPARTMENTS[Region.KNEE],
        Area.BACK: COMPARTMENTS[Region.KNEE],
    },
    Region.HIP: dict.fromkeys((Area.GROIN, Area.OUTER_SIDE, Area.BUTTOCK), COMPARTMENTS[Region.HIP]),
    Region.ANKLE: dict.fromkeys((Area.INNER, Area.OUTER, Area.FRONT, Area.BACK), COMPARTMENTS[Region.ANKLE]),
    Region.FOOT: {
        Area.HEEL: (Compartment.HINDFOOT,),
        Area.MIDDLE: (Compartment.MIDFOOT,),
        Area.BALL: (Compartment.FOREFOOT,),
        Area.TOES: (Compartment.FOREFOOT,),
    },
}
WHOLE_AREAS = (Area.ALL_OVER, Area.NOT_SURE)


@dataclass(frozen=True, slots=True)
class Site:
    """A place on the body: a region, its side unless it is midline, and a compartment where one is known.

    Raises InvalidValue when a sided region has no side, a midline region has one, or the part is of another region.
    """

    region: Region
    side: Side | None = None
    compartment: Compartment | None = None
    limb: Limb | None = field(init=False, repr=False, compare=False)
    """The limb that carries this site, or None for the spine."""
    _name: str = field(init=False, repr=False, compare=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Sites are named and looked up all the time, and three codes hash slowly.
        joint = f"{self.side}-{self.region}" if self.side else str(self.region)
        object.__setattr__(self, "_name", f"{joint}.{self.compartment}" if self.compartment else joint)
        object.__setattr__(self, "_hash", hash((self.region, self.side, self.compartment)))
        object.__setattr__(self, "limb", _limb_of(self.region, self.side))
        if (self.side is None) != (self.region in MIDLINE):
            raise InvalidValue("Say left or right for this place.", code="side-needed")
        if self.compartment is not None and self.compartment not in COMPARTMENTS.get(self.region, ()):
            raise InvalidValue("This part does not belong to this place.", code="unknown-site")

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        return self._name

    @property
    def joint(self) -> "Site":
        """Return the site at region level, without its compartment."""
        return self if self.compartment is None else _joint_of(self)

    @property
    def mirrored(self) -> "Site | None":
        """Return the same place on the other side, or None for the midline."""
        return Site(self.region, self.side.other, self.compartment) if self.side else None


def _limb_of(region: Region, side: Side | None) -> Limb | None:
    return Limb(f"{side}-{'arm' if region in ARM_CHAIN else 'leg'}") if side else None


@cache
def _joint_of(place: Site) -> Site:
    return site(str(place).partition(".")[0])


def _every_site() -> dict[str, Site]:
    joints = [Site(r) if r in MIDLINE else Site(r, s) for r in Region for s in Side]
    parts = [Site(j.region, j.side, c) for j in joints for c in COMPARTMENTS.get(j.region, ())]
    return {str(s): s for s in joints + parts}


SITES: dict[str, Site] = _every_site()


def site(code: str) -> Site:
    """Return the site with this code, which must match exactly; raise InvalidValue (``unknown-site``) for any other."""
    found = SITES.get(code)
    if found is None:
        raise InvalidValue("Choose a place from the list.", code="unknown-site")
    return found


@cache
def areas_of(region: Region) -> frozenset[Area]:
    """Return the areas a patient can name in this region; ``all-over`` and ``not-sure`` belong to every region."""
    return frozenset(AREAS.get(region, {})) | frozenset(WHOLE_AREAS)


def can_mean(region: Region, area: Area | None) -> tuple[Compartment, ...]:
    """Return the compartments that the patient's word can mean; no word, or a vague one, can mean every one."""
    everything = COMPARTMENTS.get(region, ())
    if area is None or region not in AREAS:
        return everything
    return AREAS[region].get(area, everything)


def neighbours(place: Site) -> frozenset[Site]:
    """Return what lies next to a place: along its limb or spine up to the next joint, and the same joint mirrored."""
    chain = next(c for c in (ARM_CHAIN, LEG_CHAIN, SPINE_CHAIN) if place.region in c)
    at = chain.index(place.region)
    beside = _up_to_joint(chain[at + 1 :]) + _up_to_joint(chain[:at][::-1])
    mirrored = place.joint.mirrored
    return frozenset([Site(region, place.side) for region in beside] + ([mirrored] if mirrored else []))


def _up_to_joint(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Return the leading regions up to and including the first joint; thigh and shin are bones between joints."""
    joint = next((at for at, region in enumerate(regions) if region not in BETWEEN_JOINTS), -1)
    return regions[: joint + 1]
