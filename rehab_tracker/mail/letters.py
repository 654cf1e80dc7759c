"""Letters: why each is written, and what it says. No health data and no patient, only that something waits, and where.

The words are constant but for numbers, times, names of staff, a reference and a link; a test looks for canary words.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from rehab_tracker.mail.alert_letter import assigned, escalation, new_alerts
from rehab_tracker.mail.delivery_trouble import delivery_trouble
from rehab_tracker.mail.digest_letter import digest
from rehab_tracker.mail.language import Reader
from rehab_tracker.mail.notices import (
    address_changed,
    answered,
    last_recipient,
    password_link,
    plan_change,
    reminder,
)
from rehab_tracker.mail.words import Words


class LetterKind(StrEnum):
    """Why a letter is written; codes are a contract and only ever grow."""

    ALERT = "alert"
    ESCALATION = "escalation"
    DIGEST_MORNING = "digest-morning"
    DIGEST_EVENING = "digest-evening"
    PLAN_CHANGE = "plan-change"
    REMINDER = "reminder"
    ANSWERED = "answered"
    DELIVERY_TROUBLE = "delivery-trouble"
    LAST_RECIPIENT = "last-recipient"
    ASSIGNED = "assigned"
    ADDRESS_CHANGED = "address-changed"
    PASSWORD_LINK = "password-link"


ABOUT_ALERTS = frozenset((LetterKind.ALERT, LetterKind.ESCALATION, LetterKind.ASSIGNED))
"""Letters that nobody can leave; they can only be handed over."""
DIGESTS = frozenset((LetterKind.DIGEST_MORNING, LetterKind.DIGEST_EVENING))
OPTIONAL = (LetterKind.PLAN_CHANGE,)
"""Letters besides the digests that a clinician may do without."""

SAID: Mapping[LetterKind, Callable[[Mapping[str, Any], Reader, str], Words]] = {
    LetterKind.ALERT: new_alerts,
    LetterKind.ESCALATION: escalation,
    LetterKind.DIGEST_MORNING: digest,
    LetterKind.DIGEST_EVENING: digest,
    LetterKind.PLAN_CHANGE: plan_change,
    LetterKind.REMINDER: reminder,
    LetterKind.ANSWERED: answered,
    LetterKind.DELIVERY_TROUBLE: delivery_trouble,
    LetterKind.LAST_RECIPIENT: last_recipient,
    LetterKind.ASSIGNED: assigned,
    LetterKind.ADDRESS_CHANGED: address_changed,
    LetterKind.PASSWORD_LINK: password_link,
}


def in_words(kind: LetterKind, values: Mapping[str, Any], reader: Reader, link: str | None) -> Words:
    """Return what a letter says to this reader.

    ``values`` are what was kept with it; ``link`` opens what it is about, after sign-in only (a password's link
    excepted), None where there is nothing to open. Raises KeyError or ValueError for values that are not those of its
    kind.
    """
    return SAID[kind](values, reader, link or "")
