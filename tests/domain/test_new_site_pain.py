"""Ana's right knee is known. Has a quiet place begun to hurt?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import RuleSettings
from tests.domain.diary import RIGHT_KNEE, day, entry, hurts, known, logged, long_standing, pain, raised, verdicts

NEW = "new-site-pain"
NEW_PART = "new-compartment-pain"


def levels(entries, **told):
    """Return the highest level of new-site pain per place."""
    return {place: level for rule, level, place, _ in raised(entries, **told) if rule == NEW}


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ((3, 3, 3, 0, 0, 0, 0), None),
        ((3, 3, 3, 0, 0, 0, 3), "info"),
        ((2, 3, 3, 3, 2, 2, 2), None),
        ((3, 3, 3, 3), "info"),
        ((3, 3, 3), None),
        ((2, 2, 2, 2, 2, 2, 2), None),
        ((3, 0, 3, 0, 3, 0, 3), "info"),
        ((3, 0, 3, 0, 3, 0, 0, 3), None),
        ((3, 3, 3, 3, 3), "urgent"),
        ((3, 0, 3, 3, 0, 3, 3), "info"),
        ((3, 0, 0, 3, 3, 0, 3, 3), "info"),
        ((3, 0, 3, 3, 0, 3, 3, 3), "urgent"),
        ((1, 1, 2, 2, 3, 3), "soon"),
        ((2, 2, 3, 3, 3), "soon"),
        ((4, 4, 4, 4), "info"),
        ((1, 4, 4, 4, 4), "soon"),
        ((4, 0, 4, 4, 0, 4, 1, 4), "soon"),
    ],
)
def test_m1_is_shown_the_sum_asks_for_a_look_and_m2_makes_it_urgent(values, level):
    assert levels(logged("left-knee", *values)).get("left-knee") == level


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ((5, 5, 5), "urgent"),
        ((5, 4, 4), None),
        ((5, 4, 4, 1, 5), "soon"),
        ((5, 5), None),
        ((5, 5, 0, 5), "urgent"),
        ((5, 5, 0, 0, 5), None),
        ((4, 4, 4), None),
        ((10, 10, 10), "urgent"),
        ((5, None, None, None, 5, None, None, None, None, None, None, 5), "urgent"),
    ],
)
def test_the_severe_branch_of_m2_is_5_or_more_on_3_of_4_known_days(values, level):
    assert levels(logged("left-knee", *values)).get("left-knee") == level


@pytest.mark.parametrize(
    ("numbers", "level"),
    [
        ((1, 3, 6, 9), "info"),
        ((1, 3, 6, 10), None),
        ((0, 1, 3, 6, 9), "soon"),
        ((1, 3, 5, 7, 9), "urgent"),
        ((1, 3, 5, 7, 10), "soon"),
    ],
)
def test_m1_and_m2_look_back_over_9_calendar_days(numbers, level):
    assert levels([pain(n, hurts("left-knee", 3)) for n in numbers]).get("left-knee") == level


def nights(*woken, first=1, place="left-knee"):
    return [pain(n, hurts(place, 1, woke=woke)) for n, woke in enumerate(woken, start=first) if woke is not None]


@pytest.mark.parametrize(
    ("woken", "level"),
    [
        ((True, True, True), "soon"),
        ((True, True, False), None),
        ((True, False, False, True, False, False, True), "soon"),
        ((True, False, False, False, True, False, False, True), None),
        ((True, None, None, True, None, None, True), "soon"),
        ((True, True), None),
    ],
)
def test_waking_at_night_counts_from_3_of_7_known_days_however_mild(woken, level):
    assert levels(nights(*woken)).get("left-knee") == level


@pytest.mark.parametrize(
    "entries",
    [
        logged("left-knee", 3, 3, 3, 3, 2, 0),
        logged("left-knee", 2, 5, 5, 5, 2, 0),
        nights(None, True, True, True, False),
    ],
    ids=["persistent", "severe", "woken"],
)
def test_a_day_qualifies_only_if_its_own_value_counts(entries):
    assert [v.for_date for v in verdicts(entries)] == [day(4)]


def test_the_most_urgent_criterion_speaks():
    [*_, last] = verdicts([pain(n, hurts("left-knee", 5, woke=True)) for n in range(1, 5)])
    assert (last.key, last.level) == ("new-site-pain.severe", Level.URGENT)


def test_the_known_knee_raises_nothing_however_much_it_hurts():
    assert levels(logged("right-knee", *[6] * 10, area="inner")) == {}


def test_the_same_pain_in_the_other_knee_does():
    assert levels(logged("left-knee", *[6] * 10, area="inner")) == {"left-knee": "urgent"}


def test_evidence_is_collected_per_region_and_side():
    entries = logged("left-foot.forefoot", 3, 3) + logged("left-foot", 3, 3, first=3)
    assert levels(entries) == {"left-foot": "info"}


def test_the_two_feet_do_not_add_up():
    assert levels(logged("left-foot", 3, 3) + logged("right-foot", 3, 3, first=3)) == {}


def test_pain_again_in_a_resolved_knee_is_pain_in_a_quiet_place():
    healed = [known(), known(status="resolved", since=60)]
    assert levels(logged("right-knee", 1, 4, 4, 4, 4, first=70), involvements=healed) == {"right-knee": "soon"}


def test_the_verdict_names_its_days_and_says_what_nobody_logged():
    [verdict] = verdicts(logged("left-knee", 3, None, 4, 0, 1, 4, 5, area="inner"))
    assert (verdict.rule, verdict.version, verdict.level) == (Rule.NEW_SITE_PAIN, 4, Level.SOON)
    assert verdict.key == "new-site-pain.adding-up" and verdict.values["points"] == 14
    assert [(e.for_date, e.site, e.field, e.value) for e in verdict.evidence] == [
        (day(n), "left-knee", "on_loading", x) for n, x in ((1, 3), (3, 4), (5, 1), (6, 4), (7, 5))
    ]
    assert (verdict.for_date, verdict.unknown_days, verdict.area) == (day(7), 1, "inner")
    assert verdict.values["scores"] == "3, 4, 1, 4, 5"
    assert (verdict.values["hits"], verdict.values["logged"]) == (5, 6)


def test_its_days_are_those_above_the_usual_pain_of_the_place():
    entries = logged("neck", 6, 6, 4, 5, 3, 4, 6, 6)
    [*_, verdict] = verdicts(entries, declared=[long_standing("neck", 3)])
    assert verdict.key == "new-site-pain.adding-up"
    assert verdict.values["scores"] == "6, 6, 4, 5, 4, 6, 6"
    assert [e.for_date for e in verdict.evidence] == [day(n) for n in (1, 2, 3, 4, 6, 7, 8)]
    assert (verdict.values["hits"], verdict.values["logged"]) == (7, 8)


def test_the_evidence_of_waking_is_the_waking():
    [verdict] = verdicts(nights(True, False, True, True))
    assert [(e.field, e.value) for e in verdict.evidence] == [("woke_at_night", True)] * 3


# Another part of a known joint


def test_the_outer_side_of_the_known_knee_is_a_new_part_of_it():
    found = raised(logged("right-knee", 2, 2, 3, 3, 3, area="outer"))
    assert found == {(NEW_PART, "soon", "right-knee", 5)}


def test_a_new_part_stays_soon_where_a_new_place_would_be_urgent():
    assert raised(logged("right-knee", *[6] * 6, area="outer")) == {(NEW_PART, "soon", "right-knee", 3)}


@pytest.mark.parametrize("area", ["inner", "front", "all-over", "not-sure", None])
def test_words_that_can_mean_the_known_part_raise_nothing(area):
    assert raised(logged("right-knee", *[6] * 6, area=area)) == set()


def test_the_heel_of_a_known_forefoot_is_named_as_the_hindfoot():
    [verdict] = verdicts(logged("left-foot", 3, 3, 3, 3, area="heel"), [known("left-foot.forefoot")])
    assert (verdict.rule, str(verdict.site), verdict.subject) == (NEW_PART, "left-foot.hindfoot", "left-foot")


def test_the_outer_side_of_a_knee_can_be_two_parts_so_none_is_named():
    [verdict] = verdicts(logged("right-knee", 3, 3, 3, 3, area="outer"))
    assert (str(verdict.site), verdict.area) == ("right-knee", "outer")


# Declared long-standing pain


@pytest.mark.parametrize(
    ("usual", "pain_now", "level"),
    [
        (0, 2, None),
        (0, 4, "urgent"),
        (1, 3, "info"),
        (1, 4, "urgent"),
        (2, 3, None),
        (2, 4, "info"),
        (4, 5, None),
        (4, 6, "urgent"),
    ],
)
def test_long_standing_pain_counts_from_2_above_its_usual_level(usual, pain_now, level):
    entries = logged("lumbar-spine", *[pain_now] * 5)
    assert levels(entries, declared=[long_standing("lumbar-spine", usual)]).get("lumbar-spine") == level


def test_usual_pain_of_one_place_hides_no_other():
    entries = logged("neck", 1, 4, 4, 4, 4)
    assert levels(entries, declared=[long_standing("lumbar-spine", 4)]) == {"neck": "soon"}


def test_waking_at_night_counts_also_where_pain_is_long_standing():
    assert levels(nights(True, True, True), declared=[long_standing("left-knee", 8)]) == {"left-knee": "soon"}


# Settings of the clinic


def test_a_clinic_may_ask_for_more_or_fewer_days():
    entries = logged("left-knee", 2, 2, 2)
    assert levels(entries, settings=RuleSettings(pain_counts_from=2, persistent_days=3)) == {"left-knee": "info"}
    assert levels(logged("left-knee", 3, 3, 3, 3), settings=RuleSettings(persistent_days=5)) == {}
    assert levels(logged("left-knee", 3, 3, 3, 3), settings=RuleSettings(sum_days=4)) == {"left-knee": "soon"}


# Order, zeros and doubles

VALUES = st.lists(st.one_of(st.none(), st.integers(0, 10)), max_size=20)


def strongest(entries):
    return {(v.rule, v.subject, v.for_date): v.level.rank for v in verdicts(entries) if v.rule == NEW}


@given(VALUES, st.integers(1, 25))
def test_an_explicit_zero_never_raises_new_site_pain(values, number):
    before = strongest(logged("left-knee", *values))
    after = strongest([*logged("left-knee", *values), pain(number, name="an explicit zero")])
    assert all(before.get(what, -1) >= rank for what, rank in after.items())


@given(VALUES.filter(any), st.data())
def test_more_pain_on_a_known_day_never_removes_a_verdict(values, data):
    numbers = [n for n, value in enumerate(values, start=1) if value is not None]
    number, worse = data.draw(st.sampled_from(numbers)), data.draw(st.integers(0, 10))
    before = strongest(logged("left-knee", *values))
    after = strongest([*logged("left-knee", *values), pain(number, hurts("left-knee", worse), name="worse")])
    assert all(after.get(what, -1) >= rank for what, rank in before.items())


@given(VALUES, st.integers(1, 25), st.integers(5, 10))
def test_strong_pain_on_an_unknown_day_never_removes_a_verdict(values, number, strong):
    before = strongest(logged("left-knee", *values))
    after = strongest([*logged("left-knee", *values), pain(number, hurts("left-knee", strong), name="more")])
    assert all(after.get(what, -1) >= rank for what, rank in before.items())


@given(VALUES, st.integers(1, 20))
def test_an_unknown_day_is_never_a_zero(values, gone):
    """Withdrawing a day gives the same as never having logged it, and not the same as logging a zero."""
    entries = logged("left-knee", *values)
    without = [e for e in entries if e.for_date != day(gone)]
    undone = [entry(gone, None, name=f"pain {gone}", rev=2, withdrawn=True)]
    assert strongest(entries + undone) == strongest(without)


def test_a_zero_can_break_what_an_unknown_day_cannot():
    unknown = logged("left-knee", 5, None, None, 5, 5)
    zeros = logged("left-knee", 5, 0, 0, 5, 5)
    assert levels(unknown) == {"left-knee": "urgent"}
    assert levels(zeros) == {}


@pytest.mark.parametrize(("since", "found"), [(5, set()), (6, {(NEW, "soon", "left-knee", 5)})])
def test_a_day_judges_the_place_as_it_was_known_then(since, found):
    assert raised(logged("left-knee", 1, *[4] * 7), [*RIGHT_KNEE, known("left-knee", since=since)]) == found
