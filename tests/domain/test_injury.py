"""Ana says that she fell on her left knee."""

import pytest

from rehab_tracker.domain.alert import Level
from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.domain.injury import after_injury, asks_red_flags
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.site import site
from rehab_tracker.domain.sudden_severe_pain import at_quiet_site
from tests.domain.diary import day
from tests.domain.site_days import asks_for_a_look, days_of, hurting, scored


def days(*causes):
    return [scored(n, hurting("left-knee", 3, cause=cause)) for n, cause in enumerate(causes, start=1)]


def judge(causes=("injury", None, None, None), no_weight_on=()):
    known = days(*causes)
    verdict = asks_for_a_look(known, site("left-knee"), None, DEFAULT_RULES)
    return after_injury(verdict, known, tuple(map(day, no_weight_on)))


def test_an_injury_is_a_label_and_lowers_nothing():
    verdict = judge()
    assert (verdict.level, verdict.values["label"]) == (Level.SOON, "injury")
    assert "raised_by" not in verdict.values


@pytest.mark.parametrize(("on", "level"), [(0, Level.SOON), (1, Level.URGENT), (4, Level.URGENT), (5, Level.SOON)])
def test_with_a_leg_that_cannot_bear_weight_it_is_urgent(on, level):
    assert judge(no_weight_on=(on,)).level is level


def test_one_score_of_the_day_that_says_so_is_enough():
    known = days(None, None, None)
    known.append(scored(4, hurting("left-knee", 3), hurting("left-knee", 2, area="inner", cause="injury")))
    verdict = asks_for_a_look(known, site("left-knee"), None, DEFAULT_RULES)
    assert after_injury(verdict, known, ()).values["label"] == "injury"


@pytest.mark.parametrize("cause", ["exercise", None])
def test_without_an_injury_the_flag_speaks_for_itself(cause):
    verdict = judge((cause,) * 4, no_weight_on=(4,))
    assert (verdict.level, verdict.values.get("label")) == (Level.SOON, None)


def test_an_urgent_verdict_stays_urgent_with_the_label():
    verdict = judge(("injury",) * 5)
    assert (verdict.level, verdict.values["label"]) == (Level.URGENT, "injury")


def test_other_rules_are_left_alone():
    known = days_of("left-knee", 9, cause="injury")
    verdict = at_quiet_site(known, site("left-knee"), None, DEFAULT_RULES)
    assert after_injury(verdict, known, (day(1),)) == verdict


@pytest.mark.parametrize(
    ("score", "asks"), [(("left-knee", 1, "injury"), True), (("left-knee", 0, "injury"), False),
                        (("left-knee", 6, "exercise"), False), (("left-knee", 6, None), False)]
)  # fmt: skip
def test_an_injury_that_hurts_asks_the_red_flag_questions(score, asks):
    place, worst, cause = score
    assert asks_red_flags(PainReading((hurting(place, worst, cause=cause),))) is asks
    assert asks_red_flags(PainReading((hurting("neck", 1), hurting(place, worst, cause=cause)))) is asks
