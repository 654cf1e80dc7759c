"""Usefulness counts a clinic's own alerts, of the days asked for."""

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.errors import InvalidValue, NotAllowed
from rehab_tracker.services.closing import close
from rehab_tracker.services.usefulness import count_usefulness
from tests.cast import at
from tests.domain.diary import day


def counted(cast, first=0, last=60, clinic=None, viewer=None):
    found = clinic or cast.porto
    with cast.session(found) as session:
        rows = count_usefulness(session, viewer or system(found.id), day(first), day(last))
    return {(str(r.rule), str(r.level)): (r.closed, r.useful, r.unclear, r.standing, r.superseded) for r in rows}


def closes(cast, rule, subject, outcome):
    with cast.session() as session:
        alert = cast.alert(rule, subject)
        close(session, cast.viewer_of(cast.nuno), alert.id, AlertOutcome(outcome), "seen", None, at(3, 5))


def test_what_was_closed_and_what_stands_is_counted_by_rule_and_level(cast):
    cast.records("right-knee")
    cast.ana_ticks("fever", "calf-swelling", day=1)
    cast.ana_logs({"left-hip": 9}, 2)
    cast.ana_logs({"left-shoulder": 9}, 3)
    closes(cast, "red-flag", "fever", "other-disease")
    closes(cast, "sudden-severe-pain", "left-hip", "wrong-entry")
    before = cast.counts()
    found = counted(cast)
    assert found["red-flag", "urgent"] == (1, 1, 0, 1, 0)
    assert found["sudden-severe-pain", "urgent"] == (1, 0, 0, 0, 0)
    assert found["sudden-severe-pain", "soon"] == (0, 0, 0, 1, 0)
    assert cast.counts() == before
    assert counted(cast, 2, 2).keys() == {("sudden-severe-pain", "urgent")}
    assert counted(cast, 4) == {}


def test_another_clinic_counts_nothing_of_it(cast):
    cast.ana_ticks("fever", day=1)
    assert counted(cast, clinic=cast.braga) == {}


def test_nobody_but_the_operator_asks_and_days_must_not_be_turned(cast):
    for person in (cast.nuno, cast.boris, cast.alda, cast.ana):
        with pytest.raises(NotAllowed):
            counted(cast, viewer=cast.viewer_of(person))
    with pytest.raises(InvalidValue):
        counted(cast, 2, 1)
