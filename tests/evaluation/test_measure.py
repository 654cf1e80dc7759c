"""The measuring: known answers on hand-made trials, intervals that hold them, and misses that count."""

import pytest

from rehab_tracker.evaluation.matching import Found, Trial
from rehab_tracker.evaluation.measure import delay_reached, measured, ratio, reached, wilson
from rehab_tracker.evaluation.measured import Estimate, Population


def _found(delay: int | None, followed: int = 60, *, engaged: bool = True, fast: bool = True) -> Found:
    return Found(delay, followed, engaged, fast)


def _trial(*found: Found, days: int = 61, false: int = 0, engaged: bool = True) -> Trial:
    return Trial(days, engaged, found, false)


def test_sensitivity_counts_misses_and_leaves_out_who_was_not_followed_so_long() -> None:
    trials = [_trial(_found(3)), _trial(_found(18)), _trial(_found(None)), _trial(_found(None, followed=10))]
    told = measured(trials, Population.HEADLINE)
    assert told.hits == {14: (1, 3), 21: (2, 3), 30: (2, 3)}
    assert told.migrations == 4 and told.found == 2


def test_an_alarm_before_pain_passed_2_is_a_hit_and_its_delay_is_below_0() -> None:
    told = measured([_trial(_found(-2)), _trial(_found(4))], Population.HEADLINE)
    assert told.hits[14] == (2, 2)
    assert told.delay_median.value == -2 and told.delay_p90.value == 4
    assert told.alerted_by == ((0, 0.5), (4, 1.0))


def test_who_was_not_found_is_censored_in_the_delay_curve_not_left_out() -> None:
    told = measured([_trial(_found(5)), _trial(_found(None, followed=40))], Population.HEADLINE)
    assert told.alerted_by[0] == (5, 0.5) and max(share for _, share in told.alerted_by) == 0.5


def test_false_alarms_are_per_month_and_burden_per_week_of_a_nurse_with_50_patients() -> None:
    told = measured([_trial(days=487, false=2), _trial(_found(1), days=487)], Population.EVERYBODY)
    assert told.false_per_patient_month.value == pytest.approx(2 / (974 / 30.4375))
    assert told.alarms_per_nurse_week.value == pytest.approx(3 / 974 * 7 * 50)
    assert told.precision.value == pytest.approx(1 / 3)


def test_the_headline_is_of_engaged_patients_and_fast_onsets_only() -> None:
    trials = [
        _trial(_found(1)),
        _trial(_found(2, fast=False)),
        _trial(_found(None, engaged=False), false=5, engaged=False),
    ]
    told = reached(trials)
    assert [told[p].migrations for p in Population] == [1, 1, 3]
    assert told[Population.HEADLINE].false_per_patient_month.value == 0
    assert told[Population.EVERYBODY].false_per_patient_month.value == pytest.approx(5 / (183 / 30.4375))


def test_wilson_agrees_with_a_published_table() -> None:
    # Newcombe 1998, Stat Med 17:857, table I: 81 of 263 and 0 of 20.
    assert wilson(81, 263) == Estimate(
        pytest.approx(0.308, abs=5e-4), pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5)
    )
    assert wilson(0, 20).high == pytest.approx(0.1611, abs=5e-5)
    assert wilson(0, 0) == Estimate(None)


def test_the_interval_of_a_rate_is_wider_where_few_patients_have_all_the_alarms() -> None:
    spread, heaped = [1] * 40, [10] * 4 + [0] * 36
    days = [100] * 40
    even, uneven = ratio(spread, days), ratio(heaped, days)
    assert even.value == uneven.value
    assert even.low == even.high and uneven.low is not None and uneven.high is not None
    assert uneven.low < 0.4 * 0.01 * 1.5 and uneven.high > 0.015


def test_intervals_hold_their_figure_and_are_the_same_each_time() -> None:
    owned = [[_found(n % 9)] for n in range(60)]
    for share in (0.5, 0.9):
        told = delay_reached(owned, share)
        assert told == delay_reached(owned, share)
        assert told.low is not None and told.value is not None and told.high is not None
        assert told.low <= told.value <= told.high


def test_of_nothing_there_is_no_figure() -> None:
    told = measured([], Population.EVERYBODY)
    assert told.sensitivity[14] == told.delay_p90 == told.false_per_patient_month == Estimate(None)
