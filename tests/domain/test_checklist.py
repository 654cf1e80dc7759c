from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.checklist import checklist
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exclusion import ALWAYS_ASKED, SET_APART_BY, Basis, Condition, Exclusion, ExclusionStatus
from rehab_tracker.domain.imaging import Mri
from rehab_tracker.domain.site import site
from tests.domain.case_items import CASE, FIRST_VISIT, LEFT_FOREFOOT, LEFT_KNEE, RIGHT_KNEE, dated, item

ONLY_KNEE = {RIGHT_KNEE: FIRST_VISIT}
ALL_SITES = {place: FIRST_VISIT + timedelta(days=91) for place in (LEFT_KNEE, LEFT_FOREFOOT)} | ONLY_KNEE


def judged(status, place=RIGHT_KNEE, day=0, *, condition="gout", name="x", other=None, **more):
    content = Exclusion(Condition(condition), ExclusionStatus(status), name=other, basis=(Basis.CLINICAL,))
    return item(content, place, dated(day), name=name, **more)


def test_the_case_has_all_six_excluded_at_the_later_places_and_none_at_the_first():
    later = checklist(LEFT_KNEE, ALL_SITES, CASE.values())
    assert (later.excluded, len(later.lines)) == (6, 6)
    first = checklist(RIGHT_KNEE, ALL_SITES, CASE.values())
    assert first.excluded == 0
    assert first.last_reviewed is None


def test_a_new_place_starts_empty_whatever_is_excluded_elsewhere():
    elsewhere = (RIGHT_KNEE, site("left-knee"), site("left-knee.lateral-femoral-condyle"))
    found = checklist(LEFT_KNEE, ALL_SITES, [judged("excluded", place, name=str(place)) for place in elsewhere])
    assert {line.status for line in found.lines} == {ExclusionStatus.NOT_CONSIDERED}
    assert {line.judged for line in found.lines} == {None}


def test_body_wide_results_stand_beside_their_lines_and_imaging_only_of_the_same_joint():
    other_condyle = item(Mri(), site("left-knee.lateral-femoral-condyle"), dated(95), name="mri D")
    found = checklist(LEFT_KNEE, ALL_SITES, [*CASE.values(), other_condyle])
    lines = {line.condition: line.evidence for line in found.lines}
    assert lines[Condition.OSTEONECROSIS] == (
        CASE["background"],
        *sorted((CASE["later background"], CASE["mri B"]), key=lambda i: i.id),
        other_condyle,
    )
    assert lines[Condition.COMPLEX_REGIONAL_PAIN_SYNDROME] == (CASE["examination B"],)
    assert {CASE["laboratory"], CASE["later laboratory"]} <= set(lines[Condition.BONE_OR_JOINT_INFECTION])
    assert CASE["dxa"] in lines[Condition.ISOLATED_INSUFFICIENCY_FRACTURE]
    assert not {CASE["mri A"], CASE["mri C"], CASE["radiograph A"]} & {i for line in lines.values() for i in line}


@given(st.permutations(range(3)))
def test_the_last_judgement_of_a_condition_stands(order):
    judgements = [
        judged("being-worked-up", day=0, name="a"),
        judged("excluded", day=5, name="b"),
        judged("present", day=3, name="c"),
    ]
    found = checklist(RIGHT_KNEE, ONLY_KNEE, [judgements[at] for at in order])
    assert [line.judged for line in found.lines if line.judged] == [judgements[1]]
    assert (found.excluded, found.last_reviewed) == (1, FIRST_VISIT + timedelta(days=5))


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        ("excluded", "present", "present"),
        ("being-worked-up", "excluded", "being-worked-up"),
        ("not-considered", "excluded", "not-considered"),
    ],
)
def test_of_two_judgements_of_one_day_the_more_careful_stands(first, second, stands):
    both = [judged(first, name="a"), judged(second, name="b")]
    for items in (both, both[::-1]):
        found = checklist(RIGHT_KNEE, ONLY_KNEE, items)
        assert [line.status for line in found.lines if line.judged] == [stands]


def test_a_judgement_entered_in_error_is_gone():
    mistake = [judged("excluded"), judged("excluded", version=2, in_error=True)]
    found = checklist(RIGHT_KNEE, ONLY_KNEE, mistake)
    assert (found.excluded, found.last_reviewed) == (0, None)


def test_places_added_since_the_last_review_are_named():
    found = checklist(RIGHT_KNEE, ALL_SITES, [judged("excluded", day=90)])
    assert found.sites_added_since == (LEFT_FOREFOOT, LEFT_KNEE)
    assert checklist(RIGHT_KNEE, ALL_SITES, [judged("excluded", day=91)]).sites_added_since == ()
    assert checklist(RIGHT_KNEE, ALL_SITES, []).sites_added_since == ()


def test_another_condition_has_a_line_of_its_own_by_its_name():
    others = [
        judged("being-worked-up", condition="other", other="lymphoma", name="a"),
        judged("excluded", condition="other", other="DVT", name="b"),
    ]
    found = checklist(RIGHT_KNEE, ONLY_KNEE, others)
    assert [line.name for line in found.lines[6:]] == ["DVT", "lymphoma"]
    assert found.lines[6].evidence == ()


def test_each_condition_that_is_always_asked_says_what_sets_it_apart():
    assert set(SET_APART_BY) == set(ALWAYS_ASKED)
    assert len(ALWAYS_ASKED) == 6


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"condition": Condition.OTHER, "status": ExclusionStatus.NOT_CONSIDERED}, "name-needed"),
        ({"condition": Condition.GOUT, "status": ExclusionStatus.NOT_CONSIDERED, "name": "gout"}, "name-needed"),
        ({"condition": Condition.GOUT, "status": ExclusionStatus.PRESENT, "basis": ()}, "basis-needed"),
    ],
)
def test_an_exclusion_without_name_or_basis_is_refused(said, code):
    with pytest.raises(InvalidValue) as refusal:
        Exclusion(**said)
    assert refusal.value.code == code
