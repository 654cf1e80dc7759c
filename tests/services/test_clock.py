"""The clock: each job once, whatever stops, fails or runs beside it; what is wanted is due, and follows a new zone."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from rehab_tracker.domain.access import Role
from rehab_tracker.domain.due import Job
from rehab_tracker.services import clock, upkeep
from rehab_tracker.services.mail_choices import MailWishes, choose_mail
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.clock import DueJob
from rehab_tracker.storage.duty import MailPreference
from rehab_tracker.storage.people import Patient, Staff
from tests.cast import at, settle
from tests.services.clockwork import Clockwork

MORNING = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)
"""A Monday, early in Lisbon."""
DAY = timedelta(days=1)


@pytest.fixture
def cast(store):
    return settle(store)


@pytest.fixture
def works(cast):
    found = Clockwork(cast.store, MORNING)
    found.upkeep()
    return found


@pytest.fixture
def sqlite_works(sqlite_store):
    found = Clockwork(sqlite_store, MORNING)
    found.cast = settle(sqlite_store)
    found.upkeep()
    return found


def digests_of(works, cast, person=None):
    """The local days of somebody's morning digests, Nuno's unless told."""
    mine = str((person or cast.nuno).id)
    return [day for who, kind, day in works.digests(cast.porto) if who == mine and kind == "digest-morning"]


def wishes(cast, person, **chosen):
    with cast.session() as session:
        choose_mail(session, cast.viewer_of(person), MailWishes(**chosen), MORNING)


def test_what_should_be_due_is_entered_once(cast, works):
    rows = Counter(str(row.job) for row in cast.rows(DueJob))
    assert rows == {"day": 1, "retention": 1, "digest-morning": 3, "digest-evening": 3}
    assert works.due(cast.porto, "digest-morning", cast.nuno.id).due_at == MORNING + timedelta(hours=1.5)
    assert works.due(cast.porto, "day").due_at == datetime(2026, 1, 13, tzinfo=UTC)
    assert works.due(cast.porto, "retention").due_at == datetime(2026, 1, 13, 3, 30, tzinfo=UTC)
    assert works.due(cast.braga, "day").subject == "Europe/Lisbon"  # where Bento lives
    assert works.upkeep() == 0


def test_a_row_that_was_lost_comes_back(cast, works):
    with cast.session() as session:
        mine = (DueJob.clinic_id == cast.porto.id, DueJob.subject == str(cast.nuno.id))
        session.execute(update(DueJob).where(*mine, DueJob.job == Job.DIGEST_MORNING).values(subject="nobody"))
        session.commit()
    assert works.upkeep() == 2 and works.upkeep() == 0
    assert works.due(cast.porto, "digest-morning", cast.nuno.id).due_at == MORNING + timedelta(hours=1.5)
    assert works.due(cast.porto, "digest-morning", "nobody").due_at is None  # and what nobody wants is not due


def test_a_day_has_one_digest_of_each_kind_for_each_clinician(cast, works):
    works.until(MORNING + DAY)
    found = Counter((kind, day) for _, kind, day in works.digests(cast.porto))
    assert found == {("digest-morning", "2026-01-12"): 3, ("digest-evening", "2026-01-12"): 3}
    assert {result for _, result in works.told(cast.porto, "digest-morning", "day")} == {"done"}
    assert works.told(cast.porto, "day") == [("2026-01-13", "done")]


@pytest.mark.parametrize(
    ("stopped", "days", "told"),
    [
        # Nuno's digests since then, and how their runs went.
        (timedelta(seconds=1), [12], ["done"]),
        (timedelta(minutes=10), [12], ["late"]),
        (timedelta(hours=7), [], ["missed"]),
        (timedelta(days=3), [15], ["missed", "missed", "missed", "done"]),
        (timedelta(days=40), [21], ["missed"] * 40 + ["done"]),
    ],
    ids=["1 s", "10 min", "7 h", "3 days", "40 days"],
)
def test_a_stopped_clock_loses_no_judging_and_doubles_no_digest(sqlite_works, stopped, days, told):
    works, cast = sqlite_works, sqlite_works.cast
    works.now = MORNING + timedelta(hours=1.5) + stopped
    works.upkeep()
    works.run()
    runs = [run for run in works.runs(cast.porto, "digest-morning") if run.subject == str(cast.nuno.id)]
    assert [int(day[-2:]) for day in digests_of(works, cast)] == days
    assert sorted(str(run.result) for run in runs) == sorted(told)
    if stopped > timedelta(days=1):
        [one] = works.runs(cast.porto, "day")
        assert one.slot == "2026-01-13" and str(one.result) == "late" and one.late_seconds > 2 * 86400
        assert {str(alert.rule) for alert in cast.rows(Alert)} == {"not-logging"}
    assert works.run() == 0


def test_a_clock_that_goes_back_an_hour_does_nothing_again(sqlite_works):
    works, cast = sqlite_works, sqlite_works.cast
    works.until(MORNING + timedelta(hours=2))
    before = works.digests(cast.porto)
    works.now -= timedelta(hours=1)
    works.until(MORNING + timedelta(hours=3))
    assert works.digests(cast.porto) == before and len(digests_of(works, cast)) == 1


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=400)])
def test_a_clock_that_went_ahead_and_comes_back_doubles_nothing_and_goes_on(sqlite_works, ahead):
    works, cast = sqlite_works, sqlite_works.cast
    works.until(MORNING + timedelta(hours=2))
    works.now += ahead
    works.upkeep()
    works.run()
    works.now -= ahead
    works.until(MORNING + timedelta(days=4), timedelta(hours=1))
    days = digests_of(works, cast)
    assert len(days) == len(set(days))
    assert {"2026-01-14", "2026-01-15"} <= set(days)
    assert "2026-01-15" in [slot for slot, _ in works.told(cast.porto, "day")]


def test_who_moves_to_another_zone_at_noon_has_each_days_digests_once(sqlite_works):
    works, cast = sqlite_works, sqlite_works.cast
    works.until(MORNING + timedelta(hours=6))
    for zone in ("America/New_York", "Pacific/Auckland", "Europe/Lisbon", "Pacific/Honolulu", "Asia/Tokyo"):
        wishes(cast, cast.nuno, time_zone=zone)
        works.until(works.now + DAY)
    works.until(works.now + DAY)
    mine = [(kind, day) for who, kind, day in works.digests(cast.porto) if who == str(cast.nuno.id)]
    assert len(mine) == len(set(mine))
    for kind in ("digest-morning", "digest-evening"):
        days = [date.fromisoformat(day) for each, day in mine if each == kind]
        assert days == [days[0] + number * DAY for number in range(len(days))] and len(days) >= 6


def test_other_times_and_none_are_followed(sqlite_works):
    works, cast = sqlite_works, sqlite_works.cast
    wishes(cast, cast.nuno, morning_at="09:15", evening_at=None)
    works.upkeep()
    assert works.due(cast.porto, "digest-morning", cast.nuno.id).due_at == MORNING + timedelta(hours=3, minutes=15)
    assert works.due(cast.porto, "digest-evening", cast.nuno.id).due_at is None
    works.until(MORNING + timedelta(hours=4))
    # An earlier time than today's, chosen after today's: it has been.
    wishes(cast, cast.nuno, morning_at="08:00", evening_at=None)
    works.upkeep()
    works.run()
    assert digests_of(works, cast) == ["2026-01-12"]
    # Not wanted, and wanted again on the same day.
    wishes(cast, cast.nuno, morning_at=None, evening_at="16:00")
    works.upkeep()
    wishes(cast, cast.nuno, morning_at="10:30", evening_at="16:00")
    works.until(MORNING + timedelta(hours=20))
    assert digests_of(works, cast) == ["2026-01-12"]


def test_who_left_or_is_no_clinician_has_none(sqlite_works):
    works, cast = sqlite_works, sqlite_works.cast
    with cast.session() as session:
        session.get_one(Staff, (cast.porto.id, cast.nuno.id)).disabled_at = MORNING
        session.commit()
    works.until(MORNING + DAY)
    assert {who for who, _, _ in works.digests(cast.porto)} == {str(cast.boris.id), str(cast.dora.id)}
    assert cast.alda.role is Role.CLINIC_ADMIN


def test_a_patient_who_wants_mails_is_reminded_at_the_chosen_time(sqlite_works):
    works, cast = sqlite_works, sqlite_works.cast
    with cast.session() as session:
        row = session.get_one(Patient, (cast.porto.id, cast.ana.id))
        row.email, row.mails, row.reminder_at = "ana@example.org", True, "19:15"
        session.commit()
    works.upkeep()
    assert works.due(cast.porto, "reminder").due_at == datetime(2026, 1, 12, 19, 15, tzinfo=UTC)
    works.until(MORNING + DAY)
    assert works.told(cast.porto, "reminder") == [("2026-01-12", "late")]


def test_new_rules_of_the_worlds_time_zones_move_what_is_due(sqlite_works, monkeypatch):
    works, cast = sqlite_works, sqlite_works.cast
    stale = MORNING + timedelta(hours=3)
    with cast.session() as session:
        held = (DueJob.clinic_id == cast.porto.id, DueJob.job == Job.DIGEST_MORNING)
        session.execute(update(DueJob).where(*held).values(tzdata="2020a", due_at=stale))
        session.commit()
    works.upkeep()
    row = works.due(cast.porto, "digest-morning", cast.nuno.id)
    assert row.due_at == MORNING + timedelta(hours=1.5) and row.tzdata != "2020a"
    monkeypatch.setattr(upkeep, "tzdata_version", lambda: "2030b")
    assert works.upkeep() > 0 and works.upkeep() == 0


def test_what_fails_is_written_down_waits_longer_each_time_and_holds_up_no_other(sqlite_works, monkeypatch):
    works, cast = sqlite_works, sqlite_works.cast
    whole, tries = clock.digests.write_digest, []

    def fails(session, viewer, staff_id, *rest, **more):
        if staff_id == cast.nuno.id:
            tries.append(works.now - MORNING - timedelta(hours=1.5))
            whole(session, viewer, staff_id, *rest, **more)
            raise RuntimeError("zqporto-canary")
        return whole(session, viewer, staff_id, *rest, **more)

    monkeypatch.setattr(clock.digests, "write_digest", fails)
    works.now = MORNING + timedelta(hours=1.5)
    with capture_logs() as said:
        works.until(MORNING + timedelta(hours=5), timedelta(minutes=1))
    assert [round(each.total_seconds() / 60) for each in tries] == [1, 2, 7, 22, 52, 112, 172]
    assert {str(run.result) for run in works.runs(cast.porto, "digest-morning")} == {"failed", "done"}
    assert digests_of(works, cast) == [] and len(digests_of(works, cast, cast.boris)) == 1
    assert "zqporto" not in repr([line for line in said if line["event"] == "job-failed"])
    monkeypatch.undo()
    works.until(MORNING + timedelta(hours=6), timedelta(minutes=5))
    assert digests_of(works, cast) == ["2026-01-12"]
    works.until(MORNING + timedelta(hours=30))
    assert len(digests_of(works, cast)) == 2


def test_whoever_lost_the_lease_commits_nothing(sqlite_works, monkeypatch):
    works, cast = sqlite_works, sqlite_works.cast
    whole, taken = clock.digests.write_digest, []

    def slow(session, viewer, staff_id, *rest, **more):
        done = whole(session, viewer, staff_id, *rest, **more)
        if staff_id == cast.nuno.id and not taken:
            taken.append(True)
            mine = (DueJob.clinic_id == cast.porto.id, DueJob.subject == str(staff_id))
            session.execute(update(DueJob).where(*mine).values(lease_id=cast.ana.id))
        return done

    monkeypatch.setattr(clock.digests, "write_digest", slow)
    works.now = MORNING + timedelta(hours=1.5)
    works.run()
    assert taken and digests_of(works, cast) == []
    assert digests_of(works, cast, cast.boris) == ["2026-01-12"]
    works.now += clock.LEASE
    works.run()
    assert digests_of(works, cast) == ["2026-01-12"]


def test_a_process_that_stops_leaves_the_rest_to_the_next(sqlite_works):
    works, cast = sqlite_works, sqlite_works.cast
    works.now = MORNING + DAY
    assert clock.run_due(works.sessions, lambda: works.now, lambda: bool(works.runs(cast.porto, *Job))) == 1
    works.run()
    assert len(works.told(cast.porto, "day")) == 1 and len(works.told(cast.braga, "day")) == 1


def test_a_deadline_asks_for_somebody_and_is_never_missed(cast, works):
    cast.records("right-knee", "suspected")
    cast.ana_logs({"left-foot": 8}, 1)
    alert = cast.alert("sudden-severe-pain", "left-foot")
    row = works.due(cast.porto, "alert-deadline", alert.id)
    assert row.due_at == alert.deadline_at
    works.now = at(30)
    works.run()
    assert {result for _, result in works.told(cast.porto, "alert-deadline")} == {"late"}
    assert works.due(cast.porto, "alert-deadline", alert.id).due_at > works.now  # nobody is there at ten past eight
    assert works.run() == 0
    works.now += timedelta(hours=14)
    works.run()
    assert cast.alert("sudden-severe-pain", "left-foot").rung > 0


def test_choices_are_read_as_they_are_kept(cast, works):
    """Another writer of the same table is followed too: what counts is the row."""
    with cast.session() as session:
        session.add(
            MailPreference(clinic_id=cast.porto.id, staff_id=cast.dora.id, morning_at="nonsense"[:5], unwanted=[],
                           changed_at=MORNING)
        )  # fmt: skip
        session.commit()
    assert works.upkeep() >= 0  # a time that can't be read is logged, and holds up nobody
    assert works.due(cast.porto, "digest-morning", cast.nuno.id).due_at is not None
