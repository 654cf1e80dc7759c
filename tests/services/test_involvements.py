"""Involvements: what staff record changes at once what the rules say of the days since."""

import pytest

from rehab_tracker.domain.errors import NotAllowed, NotFound, ReasonNeeded
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.involvements import InvolvementRow
from tests.cast import at
from tests.domain.diary import day


def four_days(cast, place="left-knee", area=None):
    for n in range(1, 5):
        cast.ana_logs({place: 4}, n, area=area)


def test_a_record_keeps_who_when_and_since_which_day(cast):
    cast.records("left-knee", "suspected", on=4, by=cast.nuno)
    [row] = cast.rows(InvolvementRow)
    assert (str(row.site), row.status, row.recorded_on, row.recorded_at) == ("left-knee", "suspected", day(4), at(4))
    assert row.recorded_by == cast.nuno.id
    assert cast.audit() == ["involvement-recorded"]


def test_the_first_record_answers_its_alert_and_lets_the_rules_judge_the_days_since(cast):
    four_days(cast)
    assert cast.standing() == {("no-site-recorded", "soon", "whole-body", 1)}
    cast.records("right-knee", on=4)
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 4)}


def test_a_place_that_is_recorded_as_known_takes_its_alert_back_for_the_days_since(cast):
    cast.records("right-knee")
    four_days(cast)
    cast.records("left-knee", "confirmed", on=4)
    assert cast.standing() == set()
    assert [alert.state for alert in cast.rows(Alert)] == ["superseded"]


def test_verdicts_of_the_days_before_a_place_was_known_stay(cast):
    cast.records("right-knee")
    four_days(cast)
    cast.records("left-knee", "confirmed", on=5)
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 4)}


def test_a_mistaken_record_makes_the_place_quiet_again(cast):
    cast.records("right-knee")
    cast.records("left-knee", "suspected", on=1)
    four_days(cast)
    assert cast.standing() == set()
    cast.records("left-knee", "entered-in-error", on=2)
    cast.ana_logs({"left-knee": 4}, 5)
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 5)}


def test_pain_in_another_part_of_a_known_joint_is_an_alert_about_that_part(cast):
    cast.records("right-knee.medial-femoral-condyle")
    four_days(cast, "right-knee", area="outer")
    [alert] = cast.rows(Alert)
    assert (alert.rule, alert.level, alert.subject) == ("new-compartment-pain", "soon", "right-knee")


def test_who_may_not_reach_the_record_records_nothing(cast):
    for person, refusal in (
        (cast.dora, ReasonNeeded),
        (cast.alda, NotAllowed),
        (cast.ana, NotAllowed),
        (cast.carla, NotFound),
    ):
        with pytest.raises(refusal):
            cast.records("left-knee", by=person)
    assert cast.rows(InvolvementRow) == cast.rows(InvolvementRow, cast.braga) == []
