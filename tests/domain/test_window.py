from fractions import Fraction

import pytest

from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.domain.new_site_pain import new_site_pain
from rehab_tracker.domain.site import site
from rehab_tracker.domain.window import hits_of, place_of, rounded, scores_of, threshold_of, unknown_in
from tests.domain.site_days import dated, days_of

DAYS = days_of("left-knee", 3, 0, None, 4, 3, 3, area="inner")


def verdict():
    return new_site_pain(DAYS, site("left-knee"), None, DEFAULT_RULES)


def test_what_a_window_tells_of_its_days():
    assert unknown_in(DAYS) == 1
    assert unknown_in(dated("left-knee", {1: 3, 30: 3})) == 28
    assert unknown_in([]) == 0
    assert scores_of(DAYS) == "3, 0, 4, 3, 3"


def test_a_place_is_named_with_the_area_if_one_was_said():
    assert place_of(site("left-knee"), DAYS[0].said[0]) == {"site": "left-knee", "area": "inner"}
    assert place_of(site("left-knee"), None) == {"site": "left-knee"}


@pytest.mark.parametrize(
    ("value", "told"),
    [(Fraction(6), "6"), (Fraction(17, 3), "5.7"), (Fraction(16, 3), "5.3"), (Fraction(21, 4), "5.3"), (0, "0")],
)
def test_a_mean_is_told_to_one_decimal(value, told):
    assert rounded(Fraction(value)) == told


def test_the_days_that_a_verdict_rests_on():
    assert [d.x for d in hits_of(verdict(), DAYS, 28)] == [3, 4, 3, 3]
    assert [d.x for d in hits_of(verdict(), DAYS, 2)] == [3, 3]


def test_the_score_from_which_a_day_counted():
    known = new_site_pain(days_of("neck", 6, 6, 6, 6), site("neck"), 3, DEFAULT_RULES)
    assert threshold_of(known, DEFAULT_RULES) == 5
    known.values.pop("threshold")
    assert threshold_of(known, DEFAULT_RULES) == 3
