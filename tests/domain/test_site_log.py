from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.site import Area, site
from rehab_tracker.domain.site_log import readings_of, site_log, usual_morning
from tests.domain.diary import day, entry, hurts, pain

KNEE = site("right-knee")
MEDIAL = site("right-knee.medial-femoral-condyle")


def log(place, *entries):
    return site_log(readings_of(entries), place)


def test_a_day_nobody_logged_is_not_in_the_log():
    assert [logged.day for logged in log(KNEE, pain(1), pain(4))] == [day(1), day(4)]


def test_an_unlisted_site_is_unknown_without_the_explicit_zero():
    assert log(KNEE, pain(1, hurts("neck", 4), no_other_pain=False)) == []
    [zero] = log(KNEE, pain(1, hurts("neck", 4)))
    assert (zero.x, zero.rest, zero.morning) == (0, 0, None)
    assert [(e.field, e.value, e.site) for e in zero.evidence()] == [("no_other_pain", True, None)]


def test_a_zero_counts_only_if_nothing_of_the_day_names_the_site():
    [logged] = log(KNEE, pain(1, name="zero"), pain(1, hurts("right-knee", 3), name="pain"))
    assert logged.x == 3 and [e.value for e in logged.evidence()] == [3]


def test_the_worst_of_a_day_counts_for_each_kind_of_pain():
    first = PainScore(KNEE, on_loading=3, at_rest=1, next_morning=0)
    second = PainScore(KNEE, on_loading=2, next_morning=2)
    [logged] = log(KNEE, entry(1, PainReading((first,)), name="1"), entry(1, PainReading((second,)), name="2"))
    assert (logged.x, logged.rest, logged.morning) == (3, 1, 2)
    assert [(e.field, e.value) for e in logged.evidence("next_morning")] == [("next_morning", 2)]


def test_rest_that_nobody_said_is_unknown():
    assert log(KNEE, pain(1, hurts("right-knee", 3)))[0].rest is None


def test_the_other_knee_and_the_other_part_say_nothing():
    assert log(KNEE, pain(1, hurts("left-knee", 3), no_other_pain=False)) == []
    outer = PainScore(KNEE, Area.OUTER, on_loading=4)
    assert log(MEDIAL, entry(1, PainReading((outer,)))) == []


def test_part_of_a_day_is_what_the_entries_that_count_said():
    [logged] = log(KNEE, pain(1, hurts("right-knee", 6), name="a"), pain(1, hurts("right-knee", 2), name="b"))
    mild = next(s.entry for s in logged.said if s.score.worst == 2)
    part = logged.only(lambda entry: entry is mild)
    assert part is not None and part.x == 2 and logged.only(lambda entry: False) is None


def test_two_versions_in_conflict_are_one_day_whichever_came_first():
    said = [pain(1, hurts("right-knee", x), name="a", rev=2) for x in (0, 1, 1)]
    assert log(KNEE, *said) == log(KNEE, *said[::-1])
    assert log(KNEE, *said)[0].x == 1


def test_a_usual_morning_between_two_numbers_is_the_lower_of_them_so_that_a_rise_is_noticed_sooner():
    assert usual_morning([2, 3]) == 2
    assert usual_morning([9, 1, 1, 1, 2, 3, 3, 3]) == 2 and usual_morning([]) is None
