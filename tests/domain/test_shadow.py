"""Rules in shadow: they raise nothing, and all else is as if there were no such rule."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.arrival import Arrivals, arising
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.review import review
from rehab_tracker.domain.shadow import ALWAYS_HEARD
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport
from tests.domain.diary import LISBON, day, entry, history, known, logged, pain
from tests.domain.from_scratch import FromScratch
from tests.domain.staff import status
from tests.domain.test_arrival_by_piece import PIECES, _received, _same, _without_impossible

SILENCEABLE = sorted(set(Rule) - set(ALWAYS_HEARD))
KNEE = status(0, "right-knee.medial-femoral-condyle", "confirmed")


def over(number):
    return entry(number, WeightBearingReport(Limb.RIGHT_LEG, Aids.TWO_CRUTCHES, OverLimit.OFTEN))


def bridges(number):
    return entry(number, ExerciseReport("bridges", done_sets=3, pain_during=6))


STORIES = {
    Rule.RECURRENCE: [
        KNEE, status(0, "left-knee", "resolved", hour=10), *(pain(n) for n in range(1, 9)),
        *logged("left-knee", 3, 3, 3, first=9),
    ],
    Rule.OVER_LIMIT: [KNEE, *(over(n) for n in range(1, 6))],
    Rule.NOT_IMPROVING: [KNEE, *logged("right-knee", *[5] * 50, first=0, area="inner")],
    Rule.EXERCISE_PAIN: [KNEE, *(bridges(n) for n in range(1, 6))],
    Rule.KNOWN_SITE_FLARE: [KNEE, *logged("right-knee", *[1] * 8, 5, 5, 5, 5, area="inner")],
    Rule.NOT_LOGGING: [KNEE, pain(1), pain(20)],
}  # fmt: skip


def silencing(*rules):
    return RuleSettings(shadow=frozenset(rules))


def raised(pieces, settings=DEFAULT_RULES):
    came = sorted(((_received(piece), piece) for piece in pieces), key=lambda piece: piece[0])
    return arising(came, LISBON, settings, enrolled_on=day(0))


def rules_of(found):
    return {each.verdict.rule for each in found}


def test_there_is_a_story_of_every_rule_that_may_run_silently():
    assert sorted(STORIES) == SILENCEABLE


def test_pain_in_another_part_of_a_known_joint_must_reach_somebody_too():
    """Of two parts of one knee the second may be where the disease has gone."""
    assert Rule.NEW_COMPARTMENT_PAIN not in SILENCEABLE
    with pytest.raises(InvalidValue, match="new-compartment-pain can't run silently: the disease may move within"):
        silencing(Rule.NEW_COMPARTMENT_PAIN)


@pytest.mark.parametrize("rule", SILENCEABLE)
def test_a_rule_in_shadow_raises_nothing_and_the_others_raise_what_they_did(rule):
    found = raised(STORIES[rule])
    assert rule in rules_of(found)
    left = [each for each in found if each.verdict.rule not in (rule, Rule.NOT_LOGGING)]
    silent = raised(STORIES[rule], silencing(rule))
    assert [each for each in silent if each.verdict.rule is not Rule.NOT_LOGGING or rule is Rule.NOT_LOGGING] == left


@pytest.mark.parametrize("rule", SILENCEABLE)
def test_the_review_of_a_whole_history_leaves_it_out_too(rule):
    entries = [piece for piece in STORIES[rule] if isinstance(piece, Entry)]
    resolved = [known("left-knee", "resolved")] if rule is Rule.RECURRENCE else []
    told = history(entries, [known(), *resolved])
    others = [verdict for verdict in review(told) if verdict.rule is not rule]
    assert review(told, silencing(rule)) == others


def test_silence_beside_a_silent_rules_alert_is_only_info():
    """A suspected spine: nothing is restricted. The flare would make the silence soon; silent, it is no alert."""
    diary = [status(0, "lumbar-spine", "suspected"), *logged("lumbar-spine", *[1] * 8, 5, 5, 5), pain(18)]
    levels = {
        shadow: [str(each.verdict.level) for each in raised(diary, each_) if each.verdict.rule is Rule.NOT_LOGGING]
        for shadow, each_ in (("heard", DEFAULT_RULES), ("silent", silencing(Rule.KNOWN_SITE_FLARE)))
    }
    assert levels == {"heard": ["soon"], "silent": ["info"]}


SHADOWS = st.sets(st.sampled_from(SILENCEABLE), min_size=1).map(lambda rules: silencing(*rules))


@settings(max_examples=150, deadline=None)
@given(PIECES, SHADOWS, st.booleans(), st.data())
def test_in_shadow_is_as_if_there_were_no_such_rule_after_every_piece(pieces, silent, in_order_of_receipt, data):
    """The other way of judging drops a silent rule's verdicts before any other rule can see one."""
    came = sorted(pieces, key=_received) if in_order_of_receipt else data.draw(st.permutations(pieces))
    arrivals, scratch = Arrivals(LISBON, silent, enrolled_on=day(0)), FromScratch(LISBON, day(0), silent)
    for piece in _without_impossible(came):
        found = [(r.verdict, r.raised_on) for r in arrivals.take(piece, _received(piece))]
        assert found == scratch.take(piece, _received(piece))
        assert _same(arrivals.verdicts, [*scratch.verdicts, *scratch.by_time])
        assert not {verdict.rule for verdict in arrivals.verdicts} & silent.shadow


@settings(max_examples=60, deadline=None)
@given(PIECES, st.sampled_from(SILENCEABLE))
def test_what_nobody_reads_may_fall_silent_and_every_other_alert_stays(pieces, rule):
    """Only silence reads the alerts of rules that may fall silent."""
    came = _without_impossible(sorted(pieces, key=_received))

    def told(settings):
        return [
            (each.verdict, each.raised_on, each.rises_from)
            for each in raised(came, settings)
            if each.verdict.rule not in (rule, Rule.NOT_LOGGING)
        ]

    assert told(silencing(rule)) == told(DEFAULT_RULES)


# Time that goes on after the last piece


def silences(pieces, until=None):
    came = [(_received(piece), piece) for piece in pieces]
    found = arising(came, LISBON, enrolled_on=day(0), until=until)
    return [((each.raised_on - day(0)).days, str(each.verdict.level)) for each in found]


SPINE = status(0, "lumbar-spine", "suspected")


@pytest.mark.parametrize(
    ("until", "told"), [(4, []), (5, [(5, "info")]), (8, [(5, "info")]), (9, [(5, "info"), (9, "soon")])]
)
def test_time_runs_on_to_a_day_after_the_last_log(until, told):
    assert silences([SPINE, pain(1)], day(until)) == told
    assert silences([SPINE, pain(1)]) == []


def test_who_never_sent_anything_is_missed_too():
    assert silences([], day(9)) == [(3, "info"), (7, "soon")]


def test_a_day_that_has_passed_already_tells_nothing():
    assert silences([SPINE, pain(1), pain(9)], day(4)) == silences([SPINE, pain(1), pain(9)])


@settings(max_examples=100, deadline=None)
@given(PIECES, st.lists(st.integers(0, 90), max_size=6))
def test_it_tells_the_same_in_one_go_or_midnight_by_midnight(pieces, stops):
    came = _without_impossible(sorted(pieces, key=_received))
    at_once, by_steps = Arrivals(LISBON, enrolled_on=day(0)), Arrivals(LISBON, enrolled_on=day(0))
    told, stepped = [], []
    for piece in came:
        on = _received(piece).astimezone(LISBON).date()
        for stop in sorted(stops):
            stepped += by_steps.let_pass(day(stop)) if day(stop) <= on else []
        told += at_once.take(piece, _received(piece))
        stepped += by_steps.take(piece, _received(piece))
    for stop in (*sorted(stops), 90):
        stepped += by_steps.let_pass(day(stop))
    assert stepped == told + at_once.let_pass(day(90))
    assert Counter(map(repr, by_steps.verdicts)) == Counter(map(repr, at_once.verdicts))
