import inspect
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain import advice, alert, history, new_site_pain, review, sudden_severe_pain
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.hold import Hold, HoldReason, holds_on, plan_holds, silences_reminders
from rehab_tracker.domain.plan import Act, Plan, PlanAct
from rehab_tracker.domain.plan_run import run
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.site import SITES, Limb, site
from tests.domain import diary
from tests.domain.diary import day, evening, logged
from tests.domain.exercises import named, rest

CONDYLE = site("left-knee.medial-femoral-condyle")


def is_held(hold, place, number=3, **more):
    return bool(holds_on([hold], day(number), site(place), **more))


def test_a_hold_lasts_from_its_first_to_its_last_day():
    hold = rest(3, 5)
    assert [number for number in range(8) if is_held(hold, "left-knee", number)] == [3, 4, 5]


def test_a_hold_without_a_last_day_lasts_until_further_notice():
    assert is_held(rest(3), "left-knee", 3000)


@given(st.sampled_from(sorted(SITES)))
def test_a_hold_of_the_whole_patient_holds_every_site(code):
    assert is_held(rest(0), code)


@pytest.mark.parametrize(
    ("scope", "place", "held"),
    [
        (Limb.LEFT_LEG, "left-knee", True),
        (Limb.LEFT_LEG, "left-foot.forefoot", True),
        (Limb.LEFT_LEG, "right-knee", False),
        (Limb.LEFT_LEG, "left-shoulder", False),
        (Limb.LEFT_LEG, "lumbar-spine", False),
        (site("left-knee"), str(CONDYLE), True),
        (CONDYLE, "left-knee", True),
        (CONDYLE, str(CONDYLE), True),
        (CONDYLE, "left-knee.patella", False),
        (CONDYLE, "left-hip", False),
        (site("left-knee"), "right-knee", False),
    ],
)
def test_a_hold_of_a_limb_or_site_holds_what_loads_it(scope, place, held):
    assert is_held(rest(0, 9, scope), place) is held


def test_a_pause_of_strengthening_leaves_other_exercises_alone():
    pause = rest(0, 6, Limb.LEFT_LEG, only_strengthening=True)
    assert is_held(pause, "left-knee", strengthens=True)
    assert not is_held(pause, "left-knee", strengthens=False)


def test_only_a_hold_of_the_whole_patient_silences_reminders():
    assert silences_reminders([rest(3, 5)], day(4))
    assert not silences_reminders([rest(3, 5)], day(6))
    assert not silences_reminders([rest(3, 5, Limb.LEFT_LEG)], day(4))
    assert not silences_reminders([rest(3, 5, only_strengthening=True)], day(4))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"until_on": day(0) - timedelta(days=1)}, "ends-early"),
        ({"note": "x" * 501}, "too-long"),
        ({"note": "\x00"}, "bad-text"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(change, code):
    with pytest.raises(InvalidValue) as refusal:
        Hold(**{"id": named("x"), "scope": None, "from_on": day(0), "until_on": None, **change, "reason": "travel"})
    assert refusal.value.code == code


def test_no_rule_reads_holds():
    for rules in (advice, alert, history, new_site_pain, review, sudden_severe_pain):
        assert "domain.hold" not in inspect.getsource(rules)


# Holds that follow from a plan


def course(*acts, entries=(), until=20, others=()):
    start = PlanAct(Act.START, day(0), evening(0), Phase.STRENGTHENING)
    own = Plan(named("knee"), CONDYLE, DEFAULT_TEMPLATE, (start, *acts))
    known = diary.history(entries, [])
    return next(found for found in run([own, *others], known, day(until)) if found.plan is own)


def spells(found):
    return [(h.from_on, h.until_on, h.reason, h.only_strengthening) for h in plan_holds(found)]


def test_a_plan_on_hold_excuses_its_days_until_a_good_one():
    painful = logged("left-knee", 4, None, 0, first=5)
    assert spells(course(entries=painful)) == [(day(5), day(6), HoldReason.PAIN, False)]


def test_a_hold_that_still_stands_has_no_end():
    assert spells(course(entries=logged("left-knee", 4, first=5))) == [(day(5), None, HoldReason.PAIN, False)]


def test_a_clinicians_hold_lasts_until_she_lifts_it():
    held, lifted = (PlanAct(act, day(on), evening(on)) for act, on in ((Act.HOLD, 3), (Act.RESUME, 8)))
    assert spells(course(held, lifted)) == [(day(3), day(7), HoldReason.CLINICIAN, False)]


def test_the_end_of_a_plan_ends_its_hold():
    held, ended = (PlanAct(act, day(on), evening(on)) for act, on in ((Act.HOLD, 3), (Act.END, 8)))
    assert spells(course(held, ended)) == [(day(3), day(8), HoldReason.CLINICIAN, False)]


def test_a_new_site_in_the_leg_pauses_strengthening_there():
    start = PlanAct(Act.START, day(10), evening(10), Phase.PARTIAL_WEIGHT_BEARING)
    foot = Plan(named("foot"), site("left-foot.forefoot"), DEFAULT_TEMPLATE, (start,))
    assert spells(course(others=[foot])) == [(day(10), day(16), HoldReason.NEW_SITE, True)]


def test_holds_of_a_plan_keep_their_ids_as_days_go_by():
    painful = logged("left-knee", 4, None, 0, first=5)
    first, later = (plan_holds(course(entries=painful, until=until)) for until in (6, 30))
    assert [h.id for h in first] == [h.id for h in later]
    assert [h.until_on for h in first] == [None]
