"""A day turns: silence is told when days pass without a log, joins an alert that stands, and nothing is told twice."""

from datetime import UTC, datetime, time
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from rehab_tracker.domain.access import system
from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.alert_life import Rest
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.person import PatientState
from rehab_tracker.services import alert_life, alerts, closing, day, people
from rehab_tracker.services.clinics import change_settings, in_force
from rehab_tracker.services.one_by_one import PatientsFailedError
from rehab_tracker.services.stored_story import stored_story
from rehab_tracker.storage.alerts import Alert, AlertStep
from rehab_tracker.storage.people import Patient
from tests.cast import another_patient, at, logs, sent, settle, withdrawal
from tests.domain.diary import FIRST_VISIT, LISBON
from tests.domain.diary import day as day_of
from tests.services.conftest import CASTS

SILENT = ("not-logging", "whole-body")
FOOT = ("sudden-severe-pain", "left-foot")


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


def taken(cast, alert, number, rests_until=None):
    """Nuno takes the alert that is joined by a silence, and perhaps puts it to rest."""
    with cast.session() as session:
        alerts.acknowledge(session, cast.viewer_of(cast.nuno), alert.id, at(number))
        if rests_until:
            rest = Rest(day_of(rests_until), "a visit is booked")
            alert_life.snooze(session, cast.viewer_of(cast.nuno), alert.id, rest, at(number, 5))


def hurts_and_falls_silent(cast):
    """A quiet place hurts on day 1; nothing is logged until day 5 begins, when that is told."""
    cast.records("right-knee", "suspected")
    cast.ana_logs({"left-foot": 8}, 1)
    for number in range(2, 6):
        turns(cast, number)
    return cast.alert("sudden-severe-pain", "left-foot")


@pytest.mark.parametrize("rests_until", [None, 18], ids=["taken", "at rest"])
def test_a_later_silence_is_told_to_whoever_has_the_alert(cast, rests_until):
    alert = hurts_and_falls_silent(cast)
    taken(cast, alert, 5, rests_until)
    for number in (6, 7, 8):
        cast.ana_logs({}, number)
        turns(cast, number + 1)
    before = cast.alert(*FOOT)
    assert (cast.steps(before).count("silent"), before.silent_since) == (1, day_of(2))
    for number in (10, 11, 12):
        turns(cast, number)
    joined = cast.alert(*FOOT)
    assert (cast.steps(joined).count("silent"), joined.silent_since) == (2, day_of(9))
    noon_on_monday = datetime.combine(day_of(14), time(12), LISBON).astimezone(UTC)
    assert joined.deadline_at == min(before.deadline_at, noon_on_monday), "sooner than it would have woken"
    for number in (13, 14):
        turns(cast, number)
    assert cast.steps(cast.alert(*FOOT)).count("silent") == 2
    assert silences(cast) == []


def test_silences_that_come_and_go_are_told_once_in_three_days(cast):
    """A late log makes of one silence two: the second is told when three days have passed since the first was."""
    alert = hurts_and_falls_silent(cast)
    taken(cast, alert, 5)
    cast.ana_logs({}, 3, received_on=5)
    counts = []
    for number in range(6, 11):
        turns(cast, number)
        counts.append(cast.steps(alert).count("silent"))
    assert counts == [1, 1, 1, 2, 2]
    assert cast.alert(*FOOT).silent_since == day_of(4)


def test_a_silence_that_somebody_saw_when_they_took_the_alert_is_not_told_again(cast):
    alert = hurts_and_falls_silent(cast)
    cast.ana_logs({}, 6)
    for number in range(7, 11):
        turns(cast, number)
    assert (cast.steps(alert).count("silent"), cast.alert(*FOOT).silent_since) == (1, day_of(7))
    taken(cast, alert, 10)
    for number in range(11, 15):
        turns(cast, number)
    assert cast.steps(alert).count("silent") == 1


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
    with capture_logs() as said, pytest.raises(PatientsFailedError):
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


def turned(monkeypatch):
    """Whose day is judged from now on, in order."""
    whole, found = day.turn_patient, []

    def judged(session, viewer, patient_id, *rest):
        found.append(patient_id)
        whole(session, viewer, patient_id, *rest)

    monkeypatch.setattr(day, "turn_patient", judged)
    return found


def test_a_turn_that_broke_off_goes_on_where_it_was(cast, monkeypatch):
    everybody = {cast.ana.id, *(another_patient(cast, cast.porto, name).id for name in ("Amélia", "Artur", "Alice"))}
    judged, left = turned(monkeypatch), iter((None, None))

    def killed():
        if next(left, True):
            raise KeyboardInterrupt

    jobs = partial(cast.store.session, cast.porto.id, "jobs")
    with pytest.raises(KeyboardInterrupt):
        day.turn(jobs, system(cast.porto.id), LISBON.key, day_of(5), midnight(5), killed)
    assert len(judged) == 2
    assert turns(cast, 5) == 4  # for so many the day has turned
    assert len(judged) == 4 and set(judged) == everybody
    turns(cast, 6)
    assert len(judged) == 8


def test_of_a_turn_that_failed_only_those_are_judged_again_for_whom_it_did(cast, monkeypatch):
    other = another_patient(cast, cast.porto, "Amélia")
    whole = alerts.review_patient

    def fails(on, *rest, **more):
        if on.patient.id == cast.ana.id:
            raise RuntimeError
        return whole(on, *rest, **more)

    with monkeypatch.context() as broken:
        broken.setattr(day, "review_patient", fails)
        with pytest.raises(PatientsFailedError):
            turns(cast, 5)
    judged = turned(monkeypatch)
    turns(cast, 5)
    assert judged == [cast.ana.id]
    assert silences(cast) == silences(cast, other) == [("info", 4, 5, "open")]


def test_whose_day_a_clock_judged_that_was_ahead_is_judged_when_it_comes(cast, monkeypatch):
    turns(cast, 30)
    judged = turned(monkeypatch)
    turns(cast, 5)
    assert judged == [cast.ana.id]


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
