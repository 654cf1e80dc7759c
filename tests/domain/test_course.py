"""The course of a joint: known days only, in the order of onset, and the few numbers that are read from it."""

import random
from datetime import timedelta

import pytest

from rehab_tracker.domain.course import Course, Trend, courses
from rehab_tracker.domain.entry import ClockFault
from rehab_tracker.domain.involvement import Involvement
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.site import site
from tests.domain.diary import day, entry, hurts, known, logged, pain


def _course(*scores: int | None) -> Course:
    (found,) = courses(logged("left-knee", *scores)) or [Course(site("left-knee"))]
    return found


def test_an_explicit_zero_is_known_and_an_unlisted_place_is_not() -> None:
    entries = [
        pain(1, hurts("left-knee", 4)),
        pain(2, hurts("right-knee", 3), no_other_pain=False),
        pain(3, no_other_pain=True),
    ]
    left, right = courses(entries)
    assert [(d.day, d.x) for d in left.days] == [(day(1), 4), (day(3), 0)]
    assert [(d.day, d.x) for d in right.days] == [(day(1), 0), (day(2), 3), (day(3), 0)]


def test_the_worst_of_a_day_counts_and_a_zero_only_where_nobody_names_the_place() -> None:
    entries = [pain(1, hurts("left-knee", 2), name="a"), pain(1, hurts("left-knee", 5), name="b"), pain(1, name="c")]
    (left,) = courses(entries)
    assert [d.x for d in left.days] == [5]


def test_withdrawn_replaced_and_quarantined_entries_are_not_in_it() -> None:
    entries = [
        pain(1, hurts("left-knee", 8), name="a"),
        pain(1, hurts("left-knee", 3), name="a", rev=2),
        pain(2, hurts("left-knee", 9), name="b"),
        entry(2, None, name="b", rev=2, withdrawn=True),
        entry(3, pain(3, hurts("left-knee", 7)).content, fault=ClockFault.CLOCK_FAR_OFF),
    ]
    (left,) = courses(entries)
    assert [d.x for d in left.days] == [3]


def test_the_order_of_arrival_does_not_matter() -> None:
    entries = [*logged("left-knee", 0, 2, 4), *logged("right-foot", 3, None, 1, first=2), pain(9)]
    shuffled = random.Random(1).sample(entries, len(entries))
    assert [(c.joint, [(d.day, d.x) for d in c.days]) for c in courses(entries)] == [
        (c.joint, [(d.day, d.x) for d in c.days]) for c in courses(shuffled)
    ]


def test_places_stand_in_the_order_of_onset_and_involved_ones_without_any_entry() -> None:
    late = Involvement(site("left-hip.femoral-head"), known().status, day(20), PartialDate(day(-30)))
    found = courses(logged("left-knee", 0, 0, 4), (known(since=2), late))
    assert [str(c.joint) for c in found] == ["left-hip", "left-knee", "right-knee"]
    assert [str(part) for part in found[0].parts] == ["left-hip.femoral-head"]
    assert found[2].days[0].x == 0


def test_a_resolved_place_has_no_involved_part_and_stays_only_where_it_hurt() -> None:
    resolved = (known(), known(status="resolved", since=9))
    assert courses([pain(1)], resolved) == []
    (knee,) = courses(logged("right-knee", 5, 4), resolved)
    assert knee.parts == ()


@pytest.mark.parametrize(
    ("scores", "before", "trend"),
    [
        ((2,) * 7 + (6,), 2, Trend.RISING),
        ((6,) * 7 + (4,), 6, Trend.FALLING),
        ((4,) * 7 + (5,), 4, Trend.SAME),
        ((4, None, None, None, None, None, None, 9), None, None),
        ((1, 9, 1, 1, 5, 5, 5, 5), 1, Trend.RISING),
        ((), None, None),
    ],
)
def test_a_week_ago_is_a_median_and_two_points_make_a_change(
    scores: tuple[int | None, ...], before: int | None, trend: Trend | None
) -> None:
    course = _course(*scores)
    assert (course.a_week_ago, course.trend) == (before, trend)


@pytest.mark.parametrize(
    ("scores", "steady"),
    [
        ((0, 1) * 7, (0, 1, 14)),
        ((9, *(3,) * 15), (3, 3, 15)),
        ((3,) * 13, None),
        ((*(3,) * 20, 5), None),
        ((4, *(None,) * 20, 4), None),
        ((4, None) * 10, (4, 4, 19)),
        ((), None),
    ],
)
def test_steady_is_the_stretch_within_one_point_of_at_least_two_weeks(
    scores: tuple[int | None, ...], steady: tuple[int, int, int] | None
) -> None:
    found = _course(*scores).steady
    assert (found and (found.low, found.high, found.days)) == steady


def test_a_part_of_a_course_keeps_what_is_recorded_of_it() -> None:
    (knee,) = courses(logged("right-knee", 5, 4, 3), (known(),))
    late = knee.since(day(2))
    assert [d.x for d in late.days] == [4, 3] and late.parts == knee.parts
    assert late.latest is not None and late.latest.day - timedelta(days=1) == day(2)
