"""Letters in words: what a nurse reads in a mail. No health data and no patient, only that something waits, and where.

The words are constant but for the number of hours, a reference and a link; a test looks for canary words in mails.
"""

from dataclasses import dataclass
from enum import StrEnum

from rehab_tracker.domain.alert import Level
from rehab_tracker.domain.translation import N_, Gettext
from rehab_tracker.domain.wording import LEVELS


class LetterKind(StrEnum):
    """Why a letter is written."""

    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter before it is put into words.

    ``reference`` is five characters unrelated to the patient; ``link`` opens the alert, after sign-in only.
    """

    level: Level
    urgent_hours: int
    reference: str
    link: str


@dataclass(frozen=True, slots=True)
class Words:
    """A letter in one language, ready to be posted."""

    subject: str
    text: str


RED_FLAG_HOURS = 2
"""Working hours within which a red flag is looked at."""
URGENT_HOURS = 4
"""Working hours within which any other urgent alert is looked at."""

URGENT_SUBJECT = N_("[%(level)s] 1 alert to review within %(hours)d working hours (ref %(reference)s)")
SOON_SUBJECT = N_("[%(level)s] 1 alert to review by noon on the next working day (ref %(reference)s)")
BODY = (
    N_("An alert is waiting for you. Its reference is %(reference)s."),
    N_("Open the alert:"),
    "%(link)s",
    N_("You will be asked to sign in. Opening the page changes nothing: acknowledge the alert on the page."),
    N_("This message contains no patient details. Please do not reply with any."),
    N_("You get this because you are in the care team, or because nobody of the care team can be reached."),
)


def in_words(letter: Letter, gettext: Gettext) -> Words:
    """Return the letter's subject and plain text in the language of this gettext."""
    values = {
        "level": gettext(LEVELS[letter.level]),
        "hours": letter.urgent_hours,
        "reference": letter.reference,
        "link": letter.link,
    }
    subject = URGENT_SUBJECT if letter.level is Level.URGENT else SOON_SUBJECT
    text = "\n\n".join(gettext(part) % values for part in BODY)
    return Words(gettext(subject) % values, text + "\n")
