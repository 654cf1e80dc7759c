"""Closing an alert: who may, what it says, what it ends, and what opens a new one."""

from dataclasses import replace
from uuid import uuid4

import pytest

from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, ReasonNeeded, WrongState
from rehab_tracker.services import reach
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.closing import close
from rehab_tracker.services.need import Need
from rehab_tracker.services.worklist import worklist
from rehab_tracker.storage.alerts import Alert, AlertStep
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.involvements import UsualPainRow
from rehab_tracker.storage.letters import Letter
from tests.cast import at, canary, digest_of, logs, withdrawal
from tests.domain.diary import day

KNEE = ("sudden-severe-pain", "left-knee")
HIP = ("sudden-severe-pain", "left-hip")


def closes(cast, alert, outcome="overload", note="", usual=None, *, by=None, now=None):
    """Let Nuno, or another, close an alert on the evening of day 5, or at another time."""
    who = by or cast.nuno
    with cast.session(cast.clinic_of(who)) as session:
        return close(session, cast.viewer_of(who), alert.id, AlertOutcome(outcome), note, usual, now or at(5))


def sore(cast, number=4, worst=8):
    """Let Ana's quiet left knee hurt a lot on one day: an alert, level soon."""
    cast.records("right-knee")
    cast.ana_logs({"left-knee": worst}, number)
    return cast.alert(*KNEE)


def rounds(cast, rule="sudden-severe-pain"):
    """Every alert of a rule in the order of raising: its state, level and first qualifying day."""
    found = sorted((a for a in cast.rows(Alert) if a.rule == rule), key=lambda a: a.raised_at)
    return [(str(a.state), str(a.level), (a.first_for_date - day(0)).days) for a in found]


# Who, and what is written down


def test_a_nurse_closes_an_open_alert_and_everything_is_written_down(cast):
    alert = closes(cast, sore(cast), "overload", " walked the whole day ", now=at(5))
    assert (alert.state, alert.outcome, alert.closed_by, alert.closed_at, alert.closed_on) == (
        "closed", "overload", cast.nuno.id, at(5), day(5),
    )  # fmt: skip
    assert cast.steps(alert) == ["raised", "closed"]
    [step] = [each for each in cast.rows(AlertStep) if each.step == "closed"]
    assert (step.actor_id, step.at, step.note, step.outcome) == (
        cast.nuno.id, at(5), "walked the whole day", "overload",
    )  # fmt: skip
    assert cast.audit()[-1] == "alert-closed"
    assert "overload" not in str([event.detail for event in cast.rows(AuditEvent)])


def test_a_physiatrist_closes_what_a_nurse_has_taken(cast):
    alert = sore(cast)
    with cast.session() as session:
        acknowledge(session, cast.viewer_of(cast.nuno), alert.id, at(4, 9))
    alert = closes(cast, alert, "new-site", by=cast.boris)
    assert (alert.state, alert.acknowledged_by, alert.closed_by) == ("closed", cast.nuno.id, cast.boris.id)


def test_the_same_closing_once_more_answers_the_same_and_writes_nothing(cast):
    alert = sore(cast)
    first = closes(cast, alert, "unclear", "told twice")
    before = cast.counts()
    again = closes(cast, alert, "unclear", "told twice ", now=at(6))
    assert (again.closed_at, again.version) == (first.closed_at, first.version)
    assert cast.counts() == before


@pytest.mark.parametrize("other", [("injury", "told", None), ("unclear", "other", None), ("long-standing", "told", 2)])
def test_another_closing_of_a_closed_alert_is_told_the_state(cast, other):
    alert = sore(cast)
    closes(cast, alert, "unclear", "told")
    with pytest.raises(WrongState) as refusal:
        closes(cast, alert, *other)
    assert refusal.value.values["state"] == "closed"
    assert cast.alert(*KNEE).outcome == "unclear"


def test_of_two_people_the_second_is_told_the_state(cast):
    alert = sore(cast)
    closes(cast, alert)
    with pytest.raises(WrongState):
        closes(cast, alert, by=cast.boris)


def test_a_superseded_alert_cannot_be_closed_and_a_closed_one_not_be_taken(cast):
    cast.records("right-knee")
    item = cast.ana_logs({"left-hip": 9}, 1)
    cast.ana_sends(withdrawal(item, 1), now=at(1, 1))
    with pytest.raises(WrongState) as refusal:
        closes(cast, cast.alert(*HIP))
    assert refusal.value.values["state"] == "superseded"
    cast.ana_logs({"left-hip": 9}, 2)
    alert = closes(cast, cast.alert(*HIP))
    with cast.session() as session, pytest.raises(WrongState):
        acknowledge(session, cast.viewer_of(cast.nuno), alert.id, at(6))


def test_nobody_else_closes(cast):
    alert = sore(cast)
    for person, refusal in ((cast.ana, NotAllowed), (cast.alda, NotAllowed), (cast.carla, NotFound)):
        with pytest.raises(refusal):
            closes(cast, alert, by=person)
    with pytest.raises(ReasonNeeded):
        closes(cast, alert, by=cast.dora)
    with cast.session() as session:
        reach.give_reason(session, cast.viewer_of(cast.dora), cast.ana.id, "on call tonight", at(5))
    assert closes(cast, alert, by=cast.dora, now=at(5, 9)).closed_by == cast.dora.id
    alert.id = uuid4()
    with pytest.raises(NotFound):
        closes(cast, alert)


def test_a_closed_alert_leaves_the_worklist_and_the_digest(cast):
    alert = sore(cast)
    assert digest_of(cast, cast.nuno, at(4))["soon"] == 1
    closes(cast, alert, now=at(4, 1))
    after = digest_of(cast, cast.nuno, at(5))
    assert (after["soon"], after["closed"]) == (0, 1)
    with cast.session() as session:
        [row] = worklist(session, cast.viewer_of(cast.nuno), at(4, 2)).rows
    assert (row.need, row.alerts) == (Need.NOTHING, ())


# Red flags


def test_a_red_flag_is_closed_with_a_note(cast):
    cast.records("right-knee")
    cast.ana_ticks("fever", day=1)
    alert = cast.alert("red-flag", "fever")
    with pytest.raises(InvalidValue) as refusal:
        closes(cast, alert, "other-disease", "  ")
    assert refusal.value.code == "note-needed" and cast.alert("red-flag", "fever").state == "open"
    assert closes(cast, alert, "other-disease", "a cold").state == "closed"


def test_a_further_tick_opens_a_new_round_also_where_it_comes_late(cast):
    cast.records("right-knee")
    first = cast.ana_ticks("fever", day=3)
    closes(cast, cast.alert("red-flag", "fever"), "wrong-entry", "a slip")
    cast.sends(cast.ana, first, now=at(6))
    assert rounds(cast, "red-flag") == [("closed", "urgent", 3)]
    cast.ana_ticks("fever", day=4, received_on=7)
    assert rounds(cast, "red-flag") == [("closed", "urgent", 3), ("open", "urgent", 4)]
    assert [letter for letter in cast.letters() if letter[1] == "queued"] == [("Nuno", "queued")]


def test_withdrawing_a_closed_flag_opens_nothing(cast):
    cast.records("right-knee")
    item = cast.ana_ticks("fever", day=3)
    closes(cast, cast.alert("red-flag", "fever"), "wrong-entry", "a slip")
    cast.ana_sends(withdrawal(item, 6))
    assert rounds(cast, "red-flag") == [("closed", "urgent", 3)]


# Long-standing pain


def test_long_standing_pain_is_declared_for_the_joint_from_that_day_on(cast):
    alert = sore(cast)
    closes(cast, alert, "long-standing", "for years", 3, now=at(5, 9))
    [declared] = cast.rows(UsualPainRow)
    assert (str(declared.site), declared.usual_pain, declared.declared_on, declared.declared_by) == (
        "left-knee", 3, day(5), cast.nuno.id,
    )  # fmt: skip
    assert "usual-pain-declared" in cast.audit()
    for number in range(6, 12):
        cast.ana_logs({"left-knee": 4}, number)
    assert cast.standing() == set(), "less than 3 + 2 is usual now"
    for number in range(12, 16):
        cast.ana_logs({"left-knee": 6}, number)
    assert ("new-site-pain", "left-knee") in {(rule, subject) for rule, _, subject, _ in cast.standing()}


def test_long_standing_pain_needs_its_number_and_a_place_and_changes_nothing_without(cast):
    cast.ana_logs({"left-knee": 4}, 1)
    alert = cast.alert("no-site-recorded", "whole-body")
    before = cast.counts()
    for usual, code in ((None, "usual-pain-needed"), (3, "no-place")):
        with pytest.raises(InvalidValue) as refusal:
            closes(cast, alert, "long-standing", "", usual)
        assert refusal.value.code == code
    assert cast.counts() == before and cast.alert("no-site-recorded", "whole-body").state == "open"


# What comes after


def test_what_comes_late_of_days_before_the_closing_only_adds_evidence(cast):
    alert = closes(cast, sore(cast), now=at(7))
    assert len(alert.evidence) == 1
    cast.ana_logs({"left-knee": 8}, 6, received_on=8)
    cast.ana_logs({"left-knee": 7}, 2, received_on=8)
    assert rounds(cast) == [("closed", "soon", 4)]
    alert = cast.alert(*KNEE)
    assert [each["for_date"] for each in alert.evidence] == [day(n).isoformat() for n in (2, 4, 6)]
    assert (alert.outcome, cast.steps(alert)) == ("overload", ["raised", "closed"])
    assert [letter for letter in cast.about_alerts() if letter.alert_id == alert.id] == []


def test_the_closing_day_itself_is_answered_by_who_closes_after_the_log(cast):
    closes(cast, sore(cast), now=at(5, 5))
    cast.sends(cast.ana, logs({"left-knee": 8}, 5), now=at(5, 30))
    assert rounds(cast) == [("closed", "soon", 4)]
    cast.ana_logs({"left-knee": 8}, 6)
    assert rounds(cast) == [("closed", "soon", 4), ("open", "soon", 6)]


def test_severe_pain_told_after_the_closing_is_news_on_the_same_day_too(cast):
    """Closed at noon as a slip, and in the evening the hip breaks: it may be the last thing the phone tells."""
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 9}, 4)
    closes(cast, cast.alert(*HIP), "wrong-entry", "a slip", now=at(5, -480))
    cast.ana_logs({"left-hip": 9}, 5)
    assert rounds(cast) == [("closed", "urgent", 4), ("open", "urgent", 5)]
    assert [letter for letter in cast.letters() if letter[1] == "queued"] == [("Nuno", "queued")]


MORNING = -730
"""Minutes from the evening's log back to eight in the morning."""


def adds_up(cast, *numbers):
    for number in numbers:
        cast.ana_logs({"left-knee": 3}, number)


def test_whoever_closes_in_the_morning_hears_of_what_is_logged_that_evening(cast):
    """Mild pain that adds up, the same as every day before: nobody has looked at this evening."""
    cast.records("right-knee")
    adds_up(cast, 1, 2, 3, 4, 5)
    closes(cast, cast.alert("new-site-pain", "left-knee"), now=at(6, MORNING))
    adds_up(cast, 6)
    assert rounds(cast, "new-site-pain") == [("closed", "urgent", 4), ("open", "urgent", 6)]
    assert [letter for letter in cast.letters() if letter[1] == "queued"] == [("Nuno", "queued")]


def test_what_is_written_that_evening_about_the_days_before_is_more_of_the_same(cast):
    cast.records("right-knee")
    adds_up(cast, 1, 2, 3, 4)
    closes(cast, cast.alert("new-site-pain", "left-knee"), now=at(6, MORNING))
    late = replace(logs({"left-knee": 3}, 6), for_date=day(3))
    cast.sends(cast.ana, late, now=at(6))
    assert [state for state, *_ in rounds(cast, "new-site-pain")] == ["closed"]


def test_a_higher_level_of_days_before_the_closing_opens_a_new_round(cast):
    cast.records("right-knee")
    for number in (1, 2, 3, 4):
        cast.ana_logs({"left-knee": 4}, number)
    alert = cast.alert("new-site-pain", "left-knee")
    assert alert.level.rank < 2
    closes(cast, alert, now=at(6))
    late = [cast.ana_logs({"left-knee": 6}, number, received_on=7) for number in (2, 3, 4)]
    assert rounds(cast, "new-site-pain")[1:] == [("open", "urgent", 4)]
    cast.ana_sends(*(withdrawal(item, 7) for item in late), now=at(7, 1))
    assert rounds(cast, "new-site-pain")[1:] == [("superseded", "urgent", 4)]


def test_a_qualifying_day_after_the_closing_opens_a_new_round_that_the_digest_counts(cast):
    first = closes(cast, sore(cast))
    cast.ana_logs({"left-knee": 1}, 6)
    assert cast.standing() == set()
    cast.ana_logs({"left-knee": 8}, 7)
    second = cast.alert(*KNEE)
    assert second.id != first.id and second.reference != first.reference
    assert rounds(cast) == [("closed", "soon", 4), ("open", "soon", 7)]
    assert digest_of(cast, cast.nuno, at(7))["soon"] == 1
    closes(cast, second, "new-site", now=at(8))
    cast.ana_logs({"left-knee": 8}, 5, received_on=9)
    assert rounds(cast) == [("closed", "soon", 4), ("closed", "soon", 7)]


def test_a_late_day_between_two_rounds_belongs_to_the_standing_one(cast):
    closes(cast, sore(cast))
    cast.ana_logs({"left-knee": 8}, 9)
    cast.ana_logs({"left-knee": 8}, 6, received_on=10)
    cast.ana_logs({"left-knee": 8}, 5, received_on=10)
    assert rounds(cast) == [("closed", "soon", 4), ("open", "soon", 6)]


def test_who_told_of_tomorrow_is_answered_too(cast):
    """In Auckland it is the next day already: a closing answers what was there when it was done."""
    cast.records("right-knee")
    item = replace(logs({"left-hip": 9}, 1), time_zone="Pacific/Auckland", for_date=day(2))
    cast.sends(cast.ana, item, now=at(1))
    alert = cast.alert(*HIP)
    assert alert.last_for_date == day(2)
    assert closes(cast, alert, now=at(1, 9)).closed_on == day(2)
    cast.ana_logs({"left-knee": 1}, 1)
    assert rounds(cast) == [("closed", "urgent", 2)]


def test_a_joined_record_does_not_bring_back_what_was_closed(cast):
    closes(cast, sore(cast))
    kept = cast.twice(cast.nuno, cast.boris)
    cast.merges(cast.ana, kept, on=6)
    assert cast.standing() == cast.standing(kept) == set()
    cast.separates(cast.ana, on=7)
    assert cast.standing() == cast.standing(kept) == set()


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_joined_record_hides_no_alert_that_nobody_has_seen(cast, is_kept):
    """The same hip in two records: who closed the alert of one has not seen what the other says."""
    closes(cast, sore(cast), now=at(9))
    again = cast.twice(cast.nuno, cast.boris)
    cast.records("right-knee")
    cast.sends(again, logs({"left-knee": 8}, 7), logs({"left-knee": 8}, 8))
    before = cast.standing(again)
    kept, gone = (again, cast.ana) if is_kept else (cast.ana, again)
    cast.merges(gone, kept, on=10)
    assert ("sudden-severe-pain", "soon", "left-knee", 7) in cast.standing(kept), before
    cast.ana_logs({"left-knee": 0}, 10)
    assert ("sudden-severe-pain", "soon", "left-knee", 7) in cast.standing(kept)


def test_outcome_and_note_go_into_no_letter(cast):
    word = canary("porto", "closing-note")
    cast.records("right-knee")
    cast.ana_ticks("fever", day=1)
    closes(cast, cast.alert("red-flag", "fever"), "other-disease", word)
    cast.ana_ticks("fever", day=9)
    letters = cast.about_alerts()
    told = str([{c.name: getattr(each, c.name) for c in Letter.__table__.columns} for each in letters])
    assert len(letters) == 2 and word not in told
    assert not [outcome for outcome in AlertOutcome if str(outcome) in told]
