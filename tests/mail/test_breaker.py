"""When the mail server takes no letter at all: the queue waits, one alarm is raised, one letter is tried at times."""

import ssl
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from rehab_tracker.mail import answers
from rehab_tracker.services import breaker
from rehab_tracker.storage.letters import LetterState
from tests.conftest import Store
from tests.mail.office import MORNING, Office, flags
from tests.smtp import PASSWORD, USER, MailServer, Order

SIGN_IN = Order(mail="530 5.7.0 Authentication required")
NO_WAY = {
    "sign in first": SIGN_IN,
    "sign in first, says RCPT": Order(rcpt="530 5.7.0 Authentication required"),
    "not as this sender": Order(mail="550 5.7.60 Not allowed to send as this sender"),
    "sender unknown": Order(mail="553 5.1.8 Sender unknown"),
}


def is_open(store: Store) -> bool:
    with store.session(role="jobs") as session:
        return breaker.is_open(session)


def two_waiting(office: Office) -> None:
    """Two letters, both due."""
    for _ in range(2):
        office.push(office.enrol(), flags())


@pytest.mark.parametrize("order", NO_WAY.values(), ids=NO_WAY.keys())
def test_the_queue_pauses_and_the_letter_in_hand_waits_as_it_did(office, order):
    two_waiting(office)
    before = [(letter.state, letter.attempts, letter.due_at) for letter in office.letters()]
    office.server.order(order)
    assert office.deliver() == 0
    assert [(letter.state, letter.attempts, letter.due_at) for letter in office.letters()] == before
    assert is_open(office.store)
    assert office.deliver() == 0, "not before a minute is over"
    office.later(minutes=1)
    assert office.deliver() == 2
    assert not is_open(office.store)


def test_it_is_told_once_that_letters_wait_and_once_that_they_go_on(office):
    two_waiting(office)
    office.server.order(*[SIGN_IN] * 4)
    with capture_logs() as logs:
        for minutes in (0, 1, 5, 15, 15):
            office.later(minutes=minutes)
            office.deliver()
    told = [(line["event"], line["log_level"]) for line in logs if line["event"].startswith("letters-")]
    assert told == [("letters-paused", "error"), ("letters-resumed", "info")]
    assert logs[-1]["paused_seconds"] == 36 * 60


def test_one_letter_is_tried_after_one_minute_then_five_then_every_fifteen(office):
    two_waiting(office)
    office.server.order(*[SIGN_IN] * 100)
    tried: list[int] = []
    for minute in range(60):
        left = len(office.server.orders)
        assert office.deliver() == 0
        tried += [minute] * (left - len(office.server.orders))
        office.later(minutes=1)
    assert tried == [0, 1, 6, 21, 36, 51]


def test_a_letter_that_is_refused_for_itself_shows_that_the_server_answers(office):
    two_waiting(office)
    office.server.order(SIGN_IN, Order(rcpt="550 5.1.1 User unknown"))
    office.deliver()
    office.later(minutes=1)
    assert office.deliver() >= 1
    assert not is_open(office.store)


def test_a_letter_that_cannot_be_written_does_not(office):
    two_waiting(office)
    office.server.order(SIGN_IN)
    office.deliver()
    first = office.letters()[0]
    with office.store.session(office.clinic.id) as session:
        session.merge(first).values = {"level": "loud"}
        session.commit()
    office.later(minutes=1)
    assert office.deliver() == 0
    assert is_open(office.store)
    office.later(minutes=1)
    assert office.deliver() == 1
    assert not is_open(office.store)


DOWN: dict[str, Callable[[MailServer], None]] = {
    "shutting down": lambda server: setattr(server, "greeting", "421 4.3.2 Shutting down"),
    "no mail here": lambda server: setattr(server, "greeting", "554 5.3.2 No mail service here"),
    "gone": lambda server: server.__exit__(),
}


@pytest.mark.parametrize("down", DOWN.values(), ids=DOWN.keys())
def test_a_server_that_is_down_for_26_hours_is_asked_now_and_then_and_then_gets_all_urgent_first(store, down):
    with MailServer() as well:
        office = Office(store, well)
        server = MailServer(port=0)
        server.__enter__()
        office.server = server
        for _ in range(4):
            office.push(office.enrol(), flags())
        last = office.letters()[-1]
        with store.session(office.clinic.id) as session:
            session.merge(last).urgency = 3
            session.commit()
        down(server)
        while office.now < MORNING + timedelta(hours=26):
            assert office.deliver() == 0
            office.later(minutes=5)
        assert is_open(store)
        assert server.connections <= 26 * 60 / 15 + 5
        if server.greeting:
            server.__exit__()
        office.server = well
        office.later(hours=5)
        assert office.deliver() == 4
        assert well.taken[-1].message_id == f"<{last.message_id}@clinic.example>"
        assert not is_open(store)


def test_nothing_is_sent_in_the_open_where_tls_is_required(office):
    office.push(office.enrol(), flags())
    assert office.deliver(tls=True) == 0
    assert (office.letter().state, office.server.mails) == (LetterState.QUEUED, [])
    assert is_open(office.store)


@pytest.fixture
def certified(tmp_path: Path) -> MailServer:
    """A server with a certificate of its own for 127.0.0.1."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ("-subj", "/CN=mail.test", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2")
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate))
    subprocess.run([*made, *subject], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return MailServer(tls=context)


def test_a_server_that_cannot_prove_its_name_gets_nothing(office, certified):
    office.push(office.enrol(), flags())
    with certified as office.server:
        assert office.deliver(tls=True) == 0
    assert (office.letter().state, certified.mails) == (LetterState.QUEUED, [])
    assert is_open(office.store)


def test_a_server_with_a_good_certificate_gets_the_letter(office, certified, tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    office.push(office.enrol(), flags())
    with certified as office.server:
        assert office.deliver(tls=True) == 1


# aiosmtpd warns of its own use of the first, and that the second is not safe.
@pytest.mark.filterwarnings("ignore:Session.login_data is deprecated", "ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_pauses_and_the_right_one_signs_in(office):
    office.push(office.enrol(), flags())
    with MailServer(auth=True) as office.server:
        assert office.deliver(user=USER, password="another") == 0
        assert (office.letter().state, office.letter().attempts) == (LetterState.QUEUED, 0)
        assert is_open(office.store)
        assert office.deliver(user=USER, password=PASSWORD) == 0
        office.later(minutes=1)
        assert office.deliver(user=USER, password=PASSWORD) == 1


def test_two_senders_try_no_more_than_one_letter_together(store):
    now = datetime(2026, 3, 2, 9, tzinfo=MORNING.tzinfo)
    with store.session(role="jobs") as session:
        assert breaker.may_send(session, now) == breaker.TOGETHER
        breaker.cut(session, "535 no", False, now)
        breaker.cut(session, "535 no", False, now)
        assert breaker.may_send(session, now + timedelta(seconds=59)) == 0
        assert [breaker.may_send(session, now + timedelta(minutes=1)) for _ in range(2)] == [breaker.PROBES, 0]
        breaker.restore(session, now + timedelta(minutes=1))
        assert breaker.may_send(session, now + timedelta(minutes=1)) == breaker.TOGETHER


@pytest.mark.parametrize(
    ("said", "meant"),
    [("5.1.1 unknown", "no-such-address"), ("5.7.1 no", "refused"), ("5.2.2 full", "passing"), ("", "refused")],
)
def test_a_refused_message_is_judged_by_its_status(said, meant):
    assert answers.meaning(554, said) == meant
