"""A change of the working hours counts every deadline anew: by the clock, patient by patient, waiting for nobody."""

from contextlib import contextmanager

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.services import deadlines, recounting
from rehab_tracker.services.clinics import change_settings
from rehab_tracker.services.reach import lock_records
from rehab_tracker.storage.alerts import Alert
from tests.cast import another_patient, ticks
from tests.domain.diary import LISBON, day
from tests.services.clockwork import Clockwork
from tests.services.test_escalating import FRIDAY, MINUTE, MONDAY, TUESDAY, asks, due_at, fever, now, on

HOLIDAY = {"calendar": {"holidays": [str(day(MONDAY))]}}
CHANGED = on(FRIDAY, "16:40")


def changes_hours(cast, values=HOLIDAY, when=CHANGED):
    with cast.session() as session:
        change_settings(session, cast.viewer_of(cast.alda), values, "other hours", when)


def clock_of(cast, when):
    return Clockwork(cast.store, when)


def feverish(cast, name, when):
    patient = another_patient(cast, cast.porto, name)
    cast.sends(patient, ticks("fever", day=0, recorded_at=when.astimezone(LISBON)), now=when)
    return next(alert for alert in cast.rows(Alert) if alert.patient_id == patient.id)


def test_the_clock_counts_all_at_once(cast):
    alerts = [fever(cast, on(FRIDAY, "16:30")), feverish(cast, "Amélia", on(FRIDAY, "16:35"))]
    changes_hours(cast)
    assert [due_at(cast, alert) for alert in alerts] == [on(MONDAY, "09:30"), on(MONDAY, "09:35")]
    works = clock_of(cast, CHANGED + MINUTE)
    works.run()
    for alert, clock in zip(alerts, ("09:30", "09:35"), strict=True):
        assert now(cast, alert).deadline_at == due_at(cast, alert) == on(TUESDAY, clock)
    [run] = [run for run in works.runs(cast.porto, "alert-deadline") if run.subject == "clinic"]
    assert (str(run.result), run.done) == ("done", 2)
    assert works.due(cast.porto, "alert-deadline", "clinic").due_at is None


def test_a_second_change_lets_it_count_again(sqlite_cast):
    cast, alert = sqlite_cast, fever(sqlite_cast, on(FRIDAY, "16:30"))
    changes_hours(cast)
    clock_of(cast, CHANGED + MINUTE).run()
    changes_hours(cast, {"calendar": {"holidays": []}}, CHANGED + 2 * MINUTE)
    clock_of(cast, CHANGED + 3 * MINUTE).run()
    assert now(cast, alert).deadline_at == on(MONDAY, "09:30")


@contextmanager
def somebody_tends(cast, alert):
    """Somebody is in the middle of changing this alert, and holds all that a push holds."""
    with cast.session() as session:
        lock_records(session, cast.porto.id, alert.patient_id)
        deadlines.shorten(session, session.get_one(Alert, (cast.porto.id, alert.id)), on(FRIDAY, "16:50"))
        session.flush()
        yield
        session.commit()


def test_changing_the_hours_waits_for_nobody_who_tends_an_alert(postgres_cast):
    cast, alert = postgres_cast, fever(postgres_cast, on(FRIDAY, "15:00"))
    with somebody_tends(cast, alert):
        changes_hours(cast)
    clock_of(cast, CHANGED + MINUTE).run()
    assert now(cast, alert).deadline_at == on(FRIDAY, "17:00")


def test_what_waits_for_the_clinic_to_open_goes_by_the_new_hours(sqlite_cast):
    cast, alert = sqlite_cast, fever(sqlite_cast, on(FRIDAY, "14:00"))
    assert asks(cast, alert, on(FRIDAY, "18:00")) == "closed-now"
    assert due_at(cast, alert) == on(MONDAY, "08:00")
    changes_hours(cast, when=on(FRIDAY, "18:10"))
    clock_of(cast, on(FRIDAY, "18:11")).run()
    assert due_at(cast, alert) == on(TUESDAY, "08:00")
    assert now(cast, alert).rung == 0


def test_one_patient_for_whom_it_fails_holds_up_no_other_and_is_counted_later(sqlite_cast, monkeypatch):
    cast, alert = sqlite_cast, fever(sqlite_cast, on(FRIDAY, "16:30"))
    other = feverish(cast, "Amélia", on(FRIDAY, "16:30"))
    whole = deadlines.recount

    def fails(session, found, when):
        if found.id == alert.id:
            raise RuntimeError("zqporto-canary")
        whole(session, found, when)

    monkeypatch.setattr(deadlines, "recount", fails)
    changes_hours(cast)
    works = clock_of(cast, CHANGED + MINUTE)
    works.run()
    assert [now(cast, each).deadline_at for each in (alert, other)] == [on(MONDAY, "09:30"), on(TUESDAY, "09:30")]
    monkeypatch.undo()
    works.until(CHANGED + 3 * MINUTE, MINUTE)
    assert now(cast, alert).deadline_at == on(TUESDAY, "09:30")
    assert [result for _, result in works.told(cast.porto, "alert-deadline")] == ["failed", "done"]


def test_a_count_that_broke_off_ends_as_if_it_had_not(sqlite_cast):
    cast = sqlite_cast
    alerts = [fever(cast, on(FRIDAY, "16:30")), *(feverish(cast, name, on(FRIDAY, "16:30")) for name in "BCD")]
    changes_hours(cast)
    left = iter((None, None))

    def killed():
        if next(left, True):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recounting.recount(
            lambda: cast.store.session(cast.porto.id, "jobs"), system(cast.porto.id), CHANGED + MINUTE, killed
        )
    counted = [now(cast, alert).deadline_at == on(TUESDAY, "09:30") for alert in alerts]
    assert sum(counted) == 2
    clock_of(cast, CHANGED + MINUTE).run()
    assert {now(cast, alert).deadline_at for alert in alerts} == {on(TUESDAY, "09:30")}


def test_bragas_clock_counts_nothing_of_porto(cast):
    alert = fever(cast, on(FRIDAY, "16:30"))
    changes_hours(cast)
    braga = cast.braga.id
    assert recounting.recount(lambda: cast.store.session(braga, "jobs"), system(braga), CHANGED, lambda: None) == 0
    assert now(cast, alert).deadline_at == on(MONDAY, "09:30")
