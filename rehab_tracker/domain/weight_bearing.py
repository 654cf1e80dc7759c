"""Weight-bearing: the grades a clinician prescribes for a limb, and the behaviour a patient reports.

What a patient reports is behaviour, not a measurement: 21 of 23 trained patients put more weight on a leg than they
were told, by a third of their body weight on average (Clin Orthop 2004;421:282).
"""

from dataclasses import dataclass
from enum import StrEnum

from rehab_tracker.domain.site import Limb


class Grade(StrEnum):
    """How much weight a limb may carry, from none to full; partial needs a percentage of body weight beside it."""

    NWB = "NWB"
    TTWB = "TTWB"
    PWB = "PWB"
    WBAT = "WBAT"
    FWB = "FWB"


class Aids(StrEnum):
    """What the patient mostly moved with that day."""

    NONE = "none"
    ONE_CRUTCH = "one-crutch"
    TWO_CRUTCHES = "two-crutches"
    FRAME = "frame"
    WHEELCHAIR = "wheelchair"
    STAYED_IN_BED = "stayed-in-bed"


class OverLimit(StrEnum):
    """Whether the patient put more weight on the limb than allowed."""

    NO = "no"
    FEW_STEPS = "few-steps"
    OFTEN = "often"


@dataclass(frozen=True, slots=True)
class WeightBearingReport:
    """What one entry says about one limb on one day."""

    limb: Limb
    aids: Aids
    over_limit: OverLimit
