"""Ana spares her right leg. Does her left knee hurt because it carries her?"""

import pytest

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.injury import after_injury
from rehab_tracker.domain.overload import labelled_overload
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.sudden_severe_pain import at_quiet_site
from tests.domain.site_days import asks_for_a_look, days_of


def judge(place="left-knee", values=(3, 4, 3, 3), restricted=(Limb.RIGHT_LEG,), settings=DEFAULT_RULES, **said):
    days = days_of(place, *values, **said)
    verdict = asks_for_a_look(days, site(place), None, settings)
    found = labelled_overload(verdict, days, restricted, settings)
    assert (found.level, found.evidence, found.for_date) == (verdict.level, verdict.evidence, verdict.for_date)
    return found.values.get("label")


@pytest.mark.parametrize(
    ("place", "restricted", "label"),
    [
        ("left-knee", (Limb.RIGHT_LEG,), "overload"),
        ("left-hip", (Limb.RIGHT_LEG,), "overload"),
        ("lumbar-spine", (Limb.RIGHT_LEG,), "overload"),
        ("lumbar-spine", (Limb.LEFT_LEG,), "overload"),
        ("right-knee", (Limb.RIGHT_LEG,), None),
        ("left-knee", (), None),
        ("left-knee", (Limb.RIGHT_ARM,), None),
        ("left-foot", (Limb.RIGHT_LEG,), None),
        ("left-knee", (Limb.LEFT_LEG, Limb.RIGHT_LEG), "overload"),
    ],
)
def test_the_hip_and_knee_of_the_other_leg_and_the_lower_back_are_labelled(place, restricted, label):
    assert judge(place, restricted=restricted) == label


@pytest.mark.parametrize(("values", "label"), [((3, 4, 3, 3), "overload"), ((3, 5, 3, 3), None)])
def test_strong_pain_is_not(values, label):
    assert judge(values=values) == label


@pytest.mark.parametrize(("morning", "label"), [(0, "overload"), (2, "overload"), (3, None), (None, "overload")])
def test_nor_is_pain_that_is_there_in_the_morning(morning, label):
    assert judge(morning=morning) == label


def test_a_clinic_may_allow_less():
    assert judge(settings=RuleSettings(overload_most=3)) is None


def test_an_urgent_verdict_keeps_its_level_with_the_label():
    assert judge(values=(3, 3, 3, 3, 3)) == "overload"


def test_another_label_is_not_written_over():
    days = days_of("left-knee", 3, 4, 3, 3, cause="injury")
    verdict = after_injury(asks_for_a_look(days, site("left-knee"), None, DEFAULT_RULES), days, ())
    assert labelled_overload(verdict, days, (Limb.RIGHT_LEG,), DEFAULT_RULES).values["label"] == "injury"


def test_other_rules_have_no_label():
    days = days_of("left-knee", 9)
    verdict = at_quiet_site(days, site("left-knee"), None, DEFAULT_RULES)
    assert verdict.rule is Rule.SUDDEN_SEVERE_PAIN and verdict.level is Level.SOON
    assert labelled_overload(verdict, days, (Limb.RIGHT_LEG,), DEFAULT_RULES) == verdict
