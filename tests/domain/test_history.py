"""Unknown is not zero: what a day is known to be at one place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.entry import ClockFault
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.site import site
from tests.domain.diary import day, entry, flags, history, hurts, known, long_standing, pain

LEFT_KNEE, RIGHT_KNEE = site("left-knee"), site("right-knee")


def values(days):
    return [(d.day, d.x) for d in days]


def quiet(*entries, place=LEFT_KNEE):
    return values(history(entries).quiet_days(place))


def test_a_day_without_an_entry_is_unknown():
    assert quiet(pain(1, hurts("left-knee", 3)), pain(3, hurts("left-knee", 4))) == [(day(1), 3), (day(3), 4)]


def test_a_place_that_is_not_listed_is_unknown_without_the_explicit_zero():
    assert quiet(pain(1, hurts("right-knee", 3), no_other_pain=False)) == []


def test_no_other_pain_is_the_explicit_zero_of_every_place_not_listed():
    assert quiet(pain(1, hurts("right-knee", 3))) == [(day(1), 0)]
    assert quiet(pain(1)) == [(day(1), 0)]


def test_an_entry_that_says_nothing_of_pain_leaves_the_day_unknown():
    assert quiet(pain(1, no_other_pain=False)) == []


def test_a_zero_counts_only_if_no_entry_of_that_day_names_the_place():
    evening_zero, morning_pain = pain(1, name="evening"), pain(1, hurts("left-knee", 4), name="morning")
    assert quiet(evening_zero, morning_pain) == quiet(morning_pain, evening_zero) == [(day(1), 4)]


def test_a_score_of_zero_makes_the_day_known():
    assert quiet(pain(1, hurts("left-knee", 0), no_other_pain=False)) == [(day(1), 0)]


def test_a_day_is_as_bad_as_its_worst_entry():
    assert quiet(*(pain(1, hurts("left-knee", x), name=f"entry {x}") for x in (2, 6, 3))) == [(day(1), 6)]


def test_a_part_of_the_joint_counts_for_the_joint():
    assert quiet(pain(1, hurts("left-knee.patella", 5), hurts("left-knee", 2))) == [(day(1), 5)]


def test_an_entry_with_an_impossible_clock_leaves_the_day_unknown():
    reading = PainReading((hurts("left-knee", 5),), True)
    assert quiet(entry(1, reading, fault=ClockFault.RECORDED_IN_FUTURE)) == []


def test_a_withdrawn_day_is_unknown_and_not_zero():
    assert quiet(pain(1, hurts("left-knee", 5), name="a"), entry(1, None, name="a", rev=2, withdrawn=True)) == []


def test_from_the_day_of_the_record_a_place_is_known_and_no_longer_quiet():
    told = history([pain(n, hurts("right-knee", n)) for n in range(1, 5)], [known("right-knee", since=3)])
    assert values(told.quiet_days(RIGHT_KNEE)) == [(day(1), 1), (day(2), 2)]
    assert values(told.known_days(RIGHT_KNEE)) == [(day(3), 3), (day(4), 4)]


def test_the_outer_side_of_a_knee_involved_on_its_inner_side_is_another_part():
    told = history([pain(1, hurts("right-knee", 6, area="inner"), hurts("right-knee", 4, area="outer"))])
    assert values(told.known_days(RIGHT_KNEE)) == [(day(1), 6)]
    assert values(told.other_area_days(RIGHT_KNEE)) == [(day(1), 4)]


def test_pain_without_an_area_is_the_known_pain_of_an_involved_joint():
    told = history([pain(1, hurts("right-knee", 6), no_other_pain=False)])
    assert values(told.known_days(RIGHT_KNEE)) == [(day(1), 6)]
    assert told.other_area_days(RIGHT_KNEE) == []


def test_only_what_was_scored_is_asked_about():
    assert history([pain(1, hurts("left-foot.forefoot", 1))]).joints == {site("left-foot")}


def test_usual_pain_holds_from_its_declaration_until_the_next():
    declared = [long_standing("left-knee", 4, since=20), long_standing("left-knee", 2, since=5)]
    told = history([], declared=declared)
    assert [told.usual_pain(LEFT_KNEE, day(n)) for n in (4, 5, 19, 20)] == [None, 2, 2, 4]
    assert told.usual_pain(RIGHT_KNEE, day(20)) is None


def test_red_flags_of_every_version_are_kept():
    ticked = flags(1, "fever")
    withdrawn = entry(1, ticked.content, rev=2, withdrawn=True)
    assert [e for e, _ in history([ticked, withdrawn, pain(1)]).flagged] == [ticked, withdrawn]


@pytest.mark.parametrize("worst", [0, 1])
def test_a_day_is_painful_from_1(worst):
    assert len(history([pain(1, hurts("neck", worst))]).painful_days()) == worst


PLACES = st.sampled_from(["left-knee", "right-knee", "neck"])
SCORES = st.builds(hurts, PLACES, st.integers(0, 10))
ENTRIES = st.lists(
    st.builds(lambda n, scores, zero: pain(n, *scores, no_other_pain=zero, name=f"{n} {scores} {zero}"),
              st.integers(0, 6), st.lists(SCORES, max_size=3), st.booleans()),
    max_size=12,
)  # fmt: skip


@given(ENTRIES, PLACES)
def test_a_day_is_known_only_if_somebody_said_something_of_the_place(entries, code):
    place = site(code)
    told = history(entries, involvements=())
    for number in range(7):
        of_day = [e.content for e in entries if e.for_date == day(number)]
        said = [s.worst for reading in of_day for s in reading.scores if s.site == place]
        zero = any(reading.no_other_pain for reading in of_day)
        expected = [max(said)] if said else [0] if zero else []
        assert [d.x for d in told.quiet_days(place) if d.day == day(number)] == expected
