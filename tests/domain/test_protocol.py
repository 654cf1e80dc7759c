import copy
import json
from dataclasses import replace

import pytest

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE, GAIT
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.prescription import EVERY_DAY, Dose
from rehab_tracker.domain.protocol import (
    NUMBERS,
    Asked,
    ExerciseOrder,
    Phase,
    PhaseTemplate,
    Rung,
    exercise_against_limit,
)
from rehab_tracker.domain.site import site
from rehab_tracker.domain.template_json import plain_template, template_of
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from tests.domain.plans import HALF, PARTIAL, PROTECT, RETURN, STRENGTH, THREE_QUARTERS, TOLERATED

T = DEFAULT_TEMPLATE


def test_the_ladder_of_the_default_protocol():
    assert T.rungs == (PROTECT, PARTIAL, HALF, THREE_QUARTERS, TOLERATED, STRENGTH, RETURN)
    assert [T.limit_at(rung) for rung in T.rungs] == [
        WeightLimit(Grade.NWB, aids=Aids.TWO_CRUTCHES),
        WeightLimit(Grade.PWB, 30, Aids.TWO_CRUTCHES),
        WeightLimit(Grade.PWB, 50, Aids.TWO_CRUTCHES),
        WeightLimit(Grade.PWB, 75, Aids.ONE_CRUTCH),
        WeightLimit(Grade.WBAT),
        WeightLimit(Grade.WBAT),
        WeightLimit(Grade.FWB),
    ]


def test_the_days_of_the_default_phases():
    assert [(p.min_days, p.max_days) for p in T.phases] == [(0, 21), (21, 42), (14, 42), (28, 84), (90, 365)]


def test_a_hip_starts_protected_and_any_other_site_on_partial_weight():
    assert T.first_rung(site("left-hip")) == PROTECT
    assert T.first_rung(site("left-knee.medial-femoral-condyle")) == T.first_rung(site("left-foot")) == PARTIAL


def test_one_rung_up_and_down():
    assert (T.after(PARTIAL), T.after(HALF), T.after(RETURN)) == (HALF, THREE_QUARTERS, None)
    assert (T.before(STRENGTH), T.before(PARTIAL), T.before(PROTECT)) == (TOLERATED, PROTECT, None)
    with pytest.raises(InvalidValue, match="step"):
        T.limit_at(Rung(Phase.GAIT_TRAINING, 3))


def test_the_rhythm_of_asking_is_daily_while_restricted_and_fewer_later():
    asked = {phase.phase: [phase.asked_every(day) for day in (0, 89, 90, 400)] for phase in T.phases}
    assert asked[Phase.PARTIAL_WEIGHT_BEARING] == asked[Phase.GAIT_TRAINING] == [1, 1, 1, 1]
    assert asked[Phase.RETURN_AND_SURVEILLANCE] == [2, 2, 7, 30]


def test_an_exercise_that_needs_more_than_the_limb_may_carry_is_a_contradiction():
    squat = ExerciseOrder("mini-squat", Dose(reps=10), EVERY_DAY, needs=Grade.WBAT)
    assert exercise_against_limit(squat, WeightLimit(Grade.PWB, 75))
    assert not exercise_against_limit(squat, WeightLimit(Grade.WBAT))
    assert not exercise_against_limit(squat, None)
    assert not exercise_against_limit(replace(squat, needs=None), WeightLimit(Grade.NWB))


@pytest.mark.parametrize("phase", T.phases, ids=lambda phase: str(phase.phase))
def test_every_exercise_of_a_phase_is_allowed_on_its_last_step(phase):
    assert phase.exercises
    assert not [order for order in phase.exercises if exercise_against_limit(order, phase.steps[-1])]


def test_a_template_survives_its_json_unchanged():
    assert template_of(json.loads(json.dumps(plain_template(T)))) == T


def at(plain, pointer):
    *path, last = pointer.strip("/").split("/")
    for key in path:
        plain = plain[int(key) if key.isdecimal() else key]
    return plain, int(last) if last.isdecimal() else last


@pytest.mark.parametrize(
    ("where", "value", "code", "pointer"),
    [
        ("/code", "TMO!", "bad-code", "/code"),
        ("/code", 7, "wrong-type", "/code"),
        ("/version", 0, "out-of-range", "/version"),
        ("/version", True, "out-of-range", "/version"),
        ("/colour", "red", "unknown-key", "/colour"),
        ("/hold_from", 6, "out-of-range", "/hold_from"),
        ("/regress_from", 3, "out-of-reach", "/hold_from"),
        ("/phases", {}, "wrong-type", "/phases"),
        ("/phases/1", 3, "wrong-type", "/phases/1"),
        ("/phases/1/phase", "fly", "unknown-code", "/phases/1/phase"),
        ("/phases/1/phase", "protect", "bad-order", "/phases"),
        ("/phases/1/max_days", 20, "out-of-range", "/phases/1/max_days"),
        ("/phases/1/min_days", "21", "out-of-range", "/phases/1/min_days"),
        ("/phases/1/steps", [], "out-of-range", "/phases/1/steps"),
        ("/phases/1/steps/0/percent", 90, "bad-order", "/phases"),
        ("/phases/1/steps/0", {"grade": "PWB"}, "percent-needed", "/phases/1/steps/0/percent"),
        ("/phases/1/exit/0", {"kind": "luck"}, "unknown-code", "/phases/1/exit/0/kind"),
        ("/phases/1/exit/0/days", 9, "out-of-range", "/phases/1/exit/0/days"),
        ("/phases/1/exit/0/extra", 9, "unknown-key", "/phases/1/exit/0/extra"),
        ("/phases/1/exercises/0/dose", {}, "dose-needed", "/phases/1/exercises/0/dose"),
        ("/phases/1/exercises/0/dose/sets", 0, "out-of-range", "/phases/1/exercises/0/dose/sets"),
        ("/phases/1/exercises/0/dose/size", 1, "unknown-key", "/phases/1/exercises/0/dose/size"),
        ("/phases/1/exercises/0/days", [7], "days-needed", "/phases/1/exercises/0/days"),
        ("/phases/1/exercises/0/days", ["Mon"], "wrong-type", "/phases/1/exercises/0/days/0"),
        ("/phases/1/exercises/0/needs", "XWB", "unknown-code", "/phases/1/exercises/0/needs"),
        ("/phases/1/exercises/0/strengthens", 1, "wrong-type", "/phases/1/exercises/0/strengthens"),
        ("/phases/1/rhythm/0/every", 0, "out-of-range", "/phases/1/rhythm"),
        ("/phases/1/rhythm/0/from_day", 3, "bad-order", "/phases/1/rhythm"),
    ],
)
def test_a_template_that_cannot_be_is_refused_where_the_fault_stands(where, value, code, pointer):
    plain = copy.deepcopy(json.loads(json.dumps(plain_template(T))))
    holder, key = at(plain, where)
    holder[key] = value
    with pytest.raises(InvalidValue) as refused:
        template_of(plain)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


def test_a_missing_key_is_named():
    plain = plain_template(T)
    del plain["phases"][2]["min_days"]
    with pytest.raises(InvalidValue) as refused:
        template_of(plain)
    assert (refused.value.code, refused.value.pointer) == ("missing-key", "/phases/2/min_days")


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_has_bounds_that_hold_its_default(name):
    least, most = NUMBERS[name]
    assert least <= getattr(T, name) <= most
    for value in (least - 1, most + 1):
        with pytest.raises(InvalidValue):
            replace(T, **{name: value})


def test_a_rhythm_begins_on_the_first_day():
    with pytest.raises(InvalidValue):
        PhaseTemplate(Phase.PROTECT, GAIT.steps, 0, 7, rhythm=(Asked(0, 1), Asked(0, 2)))
