from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.dxa import Dxa, DxaClass, DxaResult, ScanRegion, WhyNoClass, dxa_class
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.person import Sex
from rehab_tracker.domain.site import Side
from tests.domain.case_items import BORN, CASE

SCANNED = date(2026, 4, 6)


def spine(score):
    return DxaResult(ScanRegion.LUMBAR_SPINE, t_score=Decimal(score))


def neck(score, side=None):
    return DxaResult(ScanRegion.FEMORAL_NECK, side, t_score=Decimal(score))


def test_the_case_is_osteopenia_by_its_lumbar_spine():
    results = CASE["dxa"].content.results
    found = dxa_class(results, Sex.MALE, BORN, SCANNED)
    assert found == DxaClass("osteopenia", spine("-1.9"))


@pytest.mark.parametrize(
    ("score", "category"),
    [
        ("8", "normal"),
        ("0", "normal"),
        ("-0.99", "normal"),
        ("-1.0", "normal"),
        ("-1.01", "osteopenia"),
        ("-1.1", "osteopenia"),
        ("-2.4", "osteopenia"),
        ("-2.4999", "osteopenia"),
        ("-2.5", "osteoporosis"),
        ("-2.6", "osteoporosis"),
    ],
)
def test_a_score_at_a_bound_falls_on_its_right_side(score, category):
    assert dxa_class([spine(score)], Sex.MALE, BORN, SCANNED).category == category


@given(st.permutations([spine("-1.2"), neck("-1.9", Side.LEFT), neck("-2.6", Side.RIGHT)]))
def test_the_lowest_region_decides_in_whatever_order_they_stand(results):
    assert dxa_class(results, Sex.MALE, BORN, SCANNED) == DxaClass("osteoporosis", neck("-2.6", Side.RIGHT))


def test_the_forearm_does_not_decide():
    forearm = DxaResult(ScanRegion.FOREARM, t_score=Decimal("-4"))
    assert dxa_class([forearm, spine("0.5")], Sex.MALE, BORN, SCANNED).category == "normal"
    assert dxa_class([forearm], Sex.MALE, BORN, SCANNED).why_not is WhyNoClass.NO_T_SCORE


@pytest.mark.parametrize(
    ("born", "category"),
    [(date(1976, 4, 6), "osteoporosis"), (date(1976, 4, 7), "within-expected-range")],
)
def test_a_man_is_classed_by_his_z_score_until_the_day_he_is_fifty(born, category):
    both = DxaResult(ScanRegion.TOTAL_HIP, Side.LEFT, t_score=Decimal("-2.5"), z_score=Decimal("-1.9"))
    assert dxa_class([both], Sex.MALE, born, SCANNED).category == category


@pytest.mark.parametrize(("z_score", "category"), [("-1.9", "within-expected-range"), ("-2.0", "below-expected-range")])
def test_a_woman_before_the_menopause_is_compared_with_her_age(z_score, category):
    both = DxaResult(ScanRegion.TOTAL_HIP, t_score=Decimal("-3"), z_score=Decimal(z_score))
    assert dxa_class([both], Sex.FEMALE, BORN, SCANNED, post_menopausal=False).category == category
    assert dxa_class([both], Sex.FEMALE, BORN, SCANNED, post_menopausal=True).category == "osteoporosis"


@pytest.mark.parametrize(
    ("sex", "born", "post_menopausal", "why"),
    [
        (None, BORN, None, "sex-not-recorded"),
        (Sex.NOT_RECORDED, BORN, None, "sex-not-recorded"),
        (Sex.MALE, None, None, "age-not-recorded"),
        (Sex.FEMALE, BORN, None, "menopause-not-recorded"),
        (Sex.FEMALE, BORN, False, "no-z-score"),
    ],
)
def test_what_is_not_recorded_is_not_guessed(sex, born, post_menopausal, why):
    assert dxa_class([spine("-3")], sex, born, SCANNED, post_menopausal) == DxaClass(why_not=WhyNoClass(why))


@pytest.mark.parametrize("score", ["25", "8.1", "-8.1", "-19"])
def test_a_score_without_its_decimal_point_is_refused_in_clear_words(score):
    with pytest.raises(InvalidValue, match="decimal point or a minus sign missing") as refusal:
        spine(score)
    assert (refusal.value.code, refusal.value.pointer) == ("out-of-range", "/t_score")


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        ({"region": ScanRegion.LUMBAR_SPINE, "side": Side.LEFT, "t_score": Decimal(-1)}, "side-not-allowed", "/side"),
        ({"region": ScanRegion.LUMBAR_SPINE}, "result-needed", "/t_score"),
        ({"region": ScanRegion.TOTAL_HIP, "bmd": Decimal("0.012")}, "out-of-range", "/bmd"),
        ({"region": ScanRegion.TOTAL_HIP, "bmd": Decimal(812)}, "out-of-range", "/bmd"),
    ],
)
def test_a_result_that_cannot_be_is_refused(said, code, pointer):
    with pytest.raises(InvalidValue) as refusal:
        DxaResult(**said)
    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


def test_a_region_stands_once_for_each_side():
    Dxa((neck("-1", Side.LEFT), neck("-1", Side.RIGHT)))
    with pytest.raises(InvalidValue, match="twice") as refusal:
        Dxa((neck("-1"), spine("-1"), neck("-1.5")))
    assert refusal.value.pointer == "/results/2"
