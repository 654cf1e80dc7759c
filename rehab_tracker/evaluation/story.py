"""A patient of an event file as the story that an import takes in."""

from rehab_tracker.domain.entry import Entry
from rehab_tracker.evaluation.events import InvolvementRecorded, PatientEvents, UsualPainDeclared
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.services.importing import Recorded, Story


def story(patient: PatientEvents, details: PatientDetails) -> Story:
    """Return the patient's events under these details; the record number is what the import finds a patient by."""
    told = Story(details)
    for event in patient.events:
        if isinstance(event, Entry):
            told.entries.append(event)
        else:
            told.recorded.append(_recorded(event))
    return told


def _recorded(event: InvolvementRecorded | UsualPainDeclared) -> Recorded:
    if isinstance(event, InvolvementRecorded):
        return Recorded(event.id, event.recorded_at, event.involvement, event.involvement.recorded_on)
    return Recorded(event.id, event.recorded_at, event.usual, event.declared_on)
