"""The watchdog's look at a real database, by a role that sees no more than it must."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text, update

from rehab_tracker.domain.due import Job, RunResult
from rehab_tracker.domain.watching import Wrong
from rehab_tracker.services.clock import beat
from rehab_tracker.services.watching import look
from rehab_tracker.storage.clock import Breaker, DueJob, JobRun
from rehab_tracker.storage.database import columns_of, sessions
from rehab_tracker.storage.letters import Letter, LetterState
from tests.cast import CANARY, at, settle, ticks

EVERY = {"letters": timedelta(seconds=5), "due": timedelta(seconds=10)}
NOW = at(1)
MINUTE = timedelta(minutes=1)


class House:
    """The cast's database, whose clock went well just now."""

    def __init__(self, cast):
        self.cast, self.store = cast, cast.store
        self.beats(NOW)

    def beats(self, now):
        for name in EVERY:
            beat(sessions(self.store.engine("jobs")), name, now, went_well=True)

    def has(self, table, **values):
        """Enters a row of porto as the jobs role."""
        with self.store.session(self.cast.porto.id, "jobs") as session:
            session.execute(insert(columns_of(table)), [{"clinic_id": self.cast.porto.id, **values}])
            session.commit()

    def letters_are(self, **values):
        """Changes all letters of porto, as the owner may."""
        with self.store.session(self.cast.porto.id) as session:
            session.execute(update(Letter).where(Letter.clinic_id == self.cast.porto.id).values(values))
            session.commit()

    def seen(self, now=NOW):
        return look(sessions(self.store.engine("watch")), EVERY, now)

    def told(self, now=NOW):
        return [(str(finding.code), finding.about) for finding in self.seen(now)]


@pytest.fixture
def house(store):
    # A database of its own: the watchdog sees all clinics.
    return House(settle(store))


def due(number, job=Job.DAY, **values):
    return {"job": job, "subject": str(number), "due_at": NOW, **values}


def test_a_house_that_runs_has_nothing_wrong(house):
    house.cast.ana_ticks("fever", day=1)
    house.has(DueJob, **due(1, due_at=NOW + MINUTE))
    house.has(JobRun, job=Job.DAY, subject="1", slot="s", due_at=NOW, started_at=NOW, ended_at=NOW,
              result=RunResult.LATE, late_seconds=900, done=1)  # fmt: skip
    assert house.told(NOW + 4 * MINUTE) == []


def test_without_any_beat_the_clock_never_ran(store):
    found = look(sessions(store.engine("watch")), EVERY, NOW)
    assert [finding.code for finding in found] == [Wrong.CLOCK_DEAD] * 2


def test_a_line_of_a_timetable_that_is_no_more_is_not_missed(house):
    beat(sessions(house.store.engine("jobs")), "of-old", NOW - timedelta(days=90), went_well=False)
    assert house.told() == []


def test_the_clock_is_missed_when_it_stops(house):
    assert house.told(NOW + 9 * MINUTE) == [("clock-dead", "letters"), ("clock-dead", "due")]


def test_a_job_is_overdue_that_nobody_holds_and_one_that_somebody_holds_for_an_hour(house):
    house.has(DueJob, **due(1))
    house.has(DueJob, **due(2, job=Job.RETENTION, leased_until=NOW + 55 * MINUTE))
    house.beats(NOW + 11 * MINUTE)
    assert house.told(NOW + 11 * MINUTE) == [("job-overdue", "porto/day")]
    house.beats(NOW + 61 * MINUTE)
    assert house.told(NOW + 61 * MINUTE) == [("job-overdue", "porto/day"), ("job-overdue", "porto/retention")]


def test_a_run_that_failed_is_told_of_for_a_day(house):
    house.has(JobRun, job=Job.DAY, subject="1", slot="s", due_at=NOW, started_at=NOW, ended_at=NOW,
              result=RunResult.FAILED, late_seconds=0, done=0)  # fmt: skip
    for hours, expected in ((1, [("job-failed", "porto/day")]), (25, [])):
        later = NOW + timedelta(hours=hours)
        house.beats(later)
        assert house.told(later) == expected


@pytest.mark.parametrize(
    ("letter", "minutes", "is_late"),
    [
        ({}, 5, True),
        ({"state": LetterState.LEASED, "attempts": 1, "leased_until": NOW}, 5, True),
        ({"urgency": 2}, 5, False),
        ({"urgency": 2}, 15, True),
        ({"due_at": NOW + 60 * MINUTE}, 30, False),
        # Tried twice, 1 and 5 minutes apart, it has waited since 6 minutes before the next try.
        ({"state": LetterState.DEFERRED, "attempts": 2, "due_at": NOW + 6 * MINUTE}, 4, False),
        ({"state": LetterState.DEFERRED, "attempts": 2, "due_at": NOW + 6 * MINUTE}, 5, True),
        ({"state": LetterState.CANCELLED}, 60, False),
    ],
)
def test_a_letter_waits_too_long(house, letter, minutes, is_late):
    house.cast.ana_ticks("fever", day=1)
    house.letters_are(**{"due_at": NOW, "urgency": 0} | letter)
    house.beats(NOW + minutes * MINUTE)
    kind = "a" if letter.get("urgency") else "an urgent"
    assert house.told(NOW + minutes * MINUTE) == [("letters-wait", f"porto/{kind}")] * is_late


@pytest.mark.parametrize("values", [{"state": LetterState.DEAD}, {"state": LetterState.BOUNCED, "bounced_at": NOW}])
def test_letters_that_will_not_arrive_are_told_of_for_a_day(house, values):
    house.cast.ana_ticks("fever", day=1)
    house.letters_are(due_at=NOW, **values)
    assert house.told(NOW + MINUTE) == [("letters-ended", "porto")]
    house.beats(NOW + timedelta(hours=25))
    assert ("letters-ended", "porto") not in house.told(NOW + timedelta(hours=25))


def test_a_mail_server_that_takes_no_letters_is_told_of_at_once(house):
    with house.store.session(role="jobs") as session:
        session.add(Breaker(name="letters", opened_at=NOW, failures=1, reason="535 no"))
        session.commit()
    [finding] = house.seen()
    assert finding.code is Wrong.LETTERS_PAUSED and "535" not in finding.sentence


def test_every_clinic_is_looked_at_and_nobodys_words_are_said(house):
    house.cast.ana_ticks("fever", day=1)
    house.cast.sends(house.cast.bento, ticks("fever", day=1), now=NOW)
    house.beats(NOW + 10 * MINUTE)
    found = house.seen(NOW + 10 * MINUTE)
    assert {finding.about for finding in found} == {"porto/an urgent", "braga/an urgent"}
    assert not any(word in repr(found) for word in CANARY.values())


@pytest.mark.parametrize(
    "statement", ["SELECT address FROM letter", "SELECT name FROM clinic", "SELECT * FROM patient"]
)
def test_it_could_not_see_more_if_it_would(postgres_store, statement):
    with postgres_store.session(1, "watch") as session, pytest.raises(Exception, match="permission denied"):
        session.execute(text(statement))
