"""Bone density scans (DXA): results per region, and the class that they fall into.

A T-score compares with young adults, a Z-score with people of the same age; both are standard deviations, and below
zero is ordinary. Scores are Decimals, so that one exactly at a bound falls on its right side.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.person import Sex
from rehab_tracker.domain.reader import Between, checked
from rehab_tracker.domain.site import Side

HIGHEST_SCORE = Decimal(8)
"""No T-score or Z-score lies further from zero; beyond it a decimal point is missing (house rule)."""

NORMAL_FROM = Decimal("-1.0")
"""T-score from which bone density is normal (WHO classes; RACGP guideline on bone mineral density)."""

OSTEOPOROSIS_TO = Decimal("-2.5")
"""T-score at and below which it is osteoporosis (same source)."""

EXPECTED_ABOVE = Decimal("-2.0")
"""Z-score at and below which bone density is below the range expected for the age (ISCD official positions)."""

T_SCORE_MEN_FROM_AGE = 50
"""Age in years from which a man's T-score is classed; a younger man's Z-score is (same)."""


class ScanRegion(StrEnum):
    """What was scanned."""

    LUMBAR_SPINE = "lumbar-spine"
    TOTAL_HIP = "total-hip"
    FEMORAL_NECK = "femoral-neck"
    FOREARM = "forearm"


CLASSED = (ScanRegion.LUMBAR_SPINE, ScanRegion.TOTAL_HIP, ScanRegion.FEMORAL_NECK)


class DxaCategory(StrEnum):
    """What bone density is called; the last two are by Z-score."""

    NORMAL = "normal"
    OSTEOPENIA = "osteopenia"
    OSTEOPOROSIS = "osteoporosis"
    BELOW_EXPECTED = "below-expected-range"
    WITHIN_EXPECTED = "within-expected-range"


class WhyNoClass(StrEnum):
    """Why a scan falls into no class."""

    SEX_NOT_RECORDED = "sex-not-recorded"
    AGE_NOT_RECORDED = "age-not-recorded"
    MENOPAUSE_NOT_RECORDED = "menopause-not-recorded"
    NO_T_SCORE = "no-t-score"
    NO_Z_SCORE = "no-z-score"


@dataclass(frozen=True, slots=True)
class DxaResult:
    """One region's result: ``t_score`` and ``z_score`` from -8 to 8, ``bmd`` from 0.05 to 3 g/cm2.

    ``side`` stays None where the report doesn't say it. Raises InvalidValue (``out-of-range``, ``side-not-allowed``,
    ``result-needed``).
    """

    region: ScanRegion
    side: Side | None = None
    t_score: Decimal | None = None
    z_score: Decimal | None = None
    bmd: Annotated[Decimal, Between(Decimal("0.05"), 3)] | None = None

    def __post_init__(self) -> None:
        checked(self)
        for name in ("t_score", "z_score"):
            score = getattr(self, name)
            if score is not None and abs(score) > HIGHEST_SCORE:
                raise InvalidValue(
                    "A score of bone density lies between -8 and 8. Is a decimal point or a minus sign missing?",
                    code="out-of-range",
                    pointer=f"/{name}",
                )
        if self.side is not None and self.region is ScanRegion.LUMBAR_SPINE:
            raise InvalidValue("The spine has no left or right.", code="side-not-allowed", pointer="/side")
        if (self.t_score, self.z_score, self.bmd) == (None, None, None):
            raise InvalidValue("Give a score or a density.", code="result-needed", pointer="/t_score")


@dataclass(frozen=True, slots=True)
class Dxa:
    """One scan; ``reference_population`` names the people its scores compare with.

    Raises InvalidValue (``twice``) for a region that stands there twice.
    """

    results: tuple[DxaResult, ...]
    reference_population: str | None = None
    device: str | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        checked(self)
        seen = [(result.region, result.side) for result in self.results]
        for at, place in enumerate(seen):
            if place in seen[:at]:
                raise InvalidValue("This region stands here twice.", code="twice", pointer=f"/results/{at}")


@dataclass(frozen=True, slots=True)
class DxaClass:
    """The class of a scan with the result it rests on, or why there is none."""

    category: DxaCategory | None = None
    worst: DxaResult | None = None
    why_not: WhyNoClass | None = None


def dxa_class(
    results: Iterable[DxaResult], sex: Sex | None, born: date | None, on: date, post_menopausal: bool | None = None
) -> DxaClass:
    """Return the class by the lowest of lumbar spine, total hip and femoral neck on the day of the scan.

    T-scores class men from 50 and women after the menopause, Z-scores everybody younger. What is not
    recorded is never guessed, so the answer may be why there is no class.
    """
    by_t = _is_classed_by_t(sex, _age(born, on), post_menopausal)
    if isinstance(by_t, WhyNoClass):
        return DxaClass(why_not=by_t)
    name = "t_score" if by_t else "z_score"
    scored = [r for r in results if r.region in CLASSED and getattr(r, name) is not None]
    if not scored:
        return DxaClass(why_not=WhyNoClass.NO_T_SCORE if by_t else WhyNoClass.NO_Z_SCORE)
    worst = min(scored, key=lambda r: (getattr(r, name), CLASSED.index(r.region), r.side or ""))
    return DxaClass((_by_t if by_t else _by_z)(getattr(worst, name)), worst)


def _age(born: date | None, on: date) -> int | None:
    """Return the age in whole years on a day."""
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _is_classed_by_t(sex: Sex | None, age: int | None, post_menopausal: bool | None) -> bool | WhyNoClass:
    if sex is Sex.MALE:
        return WhyNoClass.AGE_NOT_RECORDED if age is None else age >= T_SCORE_MEN_FROM_AGE
    if sex is Sex.FEMALE:
        return WhyNoClass.MENOPAUSE_NOT_RECORDED if post_menopausal is None else post_menopausal
    return WhyNoClass.SEX_NOT_RECORDED


def _by_t(score: Decimal) -> DxaCategory:
    if score >= NORMAL_FROM:
        return DxaCategory.NORMAL
    return DxaCategory.OSTEOPENIA if score > OSTEOPOROSIS_TO else DxaCategory.OSTEOPOROSIS


def _by_z(score: Decimal) -> DxaCategory:
    return DxaCategory.WITHIN_EXPECTED if score > EXPECTED_ABOVE else DxaCategory.BELOW_EXPECTED
