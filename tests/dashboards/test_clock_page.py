"""What ran when: what the clock did, for all of the staff, and nothing about any patient."""

from datetime import timedelta

from rehab_tracker.domain.due import Job
from rehab_tracker.services.clock import beat
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
    return works


def test_the_page_says_what_ran_what_is_due_and_what_was_missed(sqlite_house: House) -> None:
    lived(sqlite_house)
    for person in (sqlite_house.cast.boris, sqlite_house.cast.alda):
        text = sqlite_house.browser(person).get(PAGE).text
        assert "Morning mail" in text and "A new day: silence and plans" in text
        assert "3 late" in text and "missed: too late to be of use" in text
        assert "Doing what is due" in text and "What is due next" in text
    assert 'href="/c/porto/clock"' in text


def test_no_patient_is_on_it(sqlite_house: House) -> None:
    another_patient(sqlite_house.cast, sqlite_house.cast.porto, "Amélia")
    works = lived(sqlite_house)
    text = sqlite_house.browser(sqlite_house.cast.alda).get(PAGE).text
    assert "zqporto-ana" not in text and "zqporto-am" not in text
    subjects = {run.subject for run in works.runs(sqlite_house.cast.porto, *Job)} - {"clinic", "Europe/Lisbon"}
    assert subjects and not any(subject in text for subject in subjects)


def test_before_the_clock_ever_ran_the_page_says_so(sqlite_house: House) -> None:
    text = sqlite_house.browser(sqlite_house.cast.boris).get(PAGE).text
    assert "The clock has not run yet." in text and "Nothing is due." in text


def test_another_clinics_runs_are_not_on_it(sqlite_house: House) -> None:
    works = lived(sqlite_house)
    assert sqlite_house.cast.rows(JobRun, sqlite_house.cast.braga)
    assert works.runs(sqlite_house.cast.braga, *Job)
    assert sqlite_house.browser(sqlite_house.cast.carla).get(PAGE).status_code in (303, 403, 404)
    assert sqlite_house.browser().get(PAGE).status_code == 303
