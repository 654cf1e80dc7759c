"""A patient's address to which mail does not arrive: nothing goes there until somebody says anew where mail should."""

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.own_choices import Choice
from rehab_tracker.domain.person import Detail
from rehab_tracker.mail.answers import Trouble, Undelivered
from rehab_tracker.mail.delivery_report import Report
from rehab_tracker.services import bounces, leasing, reminders
from rehab_tracker.services.own import own
from rehab_tracker.services.own_choices import choose_own
from rehab_tracker.services.people import change_details
from rehab_tracker.services.person import read_person
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Patient
from tests.cast import at, day

FIRST, SECOND = "first@mail.example", "second@mail.example"
GONE = Undelivered("550 5.1.1 no such user", Trouble.NO_SUCH_ADDRESS)
REFUSED = Undelivered("554 5.7.1 spam", Trouble.REFUSED)


def chooses(cast, on=0, **choices):
    with cast.session() as session:
        said = {Choice(name): value for name, value in choices.items()}
        choose_own(session, cast.viewer_of(cast.ana), said, at(on))


@pytest.fixture
def wanting(cast):
    chooses(cast, email=FIRST, mails=True, reminder_at="20:00")
    return cast


def reminds(cast, on):
    with cast.store.session(cast.porto.id, role="jobs") as session:
        written = reminders.remind(session, system(cast.porto.id), cast.ana.id, day(on), at(on))
        session.commit()
    return written


def leased(session, cast, on):
    """The reminder that is due, with the sender; all else left before."""
    clock = system(cast.porto.id)
    while (letter := leasing.lease(session, clock, at(on))).kind != "reminder":
        leasing.mark_sent(session, clock, letter, "250", at(on))
    return letter


def is_refused(cast, on, failure=GONE):
    """The mail server refuses the letter that is due."""
    with cast.store.session(cast.porto.id, role="jobs") as session:
        letter = leased(session, cast, on)
        leasing.mark_failed(session, system(cast.porto.id), letter, failure, at(on))


def comes_back(cast, on, status="5.1.1"):
    """The mail server takes the letter, and reports an hour later that it did not arrive."""
    with cast.store.session(cast.porto.id, role="jobs") as session:
        letter = leased(session, cast, on)
        leasing.mark_sent(session, system(cast.porto.id), letter, "250", at(on))
        bounces.take_report(session, system(cast.porto.id), letter.id, Report((), "failed", status), at(on, 60))


def fails_since(cast):
    """What Ana's phone and her nurse are told."""
    with cast.session() as session:
        told = own(session, cast.viewer_of(cast.ana)).email_failed_at
    with cast.session() as session:
        seen = read_person(session, cast.viewer_of(cast.nuno), cast.ana.id, at(9)).email_failed_at
    assert told == seen
    return told


def test_after_no_such_mailbox_nothing_is_written_there_any_more(wanting):
    assert (reminds(wanting, 1), fails_since(wanting)) == (1, None)
    is_refused(wanting, 1)
    assert [reminds(wanting, on) for on in (2, 3)] == [0, 0]
    assert fails_since(wanting) == at(1)


def test_so_it_is_when_the_letter_comes_back_later(wanting):
    reminds(wanting, 1)
    comes_back(wanting, 1)
    assert (reminds(wanting, 2), fails_since(wanting)) == (0, at(1, 60))


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "4.4.7", ""])
def test_what_comes_back_for_another_reason_blames_no_address(wanting, status):
    reminds(wanting, 1)
    comes_back(wanting, 1, status)
    assert (reminds(wanting, 2), fails_since(wanting)) == (1, None)


def test_nor_does_a_letter_that_the_server_does_not_like(wanting):
    reminds(wanting, 1)
    is_refused(wanting, 1, REFUSED)
    assert (reminds(wanting, 2), fails_since(wanting)) == (1, None)


def test_another_address_is_written_to_whoever_tells_of_it(wanting):
    reminds(wanting, 1)
    is_refused(wanting, 1)
    with wanting.session() as session:
        who, version = wanting.viewer_of(wanting.nuno), 2
        change_details(session, who, wanting.ana.id, {Detail.EMAIL: SECOND}, version, at(2))
    assert (reminds(wanting, 2), fails_since(wanting)) == (1, None)
    assert {letter.address for letter in wanting.rows(Letter) if letter.kind == "reminder"} == {FIRST, SECOND}


def test_the_old_address_given_anew_is_tried_again_and_fails_again(wanting):
    reminds(wanting, 1)
    is_refused(wanting, 1)
    chooses(wanting, 2, email=SECOND)
    chooses(wanting, 2, email=FIRST)
    assert (fails_since(wanting), reminds(wanting, 2)) == (None, 1)
    is_refused(wanting, 2)
    assert (fails_since(wanting), reminds(wanting, 3)) == (at(2), 0)


def test_so_it_is_when_her_nurse_was_told_that_it_was_right_after_all(wanting):
    reminds(wanting, 1)
    is_refused(wanting, 1)
    for version, address in ((2, SECOND), (3, FIRST)):
        with wanting.session() as session:
            who = wanting.viewer_of(wanting.nuno)
            change_details(session, who, wanting.ana.id, {Detail.EMAIL: address}, version, at(2))
    assert (fails_since(wanting), reminds(wanting, 2)) == (None, 1)


def test_who_takes_mail_back_and_asks_for_it_again_is_tried_again(wanting):
    reminds(wanting, 1)
    is_refused(wanting, 1)
    chooses(wanting, 2, reminder_at="21:00", language="en-GB")
    assert reminds(wanting, 2) == 0
    chooses(wanting, 3, mails=False)
    chooses(wanting, 3, mails=True)
    assert (reminds(wanting, 3), fails_since(wanting)) == (1, None)


def test_one_letter_more_to_a_refused_address_blames_no_other_patient(wanting):
    reminds(wanting, 1)
    is_refused(wanting, 1)
    with wanting.session(wanting.braga) as session:
        row = session.get_one(Patient, (wanting.braga.id, wanting.bento.id))
        row.email, row.mails, row.reminder_at = FIRST, True, "20:00"
        session.commit()
        assert reminders.remind(session, system(wanting.braga.id), wanting.bento.id, day(2), at(2)) == 1


# What has not left yet


def reminder(cast):
    [letter] = [letter for letter in cast.rows(Letter) if letter.kind == "reminder"]
    return letter.address, str(letter.state)


def saves(cast, version, address, on=1):
    with cast.session() as session:
        change_details(session, cast.viewer_of(cast.nuno), cast.ana.id, {Detail.EMAIL: address}, version, at(on))


@pytest.mark.parametrize("ends", [{"mails": False}, {"mails": False, "email": None}, {"email": None}])
def test_what_waits_does_not_leave_once_the_patient_wants_no_mail(wanting, ends):
    reminds(wanting, 1)
    chooses(wanting, 1, **ends)
    assert reminder(wanting) == (FIRST, "cancelled")


def test_what_waits_goes_to_the_new_address_of_the_patient(wanting):
    reminds(wanting, 1)
    chooses(wanting, 1, email=SECOND)
    assert reminder(wanting) == (SECOND, "queued")


def test_so_it_is_when_her_nurse_takes_the_address_away_or_corrects_it(wanting):
    reminds(wanting, 1)
    saves(wanting, 2, SECOND)
    assert reminder(wanting) == (SECOND, "queued")
    saves(wanting, 3, None)
    assert reminder(wanting) == (SECOND, "cancelled")


def test_another_choice_leaves_what_waits_alone(wanting):
    reminds(wanting, 1)
    chooses(wanting, 1, language="en-GB", reminder_at="21:00")
    assert reminder(wanting) == (FIRST, "queued")


def test_what_is_being_sent_as_she_ends_it_is_not_tried_once_more(wanting):
    reminds(wanting, 1)
    clock = system(wanting.porto.id)
    with wanting.store.session(wanting.porto.id, role="jobs") as session:
        letter = leased(session, wanting, 1)
        chooses(wanting, 1, mails=False)
        leasing.mark_failed(session, clock, letter, Undelivered("450 later", Trouble.PASSING), at(1))
        assert leasing.lease(session, clock, at(1, 30)) is None
    assert reminder(wanting) == (FIRST, "expired")


# The same address once more


def test_the_same_address_said_again_is_tried_again_where_it_failed(wanting):
    reminds(wanting, 1)
    is_refused(wanting, 1)
    chooses(wanting, 2, email=FIRST)
    assert (fails_since(wanting), reminds(wanting, 2)) == (None, 1)
    before = wanting.counts()
    chooses(wanting, 2, email=FIRST)
    assert wanting.counts() == before


def test_so_it_is_when_her_nurse_saves_it_as_it_is(wanting):
    reminds(wanting, 1)
    is_refused(wanting, 1)
    saves(wanting, 2, FIRST, on=2)
    assert (fails_since(wanting), reminds(wanting, 2)) == (None, 1)
    before = wanting.counts()
    saves(wanting, 2, FIRST, on=2)
    assert wanting.counts() == before
