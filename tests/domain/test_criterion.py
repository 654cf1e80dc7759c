import pytest

from rehab_tracker.domain.criterion import (
    KINDS,
    Adherence,
    Checked,
    DaysAtMost,
    DaysSince,
    Logged,
    NoMorningRise,
    NoneFrom,
    Questionnaire,
    Since,
)
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.seen import Pain, Seen
from rehab_tracker.domain.site import site
from rehab_tracker.domain.site_log import LoggedDay, readings_of, site_log
from tests.domain.diary import day
from tests.domain.plans import logs


def seen(*days, today=30, phase=0, step=0, **more):
    """Return what was logged from day 1 on: pain, or pain and the next morning's; None is a day without a log."""
    logged = []
    for number, value in enumerate(days, start=1):
        if value is not None:
            x, morning = value if isinstance(value, tuple) else (value, None)
            logged.append(LoggedDay(day(number), x, rest=x, morning=morning))
    return Seen(day(today), logged, day(phase), day(step), **more)


@pytest.mark.parametrize(
    ("days", "hits", "is_met"),
    [
        ([2, 2, 2, 2, 2, 9, 9], 5, True),
        ([2, 2, 2, 2, 3, 9, 9], 4, False),
        ([2, None, 2, None, 2, 2, 2], 5, True),
        ([2, None, None, 2, 2, 2], 4, False),
        ([2, 2, 2, 2, 2, 9, 9, 9], 4, False),
        ([], 0, False),
    ],
)
def test_good_days_are_counted_among_the_last_logged_ones(days, hits, is_met):
    met = DaysAtMost(2, 5, 7).judge(seen(*days))
    assert (met.value, met.is_met, met.needed) == (hits, is_met, 5)
    assert met.values == {"score": 2, "days": 5, "window": 7, "value": hits}


def test_good_days_from_before_the_step_and_of_the_step_itself_do_not_count():
    assert DaysAtMost(2, 5, 7).judge(seen(*[0] * 10, step=5)).value == 5
    assert DaysAtMost(2, 5, 7).judge(seen(*[0] * 10, step=6)).value == 4


def test_pain_at_rest_that_nobody_said_is_no_good_day():
    days = [LoggedDay(day(n), 0, rest=None if n == 3 else 0) for n in range(1, 8)]
    assert DaysAtMost(2, 5, 7, Pain.AT_REST).judge(Seen(day(8), days, day(0), day(0))).value == 6


@pytest.mark.parametrize(
    ("days", "bad", "is_met"),
    [([3] * 7, 0, True), ([4, 3, 3, 3, 3, 3, 3, 3], 0, True), ([3, 3, 3, 4, 3, 3, 3], 1, False), ([3] * 6, 0, False)],
)
def test_no_bad_day_among_the_last_logged_ones_of_which_there_must_be_enough(days, bad, is_met):
    met = NoneFrom(4, 7).judge(seen(*days))
    assert (met.value, met.is_met) == (bad, is_met)


def test_bad_days_from_before_the_step_do_count():
    assert not NoneFrom(4, 7).judge(seen(4, *[0] * 6, step=5)).is_met


@pytest.mark.parametrize(
    ("mornings", "known", "is_met"),
    [
        ([1, 1, 1], 3, True),
        ([1, 1, None], 2, False),
        ([None, None, None], 0, False),
        ([1, 1, 1, 2], 4, False),
        ([2, 1, 1, 1, 1, 1, 1, 1], 7, True),
    ],
)
def test_mornings_must_be_known_and_must_not_rise(mornings, known, is_met):
    met = NoMorningRise().judge(seen(*((2, morning) for morning in mornings), baseline=1))
    assert (met.value, met.is_met) == (known, is_met)


def test_without_a_baseline_a_morning_above_two_is_a_rise():
    assert NoMorningRise().judge(seen((2, 2), (2, 2), (2, 2))).is_met
    assert not NoMorningRise().judge(seen((2, 2), (2, 2), (2, 3))).is_met


def test_mornings_before_the_phase_are_not_looked_at():
    assert NoMorningRise().judge(seen((2, 9), (2, 1), (2, 1), (2, 1), phase=1, baseline=1)).is_met


@pytest.mark.parametrize(("today", "is_met"), [(20, False), (21, True)])
def test_days_are_counted_from_the_beginning_of_the_phase(today, is_met):
    met = DaysSince(21).judge(seen(today=today, step=15))
    assert (met.value, met.is_met) == (today, is_met)


@pytest.mark.parametrize(("today", "is_met"), [(17, False), (18, True)])
def test_days_are_counted_from_the_last_step(today, is_met):
    assert DaysSince(3, Since.STEP).judge(seen(today=today, step=15)).is_met is is_met


@pytest.mark.parametrize(("today", "count"), [(7, 4), (8, 3), (20, 0)])
def test_logs_are_counted_in_calendar_days(today, count):
    met = Logged(4).judge(seen(0, None, None, 0, 0, None, 0, today=today))
    assert (met.value, met.is_met) == (count, count >= 4)


@pytest.mark.parametrize(("ratio", "value", "is_met"), [(None, None, False), (0.7, 70, True), (0.6999, 69, False)])
def test_nothing_due_is_unknown_adherence_and_not_full(ratio, value, is_met):
    asked = []
    met = Adherence(70, 2).judge(seen(adherence=lambda weeks: asked.append(weeks) or ratio))
    assert (met.value, met.is_met, asked) == (value, is_met, [2])


def test_an_item_is_met_once_a_clinician_has_checked_it():
    assert not Checked("no-limp").judge(seen(checks={"stairs": day(3)})).is_met
    met = Checked("no-limp").judge(seen(checks={"no-limp": day(3)}))
    assert met.is_met and met.values["on"] == "2026-01-08"


@pytest.mark.parametrize(
    ("scores", "value", "is_met"),
    [
        ([], None, False),
        ([(4, 80)], None, False),
        ([(6, 70)], 70, True),
        ([(7, 69), (6, 75)], 69, False),
        ([(6, 75), (6, 69)], 69, False),
        ([(31, 80)], None, False),
    ],
)
def test_the_last_questionnaire_of_the_phase_counts(scores, value, is_met):
    given = {"lefs": [(day(number), score) for number, score in scores]}
    met = Questionnaire("lefs", 70).judge(seen(phase=5, scores=given))
    assert (met.value, met.is_met) == (value, is_met)


def test_the_evidence_names_the_scores_that_were_counted():
    days = site_log(readings_of(logs("right-knee", (2, 1), 3, (0, 1))), site("right-knee"))
    whole = Seen(day(4), days, day(0), day(0))
    assert [e.value for e in DaysAtMost(2, 2, 3).judge(whole).evidence] == [2, 0]
    assert [e.field for e in NoMorningRise(2, 3).judge(whole).evidence] == ["next_morning", "next_morning"]


@pytest.mark.parametrize(
    "build",
    [
        lambda: DaysAtMost(11, 1, 7),
        lambda: DaysAtMost(2, 8, 7),
        lambda: DaysAtMost(2, 0, 7),
        lambda: NoneFrom(0, 7),
        lambda: NoMorningRise(4, 3),
        lambda: DaysSince(-1),
        lambda: DaysSince(2.5),
        lambda: Logged(8),
        lambda: Adherence(101, 2),
        lambda: Checked("No limp"),
        lambda: Questionnaire("lefs", -1),
    ],
)
def test_a_criterion_that_is_blind_or_impossible_is_refused(build):
    with pytest.raises(InvalidValue) as refused:
        build()
    assert refused.value.pointer


def test_the_names_of_criteria_are_a_contract():
    assert set(KINDS) == {
        "days-at-most", "none-from", "no-morning-rise", "days-since", "logged", "adherence", "checked", "questionnaire",
    }  # fmt: skip
