"""The published case as record items; day 0 is the first visit, what the report leaves out is left out.

Costa F, Guimarães M, Serra D, Couto Amorim H. Transient migratory osteoporosis: report of a case with sequential
multifocal involvement. 2025;15(1).
"""

from datetime import date, timedelta
from decimal import Decimal
from uuid import NAMESPACE_OID, UUID, uuid5

from rehab_tracker.domain.background import (
    Background,
    Consent,
    Decision,
    Fact,
    Occupation,
    Purpose,
)
from rehab_tracker.domain.co_intervention import CoIntervention, Goal, Programme, Taken, Treatment
from rehab_tracker.domain.complaint import Aggravating, Character, Complaint, Course
from rehab_tracker.domain.diagnosis import Diagnosis, DiagnosisCode, Scope
from rehab_tracker.domain.dxa import Dxa, DxaResult, ScanRegion
from rehab_tracker.domain.examination import Examination, Gait, Motion, Tender
from rehab_tracker.domain.exclusion import Basis, Condition, Exclusion, ExclusionStatus
from rehab_tracker.domain.follow_up import FollowUp, Status, Task
from rehab_tracker.domain.imaging import Edema, Mri, Plane, Radiograph, Sequence, View
from rehab_tracker.domain.laboratory import Analyte, Interpretation, Laboratory, LabResult
from rehab_tracker.domain.outcome import Outcome, Recovery
from rehab_tracker.domain.partial_date import PartialDate, Precision
from rehab_tracker.domain.record_item import KIND, ItemContent, RecordItem
from rehab_tracker.domain.site import Compartment, Site, site
from rehab_tracker.domain.weight_bearing import Grade

RIGHT_KNEE = site("right-knee.medial-femoral-condyle")
LEFT_KNEE = site("left-knee.medial-femoral-condyle")
LEFT_FOREFOOT = site("left-foot.forefoot")
BORN = date(1968, 6, 1)
FIRST_VISIT = date(2026, 1, 5)
LAST_VISIT = FIRST_VISIT + timedelta(days=400)


def named(name: str) -> UUID:
    return uuid5(NAMESPACE_OID, name)


def dated(day: int, precision: Precision = Precision.DAY, words: str | None = None) -> PartialDate:
    return PartialDate(FIRST_VISIT + timedelta(days=day), precision, words)


def item(
    content: ItemContent,
    place: Site | None = None,
    on: PartialDate | None = None,
    *,
    name: str = "item",
    version: int = 1,
    in_error: bool = False,
) -> RecordItem:
    return RecordItem(named(name), KIND[type(content)], version, place, on, content, in_error)


def excluded(condition: Condition, *basis: Basis, text: str) -> Exclusion:
    return Exclusion(condition, ExclusionStatus.EXCLUDED, basis=basis, text=text)


THREE_MONTHS = dated(80, Precision.ABOUT, "three months after the initial episode")
SIX_MONTHS = dated(229, Precision.ABOUT, "six months after diagnosis")
AFTER_PERSISTENCE = dated(7, Precision.ABOUT, "given the persistence of symptoms")
NORMAL_GROUPS = (
    Analyte.CBC,
    Analyte.CRP,
    Analyte.ESR,
    Analyte.RENAL_FUNCTION,
    Analyte.CALCIUM_PHOSPHATE_METABOLISM,
    Analyte.VITAMIN_D,
    Analyte.THYROID_FUNCTION,
    Analyte.LIVER_FUNCTION,
)
MRI_KNEE = Mri(
    sequences=(Sequence.T2, Sequence.STIR),
    planes=(Plane.CORONAL,),
    contrast=False,
    edema=Edema.DIFFUSE,
    edema_extent="diffuse, under the cartilage",
    compartments=(Compartment.MEDIAL_FEMORAL_CONDYLE,),
    subchondral_fracture_line=True,
    collapse=False,
    serpiginous_line=False,
    osteonecrosis_features=False,
    synovitis=False,
    further_involvement=False,
    rationale="symptoms persist; more sensitive than CT for early edema; no suspicion of infection",
)
NEXT_MRI_KNEE = Mri(
    sequences=(Sequence.T2, Sequence.STIR),
    planes=(Plane.SAGITTAL,),
    edema=Edema.DIFFUSE,
    edema_extent="extensive, similar to the right knee",
    compartments=(Compartment.MEDIAL_FEMORAL_CONDYLE,),
    subchondral_fracture_line=True,
    collapse=False,
    serpiginous_line=False,
    osteonecrosis_features=False,
    rationale="several places, one after another",
)
MRI_FOOT = Mri(
    sequences=(Sequence.T2, Sequence.STIR),
    planes=(Plane.CORONAL,),
    edema=Edema.STRESS_RELATED,
    compartments=(Compartment.FOREFOOT,),
    bones="heads of the metatarsals and bases of the proximal phalanges of toes 2 to 4",
    collapse=False,
    serpiginous_line=False,
    osteonecrosis_features=False,
)
FACTS_OF_EXCLUSION = (
    excluded(Condition.OSTEONECROSIS, Basis.IMAGING, Basis.HISTORY, text="diffuse edema, no collapse, no risk factors"),
    excluded(Condition.ISOLATED_INSUFFICIENCY_FRACTURE, Basis.CLINICAL, text="does not explain several places"),
    excluded(Condition.BONE_OR_JOINT_INFECTION, Basis.LABORATORY, text="normal inflammatory markers"),
    excluded(Condition.INFLAMMATORY_ARTHRITIS, Basis.LABORATORY, Basis.IMAGING, text="normal markers, no synovitis"),
    excluded(Condition.GOUT, Basis.CLINICAL, Basis.IMAGING, text="no clinical or imaging support"),
    excluded(Condition.COMPLEX_REGIONAL_PAIN_SYNDROME, Basis.CLINICAL, text="no autonomic or trophic change"),
)

CASE: dict[str, RecordItem] = {
    name: item(content, place, on, name=name)
    for name, content, place, on in [
        (
            "background",
            Background(
                previously_healthy=True,
                recent_trauma=Fact.ABSENT,
                alcohol=Fact.ABSENT,
                corticosteroid=Fact.ABSENT,
                renal_disease=Fact.ABSENT,
                mineral_metabolism_disorder=Fact.ABSENT,
                activity="active, regular daily walking",
            ),
            None,
            dated(0),
        ),
        ("later background", Background(previous_episode=Fact.PRESENT), None, THREE_MONTHS),
        ("occupation", Occupation("administrative"), None, None),
        (
            "complaint A",
            Complaint(
                onset=dated(-21, Precision.WEEK, "a three-week history"),
                duration_days=21,
                trauma=False,
                character=Character.MECHANICAL,
                aggravating=(Aggravating.WALKING, Aggravating.PROLONGED_WEIGHT_BEARING),
                relieving=(),
                systemic_symptoms=False,
            ),
            RIGHT_KNEE,
            dated(0),
        ),
        *(
            (
                f"complaint {name}",
                Complaint(onset=THREE_MONTHS, course=Course.WORSENING, aggravating=(Aggravating.WEIGHT_BEARING,)),
                place,
                THREE_MONTHS,
            )
            for name, place in (("B", LEFT_KNEE), ("C", LEFT_FOREFOOT))
        ),
        (
            "examination A",
            Examination(
                gait=Gait.SLIGHTLY_ANTALGIC,
                tenderness=(Tender.MEDIAL_JOINT_LINE, Tender.MEDIAL_FEMORAL_CONDYLE),
                motion=Motion.PRESERVED,
                painful_arc="terminal flexion",
                effusion=False,
                deformity=False,
                neurological_deficit=False,
                vascular_deficit=False,
                trophic_change=False,
            ),
            RIGHT_KNEE,
            dated(0),
        ),
        *(
            (
                f"examination {name}",
                Examination(
                    tenderness=(spot,),
                    motion=Motion.PRESERVED,
                    deformity=False,
                    inflammatory_signs=False,
                    trophic_change=False,
                ),
                place,
                THREE_MONTHS,
            )
            for name, place, spot in (
                ("B", LEFT_KNEE, Tender.MEDIAL_JOINT_LINE),
                ("C", LEFT_FOREFOOT, Tender.DORSAL_FOREFOOT),
            )
        ),
        (
            "radiograph A",
            Radiograph(views=(View.ANTEROPOSTERIOR,), fracture_line=False, collapse=False, degeneration=False),
            RIGHT_KNEE,
            dated(0),
        ),
        ("mri A", MRI_KNEE, RIGHT_KNEE, AFTER_PERSISTENCE),
        ("mri B", NEXT_MRI_KNEE, LEFT_KNEE, THREE_MONTHS),
        ("mri C", MRI_FOOT, LEFT_FOREFOOT, THREE_MONTHS),
        (
            "laboratory",
            Laboratory(tuple(LabResult(code, interpretation=Interpretation.NORMAL) for code in NORMAL_GROUPS)),
            None,
            dated(0),
        ),
        ("later laboratory", Laboratory(overall=Interpretation.NORMAL), None, THREE_MONTHS),
        (
            "dxa",
            Dxa(
                (
                    DxaResult(ScanRegion.LUMBAR_SPINE, t_score=Decimal("-1.9")),
                    DxaResult(ScanRegion.FEMORAL_NECK, t_score=Decimal("-1.3")),
                )
            ),
            None,
            THREE_MONTHS,
        ),
        (
            "working diagnosis A",
            Diagnosis(Scope.WORKING, DiagnosisCode.SUBCHONDRAL_INSUFFICIENCY_FRACTURE, basis="MRI"),
            RIGHT_KNEE,
            AFTER_PERSISTENCE,
        ),
        (
            "overall diagnosis",
            Diagnosis(Scope.OVERALL, DiagnosisCode.TMO, by_exclusion=True, basis="course and imaging, no destruction"),
            None,
            THREE_MONTHS,
        ),
        *(
            (f"{content.condition} at {place}", content, place, THREE_MONTHS)
            for place in (LEFT_KNEE, LEFT_FOREFOOT)
            for content in FACTS_OF_EXCLUSION
        ),
        (
            "programme A",
            Programme(
                weight_bearing=Grade.PWB,
                off_loading_days=21,
                goals=(Goal.PAIN_CONTROL, Goal.GAIT_TRAINING, Goal.STRENGTHENING),
            ),
            RIGHT_KNEE,
            AFTER_PERSISTENCE,
        ),
        ("programme B", Programme(weight_bearing=Grade.PWB, text="as before"), LEFT_KNEE, THREE_MONTHS),
        ("analgesia", CoIntervention(Treatment.ANALGESIC, Taken.GIVEN), None, AFTER_PERSISTENCE),
        (
            "bisphosphonate",
            CoIntervention(Treatment.BISPHOSPHONATE, Taken.NOT_USED, reason="doing well, and it heals by itself"),
            None,
            THREE_MONTHS,
        ),
        ("outcome A", Outcome(recovery=Recovery.NEAR_COMPLETE), RIGHT_KNEE, THREE_MONTHS),
        ("outcome B", Outcome(recovery=Recovery.COMPLETE), LEFT_KNEE, SIX_MONTHS),
        ("outcome C", Outcome(recovery=Recovery.COMPLETE), LEFT_FOREFOOT, SIX_MONTHS),
        (
            "outcome",
            Outcome(asymptomatic=True, gait=Gait.NORMAL, functional_limitation=False, further_episodes=False),
            None,
            SIX_MONTHS,
        ),
        (
            "next dxa",
            FollowUp(Task.DXA, Status.DECIDED_NOT_TO, reason="full recovery, no symptoms"),
            None,
            SIX_MONTHS,
        ),
        ("consent", Consent(Purpose.PUBLICATION, Decision.GIVEN, written=True), None, None),
    ]
}
