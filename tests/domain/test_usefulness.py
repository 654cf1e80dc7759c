import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.alert import AlertState, Level, Rule
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.share import share
from rehab_tracker.domain.usefulness import Alike, usefulness
from rehab_tracker.evaluation.measure import wilson


def closed(outcome, number=1, rule=Rule.NEW_SITE_PAIN, level=Level.SOON):
    return Alike(rule, level, AlertState.CLOSED, AlertOutcome(outcome), number)


def test_useful_is_what_it_was_good_to_look_at_and_unclear_is_in_no_share():
    every = [closed(outcome, 2) for outcome in AlertOutcome]
    [row] = usefulness(every)
    assert (row.closed, row.useful, row.unclear, row.standing, row.superseded) == (14, 8, 2, 0, 0)
    assert row.share_useful is not None and row.share_useful.value == pytest.approx(8 / 12)


def test_what_stands_or_was_taken_back_stands_beside_it():
    def other(state, number):
        return Alike(Rule.NEW_SITE_PAIN, Level.SOON, AlertState(state), None, number)

    [row] = usefulness([other("open", 2), other("acknowledged", 3), other("superseded", 4), closed("unclear")])
    assert (row.closed, row.standing, row.superseded, row.share_useful) == (1, 5, 4, None)


def test_each_rule_and_level_has_its_row_the_most_pressing_first():
    found = usefulness(
        [
            closed("injury"),
            closed("injury", level=Level.INFO),
            closed("overload", level=Level.URGENT),
            closed("overload", rule=Rule.RED_FLAG, level=Level.URGENT),
        ]
    )
    assert [(str(row.rule), str(row.level)) for row in found] == [
        ("red-flag", "urgent"),
        ("new-site-pain", "urgent"),
        ("new-site-pain", "soon"),
        ("new-site-pain", "info"),
    ]


def test_of_nothing_there_is_no_share():
    assert share(0, 0) is None and usefulness([]) == []


def test_a_published_interval_is_met():
    """81 of 263, Newcombe 1998 (Stat Med 17:857-872), table I: 0.2553 to 0.3662."""
    found = share(81, 263)
    assert found is not None and (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_is_that_of_scipy(counts):
    ours, theirs = share(*counts), wilson(*counts)
    assert ours is not None
    assert tuple(ours) == pytest.approx((theirs.value, theirs.low, theirs.high), abs=1e-9)
    assert 0 <= ours.low <= ours.value <= ours.high <= 1
