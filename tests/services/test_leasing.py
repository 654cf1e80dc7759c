"""Letters in a sender's hand: leased once, marked by who holds the lease, tried again later and later, and ended."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.access import system
from rehab_tracker.domain.errors import NotAllowed
from rehab_tracker.mail.answers import Trouble, Undelivered
from rehab_tracker.mail.retries import JITTER, RETRIES, SOON, wait_after
from rehab_tracker.services import leasing
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.letters import Letter, LetterState
from rehab_tracker.storage.people import Staff
from tests.cast import another_patient, at, canary, settle, ticks

LATER = Undelivered("451 later", Trouble.PASSING, answered=True)
NOBODY = Undelivered("550 5.1.1 unknown", Trouble.NO_SUCH_ADDRESS, answered=True)
SIGN_IN = Undelivered("535 5.7.8 wrong password", Trouble.NO_WAY)


def leased(cast, session, now):
    """The letter that is leased now; the clinic must have one."""
    found = leasing.lease(session, system(cast.porto.id), now)
    assert found is not None
    return found


def test_a_letter_is_leased_once_until_its_lease_runs_out_and_is_counted_as_one_that_may_have_left(cast):
    cast.ana_ticks("fever", day=3)
    viewer = system(cast.porto.id)
    with cast.session() as session:
        assert leasing.lease(session, viewer, at(3) - timedelta(seconds=1)) is None
        first = leased(cast, session, at(3))
        assert leasing.lease(session, viewer, at(3, 9)) is None
    with cast.session() as session:
        second = leased(cast, session, at(3, 10))
    assert (second.id, second.message_id, second.attempts) == (first.id, first.message_id, 2)
    assert second.lease_id != first.lease_id
    assert (first.may_have_left, second.may_have_left) == (0, 1)


def test_who_lost_the_lease_cannot_mark_the_letter(cast):
    cast.ana_ticks("fever", day=3)
    viewer = system(cast.porto.id)
    with cast.session() as one, cast.session() as two:
        slow = leased(cast, one, at(3))
        quick = leased(cast, two, at(3, 10))
        assert leasing.mark_sent(two, viewer, quick, "250 ok", at(3, 11)) is True
        assert leasing.mark_sent(one, viewer, slow, "250 ok", at(3, 12)) is False
    assert cast.letters() == [("Nuno", "sent")]
    assert cast.rows(Letter)[0].sent_at == at(3, 11)


def test_a_failure_that_passes_is_tried_again_later_and_later(cast):
    cast.ana_ticks("fever", day=3)
    viewer, now = system(cast.porto.id), at(3)
    with cast.session() as session:
        for wait in SOON:
            assert leasing.mark_failed(session, viewer, leased(cast, session, now), LATER, now) == "deferred"
            assert leasing.lease(session, viewer, now + wait - timedelta(seconds=1)) is None
            now += wait
    assert cast.rows(Letter)[0].last_answer == "451 later"


@pytest.mark.parametrize(
    ("attempts", "trouble", "state"),
    [
        (1, Trouble.PASSING, LetterState.DEFERRED),
        (len(RETRIES), Trouble.PASSING, LetterState.DEFERRED),
        (len(RETRIES) + 1, Trouble.PASSING, LetterState.DEAD),
        (len(RETRIES) + 1, Trouble.OUT_OF_REACH, LetterState.DEAD),
        (1, Trouble.NO_SUCH_ADDRESS, LetterState.BOUNCED),
        (1, Trouble.REFUSED, LetterState.DEAD),
        (len(RETRIES) + 1, Trouble.UNWRITTEN, LetterState.DEAD),
        (999, Trouble.NO_WAY, LetterState.QUEUED),
    ],
)
def test_what_becomes_of_a_letter_after_a_failure(attempts, trouble, state):
    letter = Letter(id=UUID(int=7), attempts=attempts)
    assert leasing.next_state(letter, Undelivered("no", trouble), at(0))[0] is state


NO_WORDS = Undelivered("KeyError", Trouble.UNWRITTEN)


def tried(cast, *failures):
    """What becomes of Nuno's letter at each of these attempts."""
    viewer, became = system(cast.porto.id), []
    cast.ana_ticks("fever", day=3)
    with cast.session() as session:
        for failure in failures:
            due_at = next(row.due_at for row in cast.rows(Letter) if row.alert_id)
            became.append(str(leasing.mark_failed(session, viewer, leased(cast, session, due_at), failure, due_at)))
    return became


def test_a_letter_that_cannot_be_written_is_dead_at_the_fifth_try_in_a_row(sqlite_cast):
    assert tried(sqlite_cast, *[NO_WORDS] * 5) == ["deferred"] * 4 + ["dead"]
    [letter] = [row for row in sqlite_cast.rows(Letter) if row.alert_id]
    assert letter.last_answer == "Not put into words, try 5: KeyError"


def test_what_the_server_put_off_is_no_try_to_write(sqlite_cast):
    assert tried(sqlite_cast, *[LATER] * 4, NO_WORDS) == ["deferred"] * 5


def test_what_could_be_written_in_between_begins_anew(sqlite_cast):
    assert tried(sqlite_cast, *[NO_WORDS] * 4, LATER, *[NO_WORDS] * 4) == ["deferred"] * 9


def test_who_died_at_a_try_has_not_failed_to_write(sqlite_cast):
    cast, viewer = sqlite_cast, system(sqlite_cast.porto.id)
    cast.ana_ticks("fever", day=3)
    with cast.session() as session:
        for minutes in range(0, 50, 10):
            letter = leased(cast, session, at(3, minutes))
        assert letter.attempts == 5
        assert leasing.mark_failed(session, viewer, letter, NO_WORDS, at(3, 41)) == "deferred"


@given(st.integers(1, len(RETRIES)), st.uuids())
def test_a_wait_is_the_same_whenever_asked_and_strays_only_after_the_first_half_hour(attempts, letter_id):
    wait = wait_after(attempts, letter_id)
    assert wait == wait_after(attempts, letter_id)
    assert abs(wait - RETRIES[attempts - 1]) <= (
        JITTER * RETRIES[attempts - 1] if attempts > len(SOON) else timedelta()
    )


@given(st.uuids())
def test_a_letter_is_tried_for_about_five_days_and_no_longer(letter_id):
    whole = sum((wait_after(attempts, letter_id) for attempts in range(1, len(RETRIES) + 1)), timedelta())
    assert timedelta(days=4) < whole < timedelta(days=6)
    assert wait_after(len(RETRIES) + 1, letter_id) is None


def test_what_failed_together_does_not_come_back_together():
    waits = {wait_after(len(SOON) + 1, UUID(int=n)) for n in range(100)}
    assert len(waits) > 90
    assert max(waits) - min(waits) > timedelta(minutes=15)


def test_a_letter_that_nobody_could_send_waits_as_it_did_before(cast):
    cast.ana_ticks("fever", day=3)
    viewer = system(cast.porto.id)
    with cast.session() as session:
        assert leasing.mark_failed(session, viewer, leased(cast, session, at(3)), SIGN_IN, at(3)) == "queued"
        [letter] = cast.rows(Letter)
        assert (letter.state, letter.attempts, letter.due_at) == (LetterState.QUEUED, 0, at(3))
        leasing.mark_failed(session, viewer, leased(cast, session, at(3)), LATER, at(3))
        before = cast.rows(Letter)[0]
        leasing.mark_failed(session, viewer, leased(cast, session, at(3, 1)), SIGN_IN, at(3, 1))
    [letter] = cast.rows(Letter)
    assert (letter.state, letter.attempts, letter.due_at) == (LetterState.DEFERRED, 1, before.due_at)


def test_an_answer_that_no_database_keeps_does_not_send_the_letter_again(cast):
    cast.ana_ticks("fever", day=3)
    with cast.session() as session:
        letter = leased(cast, session, at(3))
        assert leasing.mark_sent(session, system(cast.porto.id), letter, "250 taken\0", at(3))
    assert cast.letters() == [("Nuno", "sent")]


def test_a_mailbox_that_is_gone_is_noted_beside_its_owner(cast):
    cast.ana_ticks("fever", day=3)
    viewer = system(cast.porto.id)
    with cast.session() as session:
        assert leasing.mark_failed(session, viewer, leased(cast, session, at(3)), NOBODY, at(3)) == "bounced"
    failed = {staff.name: staff.address_failed_at for staff in cast.rows(Staff) if staff.address_failed_at}
    assert failed == {cast.nuno.name: at(3)}


def test_an_address_that_was_corrected_meanwhile_is_not_blamed(cast):
    cast.ana_ticks("fever", day=3)
    with cast.session() as session:
        letter = leased(cast, session, at(3))
        session.get_one(Staff, (cast.porto.id, cast.nuno.id)).email = "nuno.new@clinic.example"
        session.commit()
        leasing.mark_failed(session, system(cast.porto.id), letter, NOBODY, at(3))
    assert [staff.address_failed_at for staff in cast.rows(Staff) if staff.address_failed_at] == []


def test_a_letter_of_no_use_any_more_ends_unsent(cast):
    cast.ana_ticks("fever", day=3)
    with cast.session() as session:
        [letter] = cast.rows(Letter)
        session.get_one(Letter, (cast.porto.id, letter.id)).expires_at = at(4)
        session.commit()
        assert leasing.lease(session, system(cast.porto.id), at(4)) is None
    assert cast.letters() == [("Nuno", "expired")]
    assert [row.subject for row in cast.rows(AuditEvent) if row.action == "letter-expired"] == [str(letter.id)]


def test_only_our_own_clock_sends(cast):
    for person in (cast.nuno, cast.alda, cast.ana):
        with cast.session() as session, pytest.raises(NotAllowed):
            leasing.lease(session, cast.viewer_of(person), at(3))


def test_the_clock_finds_the_clinics_that_have_letters_due_the_most_urgent_first(store):
    cast = settle(store)
    other = another_patient(cast, cast.braga, "Bia")
    cast.sends(other, ticks("fever", day=3), now=at(3, 1))
    cast.ana_ticks("fever", day=3)
    with store.session(role="jobs") as session:
        assert leasing.due_clinics(session, at(2)) == []
        assert leasing.due_clinics(session, at(3)) == [cast.porto.id]
        assert leasing.due_clinics(session, at(3, 2)) == [cast.porto.id, cast.braga.id]
    with cast.session() as session:
        for letter in cast.rows(Letter):
            session.get_one(Letter, (cast.porto.id, letter.id)).urgency = 2
        session.commit()
    with store.session(role="jobs") as session:
        assert leasing.due_clinics(session, at(3, 2)) == [cast.braga.id, cast.porto.id]
    assert canary("braga", "x") == "zqbraga-x"
