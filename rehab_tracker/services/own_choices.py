"""A patient's own choices: the language, whether mail comes and where, and when a reminder does."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.own_choices import Choice, Chosen, checked_choice, must_fit
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services import audit
from rehab_tracker.services.patient_address import try_again
from rehab_tracker.services.people import change
from rehab_tracker.services.reach import lock_records
from rehab_tracker.services.transaction import transaction
from rehab_tracker.services.upkeep import follow_reminder


def choose_own(session: Session, viewer: Viewer, choices: Mapping[Choice, Chosen], now: datetime) -> None:
    """Keep what the viewer's patient chooses, with what was chosen before; a reminder follows at once.

    What is left out stays, and the same once more changes nothing. Raises InvalidValue for a choice out of bounds, or
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
        if not after:
            return
        change(session, viewer, patient, after, "", now)
        audit.note(session, viewer, "choices-changed", now, patient_id=patient.id, version=patient.version)
        if after.keys() & {Choice.EMAIL, Choice.MAILS}:
            try_again(session, patient, now)
        follow_reminder(session, patient, now)
