"""Advice: what a patient reads at once when an answer can't wait for a person; the clinic sets the words.

The defaults never say that anything is safe. Every one comes with the sentence that nobody watches the diary all day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rehab_tracker.domain.red_flag import Path
from rehab_tracker.domain.translation import N_, Gettext


class AdviceKind(StrEnum):
    """How soon the patient is asked to act, what they are asked, or that the clinic looks at what they wrote.

    Asked are the red-flag questions now, or since when. Codes are a contract and only ever grow.
    """

    EMERGENCY = "emergency"
    NOW = "now"
    SAME_DAY = "same-day"
    WITHIN_THREE_DAYS = "within-three-days"
    ANSWER_RED_FLAGS = "answer-red-flags"
    SINCE_WHEN = "since-when"
    CLINIC_LOOKS = "clinic-looks"


OF_PATH = {
    Path.EMERGENCY: AdviceKind.EMERGENCY,
    Path.NOW: AdviceKind.NOW,
    Path.SAME_DAY: AdviceKind.SAME_DAY,
    Path.WITHIN_THREE_DAYS: AdviceKind.WITHIN_THREE_DAYS,
}
NOT_MONITORED = "not-monitored"

DEFAULT_TEXTS: dict[str, str] = {
    AdviceKind.EMERGENCY: N_("Call %(emergency_number)s now. Do not wait for your clinic."),
    AdviceKind.NOW: N_("Call your clinic now: %(phone)s. If nobody answers, call %(emergency_number)s."),
    AdviceKind.SAME_DAY: N_("Call your clinic today: %(phone)s. If nobody answers, call %(emergency_number)s."),
    AdviceKind.WITHIN_THREE_DAYS: N_("Call your clinic within the next three days: %(phone)s."),
    AdviceKind.ANSWER_RED_FLAGS: N_(
        "Please answer the questions under “Something else is wrong” now. If you are worried, call %(phone)s."
    ),
    AdviceKind.SINCE_WHEN: N_(
        "You have had this pain since you joined. Please tell your clinic since when you have it: %(phone)s."
    ),
    AdviceKind.CLINIC_LOOKS: N_("Your clinic has been told. If it gets worse before they call you, call %(phone)s."),
    NOT_MONITORED: N_("This diary is not an emergency service. Your clinic reads it at these times: %(hours)s."),
}
"""The shipped texts by key, in English, translated by the catalogues; a clinic's own text takes the place of one."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What a patient reads at once, and the numbers to call.

    ``promise`` is the sentence that says by when the clinic looks, empty where it need not; it comes after the text.
    """

    kind: AdviceKind
    text: str
    promise: str
    not_monitored: str
    phone: str
    emergency_number: str


def advice(
    kind: AdviceKind, own_texts: Mapping[str, str], numbers: Mapping[str, str], gettext: Gettext, promise: str = ""
) -> Advice:
    """Return the advice in words.

    ``own_texts`` are the clinic's texts by key in the patient's language; ``numbers`` holds phone, hours and
    emergency_number; ``promise`` is in words already.
    """
    return Advice(
        kind=kind,
        text=_filled(kind, own_texts, numbers, gettext),
        promise=promise,
        not_monitored=_filled(NOT_MONITORED, own_texts, numbers, gettext),
        phone=numbers["phone"],
        emergency_number=numbers["emergency_number"],
    )


def _filled(key: str, own_texts: Mapping[str, str], numbers: Mapping[str, str], gettext: Gettext) -> str:
    return (own_texts.get(key) or gettext(DEFAULT_TEXTS[key])) % numbers
