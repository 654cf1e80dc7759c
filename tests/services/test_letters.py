"""Letters: who gets one, when it is due, in which language, and that one thing makes one letter."""

from datetime import timedelta

import pytest

from rehab_tracker.domain.access import Role
from rehab_tracker.domain.alert import Level
from rehab_tracker.services import letters
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import CareTeam, Staff
from tests.cast import CANARY, at, logs, ticks


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
    flag, severe = cast.about_alerts()
    assert (flag.due_at, severe.due_at) == (at(1), at(2) + timedelta(minutes=2))
    assert flag.urgency < severe.urgency, "where letters pile up, red flags go first"


@pytest.mark.parametrize("level", [Level.INFO, Level.SOON])
def test_what_is_not_urgent_makes_no_letter_of_its_own(cast, level):
    cast.ana_ticks("fever", day=3)
    with cast.session() as session:
        alert = session.get_one(Alert, (cast.porto.id, cast.rows(Alert)[0].id))
        alert.level = level
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
        values = {key: value for key, value in letter.values.items() if key not in ("told", "next")}
        told = (letter.reference, letter.message_id, values, letter.kind, letter.language)
        words = repr(told).replace(cast.porto.slug, "")
        assert CANARY["porto"] not in words and str(cast.ana.id) not in words
        assert not any(word in words for word in ("fever", "hip", "pain", "red-flag", "severe"))


def test_one_verdict_makes_one_letter_whatever_is_pushed_again(cast):
    cast.records("right-knee")
    items = [logs({"left-hip": x}, n) for n, x in enumerate((1, 9))]
    for _ in range(3):
        cast.sends(cast.ana, *items, now=at(4))
    assert cast.letters() == [("Nuno", "queued")]
