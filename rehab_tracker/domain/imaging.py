"""Imaging as reported: plain radiographs and magnetic resonance (MRI) of the joint that the item is about.

The joint and its side are the item's site; they are never inferred from the text. A line under the cartilage is a
finding here, not a diagnosis: it is seen in about half of transient osteoporosis too (Reumatol Clin,
PII S2173574318301060). Every yes or no has three values: True present, False looked for and absent, None not recorded.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.reader import Between, checked
from rehab_tracker.domain.site import COMPARTMENTS, Compartment, Site

THICK_MM = Decimal(4)
"""A dark area under the cartilage thicker than this, in millimetres, means a poor outlook (Lecouvet, AJR,
doi:10.2214/ajr.170.1.9423603)."""

LONG_MM = Decimal(14)
"""The same for its length, in millimetres (same source)."""

MOST_MM = 200
"""No area of one bone end is larger, in millimetres (house rule)."""


class View(StrEnum):
    """From which side a radiograph was taken."""

    ANTEROPOSTERIOR = "anteroposterior"
    LATERAL = "lateral"
    OBLIQUE = "oblique"
    AXIAL = "axial"
    WEIGHT_BEARING = "weight-bearing"
    OTHER = "other"


class Sequence(StrEnum):
    """How the signal of an MRI was made; STIR and fat-suppressed (-fs) ones show water in bone."""

    T1 = "t1"
    T1_FS = "t1-fs"
    T2 = "t2"
    T2_FS = "t2-fs"
    STIR = "stir"
    PD = "pd"
    PD_FS = "pd-fs"
    OTHER = "other"


class Plane(StrEnum):
    """The plane of an MRI's slices."""

    CORONAL = "coronal"
    SAGITTAL = "sagittal"
    AXIAL = "axial"


class Edema(StrEnum):
    """The pattern of the edema of the bone marrow; ``none`` says that there is none."""

    DIFFUSE = "diffuse"
    FOCAL = "focal"
    STRESS_RELATED = "stress-related"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Radiograph:
    """What a plain radiograph shows; a normal one is no all clear: bone loss shows only weeks after the first pain."""

    views: tuple[View, ...] | None = None
    fracture_line: bool | None = None
    collapse: bool | None = None
    degeneration: bool | None = None
    demineralisation: bool | None = None
    text: str | None = None
    rationale: str | None = None

    def __post_init__(self) -> None:
        checked(self)


@dataclass(frozen=True, slots=True)
class Mri:
    """What an MRI shows, as far as the report says it.

    ``compartments`` are the parts of the joint with edema, ``bones`` the same in words where there is no code (heads of
    toes 2 to 4). ``low_signal_thickness_mm`` and ``low_signal_length_mm`` measure the dark area under the cartilage
    (0 to 200 mm). ``osteonecrosis_features`` says whether the report sees any.
    """

    sequences: tuple[Sequence, ...] | None = None
    planes: tuple[Plane, ...] | None = None
    contrast: bool | None = None
    edema: Edema | None = None
    edema_extent: str | None = None
    compartments: tuple[Compartment, ...] | None = None
    bones: str | None = None
    subchondral_fracture_line: bool | None = None
    low_signal_thickness_mm: Annotated[Decimal, Between(0, MOST_MM)] | None = None
    low_signal_length_mm: Annotated[Decimal, Between(0, MOST_MM)] | None = None
    collapse: bool | None = None
    serpiginous_line: bool | None = None
    osteonecrosis_features: bool | None = None
    synovitis: bool | None = None
    joint_effusion: bool | None = None
    further_involvement: bool | None = None
    text: str | None = None
    rationale: str | None = None

    def __post_init__(self) -> None:
        checked(self)

    @property
    def has_poor_outlook(self) -> bool | None:
        """Return whether the dark area is thicker than 4 mm or longer than 14 mm; None when that cannot be said."""
        measured = ((self.low_signal_thickness_mm, THICK_MM), (self.low_signal_length_mm, LONG_MM))
        beyond = [None if size is None else size > limit for size, limit in measured]
        return True if True in beyond else None if None in beyond else False


def must_be_of(mri: Mri, place: Site) -> None:
    """Raise InvalidValue (``wrong-place``) for a part with edema that does not belong to the imaged joint."""
    for at, part in enumerate(mri.compartments or ()):
        if part not in COMPARTMENTS.get(place.region, ()):
            raise InvalidValue(
                "This part does not belong to this place.", code="wrong-place", pointer=f"/compartments/{at}"
            )
