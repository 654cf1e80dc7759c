"""What staff do with an alert: ask a colleague, accept, put it to rest, wake it, call, hand over."""

from datetime import timedelta

import pytest

from rehab_tracker.domain.alert_call import Called, CallResult
from rehab_tracker.domain.alert_life import Rest
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, ReasonNeeded, WrongState
from rehab_tracker.services import alert_life, enrolment, people, reach
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.closing import close
from rehab_tracker.services.record import open_alert
from rehab_tracker.storage.alert_calls import AlertCall
from rehab_tracker.storage.alerts import Alert, AlertStep
from tests.cast import OPENED, another_patient, at, logs, ticks
from tests.domain.diary import day

HIP = ("sudden-severe-pain", "left-hip")
IN_A_WEEK = Rest(day(8), "seen today, she rests")


@pytest.fixture
def sore(cast):
    """Ana's right knee is known; on day 1 her left hip hurts badly."""
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 7}, 1)
    return cast


def does(cast, verb, who, *said, alert=None, now=None):
    about = alert or cast.alert(*HIP)
    with cast.session(cast.clinic_of(who)) as session:
        return verb(session, cast.viewer_of(who), about.id, *said, now or at(1, 20))


def takes(cast, who, alert=None, now=None):
    return does(cast, acknowledge, who, alert=alert, now=now or at(1, 10))


# Asking a colleague


def test_nuno_asks_boris_who_accepts_and_has_it_then(sore):
    takes(sore, sore.nuno)
    asked = does(sore, alert_life.assign, sore.nuno, sore.boris.id, " please ")
    assert (asked.state, asked.acknowledged_by, asked.assigned_to) == ("acknowledged", sore.nuno.id, sore.boris.id)
    has = does(sore, alert_life.accept, sore.boris, now=at(1, 30))
    assert (has.state, has.acknowledged_by, has.assigned_to) == ("acknowledged", sore.boris.id, None)
    assert has.acknowledged_at == at(1, 30)
    assert sore.steps(has) == ["raised", "acknowledged", "assigned", "accepted"]
    [step] = [s for s in sore.rows(AlertStep) if s.step == "assigned"]
    assert (step.actor_id, step.at, step.note) == (sore.nuno.id, at(1, 20), "please")


def test_an_open_alert_stays_open_and_due_until_somebody_accepts(sore):
    due_at = sore.alert(*HIP).deadline_at
    asked = does(sore, alert_life.assign, sore.boris, sore.nuno.id, "")
    assert (asked.state, asked.acknowledged_by, asked.deadline_at) == ("open", None, due_at)
    assert does(sore, alert_life.accept, sore.nuno).state == "acknowledged"


def test_whoever_cannot_declines_and_it_stays_where_it_was(sore):
    takes(sore, sore.nuno)
    does(sore, alert_life.assign, sore.nuno, sore.boris.id, "")
    left = does(sore, alert_life.decline, sore.boris, "in theatre")
    assert (left.acknowledged_by, left.assigned_to) == (sore.nuno.id, None)
    with pytest.raises(WrongState):
        does(sore, alert_life.accept, sore.boris)


def test_only_who_was_asked_accepts(sore):
    does(sore, alert_life.assign, sore.nuno, sore.boris.id, "")
    with pytest.raises(WrongState) as refusal:
        does(sore, alert_life.accept, sore.nuno)
    assert refusal.value.values["state"] == "open"


def test_somebody_else_may_acknowledge_first(sore):
    does(sore, alert_life.assign, sore.nuno, sore.boris.id, "")
    taken = takes(sore, sore.nuno)
    assert (taken.acknowledged_by, taken.assigned_to) == (sore.nuno.id, None)


def test_who_cannot_open_the_record_is_not_asked(sore):
    for person in (sore.dora, sore.alda, sore.carla):
        with pytest.raises(InvalidValue) as refusal:
            does(sore, alert_life.assign, sore.nuno, person.id, "")
        assert (refusal.value.code, refusal.value.pointer) == ("cannot-reach", "/to")
    with sore.session() as session:
        reach.give_reason(session, sore.viewer_of(sore.dora), sore.ana.id, "on call tonight", at(1, 10))
    assert does(sore, alert_life.assign, sore.nuno, sore.dora.id, "").assigned_to == sore.dora.id


def test_who_was_asked_for_a_reason_is_named_when_that_holds_no_more(sore):
    with sore.session() as session:
        reach.give_reason(session, sore.viewer_of(sore.dora), sore.ana.id, "on call tonight", at(1, 10))
    does(sore, alert_life.assign, sore.nuno, sore.dora.id, "")
    with sore.session() as session:
        opened = open_alert(session, sore.viewer_of(sore.nuno), sore.alert(*HIP).id, at(2))
    assert opened.names[sore.dora.id] == sore.dora.name


def test_an_ended_alert_can_be_declined_no_more(sore):
    does(sore, alert_life.assign, sore.nuno, sore.boris.id, "")
    does(sore, close, sore.nuno, AlertOutcome.INJURY, "seen", None)
    with pytest.raises(WrongState) as refusal:
        does(sore, alert_life.decline, sore.boris, "")
    assert refusal.value.values["state"] == "closed" and sore.steps(sore.alert(*HIP))[-1] == "closed"


def test_whoever_has_it_already_is_not_asked_again(sore):
    takes(sore, sore.nuno)
    with pytest.raises(InvalidValue, match="already"):
        does(sore, alert_life.assign, sore.boris, sore.nuno.id, "")


# Rest


def test_an_acknowledged_alert_rests_with_its_score_and_reason(sore):
    takes(sore, sore.nuno)
    rests = does(sore, alert_life.snooze, sore.nuno, IN_A_WEEK)
    assert (rests.state, rests.snoozed_until, rests.snoozed_at_score) == ("snoozed", day(8), 7)
    assert rests.acknowledged_by == sore.nuno.id
    assert [s.note for s in sore.rows(AlertStep) if s.step == "snoozed"] == ["seen today, she rests"]


def test_an_open_alert_does_not_rest(sore):
    with pytest.raises(WrongState) as refusal:
        does(sore, alert_life.snooze, sore.nuno, IN_A_WEEK)
    assert refusal.value.values["state"] == "open"


def test_a_red_flag_does_not_rest(sore):
    sore.ana_ticks("fever", day=1)
    flag = sore.alert("red-flag", "fever")
    takes(sore, sore.nuno, flag)
    with pytest.raises(InvalidValue, match="red flag"):
        does(sore, alert_life.snooze, sore.nuno, IN_A_WEEK, alert=flag)
    assert sore.alert("red-flag", "fever").state == "acknowledged"


def rested(cast):
    takes(cast, cast.nuno)
    return does(cast, alert_life.snooze, cast.nuno, IN_A_WEEK)


def test_the_same_pain_and_one_point_more_let_it_rest(sore):
    rested(sore)
    sore.ana_logs({"left-hip": 8}, 2)
    assert sore.alert(*HIP).state == "snoozed"


def test_two_points_more_there_wake_it_open_for_everybody(sore):
    rested(sore)
    sore.ana_logs({"left-hip": 9}, 2)
    woken = sore.alert(*HIP)
    assert (woken.state, woken.acknowledged_by, woken.snoozed_until, woken.snoozed_at_score) == (
        "open",
        None,
        None,
        None,
    )
    assert sore.steps(woken)[-1] == "woken-by-pain"


def test_a_rise_in_an_entry_that_comes_late_wakes_it_too(sore):
    item = logs({"left-hip": 9}, 1)
    rested(sore)
    sore.ana_sends(item, now=at(3))
    assert sore.alert(*HIP).state == "open", "whoever put it to rest did not know"


def test_more_pain_elsewhere_that_makes_no_alert_lets_it_rest(sore):
    rested(sore)
    sore.ana_logs({"left-hip": 6, "right-knee": 4}, 2)
    assert sore.alert(*HIP).state == "snoozed"


def test_a_new_alert_of_another_place_wakes_it(sore):
    rested(sore)
    sore.ana_logs({"right-wrist": 9}, 2)
    assert sore.alert("sudden-severe-pain", "right-wrist").state == "open"
    assert sore.steps(sore.alert(*HIP))[-1] == "woken-by-alert"


def test_a_red_flag_wakes_it(sore):
    rested(sore)
    sore.ana_ticks("calf-swelling", day=2)
    assert sore.alert(*HIP).state == "open"


def test_another_place_that_was_only_in_the_list_and_gets_worse_wakes_it(sore):
    for number in range(2, 30):
        sore.ana_logs({"left-hip": 0, "left-shoulder": 2}, number)
    takes(sore, sore.nuno, now=at(29, 5))
    does(sore, alert_life.snooze, sore.nuno, Rest(day(40), "waits"), now=at(29, 10))
    shoulder = sore.alert("new-site-pain", "left-shoulder")
    assert (shoulder.level, sore.alert(*HIP).state) == ("info", "snoozed")
    for number in range(30, 34):
        sore.ana_logs({"left-hip": 0, "left-shoulder": 5}, number)
    risen = sore.alert("new-site-pain", "left-shoulder")
    assert (risen.id, risen.level) == (shoulder.id, "urgent")
    assert sore.steps(sore.alert(*HIP))[-1] == "woken-by-alert"


def test_nuno_ends_the_rest_and_has_it_again(sore):
    rested(sore)
    woken = does(sore, alert_life.wake, sore.boris, now=at(2))
    assert (woken.state, woken.acknowledged_by, woken.snoozed_until) == ("acknowledged", sore.nuno.id, None)
    with pytest.raises(WrongState):
        does(sore, alert_life.wake, sore.boris, now=at(2))


def test_a_resting_alert_that_no_entry_supports_any_more_ends(sore):
    item = sore.ana_logs({"right-wrist": 7}, 3)
    alert = sore.alert("sudden-severe-pain", "right-wrist")
    takes(sore, sore.nuno, alert, now=at(3, 5))
    does(sore, alert_life.snooze, sore.nuno, Rest(day(9), "waits"), alert=alert, now=at(3, 6))
    sore.ana_sends(logs({"right-wrist": 0}, 3, id=item.id, rev=2), now=at(3, 30))
    ended = sore.alert("sudden-severe-pain", "right-wrist")
    assert (ended.state, ended.snoozed_until, ended.deadline_at) == ("superseded", None, None)


# Calls and notes


def test_what_came_of_a_call_is_kept(sore):
    takes(sore, sore.nuno)
    does(sore, alert_life.log_call, sore.nuno, Called(CallResult.NO_ANSWER, day(2), "mailbox"))
    does(sore, alert_life.log_call, sore.boris, Called(CallResult.SPOKEN), now=at(2))
    calls = sorted(sore.rows(AlertCall), key=lambda call: call.at)
    assert [(c.called_by, c.result, c.due_on, c.note) for c in calls] == [
        (sore.nuno.id, "no-answer", day(2), "mailbox"), (sore.boris.id, "spoken", None, ""),
    ]  # fmt: skip
    assert sore.steps(sore.alert(*HIP)) == ["raised", "acknowledged", "called", "called"]


def test_a_call_begins_the_days_of_an_acknowledged_alert_anew_and_of_an_open_one_not(sore):
    due_at = sore.alert(*HIP).deadline_at
    assert does(sore, alert_life.log_call, sore.nuno, Called(CallResult.SPOKEN), now=at(2)).deadline_at == due_at
    before = takes(sore, sore.nuno, now=at(2, 5)).deadline_at
    after = does(sore, alert_life.log_call, sore.nuno, Called(CallResult.SPOKEN), now=at(3)).deadline_at
    assert before is not None and after is not None and after - before >= timedelta(hours=12)


def test_a_closed_chapter_takes_no_step(sore):
    item = sore.ana_logs({"right-wrist": 9}, 2)
    sore.ana_sends(logs({"right-wrist": 0}, 2, id=item.id, rev=2), now=at(2, 1))
    ended = sore.alert("sudden-severe-pain", "right-wrist")
    for verb, *said in (
        (alert_life.assign, sore.boris.id, ""), (alert_life.snooze, Rest(day(5), "x")), (alert_life.wake,),
        (alert_life.log_call, Called(CallResult.SPOKEN)), (alert_life.note, "x"), (alert_life.accept,),
    ):  # fmt: skip
        with pytest.raises(WrongState) as refusal:
            does(sore, verb, sore.nuno, *said, alert=ended, now=at(3))
        assert refusal.value.values["state"] == "superseded"
    assert sore.steps(ended) == ["raised", "superseded"]


def test_a_note_stands_in_the_history(sore):
    does(sore, alert_life.note, sore.nuno, " asked the ward ")
    assert [s.note for s in sore.rows(AlertStep) if s.step == "noted"] == ["asked the ward"]
    assert "asked the ward" not in str(sore.audit())
    with pytest.raises(InvalidValue):
        does(sore, alert_life.note, sore.nuno, "  ")


# Handing over


def test_nuno_hands_over_all_that_he_has_and_boris_accepts_each(sore):
    rested(sore)
    eva = another_patient(sore, sore.porto, "Eva")
    with sore.session() as session:
        enrolment.join(session, sore.porto.id, eva.id, sore.nuno.id, OPENED)
        session.commit()
    sore.sends(eva, ticks("fever", day=1))
    [evas] = [a for a in sore.rows(Alert) if a.patient_id == eva.id]
    takes(sore, sore.nuno, evas)
    with sore.session() as session:
        handed = alert_life.hand_over(session, sore.viewer_of(sore.nuno), sore.boris.id, "on holiday", at(2))
    assert (handed.asked, handed.left) == (1, 1), "Boris is not in Eva's care team"
    assert sore.alert(*HIP).assigned_to == sore.boris.id and sore.alert(*HIP).acknowledged_by == sore.nuno.id
    has = does(sore, alert_life.accept, sore.boris, now=at(2, 5))
    assert (has.state, has.acknowledged_by, has.snoozed_until) == ("snoozed", sore.boris.id, day(8))


def test_alerts_are_handed_to_colleagues_only(sore):
    takes(sore, sore.nuno)
    for person in (sore.nuno, sore.alda, sore.carla):
        with sore.session() as session, pytest.raises(InvalidValue, match="colleague"):
            alert_life.hand_over(session, sore.viewer_of(sore.nuno), person.id, "", at(2))


def test_whoever_left_the_care_team_before_has_nothing_to_accept(sore):
    takes(sore, sore.nuno)
    does(sore, alert_life.assign, sore.nuno, sore.boris.id, "")
    with sore.session() as session:
        people.leave_care_team(session, sore.viewer_of(sore.nuno), sore.ana.id, sore.boris.id, at(1, 25))
    with pytest.raises(ReasonNeeded):
        does(sore, alert_life.accept, sore.boris, now=at(1, 30))


# Strangers


STEPS = [
    (alert_life.accept,), (alert_life.wake,), (alert_life.decline, ""), (alert_life.note, "x"),
    (alert_life.log_call, Called(CallResult.SPOKEN)), (alert_life.snooze, IN_A_WEEK),
]  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "said"), [(verb, said) for verb, *said in STEPS], ids=lambda v: getattr(v, "__name__", "")
)
def test_strangers_take_no_step(sore, verb, said):
    refused = (sore.carla, NotFound), (sore.celia, NotFound), (sore.dora, ReasonNeeded), (sore.alda, NotAllowed)
    for person, refusal in refused:
        with pytest.raises(refusal):
            does(sore, verb, person, *said)
    assert sore.steps(sore.alert(*HIP)) == ["raised"]
