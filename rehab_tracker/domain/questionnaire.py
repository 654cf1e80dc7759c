"""Questionnaires that patients fill in: versioned instruments with their scores, and no word of their items.

Items are copyrighted works of their authors; a clinic that has them cleared shows its own copy.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.reader import Between, checked

LEFS_MCID = 9
"""Smallest change of the LEFS that matters to patients, in points of 80 (Binkley 1999, Phys Ther 79:371)."""

LEFS_LEAST_ANSWERED = 18
"""Of the 20 items of the LEFS; fewer give no score (house rule: no published rule for missing items was found)."""

PSFS_MDC = 2
"""Smallest change of the PSFS mean beyond chance, in points of 10, at 90 % confidence (RehabMeasures)."""

MOST_ANSWERS = 50
VERSION = re.compile(r"[0-9a-z][0-9a-z.-]{0,19}", re.ASCII)


class Method(StrEnum):
    """How answers become a score; ``given`` ones come with it."""

    SUM = "sum"
    MEAN = "mean"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire: how many items with answers from 0 to ``top``, how many are needed, and the best score.

    Where more answers than ``least_answered`` miss, there is no score. ``decimals`` is to how many a computed score is
    rounded, halves up. ``items_included`` says whether we ship its texts.
    """

    code: str
    version: str
    method: Method
    out_of: int
    items: int = 0
    least_answered: int = 0
    top: int = 0
    decimals: int = 0
    licence_url: str | None = None
    items_included: bool = False


LEFS = Instrument(
    "lefs", "1999", Method.SUM, 80, items=20, least_answered=LEFS_LEAST_ANSWERED, top=4,
    licence_url="https://www.sralab.org/rehabilitation-measures/lower-extremity-functional-scale",
)  # fmt: skip
PSFS = Instrument(
    "psfs", "1995", Method.MEAN, 10, items=5, least_answered=3, top=10, decimals=1,
    licence_url="https://www.sralab.org/rehabilitation-measures/patient-specific-functional-scale",
)  # fmt: skip
INSTRUMENTS = {
    instrument.code: instrument
    for instrument in (
        LEFS,
        PSFS,
        Instrument("koos-12", "2019", Method.GIVEN, 100),
        Instrument("hoos-12", "2019", Method.GIVEN, 100),
        Instrument("faam-adl", "2005", Method.GIVEN, 100),
        Instrument("faam-sport", "2005", Method.GIVEN, 100),
    )
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one item, counted from 1; ``words`` hold the activity where the patient names it (PSFS)."""

    item: Annotated[int, Between(1, MOST_ANSWERS)]
    value: Annotated[int, Between(0, 10)]
    words: str | None = None

    def __post_init__(self) -> None:
        checked(self)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One filled-in questionnaire: its answers (one not given is left out), or a score that came ready.

    ``instrument`` is a code of ``INSTRUMENTS``; ``version`` names the one that was filled in. Raises InvalidValue
    (``unknown-code``, ``bad-version``, ``answers-or-score``, ``unknown-item``, ``twice``, ``out-of-range``).
    """

    instrument: str
    version: str
    answers: tuple[Answer, ...] | None = None
    score: Annotated[Decimal, Between(0, 100)] | None = None

    def __post_init__(self) -> None:
        checked(self)
        if self.instrument not in INSTRUMENTS:
            raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/instrument")
        if not VERSION.fullmatch(self.version):
            raise InvalidValue(
                "Name the version in at most 20 small letters and digits.", code="bad-version", pointer="/version"
            )
        if (self.answers is None) is (self.score is None):
            raise InvalidValue("Give either the answers or the score.", code="answers-or-score", pointer="/answers")
        instrument = INSTRUMENTS[self.instrument]
        if self.score is not None and self.score > instrument.out_of:
            raise _out_of_range(instrument.out_of, "/score")
        _check_answers(self.answers or (), instrument)


def _check_answers(answers: tuple[Answer, ...], instrument: Instrument) -> None:
    seen: set[int] = set()
    for at, answer in enumerate(answers):
        if answer.item > instrument.items:
            raise InvalidValue("There is no such question.", code="unknown-item", pointer=f"/answers/{at}/item")
        if answer.item in seen:
            raise InvalidValue("This question is answered twice.", code="twice", pointer=f"/answers/{at}/item")
        if answer.value > instrument.top:
            raise _out_of_range(instrument.top, f"/answers/{at}/value")
        seen.add(answer.item)


def _out_of_range(most: int, pointer: str) -> InvalidValue:
    return InvalidValue(
        "Give a number from %(least)s to %(most)s.", code="out-of-range", pointer=pointer, least=0, most=most
    )


@dataclass(frozen=True, slots=True)
class Score:
    """A score with the highest there is; ``missing`` answers made it ``prorated``, or None where they are not known."""

    value: Decimal
    out_of: int
    missing: int | None = 0
    prorated: bool = False


@dataclass(frozen=True, slots=True)
class NoScore:
    """Why there is no score: too few answers for this instrument."""

    answered: int
    needed: int


def score(filled_in: Questionnaire) -> Score | NoScore:
    """Return the score of a questionnaire, or why there is none.

    Sums of an incomplete LEFS are prorated: 80 x sum / (4 x answered), to a whole point, halves up. The PSFS is the
    mean of the activities that the patient named, to one decimal; naming fewer than five of them misses nothing.
    """
    instrument = INSTRUMENTS[filled_in.instrument]
    if filled_in.score is not None:
        return Score(filled_in.score, instrument.out_of, missing=None)
    values = [answer.value for answer in filled_in.answers or ()]
    if len(values) < max(instrument.least_answered, 1):
        return NoScore(len(values), max(instrument.least_answered, 1))
    missing = instrument.items - len(values) if instrument.method is Method.SUM else 0
    reached = Decimal(instrument.out_of * sum(values)) / (instrument.top * len(values))
    rounded = reached.quantize(Decimal(1).scaleb(-instrument.decimals), ROUND_HALF_UP)
    return Score(rounded, instrument.out_of, missing, prorated=missing > 0)
