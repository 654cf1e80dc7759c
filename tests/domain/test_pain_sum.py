"""The running sum of a place's scores: what adds, what takes away, and what it can never do."""

from dataclasses import replace

import pytest
from hypothesis import event, given
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
        ((1, 1, 1, 1, 3, 3), None),
        ((1, 1, 2, 2, 3, 3), 11),
        ((1, 1, 2, 3, 3), None),
        ((2, 2, 2, 3, 3), 12),
        ((3, 3, 3, 3, 3), 15),
        ((8, 1, 1, 1, 3), 12),
        ((7, 1, 1, 1, 2), None),
    ],
)
def test_a_bad_week_and_a_slow_rise_reach_the_same_sum(scores: tuple[int, ...], reached: int | None) -> None:
    assert points(days(*scores)) == reached


@pytest.mark.parametrize(
    ("scores", "reached"),
    [
        ((10, 10, 10, 10), None),
        ((10, 10, None, None, 10, 10), None),
        ((6, 6, 0, 6, 6), None),
        ((1, 10, 10, 10, 10), 25),
        ((6, 6, 0, 6, 6, 3), 24),
    ],
)
def test_an_ache_of_four_days_is_none_however_bad_it_takes_five(
    scores: tuple[int | None, ...], reached: int | None
) -> None:
    assert points(days(*scores)) == reached


def test_a_day_without_pain_takes_points_away_and_an_unknown_one_does_not() -> None:
    assert points(days(3, 3, None, 2, 2, 3)) == 13
    assert points(days(3, 3, 0, 2, 2, 3)) is None
    assert points(days(3, 3, 0, 2, 2, 3, 4)) == 11


def test_what_pain_free_days_have_taken_does_not_count_again() -> None:
    assert points(days(6, 6, 6, 6, 6, 0, 0, 5)) is None
    assert points(days(6, 6, 6, 0, 5, 3)) == 23


def test_the_last_day_must_count_by_itself_and_one_bad_day_is_no_course() -> None:
    assert points(days(5, 5, 5, 5, 5, 2)) is None
    assert points(days(2, 2, 2, 2, 2, 2, 3)) is None
    assert points(days(2, 2, 2, 2, 2, 3, 3)) == 12


def test_it_looks_two_weeks_back_and_no_further() -> None:
    assert points([*days(6, 4, 1, 1), *days(3, first=14)]) == 15
    assert points([*days(6, 4, 1, 1), *days(3, first=15)]) is None


@pytest.mark.parametrize("label", [{"feel": Feel.MUSCLE}, {"cause": Cause.EXERCISE}])
def test_what_is_felt_in_the_muscle_or_came_from_exercise_counts_by_half(label: dict[str, object]) -> None:
    assert points(days(4, 4, 4, 4, 4, **label)) is None
    assert points(days(4, 4, 4, 4, 4, 4, **label)) == 12


@pytest.mark.parametrize("label", [{"feel": Feel.JOINT}, {"cause": Cause.INJURY}])
def test_other_labels_change_nothing(label: dict[str, object]) -> None:
    assert points(days(3, 3, 3, 3, 3, **label)) == 15


@pytest.mark.parametrize(("beside", "reached"), [(4, 20), (1, 20), (0, None)])
def test_a_day_with_one_pain_that_has_no_label_counts_whole(beside: int, reached: int | None) -> None:
    muscle = known(1, 4, feel=Feel.MUSCLE).said[0]
    both = [SiteDay(day(n), (muscle, Said(muscle.entry, hurts(PLACE, beside)))) for n in range(1, 6)]
    assert points(both) == points([SiteDay(each.day, each.said[::-1]) for each in both]) == reached


def test_a_place_with_long_standing_pain_adds_only_what_is_above_its_usual() -> None:
    assert points(days(5, 5, 5, 5, 5), usual=3) is None
    assert points(days(5, 5, 5, 5, 5, 5), usual=3) == 12
    assert points(days(4, 6, 6, 6, 5), usual=3) == 12
    assert points(days(4, 4, 4, 4, 4, 4), usual=3) is None


def test_a_day_no_worse_than_usual_takes_as_much_away_as_one_without_pain() -> None:
    assert points(days(6, 6, 6, None, 6, 6), usual=3) == 15
    assert points(days(6, 6, 6, 4, 6, 6), usual=3) == 13
    for calm in (3, 2, 0):
        assert points(days(6, 6, 6, calm, 6, 6), usual=3) == 12
        assert points(days(6, 6, 4, calm, 6, 6), usual=3) is None


def test_days_no_worse_than_usual_are_none_of_the_five() -> None:
    assert points(days(9, 9, 9, 3, 9), usual=3) is None
    assert points(days(9, 9, 9, 4, 9), usual=3) == 25


def test_a_clinic_can_set_how_soon_it_looks() -> None:
    assert points(days(3, 3, 3), rules=RuleSettings(sum_from=9, sum_days=3)) == 9
    assert points(days(3, 3, 3, 3, 3), rules=RuleSettings(sum_from=16)) is None
    assert points(days(3, 3, 3, 3, 3), rules=RuleSettings(sum_days=6)) is None


SCORES = st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=1, max_size=20)


@given(scores=SCORES, at=st.integers(0, 19), usual=st.one_of(st.none(), st.integers(0, 5)))
def test_a_zero_told_of_an_unknown_day_never_raises(scores: list[int | None], at: int, usual: int | None) -> None:
    if at >= len(scores) - 1 or scores[-1] is None or scores[at] is not None:
        return
    more = [*scores]
    more[at] = 0
    assert (points(days(*scores), usual) is not None) >= (points(days(*more), usual) is not None)


USUAL = st.one_of(st.none(), st.integers(0, 5))
LABELS = st.sampled_from([{}, {}, {"feel": Feel.MUSCLE}, {"cause": Cause.EXERCISE}])
COURSES = st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 10), LABELS)), min_size=1, max_size=20)


@given(course=COURSES, at=st.integers(0, 19), usual=USUAL, more=st.integers(1, 10), label=LABELS)
def test_more_pain_never_lowers(
    course: list[tuple[int, dict[str, object]] | None],
    at: int,
    usual: int | None,
    more: int,
    label: dict[str, object],
) -> None:
    """A second score on a known day, labelled or not; and any above the usual on a day of which nothing was known."""
    told = [known(n, *said[:1], **said[1]) if said else None for n, said in enumerate(course, start=1)]
    if at >= len(told) or told[-1] is None or (told[at] is None and more <= (usual or 0)):
        return
    there, extra = told[at], known(at + 1, more, **label)
    event(f"{'known' if there else 'unknown'} day, usual {usual is not None}, labelled {bool(label)}")
    worse = [*told]
    worse[at] = SiteDay(extra.day, (*(there.said if there else ()), *extra.said))
    before, after = points([d for d in told if d], usual), points([d for d in worse if d], usual)
    assert (after is not None) >= (before is not None)


@given(scores=SCORES.filter(lambda scores: scores[-1] is not None))
def test_the_window_starts_with_pain_and_ends_with_the_judged_day(scores: list[int | None]) -> None:
    told = days(*scores)
    if found := pain_sum(told, None, 3, DEFAULT_RULES):
        assert found.window[0].x > 0 and found.window[-1] is told[-1]
        assert found.points >= DEFAULT_RULES.sum_from
