"""What a patient is told of what a plan did by itself: the true reason, in plain words."""

import pytest

from rehab_tracker.domain.hold import HoldReason
from rehab_tracker.domain.plan import Turn
from rehab_tracker.domain.plan_news import HOLDS, NEWS, news_sentence, recent_changes
from rehab_tracker.domain.translation import as_written
from tests.domain.diary import day, flags
from tests.domain.plans import HALF, RIGHT, STRENGTH, course, logs, move, plan, start

NEVER = ("diagnos", "migration", "safe", "fracture", "osteonecrosis", "tumour", "harmless", "normal", "red flag")
LOADED = (start(), move(2, STRENGTH))


def news(*entries, acts=LOADED, since=0, today=20):
    found = course(plan(RIGHT, *acts), entries, today)
    told = recent_changes(found, day(since))
    return [news_sentence(each, found.plan.template, "right knee", str(each.on), as_written) for each in told]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([6], "went one step back on 2026-01-10, because your pain was 5 or more."),
        ([5], "went one step back on 2026-01-10, because your pain was 5 or more."),
        ([(3, 4)], "went one step back on 2026-01-10, because it hurt more the morning after."),
        ([(0, 4)], "went one step back on 2026-01-10, because it hurt more the morning after."),
        ([3], "stays where it is since 2026-01-10, because your pain was 3 or more."),
        ([(0, 1)], "stays where it is since 2026-01-10, because it hurt more the morning after."),
    ],
)
def test_the_reason_is_what_did_it(values, said):
    calm = logs(RIGHT, (0, 0))
    [sentence] = news(*calm, *logs(RIGHT, *values, first=5))
    assert said in sentence


def test_pain_on_two_days_is_told_as_several_days_after_the_hold_of_the_first():
    first, *_ = news(*logs(RIGHT, 3, 3, first=5))
    assert "went one step back on 2026-01-11, because it hurt too much on several days." in first


def test_a_warning_sign_is_told_as_one():
    [sentence] = news(flags(5, "fever"))
    assert "because you told us of a warning sign" in sentence


def test_the_end_of_a_hold_is_told_too():
    assert "went on again on 2026-01-11" in news(*logs(RIGHT, 3, 0, first=5))[0]


def test_a_hold_on_the_lowest_rung_is_told_with_the_true_reason():
    [sentence] = news(*logs(RIGHT, 6, first=5), acts=(start(),))
    assert "stays where it is since 2026-01-10, because your pain was 5 or more." in sentence


def test_what_a_clinician_did_is_no_news_of_the_plans_own():
    assert news(acts=(start(), move(2, HALF), move(6, STRENGTH))) == []


def test_only_what_happened_since_then_is_told_and_nothing_is_lost_of_it():
    found = course(plan(RIGHT, *LOADED), logs(RIGHT, 6, 0, 6, 0, first=5), 20)
    since = recent_changes(found, day(7))
    assert [(change.turn, change.on) for change in since] == [(Turn.LIFT, day(8)), (Turn.REGRESS, day(7))]
    assert [c for c in recent_changes(found, day(0)) if c.on >= day(7)] == list(since)


def test_every_automatic_turn_and_every_reason_of_a_hold_has_its_words():
    assert set(HOLDS) == set(HoldReason)
    turns = {key.partition("-")[0] for key in NEWS}
    assert turns == {str(turn) for turn in Turn if turn.is_automatic}


def test_no_sentence_promises_or_names_a_diagnosis():
    for text in (*NEWS.values(), *HOLDS.values()):
        assert not [word for word in NEVER if word in text.lower()], text
