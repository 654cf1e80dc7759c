from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from rehab_tracker.jobs import runner
from rehab_tracker.jobs.timetable import TIMETABLE, Means, Tick
from rehab_tracker.mail.post import Post
from rehab_tracker.services.clock import beat
from rehab_tracker.storage.clock import Beat, beats
from rehab_tracker.storage.database import sessions
from rehab_tracker.storage.letters import LetterState
from tests.mail.office import BASE_URL, SENDER, Office, flags
from tests.smtp import MailServer

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def means_of(store, server, now=None):
    post = Post(server.address())
    stands = (lambda: now) if now else (lambda: datetime.now(UTC))
    return Means(sessions(store.engine("jobs")), post, SENDER, BASE_URL, stands, lambda: False)


def test_the_table():
    """How often each question is asked, in seconds: a letter leaves at once, what is due is done within a minute."""
    assert {tick.name: tick.every_seconds for tick in TIMETABLE} == {
        "letters": 5, "due": 10, "upkeep": 60, "undelivered": 60,
    }  # fmt: skip


def test_every_question_finds_nothing_to_do_in_an_empty_house_and_the_letter_in_a_full_one(store):
    with MailServer() as server:
        means = means_of(store, server)
        assert [tick.ask(means) for tick in TIMETABLE] == [0] * len(TIMETABLE)
        office = Office(store, server, datetime.now(UTC))
        office.push(office.enrol(), flags())
        done = {tick.name: tick.ask(means) for tick in TIMETABLE}
    # A day, the digests of the nurse, and retention are entered; the letter has left, so that nobody else is told.
    assert done == {"letters": 1, "due": 0, "upkeep": 4, "undelivered": 0}
    assert office.letter().state is LetterState.SENT


def test_each_tick_leaves_a_beat_that_says_whether_it_went_well(store):
    with MailServer() as server:
        for now, ask in ((NOW, lambda _: 0), (NOW + timedelta(minutes=1), lambda _: 1 / 0)):
            runner._ask(Tick("letters", 5, ask), means_of(store, server, now))
    with store.session(role="watch") as session:
        [found] = session.scalars(select(Beat))
        assert (found.tried_at, found.went_well_at) == (NOW + timedelta(minutes=1), NOW)


@pytest.mark.parametrize("well", [True, False])
def test_two_processes_share_a_beat(store, well):
    both = sessions(store.engine("jobs"))
    for minute in range(3):
        beat(both, "due", NOW + timedelta(minutes=minute), well)
    with store.session(role="app") as session:
        [found] = beats(session)
    assert found.tried_at == NOW + timedelta(minutes=2)
    assert found.went_well_at == (found.tried_at if well else None)
