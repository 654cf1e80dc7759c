from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.adherence import (
    OverLimitCount,
    WhyUnknown,
    adherence,
    adherence_of_weeks,
    by_phase,
    by_site,
    by_week,
    over_limit_counts,
    total,
)
from rehab_tracker.domain.prescription import Dose, days_a_week
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from tests.domain.diary import day, entry
from tests.domain.exercises import LEFT, RIGHT, at, became, did, due, kept_to, order, rest, skipped

WEEK = due(order())


def counts(found, *entries, **more):
    kept = kept_to(found, *entries, **more)
    return kept.done, kept.partial, kept.missed, kept.excused, kept.due


def test_adherence_is_what_was_done_of_what_was_due():
    entries = [did(0), did(1), did(2, done_sets=1), skipped(3), did(4)]
    assert counts(WEEK, *entries) == (3, 1, 3, 0, 7)
    assert kept_to(WEEK, *entries).ratio == pytest.approx((3 + 1 / 3) / 7)


def test_more_than_the_dose_is_no_more_than_done():
    assert kept_to(WEEK, *(did(n, done_sets=9) for n in range(7))).ratio == 1.0


def test_nothing_due_is_no_number_and_not_nought():
    nothing = kept_to([])
    assert (nothing.ratio, nothing.why, nothing.due) == (None, WhyUnknown.NOTHING_DUE, 0)
    assert kept_to(due(order(last=0), first=1, last=3)).why is WhyUnknown.NOTHING_DUE


def test_before_the_first_day_is_over_it_has_not_started():
    early = kept_to(WEEK, now=at(0, 20))
    assert (early.ratio, early.why) == (None, WhyUnknown.NOT_STARTED)


def test_an_excused_week_is_no_number_and_says_why():
    held = kept_to(due(order(), holds=(rest(0),)))
    assert (held.ratio, held.why, held.excused) == (None, WhyUnknown.ALL_EXCUSED, 7)


def test_nothing_done_of_what_was_due_is_nought():
    assert (kept_to(WEEK).ratio, kept_to(WEEK).why) == (0.0, None)


def test_only_what_is_over_is_due_unless_it_is_done_already():
    tuesday_evening = {"now": at(1, 20)}
    assert counts(WEEK, did(0), **tuesday_evening) == (1, 0, 0, 0, 1)
    assert counts(WEEK, did(0), did(1), **tuesday_evening) == (2, 0, 0, 0, 2)
    assert counts(WEEK, did(0), did(1, done_sets=1), **tuesday_evening) == (1, 0, 0, 0, 1)
    assert counts(WEEK, did(0), skipped(1), **tuesday_evening) == (1, 0, 0, 0, 1)


def test_held_days_leave_the_sum():
    found = due(order(), holds=(rest(3, 6),))
    assert counts(found, did(0), did(1)) == (2, 0, 1, 4, 3)
    assert kept_to(found, did(0), did(1)).ratio == pytest.approx(2 / 3)


def test_what_is_held_in_days_to_come_is_not_yet_excused():
    assert counts(due(order(), holds=(rest(0),)), now=at(2)) == (0, 0, 0, 1, 0)


def test_a_part_done_on_a_held_day_counts_as_far_as_it_was_done():
    held = became(due(order(), last=1, holds=(rest(1),)), did(1, done_sets=1))
    assert total(held).ratio == pytest.approx((1 / 3) / (1 + 1 / 3))


def test_days_after_the_end_are_not_due_but_what_was_done_then_stays():
    assert counts(due(order(last=1), last=6), did(0), did(3)) == (2, 0, 1, 0, 3)


# By site, week and phase


def test_an_exercise_that_serves_two_knees_counts_for_each_and_once_in_the_total():
    results = became(due(order("bridges", RIGHT), order("bridges", LEFT), last=1), did(0))
    by_place = adherence(results, by_site)
    assert {place: (kept.done, kept.due) for place, kept in by_place.items()} == {LEFT: (1, 2), RIGHT: (1, 2)}
    assert (total(results).done, total(results).due) == (1, 2)


def test_weeks_are_iso_weeks_of_local_days():
    results = became(due(order(), first=-5, last=6), did(0), did(-5))
    # A prescription begins on day 0, the Monday of week 2.
    assert {week: kept.due for week, kept in adherence(results, by_week).items()} == {"2026-W02": 7}
    assert adherence(became(due(order(), last=13)), by_week).keys() == {"2026-W02", "2026-W03"}


def test_a_phase_is_that_of_each_site_on_the_day():
    def phase_on(place, on):
        if place == site(LEFT):
            return "partial-weight-bearing" if on >= day(2) else None
        return "gait-training" if on >= day(4) else "partial-weight-bearing"

    results = became(due(order("bridges", RIGHT, LEFT)), did(5), did(1))
    found = adherence(results, by_phase(phase_on))
    assert {phase: (kept.done, kept.due) for phase, kept in found.items()} == {
        "gait-training": (1, 3),
        "partial-weight-bearing": (2, 7),
    }


def test_the_last_two_weeks_are_the_14_days_up_to_the_day_asked_for():
    results = became(due(order(), order("heel-slides", LEFT), last=20), *(did(n) for n in range(6, 21)))
    assert adherence_of_weeks(results, day(20), 2, site(RIGHT)).due == 14
    assert adherence_of_weeks(results, day(20), 2, site(RIGHT)).ratio == 1.0
    assert adherence_of_weeks(results, day(20)).ratio == 0.5
    assert adherence_of_weeks(results, day(12), 1, site(RIGHT)).done == 7


# Whatever happens


REPORTS = st.lists(
    st.builds(did, st.integers(0, 6), hour=st.integers(6, 23), done_sets=st.none() | st.integers(0, 4)), max_size=14
)
ORDERS = st.sampled_from(
    [
        (order(),),
        (order(dose=Dose(reps=10, times_a_day=2)),),
        (order(days=days_a_week(3)), order("heel-slides", LEFT)),
        (order("bridges", RIGHT, last=3), order("bridges", LEFT)),
    ]
)
SCOPES = st.sampled_from([None, Limb.LEFT_LEG, Limb.RIGHT_LEG, site(RIGHT)])
HOLDS = st.lists(st.builds(rest, st.integers(0, 3), st.none() | st.integers(3, 6), SCOPES), max_size=2).map(tuple)
NOWS = st.sampled_from([at(0), at(1, 13), at(3, 18), at(30)])


@given(ORDERS, HOLDS, REPORTS, NOWS)
def test_the_ratio_is_a_share_or_missing_with_the_reason(orders, holds, reports, now):
    kept = kept_to(due(*orders, holds=holds), *reports, now=now)
    assert (kept.ratio is None) is (kept.why is not None) is (kept.due == 0)
    assert kept.ratio is None or 0 <= kept.ratio <= 1


@given(ORDERS, HOLDS, st.builds(rest, st.integers(0, 6), st.none(), SCOPES), REPORTS, NOWS)
def test_one_more_hold_never_lowers_the_ratio_and_never_undoes_anything(orders, holds, more, reports, now):
    before = kept_to(due(*orders, holds=holds), *reports, now=now)
    after = kept_to(due(*orders, holds=(*holds, more)), *reports, now=now)
    assert after.ratio is None or before.ratio is None or after.ratio >= before.ratio
    assert after.done == before.done
    assert after.missed <= before.missed
    assert not (before.done and after.ratio is None)


@given(ORDERS, HOLDS, REPORTS, st.integers(0, 6), NOWS)
def test_one_more_report_in_full_never_lowers_the_ratio(orders, holds, reports, number, now):
    found, more = due(*orders, holds=holds), did(number, name="one more")
    before, after = kept_to(found, *reports, now=now), kept_to(found, *reports, more, now=now)
    assert before.ratio is None or after.ratio >= before.ratio


@given(ORDERS, HOLDS, REPORTS, NOWS)
def test_the_weeks_and_the_sites_of_one_each_add_up_to_the_total(orders, holds, reports, now):
    results = became(due(*orders, holds=holds), *reports, now=now)
    assert sum(kept.due for kept in adherence(results, by_week).values()) == total(results).due
    serving = [Fraction(len(r.occurrence.sites)) for r in results if r.due]
    assert sum(kept.due for kept in adherence(results, by_site).values()) == sum(serving)


# Beyond the limit


def walked(number, over, limb="right-leg", name="", **more):
    report = WeightBearingReport(Limb(limb), Aids.TWO_CRUTCHES, OverLimit(over))
    return entry(number, report, name=name or f"{limb} {number}", **more)


def test_weight_beyond_the_limit_is_counted_by_itself_for_each_leg():
    entries = [walked(0, "no"), walked(1, "few-steps"), walked(2, "often"), walked(2, "few-steps", "left-leg")]
    assert over_limit_counts(entries, day(0), day(6)) == {
        Limb.LEFT_LEG: OverLimitCount(few_steps=1, often=0, days_logged=1),
        Limb.RIGHT_LEG: OverLimitCount(few_steps=1, often=1, days_logged=3),
    }


def test_the_worst_of_a_day_counts_once():
    entries = [walked(1, "often", name="a"), walked(1, "few-steps", name="b"), walked(1, "no", name="c")]
    for order_of_arrival in (entries, entries[::-1]):
        assert over_limit_counts(order_of_arrival, day(0), day(6)) == {Limb.RIGHT_LEG: OverLimitCount(0, 1, 1)}


def test_other_days_and_withdrawn_reports_count_for_nothing():
    entries = [walked(7, "often"), walked(-1, "often"), replace(walked(3, "often"), withdrawn=True)]
    assert over_limit_counts(entries, day(0), day(6)) == {}


def test_weight_beyond_the_limit_never_touches_adherence():
    assert kept_to(WEEK, did(0), *(walked(n, "often") for n in range(7))) == kept_to(WEEK, did(0))
