"""Diagnoses as staff state them: a working one for a place, an overall one for the patient. The codes are our own."""

from dataclasses import dataclass
from enum import StrEnum

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.reader import checked


class Scope(StrEnum):
    """What a diagnosis explains: one place, or everything together."""

    WORKING = "working"
    OVERALL = "overall"


class DiagnosisCode(StrEnum):
    """What it is called; names in use differ, ``name`` holds the one that the clinic prefers."""

    TMO = "tmo"
    TRANSIENT_OSTEOPOROSIS = "transient-osteoporosis"
    BONE_MARROW_EDEMA = "bone-marrow-edema"
    SUBCHONDRAL_INSUFFICIENCY_FRACTURE = "subchondral-insufficiency-fracture"
    STRESS_REACTION = "stress-reaction"
    STRESS_FRACTURE = "stress-fracture"
    OSTEONECROSIS = "osteonecrosis"
    BONE_OR_JOINT_INFECTION = "bone-or-joint-infection"
    INFLAMMATORY_ARTHRITIS = "inflammatory-arthritis"
    GOUT = "gout"
    COMPLEX_REGIONAL_PAIN_SYNDROME = "complex-regional-pain-syndrome"
    OSTEOPENIA = "osteopenia"
    OSTEOPOROSIS = "osteoporosis"
    OTHER = "other"


class Certainty(StrEnum):
    """How sure staff are."""

    SUSPECTED = "suspected"
    PROBABLE = "probable"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One diagnosis; the item's date is the day on which it was made. ``basis`` says in words what it rests on.

    ``name`` is a free synonym, needed for ``other``: raises InvalidValue (``name-needed``).
    """

    scope: Scope
    code: DiagnosisCode
    name: str | None = None
    certainty: Certainty | None = None
    by_exclusion: bool | None = None
    basis: str | None = None

    def __post_init__(self) -> None:
        checked(self)
        if self.code is DiagnosisCode.OTHER and self.name is None:
            raise InvalidValue("Name the diagnosis.", code="name-needed", pointer="/name")
