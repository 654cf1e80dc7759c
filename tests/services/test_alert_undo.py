"""Taking back one's own last step for ten minutes, and what stands in the way."""

import pytest

from rehab_tracker.domain.alert_call import Called, CallResult
from rehab_tracker.domain.alert_life import Rest
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.duty import TOP_RUNG
from rehab_tracker.domain.errors import NotAllowed, NotFound, ReasonNeeded, WrongState
from rehab_tracker.services import alert_life, letters
from rehab_tracker.services.alert_undo import undo
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.closing import close
from rehab_tracker.storage.alerts import Alert, AlertStep
from rehab_tracker.storage.involvements import UsualPainRow
from rehab_tracker.storage.letters import Letter
from tests.cast import at, logs
from tests.domain.diary import day

HIP = ("sudden-severe-pain", "left-hip")
LIFE = (
    "state", "acknowledged_by", "acknowledged_at", "assigned_to", "snoozed_until", "snoozed_at_score", "deadline_at",
    "rung", "outcome", "usual_pain", "closed_on", "closed_by", "closed_at",
)  # fmt: skip
REST = Rest(day(5), "seen today")


@pytest.fixture
def sore(cast):
    """Ana's right knee is known; on day 1 her left hip hurts badly."""
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 8}, 1)
    return cast


def does(cast, verb, who, *said, now, alert=None):
    about = alert or cast.alert(*HIP)
    with cast.session(cast.clinic_of(who)) as session:
        return verb(session, cast.viewer_of(who), about.id, *said, now)


def life(cast):
    alert = cast.alert(*HIP)
    return [getattr(alert, name) for name in LIFE]


def closes(cast, now, outcome="overload", usual=None, who=None):
    return does(cast, close, who or cast.nuno, AlertOutcome(outcome), "", usual, now=now)


STEPS = {
    "acknowledged": lambda cast: does(cast, acknowledge, cast.nuno, now=at(1, 20)),
    "assigned": lambda cast: does(cast, alert_life.assign, cast.nuno, cast.nuno.id, "", now=at(1, 20)),
    "snoozed": lambda cast: does(cast, alert_life.snooze, cast.nuno, REST, now=at(1, 20)),
    "closed": lambda cast: closes(cast, at(1, 20)),
}
FROM_OPEN, FROM_TAKEN = ("acknowledged", "assigned", "closed"), ("assigned", "snoozed", "closed")


@pytest.mark.parametrize(
    ("taken", "step"), [*((False, step) for step in FROM_OPEN), *((True, step) for step in FROM_TAKEN)]
)
def test_whoever_made_a_step_takes_it_back_and_all_is_as_it_was(sore, taken, step):
    if taken:
        does(sore, acknowledge, sore.boris, now=at(1, 5))
    before, steps = life(sore), sore.steps(sore.alert(*HIP))
    STEPS[step](sore)
    assert life(sore) != before
    does(sore, undo, sore.nuno, now=at(1, 30))
    assert life(sore) == before
    assert sore.steps(sore.alert(*HIP)) == [*steps, step, "undone"]
    undone = {s.step: s for s in sore.rows(AlertStep)}
    assert undone["undone"].undoes == undone[step].id


def test_after_ten_minutes_it_stays(sore):
    does(sore, acknowledge, sore.nuno, now=at(1, 20))
    with pytest.raises(WrongState) as refusal:
        does(sore, undo, sore.nuno, now=at(1, 31))
    assert (refusal.value.code, refusal.value.values["state"]) == ("nothing-to-undo", "acknowledged")


def test_nobody_takes_back_what_another_did(sore):
    does(sore, acknowledge, sore.nuno, now=at(1, 20))
    with pytest.raises(WrongState):
        does(sore, undo, sore.boris, now=at(1, 21))
    assert sore.alert(*HIP).state == "acknowledged"


def test_two_steps_are_taken_back_one_after_the_other_and_no_more(sore):
    before = life(sore)
    does(sore, acknowledge, sore.nuno, now=at(1, 20))
    does(sore, alert_life.snooze, sore.nuno, REST, now=at(1, 21))
    does(sore, undo, sore.nuno, now=at(1, 22))
    assert sore.alert(*HIP).state == "acknowledged"
    does(sore, undo, sore.nuno, now=at(1, 23))
    assert life(sore) == before
    with pytest.raises(WrongState):
        does(sore, undo, sore.nuno, now=at(1, 24))


def test_a_call_in_between_is_no_obstacle_and_is_kept(sore):
    does(sore, acknowledge, sore.nuno, now=at(1, 20))
    does(sore, alert_life.log_call, sore.nuno, Called(CallResult.SPOKEN), now=at(1, 21))
    assert does(sore, undo, sore.nuno, now=at(1, 22)).state == "open"
    assert "called" in sore.steps(sore.alert(*HIP))


def test_what_the_entries_did_since_then_stays(sore):
    does(sore, acknowledge, sore.nuno, now=at(1, 20))
    does(sore, alert_life.snooze, sore.nuno, REST, now=at(1, 21))
    sore.ana_sends(logs({"left-hip": 10}, 1), now=at(1, 25))
    assert sore.alert(*HIP).state == "open"
    with pytest.raises(WrongState):
        does(sore, undo, sore.nuno, now=at(1, 26))


def test_taking_back_wins_no_time(sore):
    due_at = sore.alert(*HIP).deadline_at
    assert due_at is not None
    for minute in (20, 24, 28):
        does(sore, acknowledge, sore.nuno, now=at(1, minute))
        does(sore, undo, sore.nuno, now=at(1, minute + 2))
    assert sore.alert(*HIP).deadline_at == due_at


# A closing


def test_a_closing_taken_back_leaves_what_the_entries_say_now(sore):
    closes(sore, at(1, 20))
    sore.ana_sends(logs({"left-hip": 7}, 1), now=at(1, 25))
    does(sore, undo, sore.nuno, now=at(1, 26))
    alert = sore.alert(*HIP)
    assert (alert.state, alert.outcome, alert.closed_on) == ("open", None, None)
    assert {e["value"] for e in alert.evidence} >= {8}
    assert sore.standing() == {("sudden-severe-pain", "urgent", "left-hip", 1)}


def test_a_closing_taken_back_of_what_was_withdrawn_meanwhile_ends_the_alert(cast):
    cast.records("right-knee")
    item = cast.ana_logs({"left-hip": 8}, 1)
    closes(cast, at(1, 20))
    cast.ana_sends(logs({"left-hip": 0}, 1, id=item.id, rev=2), now=at(1, 25))
    does(cast, undo, cast.nuno, now=at(1, 26))
    assert cast.standing() == set() and cast.alert(*HIP).state == "superseded"


def test_an_urgent_letter_that_the_closing_cancelled_is_written_again(sore):
    [before] = [letter for letter in sore.rows(Letter) if letter.alert_id == sore.alert(*HIP).id]
    closes(sore, at(1, 1))
    does(sore, undo, sore.nuno, now=at(1, 2))
    states = sorted(str(letter.state) for letter in sore.rows(Letter))
    assert states == ["cancelled", "queued"] and str(before.state) == "queued"


def test_a_newer_alert_about_the_same_stands_in_the_way(sore):
    closes(sore, at(1, 20))
    sore.ana_logs({"left-hip": 9}, 2, received_on=None)
    newer = sore.alert(*HIP)
    older = next(a for a in sore.rows(type(newer)) if a.state == "closed")
    with pytest.raises(WrongState) as refusal:
        does(sore, undo, sore.nuno, now=at(1, 25), alert=older)
    assert (refusal.value.code, refusal.value.values["state"]) == ("newer-stands", "closed")
    assert sore.alert(*HIP).id == newer.id and newer.reopens == older.id


def usual(cast):
    return [row.usual_pain for row in sorted(cast.rows(UsualPainRow), key=lambda row: row.declared_at)]


def test_a_closing_that_set_the_usual_pain_takes_it_back_and_severe_pain_counts_again(sore):
    closes(sore, at(1, 20), "long-standing", 6)
    does(sore, undo, sore.nuno, now=at(1, 25))
    assert usual(sore) == [6, 0] and sore.alert(*HIP).state == "open"
    closes(sore, at(1, 30))
    sore.ana_logs({"left-hip": 7}, 2)
    assert sore.standing() == {("sudden-severe-pain", "urgent", "left-hip", 2)}, "7 is not 2 above a usual 6"


def test_what_was_usual_before_is_usual_again(sore):
    closes(sore, at(1, 20), "long-standing", 3)
    sore.ana_logs({"left-hip": 9}, 2)
    closes(sore, at(2, 20), "long-standing", 6)
    does(sore, undo, sore.nuno, now=at(2, 25))
    assert usual(sore) == [3, 6, 3]
    assert sore.standing() == {("sudden-severe-pain", "urgent", "left-hip", 2)}


def test_strangers_take_nothing_back(sore):
    closes(sore, at(1, 20))
    refused = (sore.carla, NotFound), (sore.celia, NotFound), (sore.dora, ReasonNeeded), (sore.alda, NotAllowed)
    for person, refusal in refused:
        with pytest.raises(refusal):
            does(sore, undo, person, now=at(1, 21))
    assert sore.alert(*HIP).state == "closed"


def test_whom_a_closed_alert_was_still_to_tell_is_told_once_it_is_undone(sore):
    """Nuno has his letter; those to the top of the ladder wait, and are cancelled with the closing."""
    with sore.session() as session:
        first = session.get_one(Letter, (sore.porto.id, sore.about_alerts()[0].id))
        alert = session.get_one(Alert, (sore.porto.id, first.alert_id))
        first.state, alert.rung = "sent", TOP_RUNG
        letters.write_escalation(session, alert, [sore.boris, sore.dora], at(1, 10))
        session.commit()
    closes(sore, at(1, 20))
    assert sore.letters() == [("Boris", "cancelled"), ("Dora", "cancelled"), ("Nuno", "sent")]
    does(sore, undo, sore.nuno, now=at(1, 21))
    assert [name for name, state in sore.letters() if state == "queued"] == ["Boris", "Dora"]
