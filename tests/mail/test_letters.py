"""Letters on their way: what becomes of them when the mail server is well, and when it is not."""

from datetime import timedelta

import pytest

from rehab_tracker.mail import post
from rehab_tracker.mail.retries import RETRIES
from rehab_tracker.services import leasing
from rehab_tracker.storage.letters import LetterState
from tests.mail.office import BASE_URL, MORNING, Office, flags, severe
from tests.smtp import MailServer, Order


def test_a_letter_goes_out_once_and_is_marked_with_the_answer(office):
    office.push(office.enrol(), flags())
    assert office.deliver() == 1
    assert office.deliver() == 0
    letter = office.letter()
    assert (letter.state, letter.sent_at, letter.last_answer) == (LetterState.SENT, MORNING, "250 OK")
    [mail] = office.server.taken
    assert mail.recipient == "nurse@clinic.example"
    assert mail.message_id == f"<{letter.message_id}@clinic.example>"


def test_a_letter_says_that_a_machine_wrote_it_and_its_link_opens_the_alert(office):
    office.push(office.enrol(), flags())
    office.deliver()
    [mail] = office.server.taken
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert f"{BASE_URL}/c/{office.clinic.slug}/alerts/{office.letter().alert_id}" in mail.text.split()


def test_red_flags_leave_at_once_and_other_letters_wait_two_minutes(office):
    patient = office.enrol()
    office.push(patient, severe())
    assert office.deliver() == 0
    office.push(patient, flags())
    assert office.deliver() == 1
    office.later(seconds=119)
    assert office.deliver() == 0
    office.later(seconds=1)
    assert office.deliver() == 1


def test_what_is_taken_back_within_two_minutes_never_leaves(office):
    patient = office.enrol()
    sent = office.push(patient, severe())
    office.later(minutes=1)
    office.push(patient, severe(), id=sent.id, rev=2, recorded_at=sent.recorded_at, withdrawn=True)
    office.later(minutes=5)
    assert office.deliver() == 0
    assert office.letter().state is LetterState.CANCELLED
    assert office.server.mails == []


def test_many_letters_go_out_once_each(office):
    team = [office.nurse, office.hire("second@clinic.example", "pt-PT")]
    for _ in range(10):
        office.push(office.enrol(team), flags())
    assert office.deliver() == 20
    assert office.deliver() == 0
    assert len({mail.message_id for mail in office.server.taken}) == len(office.server.mails) == 20


PASSING = {
    "greylisted": Order(rcpt="450 4.2.0 Greylisted, try again"),
    "shutting down": Order(rcpt="421 4.3.2 Shutting down"),
    "mailbox busy": Order(rcpt="451 4.3.0 Local error"),
    "full": Order(rcpt="452 4.2.2 Over quota"),
    "full for good, it says": Order(rcpt="552 5.2.2 Mailbox full"),
    "no route": Order(rcpt="550 5.4.4 No route"),
    "later, after the message": Order(data="451 4.7.1 Try again later"),
    "storage, after the message": Order(data="452 4.3.1 Insufficient storage"),
    "full, after the message": Order(data="552 5.2.2 Mailbox full"),
    "shutting down, to our sender": Order(mail="421 4.3.2 Shutting down"),
    "busy, to our sender": Order(mail="451 4.3.0 Local error"),
    "hung up": Order(hang_up=True),
    "cut": Order(cut=True),
    "cut after a refusal": Order(data="550 5.7.1 Spam", cut=True),
}
FINAL = {
    "unknown": (Order(rcpt="550 5.1.1 User unknown"), LetterState.BOUNCED),
    "moved": (Order(rcpt="551 5.1.6 Not local"), LetterState.BOUNCED),
    "bad name": (Order(rcpt="553 5.1.3 Bad mailbox name"), LetterState.BOUNCED),
    "unknown, it says late": (Order(data="550 5.1.1 User unknown"), LetterState.BOUNCED),
    "no words for it": (Order(rcpt="550 no such user"), LetterState.BOUNCED),
    "closed": (Order(rcpt="550 5.2.1 Mailbox disabled"), LetterState.BOUNCED),
    "we look like spam": (Order(rcpt="550 5.7.1 Blocked"), LetterState.DEAD),
    "our own address is bad, they say": (Order(rcpt="550 5.1.8 Sender unknown"), LetterState.DEAD),
    "too big": (Order(rcpt="552 5.3.4 Too big"), LetterState.DEAD),
    "denied": (Order(rcpt="554 5.7.1 Denied"), LetterState.DEAD),
    "spam, they say": (Order(data="550 5.7.1 Spam"), LetterState.DEAD),
    "failed": (Order(data="554 5.3.0 Transaction failed"), LetterState.DEAD),
}


@pytest.mark.parametrize("order", PASSING.values(), ids=PASSING.keys())
def test_trouble_that_passes_defers_the_letter_and_the_same_message_goes_out_later(office, order):
    office.push(office.enrol(), flags())
    office.server.order(order)
    assert office.deliver() == 0
    letter = office.letter()
    assert (letter.state, letter.due_at, letter.sent_at) == (
        LetterState.DEFERRED,
        MORNING + timedelta(minutes=1),
        None,
    )
    assert office.deliver() == 0
    office.later(minutes=1)
    assert office.deliver() == 1
    assert office.letter().state is LetterState.SENT
    assert {mail.message_id for mail in office.server.mails} == {f"<{letter.message_id}@clinic.example>"}


@pytest.mark.parametrize(("order", "state"), FINAL.values(), ids=FINAL.keys())
def test_a_refusal_for_good_ends_the_letter_and_the_others_go_on(office, order, state):
    patient = office.enrol([office.nurse, office.hire("second@clinic.example")])
    office.push(patient, flags())
    office.server.order(order)
    assert office.deliver() == 1
    assert sorted(letter.state for letter in office.letters()) == sorted([state, LetterState.SENT])
    office.later(days=6)
    assert office.deliver() == 0


def test_a_letter_that_cannot_be_written_holds_up_no_other_and_dies_after_five_tries(office):
    """A letter whose values are broken, as by a faulty revision."""
    office.push(office.enrol(), flags())
    [broken] = office.letters()
    with office.store.session(office.clinic.id) as session:
        session.merge(broken).values = {"level": "loud"}
        session.commit()
    office.push(office.enrol(), flags())
    for minutes in (0, 1, 5, 15, 30):
        office.later(minutes=minutes)
        office.deliver()
    states = {letter.id: letter.state for letter in office.letters()}
    assert states.pop(broken.id) is LetterState.DEAD
    assert list(states.values()) == [LetterState.SENT]


def test_a_server_that_refuses_for_five_days_ends_the_letter_and_shows_it(office):
    office.push(office.enrol(), flags())
    tries = 0
    while office.letter().state in (LetterState.QUEUED, LetterState.DEFERRED):
        office.server.order(Order(rcpt="451 4.3.0 Local error"))
        office.now = max(office.now, office.letter().due_at)
        assert office.deliver() == 0
        tries += 1
    assert (office.letter().state, tries) == (LetterState.DEAD, len(RETRIES) + 1)
    assert timedelta(days=4) < office.now - MORNING < timedelta(days=6)


def test_a_server_that_is_down_defers(office):
    office.push(office.enrol(), flags())
    with MailServer() as gone:
        port = gone.port
    assert office.deliver(port=port) == 0
    assert office.letter().state is LetterState.DEFERRED


SILENT = {
    "before the message": (Order(stall_before=1.5), "STEP_SECONDS", 0),
    "after the message": (Order(stall=1.5), "ANSWER_SECONDS", 1),
}


@pytest.mark.parametrize(("order", "limit", "may_have_left"), SILENT.values(), ids=SILENT.keys())
def test_a_server_that_keeps_silent_defers(office, monkeypatch, order, limit, may_have_left):
    monkeypatch.setattr(post, limit, 0.3)
    office.push(office.enrol(), flags())
    office.server.order(order)
    assert office.deliver() == 0
    letter = office.letter()
    assert (letter.state, letter.may_have_left) == (LetterState.DEFERRED, may_have_left)
    assert "timed out" in (letter.last_answer or "")
    office.later(minutes=1)
    assert office.deliver() == 1


def test_only_a_letter_whose_whole_message_went_out_may_have_left(office):
    office.push(office.enrol(), flags())
    for order, count in ((Order(hang_up=True), 0), (Order(cut=True), 1), (Order(data="451 later"), 1)):
        office.server.order(order)
        office.now = max(office.now, office.letter().due_at)
        assert office.deliver() == 0
        assert (office.letter().state, office.letter().may_have_left) == (LetterState.DEFERRED, count)
    office.later(minutes=15)
    assert office.deliver() == 1


def test_a_whole_conversation_is_over_before_the_lease_is():
    longest = post.STEP_SECONDS * len(post.STEPS) + post.ANSWER_SECONDS
    assert timedelta(seconds=longest) <= leasing.LEASE


def test_a_letter_is_not_marked_before_the_servers_answer(office, monkeypatch):
    states = []
    send = post.Post.send

    def watched(self, mail, return_path):
        states.append(office.letter().state)
        answer = send(self, mail, return_path)
        states.append(office.letter().state)
        return answer

    monkeypatch.setattr(post.Post, "send", watched)
    office.push(office.enrol(), flags())
    office.deliver()
    assert [*states, office.letter().state] == [LetterState.LEASED, LetterState.LEASED, LetterState.SENT]


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("order", [Order(), Order(rcpt="450 4.2.0 Greylisted")], ids=["taken", "not taken"])
def test_a_lease_that_ran_out_is_taken_over_with_the_same_message_id(office, monkeypatch, order):
    def die(*given):
        raise Killed

    office.push(office.enrol(), flags())
    office.server.order(order)
    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(leasing, "mark_sent", die)
        dying.setattr(leasing, "mark_failed", die)
        office.deliver()
    assert office.letter().state is LetterState.LEASED
    office.now += leasing.LEASE - timedelta(seconds=1)
    assert office.deliver() == 0
    office.later(seconds=1)
    assert office.deliver() == 1
    assert {mail.message_id for mail in office.server.mails} == {f"<{office.letter().message_id}@clinic.example>"}
    assert (office.letter().state, office.letter().attempts) == (LetterState.SENT, 2)


def test_who_lost_the_lease_marks_nothing(office, monkeypatch):
    slept = []
    send = post.Post.send

    def overslept(self, mail, return_path):
        answer = send(self, mail, return_path)
        if not slept:
            slept.append(True)
            office.now += leasing.LEASE
            assert office.deliver() == 1
            office.later(minutes=1)
        return answer

    monkeypatch.setattr(post.Post, "send", overslept)
    office.push(office.enrol(), flags())
    assert office.deliver() == 1
    assert office.letter().sent_at == MORNING + leasing.LEASE
    assert len(office.server.taken) == 2


def test_a_cancelled_letter_stays_cancelled_and_a_leased_one_goes_its_way(office: Office, monkeypatch):
    patient = office.enrol()
    sent = office.push(patient, severe())
    office.later(minutes=3)
    send = post.Post.send

    def meanwhile(self, mail, return_path):
        office.push(patient, severe(), id=sent.id, rev=2, recorded_at=sent.recorded_at, withdrawn=True)
        return send(self, mail, return_path)

    monkeypatch.setattr(post.Post, "send", meanwhile)
    assert office.deliver() == 1
    assert office.letter().state is LetterState.SENT


def test_letters_of_every_clinic_go_out(store, server):
    offices = [Office(store, server) for _ in range(3)]
    for office in offices:
        office.push(office.enrol(), flags())
    assert offices[0].deliver() == 3
    assert all(office.letter().state is LetterState.SENT for office in offices)
