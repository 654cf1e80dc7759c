import pytest

from rehab_tracker.domain.site import SITES, site
from rehab_tracker.domain.snomed import LATERALITY, VERIFIED, VERIFIED_PARTS, Coded, WrongSide, check_sides, snomed_code

# The verified codes.
JOINT_CODES = {
    "right-hip": "287579007",
    "left-hip": "287679003",
    "right-knee": "6757004",
    "left-knee": "82169009",
    "right-ankle": "6685009",
    "left-ankle": "51636004",
    "right-foot": "7769000",
    "left-foot": "22335008",
    "right-shoulder": "91774008",
    "left-shoulder": "91775009",
    "lumbar-spine": "122496007",
    "sacrum": "54735007",
}
PART_CODES = {
    "medial-femoral-condyle": "122474001",
    "lateral-femoral-condyle": "122475000",
    "femoral-neck": "29627003",
    "femoral-head": "2812003",
    "talus": "67453005",
    "forefoot": "280711000",
}
LEFT, RIGHT = "7771000", "24028007"
FOREFOOT_OF_ANIMALS = "419176008"


def expected(place):
    if not place.compartment:
        return JOINT_CODES.get(str(place))
    part = PART_CODES.get(place.compartment)
    return f"{part}:272741003={LEFT if place.side == 'left' else RIGHT}" if part else None


@pytest.mark.parametrize("code", sorted(SITES))
def test_every_site_has_its_verified_code_or_none(code):
    assert snomed_code(site(code)) == expected(site(code))


def test_the_inner_condyle_of_the_right_knee_is_written_as_hl7_writes_it():
    assert snomed_code(site("right-knee.medial-femoral-condyle")) == "122474001:272741003=24028007"


def test_nothing_is_guessed_for_a_part_without_a_verified_code():
    assert snomed_code(site("left-knee.patella")) is None
    assert snomed_code(site("left-wrist")) is None


def test_no_code_stands_for_two_things():
    codes = [row.code for row in VERIFIED] + list(VERIFIED_PARTS.values()) + list(LATERALITY.values())
    assert len(codes) == len(set(codes))
    assert FOREFOOT_OF_ANIMALS not in codes


def test_the_codes_as_shipped_stand_beside_their_own_side():
    check_sides()


@pytest.mark.parametrize(
    "rows",
    [
        [Coded("right-hip", "287579007", "Left hip region structure")],
        [Coded("left-knee", "6757004", "Structure of right knee region")],
        [Coded("left-knee", "82169009", "Structure of knee region")],
        [Coded("lumbar-spine", "122496007", "Left lumbar spine structure")],
        [
            Coded("left-knee", "82169009", "Structure of left knee region"),
            Coded("right-knee", "82169009", "Structure of right knee region"),
        ],
    ],
    ids=["display-says-left", "rows-swapped", "no-side-said", "side-on-the-midline", "one-code-for-both"],
)
def test_a_swapped_side_stops_the_program(rows):
    with pytest.raises(WrongSide):
        check_sides(rows)


@pytest.mark.parametrize("row", [row for row in VERIFIED if site(row.site).mirrored], ids=lambda row: row.site)
def test_each_shipped_row_would_be_caught_if_its_site_were_swapped(row):
    with pytest.raises(WrongSide):
        check_sides([row._replace(site=str(site(row.site).mirrored))])
