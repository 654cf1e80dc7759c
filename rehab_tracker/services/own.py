"""Own: what a patient's app must know to work without us: the patient's language and zone, the clinic's numbers."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.advice import AdviceKind, advice
from rehab_tracker.domain.errors import NotFound
from rehab_tracker.mail.language import gettext_in
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.patient_address import address_failed_at
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import texts_of
from rehab_tracker.storage.merging import kept_record_of


@dataclass(frozen=True, slots=True)
class Own:
    """A patient without a name, what is chosen of mail, and the clinic's numbers and safety texts by kind of advice.

    Since ``email_failed_at`` there is no mailbox at the address, so that no mail goes there.
    """

    language: str
    time_zone: str
    enrolled_on: date
    phone: str
    hours: str
    emergency_number: str
    texts: dict[str, str]
    email: str | None
    mails: bool
    reminder_at: str | None
    email_failed_at: datetime | None


def own(session: Session, viewer: Viewer) -> Own:
    """Return what the viewer's app must know."""
    must_be_allowed(viewer, Action.READ_OWN)
    assert isinstance(viewer.person, UUID)
    with transaction(session):
        patient = kept_record_of(session, viewer.clinic_id, viewer.person)
        if patient is None:
            raise NotFound()
        settings = in_force(session, viewer.clinic_id)
        said = texts_of(session, viewer.clinic_id, patient.language)
        failed_at = address_failed_at(session, patient)
    numbers = {"phone": settings.phone, "hours": settings.hours, "emergency_number": settings.emergency_number}
    words = [advice(kind, said, numbers, gettext_in(patient.language)) for kind in AdviceKind]
    texts = {str(each.kind): each.text for each in words} | {"not-monitored": words[0].not_monitored}
    return Own(
        patient.language,
        patient.time_zone,
        patient.enrolled_on,
        **numbers,
        texts=texts,
        email=patient.email,
        mails=patient.mails,
        reminder_at=patient.reminder_at,
        email_failed_at=failed_at,
    )
