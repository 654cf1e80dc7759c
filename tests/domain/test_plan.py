from dataclasses import replace
from uuid import UUID

import pytest

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.pain import Feel, PainReading, PainScore
from rehab_tracker.domain.plan import Act, Turn
from rehab_tracker.domain.protocol import Rung
from rehab_tracker.domain.site import Area, Limb, site
from rehab_tracker.domain.traffic_light import Light
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from tests.domain.diary import day, entry, flags
from tests.domain.plans import (
    HALF,
    LEFT,
    PARTIAL,
    PROTECT,
    RETURN,
    RIGHT,
    STRENGTH,
    THREE_QUARTERS,
    TOLERATED,
    act,
    check,
    course,
    courses,
    held,
    ladder,
    logs,
    moment,
    move,
    number_of,
    plan,
    start,
)

WALKING = plan(RIGHT, start(), move(10, TOLERATED))


def turns(found):
    return [(change.turn, number_of(change.on)) for change in found.changes]


def test_a_plan_holds_from_its_start_to_its_end_both_days_included():
    found = course(plan(RIGHT, start(2), act(Act.END, 5)))
    assert [number_of(then.day) for then in found.days] == [2, 3, 4, 5]
    assert found.ended_on == day(5) and found.on(day(1)) is None and found.on(day(6)) is None


def test_a_plan_that_starts_tomorrow_has_no_course_yet():
    assert courses([plan(RIGHT, start(61))]) == ()


@pytest.mark.parametrize(
    ("acts", "code"),
    [
        ((), "start-needed"),
        ((move(1, HALF),), "start-needed"),
        ((start(2), move(1, HALF)), "start-needed"),
        ((start(1), start(2)), "start-needed"),
        ((start(1), move(2, Rung(HALF.phase, 7))), "unknown-rung"),
    ],
)
def test_a_plan_begins_with_one_start_on_a_rung_of_its_protocol(acts, code):
    with pytest.raises(InvalidValue) as refused:
        plan(RIGHT, *acts) if acts else plan_without_acts()
    assert refused.value.code == code


def plan_without_acts():
    return type(WALKING)(UUID(int=1), WALKING.site, WALKING.template, ())


def test_acts_may_be_given_in_any_order():
    acts = (start(), move(10, TOLERATED), act(Act.HOLD, 12), act(Act.END, 30))
    assert plan(RIGHT, *acts).acts == type(WALKING)(WALKING.id, WALKING.site, WALKING.template, acts[::-1]).acts


def test_of_two_moves_of_one_day_the_one_recorded_later_holds_in_whatever_order_they_are_given():
    acts = (start(), move(10, TOLERATED, hour=9), move(10, HALF, hour=21))
    for given in (acts, (acts[0], acts[2], acts[1])):
        assert course(plan(RIGHT, *given)).rung == HALF


def test_what_is_logged_on_the_last_day_moves_an_ended_plan_no_more():
    ended = plan(RIGHT, start(), move(10, TOLERATED), act(Act.END, 12))
    assert ladder(course(ended, logs(RIGHT, 7, first=12)))[-1] == (10, TOLERATED)


def test_no_good_day_ever_raises_a_rung():
    found = course(plan(RIGHT, start()), logs(RIGHT, *[(0, 0)] * 200), 200)
    assert ladder(found) == [(0, PARTIAL)]


def test_a_clinician_moves_a_plan_and_the_limit_follows():
    found = course(plan(RIGHT, start(), move(21, HALF), move(25, THREE_QUARTERS), move(29, STRENGTH)))
    assert ladder(found) == [(0, PARTIAL), (21, HALF), (25, THREE_QUARTERS), (29, STRENGTH)]
    assert (found.phase_since, found.step_since) == (day(29), day(29))
    assert found.on(day(26)).limit == WeightLimit(Grade.PWB, 75, Aids.ONE_CRUTCH)


def test_a_step_inside_a_phase_keeps_the_phase_clock():
    found = course(plan(RIGHT, start(), move(21, HALF), move(25, THREE_QUARTERS)))
    assert (found.phase_since, found.step_since) == (day(21), day(25))


def test_a_clinician_may_give_a_limit_of_their_own():
    found = course(plan(RIGHT, start(limit=WeightLimit(Grade.PWB, 20, Aids.FRAME))))
    assert found.limit == WeightLimit(Grade.PWB, 20, Aids.FRAME)


def test_an_amber_day_holds_until_the_first_green_logged_day():
    found = course(plan(RIGHT, start()), logs(RIGHT, 2, 3, None, None, 2, 2), 6)
    assert held(found) == [2, 3, 4]
    assert turns(found) == [(Turn.START, 0), (Turn.HOLD, 2), (Turn.LIFT, 5)]


def test_days_without_logs_never_lift_a_hold():
    assert held(course(plan(RIGHT, start()), logs(RIGHT, 4), 40)) == list(range(1, 41))


def test_two_amber_days_within_a_week_go_one_rung_down():
    assert ladder(course(WALKING, logs(RIGHT, 3, None, 1, 4, first=12)))[-1] == (15, THREE_QUARTERS)


def test_two_amber_days_more_than_a_week_apart_only_hold():
    found = course(WALKING, logs(RIGHT, 3, *[1] * 6, 3, first=12))
    assert ladder(found)[-1] == (10, TOLERATED)
    assert ladder(course(WALKING, logs(RIGHT, 3, *[1] * 5, 3, first=12)))[-1] == (18, THREE_QUARTERS)


def test_a_red_day_goes_one_rung_down_at_once():
    found = course(WALKING, logs(RIGHT, 5, first=12))
    assert ladder(found)[-1] == (12, THREE_QUARTERS)
    assert [e.value for e in found.changes[-1].evidence] == [5] and found.is_held


def test_each_red_day_is_one_rung_and_old_evidence_does_not_count_again():
    assert ladder(course(WALKING, logs(RIGHT, 5, 2, 2, first=12)))[-1] == (12, THREE_QUARTERS)
    amber_after = course(WALKING, logs(RIGHT, 3, 5, 3, first=12))
    assert ladder(amber_after)[-1] == (13, THREE_QUARTERS)
    assert ladder(course(WALKING, logs(RIGHT, 5, 5, first=12)))[-1] == (13, HALF)


def test_evidence_from_before_a_move_does_not_count_after_it():
    found = course(plan(RIGHT, start(), move(10, TOLERATED), move(13, TOLERATED)), logs(RIGHT, 3, 1, 3, first=12))
    assert ladder(found)[-1] == (10, TOLERATED)


def test_nobody_is_pushed_below_the_lowest_rung_a_clinician_chose():
    found = course(plan(RIGHT, start()), logs(RIGHT, 6, 6, 6, 6))
    assert ladder(found) == [(0, PARTIAL)] and found.is_held
    protected_once = course(plan(RIGHT, start(), move(5, PROTECT), move(6, PARTIAL)), logs(RIGHT, 6, first=7))
    assert ladder(protected_once)[-1] == (7, PROTECT)


def test_a_hip_may_go_down_by_itself_and_never_up():
    found = course(plan("right-hip", start(rung=PROTECT), move(10, PARTIAL)), logs("right-hip", 5, *[0] * 40, first=12))
    assert ladder(found) == [(0, PROTECT), (10, PARTIAL), (12, PROTECT)]


def test_a_regress_keeps_a_stricter_limit_of_the_clinician():
    own = WeightLimit(Grade.PWB, 40, Aids.TWO_CRUTCHES)
    found = course(plan(RIGHT, start(), move(10, THREE_QUARTERS, limit=own)), logs(RIGHT, 5, first=12))
    assert ladder(found)[-1] == (12, HALF) and found.limit == own
    looser = WeightLimit(Grade.PWB, 80, Aids.ONE_CRUTCH)
    found = course(plan(RIGHT, start(), move(10, THREE_QUARTERS, limit=looser)), logs(RIGHT, 5, first=12))
    assert found.limit == WeightLimit(Grade.PWB, 50, Aids.TWO_CRUTCHES)


def test_a_red_flag_is_a_red_day_also_without_a_pain_score():
    found = course(WALKING, [flags(12, "fall-or-injury")])
    assert ladder(found)[-1] == (12, THREE_QUARTERS)
    assert [(e.field, e.value) for e in found.changes[-1].evidence] == [("flag", "fall-or-injury")]


def test_a_hold_of_a_clinician_lasts_until_resume():
    acts = (start(), act(Act.HOLD, 3), act(Act.RESUME, 20))
    found = course(plan(RIGHT, *acts), logs(RIGHT, *[0] * 30), 30)
    assert held(found) == list(range(3, 20))


def test_while_a_clinician_holds_a_plan_no_good_day_is_told_to_let_it_go_on():
    found = course(plan(RIGHT, start(), act(Act.HOLD, 11)), logs(RIGHT, 3, 1, first=12), 20)
    assert turns(found) == [(Turn.START, 0), (Turn.CLINICIAN_HOLD, 11)] and found.is_held


def test_a_move_ends_every_hold():
    found = course(plan(RIGHT, start(), act(Act.HOLD, 3), move(8, HALF)), logs(RIGHT, 3), 20)
    assert held(found) == list(range(1, 8))


def test_a_resume_clears_the_evidence_before_it():
    calm = plan(RIGHT, start(), move(10, TOLERATED), act(Act.RESUME, 13))
    assert ladder(course(calm, logs(RIGHT, 3, first=12) + logs(RIGHT, 3, first=14)))[-1] == (10, TOLERATED)
    assert ladder(course(WALKING, logs(RIGHT, 3, first=12) + logs(RIGHT, 3, first=14)))[-1] == (14, THREE_QUARTERS)


def test_a_plan_on_hold_by_a_clinician_still_goes_down():
    found = course(plan(RIGHT, start(), move(10, TOLERATED), act(Act.HOLD, 11)), logs(RIGHT, 6, first=12))
    assert ladder(found)[-1] == (12, THREE_QUARTERS) and found.held_by_clinician


def test_what_was_logged_before_the_act_of_its_day_was_known_to_the_clinician():
    evening, red = move(12, TOLERATED, hour=21), logs(RIGHT, 7, first=12)
    assert ladder(course(plan(RIGHT, start(), evening), red))[-1] == (12, TOLERATED)
    morning = move(12, TOLERATED, hour=9)
    assert ladder(course(plan(RIGHT, start(), morning), red))[-1] == (12, THREE_QUARTERS)


def at_eight(entries):
    return [replace(each, recorded_at=moment(number_of(each.for_date), 8)) for each in entries]


@pytest.mark.parametrize("kind", [Act.HOLD, Act.RESUME])
def test_to_hold_a_plan_or_to_let_it_go_on_takes_back_no_step_of_the_same_day(kind):
    """Nurse Nuno sees the morning's step back and holds the plan: that must not loosen the limit again."""
    red = at_eight(logs(RIGHT, 7, first=12))
    assert ladder(course(WALKING, red, 12))[-1] == (12, THREE_QUARTERS)
    tended = course(plan(RIGHT, *WALKING.acts, act(kind, 12)), red, 12)
    assert ladder(tended)[-1] == (12, THREE_QUARTERS) and tended.is_held is (kind is Act.HOLD)
    assert {change.turn for change in tended.changes} >= {Turn.REGRESS}


def test_pain_before_and_after_a_resume_is_one_step_a_day():
    said = at_eight(logs(RIGHT, 7, first=12)) + [entry(12, PainReading((PainScore(site(RIGHT), on_loading=7),)))]
    found = course(plan(RIGHT, *WALKING.acts, act(Act.RESUME, 12)), said, 12)
    assert ladder(found)[-1] == (12, THREE_QUARTERS) and found.is_held


def test_a_checked_item_is_no_decision_about_the_level():
    acts = (start(), move(10, TOLERATED), act(Act.CHECK, 12, item="no-limp", hour=22))
    assert ladder(course(plan(RIGHT, *acts), logs(RIGHT, 7, first=12)))[-1] == (12, THREE_QUARTERS)


@pytest.mark.parametrize("withdrawn", [False, True])
def test_pain_that_was_corrected_or_taken_back_leaves_the_plan_where_the_clinician_put_it(withdrawn):
    red, well = logs(RIGHT, 6, first=12), PainReading((PainScore(site(RIGHT), on_loading=1),))
    after = entry(12, None if withdrawn else well, name=f"{RIGHT} 12", rev=2, withdrawn=withdrawn)
    for said in ([*red, after], [after, *red]):
        assert ladder(course(WALKING, said))[-1] == (10, TOLERATED)


def test_a_late_entry_is_evidence_of_its_own_day():
    late = entry(12, PainReading((PainScore(site(RIGHT), on_loading=6),)), received_on=19)
    assert ladder(course(WALKING, [late]))[-1] == (12, THREE_QUARTERS)


def test_a_checked_item_counts_for_its_phase_only():
    found = course(plan(RIGHT, start(), *check(5, "no-limp"), move(21, HALF), *check(23, "stairs")))
    assert set(found.checks) == {"stairs"}


def test_the_two_condyles_of_a_knee_each_get_what_their_part_can_mean():
    inner, outer = f"{RIGHT}.medial-femoral-condyle", f"{RIGHT}.lateral-femoral-condyle"
    said = PainReading((PainScore(site(RIGHT), Area.INNER, on_loading=5),))
    lateral, medial = courses([plan(inner, start()), plan(outer, start())], [entry(3, said)])
    assert (medial.on(day(3)).light, lateral.on(day(3)).light) == (Light.RED, Light.GREY)


# Both legs


def both(right, left, entries, **more):
    """Return the courses of the left and of the right knee."""
    return courses([right, left], entries, **more)


def test_a_regress_that_would_restrict_the_second_leg_only_holds_and_asks():
    left, right = both(plan(RIGHT, start(), move(10, TOLERATED)), plan(LEFT, start(11)), logs(RIGHT, 6, first=12))
    assert ladder(right)[-1] == (10, TOLERATED) and right.is_held
    [asked] = right.reviews
    assert (str(asked.site), asked.on, asked.reason) == (RIGHT, day(12), "red")
    assert asked.evidence[0].value == 6 and right.open_review == asked and not left.reviews


def test_a_restricted_leg_may_be_tightened_while_the_other_is_restricted():
    _, right = both(plan(RIGHT, start(), move(10, THREE_QUARTERS)), plan(LEFT, start(11)), logs(RIGHT, 6, first=12))
    assert ladder(right)[-1] == (12, HALF) and not right.reviews


def test_with_the_other_leg_free_the_regress_happens():
    free = plan(LEFT, start(5), move(11, STRENGTH))
    assert ladder(both(WALKING, free, logs(RIGHT, 6, first=12))[1])[-1] == (12, THREE_QUARTERS)


def test_an_order_for_the_other_leg_restricts_it_as_a_plan_does():
    order = (Limb.LEFT_LEG, WeightLimit(Grade.NWB), day(11))
    [right] = courses([WALKING], logs(RIGHT, 6, first=12), ordered=[order])
    assert right.reviews and ladder(right)[-1] == (10, TOLERATED)


def test_an_arm_does_not_ask_about_legs():
    shoulder = plan("left-shoulder", start(), move(10, TOLERATED))
    _, right = courses([shoulder, plan(RIGHT, start(11))], [])
    left, _ = courses([shoulder, plan(RIGHT, start(11))], logs("left-shoulder", 6, first=12))
    assert ladder(left)[-1] == (12, THREE_QUARTERS) and not right.reviews


def test_of_two_legs_that_would_go_down_on_one_day_the_left_goes_first_and_the_right_asks():
    plans = [WALKING, plan(LEFT, start(), move(10, TOLERATED))]
    said = [entry(12, PainReading((PainScore(site(RIGHT), on_loading=6), PainScore(site(LEFT), on_loading=6))))]
    for given in (plans, plans[::-1]):
        left, right = courses(given, said)
        assert ladder(left)[-1] == (12, THREE_QUARTERS)
        assert ladder(right)[-1] == (10, TOLERATED) and right.reviews


def test_a_move_of_the_clinician_answers_the_question():
    acts = (start(), move(10, TOLERATED), move(15, TOLERATED))
    _, right = both(plan(RIGHT, *acts), plan(LEFT, start(11)), logs(RIGHT, 6, first=12))
    assert right.reviews and right.open_review is None


def test_a_hold_of_the_same_day_keeps_the_question_and_a_resume_answers_it():
    red, left = at_eight(logs(RIGHT, 6, first=12)), plan(LEFT, start(11))
    for kind, is_open in ((Act.HOLD, True), (Act.RESUME, False)):
        _, right = courses([left, plan(RIGHT, *WALKING.acts, act(kind, 12))], red, 20)
        assert len(right.reviews) == 1 and (right.open_review is not None) is is_open


# A new site


def test_a_new_site_pauses_strengthening_of_its_own_limb_only():
    plans = [plan(LEFT, start(), move(60, STRENGTH)), plan(RIGHT, start()), plan("left-foot.forefoot", start(90))]
    forefoot, left, right = courses(plans, [], 100)
    [pause] = left.pauses
    assert (pause.from_on, pause.until_on, pause.limb) == (day(90), day(96), Limb.LEFT_LEG)
    assert (left.paused_until(day(96)), left.paused_until(day(97))) == (day(96), None)
    assert not right.pauses and not forefoot.pauses
    assert ladder(left)[-1] == (60, STRENGTH) and ladder(right) == [(0, PARTIAL)]


def test_an_ended_plan_has_nothing_to_pause():
    left = courses([plan(LEFT, start(), act(Act.END, 50)), plan("left-foot", start(90))], [], 100)[1]
    assert not left.pauses


# Baseline and muscles


def test_the_baseline_is_the_median_of_the_last_seven_mornings_before_the_phase():
    mornings = [(2, m) for m in (5, 1, 1, 2, 2, 2, 3, 3)]
    found = course(plan(RIGHT, start(), move(9, HALF)), logs(RIGHT, *mornings))
    assert found.baseline == 2
    assert course(plan(RIGHT, start()), logs(RIGHT, *mornings)).baseline is None


def test_a_morning_above_the_baseline_holds_and_two_above_regress():
    calm = logs(RIGHT, *[(1, 1)] * 9)
    once = course(WALKING, calm + logs(RIGHT, (1, 2), first=12))
    assert once.on(day(12)).light is Light.AMBER and once.changes[-1].evidence[0].field == "next_morning"
    assert ladder(course(WALKING, calm + logs(RIGHT, (1, 3), first=12)))[-1] == (12, THREE_QUARTERS)


def test_the_morning_that_made_a_day_red_is_the_evidence_of_its_step_back():
    found = course(WALKING, logs(RIGHT, *[(1, 1)] * 9) + logs(RIGHT, (4, 3), first=12))
    assert ladder(found)[-1] == (12, THREE_QUARTERS)
    assert [(e.field, e.value) for e in found.changes[-1].evidence] == [("next_morning", 3)]


def test_a_regress_never_hides_a_flare_behind_a_higher_baseline():
    found = course(WALKING, logs(RIGHT, *[(1, 1)] * 9) + logs(RIGHT, *[(2, 2)] * 6, first=11))
    assert ladder(found)[1:] == [(10, TOLERATED), (12, THREE_QUARTERS), (14, HALF), (16, PARTIAL)]
    assert found.baseline == 1


def sore(number, left, right, morning=None):
    scores = (
        PainScore(site(RIGHT), on_loading=right, next_morning=morning, feel=Feel.MUSCLE),
        PainScore(site(LEFT), on_loading=left, feel=Feel.MUSCLE),
    )
    return entry(number, PainReading(scores))


def lights(found, *numbers):
    return [str(found.on(day(number)).light) for number in numbers]


def test_muscles_of_both_sides_may_be_sore_for_three_days_of_strengthening():
    strong = plan(RIGHT, start(), move(10, STRENGTH))
    found = course(strong, [sore(n, 3, 4) for n in range(12, 16)])
    assert lights(found, 12, 13, 14, 15) == ["green", "green", "green", "amber"]
    assert lights(course(strong, [sore(12, 3, 5)]), 12) == ["red"]
    assert lights(course(strong, [sore(12, 0, 4)]), 12) == ["amber"]
    assert lights(course(WALKING, [sore(12, 3, 4)]), 12) == ["amber"]


def test_a_day_without_soreness_begins_a_new_count():
    strong = plan(RIGHT, start(), move(10, RETURN))
    said = [sore(n, 3, 4) for n in (12, 13, 14)] + logs(RIGHT, 1, first=15) + [sore(n, 3, 4) for n in (16, 17)]
    assert lights(course(strong, said), 14, 15, 16, 17) == ["green"] * 4
