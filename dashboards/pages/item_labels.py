"""What each field of the record is called on forms and in lists, in the order in which they are asked."""

from typing import Any

from rehab_tracker.domain.background import Background, Consent, Occupation, Pregnancy
from rehab_tracker.domain.co_intervention import CoIntervention, Programme
from rehab_tracker.domain.complaint import Complaint
from rehab_tracker.domain.diagnosis import Diagnosis
from rehab_tracker.domain.dxa import Dxa, DxaResult
from rehab_tracker.domain.examination import Examination
from rehab_tracker.domain.exclusion import Exclusion
from rehab_tracker.domain.follow_up import FollowUp
from rehab_tracker.domain.imaging import Mri, Radiograph
from rehab_tracker.domain.laboratory import Laboratory, LabResult
from rehab_tracker.domain.outcome import Outcome
from rehab_tracker.domain.questionnaire import Answer, Questionnaire
from rehab_tracker.domain.translation import N_

NOTES = N_("Notes")

LABELS: dict[type[Any], dict[str, str]] = {
    Complaint: {
        "onset": N_("Began"),
        "duration_days": N_("Had lasted, in days"),
        "manner": N_("How it began"),
        "trauma": N_("After an injury"),
        "course": N_("Which way it goes"),
        "character": N_("Kind of pain"),
        "pain_on_loading": N_("Pain on loading, 0 to 10"),
        "pain_at_rest": N_("Pain at rest, 0 to 10"),
        "woke_at_night": N_("Wakes at night"),
        "aggravating": N_("What makes it worse"),
        "relieving": N_("What makes it better"),
        "systemic_symptoms": N_("Fever, weight loss or other general signs"),
        "words": N_("In the patient's words"),
        "text": NOTES,
    },
    Examination: {
        "gait": N_("Walk"),
        "tenderness": N_("Pressing hurts at"),
        "motion": N_("Motion of the joint"),
        "painful_arc": N_("Part of the motion that hurts"),
        "effusion": N_("Fluid in the joint"),
        "deformity": N_("Deformity"),
        "inflammatory_signs": N_("Signs of inflammation"),
        "neurological_deficit": N_("Neurological deficit"),
        "vascular_deficit": N_("Vascular deficit"),
        "trophic_change": N_("Change of skin colour, warmth, sweating, hair or nails"),
        "hip_pain_on_standing": N_("Hip pain on standing"),
        "hip_pain_on_rotation": N_("Hip pain on rotation"),
        "text": NOTES,
    },
    Radiograph: {
        "views": N_("Views"),
        "fracture_line": N_("Fracture line"),
        "collapse": N_("Collapse"),
        "degeneration": N_("Degeneration"),
        "demineralisation": N_("Loss of bone mineral"),
        "text": N_("Report"),
        "rationale": N_("Why it was done"),
    },
    Mri: {
        "sequences": N_("Sequences"),
        "planes": N_("Planes"),
        "contrast": N_("With contrast"),
        "edema": N_("Edema of the bone marrow"),
        "edema_extent": N_("How far the edema reaches"),
        "compartments": N_("Parts with edema"),
        "bones": N_("Bones, in words"),
        "subchondral_fracture_line": N_("Line under the cartilage"),
        "low_signal_thickness_mm": N_("Dark area under the cartilage: thickness in mm"),
        "low_signal_length_mm": N_("Dark area under the cartilage: length in mm"),
        "collapse": N_("Collapse"),
        "serpiginous_line": N_("Serpiginous line"),
        "osteonecrosis_features": N_("Features of osteonecrosis"),
        "synovitis": N_("Synovitis"),
        "joint_effusion": N_("Fluid in the joint"),
        "further_involvement": N_("Further places involved"),
        "text": N_("Report"),
        "rationale": N_("Why it was done"),
    },
    Dxa: {
        "results": N_("Results"),
        "reference_population": N_("Compared with which people"),
        "device": N_("Device"),
        "text": N_("Report"),
    },
    DxaResult: {
        "region": N_("Region"),
        "side": N_("Side"),
        "t_score": N_("T-score"),
        "z_score": N_("Z-score"),
        "bmd": N_("Density in g/cm²"),
    },
    Laboratory: {
        "results": N_("Results"),
        "overall": N_("All together, as the report says"),
        "text": N_("Report"),
    },
    LabResult: {
        "code": N_("What was measured"),
        "name": N_("Name, if other"),
        "value": N_("Value"),
        "value_text": N_("Value in words, like < 0.5"),
        "unit": N_("Unit"),
        "interpretation": N_("Judged as"),
        "reference_range": N_("Normal range"),
    },
    Diagnosis: {
        "scope": N_("What it explains"),
        "code": N_("Diagnosis"),
        "name": N_("Name that you prefer"),
        "certainty": N_("How sure"),
        "by_exclusion": N_("Made by excluding others"),
        "basis": N_("What it rests on"),
    },
    Exclusion: {
        "condition": N_("Condition"),
        "name": N_("Name, if other"),
        "status": N_("How far you have come"),
        "basis": N_("What this rests on"),
        "source_item": N_("Result in this record"),
        "source": N_("Report"),
        "text": NOTES,
    },
    CoIntervention: {
        "treatment": N_("Kind"),
        "status": N_("Whether the patient has it"),
        "drug": N_("Name of the medicine"),
        "dose": N_("Dose"),
        "started": N_("Started"),
        "stopped": N_("Stopped"),
        "reason": N_("Why not"),
    },
    Programme: {
        "weight_bearing": N_("Weight on the leg"),
        "percent": N_("Percent of body weight"),
        "aids": N_("Walking aid"),
        "off_loading_days": N_("Days with less weight"),
        "goals": N_("Goals"),
        "exercises": N_("Exercises"),
        "dose": N_("Dose"),
        "duration_days": N_("Days in all"),
        "adherence": N_("Exercises done, as told"),
        "started": N_("Started"),
        "stopped": N_("Stopped"),
        "text": NOTES,
    },
    Questionnaire: {
        "instrument": N_("Questionnaire"),
        "version": N_("Version"),
        "score": N_("Score, if it came ready"),
        "answers": N_("Answers"),
    },
    Answer: {"item": N_("Question number"), "value": N_("Answer"), "words": N_("Activity, in the patient's words")},
    Outcome: {
        "recovery": N_("Recovery"),
        "asymptomatic": N_("Free of complaints"),
        "gait": N_("Walk"),
        "functional_limitation": N_("Limited in daily life"),
        "further_episodes": N_("Further episodes"),
        "last_follow_up": N_("Last follow-up"),
        "text": NOTES,
    },
    FollowUp: {
        "task": N_("What is to be done"),
        "status": N_("What became of it"),
        "due": N_("Due"),
        "origin": N_("Who asked for it"),
        "done_on": N_("Done on"),
        "reason": N_("Why not"),
        "text": NOTES,
    },
    Background: {
        "previously_healthy": N_("Healthy before"),
        "recent_trauma": N_("Recent injury"),
        "alcohol": N_("Alcohol, much"),
        "corticosteroid": N_("Corticosteroids"),
        "renal_disease": N_("Kidney disease"),
        "overuse": N_("Overuse"),
        "smoking": N_("Smoking"),
        "mineral_metabolism_disorder": N_("Disorder of mineral metabolism"),
        "previous_episode": N_("Previous episode"),
        "post_menopausal": N_("Past the menopause"),
        "activity": N_("Activity before"),
        "text": NOTES,
    },
    Occupation: {"work": N_("Work"), "load": N_("Load on the legs")},
    Pregnancy: {
        "status": N_("Pregnant"),
        "due": N_("Due date"),
        "delivered": N_("Gave birth on"),
        "text": NOTES,
    },
    Consent: {
        "purpose": N_("For what"),
        "decision": N_("Decision"),
        "written": N_("In writing"),
        "text": NOTES,
    },
}
