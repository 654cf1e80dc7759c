"""The inbox: which alerts stand in which list, patient by patient."""

import pytest

from rehab_tracker.domain.alert_life import Rest
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.duty import Away
from rehab_tracker.domain.errors import NotAllowed
from rehab_tracker.services import alert_life, duty, enrolment
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.closing import close
from rehab_tracker.services.inbox import Tab, inbox
from rehab_tracker.services.reach import give_reason
from rehab_tracker.storage.audit import AuditEvent
from tests.cast import OPENED, another_patient, at, ticks
from tests.domain.diary import day
from tests.services.test_escalating import another


def lists(cast, who, now=None):
    """Which alerts, by subject, somebody finds in each list."""
    found = {}
    for tab in Tab:
        with cast.session(cast.clinic_of(who)) as session:
            shown = inbox(session, cast.viewer_of(who), tab, now or at(2))
        found[str(tab)] = [alert.subject for each in shown.patients for alert in each.alerts]
        assert shown.counts[tab] == len(found[str(tab)])
    return {tab: subjects for tab, subjects in found.items() if subjects}


def does(cast, verb, who, alert, *said, now=None):
    with cast.session() as session:
        return verb(session, cast.viewer_of(who), alert.id, *said, now or at(1, 20))


@pytest.fixture
def sore(cast):
    """Ana's left hip hurts badly, and she has a fever; her right knee is known."""
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 7}, 1)
    cast.ana_ticks("fever", day=1)
    return cast


def test_an_alert_goes_from_list_to_list(sore):
    hip, fever = sore.alert("sudden-severe-pain", "left-hip"), sore.alert("red-flag", "fever")
    assert set(lists(sore, sore.nuno)["new"]) == {"fever", "left-hip"}
    does(sore, acknowledge, sore.nuno, hip)
    assert lists(sore, sore.nuno) == {"new": ["fever"], "mine": ["left-hip"]}
    assert lists(sore, sore.boris) == {"new": ["fever"], "team": ["left-hip"]}
    does(sore, alert_life.assign, sore.nuno, hip, sore.boris.id, "")
    assert lists(sore, sore.boris) == {"new": ["fever"], "mine": ["left-hip"], "team": ["left-hip"]}
    does(sore, alert_life.snooze, sore.nuno, hip, Rest(day(4), "waits"))
    assert lists(sore, sore.nuno) == {"new": ["fever"], "snoozed": ["left-hip"]}
    does(sore, close, sore.nuno, fever, AlertOutcome.OTHER_DISEASE, "a cold", None)
    assert lists(sore, sore.nuno) == {"snoozed": ["left-hip"], "closed": ["fever"]}
    assert "closed" not in lists(sore, sore.nuno, at(16))


def test_the_most_pressing_patient_comes_first_with_all_alerts(sore):
    eva = another_patient(sore, sore.porto, "Aaron")
    with sore.session() as session:
        enrolment.join(session, sore.porto.id, eva.id, sore.nuno.id, OPENED)
        session.commit()
    sore.sends(eva, ticks("weight-loss", day=1), now=at(1, 5))
    with sore.session() as session:
        shown = inbox(session, sore.viewer_of(sore.nuno), Tab.NEW, at(2))
    assert [each.patient.name.split()[0] for each in shown.patients] == ["Ana", "Aaron"]
    assert len(shown.patients[0].alerts) == 2


def test_the_audit_names_whose_alerts_were_shown_and_nothing_else_changes(sore):
    before = sore.counts()
    lists(sore, sore.nuno)
    after = sore.counts()
    assert {table for table in after if after[table] != before[table]} == {"audit_event"}
    shown = [row.detail["patients"] for row in sore.rows(AuditEvent) if row.action == "alerts-read"]
    assert [str(sore.ana.id)] in shown and [] in shown


def test_others_find_nothing_of_ana(sore):
    for person in (sore.dora, sore.carla, sore.celia):
        assert lists(sore, person) == {}
    with sore.session() as session, pytest.raises(NotAllowed):
        inbox(session, sore.viewer_of(sore.alda), Tab.NEW, at(2))


def test_whoever_takes_an_alert_for_a_reason_finds_it_among_the_own_ones_and_nothing_else_of_ana(sore):
    hip = sore.alert("sudden-severe-pain", "left-hip")
    with sore.session() as session:
        give_reason(session, sore.viewer_of(sore.dora), sore.ana.id, "Nuno is ill", at(1, 5))
    does(sore, acknowledge, sore.dora, hip)
    assert lists(sore, sore.dora) == {"mine": ["left-hip"]}


def test_who_stands_in_finds_what_was_told_without_the_patient(sore):
    celso = another(sore, "Celso")
    away = Away(sore.nuno.id, celso.id, day(1), day(9))
    with sore.session() as session:
        asked = duty.announce_absence(session, sore.viewer_of(sore.nuno), away, at(1))

    def told():
        with sore.session() as session:
            found = inbox(session, sore.viewer_of(celso), Tab.NEW, at(2))
        assert not found.patients
        return [alert.subject for alert in found.told]

    assert told() == []
    with sore.session() as session:
        duty.accept_absence(session, sore.viewer_of(celso), asked.id, at(1))
    assert told() == ["fever", "left-hip"]
    assert str(sore.ana.id) not in str([row.detail for row in sore.rows(AuditEvent) if row.actor_id == celso.id])


def test_of_alerts_about_one_leg_the_louder_one_stands_first(cast):
    cast.records("left-knee")
    for number in range(1, 12):
        cast.ana_logs({"left-knee": 1}, number)
    for number in (12, 13, 14):
        cast.ana_logs({"left-knee": 6}, number)
    cast.ana_logs({"left-knee": 6, "left-hip": 8}, 15)
    assert lists(cast, cast.nuno, at(15, 30))["new"] == ["left-hip", "left-knee"]
