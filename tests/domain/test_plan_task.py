from dataclasses import replace

import pytest

from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.plan import Act
from rehab_tracker.domain.plan_task import late_news, tasks
from rehab_tracker.domain.site import site
from tests.domain.diary import day, entry, flags, history
from tests.domain.plans import (
    HALF,
    PARTIAL,
    RIGHT,
    THREE_QUARTERS,
    TOLERATED,
    act,
    check,
    course,
    ladder,
    logs,
    move,
    number_of,
    plan,
    start,
)


def asked(acts, entries=(), today=60):
    found = course(plan(RIGHT, *acts), entries, today)
    return [(task.why, number_of(task.since)) for task in tasks(found, day(today))]


@pytest.mark.parametrize(("today", "expected"), [(41, []), (42, [("max-days", 42)]), (50, [("max-days", 42)])])
def test_the_last_day_of_a_phase_is_a_task_and_never_an_advance(today, expected):
    assert asked([start()], today=today) == expected
    assert ladder(course(plan(RIGHT, start()), [], today)) == [(0, PARTIAL)]


def test_a_step_inside_a_phase_does_not_begin_it_anew():
    acts = [start(), move(5, HALF), move(40, THREE_QUARTERS)]
    assert asked(acts, today=47) == [("max-days", 47)]


def test_an_ended_plan_asks_for_nothing():
    assert asked([start(), act(Act.END, 50)], today=80) == []


def test_seven_red_logged_days_running_ask_for_imaging():
    assert asked([start()], logs(RIGHT, *[6] * 6), 20) == []
    assert asked([start()], logs(RIGHT, *[6] * 6, None, None, 6), 20) == [("red-days", 9)]
    assert asked([start()], logs(RIGHT, *[6] * 6, 4, 6), 20) == []


def test_the_clinician_who_thought_of_imaging_closes_the_task():
    red = logs(RIGHT, *[6] * 9)
    assert asked([start(), *check(12, "imaging-considered")], red, 20) == []
    more = logs(RIGHT, *[6] * 19)
    assert asked([start(), *check(12, "imaging-considered")], more, 20) == [("red-days", 18)]


@pytest.mark.parametrize(
    ("last", "why"), [([4] * 7, ["not-improved"]), ([3] * 7, []), ([4, 4, 4, 4, 3, 3, 3], ["not-improved"])]
)
def test_pain_that_is_hardly_less_after_eight_weeks_asks_for_imaging(last, why):
    acts, said = [start(), move(40, HALF)], logs(RIGHT, *[4] * 7, *[1] * 30, *last)
    assert [task for task, _ in asked(acts, said, 56)] == why
    assert asked(acts, said, 55) == []


def test_few_logged_days_and_a_plan_without_pain_say_nothing_of_improvement():
    acts = [start(), move(40, HALF)]
    assert asked(acts, logs(RIGHT, *[4] * 13), 56) == []
    assert asked(acts, logs(RIGHT, *[0] * 50), 56) == []


def test_thinking_of_imaging_begins_the_eight_weeks_anew():
    acts = [start(), move(40, TOLERATED), *check(57, "imaging-considered")]
    said = logs(RIGHT, *[2] * 112)
    assert asked(acts[:2], said, 80)[:1] == [("not-improved", 56)]
    assert [task for task in asked(acts, said, 112) if task[0] != "max-days"] == []
    assert ("not-improved", 113) in asked(acts, said, 113)


def late(number, x, received_on):
    return entry(number, PainReading((PainScore(site(RIGHT), on_loading=x),)), received_on=received_on)


@pytest.mark.parametrize(
    ("number", "x", "received_on", "news"),
    [
        (8, 6, 12, [(8, "red")]),
        (8, 3, 12, [(8, "amber")]),
        (8, 2, 12, []),
        (8, 6, 9, []),
        (10, 6, 12, []),
        (11, 6, 12, []),
    ],
)
def test_bad_days_from_before_a_decision_that_arrive_after_it_are_news(number, x, received_on, news):
    entries = [late(number, x, received_on)]
    found = course(plan(RIGHT, start(), move(10, HALF)), entries, 20)
    assert [(number_of(n.day), str(n.light)) for n in late_news(found, history(entries))] == news


def test_what_was_recorded_before_the_decision_of_its_own_day_and_came_later_is_news():
    entries = [late(10, 6, 12)]
    found = course(plan(RIGHT, start(), move(10, HALF, hour=22)), entries, 20)
    assert [n.evidence[0].value for n in late_news(found, history(entries))] == [6]


def test_a_red_flag_that_arrives_late_is_news():
    fever = replace(flags(8, "fever"), received_at=late(8, 0, 12).received_at)
    found = course(plan(RIGHT, start(), move(10, HALF)), [fever], 20)
    [news] = late_news(found, history([fever]))
    assert news.evidence[0].value == "fever"
