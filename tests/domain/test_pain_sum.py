"""The running sum of a place's scores: what adds, what takes away, and what it can never do."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.pain import Cause, Feel, PainReading
from rehab_tracker.domain.pain_sum import pain_sum
from rehab_tracker.domain.site_day import Said, SiteDay
from tests.domain.diary import day, entry, hurts

PLACE = "left-knee"


def known(number: int, score: int, **more: object) -> SiteDay:
    """What is known of Ana's left knee on a day; 0 is the explicit zero."""
    said = replace(hurts(PLACE, score), **more)
    told: Entry = entry(number, PainReading((said,), True))
    return SiteDay(day(number), (Said(told, said),) if score else ())


def days(*scores: int | None, first: int = 1, **more: object) -> list[SiteDay]:
    """The known days of a stretch; None is a day of which nothing is known."""
    return [known(n, score, **more) for n, score in enumerate(scores, start=first) if score is not None]


def points(told: list[SiteDay], usual: int | None = None, rules: RuleSettings = DEFAULT_RULES) -> int | None:
    found = pain_sum(told, usual, 3 if usual is None else max(3, usual + 2), rules)
    return found and found.points


@pytest.mark.parametrize(
    ("scores", "reached"),
    [
        ((4, 4, 4), None),
        ((4, 4, 5), 13),
        ((1, 1, 2, 2, 3, 3), None),
        ((1, 2, 2, 2, 3, 3), 13),
        ((3, 3, 3, 3), None),
        ((3, 3, 3, 3, 3), 15),
        ((8, 8), None),
        ((8, 8, 3), 15),
    ],
)
def test_a_few_bad_days_and_a_slow_rise_reach_the_same_sum(scores: tuple[int, ...], reached: int | None) -> None:
    assert points(days(*scores)) == reached


def test_a_day_without_pain_takes_points_away_and_an_unknown_one_does_not() -> None:
    assert points(days(4, 4, None, 5)) == 13
    assert points(days(4, 4, 0, 5)) is None
    assert points(days(4, 4, 0, 5, 4)) == 14


def test_what_pain_free_days_have_taken_does_not_count_again() -> None:
    assert points(days(6, 6, 6, 0, 0, 3)) is None
    assert points(days(6, 6, 0, 5, 3)) == 17


def test_the_last_day_must_count_by_itself_and_one_bad_day_is_no_course() -> None:
    assert points(days(5, 5, 5, 2)) is None
    assert points(days(2, 2, 2, 2, 2, 2, 3)) is None
    assert points(days(2, 2, 2, 2, 2, 3, 3)) == 14


def test_it_looks_two_weeks_back_and_no_further() -> None:
    assert points([*days(6, 4), *days(3, first=14)]) == 13
    assert points([*days(6, 4), *days(3, first=15)]) is None


@pytest.mark.parametrize("label", [{"feel": Feel.MUSCLE}, {"cause": Cause.EXERCISE}])
def test_what_is_felt_in_the_muscle_or_came_from_exercise_counts_by_half(label: dict[str, object]) -> None:
    assert points(days(5, 5, 5, 5, **label)) is None
    assert points(days(5, 5, 5, 5, 6, **label)) == 13


@pytest.mark.parametrize("label", [{"feel": Feel.JOINT}, {"cause": Cause.INJURY}])
def test_other_labels_change_nothing(label: dict[str, object]) -> None:
    assert points(days(4, 4, 5, **label)) == 13


def test_a_place_with_long_standing_pain_adds_only_what_is_above_its_usual() -> None:
    assert points(days(5, 5, 5, 5), usual=3) is None
    assert points(days(5, 5, 5, 5, 6), usual=3) == 13
    assert points(days(4, 4, 4, 4, 4, 4), usual=3) is None


def test_a_clinic_can_set_how_soon_it_looks() -> None:
    assert points(days(3, 3, 3), rules=RuleSettings(sum_from=9)) == 9
    assert points(days(4, 4, 5), rules=RuleSettings(sum_from=14)) is None


SCORES = st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=1, max_size=20)


@given(scores=SCORES, at=st.integers(0, 19), usual=st.one_of(st.none(), st.integers(0, 5)))
def test_a_zero_told_of_an_unknown_day_never_raises(scores: list[int | None], at: int, usual: int | None) -> None:
    if at >= len(scores) - 1 or scores[-1] is None or scores[at] is not None:
        return
    more = [*scores]
    more[at] = 0
    assert (points(days(*scores), usual) is not None) >= (points(days(*more), usual) is not None)


@given(scores=SCORES, at=st.integers(0, 19), more=st.integers(1, 10))
def test_more_pain_never_lowers(scores: list[int | None], at: int, more: int) -> None:
    if at >= len(scores) or scores[-1] is None:
        return
    worse = [*scores]
    worse[at] = max(more, worse[at] or 0)
    assert (points(days(*worse)) is not None) >= (points(days(*scores)) is not None)


@given(scores=SCORES.filter(lambda scores: scores[-1] is not None))
def test_the_window_starts_with_pain_and_ends_with_the_judged_day(scores: list[int | None]) -> None:
    told = days(*scores)
    if found := pain_sum(told, None, 3, DEFAULT_RULES):
        assert found.window[0].x > 0 and found.window[-1] is told[-1]
        assert found.points >= DEFAULT_RULES.sum_from
