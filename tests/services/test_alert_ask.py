"""Asking a colleague by letter: after two minutes, taken back with the asking, and never instead of the ladder."""

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.services import alert_life, escalating
from rehab_tracker.services.alert_undo import undo
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.closing import close
from rehab_tracker.services.letters import rendered
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.letters import Letter
from rehab_tracker.storage.people import Staff
from tests.cast import at, logs

HIP = ("sudden-severe-pain", "left-hip")


@pytest.fixture
def sore(cast):
    """Ana's right knee is known; on day 1 her left hip hurts badly."""
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 8}, 1)
    return cast


def does(cast, verb, who, *said, now=None, alert=None):
    about = alert or cast.alert(*HIP)
    with cast.session() as session:
        return verb(session, cast.viewer_of(who), about.id, *said, now or at(1, 20))


def asks(cast, to=None, by=None, now=None):
    return does(cast, alert_life.assign, by or cast.nuno, (to or cast.boris).id, "please", now=now)


def asked(cast):
    """The letters that ask somebody, in the order in which they were written."""
    rows = [letter for letter in cast.rows(Letter) if letter.kind == "assigned"]
    return sorted(rows, key=lambda letter: letter.created_at)


def states(cast):
    return [str(letter.state) for letter in asked(cast)]


def mail(cast, letter, now):
    with cast.session() as session:
        whole = rendered(session.merge(letter, load=False), session, "a@b.example", "https://d.example", now)
    return whole, whole.get_body(("plain",)).get_content()


def test_the_colleague_gets_a_letter_with_a_link_after_two_minutes(sore):
    asks(sore)
    [letter] = asked(sore)
    assert (letter.staff_id, letter.due_at, letter.state) == (sore.boris.id, at(1, 22), "queued")
    whole, text = mail(sore, letter, at(1, 22))
    alert = sore.alert(*HIP)
    assert "A colleague asks you to look at 1 alert" in text and alert.reference in whole["Subject"]
    assert f"https://d.example/c/{sore.porto.slug}/alerts/{alert.id}" in text
    assert "please" not in text and "hip" not in text and sore.ana.name not in text


def test_it_hangs_on_the_letter_that_the_colleague_had_about_this_alert(sore):
    [first] = [letter for letter in sore.about_alerts() if letter.staff_id == sore.nuno.id]
    asks(sore, to=sore.nuno, by=sore.boris)
    assert asked(sore)[0].in_reply_to == first.message_id


def test_nobody_writes_to_oneself(sore):
    asks(sore, to=sore.nuno)
    assert asked(sore) == []


def test_an_address_that_fails_gets_no_letter(sore):
    with sore.session() as session:
        session.get_one(Staff, (sore.porto.id, sore.boris.id)).address_failed_at = at(1)
        session.commit()
    asks(sore)
    assert asked(sore) == [] and sore.alert(*HIP).assigned_to == sore.boris.id


ENDINGS = {
    "undone": lambda cast: does(cast, undo, cast.nuno, now=at(1, 21)),
    "accepted": lambda cast: does(cast, alert_life.accept, cast.boris, now=at(1, 21)),
    "declined": lambda cast: does(cast, alert_life.decline, cast.boris, "away", now=at(1, 21)),
    "taken by another": lambda cast: does(cast, acknowledge, cast.nuno, now=at(1, 21)),
    "closed": lambda cast: does(cast, close, cast.nuno, AlertOutcome.INJURY, "seen", None, now=at(1, 21)),
    "another is asked": lambda cast: asks(cast, to=cast.nuno, by=cast.nuno, now=at(1, 21)),
}


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_what_ends_the_asking_takes_the_letter_back(sore, ending):
    asks(sore)
    ENDINGS[ending](sore)
    assert states(sore) == ["cancelled"]


def test_a_withdrawn_score_takes_it_back_too(cast):
    cast.records("right-knee")
    item = cast.ana_logs({"left-hip": 8}, 1)
    asks(cast)
    cast.ana_sends(logs({"left-hip": 0}, 1, id=item.id, rev=2), now=at(1, 21))
    assert states(cast) == ["cancelled"]


def test_taking_back_what_took_it_back_asks_anew(sore):
    asks(sore)
    does(sore, acknowledge, sore.nuno, now=at(1, 21))
    does(sore, undo, sore.nuno, now=at(1, 23))
    assert states(sore) == ["cancelled", "queued"] and asked(sore)[1].due_at == at(1, 25)


def test_a_letter_that_left_is_not_sent_again(sore):
    asks(sore)
    with sore.session() as session:
        session.get_one(Letter, (sore.porto.id, asked(sore)[0].id)).state = "sent"
        session.commit()
    does(sore, acknowledge, sore.nuno, now=at(1, 25))
    does(sore, undo, sore.nuno, now=at(1, 26))
    assert states(sore) == ["sent"]


def test_the_ladder_climbs_as_if_nobody_had_been_asked(sore):
    """Boris is asked, and overlooks it; at the deadline the next person is told, and the lead once more."""
    before = sore.letters()
    asks(sore)
    assert sore.letters() == before
    alert = sore.alert(*HIP)
    assert alert.deadline_at is not None
    with sore.store.session(sore.porto.id, role="jobs") as session:
        escalating.alert_due(session, system(sore.porto.id), alert.id, alert.deadline_at)
        session.commit()
    assert sore.letters() == [("Boris", "queued"), ("Nuno", "queued")]


def test_who_hands_over_before_a_holiday_sends_one_letter_about_all(sore):
    sore.ana_logs({"left-hip": 8, "left-foot": 9}, 2)
    with sore.session() as session:
        for alert in sore.rows(Alert):
            acknowledge(session, sore.viewer_of(sore.nuno), alert.id, at(2, 10))
        handed = alert_life.hand_over(session, sore.viewer_of(sore.nuno), sore.boris.id, "holiday", at(2, 20))
    assert handed.asked == 2 and sorted(states(sore)) == ["joined", "queued"]
    [host] = [letter for letter in asked(sore) if letter.state == "queued"]
    whole, text = mail(sore, host, at(2, 22))
    assert "2 alerts" in whole["Subject"] and f"/c/{sore.porto.slug}/alerts\n" in text
