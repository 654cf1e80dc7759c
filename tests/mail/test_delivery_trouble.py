"""What administrators read of a letter that did not arrive is what happened to it."""

import pytest

from rehab_tracker.domain.access import Role, system
from rehab_tracker.services import team
from rehab_tracker.storage.letters import LetterState
from tests.mail.office import Office, flags
from tests.mail.test_bounces import failed_addresses, path_of, report, take
from tests.smtp import Order

ENDS = {
    "no-such-address": (Order(rcpt="550 5.1.1 User unknown"), "at the address that we have", "Correct the address"),
    "not-taken": (Order(data="554 5.7.1 Denied"), "did not take a letter to", "See which letters wait"),
}


def trouble(office: Office) -> dict[str, str]:
    """Deliver what administrators are told, and return each text by its reason."""
    office.deliver()
    written = [letter for letter in office.letters() if letter.kind == "delivery-trouble"]
    told = {f"<{letter.message_id}@clinic.example>": letter.values["why"] for letter in written}
    return {told[mail.message_id]: mail.text for mail in office.server.taken if mail.message_id in told}


@pytest.fixture
def alda(office: Office) -> Office:
    """The office with an administrator, to whom mail arrives."""
    office.hire("alda@clinic.example", role=Role.CLINIC_ADMIN)
    return office


@pytest.mark.parametrize("why", sorted(ENDS))
def test_what_the_server_refused_is_told_as_that(alda: Office, why: str) -> None:
    order, words, label = ENDS[why]
    alda.push(alda.enrol(), flags())
    alda.server.order(order)
    alda.deliver()
    told = trouble(alda)
    assert set(told) == {why} and words in told[why] and label in told[why]


def test_what_the_server_put_off_for_days_was_not_taken(alda: Office) -> None:
    alda.push(alda.enrol(), flags())
    [letter] = alda.letters()
    while letter.state in (LetterState.QUEUED, LetterState.DEFERRED):
        alda.server.order(Order(rcpt="451 4.3.0 Local error"))
        alda.now = max(alda.now, letter.due_at)
        alda.deliver()
        letter = next(each for each in alda.letters() if each.id == letter.id)
    assert set(trouble(alda)) == {"not-taken"}


def test_what_could_not_be_written_is_a_fault_of_the_program(alda: Office) -> None:
    alda.push(alda.enrol(), flags())
    [broken] = alda.letters()
    with alda.store.session(alda.clinic.id) as session:
        session.merge(broken).values = {"level": "loud"}
        session.commit()
    for minutes in (0, 1, 5, 15, 30):
        alda.later(minutes=minutes)
        alda.deliver()
    told = trouble(alda)
    assert set(told) == {"unwritten"} and "That is a fault of the program." in told["unwritten"]
    assert "The mail server" not in told["unwritten"]


@pytest.mark.parametrize(("status", "why"), [("5.1.1", "no-such-address"), ("5.7.1", "returned")])
def test_what_was_returned_later_is_told_as_that(alda: Office, status: str, why: str) -> None:
    alda.push(alda.enrol(), flags())
    alda.deliver()
    take(alda, report(path_of(alda), status=status))
    assert set(trouble(alda)) == {why}


def test_of_an_address_that_was_changed_since_nobody_is_told(alda: Office) -> None:
    alda.push(alda.enrol(), flags())
    alda.deliver()
    with alda.store.session(alda.clinic.id) as session:
        team.change_address(session, system(alda.clinic.id), alda.nurse, "new@clinic.example", alda.now)
    take(alda, report(path_of(alda)))
    assert (trouble(alda), failed_addresses(alda)) == ({}, [])
