"""A clock that was ahead is set back: what it had put off leaves and is done all the same, and what is right stays."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.alert_life import Rest
from rehab_tracker.domain.due import Job
from rehab_tracker.mail.retries import RETRIES, wait_after
from rehab_tracker.services import alert_life, alerts, breaker, clock, leasing
from rehab_tracker.services.clinics import change_settings
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.clock import DueJob
from rehab_tracker.storage.letters import Letter, LetterState
from tests.cast import logs, settle
from tests.domain.diary import LISBON, day
from tests.mail.office import Office, flags, severe
from tests.services.clockwork import Clockwork
from tests.services.test_escalating import FRIDAY, MINUTE, MONDAY, asks, due_at, fever, new_pain, now, on, takes
from tests.smtp import MailServer, Order

AHEAD = [timedelta(hours=3), timedelta(days=400)]


@pytest.fixture
def office(store):
    with MailServer() as server:
        yield Office(store, server)


def upkeep(office):
    return Clockwork(office.store, office.now).upkeep()


# Letters


@pytest.mark.parametrize("ahead", AHEAD)
@pytest.mark.parametrize("content", [flags(), severe()], ids=["red flag", "with time to undo"])
def test_a_letter_that_was_written_tomorrow_leaves_today(office, ahead, content):
    patient = office.enrol()
    office.now += ahead
    office.push(patient, content)
    office.now -= ahead
    assert office.deliver() == 0
    upkeep(office)
    office.later(minutes=2)
    assert office.deliver() == 1
    assert [letter.state for letter in office.letters() if letter.alert_id] == [LetterState.SENT]


@pytest.mark.parametrize("ahead", AHEAD)
def test_one_that_is_to_be_tried_again_tomorrow_is_tried_now(office, ahead):
    office.push(office.enrol(), flags())
    office.server.order(Order(rcpt="450 4.2.0 Greylisted"))
    office.now += ahead
    office.deliver()
    office.now -= ahead
    assert office.letter().state is LetterState.DEFERRED and office.deliver() == 0
    upkeep(office)
    assert office.deliver() == 1


@pytest.mark.parametrize("ahead", AHEAD)
def test_one_whose_sender_died_tomorrow_is_taken_over(office, ahead, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*given):
        raise Killed

    office.push(office.enrol(), flags())
    office.now += ahead
    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(leasing, "mark_sent", die)
        office.deliver()
    office.now -= ahead
    upkeep(office)
    assert office.deliver() == 1
    assert len({mail.message_id for mail in office.server.mails}) == 1


@pytest.mark.parametrize("ahead", AHEAD)
def test_the_way_to_the_server_is_tried_again_at_once(office, ahead):
    office.push(office.enrol(), flags())
    office.now += ahead
    with MailServer() as gone:
        port = gone.port
    assert office.deliver(port=port) == 0
    with office.store.session(role="jobs") as session:
        assert breaker.is_open(session)
    office.now -= ahead
    upkeep(office)
    assert office.deliver() == 1


def test_what_waits_by_a_right_clock_waits_on(office):
    office.push(office.enrol(), severe())
    assert upkeep(office) > 0 and upkeep(office) == 0
    for attempts in (1, 2, 5, len(RETRIES)):
        letter = office.letter()
        values = {"state": LetterState.DEFERRED, "attempts": attempts}
        values["due_at"] = office.now + wait_after(attempts, letter.id)
        with office.store.session(office.clinic.id) as session:
            session.execute(update(Letter).where(Letter.clinic_id == office.clinic.id).values(values))
            session.commit()
        assert upkeep(office) == 0 and office.letter().due_at == values["due_at"]


def test_clocks_that_differ_a_little_are_no_wrong_ones(office):
    office.now += MINUTE
    office.push(office.enrol(), severe())
    before = office.letter().due_at
    office.now -= MINUTE
    upkeep(office)
    assert office.letter().due_at == before


# What is due


@pytest.fixture
def sqlite_cast(sqlite_store):
    return settle(sqlite_store)


@pytest.mark.parametrize("ahead", AHEAD[1:])
def test_a_job_that_somebody_held_tomorrow_is_done_today(sqlite_cast, ahead):
    works = Clockwork(sqlite_cast.store, datetime(2026, 1, 12, 6, tzinfo=UTC))
    works.upkeep()
    with sqlite_cast.session() as session:
        of_porto = (DueJob.clinic_id == sqlite_cast.porto.id, DueJob.job == Job.DIGEST_MORNING)
        held = {"lease_id": sqlite_cast.ana.id, "leased_until": works.now + ahead + clock.RETRIES[-1]}
        session.execute(update(DueJob).where(*of_porto).values(held))
        session.commit()
    works.until(works.now + timedelta(hours=2))
    assert len(works.digests(sqlite_cast.porto)) == 3


def test_a_job_that_waits_after_a_failure_waits_on(sqlite_cast):
    works = Clockwork(sqlite_cast.store, datetime(2026, 1, 12, 7, 30, tzinfo=UTC))
    works.now -= timedelta(hours=1)
    works.upkeep()
    until = works.now + clock.RETRIES[-1]
    with sqlite_cast.session() as session:
        of_porto = (DueJob.clinic_id == sqlite_cast.porto.id, DueJob.job == Job.DIGEST_MORNING)
        session.execute(update(DueJob).where(*of_porto).values(leased_until=until))
        session.commit()
    works.upkeep()
    assert works.due(sqlite_cast.porto, "digest-morning", sqlite_cast.nuno.id).leased_until == until


@pytest.mark.parametrize("ahead", [timedelta(days=7), timedelta(days=364)], ids=str)
def test_an_alert_of_tomorrow_is_due_by_its_rule_from_today(sqlite_cast, ahead):
    alert = fever(sqlite_cast, on(MONDAY, "09:00") + ahead)
    works = Clockwork(sqlite_cast.store, on(MONDAY, "09:00"))
    works.upkeep()
    assert now(sqlite_cast, alert).deadline_at == due_at(sqlite_cast, alert) == on(MONDAY, "11:00")
    works.now = on(MONDAY, "10:00")
    assert works.upkeep() == 0, "it comes no later for being looked at again"
    works.now = on(MONDAY, "11:00")
    works.run()
    assert sqlite_cast.steps(alert).count("climbed") == 1


@pytest.mark.parametrize("what", ["climbed", "taken", "at rest", "waiting for the clinic to open"])
def test_whatever_was_done_to_an_alert_tomorrow_it_is_asked_for_in_time(sqlite_cast, what):
    cast, year = sqlite_cast, timedelta(days=364)
    alert = new_pain(cast, on(FRIDAY, "09:00"))
    works, nuno = Clockwork(cast.store, on(MONDAY, "12:01") + year), cast.viewer_of(cast.nuno)
    latest = on(MONDAY, "15:00")
    if what == "climbed":
        works.run()
    elif what == "waiting for the clinic to open":
        works.now = on(FRIDAY, "23:00") + year
        works.run()
    else:
        latest = on(MONDAY + 2, "13:00")
        with cast.session() as session:
            alerts.acknowledge(session, nuno, alert.id, works.now)
            if what == "at rest":
                rest = Rest(day(MONDAY + 364 + 3), "a journey")
                alert_life.snooze(session, nuno, alert.id, rest, works.now)
                latest = on(MONDAY + 14, "08:00")
    works.now = on(MONDAY, "13:00")
    works.upkeep()
    assert due_at(cast, alert) <= latest
    assert now(cast, alert).deadline_at <= latest


def test_hours_that_were_changed_tomorrow_count_today(sqlite_cast):
    cast, works = sqlite_cast, Clockwork(sqlite_cast.store, on(FRIDAY, "16:40") + timedelta(days=364))
    alert = fever(cast, on(FRIDAY, "16:30"))
    with cast.session() as session:
        calendar = {"calendar": {"holidays": [str(day(MONDAY))]}}
        change_settings(session, cast.viewer_of(cast.alda), calendar, "holiday", works.now)
    works.now = on(FRIDAY, "16:41")
    works.upkeep()
    works.run()
    assert now(cast, alert).deadline_at == on(MONDAY + 1, "09:30")


def test_an_alert_that_is_quiet_for_a_year_is_quiet_no_longer_than_it_may_be(sqlite_cast):
    alert = new_pain(sqlite_cast, on(MONDAY, "09:00"))
    with sqlite_cast.session() as session:
        row = session.get_one(Alert, (sqlite_cast.porto.id, alert.id))
        row.quiet_until = row.deadline_at = on(MONDAY, "09:00") + timedelta(days=364)
        session.get_one(DueJob, (row.clinic_id, Job.ALERT_DEADLINE, str(row.id))).due_at = row.deadline_at
        session.commit()
    Clockwork(sqlite_cast.store, on(MONDAY, "10:00")).upkeep()
    assert now(sqlite_cast, alert).quiet_until == on(MONDAY + 2, "10:00")
    assert due_at(sqlite_cast, alert) == on(MONDAY + 3, "12:00")


def test_nothing_that_is_due_by_a_right_clock_moves(sqlite_cast):
    cast, nuno = sqlite_cast, sqlite_cast.viewer_of(sqlite_cast.nuno)
    flag, pain = fever(cast, on(FRIDAY, "16:30")), new_pain(cast, on(FRIDAY, "16:35"))
    cast.sends(cast.ana, logs({"left-hip": 9}, 0, recorded_at=on(FRIDAY, "16:40").astimezone(LISBON)),
               now=on(FRIDAY, "16:40"))  # fmt: skip
    with cast.session() as session:
        alerts.acknowledge(session, nuno, pain.id, on(FRIDAY, "16:50"))
        alert_life.snooze(session, nuno, pain.id, Rest(day(FRIDAY + 14), "a journey"), on(FRIDAY, "16:55"))
    works = Clockwork(cast.store, on(FRIDAY, "16:56"))
    works.upkeep()
    for clock_says in (on(FRIDAY, "17:05"), on(FRIDAY + 1, "12:00"), on(MONDAY, "08:00"), on(MONDAY, "14:00")):
        before = {alert.id: (alert.deadline_at, due_at(cast, alert)) for alert in cast.rows(Alert)}
        works.now = clock_says
        works.upkeep()
        assert {alert.id: (alert.deadline_at, due_at(cast, alert)) for alert in cast.rows(Alert)} == before
        works.run()
    assert now(cast, flag).state is AlertState.OPEN


def test_an_alert_that_climbed_by_a_wrong_clock_and_was_then_taken_keeps_its_two_working_days(sqlite_cast):
    cast = sqlite_cast
    alert = fever(cast, on(MONDAY, "09:00"))
    assert asks(cast, alert, on(MONDAY, "11:05")) == "climbed"
    Clockwork(cast.store, on(MONDAY, "10:00")).upkeep()
    takes(cast, alert, on(MONDAY, "10:10"))
    before = now(cast, alert).deadline_at
    Clockwork(cast.store, on(MONDAY, "10:12")).upkeep()
    assert now(cast, alert).deadline_at == before
