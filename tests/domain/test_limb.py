from rehab_tracker.domain.limb import in_force, limit_spans, limits_on
from rehab_tracker.domain.plan import Act
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from tests.domain.diary import day
from tests.domain.plans import HALF, LEFT, RIGHT, STRENGTH, act, courses, move, plan, start

LEFT_LEG, RIGHT_LEG = Limb.LEFT_LEG, Limb.RIGHT_LEG
THIRD = WeightLimit(Grade.PWB, 30, Aids.TWO_CRUTCHES)


def test_the_strictest_of_a_legs_sites_is_its_limit():
    found = courses([plan(LEFT, start(), move(5, STRENGTH)), plan("left-foot.forefoot", start())])
    limits = limits_on(found, day(6))
    assert limits[LEFT_LEG].limit == THIRD and RIGHT_LEG not in limits
    assert [str(place) for place in limits[LEFT_LEG].sites] == ["left-foot.forefoot", LEFT]


def test_a_plan_sets_no_limit_before_its_start_and_after_its_end():
    found = courses([plan(RIGHT, start(3), act(Act.END, 5))])
    assert [n for n in range(10) if limits_on(found, day(n))] == [3, 4, 5]


def test_a_site_of_the_spine_limits_no_limb():
    assert limits_on(courses([plan("lumbar-spine", start())]), day(1)) == {}


def test_the_latest_order_for_a_limb_is_in_force_and_of_one_day_the_one_given_last():
    none, half = WeightLimit(Grade.NWB), WeightLimit(Grade.PWB, 50)
    ordered = [(LEFT_LEG, none, day(1)), (LEFT_LEG, THIRD, day(5)), (LEFT_LEG, half, day(5))]
    assert in_force(ordered, day(0)) == {}
    assert in_force(ordered, day(4)) == {LEFT_LEG: none}
    assert in_force(ordered, day(5)) == {LEFT_LEG: half}
    assert in_force([*ordered[1:], ordered[0]], day(4)) == {LEFT_LEG: none}


def test_an_order_for_the_wrong_leg_can_be_taken_back_the_same_day():
    wrong, back = (LEFT_LEG, WeightLimit(Grade.NWB), day(1)), (LEFT_LEG, WeightLimit(Grade.FWB), day(1))
    assert not in_force([wrong, back], day(1))[LEFT_LEG].is_restricted


def test_an_order_never_loosens_what_a_plan_asks_for():
    found = courses([plan(LEFT, start())])
    free = [(LEFT_LEG, WeightLimit(Grade.FWB), day(0))]
    assert limits_on(found, day(1), free)[LEFT_LEG].limit == THIRD
    tight = [(LEFT_LEG, WeightLimit(Grade.NWB), day(0)), (RIGHT_LEG, WeightLimit(Grade.WBAT), day(0))]
    limits = limits_on(found, day(1), tight)
    assert limits[LEFT_LEG].limit == WeightLimit(Grade.NWB, aids=Aids.TWO_CRUTCHES)
    assert limits[RIGHT_LEG].sites == ()


def test_spans_follow_each_change_and_leave_gaps_where_nothing_holds():
    plans = [plan(RIGHT, start(2), move(5, HALF), act(Act.END, 7))]
    again = [(RIGHT_LEG, WeightLimit(Grade.NWB), day(9))]
    half = WeightLimit(Grade.PWB, 50, Aids.TWO_CRUTCHES)
    assert limit_spans(courses(plans), again, day(0), day(10)) == {
        RIGHT_LEG: [(day(2), day(4), THIRD), (day(5), day(7), half), (day(9), day(10), WeightLimit(Grade.NWB))]
    }
