import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.site import (
    COMPARTMENTS,
    SITES,
    Area,
    Compartment,
    Limb,
    Region,
    Side,
    Site,
    areas_of,
    can_mean,
    neighbours,
    site,
)

# Copied from the design, section 6, and not from the code.
SIDED = ["shoulder", "elbow", "wrist", "hand", "hip", "thigh", "knee", "shin", "ankle", "foot"]
MIDLINE = ["neck", "thoracic-spine", "lumbar-spine", "sacrum"]
PARTS = {
    "hip": ["femoral-head", "femoral-neck", "acetabulum"],
    "knee": (
        [
            "medial-femoral-condyle",
            "lateral-femoral-condyle",
            "medial-tibial-plateau",
            "lateral-tibial-plateau",
            "patella",
        ]
    ),
    "ankle": ["talus", "distal-tibia"],
    "foot": ["hindfoot", "midfoot", "forefoot"],
}
AREAS = {
    "knee": ["inner", "outer", "front", "back"],
    "hip": ["groin", "outer-side", "buttock"],
    "ankle": ["inner", "outer", "front", "back"],
    "foot": ["heel", "middle", "ball", "toes"],
}


def test_every_region_side_and_compartment_of_the_design_is_there_and_nothing_else():
    assert [str(r) for r in Region] == SIDED + MIDLINE
    assert {str(s) for s in Side} == {"left", "right"}
    assert {str(r): [str(c) for c in parts] for r, parts in COMPARTMENTS.items()} == PARTS
    assert {str(c) for c in Compartment} == {part for parts in PARTS.values() for part in parts}
    joints = {f"{side}-{region}" for side in ("left", "right") for region in SIDED} | set(MIDLINE)
    parts = {f"{s}-{region}.{part}" for s in ("left", "right") for region in PARTS for part in PARTS[region]}
    assert set(SITES) == joints | parts


def test_every_region_has_the_areas_of_the_design_and_the_two_vague_ones():
    for region in Region:
        assert {str(a) for a in areas_of(region)} == {*AREAS.get(region, ()), "all-over", "not-sure"}
    assert {str(a) for a in Area} == {a for areas in AREAS.values() for a in areas} | {"all-over", "not-sure"}


@pytest.mark.parametrize("code", sorted(SITES))
def test_a_site_is_written_as_it_is_read(code):
    assert str(site(code)) == code


@given(st.one_of(st.text(), st.sampled_from(sorted(SITES)).map(str.upper)).filter(lambda text: text not in SITES))
def test_no_other_text_is_a_site(code):
    with pytest.raises(InvalidValue) as refusal:
        site(code)
    assert refusal.value.code == "unknown-site"


@pytest.mark.parametrize("region", SIDED)
def test_the_side_of_a_limb_is_never_inferred(region):
    with pytest.raises(InvalidValue, match="Say left or right"):
        Site(Region(region))
    with pytest.raises(InvalidValue):
        site(region)


@pytest.mark.parametrize("region", MIDLINE)
def test_the_spine_has_no_side(region):
    with pytest.raises(InvalidValue):
        Site(Region(region), Side.LEFT)
    assert site(region).mirrored is None
    assert site(region).limb is None


def test_a_part_belongs_to_its_own_joint():
    with pytest.raises(InvalidValue, match="does not belong"):
        Site(Region.KNEE, Side.LEFT, Compartment.TALUS)
    with pytest.raises(InvalidValue):
        Site(Region.THIGH, Side.LEFT, Compartment.FEMORAL_NECK)


def test_a_joint_is_its_part_without_the_part():
    assert site("left-foot.forefoot").joint == site("left-foot")
    assert site("sacrum").joint == site("sacrum")


@pytest.mark.parametrize("code", sorted(SITES))
def test_mirroring_twice_gives_the_same_place_and_once_the_other_side(code):
    place = site(code)
    if place.mirrored:
        assert place.mirrored.side is not place.side
        assert place.mirrored.mirrored == place


@pytest.mark.parametrize(
    ("place", "limb"),
    [
        ("left-hip", Limb.LEFT_LEG),
        ("right-foot.forefoot", Limb.RIGHT_LEG),
        ("left-shoulder", Limb.LEFT_ARM),
        ("right-hand", Limb.RIGHT_ARM),
        ("neck", None),
    ],
)
def test_weight_limits_belong_to_the_limb_that_carries_the_site(place, limb):
    assert site(place).limb is limb


@pytest.mark.parametrize(
    ("region", "area", "parts"),
    [
        ("knee", "inner", {"medial-femoral-condyle", "medial-tibial-plateau"}),
        ("knee", "outer", {"lateral-femoral-condyle", "lateral-tibial-plateau"}),
        ("knee", "front", set(PARTS["knee"])),
        ("knee", "not-sure", set(PARTS["knee"])),
        ("knee", None, set(PARTS["knee"])),
        ("foot", "heel", {"hindfoot"}),
        ("foot", "ball", {"forefoot"}),
        ("foot", "toes", {"forefoot"}),
        ("hip", "buttock", set(PARTS["hip"])),
        ("ankle", "inner", set(PARTS["ankle"])),
        ("thigh", "all-over", set()),
    ],
)
def test_a_patients_word_can_mean_these_parts(region, area, parts):
    assert set(can_mean(Region(region), Area(area) if area else None)) == parts


@pytest.mark.parametrize(
    ("place", "beside"),
    [
        ("left-knee", {"left-thigh", "left-hip", "left-shin", "left-ankle", "right-knee"}),
        ("left-foot.forefoot", {"left-ankle", "right-foot"}),
        ("right-hip", {"right-thigh", "right-knee", "left-hip"}),
        ("right-elbow", {"right-shoulder", "right-wrist", "left-elbow"}),
        ("left-thigh", {"left-hip", "left-knee", "right-thigh"}),
        ("lumbar-spine", {"thoracic-spine", "sacrum"}),
    ],
)
def test_neighbours_reach_to_the_next_joint_and_to_the_other_side(place, beside):
    assert {str(n) for n in neighbours(site(place))} == beside


@given(st.sampled_from(sorted(SITES)), st.sampled_from(sorted(SITES)))
def test_two_joints_are_neighbours_of_each_other_or_not_at_all(one, other):
    bones = {Region.THIGH, Region.SHIN}
    a, b = site(one).joint, site(other).joint
    if not {a.region, b.region} & bones:
        assert (b in neighbours(a)) == (a in neighbours(b))
