import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import AlertState, Level, Rule, Verdict, acknowledged, closed, standings
from rehab_tracker.domain.errors import WrongState
from tests.domain.diary import day


def verdict(number, level="soon", rule=Rule.NEW_SITE_PAIN, subject="left-knee"):
    return Verdict(rule, 1, Level(level), subject, day(number), key="")


def stretches(*verdicts):
    return [[v.for_date for v in s.verdicts] for s in standings(verdicts)]


def test_a_nurse_takes_an_open_alert_once():
    assert acknowledged(AlertState.OPEN) is AlertState.ACKNOWLEDGED
    for state in set(AlertState) - {AlertState.OPEN}:
        with pytest.raises(WrongState, match=str(state)):
            acknowledged(state)


def test_what_still_stands_can_be_closed_once():
    for state in (AlertState.OPEN, AlertState.ACKNOWLEDGED):
        assert closed(state) is AlertState.CLOSED
    for state in (AlertState.SUPERSEDED, AlertState.CLOSED):
        with pytest.raises(WrongState, match=str(state)):
            closed(state)


def test_levels_rank_from_info_to_urgent():
    assert [level.rank for level in (Level.INFO, Level.SOON, Level.URGENT)] == [0, 1, 2]


def test_an_alert_goes_on_through_14_days_and_ends_after_them():
    assert stretches(verdict(1), verdict(15)) == [[day(1), day(15)]]
    assert stretches(verdict(1), verdict(16)) == [[day(1)], [day(16)]]


def test_each_rule_and_each_subject_has_its_own_alert():
    found = standings([verdict(1), verdict(1, subject="left-foot"), verdict(1, rule=Rule.SUDDEN_SEVERE_PAIN)])
    assert {(s.rule, s.subject) for s in found} == {
        ("new-site-pain", "left-knee"),
        ("new-site-pain", "left-foot"),
        ("sudden-severe-pain", "left-knee"),
    }


def test_only_a_rise_is_news():
    [standing] = standings(
        [verdict(1, "info"), verdict(2, "info"), verdict(3, "urgent"), verdict(4, "soon"), verdict(5, "urgent")]
    )
    assert [(v.for_date, str(v.level)) for v in standing.rises] == [(day(1), "info"), (day(3), "urgent")]
    assert standing.worst.for_date == day(3)
    assert (standing.first_day, standing.last_day) == (day(1), day(5))


def test_of_two_verdicts_of_one_day_the_more_urgent_speaks():
    [standing] = standings([verdict(1, "soon"), verdict(1, "urgent")])
    assert [str(v.level) for v in standing.rises] == ["urgent"]


VERDICTS = st.builds(
    verdict, st.integers(0, 60), st.sampled_from(Level), subject=st.sampled_from(["left-knee", "left-foot"])
)


@given(st.lists(VERDICTS, max_size=12).flatmap(lambda made: st.tuples(st.just(made), st.permutations(made))))
def test_the_order_in_which_verdicts_are_found_does_not_matter(orders):
    one, other = ([(s.subject, s.first_day, s.last_day, s.worst.level) for s in standings(o)] for o in orders)
    assert one == other


@given(st.lists(VERDICTS, max_size=12))
def test_no_verdict_is_lost_and_saying_it_twice_changes_nothing(made):
    found = standings(made)
    assert sorted(v.for_date for s in found for v in s.verdicts) == sorted(v.for_date for v in made)
    assert [(s.first_day, s.last_day) for s in standings(made * 2)] == [(s.first_day, s.last_day) for s in found]
