"""The foot of every staff page says whether rules, clock and digests run, and turns red when they don't."""

from datetime import timedelta

from sqlalchemy import insert, update

from rehab_tracker.domain.access import system
from rehab_tracker.domain.due import Job
from rehab_tracker.services.clock import beat
from rehab_tracker.services.digests import write_digest
from rehab_tracker.storage.clock import DueJob
from rehab_tracker.storage.database import columns_of, sessions
from rehab_tracker.storage.letters import Letter, LetterState
from tests.cast import at, day
from tests.served import House

RED = 'class="pulse late"'


def foot(house: House) -> str:
    text = house.browser(house.cast.boris).get("/c/porto/").text
    return text[text.index("<footer") :]


def clock_goes(house: House) -> None:
    beat(sessions(house.cast.store.engine("jobs")), "due", house.now, went_well=True)


def test_a_clock_that_never_ran_is_red(house: House) -> None:
    assert RED in foot(house) and "The clock has never run" in foot(house)


def test_a_clock_that_runs_is_no_news_and_one_that_stopped_is(house: House) -> None:
    house.now = at(1)
    clock_goes(house)
    house.now = at(1, 10)
    assert RED not in foot(house) and "The clock" not in foot(house)
    house.now = at(1, 11)
    assert RED in foot(house) and "The clock has stood still since today 20:10" in foot(house)


def test_it_says_to_how_many_the_last_digest_went_and_when_the_next_one_does(house: House) -> None:
    cast, house.now = house.cast, at(1)
    clock_goes(house)
    assert "No digest has left lately." in foot(house)
    with cast.session() as session:
        for person in (cast.nuno, cast.boris, cast.dora):
            write_digest(session, system(cast.porto.id), person.id, Job.DIGEST_MORNING, day(1), at(1), late=False)
        session.commit()
    with cast.session() as session:
        of_two = (Letter.clinic_id == cast.porto.id, Letter.staff_id != cast.dora.id)
        session.execute(update(Letter).where(*of_two).values(state=LetterState.SENT, sent_at=at(1)))
        due = {"clinic_id": cast.porto.id, "job": Job.DIGEST_EVENING, "subject": "x", "due_at": at(1, 60)}
        session.execute(insert(columns_of(DueJob)), [due])
        session.commit()
    assert "The last digest went to 2 people today 20:10." in foot(house)
    assert "The next one leaves today 21:10." in foot(house)


def test_a_digest_that_nobody_wrote_is_red(house: House) -> None:
    with house.cast.session() as session:
        due = {"clinic_id": house.cast.porto.id, "job": Job.DIGEST_EVENING, "subject": "x", "due_at": at(1)}
        session.execute(insert(columns_of(DueJob)), [due])
        session.commit()
    for minutes, is_late in ((10, False), (11, True)):
        house.now = at(1) + timedelta(minutes=minutes)
        clock_goes(house)
        assert (RED in foot(house)) == is_late
        assert ("The next one was due today 20:10 and is late." in foot(house)) == is_late


def test_the_other_clinics_digests_are_not_counted(house: House) -> None:
    cast, house.now = house.cast, at(1)
    with cast.session(cast.braga) as session:
        write_digest(session, system(cast.braga.id), cast.celia.id, Job.DIGEST_MORNING, day(1), at(1), late=False)
        of_braga = update(Letter).where(Letter.clinic_id == cast.braga.id)
        session.execute(of_braga.values(state=LetterState.SENT, sent_at=at(1)))
        session.commit()
    assert "No digest has left lately." in foot(house)
