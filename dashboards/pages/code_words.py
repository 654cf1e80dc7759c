"""Codes of the record in words for staff: what was imaged, measured, found, and what the patient told."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from rehab_tracker.domain.complaint import Aggravating, Character, Course, Manner, Relieving
from rehab_tracker.domain.dxa import ScanRegion
from rehab_tracker.domain.examination import Gait, Motion, Tender
from rehab_tracker.domain.imaging import Edema, Plane, Sequence, View
from rehab_tracker.domain.laboratory import Analyte, Interpretation
from rehab_tracker.domain.outcome import Recovery
from rehab_tracker.domain.site import Area, Compartment, Side
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.wording import AREAS, PARTS

Words = Mapping[type[StrEnum], Mapping[Any, str]]
"""Words by code list and code: two lists may have a code in common that means different things."""

FINDINGS: Words = {
    Side: {Side.LEFT: N_("left"), Side.RIGHT: N_("right")},
    Compartment: PARTS,
    Area: AREAS,
    View: {
        View.ANTEROPOSTERIOR: N_("from the front"),
        View.LATERAL: N_("from the side"),
        View.OBLIQUE: N_("oblique"),
        View.AXIAL: N_("axial"),
        View.WEIGHT_BEARING: N_("standing"),
        View.OTHER: N_("other"),
    },
    Sequence: {
        Sequence.T1: "T1",
        Sequence.T1_FS: N_("T1, fat suppressed"),
        Sequence.T2: "T2",
        Sequence.T2_FS: N_("T2, fat suppressed"),
        Sequence.STIR: "STIR",
        Sequence.PD: "PD",
        Sequence.PD_FS: N_("PD, fat suppressed"),
        Sequence.OTHER: N_("other"),
    },
    Plane: {Plane.CORONAL: N_("coronal"), Plane.SAGITTAL: N_("sagittal"), Plane.AXIAL: N_("axial")},
    Edema: {
        Edema.DIFFUSE: N_("diffuse"),
        Edema.FOCAL: N_("focal"),
        Edema.STRESS_RELATED: N_("stress-related"),
        Edema.NONE: N_("none"),
    },
    ScanRegion: {
        ScanRegion.LUMBAR_SPINE: N_("lumbar spine"),
        ScanRegion.TOTAL_HIP: N_("total hip"),
        ScanRegion.FEMORAL_NECK: N_("femoral neck"),
        ScanRegion.FOREARM: N_("forearm"),
    },
    Analyte: {
        Analyte.CBC: N_("blood count"),
        Analyte.CRP: "CRP",
        Analyte.ESR: "ESR",
        Analyte.CREATININE: N_("creatinine"),
        Analyte.EGFR: "eGFR",
        Analyte.CALCIUM: N_("calcium"),
        Analyte.PHOSPHATE: N_("phosphate"),
        Analyte.ALP: "ALP",
        Analyte.VITAMIN_D: N_("25-OH vitamin D"),
        Analyte.TSH: "TSH",
        Analyte.ALT: "ALT",
        Analyte.AST: "AST",
        Analyte.PTH: "PTH",
        Analyte.URATE: N_("urate"),
        Analyte.RENAL_FUNCTION: N_("kidney function"),
        Analyte.CALCIUM_PHOSPHATE_METABOLISM: N_("calcium and phosphate metabolism"),
        Analyte.THYROID_FUNCTION: N_("thyroid function"),
        Analyte.LIVER_FUNCTION: N_("liver function"),
        Analyte.OTHER: N_("other"),
    },
    Interpretation: {
        Interpretation.NORMAL: N_("normal"),
        Interpretation.LOW: N_("low"),
        Interpretation.HIGH: N_("high"),
        Interpretation.ABNORMAL: N_("not normal"),
    },
    Gait: {
        Gait.NORMAL: N_("normal"),
        Gait.SLIGHTLY_ANTALGIC: N_("slight limp from pain"),
        Gait.ANTALGIC: N_("limp from pain"),
        Gait.LIMPING: N_("limp"),
        Gait.UNABLE: N_("cannot walk"),
    },
    Motion: {Motion.PRESERVED: N_("full"), Motion.LIMITED: N_("limited")},
    Tender: {
        Tender.GROIN: N_("groin"),
        Tender.GREATER_TROCHANTER: N_("greater trochanter"),
        Tender.MEDIAL_JOINT_LINE: N_("medial joint line"),
        Tender.LATERAL_JOINT_LINE: N_("lateral joint line"),
        Tender.MEDIAL_FEMORAL_CONDYLE: N_("medial femoral condyle"),
        Tender.LATERAL_FEMORAL_CONDYLE: N_("lateral femoral condyle"),
        Tender.MEDIAL_TIBIAL_PLATEAU: N_("medial tibial plateau"),
        Tender.LATERAL_TIBIAL_PLATEAU: N_("lateral tibial plateau"),
        Tender.PATELLA: N_("patella"),
        Tender.MEDIAL_MALLEOLUS: N_("medial malleolus"),
        Tender.LATERAL_MALLEOLUS: N_("lateral malleolus"),
        Tender.TALUS: N_("talus"),
        Tender.HEEL: N_("heel"),
        Tender.MIDFOOT: N_("midfoot"),
        Tender.DORSAL_FOREFOOT: N_("top of the forefoot"),
        Tender.PLANTAR_FOREFOOT: N_("sole of the forefoot"),
        Tender.TOES: N_("toes"),
        Tender.ELSEWHERE: N_("elsewhere"),
    },
    Manner: {Manner.SUDDEN: N_("suddenly"), Manner.GRADUAL: N_("gradually")},
    Course: {
        Course.IMPROVING: N_("getting better"),
        Course.STABLE: N_("the same"),
        Course.WORSENING: N_("getting worse"),
        Course.FLUCTUATING: N_("up and down"),
    },
    Character: {
        Character.MECHANICAL: N_("mechanical"),
        Character.INFLAMMATORY: N_("inflammatory"),
        Character.NEUROPATHIC: N_("from a nerve"),
    },
    Aggravating: {
        Aggravating.WEIGHT_BEARING: N_("weight on the leg"),
        Aggravating.PROLONGED_WEIGHT_BEARING: N_("long weight on the leg"),
        Aggravating.WALKING: N_("walking"),
        Aggravating.STANDING: N_("standing"),
        Aggravating.STAIRS: N_("stairs"),
        Aggravating.RUNNING: N_("running"),
        Aggravating.MOVEMENT: N_("movement"),
        Aggravating.SITTING: N_("sitting"),
        Aggravating.REST: N_("rest"),
        Aggravating.NIGHT: N_("night"),
        Aggravating.OTHER: N_("other"),
    },
    Relieving: {
        Relieving.REST: N_("rest"),
        Relieving.OFF_LOADING: N_("less weight on the leg"),
        Relieving.MOVEMENT: N_("movement"),
        Relieving.ANALGESIA: N_("pain medicine"),
        Relieving.COLD: N_("cold"),
        Relieving.WARMTH: N_("warmth"),
        Relieving.OTHER: N_("other"),
    },
    Recovery: {
        Recovery.NONE: N_("none"),
        Recovery.PARTIAL: N_("partial"),
        Recovery.NEAR_COMPLETE: N_("nearly complete"),
        Recovery.COMPLETE: N_("complete"),
    },
}
