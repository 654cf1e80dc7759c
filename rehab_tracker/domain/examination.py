"""The examination: what a clinician saw and felt at a place, or of the walk as a whole.

Every yes or no has three values: True found, False looked for and not found, None not recorded. So has every list: an
empty one says that nothing was found.
"""

from dataclasses import dataclass
from enum import StrEnum

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.reader import checked
from rehab_tracker.domain.site import Region, Site


class Gait(StrEnum):
    """How the patient walks."""

    NORMAL = "normal"
    SLIGHTLY_ANTALGIC = "slightly-antalgic"
    ANTALGIC = "antalgic"
    LIMPING = "limping"
    UNABLE = "unable"


class Tender(StrEnum):
    """Where pressing hurts."""

    GROIN = "groin"
    GREATER_TROCHANTER = "greater-trochanter"
    MEDIAL_JOINT_LINE = "medial-joint-line"
    LATERAL_JOINT_LINE = "lateral-joint-line"
    MEDIAL_FEMORAL_CONDYLE = "medial-femoral-condyle"
    LATERAL_FEMORAL_CONDYLE = "lateral-femoral-condyle"
    MEDIAL_TIBIAL_PLATEAU = "medial-tibial-plateau"
    LATERAL_TIBIAL_PLATEAU = "lateral-tibial-plateau"
    PATELLA = "patella"
    MEDIAL_MALLEOLUS = "medial-malleolus"
    LATERAL_MALLEOLUS = "lateral-malleolus"
    TALUS = "talus"
    HEEL = "heel"
    MIDFOOT = "midfoot"
    DORSAL_FOREFOOT = "dorsal-forefoot"
    PLANTAR_FOREFOOT = "plantar-forefoot"
    TOES = "toes"
    ELSEWHERE = "elsewhere"


TENDER_AT: dict[Region, frozenset[Tender]] = {
    Region.HIP: frozenset((Tender.GROIN, Tender.GREATER_TROCHANTER)),
    Region.KNEE: frozenset(
        (
            Tender.MEDIAL_JOINT_LINE,
            Tender.LATERAL_JOINT_LINE,
            Tender.MEDIAL_FEMORAL_CONDYLE,
            Tender.LATERAL_FEMORAL_CONDYLE,
            Tender.MEDIAL_TIBIAL_PLATEAU,
            Tender.LATERAL_TIBIAL_PLATEAU,
            Tender.PATELLA,
        )
    ),
    Region.ANKLE: frozenset((Tender.MEDIAL_MALLEOLUS, Tender.LATERAL_MALLEOLUS, Tender.TALUS)),
    Region.FOOT: frozenset((Tender.HEEL, Tender.MIDFOOT, Tender.DORSAL_FOREFOOT, Tender.PLANTAR_FOREFOOT, Tender.TOES)),
}


class Motion(StrEnum):
    """How far the joint moves."""

    PRESERVED = "preserved"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found; ``painful_arc`` says in words in which part of the motion it hurts.

    ``trophic_change`` is any change of skin colour, warmth, sweating, hair or nails. ``hip_pain_on_standing`` and
    ``hip_pain_on_rotation`` are asked of every sore knee too, because a hip can be felt there.
    """

    gait: Gait | None = None
    tenderness: tuple[Tender, ...] | None = None
    motion: Motion | None = None
    painful_arc: str | None = None
    effusion: bool | None = None
    deformity: bool | None = None
    inflammatory_signs: bool | None = None
    neurological_deficit: bool | None = None
    vascular_deficit: bool | None = None
    trophic_change: bool | None = None
    hip_pain_on_standing: bool | None = None
    hip_pain_on_rotation: bool | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        checked(self)


def must_be_of(examination: Examination, place: Site | None) -> None:
    """Raise InvalidValue (``wrong-place``) for a tender spot that this place does not have, or that has no place."""
    spots = TENDER_AT.get(place.region, frozenset()) if place else frozenset()
    for at, spot in enumerate(examination.tenderness or ()):
        if place is None or (spot is not Tender.ELSEWHERE and spot not in spots):
            raise InvalidValue(
                "This part does not belong to this place.", code="wrong-place", pointer=f"/tenderness/{at}"
            )
