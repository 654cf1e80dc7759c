"""What other entries than pain raise, what needs a plan or the whole story, and what of it is mailed."""

from itertools import pairwise
from uuid import uuid4

from rehab_tracker.domain.advice import AdviceKind
from rehab_tracker.domain.entry import Kind, Sent
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.pain import Cause, PainReading, PainScore
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from rehab_tracker.services.entries import push
from tests.cast import at, digest_of, sent, withdrawal
from tests.domain.diary import LISBON, evening


def said(kind, content, number):
    return Sent(uuid4(), kind, 1, evening(number), LISBON.key, None, False, content)


def walked(number, over_limit, limb=Limb.RIGHT_LEG):
    return said(Kind.WEIGHT_BEARING, WeightBearingReport(limb, Aids.TWO_CRUTCHES, over_limit), number)


def trained(number, pain):
    return said(Kind.EXERCISE, ExerciseReport("straight-leg-raise", done_sets=3, pain_during=pain), number)


def hurt(number, place, pain, **more):
    return sent(PainReading((PainScore(site(place), on_loading=pain, **more),)), number)


def asked(cast, item, now):
    """The kind of advice that Ana gets on this entry, None where she gets none."""
    with cast.session() as session:
        [result] = push(session, cast.viewer_of(cast.ana), [item], now, now)
    return result.advice and result.advice.kind


def test_too_much_weight_raises_without_any_pain_entry(cast):
    cast.records("right-knee")
    often = walked(2, OverLimit.OFTEN)
    cast.sends(cast.ana, walked(1, OverLimit.NO), often, now=at(2))
    assert cast.standing() == {("over-limit", "soon", "right-leg", 2)}
    assert cast.letters() == [] and digest_of(cast, cast.nuno, at(3))["soon"] == 1
    cast.sends(cast.ana, withdrawal(often, 2), now=at(2, 1))
    assert cast.standing() == set() and digest_of(cast, cast.nuno, at(4))["soon"] == 0


def test_reports_of_a_limb_count_however_long_ago_they_were(cast):
    cast.records("right-knee")
    for number in (1, 60, 120):
        cast.sends(cast.ana, walked(number, OverLimit.FEW_STEPS), now=at(number))
    assert cast.standing() == {("over-limit", "soon", "right-leg", 120)}


def test_exercises_that_hurt_are_shown_and_never_mailed(cast):
    cast.records("right-knee")
    for number in (1, 10):
        cast.sends(cast.ana, trained(number, 6), now=at(number))
    assert cast.standing() == {("exercise-pain", "info", "whole-body", 10)}
    assert cast.letters() == []


def test_a_known_place_that_does_not_improve_under_its_plan_is_shown(cast):
    cast.records("right-knee")
    for number in range(1, 45):
        cast.sends(cast.ana, hurt(number, "right-knee", 4), now=at(number))
    assert {found[:3] for found in cast.standing()} >= {("not-improving", "info", "right-knee")}


def test_a_known_place_that_flares_is_told(cast):
    cast.records("right-knee")
    for number in range(1, 20):
        cast.sends(cast.ana, hurt(number, "right-knee", 1 if number < 15 else 5), now=at(number))
    assert ("known-site-flare", "soon", "right-knee") in {found[:3] for found in cast.standing()}


def test_what_was_there_since_enrolment_is_shown_and_not_mailed(cast):
    cast.records("right-knee")
    for number in range(1, 40, 2):
        cast.sends(cast.ana, hurt(number, "left-shoulder", 2), now=at(number))
    [alert] = [a for a in cast.standing() if a[0] == "new-site-pain"]
    assert alert[1:3] == ("info", "left-shoulder") and cast.letters() == []


def test_whose_pain_was_there_from_the_start_is_asked_once_a_week_since_when(cast):
    cast.records("right-knee")
    answers = {n: asked(cast, hurt(n, "left-shoulder", 2), at(n)) for n in range(1, 41)}
    asking = [n for n, answer in answers.items() if answer is AdviceKind.SINCE_WHEN]
    assert asking and {answer for n, answer in answers.items() if n not in asking} == {None}
    assert {later - sooner for sooner, later in pairwise(asking)} == {7}
    assert asked(cast, hurt(asking[-1] + 7, "left-hip", 1), at(asking[-1] + 7)) is None


def test_pain_after_an_injury_asks_the_red_flag_questions_at_once(cast):
    cast.records("right-knee")
    mild, harmless = hurt(1, "left-knee", 2, cause=Cause.INJURY), hurt(1, "left-knee", 2, cause=Cause.EXERCISE)
    assert asked(cast, mild, at(1)) == asked(cast, mild, at(1, 1)) == AdviceKind.ANSWER_RED_FLAGS
    assert asked(cast, harmless, at(1)) is None
    assert asked(cast, withdrawal(mild, 1), at(1, 2)) is None
