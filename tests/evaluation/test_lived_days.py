"""The demo's last days, as the services wrote them: digests, urgent letters, an escalation, and what staff did."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from rehab_tracker.domain.access import Role, Viewer
from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.alert_call import CallResult
from rehab_tracker.domain.duty import Duty
from rehab_tracker.evaluation.lived_days import grown, lived_since
from rehab_tracker.evaluation.made_up_clinic import LISBOA, PORTO
from rehab_tracker.evaluation.made_up_rounds import NOBODYS
from rehab_tracker.jobs.timetable import Means, ask_everything
from rehab_tracker.mail.post import Post
from rehab_tracker.services.clinics import named
from rehab_tracker.services.clock import beat
from rehab_tracker.services.duty import who_is_there
from rehab_tracker.storage.alert_calls import AlertCall
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.clock import JobRun
from rehab_tracker.storage.database import sessions
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Patient, Staff
from tests.smtp import MailServer

BEGAN = date(2026, 5, 6)
AFTERNOON = datetime(2026, 5, 6, 16, tzinfo=UTC)
"""A Wednesday, five o'clock in Lisbon."""


class Demo:
    """A demo's clinics, which grow on a test's database."""

    def __init__(self, store, server):
        self.store, self.server = store, server
        self.sessions = sessions(store.engine("owner"))

    def grows(self, now):
        """Let the clinics grow up to an instant, step by step."""
        post, sender = Post(self.server.address()), "alerts@porto-demo.example"

        def ask(at):
            ask_everything(Means(self.sessions, post, sender, "http://demo", lambda: at, lambda: False))

        return grown(self.sessions, ((PORTO, 4), (LISBOA, 1)), BEGAN, now, ask)

    def starts(self, now):
        """Start the demo at an instant, and end it again."""
        list(self.grows(now))
        beat(self.sessions, "due", now, went_well=True)

    def is_played_with(self):
        """Whoever tries the demo takes what staff were asked to take, and gives the second nurse another role."""
        with self.store.session(1, "owner") as session:
            asked = session.scalars(select(Alert).where(Alert.clinic_id == 1, Alert.assigned_to.is_not(None))).all()
            assert asked
            for alert in asked:
                alert.acknowledged_by, alert.assigned_to = alert.assigned_to, None
            second = next(member.email for member in PORTO.staff if member.duty is Duty.SECOND)
            session.scalars(
                select(Staff).where(Staff.clinic_id == 1, Staff.email == second)
            ).one().role = Role.PHYSIATRIST
            session.commit()

    def digests(self):
        return [letter for letter in self.rows(Letter) if letter.kind.startswith("digest")]

    def rows(self, table, clinic_id=1):
        with self.store.session(clinic_id, "owner") as session:
            return list(session.scalars(select(table).where(table.clinic_id == clinic_id)))


@pytest.fixture
def demo(sqlite_store):
    with MailServer() as server:
        yield Demo(sqlite_store, server)


def test_the_last_days_were_lived_through_even_where_the_first_start_broke_off(demo):
    next(step for step in demo.grows(AFTERNOON) if step.startswith("2026-05-06"))
    demo.starts(AFTERNOON)
    assert {"alert", "escalation"} < {letter.kind for letter in demo.rows(Letter)}
    left = [each for each in demo.rows(Letter) if each.sent_at]
    assert len(left) > 15 and max(each.sent_at - each.due_at for each in left) <= timedelta(minutes=2)
    # Tuesday morning to Wednesday afternoon, for each of three, at their times.
    assert Counter(each.dedup_key for each in demo.digests()) == {"2026-05-05": 6, "2026-05-06": 6}
    for each in demo.digests():
        assert each.sent_at.date().isoformat() == each.dedup_key
        assert (each.sent_at.hour, each.sent_at.minute) in ((6, 31), (15, 1))
    assert {mail.recipient for mail in demo.server.mails} == {each.email for each in (*PORTO.staff, *LISBOA.staff)}
    assert {run.result for run in demo.rows(JobRun)} == {"done"}

    number_of, alerts = {patient.id: patient.record_number for patient in demo.rows(Patient)}, demo.rows(Alert)
    waiting = [each for each in alerts if each.state is AlertState.OPEN and each.deadline_at]
    assert {number_of[each.patient_id] for each in waiting if each.deadline_at < AFTERNOON} == {NOBODYS}
    assert any(alert.assigned_to for alert in alerts)
    assert {AlertState.SNOOZED, AlertState.CLOSED} < {alert.state for alert in alerts}
    assert {call.result for call in demo.rows(AlertCall)} == set(CallResult)

    entries, mails = len(demo.rows(EntryRow)), len(demo.server.mails)
    assert lived_since(demo.sessions, AFTERNOON + timedelta(hours=1)) == AFTERNOON
    demo.starts(AFTERNOON)
    assert (len(demo.rows(EntryRow)), len(demo.server.mails)) == (entries, mails)
    demo.is_played_with()
    demo.starts(AFTERNOON + timedelta(days=1))
    assert len(demo.rows(EntryRow)) > entries
    assert Counter(each.dedup_key for each in demo.digests())["2026-05-07"] == 6
    assert set(Counter(mail.message_id for mail in demo.server.mails).values()) == {1}


def test_on_a_monday_the_days_begin_with_friday(demo):
    monday = datetime(2026, 5, 11, 9, tzinfo=UTC)
    assert lived_since(demo.sessions, monday) == datetime(2026, 5, 8, 6, tzinfo=UTC)


@pytest.mark.parametrize(("now", "away"), [(6, (7, 8)), (7, (11, 12)), (10, (11, 12))])
def test_the_second_nurse_is_away_within_the_coming_week_and_somebody_stands_in(demo, now, away):
    at = datetime(2026, 5, now, 16, tzinfo=UTC)
    for _ in range(2):
        list(grown(demo.sessions, ((PORTO, 0),), BEGAN, at, lambda at: None))
    with demo.store.session() as session:
        clinic = named(session, PORTO.slug)
        lead = next(member for member in demo.rows(Staff) if member.role == "physiatrist")
        there = who_is_there(session, Viewer(clinic.id, lead.role, lead.id), at)
    [absence] = there.absences
    assert (absence.first_day.day, absence.last_day.day) == away and absence.accepted_at
    for day in there.days:
        stands_in = day.day.day in away
        assert [member.name for member in day.on_duty[Duty.SECOND]] == (
            [] if not day.is_working_day else ["Rita Nogueiral"] if stands_in else ["Inês Madeiral"]
        )
    assert len(there.shifts) == 3
