"""Handing over while a colleague accepts: patients are locked before letters, so that neither waits for the other."""

from threading import Event, Thread

import pytest

from rehab_tracker.services import alert_life
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.people import CareTeam
from tests.cast import another_patient, at, settle, ticks
from tests.services.test_escalating import takes


@pytest.fixture
def cast(postgres_store):
    return settle(postgres_store)


def in_hand(cast):
    """Two alerts of two patients that Nuno looks after; Boris is asked to take the one of the later patient."""
    patients = sorted((another_patient(cast, cast.porto, f"P{n}") for n in range(2)), key=lambda each: each.id)
    with cast.session() as session:
        for patient in patients:
            for who in (cast.nuno, cast.boris):
                session.add(CareTeam(clinic_id=cast.porto.id, patient_id=patient.id, staff_id=who.id, since=at(0)))
        session.commit()
    for patient in patients:
        cast.sends(patient, ticks("fever", day=1), now=at(1))
    alerts = sorted(cast.rows(Alert), key=lambda alert: [patient.id for patient in patients].index(alert.patient_id))
    for alert in alerts:
        takes(cast, alert, at(1, 5))
    with cast.session() as session:
        alert_life.assign(session, cast.viewer_of(cast.nuno), alerts[1].id, cast.boris.id, "", at(1, 6))
    return alerts


@pytest.mark.postgres
def test_one_hands_over_while_another_accepts_and_both_are_answered(cast, monkeypatch):
    first, second = in_hand(cast)
    has_begun, may_go_on = Event(), Event()
    real, became = alert_life._hand, {}

    def hand(session, viewer, alert, *how):
        done = real(session, viewer, alert, *how)
        if alert.id == first.id:
            has_begun.set()
            may_go_on.wait(10)
        return done

    def does(name, who, verb, *said):
        with cast.session() as session:
            became[name] = verb(session, cast.viewer_of(who), *said, at(1, 7))

    monkeypatch.setattr(alert_life, "_hand", hand)
    handing = Thread(target=does, args=("handed", cast.nuno, alert_life.hand_over, cast.boris.id, ""))
    accepting = Thread(target=does, args=("accepted", cast.boris, alert_life.accept, second.id))
    handing.start()
    assert has_begun.wait(10)
    accepting.start()
    accepting.join(1)
    may_go_on.set()
    for each in (handing, accepting):
        each.join(20)
    assert became["handed"].asked >= 1 and became["accepted"].acknowledged_by == cast.boris.id
