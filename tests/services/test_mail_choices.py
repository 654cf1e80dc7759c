"""Choices about mail: times, zone and kinds; leaving by a link without signing in; the last reader stays."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import text

from rehab_tracker.domain.access import system
from rehab_tracker.domain.due import Job
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, WrongState
from rehab_tracker.domain.mail_wishes import MailWishes
from rehab_tracker.mail.letters import LetterKind
from rehab_tracker.services import digests, letters, mail_choices
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Staff, lock_staff
from tests.cast import at, day, settle

NONE = MailWishes(None, None)


def chooses(cast, person, wishes, now=None):
    with cast.session(cast.clinic_of(person)) as session:
        return mail_choices.choose_mail(session, cast.viewer_of(person), wishes, now or at(1))


def wishes(cast, person):
    with cast.session(cast.clinic_of(person)) as session:
        return mail_choices.mail_choices(session, cast.viewer_of(person))


def link_of(cast, person):
    """The end of the link by which somebody can leave the digests: what stands in a digest's header."""
    clinic = cast.clinic_of(person)
    with cast.session(clinic) as session:
        digests.write_digest(session, system(clinic.id), person.id, Job.DIGEST_MORNING, day(2), at(2), late=False)
        session.commit()
    [letter] = [letter for letter in cast.rows(Letter, clinic) if letter.staff_id == person.id and letter.values]
    return letter.values["leave"].rpartition("/")[2]


def leaves(cast, token, clinic=None, now=None):
    place = clinic or cast.porto
    with cast.session(place) as session:
        return mail_choices.leave_digests(session, place, token, now or at(3))


def test_without_a_choice_digests_come_in_the_morning_and_in_the_afternoon(cast):
    assert wishes(cast, cast.nuno) == MailWishes("07:30", "16:00", None, frozenset())


def test_a_choice_is_kept_and_noted(cast):
    mine = MailWishes("06:45", None, "Atlantic/Azores", frozenset(("plan-change",)))
    chooses(cast, cast.nuno, mine)
    assert wishes(cast, cast.nuno) == mine and wishes(cast, cast.boris) == MailWishes()
    assert cast.audit()[-1] == "mail-chosen"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (MailWishes("7:30", None), "bad-clock-time"),
        (MailWishes("24:00", None), "bad-clock-time"),
        (MailWishes("16:00", "07:30"), "order"),
        (MailWishes("08:00", "08:00"), "order"),
        (MailWishes(time_zone="Lisbon"), "bad-time-zone"),
        (MailWishes(unwanted=frozenset(("alert",))), "unknown-code"),
    ],
)
def test_what_is_not_possible_is_refused_beside_its_field(cast, bad, code):
    with pytest.raises(InvalidValue) as refusal:
        chooses(cast, cast.nuno, bad)
    assert refusal.value.code == code and refusal.value.pointer
    assert wishes(cast, cast.nuno) == MailWishes()


def test_only_clinicians_choose(cast):
    for person in (cast.alda, cast.ana):
        with pytest.raises(NotAllowed):
            chooses(cast, person, MailWishes())


def test_whoever_saves_their_choices_is_written_to_again_where_the_address_had_failed(cast):
    with cast.session() as session:
        for person in (cast.nuno, cast.boris):
            session.get_one(Staff, (cast.porto.id, person.id)).address_failed_at = at(0)
        session.commit()
    chooses(cast, cast.nuno, MailWishes())
    assert [staff.id for staff in cast.rows(Staff) if staff.address_failed_at] == [cast.boris.id]


def test_while_somebody_chooses_letters_to_the_staff_are_written(postgres_store):
    """Each waiting for the other's rows, one of them would be undone, which may be what a patient sent."""
    cast = settle(postgres_store)
    with cast.session() as chooser, cast.session() as writer:
        lock_staff(chooser, cast.porto.id)
        writer.execute(text("SET LOCAL lock_timeout = '200ms'"))
        letter = letters.to_staff(cast.nuno, LetterKind.ALERT, "x", letters.AT_ONCE, at(1), at(1))
        assert letters.add(writer, letter)
        writer.rollback()


# The last reader


def test_the_last_who_gets_digests_cannot_leave_them(cast):
    chooses(cast, cast.boris, NONE)
    chooses(cast, cast.dora, NONE)
    with pytest.raises(WrongState) as refusal:
        chooses(cast, cast.nuno, NONE)
    assert refusal.value.code == "last-recipient" and wishes(cast, cast.nuno).wants_digests
    chooses(cast, cast.dora, MailWishes(None, "18:00"))
    assert not chooses(cast, cast.nuno, NONE).wants_digests


def test_who_has_left_or_has_no_working_address_is_nobody_to_hand_over_to(cast):
    with cast.session() as session:
        session.get_one(Staff, (cast.porto.id, cast.boris.id)).disabled_at = at(0)
        session.get_one(Staff, (cast.porto.id, cast.dora.id)).address_failed_at = at(0)
        session.commit()
    with pytest.raises(WrongState):
        chooses(cast, cast.nuno, NONE)


def test_of_the_last_two_who_leave_at_once_one_stays(cast):
    chooses(cast, cast.dora, NONE)
    refused = []

    def leave(person):
        try:
            chooses(cast, person, NONE)
        except WrongState:
            refused.append(person)

    both = [Thread(target=leave, args=(person,)) for person in (cast.nuno, cast.boris)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(refused) == 1 and wishes(cast, refused[0]).wants_digests


# By the link of a digest


def test_by_the_link_of_a_digest_somebody_leaves_without_signing_in(cast):
    token = link_of(cast, cast.nuno)
    assert leaves(cast, token).id == cast.nuno.id
    assert not wishes(cast, cast.nuno).wants_digests and wishes(cast, cast.boris).wants_digests
    assert "digests-left" in cast.audit()
    leaves(cast, token)


def test_asking_uses_nothing_up(cast):
    token = link_of(cast, cast.nuno)
    with cast.session() as session:
        assert mail_choices.reader_of(session, cast.porto, token, at(3)).id == cast.nuno.id
    assert wishes(cast, cast.nuno).wants_digests


def test_a_link_of_another_clinic_a_forged_and_an_old_one_are_unknown(cast):
    token = link_of(cast, cast.nuno)
    named, _, secret = token.partition(".")
    [letter] = [letter for letter in cast.rows(Letter) if letter.id.hex == named]
    forged = (f"{named}.{secret[:-1]}!", f"{named}.", named, "", f"{letter.message_id}.{secret}", f"{token}.{token}")
    for bad in forged:
        with pytest.raises(NotFound):
            leaves(cast, bad)
    with pytest.raises(NotFound):
        leaves(cast, token, cast.braga)
    with pytest.raises(NotFound):
        leaves(cast, token, now=at(2) + timedelta(days=61))
    assert wishes(cast, cast.nuno).wants_digests


def test_no_other_letter_can_be_left(cast):
    cast.ana_ticks("fever", day=1)
    [letter] = cast.about_alerts()
    for secret in ("", "None", "leave"):
        with pytest.raises(NotFound):
            leaves(cast, f"{letter.id.hex}.{secret}")


def test_where_the_last_wants_to_leave_the_administrators_are_told_once_a_day(cast):
    token = link_of(cast, cast.nuno)
    chooses(cast, cast.boris, NONE)
    chooses(cast, cast.dora, NONE)
    for hour in (0, 1, 24):
        with pytest.raises(WrongState):
            leaves(cast, token, now=at(3) + timedelta(hours=hour))
    told = [letter for letter in cast.rows(Letter) if letter.kind == "last-recipient"]
    assert [letter.staff_id for letter in told] == [cast.alda.id] * 2
    assert wishes(cast, cast.nuno).wants_digests
