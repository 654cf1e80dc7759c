"""Exclusions: one line of the differential for one place. What is true of one knee says nothing about the other."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.reader import checked
from rehab_tracker.domain.translation import N_


class Condition(StrEnum):
    """What else it could be; the first six are asked at every place."""

    OSTEONECROSIS = "osteonecrosis"
    ISOLATED_INSUFFICIENCY_FRACTURE = "isolated-insufficiency-fracture"
    BONE_OR_JOINT_INFECTION = "bone-or-joint-infection"
    INFLAMMATORY_ARTHRITIS = "inflammatory-arthritis"
    GOUT = "gout"
    COMPLEX_REGIONAL_PAIN_SYNDROME = "complex-regional-pain-syndrome"
    OTHER = "other"


ALWAYS_ASKED = tuple(condition for condition in Condition if condition is not Condition.OTHER)


class ExclusionStatus(StrEnum):
    """How far staff have come with it."""

    NOT_CONSIDERED = "not-considered"
    BEING_WORKED_UP = "being-worked-up"
    EXCLUDED = "excluded"
    PRESENT = "present"


class Basis(StrEnum):
    """What a judgement rests on."""

    HISTORY = "history"
    CLINICAL = "clinical"
    LABORATORY = "laboratory"
    IMAGING = "imaging"


SET_APART_BY = {
    Condition.OSTEONECROSIS: N_(
        "Osteonecrosis is focal: part of the bone, a band-like or serpiginous line, later collapse. "
        "Ask about steroids, alcohol and kidney disease."
    ),
    Condition.ISOLATED_INSUFFICIENCY_FRACTURE: N_(
        "An insufficiency fracture alone does not explain several places one after another. "
        "A dark area under the cartilage over 4 mm thick or 14 mm long means a poor outlook."
    ),
    Condition.BONE_OR_JOINT_INFECTION: N_(
        "One hot, very painful joint that the patient will not move or load; CRP and ESR are raised. "
        "No fever does not exclude it."
    ),
    Condition.INFLAMMATORY_ARTHRITIS: N_("Synovitis, raised CRP and ESR, stiffness in the morning."),
    Condition.GOUT: N_(
        "It is at its worst within a day and settles in days to two weeks; the skin is red; often the big toe."
    ),
    Condition.COMPLEX_REGIONAL_PAIN_SYNDROME: N_(
        "Pain beyond its cause, with changes of feeling, skin colour or warmth, sweating or swelling, "
        "and movement, hair or nails."
    ),
}
"""What sets each condition apart from transient osteoporosis; a reminder for clinicians, not a rule."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What staff judged of one condition at the item's place, on the item's date.

    ``source`` names the report it rests on, ``source_item`` the id of an item of this record. Raises InvalidValue:
    ``name-needed`` for an ``other`` without a name, ``basis-needed`` for excluded or present without a basis.
    """

    condition: Condition
    status: ExclusionStatus
    name: str | None = None
    basis: tuple[Basis, ...] | None = None
    source: str | None = None
    source_item: UUID | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        checked(self)
        if (self.condition is Condition.OTHER) is (self.name is None):
            raise InvalidValue("Name the condition, if it is none of the list.", code="name-needed", pointer="/name")
        if self.status in (ExclusionStatus.EXCLUDED, ExclusionStatus.PRESENT) and not self.basis:
            raise InvalidValue("Say what this rests on.", code="basis-needed", pointer="/basis")
