"""The record holds the whole published case; what it does not report is not recorded, which is not "absent"."""

import dataclasses
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.background import Background, Occupation, Pregnancy, PregnancyStatus
from rehab_tracker.domain.co_intervention import CoIntervention, Taken, Treatment
from rehab_tracker.domain.complaint import Complaint
from rehab_tracker.domain.diagnosis import Diagnosis, DiagnosisCode, Scope
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.examination import Examination, Tender
from rehab_tracker.domain.follow_up import FollowUp, Task
from rehab_tracker.domain.imaging import Mri, Radiograph
from rehab_tracker.domain.laboratory import Laboratory
from rehab_tracker.domain.outcome import Outcome, Recovery
from rehab_tracker.domain.partial_date import PartialDate, Precision
from rehab_tracker.domain.reader import fields_of
from rehab_tracker.domain.record_item import (
    CONTENT,
    ItemKind,
    RecordItem,
    check_item,
    content_of,
    drug_starts,
    plain_content,
    standing_items,
)
from rehab_tracker.domain.site import Compartment, site
from rehab_tracker.domain.strict_json import strict_json
from tests.domain.case_items import BORN, CASE, FIRST_VISIT, LAST_VISIT, RIGHT_KNEE, dated, item, named
from tests.domain.test_partial_date import DATES

# Where each datum of a patient's course is kept; the first four words are kept outside the items.
OUTSIDE = {"person", "involvement", "plan", "entry"}
ROWS: dict[int, str] = {
    1: "person",
    2: "background.previously_healthy background.recent_trauma",
    3: "occupation.work background.activity",
    4: "background.alcohol background.corticosteroid background.renal_disease",
    5: "background.overuse background.smoking background.mineral_metabolism_disorder background.previous_episode",
    6: "involvement",
    7: "involvement dxa.results",
    8: "involvement mri.compartments mri.bones",
    9: "involvement complaint.onset complaint.duration_days",
    10: "complaint.trauma complaint.manner complaint.course",
    11: "complaint.character",
    12: "entry complaint.pain_on_loading complaint.pain_at_rest",
    13: "complaint.aggravating",
    14: "complaint.relieving",
    15: "complaint.systemic_symptoms",
    16: "examination.gait",
    17: "examination.tenderness",
    18: "examination.motion examination.painful_arc",
    19: "examination.effusion examination.deformity examination.inflammatory_signs",
    20: "examination.neurological_deficit examination.vascular_deficit",
    21: "examination.trophic_change",
    22: "radiograph.views radiograph.fracture_line radiograph.collapse radiograph.degeneration",
    23: "mri.sequences mri.planes mri.contrast",
    24: "mri.edema mri.edema_extent",
    25: "mri.subchondral_fracture_line",
    26: "mri.collapse mri.serpiginous_line mri.osteonecrosis_features mri.synovitis mri.further_involvement",
    27: "mri.rationale",
    28: "laboratory.results laboratory.overall",
    29: "dxa.results dxa.reference_population",
    30: "diagnosis.scope diagnosis.code diagnosis.basis diagnosis.by_exclusion",
    31: "exclusion.condition exclusion.status exclusion.basis",
    32: "plan programme.weight_bearing programme.percent programme.aids programme.off_loading_days",
    33: "co-intervention.treatment co-intervention.drug co-intervention.dose",
    34: "co-intervention.status co-intervention.reason",
    35: "plan programme.goals programme.exercises programme.dose programme.duration_days programme.adherence",
    36: "outcome.recovery",
    37: "outcome.asymptomatic outcome.gait outcome.functional_limitation",
    38: "outcome.further_episodes outcome.last_follow_up",
    39: "follow-up.status follow-up.reason",
    40: "consent.purpose consent.decision consent.written",
}
# What the report leaves open: not one of these may come back as "absent", as zero or as a made-up value.
NOT_REPORTED: dict[str, str] = {
    "background": "overuse smoking previous_episode post_menopausal",
    "later background": "alcohol recent_trauma",
    "occupation": "load",
    "complaint A": "manner course pain_on_loading pain_at_rest woke_at_night words",
    "complaint B": "duration_days pain_on_loading relieving systemic_symptoms character",
    "complaint C": "duration_days pain_on_loading relieving systemic_symptoms character",
    "examination A": "inflammatory_signs hip_pain_on_standing",
    "examination B": "gait effusion neurological_deficit vascular_deficit painful_arc",
    "examination C": "gait effusion neurological_deficit vascular_deficit painful_arc",
    "mri A": "low_signal_thickness_mm low_signal_length_mm joint_effusion",
    "mri B": "contrast synovitis low_signal_thickness_mm",
    "mri C": "contrast subchondral_fracture_line edema_extent",
    "laboratory": "overall text",
    "dxa": "reference_population device",
    "overall diagnosis": "certainty",
    "programme A": "percent aids exercises dose duration_days adherence started stopped",
    "programme B": "percent aids off_loading_days goals",
    "analgesia": "drug dose started stopped",
    "bisphosphonate": "drug dose started",
    "outcome A": "asymptomatic gait functional_limitation further_episodes",
    "outcome": "recovery last_follow_up",
    "next dxa": "due done_on",
}


def test_each_row_of_the_published_course_has_its_place():
    assert sorted(ROWS) == list(range(1, 41))
    for place in " ".join(ROWS.values()).split():
        kind, _, field = place.partition(".")
        assert place in OUTSIDE or field in fields_of(CONTENT[ItemKind(kind)]), place


def test_each_row_is_filled_by_the_case_or_left_out_on_purpose():
    filled = {f"{i.kind}.{key}" for i in CASE.values() for key in plain_content(i.content)}
    left_out = {f"{CASE[name].kind}.{field}" for name, fields in NOT_REPORTED.items() for field in fields.split()}
    for row, places in ROWS.items():
        assert {p for p in places.split() if p not in OUTSIDE} <= filled | left_out, row


@pytest.mark.parametrize("name", CASE)
def test_the_case_is_read_back_as_it_was_written(name):
    kept = CASE[name]
    check_item(kept, BORN, LAST_VISIT)
    assert content_of(kept.kind, strict_json(json.dumps(plain_content(kept.content)))) == kept.content


@pytest.mark.parametrize("name", NOT_REPORTED)
def test_what_the_report_leaves_open_is_not_recorded(name):
    said = plain_content(CASE[name].content)
    for field in NOT_REPORTED[name].split():
        assert getattr(CASE[name].content, field) is None
        assert field not in said


def test_not_recorded_absent_and_none_found_are_three_things():
    right, left = CASE["complaint A"].content, CASE["complaint B"].content
    assert plain_content(right)["relieving"] == [] and "relieving" not in plain_content(left)
    assert plain_content(CASE["examination A"].content)["effusion"] is False
    assert plain_content(CASE["background"].content)["alcohol"] == "absent"
    assert plain_content(CASE["dxa"].content)["results"][1] == {"region": "femoral-neck", "t_score": -1.3}


# Any content at all

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30).filter(
    lambda text: text.strip()
)


def values(field):
    """Values of a field within its bounds, made from what the field itself says."""
    if field.holds is Decimal:
        least, most = field.bounds or (-8, 8)
        one = st.decimals(least, most, places=2)
    elif field.holds is int:
        one = st.integers(field.bounds.least, field.bounds.most)
    elif field.holds is str:
        one = TEXTS
    elif field.holds is PartialDate:
        one = DATES
    elif dataclasses.is_dataclass(field.holds):
        one = contents(field.holds)
    else:
        one = st.from_type(field.holds)
    return st.lists(one, max_size=3).map(tuple) if field.many else one


@st.composite
def contents(draw, kind):
    """Any content of a kind: each optional field said or not; one that its kind refuses is thrown away."""
    fields = fields_of(kind)
    said = {name: draw(values(f)) for name, f in fields.items() if f.needed or draw(st.booleans())}
    if "instrument" in said:
        said |= {"instrument": draw(st.sampled_from(["lefs", "psfs"])), "version": "1999"}
    try:
        return kind(**said)
    except InvalidValue:
        assume(False)


@pytest.mark.parametrize("kind", ItemKind)
@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_any_content_is_read_back_as_it_was_written(kind, data):
    content = data.draw(contents(CONTENT[kind]))
    assert content_of(kind, strict_json(json.dumps(plain_content(content)))) == content


@pytest.mark.parametrize(
    ("kind", "said", "code", "pointer"),
    [
        ("mri", None, "wrong-type", "/content"),
        ("mri", {"views": []}, "unknown-key", "/content/views"),
        ("mri", {"contrast": 1}, "wrong-type", "/content/contrast"),
        ("mri", {"contrast": None}, "wrong-type", "/content/contrast"),
        ("mri", {"sequences": ["t9"]}, "unknown-code", "/content/sequences/0"),
        ("mri", {"low_signal_length_mm": 201}, "out-of-range", "/content/low_signal_length_mm"),
        ("radiograph", {"text": ""}, "empty-text", "/content/text"),
        ("dxa", {}, "missing-key", "/content/results"),
        ("dxa", {"results": [{"region": "femoral-neck", "t_score": 25}]}, "out-of-range", "/content/results/0/t_score"),
        ("dxa", {"results": [{"region": "skull", "t_score": -1}]}, "unknown-code", "/content/results/0/region"),
        ("laboratory", {"results": [{"code": "crp", "value": 3}]}, "unit-needed", "/content/results/0/unit"),
        ("laboratory", {"results": [{"code": "crp", "value": "3,1"}]}, "wrong-type", "/content/results/0/value"),
        ("complaint", {"pain_on_loading": 11}, "out-of-range", "/content/pain_on_loading"),
        ("complaint", {"pain_on_loading": True}, "wrong-type", "/content/pain_on_loading"),
        ("complaint", {"onset": "soon"}, "bad-date", "/content/onset"),
        ("background", {"alcohol": True}, "wrong-type", "/content/alcohol"),
        ("background", {"alcohol": "sometimes"}, "unknown-code", "/content/alcohol"),
        ("occupation", {}, "missing-key", "/content/work"),
        ("pregnancy", {"status": "no", "due": "2026-09"}, "wrong-status", "/content/due"),
        ("diagnosis", {"scope": "overall", "code": "other"}, "name-needed", "/content/name"),
        ("programme", {"percent": 100}, "out-of-range", "/content/percent"),
        ("questionnaire", {"instrument": "womac", "version": "1", "score": 3}, "unknown-code", "/content/instrument"),
        ("follow-up", {"task": "mri"}, "date-needed", "/content/due"),
        ("exclusion", {"condition": "gout", "status": "excluded"}, "basis-needed", "/content/basis"),
        ("consent", {"purpose": "sale", "decision": "given"}, "unknown-code", "/content/purpose"),
    ],
)
def test_a_content_that_cannot_be_is_refused_by_its_place(kind, said, code, pointer):
    with pytest.raises(InvalidValue) as refusal:
        content_of(ItemKind(kind), said)
    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


# Places and dates

TODAY = FIRST_VISIT
TOMORROW = dated(1)


@pytest.mark.parametrize(
    ("content", "place", "on", "code", "pointer"),
    [
        (Mri(), None, dated(0), "site-needed", "/site"),
        (Radiograph(), None, dated(0), "site-needed", "/site"),
        (Complaint(), None, dated(0), "site-needed", "/site"),
        (Laboratory(), "left-knee", dated(0), "site-not-allowed", "/site"),
        (Background(), "left-knee", dated(0), "site-not-allowed", "/site"),
        (Occupation("clerk"), "left-knee", None, "site-not-allowed", "/site"),
        (Diagnosis(Scope.WORKING, DiagnosisCode.GOUT), None, None, "site-needed", "/site"),
        (Diagnosis(Scope.OVERALL, DiagnosisCode.TMO), "left-knee", None, "site-not-allowed", "/site"),
        (Outcome(Recovery.PARTIAL), None, dated(0), "site-needed", "/site"),
        (
            Mri(compartments=(Compartment.PATELLA, Compartment.TALUS)),
            "left-knee",
            dated(0),
            "wrong-place",
            "/content/compartments/1",
        ),
        (Examination(tenderness=(Tender.GROIN,)), "left-knee", dated(0), "wrong-place", "/content/tenderness/0"),
        (Examination(tenderness=(Tender.ELSEWHERE,)), None, dated(0), "wrong-place", "/content/tenderness/0"),
        (Laboratory(), None, None, "date-needed", "/on"),
        (Laboratory(), None, TOMORROW, "impossible-date", "/on"),
        (Laboratory(), None, PartialDate(date(1968, 5, 31)), "impossible-date", "/on"),
        (Laboratory(), None, PartialDate(date(2027, 1, 1), Precision.YEAR), "impossible-date", "/on"),
        (Complaint(onset=TOMORROW), "left-knee", dated(0), "impossible-date", "/content/onset"),
        (FollowUp(Task.CALL, due=dated(3_700)), None, None, "impossible-date", "/content/due"),
        (
            Pregnancy(PregnancyStatus.PREGNANT, due=dated(400)),
            None,
            dated(0),
            "impossible-date",
            "/content/due",
        ),
        (
            CoIntervention(Treatment.NSAID, Taken.GIVEN, started=TOMORROW),
            None,
            None,
            "impossible-date",
            "/content/started",
        ),
    ],
)
def test_an_item_that_does_not_fit_its_patient_is_refused(content, place, on, code, pointer):
    with pytest.raises(InvalidValue) as refusal:
        check_item(item(content, site(place) if place else None, on), BORN, TODAY)
    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


@pytest.mark.parametrize(
    ("content", "place", "on"),
    [
        (Laboratory(), None, dated(0)),
        (Laboratory(), None, PartialDate(TODAY, Precision.YEAR)),
        (Laboratory(), None, PartialDate(BORN, Precision.YEAR)),
        (Laboratory(), None, dated(2, Precision.WEEK)),
        (Mri(compartments=(Compartment.PATELLA,)), "left-knee.patella", dated(0)),
        (Examination(tenderness=(Tender.ELSEWHERE,)), "neck", dated(0)),
        (Examination(), None, dated(0)),
        (FollowUp(Task.VISIT, due=dated(365)), "left-knee", None),
        (Pregnancy(PregnancyStatus.PREGNANT, due=dated(200)), None, dated(0)),
        (Outcome(asymptomatic=True), None, dated(0)),
    ],
)
def test_what_a_date_leaves_open_is_read_in_its_favour(content, place, on):
    check_item(item(content, site(place) if place else None, on), BORN, TODAY)


def test_a_patient_whose_birth_date_is_not_known_has_no_earliest_day():
    check_item(item(Laboratory(), None, PartialDate(date(1950, 1, 1))), None, TODAY)


def test_a_content_of_another_kind_and_a_version_before_the_first_are_refused():
    with pytest.raises(InvalidValue, match="another kind"):
        RecordItem(named("x"), ItemKind.DXA, 1, None, None, Mri())
    with pytest.raises(InvalidValue, match="from 1"):
        item(Mri(), version=0)


# Versions

NSAID = CoIntervention(Treatment.NSAID, Taken.GIVEN, started=dated(0))


@given(st.permutations(range(4)))
def test_of_each_item_the_last_version_stands_in_whatever_order_they_come(order):
    versions = [
        item(Mri(), RIGHT_KNEE, dated(3), name="mri"),
        item(Mri(collapse=False), RIGHT_KNEE, dated(2), name="mri", version=2),
        item(Laboratory(), None, dated(0), name="blood"),
        item(Laboratory(), None, dated(0), name="blood", version=2, in_error=True),
    ]
    assert standing_items(versions[at] for at in order) == [versions[1]]


def test_a_drug_counts_from_its_start_unless_it_was_entered_in_error():
    later = CoIntervention(Treatment.BISPHOSPHONATE, Taken.GIVEN, started=dated(9))
    started = [item(later, name="b"), item(NSAID, name="a")]
    assert drug_starts(started, LAST_VISIT) == (FIRST_VISIT, FIRST_VISIT + timedelta(days=9))
    taken_back = item(later, name="b", version=2, in_error=True)
    assert drug_starts([*started, taken_back], LAST_VISIT) == (FIRST_VISIT,)


def test_a_drug_that_was_only_offered_or_has_no_known_start_counts_not():
    assert drug_starts(CASE.values(), LAST_VISIT) == ()
    declined = CoIntervention(Treatment.NSAID, Taken.DECLINED, reason="does not want it")
    assert drug_starts([item(declined, on=dated(0))], LAST_VISIT) == ()


def test_a_loose_start_counts_from_the_last_day_that_it_can_mean():
    loose = item(CoIntervention(Treatment.NSAID, Taken.GIVEN, started=dated(0, Precision.WEEK)))
    assert drug_starts([loose], LAST_VISIT) == (FIRST_VISIT + timedelta(days=3),)
    assert drug_starts([loose], FIRST_VISIT) == (FIRST_VISIT,)
