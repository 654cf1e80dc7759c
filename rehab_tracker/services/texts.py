"""A clinic's own texts: what its patients read at once, in place of the shipped words; a change is a new version."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.advice import DEFAULT_TEXTS
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.strict_json import checked_text
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services import audit
from rehab_tracker.services.clinics import LONGEST_LINE
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clinics import ClinicText, newest_text_version

LONGEST_TEXT = 500
PLACES = ("phone", "hours", "emergency_number")
"""What a text may have filled in, written like %(phone)s."""
PLACE = re.compile(rf"%\(({'|'.join(PLACES)})\)s|%%")


def change_text(
    session: Session, viewer: Viewer, key: str, language: str, text: str, reason: str, now: datetime
) -> int:
    """Make a new version of one text in one language and return its number.

    Raises InvalidValue for a key or language that is not there, an empty text, one of over 500 characters, or one with
    a place that nothing fills.
    """
    must_be_allowed(viewer, Action.CHANGE_SETTINGS)
    if key not in DEFAULT_TEXTS or language not in LANGUAGES:
        raise InvalidValue("Choose a text and a language from the list.", code="unknown-code")
    said = _fillable(checked_text(text.strip(), LONGEST_TEXT))
    with transaction(session):
        version = newest_text_version(session, viewer.clinic_id, key, language) + 1
        session.add(
            ClinicText(
                clinic_id=viewer.clinic_id,
                key=key,
                language=language,
                version=version,
                text=said,
                author=viewer.person,
                reason=checked_text(reason, LONGEST_LINE),
                created_at=now,
            )
        )
        audit.note(session, viewer, "text-changed", now, subject=f"{key} {language}", version=version)
    return version


def _fillable(text: str) -> str:
    """Return a text whose places can all be filled; a patient must never meet a broken sentence in an emergency."""
    if not text or "%" in PLACE.sub("", text):
        places = ", ".join(f"%({name})s" for name in PLACES)
        raise InvalidValue("Write a text with nothing to be filled in but %(places)s.", code="bad-text", places=places)
    return text
