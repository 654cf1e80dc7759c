"""Letters: who gets one, when it is due, in which language, and that one thing makes one letter."""

from datetime import timedelta

import pytest

from rehab_tracker.domain.access import Role, system
from rehab_tracker.domain.alert import Level
from rehab_tracker.domain.errors import NotAllowed
from rehab_tracker.mail.post import Undelivered
from rehab_tracker.services import letters
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.letters import Letter, LetterState
from rehab_tracker.storage.people import CareTeam, Staff
from tests.cast import CANARY, another_patient, at, canary, logs, settle, ticks

REFUSED = Undelivered("451 later", passing=True)


def names(cast):
    return [name for name, _ in cast.letters()]


def without(cast, *gone, from_team=()):
    """Let members of staff leave the clinic, or only Ana's care team."""
    with cast.session() as session:
        for person in gone:
            session.get_one(Staff, (cast.porto.id, person.id)).disabled_at = at(0)
        for person in from_team:
            session.delete(session.get_one(CareTeam, (cast.porto.id, cast.ana.id, person.id)))
        session.commit()


# Who


def test_the_nurses_of_the_care_team_are_written_to(cast):
    cast.ana_ticks("fever", day=3)
    assert names(cast) == ["Nuno"]
    [letter] = cast.rows(Letter)
    assert letter.address == cast.nuno.email


def test_every_nurse_of_the_team_has_a_letter_of_their_own(cast):
    second = Staff(
        clinic_id=cast.porto.id, email="second@clinic.example", name="Second", role=Role.NURSE, language="en-GB",
        created_at=at(0),
    )  # fmt: skip
    with cast.session() as session:
        session.add(second)
        session.flush()
        session.add(CareTeam(clinic_id=cast.porto.id, patient_id=cast.ana.id, staff_id=second.id, since=at(0)))
        session.commit()
    cast.ana_ticks("fever", day=3)
    assert {letter.staff_id for letter in cast.rows(Letter)} == {cast.nuno.id, second.id}
    assert len({letter.message_id for letter in cast.rows(Letter)}) == 2


def test_without_a_nurse_in_the_team_the_team_is_written_to(cast):
    without(cast, from_team=[cast.nuno])
    cast.ana_ticks("fever", day=3)
    assert names(cast) == ["Boris"]


def test_without_a_team_the_clinics_nurses_are(cast):
    without(cast, from_team=[cast.nuno, cast.boris])
    cast.ana_ticks("fever", day=3)
    assert names(cast) == ["Nuno"]


def test_without_any_nurse_the_clinicians_are(cast):
    without(cast, cast.nuno, from_team=[cast.nuno, cast.boris])
    cast.ana_ticks("fever", day=3)
    assert names(cast) == ["Boris", "Dora"]


def test_a_nurse_who_left_the_clinic_gets_none_though_still_in_the_team(cast):
    without(cast, cast.nuno)
    cast.ana_ticks("fever", day=3)
    assert names(cast) == ["Boris"]


def test_without_any_clinician_whoever_is_there_is_told(cast):
    without(cast, cast.nuno, cast.boris, cast.dora)
    cast.ana_ticks("fever", day=3)
    assert names(cast) == ["Alda"]


def test_with_nobody_left_the_entry_and_its_alert_are_kept_all_the_same(cast):
    without(cast, cast.nuno, cast.boris, cast.dora, cast.alda)
    assert cast.ana_sends(ticks("fever", day=3)) == ["created"]
    assert (len(cast.rows(Alert)), cast.rows(Letter)) == (1, [])


def test_nobody_of_another_clinic_is_written_to(cast):
    cast.ana_ticks("fever", day=3)
    assert cast.rows(Letter, cast.braga) == []


# When, and what


def test_a_red_flag_is_due_at_once_and_all_else_two_minutes_on(cast):
    cast.records("right-knee")
    cast.ana_ticks("fever", day=1)
    cast.ana_logs({"left-hip": 9}, 2)
    due = {letter.values["hours"]: letter.due_at for letter in cast.rows(Letter)}
    assert due == {2: at(1), 4: at(2) + timedelta(minutes=2)}


def test_an_alert_for_information_makes_no_letter(cast):
    cast.ana_ticks("fever", day=3)
    with cast.session() as session:
        alert = session.get_one(Alert, (cast.porto.id, cast.rows(Alert)[0].id))
        alert.level = Level.INFO
        session.flush()
        letters.write(session, alert, at(4))
        session.commit()
    assert len(cast.letters()) == 1


def test_a_letter_speaks_its_recipients_language(cast):
    cast.ana_ticks("fever", day=3)
    assert cast.rows(Letter)[0].language == "pt-PT"
    without(cast, from_team=[cast.nuno])
    cast.ana_ticks("weight-loss", day=3)
    assert sorted(letter.language for letter in cast.rows(Letter)) == ["en-GB", "pt-PT"]


def test_a_letter_holds_nothing_of_the_patient(cast):
    cast.records("right-knee")
    cast.ana_ticks("fever", day=3)
    cast.ana_logs({"left-hip": 9}, 3)
    for letter in cast.rows(Letter):
        told = (letter.reference, letter.message_id, letter.values, letter.kind, letter.language)
        words = repr(told).replace(cast.porto.slug, "")
        assert CANARY["porto"] not in words and str(cast.ana.id) not in words
        assert not any(word in words for word in ("fever", "hip", "pain", "red-flag", "severe"))


def test_one_verdict_makes_one_letter_whatever_is_pushed_again(cast):
    cast.records("right-knee")
    items = [logs({"left-knee": x}, n) for n, x in enumerate((1, 4, 4, 4, 4))]
    for _ in range(3):
        cast.sends(cast.ana, *items, now=at(4))
    assert cast.letters() == [("Nuno", "queued")]


# Leased, sent, marked


def test_a_letter_is_leased_once_until_its_lease_runs_out(cast):
    cast.ana_ticks("fever", day=3)
    viewer = system(cast.porto.id)
    with cast.session() as session:
        assert letters.lease(session, viewer, at(3) - timedelta(seconds=1)) is None
        first = letters.lease(session, viewer, at(3))
        assert letters.lease(session, viewer, at(3, 9)) is None
        first_lease = first.lease_id
    with cast.session() as session:
        second = letters.lease(session, viewer, at(3, 10))
    assert (second.id, second.message_id, second.attempts) == (first.id, first.message_id, 2)
    assert second.lease_id != first_lease


def test_who_lost_the_lease_cannot_mark_the_letter(cast):
    cast.ana_ticks("fever", day=3)
    viewer = system(cast.porto.id)
    with cast.session() as one, cast.session() as two:
        slow = letters.lease(one, viewer, at(3))
        quick = letters.lease(two, viewer, at(3, 10))
        assert letters.mark_sent(two, viewer, quick, "250 ok", at(3, 11)) is True
        assert letters.mark_sent(one, viewer, slow, "250 ok", at(3, 12)) is False
    assert cast.letters() == [("Nuno", "sent")]
    assert cast.rows(Letter)[0].sent_at == at(3, 11)


def test_a_failure_that_passes_is_tried_again_later_and_later(cast):
    cast.ana_ticks("fever", day=3)
    viewer, now = system(cast.porto.id), at(3)
    with cast.session() as session:
        for wait in letters.RETRIES[:4]:
            assert letters.mark_failed(session, viewer, letters.lease(session, viewer, now), REFUSED, now) == "deferred"
            assert letters.lease(session, viewer, now + wait - timedelta(seconds=1)) is None
            now += wait
    assert cast.rows(Letter)[0].last_answer == "451 later"


@pytest.mark.parametrize(
    ("attempts", "failure", "state"),
    [
        (1, REFUSED, LetterState.DEFERRED),
        (len(letters.RETRIES), REFUSED, LetterState.DEFERRED),
        (len(letters.RETRIES) + 1, REFUSED, LetterState.DEAD),
        (1, Undelivered("550 no such mailbox", passing=False, bounced=True), LetterState.BOUNCED),
        (1, Undelivered("554 no", passing=False), LetterState.DEAD),
    ],
)
def test_what_becomes_of_a_letter_after_a_failure(attempts, failure, state):
    assert letters.next_state(attempts, failure, at(0))[0] is state


def test_retries_last_about_five_days():
    assert timedelta(days=4) < sum(letters.RETRIES, timedelta()) < timedelta(days=6)


def test_only_our_own_clock_sends(cast):
    for person in (cast.nuno, cast.alda, cast.ana):
        with cast.session() as session, pytest.raises(NotAllowed):
            letters.lease(session, cast.viewer_of(person), at(3))


def test_the_clock_finds_the_clinics_that_have_letters_due(store):
    cast = settle(store)
    other = another_patient(cast, cast.braga, "Bia")
    cast.sends(other, logs({"left-hip": 9}, 3))
    cast.ana_ticks("fever", day=3)
    with store.session(role="jobs") as session:
        assert letters.due_clinics(session, at(2)) == []
        assert letters.due_clinics(session, at(3)) == [cast.porto.id]
        assert letters.due_clinics(session, at(3, 2)) == [cast.porto.id, cast.braga.id]
    assert canary("braga", "x") == "zqbraga-x"
