"""A letter about a red flag comes back at three in the morning: the next nurse hears of it at once.

Every part is the real one: the command that mail servers call, and the clock, each a process of its own.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from rehab_tracker.mail.return_path import ReturnPath
from rehab_tracker.services.clinics import calendar_of
from rehab_tracker.services.clock import tell_others
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.database import sessions
from rehab_tracker.storage.letters import LetterState
from tests.jobs.clock import clock, wait_until
from tests.mail.office import Office, flags
from tests.mail.test_bounces import KEY, handed, report


def zone_at_three(now: datetime) -> str:
    """A zone of the earth in which it is three in the morning."""
    places = (name for name in sorted(available_timezones()) if "/" in name and not name.startswith(("Etc", "System")))
    return next(name for name in places if now.astimezone(ZoneInfo(name)).hour == 3)


def open_in(office: Office, zone: str) -> None:
    with office.store.session(role="owner") as session:
        session.get_one(Clinic, office.clinic.id).time_zone = zone
        session.commit()


def test_a_letter_that_bounces_at_night_brings_the_next_nurse_in_at_once(store, server, tmp_path):
    now = datetime.now(UTC)
    office = Office(store, server, now)
    open_in(office, zone_at_three(now))
    office.hire("second@clinic.example")
    office.push(office.enrol(), flags())
    office.deliver()
    assert [mail.recipient for mail in server.taken] == ["nurse@clinic.example"]
    assert tell_others(sessions(store.engine("jobs")), lambda: now) == 0, "nothing has come back"
    path = ReturnPath("alerts@clinic.example", (KEY,)).of(office.clinic.id, office.letter().id)
    assert handed(store, server, report(path)).stdout == b"bounced: there is no such address\n"
    with clock(store, server, tmp_path / "log"):
        wait_until(lambda: len(server.taken) > 1)
    assert [mail.recipient for mail in server.taken[1:]] == ["second@clinic.example"]
    bounced, escalated = sorted(office.letters(), key=lambda letter: letter.created_at)
    assert (bounced.state, escalated.kind) == (LetterState.BOUNCED, "escalation")
    with office.store.session(office.clinic.id) as session:
        alert = session.get_one(Alert, (office.clinic.id, bounced.alert_id))
        hours = calendar_of(session, office.clinic.id)
    assert not hours.is_open(escalated.created_at), "it did not wait for the morning"
    assert alert.deadline_at > escalated.created_at and hours.is_open(alert.deadline_at)
