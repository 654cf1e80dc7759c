"""A patient's own choices: the language, whether mail comes and where, and when a reminder does."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.own_choices import Choice, Chosen, checked_choice, must_fit
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services import audit
from rehab_tracker.services.patient_address import address_failed_at, letters_follow, try_again
from rehab_tracker.services.people import change
from rehab_tracker.services.reach import lock_records
from rehab_tracker.services.transaction import transaction
from rehab_tracker.services.upkeep import follow_reminder


def choose_own(session: Session, viewer: Viewer, choices: Mapping[Choice, Chosen], now: datetime) -> None:
    """Keep what the viewer's patient chooses, with what was chosen before; a reminder follows at once.

    What is left out stays, and the same once more changes nothing, but that an address that failed is tried again. What
    waits to be sent goes where mail is wanted now. Raises InvalidValue for a choice out of bounds, or
    for mail without an address; then nothing is changed.
    """
    must_be_allowed(viewer, Action.CHOOSE_OWN)
    assert isinstance(viewer.person, UUID)
    wanted = {choice: checked_choice(choice, value, LANGUAGES) for choice, value in choices.items()}
    with transaction(session):
        patient = lock_records(session, viewer.clinic_id, viewer.person).kept
        before: dict[Choice, Chosen] = {choice: getattr(patient, choice) for choice in Choice}
        must_fit(before, wanted)
        after = {str(choice): value for choice, value in wanted.items() if value != before[choice]}
        is_tried = Choice.EMAIL in wanted and address_failed_at(session, patient) is not None
        if not after and not is_tried:
            return
        change(session, viewer, patient, after, "", now)
        audit.note(session, viewer, "choices-changed", now, patient_id=patient.id, version=patient.version)
        is_about_mail = bool(after.keys() & {Choice.EMAIL, Choice.MAILS})
        if is_about_mail or is_tried:
            try_again(session, patient, now)
        if is_about_mail:
            letters_follow(session, patient, now)
        follow_reminder(session, patient, now)
