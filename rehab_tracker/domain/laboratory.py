"""Laboratory results: what was measured, and what the laboratory made of it, with or without a number."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.reader import Between, checked

MOST = 1_000_000
"""Upper bound of a result in any unit; cell counts per microlitre come nearest (house rule)."""


class Analyte(StrEnum):
    """What was measured; the last few are groups, for a report that says only "liver values normal"."""

    CBC = "cbc"
    CRP = "crp"
    ESR = "esr"
    CREATININE = "creatinine"
    EGFR = "egfr"
    CALCIUM = "calcium"
    PHOSPHATE = "phosphate"
    ALP = "alp"
    VITAMIN_D = "25-oh-vitamin-d"
    TSH = "tsh"
    ALT = "alt"
    AST = "ast"
    PTH = "pth"
    URATE = "urate"
    RENAL_FUNCTION = "renal-function"
    CALCIUM_PHOSPHATE_METABOLISM = "calcium-phosphate-metabolism"
    THYROID_FUNCTION = "thyroid-function"
    LIVER_FUNCTION = "liver-function"
    OTHER = "other"


class Interpretation(StrEnum):
    """What the laboratory, or whoever read the report, says of a result."""

    NORMAL = "normal"
    LOW = "low"
    HIGH = "high"
    ABNORMAL = "abnormal"


@dataclass(frozen=True, slots=True)
class LabResult:
    """One result: a ``value`` with its ``unit``, or a ``value_text`` like "< 0.5", or only its interpretation.

    ``name`` says what an ``other`` result is. ``reference_range`` is the laboratory's own, in its words. Raises
    InvalidValue (``name-needed``, ``unit-needed``, ``result-needed``).
    """

    code: Analyte
    name: str | None = None
    value: Annotated[Decimal, Between(-MOST, MOST)] | None = None
    value_text: str | None = None
    unit: str | None = None
    interpretation: Interpretation | None = None
    reference_range: str | None = None

    def __post_init__(self) -> None:
        checked(self)
        if self.code is Analyte.OTHER and self.name is None:
            raise InvalidValue("Name what was measured.", code="name-needed", pointer="/name")
        if self.value is not None and self.unit is None and self.code is not Analyte.OTHER:
            raise InvalidValue("Give the unit of the number, like mg/L.", code="unit-needed", pointer="/unit")
        if (self.value, self.value_text, self.interpretation) == (None, None, None):
            raise InvalidValue("Give a value, or say whether it is normal.", code="result-needed", pointer="/value")


@dataclass(frozen=True, slots=True)
class Laboratory:
    """The results of one blood or urine sample; ``overall`` is what a report says of all of them together."""

    results: tuple[LabResult, ...] = ()
    overall: Interpretation | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        checked(self)
