"""At most one alert of a patient, rule and subject stands at a time, and two people can't overwrite each other."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from rehab_tracker.domain.alert import AlertState, Rule
from rehab_tracker.storage.alerts import Alert, AlertStep, alert_of, alerts_of_patient, standing_alerts, steps_of
from rehab_tracker.storage.database import Base
from tests.conftest import Store
from tests.storage.rows import NOW, add, add_clinics, rows_of

ALERT = Base.metadata.tables["alert"]
PATIENT = rows_of(1)["patient"]["id"]


def alert(**other: Any) -> dict[str, Any]:
    """An open alert about a left knee."""
    new = {"id": uuid4(), "subject": "left-knee", "settings_version": None, "acknowledged_by": None}
    return rows_of(1)["alert"] | new | other


@pytest.fixture
def patient(store: Store) -> Store:
    """A store with one patient and one nurse of clinic 1."""
    add_clinics(store, 1)
    with store.session(1) as session:
        add(session, rows_of(1), ["patient", "staff"])
        session.commit()
    return store


def _put(store: Store, *alerts: dict[str, Any]) -> None:
    with store.session(1) as session:
        session.execute(insert(ALERT), list(alerts))
        session.commit()


@pytest.mark.parametrize("state", [AlertState.OPEN, AlertState.ACKNOWLEDGED])
def test_one_alert_of_a_subject_stands_at_a_time(patient: Store, state: AlertState) -> None:
    """A unique key, not a lookup: two workers that both found none can't both write one."""
    _put(patient, alert(state=AlertState.SUPERSEDED), alert(state=AlertState.SUPERSEDED), alert(state=state))
    with pytest.raises(IntegrityError):
        _put(patient, alert())
    _put(patient, alert(subject="right-knee"), alert(rule=Rule.SUDDEN_SEVERE_PAIN), alert(state=AlertState.SUPERSEDED))


def test_a_superseded_alert_makes_room(patient: Store) -> None:
    one = alert()
    _put(patient, one)
    with patient.session(1) as session:
        session.get_one(Alert, (1, one["id"])).state = AlertState.SUPERSEDED
        session.commit()
    _put(patient, alert())
    with patient.session(1) as session:
        assert len(alerts_of_patient(session, 1, PATIENT)) == 2
        assert [found.state for found in alerts_of_patient(session, 1, PATIENT, standing=True)] == [AlertState.OPEN]


def test_of_two_who_write_at_once_the_second_is_told(patient: Store) -> None:
    one = alert()
    _put(patient, one)
    with patient.session(1) as first, patient.session(1) as second:
        mine = first.get_one(Alert, (1, one["id"]))
        first.commit()
        theirs = second.get_one(Alert, (1, one["id"]))
        second.commit()
        mine.state = AlertState.ACKNOWLEDGED
        first.commit()
        theirs.late_days = 3
        with pytest.raises(StaleDataError):
            second.flush()


def test_alerts_are_found_by_patient_and_by_clinic(patient: Store) -> None:
    old = alert(subject="right-knee", last_for_date=alert()["last_for_date"] - timedelta(days=9))
    new, over = alert(raised_at=NOW + timedelta(days=1)), alert(subject="neck", state=AlertState.SUPERSEDED)
    _put(patient, old, new, over)
    with patient.session(1) as session:
        assert {a.id for a in alerts_of_patient(session, 1, PATIENT)} == {old["id"], new["id"], over["id"]}
        assert [a.id for a in alerts_of_patient(session, 1, PATIENT, standing=True)] == [new["id"], old["id"]]
        assert [a.id for a in standing_alerts(session, 1)] == [old["id"], new["id"]]
        assert alerts_of_patient(session, 1, uuid4()) == [] and alert_of(session, 1, uuid4()) is None


def test_the_steps_of_a_life_come_in_order(patient: Store) -> None:
    one = alert()
    _put(patient, one)
    step = rows_of(1)["alert_step"] | {"alert_id": one["id"]}
    names = ["raised", "acknowledged", "closed"]
    with patient.session(1) as session:
        for nth in (2, 0, 1):
            session.add(AlertStep(**step | {"id": uuid4(), "step": names[nth], "at": NOW + timedelta(hours=nth)}))
        session.commit()
        assert [s.step for s in steps_of(session, 1, one["id"])] == names
        assert steps_of(session, 1, uuid4()) == []
