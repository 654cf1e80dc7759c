"""Drill E5: mail scanners open every link of every letter again and again; only a person's POST changes anything."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from rehab_tracker.storage.database import Base
from rehab_tracker.storage.people import Staff
from tests.conftest import Store
from tests.mail.every_kind import deliver_everything, everybody, write_every_kind
from tests.mail.office import Office, flags, severe
from tests.served import Clock, serving
from tests.smtp import MailServer

PATIENTS = 70 if os.environ.get("REHAB_LONG_DRILLS") == "1" else 5
TIMES = 5 if PATIENTS > 5 else 2
LINK = re.compile(r"https?://[^\s<>\"]+")
UNTOUCHED = ("audit_event", "failed_attempt")
"""What may grow by looking: who looked, and wrong tries."""

pytestmark = pytest.mark.drill


@pytest.fixture
def office(sqlite_store: Store) -> Iterator[Office]:
    """A clinic with staff of every role in both languages."""
    with MailServer() as server:
        yield Office(sqlite_store, server)


def all_mailed(office: Office, patients: int = PATIENTS) -> set[str]:
    """Write and deliver letters of every kind about many patients, and return every link in them."""
    team = everybody(office)
    for number in range(patients):
        patient = office.enrol(team)
        office.push(patient, severe("left-hip", 9), flags())
        office.deliver()
        write_every_kind(office, patient, office.now.date().replace(day=number % 28 + 1, month=3 + number // 28))
    deliver_everything(office)
    seen = "\n".join(f"{mail.text}\n{mail.html}\n{mail.message['List-Unsubscribe']}" for mail in office.server.taken)
    return set(LINK.findall(seen))


def checksum(office: Office) -> str:
    """A digest of every row of every table, apart from who looked."""
    told = sha256()
    with office.store.session(role="superuser") as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in UNTOUCHED:
                for row in session.execute(select(table).order_by(*table.primary_key)):
                    told.update(repr(tuple(row)).encode())
    return told.hexdigest()


def asked(client: FlaskClient, links: set[str]) -> list[int]:
    """Ask for every link several times, as scanners do, and return what came."""
    paths = [urlsplit(link).path for link in sorted(links)]
    return [ask(path).status_code for path in paths for _ in range(TIMES) for ask in (client.get, client.head)]


@contextmanager
def scanner_of(office: Office) -> Iterator[FlaskClient]:
    clock = Clock(office.now)
    with serving(office.store, clock) as app:
        yield app.test_client()


def test_scanners_change_nothing_and_a_person_does(office: Office) -> None:
    links = all_mailed(office)
    mails = len(office.server.taken)
    assert mails >= 100
    before = checksum(office)
    with scanner_of(office) as scanner:
        answers = asked(scanner, links)
        assert set(answers) == {200, 303}, "a page with a button, or the way to sign in"
        assert checksum(office) == before
        leaving = sorted(urlsplit(link).path for link in links if "/unsubscribe/" in link)
        acted = [scanner.post(path).status_code for path in leaving]
    assert checksum(office) != before
    assert 200 in acted and set(acted) <= {200, 409}
    print(f"E5: {mails} mails, {len(links)} links, {len(answers)} requests, 0 changes; {acted.count(200)} left by POST")


def test_a_link_that_acts_when_it_is_opened_would_be_seen(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The positive control: a page that leaves the digests as soon as somebody opens it."""
    from dashboards.pages import mail

    def acts(session: Any, clinic: Any, token: str, now: Any) -> Staff:
        return mail.leave_digests(session, clinic, token, now)

    monkeypatch.setattr(mail, "reader_of", acts)
    links = {link for link in all_mailed(office, 1) if "/unsubscribe/" in link}
    before = checksum(office)
    with scanner_of(office) as scanner:
        asked(scanner, set(sorted(links)[:3]))
    assert checksum(office) != before
