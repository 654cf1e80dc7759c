"""What ran when: what the clock did, for all of the staff, and nothing about any patient."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from rehab_tracker.domain.due import Job, RunResult
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.services.clock import beat, beat_at_work
from rehab_tracker.services.clock_log import clock_log
from rehab_tracker.storage.clock import JobRun
from rehab_tracker.storage.database import sessions
from tests.cast import another_patient
from tests.dashboards.conftest import House
from tests.services.clockwork import Clockwork

PAGE = "/c/porto/clock"


def lived(house: House) -> Clockwork:
    """Two days of the clock before now, the second of them spent asleep until the afternoon."""
    works = Clockwork(house.cast.store, house.now - timedelta(days=2))
    works.upkeep()
    works.until(house.now - timedelta(days=1))
    works.now = house.now
    works.upkeep()
    works.run()
    beat(sessions(house.cast.store.engine("jobs")), "due", house.now, went_well=True)
    beat_at_work(sessions(house.cast.store.engine("jobs")), "due", house.now)
    return works


def test_the_page_says_what_ran_what_is_due_and_what_was_missed(sqlite_house: House) -> None:
    lived(sqlite_house)
    for person in (sqlite_house.cast.boris, sqlite_house.cast.alda):
        text = sqlite_house.browser(person).get(PAGE).text
        assert "Morning mail" in text and "A new day: silence and plans" in text
        assert "3 late" in text and "missed: too late to be of use" in text
        assert "Doing what is due" in text and "What is due next" in text
        assert "at work" not in text
    assert 'href="/c/porto/clock"' in text


def test_no_patient_is_on_it(sqlite_house: House) -> None:
    another_patient(sqlite_house.cast, sqlite_house.cast.porto, "Amélia")
    works = lived(sqlite_house)
    text = sqlite_house.browser(sqlite_house.cast.alda).get(PAGE).text
    assert "zqporto-ana" not in text and "zqporto-am" not in text
    subjects = {run.subject for run in works.runs(sqlite_house.cast.porto, *Job)} - {"clinic", "Europe/Lisbon"}
    assert subjects and not any(subject in text for subject in subjects)


def runs_of(house: House, number: int, **values: Any) -> None:
    """So many runs of porto's clock, an hour apart, each as late by as many seconds as its number."""
    with house.cast.store.session(house.cast.porto.id, "jobs") as session:
        for nth in range(number):
            at = house.now - timedelta(hours=nth)
            run = {"due_at": at, "started_at": at, "ended_at": at, "result": RunResult.DONE, "late_seconds": nth}
            key = {"clinic_id": house.cast.porto.id, "subject": str(nth), "slot": f"{len(values)} {nth}"}
            session.add(JobRun(**key, **{"job": Job.ALERT_DEADLINE, "done": 2} | run | values))
        session.commit()


def test_the_days_are_the_clinics_and_each_job_is_counted_on_each(house: House) -> None:
    runs_of(house, 100)
    runs_of(house, 3, result=RunResult.FAILED, late_seconds=4000)
    zone = time_zone("Europe/Lisbon")
    with house.cast.session() as session:
        told = clock_log(session, house.cast.viewer_of(house.cast.boris), house.now).runs
    rows = house.cast.rows(JobRun)
    for each in told:
        mine = [run for run in rows if local_day(run.due_at, zone) == each.day]
        assert each.results == Counter(run.result for run in mine)
        assert each.began_at == min(run.started_at for run in mine)
        assert (each.late_seconds, each.done) == (max(r.late_seconds for r in mine), sum(r.done for r in mine))
    assert sum(each.results.total() for each in told) == len(rows) == 103
    assert [each.day for each in told] == sorted({local_day(run.due_at, zone) for run in rows}, reverse=True)


def test_however_much_ran_the_page_reads_no_run(sqlite_house: House) -> None:
    runs_of(sqlite_house, 100)
    read: list[object] = []

    def note(run: JobRun, _: object) -> None:
        read.append(run)

    event.listen(JobRun, "load", note)
    shown = sqlite_house.browser(sqlite_house.cast.boris).get(PAGE)
    event.remove(JobRun, "load", note)
    assert (shown.status_code, read) == (200, [])


def test_after_a_very_long_outage_what_was_missed_is_told_with_the_first_days(sqlite_house: House) -> None:
    runs_of(sqlite_house, 2, due_at=sqlite_house.now - timedelta(days=400), result=RunResult.MISSED)
    with sqlite_house.cast.session() as session:
        [missed] = clock_log(session, sqlite_house.cast.viewer_of(sqlite_house.cast.boris), sqlite_house.now).runs
    assert missed.results == {RunResult.MISSED: 2}
    assert "2 missed" in sqlite_house.browser(sqlite_house.cast.boris).get(PAGE).text


def test_the_last_failures_are_told_one_by_one(sqlite_house: House) -> None:
    assert "What failed last" not in sqlite_house.browser(sqlite_house.cast.boris).get(PAGE).text
    runs_of(sqlite_house, 15, result=RunResult.FAILED, job=Job.DAY)
    runs_of(sqlite_house, 1, job=Job.RETENTION)
    with sqlite_house.cast.session() as session:
        viewer = sqlite_house.cast.viewer_of(sqlite_house.cast.boris)
        failures = clock_log(session, viewer, sqlite_house.now).failures
    assert [each.started_at for each in failures] == [sqlite_house.now - timedelta(hours=n) for n in range(10)]
    assert {each.job for each in failures} == {Job.DAY}
    assert "What failed last" in sqlite_house.browser(sqlite_house.cast.boris).get(PAGE).text


def test_before_the_clock_ever_ran_the_page_says_so(sqlite_house: House) -> None:
    text = sqlite_house.browser(sqlite_house.cast.boris).get(PAGE).text
    assert "The clock has not run yet." in text and "Nothing is due." in text


def test_another_clinics_runs_are_not_on_it(sqlite_house: House) -> None:
    works = lived(sqlite_house)
    assert sqlite_house.cast.rows(JobRun, sqlite_house.cast.braga)
    assert works.runs(sqlite_house.cast.braga, *Job)
    assert sqlite_house.browser(sqlite_house.cast.carla).get(PAGE).status_code in (303, 403, 404)
    assert sqlite_house.browser().get(PAGE).status_code == 303
