from datetime import UTC, datetime

from rehab_tracker.jobs.timetable import TIMETABLE, Means
from rehab_tracker.mail.post import Post
from rehab_tracker.storage.database import sessions
from rehab_tracker.storage.letters import LetterState
from tests.mail.office import BASE_URL, SENDER, Office, flags
from tests.smtp import MailServer


def test_each_line_has_a_name_of_its_own_and_letters_leave_within_seconds():
    assert len({tick.name for tick in TIMETABLE}) == len(TIMETABLE)
    assert all(tick.every_seconds > 0 for tick in TIMETABLE)
    assert next(tick for tick in TIMETABLE if tick.name == "letters").every_seconds <= 10


def test_every_question_finds_nothing_to_do_in_an_empty_house_and_the_letter_in_a_full_one(store):
    with MailServer() as server:
        means = Means(
            sessions(store.engine("jobs")),
            Post(server.address()),
            SENDER,
            BASE_URL,
            lambda: datetime.now(UTC),
            lambda: False,
        )
        assert [tick.ask(means) for tick in TIMETABLE] == [0]
        office = Office(store, server, datetime.now(UTC))
        office.push(office.enrol(), flags())
        assert [tick.ask(means) for tick in TIMETABLE] == [1]
    assert office.letter().state is LetterState.SENT
