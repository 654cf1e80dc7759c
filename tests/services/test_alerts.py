"""The life of an alert: raised, told more, risen, lowered, taken back, acknowledged."""

from uuid import uuid4

import pytest

from rehab_tracker.domain import new_site_pain
from rehab_tracker.domain.errors import NotAllowed, NotFound, ReasonNeeded, WrongState
from rehab_tracker.services import alert_evidence, reach
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.clinics import change_settings
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.letters import Letter
from tests.cast import at, digest_of, logs, withdrawal
from tests.domain.diary import day

KNEE = ("new-site-pain", "left-knee")


def four_days(cast, first=1, worst=4, **more):
    """Four bad days after a mild one."""
    cast.records("right-knee")
    cast.ana_logs({"left-knee": 1}, first - 1)
    return [cast.ana_logs({"left-knee": worst}, n, **more) for n in range(first, first + 4)]


def taken(cast, alert, by=None, now=None):
    who = by or cast.nuno
    with cast.session(cast.clinic_of(who)) as session:
        return acknowledge(session, cast.viewer_of(who), alert.id, now or at(9))


def levels(cast):
    """The letters of porto: which level they tell, and their state."""
    return sorted((letter.values["level"], str(letter.state)) for letter in cast.about_alerts())


# Raised, and told more


def test_an_alert_says_where_since_when_why_and_by_which_version(cast):
    four_days(cast)
    [alert] = cast.rows(Alert)
    assert (alert.rule, alert.level, alert.subject, str(alert.site)) == (
        "new-site-pain",
        "soon",
        "left-knee",
        "left-knee",
    )
    assert (alert.first_for_date, alert.last_for_date, alert.late_days) == (day(4), day(4), 0)
    assert (alert.raised_at, alert.raised_on, alert.state) == (at(4), day(4), "open")
    assert (alert.reason_key, alert.reason_values["scores"]) == ("new-site-pain.adding-up", "1, 4, 4, 4, 4")
    assert [(e["for_date"], e["site"], e["field"], e["value"]) for e in alert.evidence] == [
        (day(n).isoformat(), "left-knee", "on_loading", x) for n, x in enumerate((1, 4, 4, 4, 4))
    ]
    assert (alert.rule_version, alert.settings_version) == (new_site_pain.VERSION, 1)
    assert cast.steps(alert) == ["raised"]


def test_more_of_the_same_is_more_evidence_for_the_one_alert(cast):
    cast.records("right-knee")
    for n in (1, 3, 5, 7, 9, 11):
        cast.ana_logs({"left-knee": 6}, n)
        cast.ana_logs({"left-knee": 0}, n + 1)
    [alert] = cast.rows(Alert)
    assert (alert.level, alert.first_for_date, alert.last_for_date) == ("soon", day(7), day(11))
    assert [e["for_date"] for e in alert.evidence] == [day(n).isoformat() for n in (1, 3, 5, 7, 9, 11)]
    assert alert.reason_values["hits"] == 5


def test_a_long_story_keeps_its_newest_evidence_and_what_its_sentence_rests_on(cast, monkeypatch):
    monkeypatch.setattr(alert_evidence, "MOST_EVIDENCE", 2)
    cast.records("right-knee")
    for n in range(1, 6):
        cast.ana_logs({"left-knee": 4}, n)
    for n in range(10, 20):
        cast.ana_logs({"left-knee": 3 if n % 2 else 0}, n)
    [alert] = cast.rows(Alert)
    assert alert.level == "urgent"
    assert [e["for_date"] for e in alert.evidence] == [day(n).isoformat() for n in (1, 2, 3, 4, 5, 17, 19)]


def test_entries_that_come_late_mark_how_late_the_alert_is(cast):
    cast.records("right-knee")
    cast.sends(cast.ana, *(logs({"left-knee": 4}, n) for n in range(1, 5)), now=at(10))
    [alert] = cast.rows(Alert)
    assert (alert.first_for_date, alert.raised_on, alert.late_days) == (day(4), day(10), 6)


def test_the_day_of_raising_is_the_patients(cast):
    cast.records("right-knee")
    cast.sends(cast.ana, *(logs({"left-knee": 4}, n) for n in range(1, 5)), now=at(4, 230))
    assert cast.rows(Alert)[0].raised_on == day(5), "ten past eight in the evening and 230 minutes"


def test_before_any_place_is_recorded_there_is_one_alert_that_says_so(cast):
    for n in range(1, 7):
        cast.ana_logs({"left-knee": 4, "left-hip": 3}, n)
    assert cast.standing() == {("no-site-recorded", "soon", "whole-body", 1)}


# Risen and lowered


def test_a_rise_of_level_opens_the_alert_again_and_is_a_new_letter(cast):
    four_days(cast)
    alert = taken(cast, cast.rows(Alert)[0], now=at(4, 30))
    assert alert.state == "acknowledged"
    cast.ana_logs({"left-knee": 4}, 5)
    [alert] = cast.rows(Alert)
    assert (alert.level, alert.state, alert.acknowledged_by, alert.acknowledged_at) == ("urgent", "open", None, None)
    assert alert.first_for_date == day(4)
    assert cast.steps(alert) == ["raised", "acknowledged", "risen"]
    assert [(letter.values["level"], letter.created_at) for letter in cast.about_alerts()] == [("urgent", at(5))]


def test_a_further_red_flag_opens_an_acknowledged_alert_again(cast):
    cast.records("right-knee")
    first = cast.ana_ticks("calf-swelling", day=1)
    taken(cast, cast.alert("red-flag", "calf-swelling"), now=at(1, 30))
    cast.sends(cast.ana, first, now=at(2))
    assert cast.alert("red-flag", "calf-swelling").state == "acknowledged"
    cast.ana_ticks("calf-swelling", day=20)
    alert = cast.alert("red-flag", "calf-swelling")
    assert (alert.state, alert.acknowledged_by) == ("open", None)
    assert cast.steps(alert) == ["raised", "acknowledged", "reopened"]
    assert len(cast.letters()) == 2


def test_pain_that_comes_back_after_quiet_weeks_opens_an_acknowledged_alert_again(cast):
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 8}, 1)
    taken(cast, cast.alert("sudden-severe-pain", "left-hip"), now=at(1, 30))
    cast.ana_logs({"left-hip": 8}, 10)
    assert cast.alert("sudden-severe-pain", "left-hip").state == "acknowledged"
    cast.ana_logs({"left-hip": 9}, 40)
    alert = cast.alert("sudden-severe-pain", "left-hip")
    assert (alert.state, cast.steps(alert)) == ("open", ["raised", "acknowledged", "reopened"])


def test_more_of_the_same_leaves_an_acknowledged_alert_with_who_took_it(cast):
    four_days(cast, worst=3)
    taken(cast, cast.rows(Alert)[0], now=at(4, 30))
    cast.ana_logs({"left-knee": 0}, 5)
    cast.ana_logs({"left-knee": 0}, 6)
    cast.ana_logs({"left-knee": 0}, 7)
    cast.ana_logs({"left-knee": 3}, 8)
    [alert] = cast.rows(Alert)
    assert (alert.state, alert.acknowledged_by) == ("acknowledged", cast.nuno.id)


def test_an_edit_that_makes_it_milder_lowers_the_alert(cast):
    cast.records("right-knee")
    diary = [cast.ana_logs({"left-knee": 4}, n) for n in range(1, 6)]
    assert cast.rows(Alert)[0].level == "urgent"
    cast.ana_sends(logs({"left-knee": 1}, 1, id=diary[0].id, rev=2), now=at(5, 30))
    assert {found[:3] for found in cast.standing()} == {("new-site-pain", "soon", "left-knee")}
    assert cast.steps(cast.alert(*KNEE)) == ["raised", "risen", "lowered"]


# Taken back


def test_what_is_undone_within_two_minutes_supersedes_the_alert_and_cancels_its_letter(cast):
    cast.records("right-knee")
    item = cast.ana_logs({"left-hip": 9}, 1)
    assert cast.letters() == [("Nuno", "queued")]
    assert cast.ana_sends(withdrawal(item, 1), now=at(1, 1)) == ["updated"]
    assert cast.standing() == set()
    assert cast.letters() == [("Nuno", "cancelled")]
    assert cast.steps(cast.alert("sudden-severe-pain", "left-hip")) == ["raised", "superseded"]


def test_a_letter_that_has_left_stays_in_the_trail(cast):
    cast.records("right-knee")
    item = cast.ana_logs({"left-hip": 9}, 1)
    with cast.session() as session:
        session.get_one(Letter, (cast.porto.id, cast.about_alerts()[0].id)).state = "sent"
        session.commit()
    cast.ana_sends(withdrawal(item, 1), now=at(2))
    assert cast.letters() == [("Nuno", "sent")]


def test_what_is_undone_and_done_again_is_a_new_alert_with_a_new_letter(cast):
    cast.records("right-knee")
    item = cast.ana_logs({"left-hip": 9}, 1)
    cast.ana_sends(withdrawal(item, 1), now=at(1, 1))
    cast.ana_sends(logs({"left-hip": 9}, 1, id=item.id, rev=3), now=at(1, 2))
    assert sorted(alert.state for alert in cast.rows(Alert)) == ["open", "superseded"]
    assert cast.letters() == [("Nuno", "cancelled"), ("Nuno", "queued")]


def test_an_undone_rise_cancels_its_letter_and_the_digest_counts_it_as_soon(cast):
    four_days(cast)
    fifth = cast.ana_logs({"left-knee": 4}, 5)
    cast.ana_sends(withdrawal(fifth, 5), now=at(5, 1))
    assert cast.standing() == {("new-site-pain", "soon", "left-knee", 4)}
    assert levels(cast) == [("urgent", "cancelled")]
    assert digest_of(cast, cast.nuno, at(6))["soon"] == 1


def test_an_undone_rise_leaves_the_letter_that_has_left_and_writes_no_other(cast):
    four_days(cast)
    fifth = cast.ana_logs({"left-knee": 4}, 5)
    with cast.session() as session:
        session.get_one(Letter, (cast.porto.id, cast.about_alerts()[0].id)).state = "sent"
        session.commit()
    cast.ana_sends(withdrawal(fifth, 5), now=at(5, 1))
    assert levels(cast) == [("urgent", "sent")]


def test_what_was_urgent_at_once_and_is_soon_after_an_undo_waits_for_the_digest(cast):
    cast.records("right-knee")
    batch = [logs({"left-knee": x}, n) for n, x in enumerate((1, 4, 4, 4, 4, 4))]
    cast.sends(cast.ana, *batch)
    cast.ana_sends(withdrawal(batch[-1], 5), now=at(5, 1))
    assert levels(cast) == [("urgent", "cancelled")]
    assert digest_of(cast, cast.nuno, at(6))["soon"] == 1


# Acknowledged


def test_whoever_acknowledges_is_named_on_the_alert_and_in_the_audit(cast):
    four_days(cast)
    alert = taken(cast, cast.rows(Alert)[0])
    assert (alert.state, alert.acknowledged_by, alert.acknowledged_at) == ("acknowledged", cast.nuno.id, at(9))
    assert cast.rows(Alert)[0].acknowledged_by == cast.nuno.id
    assert cast.steps(alert) == ["raised", "acknowledged"]
    assert cast.audit()[-1] == "alert-acknowledged"


def test_a_second_acknowledgement_is_told_the_state(cast):
    four_days(cast)
    alert = cast.rows(Alert)[0]
    taken(cast, alert)
    with pytest.raises(WrongState) as refusal:
        taken(cast, alert, by=cast.boris)
    assert refusal.value.values["state"] == "acknowledged"
    assert cast.rows(Alert)[0].acknowledged_by == cast.nuno.id
    assert cast.steps(alert) == ["raised", "acknowledged"]


def test_a_superseded_alert_cannot_be_acknowledged(cast):
    item = cast.ana_logs({"left-hip": 9}, 1)
    cast.ana_sends(withdrawal(item, 1))
    for alert in cast.rows(Alert):
        with pytest.raises(WrongState):
            taken(cast, alert)


def test_outside_the_care_team_a_reason_comes_first(cast):
    four_days(cast)
    alert = cast.rows(Alert)[0]
    with pytest.raises(ReasonNeeded):
        taken(cast, alert, by=cast.dora)
    with cast.session() as session:
        reach.give_reason(session, cast.viewer_of(cast.dora), cast.ana.id, "on call tonight", at(9))
    assert taken(cast, alert, by=cast.dora, now=at(9, 59)).acknowledged_by == cast.dora.id


def test_nobody_else_acknowledges(cast):
    four_days(cast)
    alert = cast.rows(Alert)[0]
    for person, refusal in ((cast.alda, NotAllowed), (cast.ana, NotAllowed), (cast.carla, NotFound)):
        with pytest.raises(refusal):
            taken(cast, alert, by=person)
    alert.id = uuid4()
    with pytest.raises(NotFound):
        taken(cast, alert)


# Settings


def test_a_clinic_judges_by_its_own_numbers_and_the_alert_names_their_version(cast):
    with cast.session() as session:
        viewer = cast.viewer_of(cast.alda)
        change_settings(session, viewer, {"rules": {"sudden_score": 5}}, "stricter", at(0))
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 5}, 1)
    assert cast.standing() == {("sudden-severe-pain", "urgent", "left-hip", 1)}
    assert cast.rows(Alert)[0].settings_version == 2
