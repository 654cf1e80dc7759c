"""Involvements: what staff record about a patient's sites, and what the rules say after it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.errors import NotFound
from rehab_tracker.domain.involvement import Involvement
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.review import first_changed
from rehab_tracker.services import audit
from rehab_tracker.services.alerts import Occasion, review_patient
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.reach import must_reach_patient
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.involvements import InvolvementRow, UsualPainRow
from rehab_tracker.storage.people import locked_patient


def record_involvement(
    session: Session, viewer: Viewer, patient_id: UUID, involvement: Involvement, now: datetime
) -> None:
    """Record a site's status from its local day on, and ask the rules again.

    Raises NotFound and ReasonNeeded as every way to a record does.
    """
    must_be_allowed(viewer, Action.RECORD_INVOLVEMENT)
    with transaction(session):
        must_reach_patient(session, viewer, patient_id, now)
        patient = locked_patient(session, viewer.clinic_id, patient_id)
        if patient is None:
            raise NotFound()
        session.add(involvement_row(viewer, patient_id, involvement, now, None))
        session.flush()
        subject = involvement.site
        audit.note(session, viewer, "involvement-recorded", now, patient_id=patient_id, subject=subject)
        on = Occasion(session, viewer, patient, in_force(session, viewer.clinic_id), now)
        review_patient(on, first_changed(involvement.recorded_on, on.settings.rules))


def involvement_row(
    viewer: Viewer, patient_id: UUID, involvement: Involvement, at: datetime, source_id: UUID | None
) -> InvolvementRow:
    """Return the row that keeps an involvement; ``source_id`` names the line of an import."""
    return InvolvementRow(
        clinic_id=viewer.clinic_id,
        patient_id=patient_id,
        site=involvement.site,
        status=involvement.status,
        onset=involvement.onset,
        recorded_at=at,
        recorded_on=involvement.recorded_on,
        recorded_by=viewer.person,
        source_id=source_id,
    )


def usual_pain_row(
    viewer: Viewer, patient_id: UUID, usual: UsualPain, at: datetime, on: date, source_id: UUID | None
) -> UsualPainRow:
    """Return the row that keeps a declaration of long-standing pain."""
    return UsualPainRow(
        clinic_id=viewer.clinic_id,
        patient_id=patient_id,
        site=usual.site,
        usual_pain=usual.usual_pain,
        declared_at=at,
        declared_on=on,
        declared_by=viewer.person,
        source_id=source_id,
    )
