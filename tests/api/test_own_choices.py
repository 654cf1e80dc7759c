"""What patients choose over the API, and the mail that comes of it: really sent, to a server on loopback."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from rehab_tracker.domain.own_choices import Choice
from rehab_tracker.mail.post import Post
from rehab_tracker.services import delivering
from rehab_tracker.services.own_choices import choose_own
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.clock import DueJob
from rehab_tracker.storage.person import PersonChange
from tests.api.staff import desk_of
from tests.cast import CANARY, another_patient, at, settle
from tests.conftest import Store
from tests.mail.office import BASE_URL, RETURN_PATH, SENDER
from tests.served import Clock, House, pain, problem, serving
from tests.services.clockwork import Clockwork
from tests.smtp import MailServer, Order

ADDRESS = "somebody@mail.example"
WANTED = {"email": ADDRESS, "mails": True, "reminder_at": "20:00"}
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def house(store: Store) -> Iterator[House]:
    """The app on a database of its own, on each engine in turn: the clock works for every clinic that there is."""
    clock = Clock(at(0))
    with serving(store, clock) as app:
        yield House(app, settle(store), clock)


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that is well until it gets an order."""
    with MailServer() as running:
        yield running


def says(house: House, body: Any) -> TestResponse:
    """Lets Ana's phone choose; written by the standard library, which also writes what no phone should send."""
    raw = {"data": json.dumps(body), "content_type": "application/json"}
    return house.ana.client.patch("/api/v1/me", headers=house.ana.headers, **raw)


def told(house: House) -> dict[str, Any]:
    """What the phone is told of its patient."""
    found: dict[str, Any] = json.loads(house.ana.get("/api/v1/me").data)["patient"]
    return found


def comes(house: House, server: MailServer, now: datetime) -> list[str]:
    """Lets the clock and the post work at an instant; returns to whom outside the clinic mail came.

    Nobody enters what should be due.
    """
    house.clock.now, before = now, len(server.taken)
    clock = Clockwork(house.cast.store, now)
    clock.run()
    delivering.deliver(clock.sessions, Post(server.address(), RETURN_PATH), SENDER, BASE_URL, lambda: now)
    came = [mail.recipient for mail in server.taken[before:]]
    return [recipient for recipient in came if not recipient.endswith("@clinic.example")]


def due(house: House) -> datetime | None:
    """When Ana's reminder is due."""
    [row] = [row for row in house.cast.rows(DueJob) if row.job == "reminder"]
    found: datetime | None = row.due_at
    return found


def test_ana_wants_a_reminder_at_eight_gets_it_on_days_without_a_log_and_ends_it(
    house: House, server: MailServer
) -> None:
    assert told(house).keys() == {"language", "time_zone", "enrolled_on", "mails"}
    chosen = json.loads(says(house, WANTED).data)["patient"]
    assert chosen == told(house) and {name: chosen[name] for name in WANTED} == WANTED
    assert comes(house, server, at(1, -11)) == []
    assert comes(house, server, at(1, -10)) == [ADDRESS]
    assert comes(house, server, at(1)) == []
    [mail] = server.taken
    assert not any(word in mail.raw.decode() for word in CANARY.values())
    house.clock.now = at(2)
    house.ana.results(pain(2))
    assert comes(house, server, at(2)) == []
    assert comes(house, server, at(3)) == [ADDRESS]
    assert json.loads(says(house, {"reminder_at": None}).data)["patient"].keys() >= {"email", "mails"}
    assert [comes(house, server, at(day)) for day in (4, 5)] == [[], []]


def test_the_reminder_is_due_as_soon_as_it_is_chosen_and_follows_the_zone(house: House) -> None:
    says(house, WANTED)
    assert due(house) == at(1) - TEN_MINUTES
    says(house, {"reminder_at": "21:30"})
    assert due(house) == at(1, 80)
    desk_of(house, house.cast.nuno).told("PATCH", "", {"time_zone": "Atlantic/Azores"}, 3)
    assert due(house) == at(1, 140)
    says(house, {"mails": False})
    assert due(house) is None


def test_what_others_of_the_clinic_chose_is_theirs(house: House) -> None:
    rita = another_patient(house.cast, house.cast.porto, "Rita")
    hers = {Choice.EMAIL: "rita@mail.example", Choice.MAILS: True, Choice.REMINDER_AT: "19:00"}
    with house.cast.session() as session:
        choose_own(session, house.cast.viewer_of(rita), hers, at(0))
    says(house, WANTED)
    says(house, {"mails": False})
    found = {row.subject: row.due_at for row in house.cast.rows(DueJob)}
    assert found == {str(rita.id): at(1, -70), str(house.cast.ana.id): None}


def test_who_ends_it_when_the_time_has_come_is_left_in_peace(house: House, server: MailServer) -> None:
    says(house, WANTED)
    house.clock.now = at(1)
    says(house, {"reminder_at": None})
    assert comes(house, server, at(1)) == []
    says(house, {"reminder_at": "20:00"})
    assert comes(house, server, at(2)) == [ADDRESS]


def test_an_address_that_the_server_does_not_know_gets_one_letter_and_boris_sees_it(
    house: House, server: MailServer
) -> None:
    says(house, WANTED)
    server.order(Order(rcpt="550 5.1.1 no such user"))
    assert [comes(house, server, at(day)) for day in (1, 2, 3)] == [[], [], []]
    assert told(house)["email_failed_at"]
    desk = desk_of(house, house.cast.boris)
    assert desk.told("GET")["email_failed_at"] == told(house)["email_failed_at"]
    found = desk.told("PATCH", "", {"email": "Other@mail.example"}, 2)
    assert (found["email"], "email_failed_at" in found) == ("other@mail.example", False)
    assert comes(house, server, at(4)) == ["other@mail.example"]


def test_the_same_said_again_changes_nothing(house: House) -> None:
    says(house, WANTED)
    before = house.cast.counts()
    assert says(house, WANTED).status_code == says(house, {}).status_code == 200
    assert house.cast.counts() == before
    changes = {(row.version, row.field, row.before, row.after) for row in house.cast.rows(PersonChange)}
    assert changes == {
        (2, "email", None, ADDRESS), (2, "mails", "false", "true"), (2, "reminder_at", None, "20:00"),
    }  # fmt: skip
    [noted] = [row for row in house.cast.rows(AuditEvent) if row.action == "choices-changed"]
    assert (noted.actor_id, noted.patient_id, noted.detail) == (house.cast.ana.id, house.cast.ana.id, {"version": 2})


def test_her_nurse_reads_what_she_chose_and_when_and_another_clinic_nothing(house: House) -> None:
    says(house, {**WANTED, "language": "en-GB"})
    found = desk_of(house, house.cast.nuno).told("GET")
    assert {name: found[name] for name in WANTED} == WANTED and found["language"] == "en-GB"
    assert not any("changed_by" in change for change in found["changes"])
    for stranger in (house.cast.carla, house.cast.celia):
        answer = desk_of(house, stranger, house.cast.ana).ask("GET")
        assert answer.status_code == 404 and ADDRESS not in answer.text
    assert house.cast.rows(DueJob, house.cast.braga) == []


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"email": "ana at mail"}, "bad-address", "/email"),
        ({"email": "ana@mail"}, "bad-address", "/email"),
        ({"email": 7}, "wrong-type", "/email"),
        ({"email": "x" * 255}, "too-long", "/email"),
        ({"mails": True}, "address-needed", "/mails"),
        ({**WANTED, "email": None}, "address-needed", "/mails"),
        ({**WANTED, "mails": "yes"}, "wrong-type", "/mails"),
        ({**WANTED, "mails": None}, "wrong-type", "/mails"),
        ({**WANTED, "reminder_at": "8 pm"}, "bad-clock-time", "/reminder_at"),
        ({**WANTED, "reminder_at": "24:00"}, "bad-clock-time", "/reminder_at"),
        ({**WANTED, "reminder_at": 20}, "wrong-type", "/reminder_at"),
        ({"language": "fr"}, "unknown-code", "/language"),
        ({"language": None}, "wrong-type", "/language"),
        ({**WANTED, "name": "Ana"}, "unknown-key", "/name"),
        ({**WANTED, "time_zone": "Europe/Lisbon"}, "unknown-key", "/time_zone"),
    ],
)
def test_what_cannot_be_chosen_changes_nothing(sqlite_house: House, body: Any, code: str, pointer: str) -> None:
    before = sqlite_house.cast.counts()
    found = problem(says(sqlite_house, body))
    assert (found["status"], found["errors"][0]["code"], found["errors"][0]["pointer"]) == (422, code, pointer)
    assert sqlite_house.cast.counts() == before


def test_only_a_phone_that_is_signed_in_chooses(sqlite_house: House) -> None:
    desk = desk_of(sqlite_house, sqlite_house.cast.nuno)
    for client in (sqlite_house.client, desk.client):
        assert client.patch("/api/v1/me", json=WANTED).status_code == 401
    assert told(sqlite_house)["mails"] is False


def test_a_phone_of_a_record_that_was_joined_chooses_for_the_one_that_is_kept(house: House, server: MailServer) -> None:
    double = house.cast.twice(house.cast.nuno)
    house.cast.merges(double, on=0)
    phone = house.phone_of(double)
    answer = phone.client.patch("/api/v1/me", json=WANTED, headers=phone.headers)
    assert answer.status_code == 200 and told(house)["email"] == ADDRESS
    assert comes(house, server, at(1)) == [ADDRESS]


def test_every_choice_is_told_under_the_name_by_which_it_is_set(sqlite_house: House) -> None:
    says(sqlite_house, WANTED)
    assert {str(choice) for choice in Choice} <= told(sqlite_house).keys()


def test_who_ends_mail_while_a_letter_is_put_off_gets_none(house: House, server: MailServer) -> None:
    says(house, WANTED)
    server.order(Order(rcpt="450 4.2.0 try later"))
    assert comes(house, server, at(1)) == []
    house.clock.now = at(1, 1)
    assert says(house, {"mails": False, "email": None}).status_code == 200
    server.order(Order())
    assert comes(house, server, at(1, 30)) == []


def test_the_address_that_failed_is_tried_again_when_it_is_said_again(house: House, server: MailServer) -> None:
    says(house, WANTED)
    server.order(Order(rcpt="550 5.1.1 no such user"))
    assert comes(house, server, at(1)) == [] and told(house)["email_failed_at"]
    server.order(Order())
    assert "email_failed_at" not in json.loads(says(house, {"email": ADDRESS}).data)["patient"]
    assert comes(house, server, at(2)) == [ADDRESS]
