"""Mail to a patient who chose it, and the team's letters about plans: never more than that there is something."""

from datetime import timedelta
from uuid import uuid4

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.call_request import CallOutcome
from rehab_tracker.domain.errors import NotAllowed
from rehab_tracker.domain.mail_wishes import MailWishes
from rehab_tracker.domain.person import PatientState
from rehab_tracker.services import letters, mail_choices, plan_letters, reminders
from rehab_tracker.services.calls import answer_call
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Patient
from tests.cast import asks_for_a_call, at, day, logs

PROTECT = {"phase": "protect", "step": 0, "held_since": None}


def wants_mail(cast, **more):
    with cast.session() as session:
        row = session.get_one(Patient, (cast.porto.id, cast.ana.id))
        row.email, row.mails, row.reminder_at = "somebody@mail.example", True, "20:00"
        for name, value in more.items():
            setattr(row, name, value)
        session.commit()


def reminds(cast, on=3, now=None):
    with cast.session() as session:
        written = reminders.remind(session, system(cast.porto.id), cast.ana.id, day(on), now or at(on))
        session.commit()
    return written


def mails(cast, kind):
    return [letter for letter in cast.rows(Letter) if letter.kind == kind]


def test_who_chose_mail_and_has_not_logged_is_reminded_once(cast):
    wants_mail(cast)
    assert [reminds(cast), reminds(cast)] == [1, 0]
    [letter] = mails(cast, "reminder")
    assert (letter.patient_id, letter.staff_id, letter.address) == (cast.ana.id, None, "somebody@mail.example")
    assert letter.expires_at - letter.created_at == timedelta(hours=2)
    with cast.session() as session:
        mail = letters.rendered(session.merge(letter, load=False), session, "a@b.example", "https://d.example", at(3))
    assert "http" not in mail.get_body(("plain",)).get_content() and mail["List-Unsubscribe"] is None


def test_who_takes_the_time_away_when_it_has_come_already_is_not_reminded(cast):
    wants_mail(cast, reminder_at=None)
    assert reminds(cast) == 0


def test_who_logged_already_or_chose_no_mail_is_left_in_peace(cast):
    assert reminds(cast) == 0
    wants_mail(cast)
    cast.ana_logs({"right-knee": 2}, 3)
    assert reminds(cast) == 0 and reminds(cast, on=4) == 1


@pytest.mark.parametrize("state", [PatientState.DISCHARGED, PatientState.MOVED, PatientState.DECEASED])
def test_whom_nobody_asks_any_more_is_not_reminded(cast, state):
    wants_mail(cast, state=state)
    assert reminds(cast) == 0


def test_only_the_clock_reminds(cast):
    with cast.session() as session, pytest.raises(NotAllowed):
        reminders.remind(session, cast.viewer_of(cast.nuno), cast.ana.id, day(3), at(3))


@pytest.mark.parametrize(("outcome", "told"), [("visit-booked", 1), ("no-answer", 1), ("called", 0)])
def test_an_answer_that_she_has_not_heard_on_the_phone_is_told_by_mail(cast, outcome, told):
    wants_mail(cast)
    call = asks_for_a_call(1)
    cast.sends(cast.ana, call)
    with cast.session() as session:
        answer_call(session, cast.viewer_of(cast.nuno), cast.ana.id, call.id, CallOutcome(outcome), "secret", at(2))
    assert len(mails(cast, "answered")) == told
    assert "secret" not in str([letter.values for letter in mails(cast, "answered")])


@pytest.mark.parametrize("state", [PatientState.MOVED, PatientState.DECEASED])
def test_who_has_moved_or_died_gets_no_answer_by_mail(cast, state):
    call = asks_for_a_call(1)
    cast.sends(cast.ana, call)
    wants_mail(cast, state=state)
    with cast.session() as session:
        answer_call(session, cast.viewer_of(cast.nuno), cast.ana.id, call.id, CallOutcome("no-answer"), "", at(2))
    assert mails(cast, "answered") == []


# Plans


def moves(cast, now, **told):
    with cast.session() as session:
        ana = session.get_one(Patient, (cast.porto.id, cast.ana.id))
        plan_letters.tell_team(session, ana, {uuid4(): (PROTECT, {**PROTECT, **told})}, now)
        session.commit()


def test_a_day_of_changed_plans_is_one_mail_for_each_of_the_team(cast):
    for minutes in (0, 5, 10):
        moves(cast, at(1, minutes), held_since="2026-01-06")
    told = [letter for letter in mails(cast, "plan-change") if letter.staff_id == cast.boris.id]
    assert sorted(str(letter.state) for letter in told) == ["joined", "joined", "queued"]
    assert {letter.staff_id for letter in mails(cast, "plan-change")} == {cast.nuno.id, cast.boris.id}
    [carrier] = [letter for letter in told if letter.state == "queued"]
    with cast.session() as session:
        mail = letters.rendered(session.merge(carrier, load=False), session, "a@b.example", "https://d.example", at(2))
    assert mail["Subject"] == "3 plans have changed"


def test_a_letter_that_soon_ends_is_joined_by_no_later_one(cast):
    moves(cast, at(1), held_since="2026-01-06")
    with cast.session() as session:
        for letter in mails(cast, "plan-change"):
            session.get_one(Letter, (cast.porto.id, letter.id)).state = "deferred"
        session.commit()
    moves(cast, at(2), step=1)
    assert {str(letter.state) for letter in mails(cast, "plan-change") if letter.created_at == at(2)} == {"queued"}


def test_a_plan_that_begins_or_stays_is_no_news(cast):
    moves(cast, at(1))
    with cast.session() as session:
        ana = session.get_one(Patient, (cast.porto.id, cast.ana.id))
        plan_letters.tell_team(session, ana, {uuid4(): ({}, PROTECT)}, at(1))
        session.commit()
    assert mails(cast, "plan-change") == []


def test_who_does_without_them_gets_none(cast):
    with cast.session() as session:
        wish = MailWishes(unwanted=frozenset(("plan-change",)))
        mail_choices.choose_mail(session, cast.viewer_of(cast.boris), wish, at(0))
    moves(cast, at(1), step=1)
    assert {letter.staff_id for letter in mails(cast, "plan-change")} == {cast.nuno.id}


def test_a_hold_that_a_patients_pain_makes_is_told(cast):
    cast.records("right-knee")
    cast.sends(cast.ana, logs({"right-knee": 2}, 1))
    assert mails(cast, "plan-change") == []
    cast.sends(cast.ana, logs({"right-knee": 8}, 2))
    assert {letter.staff_id for letter in mails(cast, "plan-change")} == {cast.nuno.id, cast.boris.id}
