"""A day turns: silence is told when days pass without a log, joins an alert that stands, and nothing is told twice."""

from datetime import UTC, datetime, time
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from rehab_tracker.domain.access import system
from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.person import PatientState
from rehab_tracker.services import alerts, closing, day, people
from rehab_tracker.services.clinics import change_settings, in_force
from rehab_tracker.services.stored_story import stored_story
from rehab_tracker.storage.alerts import Alert, AlertStep
from rehab_tracker.storage.people import Patient
from tests.cast import another_patient, at, logs, sent, settle, withdrawal
from tests.domain.diary import FIRST_VISIT, LISBON
from tests.domain.diary import day as day_of
from tests.services.conftest import CASTS

SILENT = ("not-logging", "whole-body")


def midnight(number):
    """Half a minute after the local midnight with which a day begins."""
    return datetime.combine(day_of(number), time(0, 0, 30), LISBON).astimezone(UTC)


def turns(cast, number, since=None, patient=None):
    """Lets day ``number`` begin, for all or one; ``since`` is the first day that nobody has judged."""
    jobs = partial(cast.store.session, cast.porto.id, "jobs")
    first = day_of(number if since is None else since)
    if patient is None:
        return day.turn(jobs, system(cast.porto.id), LISBON.key, first, midnight(number))
    with jobs() as session:
        day.turn_patient(session, system(cast.porto.id), patient.id, first, midnight(number))
        session.commit()
    return 1


def silences(cast, patient=None):
    """What stands of silence: level, and the numbers of the first and the last midnight."""
    found = [a for a in cast.rows(Alert) if a.rule is Rule.NOT_LOGGING and a.patient_id == (patient or cast.ana).id]
    return [
        (str(a.level), (a.first_for_date - FIRST_VISIT).days, (a.last_for_date - FIRST_VISIT).days, str(a.state))
        for a in sorted(found, key=lambda a: a.raised_at)
    ]


def test_silence_is_info_after_three_asked_days_and_soon_after_seven(cast):
    cast.records("right-knee", "suspected")
    cast.ana_logs({"right-knee": 2}, 1)
    told = []
    for number in range(2, 11):
        turns(cast, number)
        told.append(silences(cast))
    assert told[2] == []  # day 4 begins: days 2 and 3 are over
    assert told[3] == [("info", 5, 5, "open")]
    assert told[6] == [("info", 5, 8, "open")]
    assert told[7] == [("soon", 5, 9, "open")]
    assert cast.steps(cast.alert(*SILENT)) == ["raised", "risen"]
    assert cast.letters() == []  # soon waits for the digest


def test_who_never_logged_is_told_of_too(cast):
    turns(cast, 2)
    assert silences(cast) == []
    turns(cast, 3)
    assert silences(cast) == [("info", 3, 3, "open")]


def test_a_restricted_limb_makes_silence_soon_at_once(cast):
    cast.records("right-knee", "confirmed", on=0)
    cast.ana_logs({"right-knee": 2}, 1)
    turns(cast, 5)
    assert silences(cast) == [("soon", 5, 5, "open")]


def test_a_late_log_takes_back_a_silence_that_was_none(cast):
    cast.ana_logs({}, 1)
    for number in (5, 6):
        turns(cast, number)
    assert silences(cast) == [("info", 5, 6, "open")]
    cast.ana_logs({}, 3, received_on=6)
    assert silences(cast) == [("info", 5, 6, "superseded")]


def test_a_log_of_today_leaves_what_was_silent_and_the_next_silence_is_more_of_the_same(cast):
    cast.ana_logs({}, 1)
    turns(cast, 5)
    cast.ana_logs({}, 5)
    turns(cast, 6)
    assert silences(cast) == [("info", 5, 5, "open")]
    for number in range(7, 10):
        turns(cast, number)
    assert silences(cast) == [("info", 5, 9, "open")]
    assert cast.steps(cast.alert(*SILENT)) == ["raised"]


def test_a_withdrawn_log_is_none(cast):
    cast.ana_logs({}, 1)
    only = cast.ana_logs({}, 3)
    cast.ana_sends(withdrawal(only, 3), now=at(3, 10))
    turns(cast, 5)
    assert silences(cast) == [("info", 5, 5, "open")]


def test_silence_joins_the_alert_that_stands_once(cast):
    cast.records("right-knee", "suspected")
    cast.ana_logs({"left-foot": 8}, 1)
    alert = cast.alert("sudden-severe-pain", "left-foot")
    before = alert.deadline_at
    for number in range(2, 8):
        turns(cast, number)
    joined = cast.alert("sudden-severe-pain", "left-foot")
    assert silences(cast) == []
    assert joined.silent_since == day_of(2)
    assert cast.steps(joined).count("silent") == 1
    assert before is None or joined.deadline_at <= before
    # It logs again, and falls silent again: that is the same trouble.
    cast.ana_logs({}, 8)
    for number in range(9, 14):
        turns(cast, number)
    assert cast.steps(cast.alert("sudden-severe-pain", "left-foot")).count("silent") == 1
    assert silences(cast) == []


def test_an_urgent_alert_is_mailed_anew_when_silence_joins_it(cast):
    cast.records("right-knee", "suspected")
    cast.ana_logs({}, 1)
    cast.ana_ticks("fever", day=1)
    assert len(cast.letters()) == 1
    turns(cast, 4)
    assert len(cast.letters()) == 1
    for number in range(5, 9):
        turns(cast, number)
    assert len(cast.letters()) == 2
    assert cast.steps(cast.alert("red-flag", "fever")) == ["raised", "silent"]


def test_when_the_alert_has_ended_and_the_silence_goes_on_it_is_told_by_itself(cast):
    cast.records("right-knee", "suspected")
    cast.ana_logs({"left-foot": 8}, 1)
    for number in range(2, 7):
        turns(cast, number)
    for alert in [a for a in cast.rows(Alert) if a.state == "open"]:
        with cast.session() as session:
            closing.close(session, cast.viewer_of(cast.nuno), alert.id, AlertOutcome.INJURY, "seen", None, at(6))
    assert silences(cast) == []
    turns(cast, 7)
    assert silences(cast) == [("info", 7, 7, "open")]


def test_a_closed_silence_is_told_again_only_after_three_days(cast):
    cast.ana_logs({}, 1)
    turns(cast, 5)
    with cast.session() as session:
        found = cast.alert(*SILENT).id
        closing.close(session, cast.viewer_of(cast.nuno), found, AlertOutcome.UNCLEAR, "spoke to her", None, at(5))
    for number in range(6, 9):
        turns(cast, number)
        assert len(silences(cast)) == 1
    turns(cast, 9)
    assert silences(cast)[1] == ("soon", 9, 9, "open")


@pytest.mark.parametrize("state", [PatientState.DISCHARGED, PatientState.MOVED, PatientState.DECEASED])
def test_who_is_not_asked_any_more_is_left_alone(cast, state):
    cast.ana_logs({}, 1)
    with cast.session() as session:
        people.set_state(session, cast.viewer_of(cast.nuno), cast.ana.id, state, "it ended", at(2))
    assert turns(cast, 20, since=2) == 0
    assert silences(cast) == []


def test_a_rule_in_shadow_says_nothing(cast):
    with cast.session() as session:
        change_settings(session, cast.viewer_of(cast.alda), {"shadow": ["not-logging"]}, "too loud", at(0))
    turns(cast, 20, since=1)
    assert silences(cast) == []


def test_whoever_logs_and_has_no_plan_costs_nothing(cast):
    cast.ana_logs({}, 4)
    assert turns(cast, 5) == 0
    assert turns(cast, 5, since=3) == 1  # after an outage everybody is looked at


def test_a_patient_whose_day_fails_holds_up_no_other_and_is_told_by_id_alone(cast, monkeypatch):
    other = another_patient(cast, cast.porto, "Amélia")
    whole = alerts.review_patient

    def fails(on, *rest, **more):
        if on.patient.id == cast.ana.id:
            raise RuntimeError("zqporto-canary")
        return whole(on, *rest, **more)

    monkeypatch.setattr(day, "review_patient", fails)
    with capture_logs() as said, pytest.raises(day.PatientsFailedError):
        turns(cast, 5)
    assert silences(cast, other) == [("info", 4, 5, "open")] and silences(cast) == []
    [line] = [line for line in said if line["event"] == "day-failed"]
    assert line["patient"] == str(cast.ana.id) and "zqporto" not in repr(line)
    monkeypatch.undo()
    turns(cast, 5)
    assert silences(cast) == [("info", 4, 5, "open")]


def test_a_turn_that_broke_off_goes_on_without_telling_anything_twice(cast):
    others = [another_patient(cast, cast.porto, name) for name in ("Amélia", "Artur", "Alice")]

    def stops_after(patients):
        def go_on(left=[patients]):  # noqa: B006  # counts
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt

        return go_on

    jobs = partial(cast.store.session, cast.porto.id, "jobs")
    with pytest.raises(KeyboardInterrupt):
        day.turn(jobs, system(cast.porto.id), LISBON.key, day_of(5), midnight(5), stops_after(2))
    assert sum(len(silences(cast, patient)) for patient in (cast.ana, *others)) == 2
    for _ in range(2):
        turns(cast, 5)
    assert [silences(cast, patient) for patient in (cast.ana, *others)] == [[("info", 4, 5, "open")]] * 4
    raised = [step for step in cast.rows(AlertStep) if step.step == "raised"]
    assert len(raised) == 4


def test_a_duplicate_is_judged_with_the_record_that_is_kept(cast):
    again = cast.twice(cast.nuno)
    cast.merges(again, on=1)
    cast.sends(again, logs({}, 3), now=at(3))
    turns(cast, 5)
    assert silences(cast) == [] and silences(cast, again) == []


DAYS = 30
DIARIES = st.sets(st.integers(1, DAYS - 1))


def replayed(cast, patient, until):
    """The silence of a patient as a replay from scratch tells it: the level it reached, and the first midnight."""
    with cast.session() as session:
        kept = session.get_one(Patient, (cast.porto.id, patient.id))
        raised = stored_story(session, kept).raised(in_force(session, cast.porto.id).rules, day_of(until))
    found = [each.verdict for each in raised if each.verdict.rule is Rule.NOT_LOGGING]
    if not found:
        return []
    worst = max(found, key=lambda v: v.level.rank)
    return [(str(worst.level), (min(v.for_date for v in found) - FIRST_VISIT).days)]


@given(logged=DIARIES, restricted=st.booleans())
@settings(max_examples=6)
def test_day_by_day_or_all_at_once_it_is_what_a_replay_tells(shared_sqlite, logged, restricted):
    """Nobody acts, nothing hurts: what stands of silence is the first line of a replay, at its highest level."""
    one_by_one, at_once = settle(shared_sqlite, next(CASTS)), settle(shared_sqlite, next(CASTS))
    for cast in (one_by_one, at_once):
        if restricted:
            cast.records("right-knee", "confirmed")
    for number in range(1, DAYS + 1):
        turns(one_by_one, number, patient=one_by_one.ana)
        if number in logged:
            for cast in (one_by_one, at_once):
                cast.sends(cast.ana, sent(logs({}, number).content, number))
    turns(at_once, DAYS, since=1, patient=at_once.ana)
    told = [[(level, first) for level, first, *_ in silences(cast)] for cast in (one_by_one, at_once)]
    assert told[0] == told[1] == replayed(one_by_one, one_by_one.ana, DAYS)
