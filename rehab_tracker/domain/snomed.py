"""SNOMED CT codes of body sites, as far as they were verified in published value sets (HL7 FHIR, IHE, eHDSI 8.1.0).

SNOMED CT is used under licence: a clinic outside a member country needs an affiliate licence before it exports these.
A site that is not listed has no verified code; nothing is guessed. Laterality of a compartment is post-coordinated
(``code:272741003=side``), the pattern of the HL7 FHIR bone density example.
"""

from collections.abc import Iterable
from typing import NamedTuple

from rehab_tracker.domain.site import Compartment, Side, Site, site


class WrongSide(Exception):
    """A code and the side it stands for contradict each other; the program must not start."""


class Coded(NamedTuple):
    """A verified concept: the site it stands for, its code and the display text it was found with."""

    site: str
    code: str
    display: str


VERIFIED = (
    Coded("right-hip", "287579007", "Right hip region structure"),
    Coded("left-hip", "287679003", "Left hip region structure"),
    Coded("right-knee", "6757004", "Structure of right knee region"),
    Coded("left-knee", "82169009", "Structure of left knee region"),
    Coded("right-ankle", "6685009", "Structure of right ankle"),
    Coded("left-ankle", "51636004", "Structure of left ankle"),
    Coded("right-foot", "7769000", "Structure of right foot"),
    Coded("left-foot", "22335008", "Structure of left foot"),
    Coded("right-shoulder", "91774008", "Structure of right shoulder region"),
    Coded("left-shoulder", "91775009", "Structure of left shoulder region"),
    Coded("lumbar-spine", "122496007", "Lumbar spine structure"),
    Coded("sacrum", "54735007", "Sacrum"),
)

# Unsided concepts; the side is added by laterality.
VERIFIED_PARTS: dict[Compartment, str] = {
    Compartment.FEMORAL_HEAD: "2812003",
    Compartment.FEMORAL_NECK: "29627003",
    Compartment.MEDIAL_FEMORAL_CONDYLE: "122474001",
    Compartment.LATERAL_FEMORAL_CONDYLE: "122475000",
    Compartment.TALUS: "67453005",
    Compartment.FOREFOOT: "280711000",
}
LATERALITY_ATTRIBUTE = "272741003"
LATERALITY: dict[Side, str] = {Side.LEFT: "7771000", Side.RIGHT: "24028007"}

_BY_SITE = {row.site: row.code for row in VERIFIED}


def check_sides(rows: Iterable[Coded] = VERIFIED) -> None:
    """Raise WrongSide when a display text names another side than its site, or one code stands for two sites.

    Public code lists are known to label the right hip "Left hip"; treating the wrong leg is the harm.
    """
    seen: dict[str, str] = {}
    for place, code, display in rows:
        said = {side for side in Side if side in display.lower().split()}
        if said != ({site(place).side} - {None}):
            raise WrongSide(f"SNOMED CT {code} reads “{display}” but stands beside {place}.")
        if seen.setdefault(code, place) != place:
            raise WrongSide(f"SNOMED CT {code} stands beside {seen[code]} and beside {place}.")


def snomed_code(place: Site) -> str | None:
    """Return the verified SNOMED CT expression of a site, or None where none was verified."""
    if place.compartment is None:
        return _BY_SITE.get(str(place))
    part = VERIFIED_PARTS.get(place.compartment)
    if part is None or place.side is None:
        return None
    return f"{part}:{LATERALITY_ATTRIBUTE}={LATERALITY[place.side]}"
