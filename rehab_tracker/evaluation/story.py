"""A patient of an event file as the story that an import takes in."""

from rehab_tracker.domain.entry import Entry
from rehab_tracker.evaluation.events import PatientEvents
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.services.importing import Story


def story(patient: PatientEvents, details: PatientDetails) -> Story:
    """Return the patient's events under these details; the record number is what the import finds a patient by."""
    told = Story(details)
    for event in patient.events:
        if isinstance(event, Entry):
            told.entries.append(event)
        else:
            told.recorded.append(event)
    return told
