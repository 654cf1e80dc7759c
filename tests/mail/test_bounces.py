"""What comes back: only a report on a letter of ours, within 48 hours, changes anything; all else is nonsense."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.access import Role, system
from rehab_tracker.mail.delivery_report import LONGEST_REPORT, MOST_PARTS, Report, Unreadable, read_report
from rehab_tracker.mail.return_path import ReturnPath
from rehab_tracker.services import bounces
from rehab_tracker.storage.letters import Letter, LetterState
from rehab_tracker.storage.people import Staff
from tests.jobs.clock import environment
from tests.mail.office import RETURN_PATH, Office, flags
from tests.smtp import MailServer

REPORT = """\
From: MAILER-DAEMON@relay.example
To: <{to}>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; nurse@clinic.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} sorry

--b1
Content-Type: text/rfc822-headers

Return-Path: <{original}>
Subject: x
--b1--
"""


def report(to: str, action: str = "failed", status: str = "5.1.1", original: str = "") -> bytes:
    """A report as Postfix writes it."""
    return REPORT.format(to=to, action=action, status=status, original=original).encode()


@pytest.fixture
def left(office: Office) -> Office:
    """An office with one letter that left, and an admin."""
    office.hire("admin@clinic.example", role=Role.CLINIC_ADMIN)
    office.push(office.enrol(), flags())
    assert office.deliver() == 1
    return office


def take(office: Office, raw: bytes) -> str:
    """Lets a report come in, as the command does."""
    found = read_report(raw)
    returned = RETURN_PATH.named_in(found.addresses)
    assert returned is not None
    with office.store.session(returned.clinic_id, role="jobs") as session:
        return bounces.take_report(session, system(returned.clinic_id), returned.letter_id, found, office.now)


def first(office: Office) -> Letter:
    return next(letter for letter in office.letters() if letter.kind == "alert")


def path_of(office: Office) -> str:
    return RETURN_PATH.of(office.clinic.id, first(office).id)


def failed_addresses(office: Office) -> list[str]:
    with office.store.session(office.clinic.id) as session:
        staff = session.query(Staff).where(Staff.clinic_id == office.clinic.id)
        return [each.email for each in staff if each.address_failed_at]


def test_a_letter_that_comes_back_is_bounced_its_address_noted_and_the_admin_told(left):
    left.later(hours=1)
    assert take(left, report(path_of(left))) == "bounced: there is no such address"
    letter = first(left)
    assert (letter.state, letter.bounced_at) == (LetterState.BOUNCED, left.now)
    assert failed_addresses(left) == ["nurse@clinic.example"]
    assert [each.address for each in left.letters() if each.kind == "delivery-trouble"] == ["admin@clinic.example"]


def test_it_is_known_by_the_return_path_in_the_headers_sent_back_too(left):
    assert take(left, report("postmaster@clinic.example", original=path_of(left))).startswith("bounced")


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "4.4.7", "5.4.4", ""])
def test_a_letter_that_will_not_arrive_for_another_reason_is_bounced_but_the_address_is_not_blamed(left, status):
    assert take(left, report(path_of(left), status=status)) == "bounced: it did not arrive"
    assert (first(left).state, failed_addresses(left)) == (LetterState.BOUNCED, [])


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "nonsense"])
def test_a_letter_that_is_only_late_stays_sent(left, action):
    assert take(left, report(path_of(left), action=action)) == "noted: it is still on its way"
    assert (first(left).state, first(left).bounced_at) == (LetterState.SENT, None)


def test_the_second_report_on_a_letter_changes_nothing(left):
    take(left, report(path_of(left)))
    before = [(each.id, each.state, each.bounced_at) for each in left.letters()]
    left.later(hours=1)
    with pytest.raises(bounces.Ignored, match="already"):
        take(left, report(path_of(left)))
    assert [(each.id, each.state, each.bounced_at) for each in left.letters()] == before


def test_after_48_hours_a_return_path_is_no_proof_any_more(left):
    left.now += bounces.STILL_BELIEVED + timedelta(seconds=1)
    with pytest.raises(bounces.Ignored, match="48 hours"):
        take(left, report(path_of(left)))
    assert first(left).state is LetterState.SENT


def test_a_letter_that_has_not_left_cannot_come_back(office):
    office.push(office.enrol(), flags())
    with pytest.raises(bounces.Ignored, match="not left"):
        take(office, report(RETURN_PATH.of(office.clinic.id, office.letter().id)))


def mail(kind: str, body: str = "") -> bytes:
    return f"To: x@y\nContent-Type: {kind}\n\n{body}".encode()


NONSENSE = {
    "nothing": b"",
    "a holiday": mail("text/plain", "I am away until Monday."),
    "no status": mail('multipart/report; boundary="b"', "--b\n\nhello\n--b--"),
    "too long": report("x@y") + b"x" * LONGEST_REPORT,
    "too many parts": b'Content-Type: multipart/mixed; boundary="b"\n' * (MOST_PARTS + 1),
    "a letter in a letter in a letter": b"Content-Type: message/rfc822\n\n" * 30_000,
    "bytes": bytes(range(256)) * 100,
}


@pytest.mark.parametrize("raw", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_no_report_and_costs_little(raw):
    began = time.process_time()
    with pytest.raises(Unreadable):
        read_report(raw)
    assert time.process_time() - began < 5


def looks_right() -> st.SearchStrategy[bytes]:
    """Reports with a part cut off, doubled, or replaced by random bytes."""
    whole = report(RETURN_PATH.of(1, UUID(int=5)))
    at = st.integers(0, len(whole))
    return st.builds(lambda a, b, new: whole[:a] + new + whole[b:], at, at, st.binary(max_size=60))


@given(st.one_of(st.binary(max_size=300), looks_right()))
def test_whatever_comes_is_read_or_refused(raw):
    try:
        found = read_report(raw)
    except Unreadable:
        return
    assert isinstance(found, Report)
    RETURN_PATH.named_in(found.addresses)


KEY = "a-secret-key-of-the-tests-0123456789-abcdef"


def handed(store, server, raw: bytes, **changed: str) -> subprocess.CompletedProcess[bytes]:
    """What the command answers to a mail server."""
    command = [str(Path(sys.executable).with_name("rehab-tracker")), "bounce"]
    env = environment(store, server) | {"REHAB_SECRET_KEY": KEY} | changed
    return subprocess.run(command, input=raw, env=env, capture_output=True, timeout=60, check=False)


def test_the_command_takes_a_report_ignores_all_else_and_asks_for_another_try_without_a_database(store):
    with MailServer() as server:
        office = Office(store, server, datetime.now(UTC))
        office.push(office.enrol(), flags())
        office.deliver()
        path = ReturnPath("alerts@clinic.example", (KEY,)).of(office.clinic.id, office.letter().id)
        for raw, said in (
            (b"hello", b"ignored: it is no report"),
            (report("x@y"), b"ignored: it bears no return path"),
        ):
            done = handed(store, server, raw)
            assert (done.returncode, done.stdout.startswith(said), done.stderr) == (0, True, b"")
        gone = (
            {"REHAB_DATABASE_URL": "sqlite:////nonexistent/x.sqlite3"}
            if store.kind == "sqlite"
            else {"REHAB_DATABASE_JOBS_URL": "postgresql://nobody@127.0.0.1:1/x"}
        )
        assert handed(store, server, report(path), **gone).returncode == 75
        assert first(office).state is LetterState.SENT
        done = handed(store, server, report(path))
        assert (done.returncode, done.stdout) == (0, b"bounced: there is no such address\n")
        assert first(office).state is LetterState.BOUNCED
