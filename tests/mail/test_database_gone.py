"""The database is gone right after the mail server's 250: the letter goes out once more, as the same message."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from rehab_tracker.mail.post import Post
from rehab_tracker.services import delivering, leasing
from rehab_tracker.storage.letters import LetterState
from tests.mail.office import flags


class Outage:
    """The clock's role reaches the database no more, from ``begin`` to ``end``."""

    def __init__(self, store):
        self.store, self.engine = store, store.engine("jobs")
        self.others = None

    def begin(self):
        if self.store.kind == "postgres":
            self._tell('ALTER DATABASE "{name}" CONNECTION LIMIT 0')
            self._tell("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'rehab_jobs'")
            return
        event.listen(self.engine, "begin", _wait_for_nobody)
        self.others = sqlite3.connect(self.store.url("jobs").removeprefix("sqlite:///"), isolation_level=None)
        self.others.execute("BEGIN EXCLUSIVE")

    def end(self):
        if self.store.kind == "postgres":
            self._tell('ALTER DATABASE "{name}" CONNECTION LIMIT -1')
        elif self.others is not None:
            with closing(self.others):
                self.others.execute("ROLLBACK")
            event.remove(self.engine, "begin", _wait_for_nobody)
            self.others = None

    def _tell(self, statement):
        engine = self.store.engine("superuser")
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement.format(name=engine.url.database)))


def _wait_for_nobody(connection):
    connection.connection.dbapi_connection.execute("PRAGMA busy_timeout = 0")


@pytest.fixture
def outage(office):
    """One that is over when the test is."""
    found = Outage(office.store)
    yield found
    found.end()


@pytest.fixture
def gone_after_250(outage, monkeypatch):
    """The outage begins when the server has taken the first letter; returns what is slept between the marks."""
    send, slept = Post.send, []

    def and_then_gone(self, mail, return_path):
        answer = send(self, mail, return_path)
        monkeypatch.setattr(Post, "send", send)
        outage.begin()
        return answer

    monkeypatch.setattr(Post, "send", and_then_gone)
    monkeypatch.setattr(delivering, "time", SimpleNamespace(sleep=slept.append))
    return slept


def test_a_letter_without_its_mark_is_sent_once_more_as_the_same_message(office, outage, gone_after_250):
    office.push(office.enrol(), flags())
    with pytest.raises(OperationalError):
        office.deliver()
    assert tuple(gone_after_250) == delivering.MARKING_WAITS
    outage.end()
    letter = office.letter()
    assert (letter.state, letter.sent_at, len(office.server.taken)) == (LetterState.LEASED, None, 1)
    office.now += leasing.LEASE - timedelta(seconds=1)
    assert office.deliver() == 0
    office.later(seconds=1)
    assert [office.deliver(), office.deliver()] == [1, 0]
    office.now += 2 * leasing.LEASE
    assert office.deliver() == 0
    assert office.letter().state is LetterState.SENT
    assert [mail.message_id for mail in office.server.taken] == [f"<{letter.message_id}@clinic.example>"] * 2


def test_one_that_is_back_within_seconds_makes_no_second_copy(office, outage, gone_after_250, monkeypatch):
    monkeypatch.setattr(delivering, "time", SimpleNamespace(sleep=lambda _: outage.end()))
    office.push(office.enrol(), flags())
    assert office.deliver() == 1
    office.now += leasing.LEASE
    assert office.deliver() == 0
    assert (office.letter().state, len(office.server.taken)) == (LetterState.SENT, 1)
