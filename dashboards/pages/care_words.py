"""Codes of care in words for staff: diagnoses, treatment, follow-ups, people, exercises and calls."""

from dashboards.pages.alert_words import OF_ALERTS
from dashboards.pages.code_words import FINDINGS, Words
from rehab_tracker.domain.background import Decision, Fact, PregnancyStatus, Purpose, WorkLoad
from rehab_tracker.domain.call_request import BestTime, CallAbout, CallOutcome
from rehab_tracker.domain.co_intervention import Goal, Taken, Treatment
from rehab_tracker.domain.diagnosis import Certainty, DiagnosisCode, Scope
from rehab_tracker.domain.dxa import DxaCategory, WhyNoClass
from rehab_tracker.domain.exclusion import Basis, Condition, ExclusionStatus
from rehab_tracker.domain.exercise import NotDone
from rehab_tracker.domain.follow_up import Due, Origin, Status, Task
from rehab_tracker.domain.hold import HoldReason
from rehab_tracker.domain.involvement import InvolvementStatus
from rehab_tracker.domain.occurrence_state import State
from rehab_tracker.domain.person import PatientState, Sex
from rehab_tracker.domain.plan_wording import LIMBS, PHASES
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.record_item import ItemKind
from rehab_tracker.domain.red_flag import RedFlag
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.weight_bearing import Aids, Grade, OverLimit
from rehab_tracker.domain.wording import FLAGS, STATUSES

ITEM_KINDS = {
    ItemKind.COMPLAINT: N_("Complaint"),
    ItemKind.EXAMINATION: N_("Examination"),
    ItemKind.RADIOGRAPH: N_("Radiograph"),
    ItemKind.MRI: N_("MRI"),
    ItemKind.DXA: N_("Bone density (DXA)"),
    ItemKind.LABORATORY: N_("Laboratory"),
    ItemKind.DIAGNOSIS: N_("Diagnosis"),
    ItemKind.EXCLUSION: N_("Exclusion"),
    ItemKind.CO_INTERVENTION: N_("Medicine or other treatment"),
    ItemKind.PROGRAMME: N_("Treatment as reported"),
    ItemKind.QUESTIONNAIRE: N_("Questionnaire"),
    ItemKind.OUTCOME: N_("Outcome"),
    ItemKind.FOLLOW_UP: N_("Follow-up"),
    ItemKind.BACKGROUND: N_("Risk factors"),
    ItemKind.OCCUPATION: N_("Work"),
    ItemKind.PREGNANCY: N_("Pregnancy"),
    ItemKind.CONSENT: N_("Consent"),
}
"""The kinds in the order in which pages offer and list them."""

CODES: Words = {
    **FINDINGS,
    ItemKind: ITEM_KINDS,
    RedFlag: FLAGS,
    InvolvementStatus: STATUSES,
    Phase: PHASES,
    Limb: LIMBS,
    **OF_ALERTS,
    Fact: {Fact.PRESENT: N_("yes"), Fact.ABSENT: N_("no"), Fact.UNKNOWN: N_("asked, not known")},
    WorkLoad: {
        WorkLoad.SITTING: N_("mostly sitting"),
        WorkLoad.STANDING: N_("mostly standing"),
        WorkLoad.WALKING: N_("mostly walking"),
        WorkLoad.HEAVY: N_("heavy"),
    },
    PregnancyStatus: {
        PregnancyStatus.PREGNANT: N_("pregnant"),
        PregnancyStatus.POST_PARTUM: N_("gave birth lately"),
        PregnancyStatus.NO: N_("no"),
        PregnancyStatus.NOT_ASKED: N_("not asked"),
    },
    Purpose: {
        Purpose.DATA_USE: N_("use of the data"),
        Purpose.PUBLICATION: N_("publication"),
        Purpose.RESEARCH: N_("research"),
    },
    Decision: {
        Decision.GIVEN: N_("given"),
        Decision.DECLINED: N_("declined"),
        Decision.WITHDRAWN: N_("withdrawn"),
    },
    Scope: {Scope.WORKING: N_("working diagnosis of one place"), Scope.OVERALL: N_("overall diagnosis")},
    DiagnosisCode: {
        DiagnosisCode.TMO: N_("transient migratory osteoporosis"),
        DiagnosisCode.TRANSIENT_OSTEOPOROSIS: N_("transient osteoporosis"),
        DiagnosisCode.BONE_MARROW_EDEMA: N_("bone marrow edema"),
        DiagnosisCode.SUBCHONDRAL_INSUFFICIENCY_FRACTURE: N_("insufficiency fracture under the cartilage"),
        DiagnosisCode.STRESS_REACTION: N_("stress reaction of the bone"),
        DiagnosisCode.STRESS_FRACTURE: N_("stress fracture"),
        DiagnosisCode.OSTEONECROSIS: N_("osteonecrosis"),
        DiagnosisCode.BONE_OR_JOINT_INFECTION: N_("infection of bone or joint"),
        DiagnosisCode.INFLAMMATORY_ARTHRITIS: N_("inflammatory arthritis"),
        DiagnosisCode.GOUT: N_("gout"),
        DiagnosisCode.COMPLEX_REGIONAL_PAIN_SYNDROME: N_("complex regional pain syndrome"),
        DiagnosisCode.OSTEOPENIA: N_("osteopenia"),
        DiagnosisCode.OSTEOPOROSIS: N_("osteoporosis"),
        DiagnosisCode.OTHER: N_("other"),
    },
    Certainty: {
        Certainty.SUSPECTED: N_("suspected"),
        Certainty.PROBABLE: N_("probable"),
        Certainty.CONFIRMED: N_("confirmed"),
    },
    Condition: {
        Condition.OSTEONECROSIS: N_("Osteonecrosis"),
        Condition.ISOLATED_INSUFFICIENCY_FRACTURE: N_("Isolated insufficiency fracture"),
        Condition.BONE_OR_JOINT_INFECTION: N_("Infection of bone or joint"),
        Condition.INFLAMMATORY_ARTHRITIS: N_("Inflammatory arthritis"),
        Condition.GOUT: N_("Gout"),
        Condition.COMPLEX_REGIONAL_PAIN_SYNDROME: N_("Complex regional pain syndrome"),
        Condition.OTHER: N_("Other"),
    },
    ExclusionStatus: {
        ExclusionStatus.NOT_CONSIDERED: N_("not considered"),
        ExclusionStatus.BEING_WORKED_UP: N_("being worked up"),
        ExclusionStatus.EXCLUDED: N_("excluded"),
        ExclusionStatus.PRESENT: N_("present"),
    },
    Basis: {
        Basis.HISTORY: N_("history"),
        Basis.CLINICAL: N_("examination"),
        Basis.LABORATORY: N_("laboratory"),
        Basis.IMAGING: N_("imaging"),
    },
    Treatment: {
        Treatment.ANALGESIC: N_("pain medicine"),
        Treatment.NSAID: N_("anti-inflammatory medicine (NSAID)"),
        Treatment.BISPHOSPHONATE: N_("bisphosphonate"),
        Treatment.VITAMIN_D: N_("vitamin D"),
        Treatment.CALCIUM: N_("calcium"),
        Treatment.ILOPROST: N_("iloprost"),
        Treatment.OTHER: N_("other"),
    },
    Taken: {
        Taken.GIVEN: N_("given"),
        Taken.DECLINED: N_("offered and declined"),
        Taken.NOT_USED: N_("not used"),
    },
    Goal: {
        Goal.PAIN_CONTROL: N_("pain control"),
        Goal.GAIT_TRAINING: N_("walking practice"),
        Goal.STRENGTHENING: N_("strengthening"),
        Goal.MOBILITY: N_("mobility"),
        Goal.BALANCE: N_("balance"),
        Goal.OTHER: N_("other"),
    },
    Grade: {
        Grade.NWB: N_("no weight (NWB)"),
        Grade.TTWB: N_("toes only, for balance (TTWB)"),
        Grade.PWB: N_("part of the weight (PWB)"),
        Grade.WBAT: N_("as much as the patient can bear (WBAT)"),
        Grade.FWB: N_("full weight (FWB)"),
    },
    Aids: {
        Aids.NONE: N_("no aid"),
        Aids.ONE_CRUTCH: N_("one crutch"),
        Aids.TWO_CRUTCHES: N_("two crutches"),
        Aids.FRAME: N_("walking frame"),
        Aids.WHEELCHAIR: N_("wheelchair"),
        Aids.STAYED_IN_BED: N_("stayed in bed"),
    },
    OverLimit: {OverLimit.NO: N_("no"), OverLimit.FEW_STEPS: N_("a few steps"), OverLimit.OFTEN: N_("often")},
    Task: {
        Task.DXA: N_("Bone density (DXA)"),
        Task.MRI: N_("MRI"),
        Task.VISIT: N_("Visit"),
        Task.CALL: N_("Call"),
        Task.LABORATORY: N_("Laboratory"),
        Task.OTHER: N_("Other"),
    },
    Status: {
        Status.PLANNED: N_("planned"),
        Status.DONE: N_("done"),
        Status.DECIDED_NOT_TO: N_("decided not to"),
        Status.CANCELLED: N_("cancelled"),
    },
    Origin: {Origin.STAFF: N_("staff"), Origin.PATIENT: N_("the patient")},
    Due: {
        Due.LATER: N_("later"),
        Due.DUE: N_("due now"),
        Due.OVERDUE: N_("overdue"),
        Due.CLOSED: N_("closed"),
    },
    DxaCategory: {
        DxaCategory.NORMAL: N_("normal bone density"),
        DxaCategory.OSTEOPENIA: N_("osteopenia"),
        DxaCategory.OSTEOPOROSIS: N_("osteoporosis"),
        DxaCategory.BELOW_EXPECTED: N_("below the range expected for the age"),
        DxaCategory.WITHIN_EXPECTED: N_("within the range expected for the age"),
    },
    WhyNoClass: {
        WhyNoClass.SEX_NOT_RECORDED: N_("No class: the patient's sex is not recorded."),
        WhyNoClass.AGE_NOT_RECORDED: N_("No class: the birth date is not recorded."),
        WhyNoClass.MENOPAUSE_NOT_RECORDED: N_("No class: whether she is past the menopause is not recorded."),
        WhyNoClass.NO_T_SCORE: N_("No class: no T-score of spine or hip."),
        WhyNoClass.NO_Z_SCORE: N_("No class: no Z-score of spine or hip, which counts at this age."),
    },
    Sex: {
        Sex.FEMALE: N_("female"),
        Sex.MALE: N_("male"),
        Sex.OTHER: N_("other"),
        Sex.NOT_RECORDED: N_("not recorded"),
    },
    PatientState: {
        PatientState.ACTIVE: N_("active"),
        PatientState.SURVEILLANCE: N_("in surveillance"),
        PatientState.DISCHARGED: N_("discharged"),
        PatientState.MOVED: N_("moved away"),
        PatientState.DECEASED: N_("deceased"),
    },
    CallAbout: {
        CallAbout.PAIN: N_("pain"),
        CallAbout.EXERCISES: N_("exercises"),
        CallAbout.MEDICINE: N_("medicine"),
        CallAbout.APPOINTMENT: N_("an appointment"),
        CallAbout.OTHER: N_("something else"),
    },
    BestTime: {
        BestTime.MORNING: N_("in the morning"),
        BestTime.AFTERNOON: N_("in the afternoon"),
        BestTime.EVENING: N_("in the evening"),
        BestTime.ANY: N_("at any time"),
    },
    CallOutcome: {
        CallOutcome.CALLED: N_("called"),
        CallOutcome.NO_ANSWER: N_("nobody answered"),
        CallOutcome.VISIT_BOOKED: N_("visit booked"),
    },
    NotDone: {
        NotDone.PAIN: N_("because of pain"),
        NotDone.NO_TIME: N_("no time"),
        NotDone.UNSURE_HOW: N_("not sure how"),
    },
    State: {
        State.PLANNED: N_("planned"),
        State.OPEN: N_("open now"),
        State.DONE: N_("done"),
        State.PARTIAL: N_("partly done"),
        State.MISSED: N_("missed"),
        State.EXCUSED: N_("on hold"),
        State.CANCELLED: N_("cancelled"),
    },
    HoldReason: {
        HoldReason.PAIN: N_("pain"),
        HoldReason.NEW_SITE: N_("a new place"),
        HoldReason.ILLNESS: N_("illness"),
        HoldReason.SURGERY: N_("surgery"),
        HoldReason.TRAVEL: N_("travel"),
        HoldReason.CLINICIAN: N_("a clinician's decision"),
        HoldReason.OTHER: N_("other"),
    },
}
