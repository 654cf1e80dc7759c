"""Giving back: who leaves, or reads no records any more, keeps no alert; it is open for the others at once."""

import pytest

from rehab_tracker.domain.access import Role
from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.alert_life import Rest
from rehab_tracker.services import alert_life, alerts, giving_back, team
from rehab_tracker.storage.alerts import AlertStep
from rehab_tracker.storage.audit import AuditEvent
from tests.cast import at, logs
from tests.domain.diary import day
from tests.services.test_team import at_work, does

HIP, FEVER = ("sudden-severe-pain", "left-hip"), ("red-flag", "fever")


@pytest.fixture
def holding(cast):
    """Nuno has acknowledged a red flag, and put the hip to rest for a week."""
    cast.records("right-knee")
    cast.sends(cast.ana, logs({"left-hip": 9}, 1))
    cast.ana_ticks("fever", day=1)
    nuno = cast.viewer_of(cast.nuno)
    with cast.session() as session:
        for about in (HIP, FEVER):
            alerts.acknowledge(session, nuno, cast.alert(*about).id, at(1, 5))
        alert_life.snooze(session, nuno, cast.alert(*HIP).id, Rest(day(8), "waits for the MRI"), at(1, 6))
    return cast


def standing(cast, about):
    alert = cast.alert(*about)
    return alert.state, alert.acknowledged_by, alert.acknowledged_at, alert.snoozed_until, alert.rung


OPEN = (AlertState.OPEN, None, None, None, 0)
GOES = [(team.disable, ()), (team.change_role, (Role.CLINIC_ADMIN,))]


@pytest.mark.parametrize(("verb", "said"), GOES)
def test_what_somebody_held_who_goes_is_open_for_everybody_with_a_new_deadline(holding, verb, said):
    before = {about: holding.alert(*about).deadline_at for about in (HIP, FEVER)}
    does(holding, verb, holding.nuno, *said, now=at(1, 30))
    assert [standing(holding, about) for about in (HIP, FEVER)] == [OPEN, OPEN]
    assert all(holding.alert(*about).deadline_at < before[about] for about in (HIP, FEVER))
    with holding.session() as session:
        assert team.member(session, holding.viewer_of(holding.alda), holding.nuno.id, at(1, 31)).in_hand == 0


@pytest.mark.parametrize(("verb", "said"), GOES)
def test_the_history_and_the_audit_say_who_did_it(holding, verb, said):
    does(holding, verb, holding.nuno, *said, now=at(1, 30))
    steps = [row for row in holding.rows(AlertStep) if row.step == "given-back"]
    assert [(row.actor_id, row.actor_role, row.at) for row in steps] == [
        (holding.alda.id, Role.CLINIC_ADMIN, at(1, 30))
    ] * 2
    told = {row.subject for row in holding.rows(AuditEvent) if row.action == "alert-given-back"}
    assert told == {str(holding.alert(*about).id) for about in (HIP, FEVER)}


def test_those_who_stay_are_told_of_the_urgent_ones_anew_and_the_one_who_left_is_not(holding):
    written = {letter.id for letter in holding.about_alerts()}
    does(holding, team.disable, holding.nuno, now=at(1, 30))
    new = [letter for letter in holding.about_alerts() if letter.id not in written]
    assert {(letter.alert_id, letter.staff_id) for letter in new} == {
        (holding.alert(*about).id, holding.boris.id) for about in (HIP, FEVER)
    }


def test_another_clinicians_role_keeps_what_one_holds(holding):
    does(holding, team.change_role, holding.nuno, Role.PHYSIATRIST, now=at(1, 30))
    assert [standing(holding, about)[0] for about in (FEVER, HIP)] == [AlertState.ACKNOWLEDGED, AlertState.SNOOZED]


def test_what_was_left_over_is_given_back_when_it_is_asked_for_once_more_and_then_nothing_changes(holding, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(team, "give_back", lambda *_: 0)
        does(holding, team.disable, holding.nuno, now=at(1, 30))
    assert standing(holding, FEVER)[0] is AlertState.ACKNOWLEDGED
    does(holding, team.disable, holding.nuno, now=at(1, 40))
    assert standing(holding, FEVER) == OPEN
    before = holding.counts()
    does(holding, team.disable, holding.nuno, now=at(1, 50))
    assert holding.counts() == before


def test_what_a_colleague_has_taken_meanwhile_stays_with_that_colleague(holding, monkeypatch):
    at_work(holding, holding.boris)
    real = giving_back._locked

    def locked(session, viewer, alert_id):
        alert = real(session, viewer, alert_id)
        alert.acknowledged_by = holding.boris.id
        return alert

    monkeypatch.setattr(giving_back, "_locked", locked)
    does(holding, team.disable, holding.nuno, now=at(1, 30))
    assert "given-back" not in {row.step for row in holding.rows(AlertStep)}
