"""The person: who a patient is, who cares for one, and the calls asked for, as staff read them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.services import audit
from rehab_tracker.services.patient_address import address_failed_at
from rehab_tracker.services.reach import must_reach_patient
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.calls import Call, calls_of
from rehab_tracker.storage.merging import duplicates_of
from rehab_tracker.storage.people import Patient, care_team_of
from rehab_tracker.storage.person import PersonChange, changes_of
from rehab_tracker.storage.readings import names_of


@dataclass(frozen=True, slots=True)
class Person:
    """A patient as kept, with the changes of the details, the care team, the duplicates, and the calls asked for.

    ``changes`` and ``calls`` are oldest first; ``names`` are those of the staff that occur in any of them. Since
    ``email_failed_at`` there is no mailbox at the address.
    """

    patient: Patient
    changes: tuple[PersonChange, ...]
    team: tuple[UUID, ...]
    duplicates: tuple[UUID, ...]
    calls: tuple[Call, ...]
    names: dict[UUID, str]
    email_failed_at: datetime | None


def read_person(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Person:
    """Return who a patient is, and note in the audit that it was read.

    Raises NotFound for a patient of another clinic or none, ReasonNeeded for a clinician outside the care team.
    """
    must_be_allowed(viewer, Action.READ_RECORD)
    with transaction(session):
        patient = must_reach_patient(session, viewer, patient_id, now)
        found = _person(session, patient)
        audit.note(session, viewer, "person-read", now, patient_id=patient.id)
    return found


def _person(session: Session, patient: Patient) -> Person:
    of_patient = (session, patient.clinic_id, patient.id)
    changes, team = changes_of(*of_patient), care_team_of(*of_patient)
    calls = calls_of(session, patient.clinic_id, [patient.id]).get(patient.id, [])
    authors = {change.changed_by for change in changes if change.changed_by}
    answerers = {answer.answered_by for call in calls for answer in call.answers}
    names = names_of(session, patient.clinic_id, team | authors | answerers)
    return Person(
        patient=patient,
        changes=tuple(changes),
        team=tuple(sorted(team, key=lambda member: (names.get(member, ""), member))),
        duplicates=tuple(duplicate.id for duplicate in duplicates_of(*of_patient)),
        calls=tuple(calls),
        names=names,
        email_failed_at=address_failed_at(session, patient),
    )
