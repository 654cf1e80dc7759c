"""An alert that nobody takes climbs, rung by rung; one that was taken and forgotten comes back; letters that fail."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from rehab_tracker.domain.access import Role, system
from rehab_tracker.domain.alert import AlertState, Level
from rehab_tracker.domain.alert_life import Rest
from rehab_tracker.domain.due import Job
from rehab_tracker.domain.duty import Away
from rehab_tracker.domain.errors import NotAllowed
from rehab_tracker.services import alert_life, alerts, clock, closing, deadlines, duty, escalating, recounting
from rehab_tracker.services.clinics import change_settings
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert, AlertStep
from rehab_tracker.storage.clock import DueJob
from rehab_tracker.storage.database import sessions
from rehab_tracker.storage.letters import Letter, LetterState
from rehab_tracker.storage.people import Staff
from tests.cast import at, logs, settle, ticks
from tests.domain.diary import LISBON, day

FRIDAY, MONDAY, TUESDAY = 4, 7, 8
MINUTE = timedelta(minutes=1)


def on(number: int, clock: str) -> datetime:
    """A time on the clinic's clock, on a day after Ana's first visit, a Monday."""
    return datetime.fromisoformat(f"{day(number)}T{clock}").replace(tzinfo=LISBON).astimezone(UTC)


def fever(cast, when: datetime) -> Alert:
    cast.sends(cast.ana, ticks("fever", day=0, recorded_at=when.astimezone(LISBON)), now=when)
    return cast.alert("red-flag", "fever")


def new_pain(cast, when: datetime) -> Alert:
    """Let Ana tell of severe pain in a quiet place: sudden, and soon."""
    cast.records("right-knee")
    cast.sends(cast.ana, logs({"left-elbow": 7}, 0, recorded_at=when.astimezone(LISBON)), now=when)
    return cast.alert("sudden-severe-pain", "left-elbow")


def another(cast, name: str, role: Role = Role.NURSE) -> Staff:
    member = Staff(
        clinic_id=cast.porto.id, id=uuid4(), email=f"{name.lower()}@clinic.example", name=f"{name} of porto", role=role,
        language="en-GB", created_at=at(0),
    )  # fmt: skip
    with cast.session() as session:
        session.add(member)
        session.commit()
    return member


def asks(cast, alert: Alert, when: datetime) -> str:
    """What the clock does about an alert at an instant, as its own role."""
    with cast.store.session(cast.porto.id, "jobs") as session, transaction(session):
        return escalating.alert_due(session, system(cast.porto.id), alert.id, when)


def counts_anew(cast, when: datetime) -> None:
    """What the clock does when the hours were changed."""
    with cast.store.session(cast.porto.id, "jobs") as session:
        recounting.recount(lambda: session, system(cast.porto.id), when, lambda: None)


def now(cast, alert: Alert) -> Alert:
    return next(row for row in cast.rows(Alert) if row.id == alert.id)


def due_at(cast, alert: Alert) -> datetime | None:
    return next(
        row.due_at for row in cast.rows(DueJob) if row.job is Job.ALERT_DEADLINE and row.subject == str(alert.id)
    )


def told(cast, kind: str) -> list[str]:
    """Who has a letter of a kind, in the order of writing."""
    names = {member.id: member.name.split()[0] for member in cast.rows(Staff)}
    rows = sorted((row for row in cast.rows(Letter) if row.kind == kind), key=lambda row: row.created_at)
    return [names[row.staff_id] for row in rows]


def test_what_needs_nobody_by_a_time_any_more_is_asked_for_no_more(cast):
    alert = new_pain(cast, on(0, "09:00"))
    with cast.session() as session:
        session.get_one(Alert, (cast.porto.id, alert.id)).level = Level.INFO
        session.commit()
    assert asks(cast, alert, on(0, "09:10")) == escalating.NOT_YET
    assert due_at(cast, alert) is None and now(cast, alert).deadline_at is None


def takes(cast, alert: Alert, when: datetime) -> None:
    with cast.session() as session:
        alerts.acknowledge(session, cast.viewer_of(cast.nuno), alert.id, when)


def test_a_red_flag_on_friday_afternoon_is_due_on_monday_morning(cast):
    alert = fever(cast, on(FRIDAY, "16:30"))
    assert alert.deadline_at == due_at(cast, alert) == on(MONDAY, "09:30")
    assert alert.rung == 0


def test_pain_on_friday_evening_is_due_at_noon_on_monday_and_has_no_letter_of_its_own(sqlite_cast):
    alert = new_pain(sqlite_cast, on(FRIDAY, "18:00"))
    assert (alert.level, alert.deadline_at) == ("soon", on(MONDAY, "12:00"))
    assert told(sqlite_cast, "alert") == []


def test_what_nobody_takes_is_told_to_the_second_nurse_the_lead_and_all_each_once(cast):
    another(cast, "Rita")
    alert = fever(cast, on(FRIDAY, "16:30"))
    answers = []
    for when in ("09:30", "11:30", "13:30", "15:30"):
        answers += [asks(cast, alert, on(MONDAY, when)), asks(cast, alert, on(MONDAY, when) + MINUTE)]
    assert answers == ["climbed", "not-yet"] * 3 + ["all-told", "all-told"]
    assert told(cast, "alert") == ["Nuno"]
    assert told(cast, "escalation") == ["Rita", "Boris", "Dora"]
    assert (now(cast, alert).rung, due_at(cast, alert)) == (3, None)
    assert now(cast, alert).deadline_at == on(MONDAY, "15:30"), "it stays overdue in everybody's list"


def test_the_history_says_who_was_told_and_why(sqlite_cast):
    alert = fever(sqlite_cast, on(FRIDAY, "16:30"))
    asks(sqlite_cast, alert, on(MONDAY, "09:31"))
    [climbed] = [row for row in sqlite_cast.rows(AlertStep) if row.step == "climbed"]
    assert (climbed.actor_role, climbed.note) == (Role.SYSTEM, sqlite_cast.boris.name)
    assert climbed.before == {"rung": "0", "why": "overdue"}
    assert "alert-climbed" in sqlite_cast.audit()


def test_a_soon_alert_climbs_the_same_ladder(sqlite_cast):
    another(sqlite_cast, "Rita")
    alert = new_pain(sqlite_cast, on(FRIDAY, "18:00"))
    assert asks(sqlite_cast, alert, on(MONDAY, "12:00")) == "climbed"
    assert told(sqlite_cast, "escalation") == ["Rita"]
    assert now(sqlite_cast, alert).deadline_at == on(MONDAY, "14:00")


def test_nothing_climbs_while_the_clinic_is_closed(sqlite_cast):
    alert = fever(sqlite_cast, on(FRIDAY, "14:00"))
    saturday, sunday = on(FRIDAY + 1, "03:00"), on(FRIDAY + 2, "12:00")
    assert [asks(sqlite_cast, alert, when) for when in (saturday, sunday)] == ["closed-now"] * 2
    assert due_at(sqlite_cast, alert) == on(MONDAY, "08:00")
    assert told(sqlite_cast, "escalation") == []
    assert asks(sqlite_cast, alert, on(MONDAY, "08:00")) == "climbed"


def test_a_deadline_at_closing_time_is_acted_on_at_once(sqlite_cast):
    alert = fever(sqlite_cast, on(FRIDAY, "15:00"))
    assert alert.deadline_at == on(FRIDAY, "17:00")
    assert asks(sqlite_cast, alert, on(FRIDAY, "17:01")) == "climbed"


def test_nuno_is_away_and_his_deputy_has_accepted_so_the_letter_goes_there(cast):
    rita = another(cast, "Rita")
    with cast.session() as session:
        absence = duty.announce_absence(
            session, cast.viewer_of(cast.nuno), Away(cast.nuno.id, rita.id, day(FRIDAY), day(FRIDAY)), at(1)
        )
        duty.accept_absence(session, cast.viewer_of(rita), absence.id, at(2))
    fever(cast, on(FRIDAY, "16:30"))
    assert told(cast, "alert") == ["Rita"]


def test_until_the_deputy_accepts_it_goes_to_who_is_there(sqlite_cast):
    cast, rita = sqlite_cast, another(sqlite_cast, "Rita")
    with cast.session() as session:
        away = Away(cast.nuno.id, rita.id, day(FRIDAY), day(FRIDAY))
        duty.announce_absence(session, cast.viewer_of(cast.nuno), away, at(1))
    fever(cast, on(FRIDAY, "16:30"))
    assert told(cast, "alert") == ["Boris"]


def test_acknowledged_and_forgotten_it_comes_back_after_two_working_days_and_climbs(cast):
    alert = fever(cast, on(FRIDAY, "15:00"))
    takes(cast, alert, on(FRIDAY, "16:00"))
    back = on(TUESDAY, "16:00")
    assert now(cast, alert).deadline_at == back
    assert asks(cast, alert, back - MINUTE) == "not-yet"
    assert [asks(cast, alert, back), asks(cast, alert, back)] == ["forgotten", "not-yet"]
    found = now(cast, alert)
    assert (found.state, found.acknowledged_by, found.rung) == (AlertState.OPEN, None, 0)
    assert found.deadline_at == on(TUESDAY + 1, "09:00")
    assert told(cast, "alert") == ["Nuno", "Nuno"]
    assert asks(cast, alert, on(TUESDAY + 1, "09:00")) == "climbed"
    assert told(cast, "escalation") == ["Boris"]
    assert cast.steps(found)[-4:] == ["raised", "acknowledged", "forgotten", "climbed"]


def test_an_alert_at_rest_wakes_when_work_begins_on_its_day(sqlite_cast):
    alert = new_pain(sqlite_cast, on(FRIDAY, "12:00"))
    takes(sqlite_cast, alert, on(FRIDAY, "13:00"))
    with sqlite_cast.session() as session:
        rest = Rest(day(FRIDAY + 2), "she is on a journey")
        alert_life.snooze(session, sqlite_cast.viewer_of(sqlite_cast.nuno), alert.id, rest, on(FRIDAY, "14:00"))
    assert due_at(sqlite_cast, alert) == on(MONDAY, "08:00")
    assert [asks(sqlite_cast, alert, on(MONDAY, "08:00")) for _ in range(2)] == ["woken", "not-yet"]
    found = now(sqlite_cast, alert)
    assert (found.state, found.deadline_at) == (AlertState.ACKNOWLEDGED, on(MONDAY + 2, "08:00"))


def test_an_alert_that_ended_is_asked_for_no_more(sqlite_cast):
    alert = fever(sqlite_cast, on(FRIDAY, "15:00"))
    with sqlite_cast.session() as session:
        boris = sqlite_cast.viewer_of(sqlite_cast.boris)
        closing.close(session, boris, alert.id, closing.AlertOutcome.INJURY, "a cold", None, on(FRIDAY, "15:30"))
    assert (now(sqlite_cast, alert).deadline_at, due_at(sqlite_cast, alert)) == (None, None)
    assert asks(sqlite_cast, alert, on(FRIDAY, "17:00")) == "ended"
    assert asks(sqlite_cast, Alert(id=uuid4()), on(FRIDAY, "17:00")) == "ended"
    assert told(sqlite_cast, "escalation") == []


def test_a_change_of_the_hours_counts_open_deadlines_anew(cast):
    alert = fever(cast, on(FRIDAY, "16:30"))
    with cast.session() as session:
        admin = cast.viewer_of(cast.alda)
        change_settings(session, admin, {"calendar": {"holidays": [str(day(MONDAY))]}}, "holiday", on(FRIDAY, "16:40"))
    counts_anew(cast, on(FRIDAY, "16:41"))
    assert now(cast, alert).deadline_at == due_at(cast, alert) == on(TUESDAY, "09:30")


@pytest.mark.parametrize("taken", [False, True])
def test_shorter_hours_make_it_due_later_and_longer_ones_sooner(sqlite_cast, taken):
    alert = fever(sqlite_cast, on(MONDAY, "16:30"))
    if taken:
        takes(sqlite_cast, alert, on(MONDAY, "16:40"))
    with sqlite_cast.session() as session:
        admin, week = sqlite_cast.viewer_of(sqlite_cast.alda), {"week": dict.fromkeys("1234567", ["00:00-24:00"])}
        change_settings(session, admin, {"calendar": week}, "always there", on(MONDAY, "17:00"))
    counts_anew(sqlite_cast, on(MONDAY, "17:00"))
    assert now(sqlite_cast, alert).deadline_at == (on(MONDAY + 2, "16:40") if taken else on(MONDAY, "18:30"))


def test_after_a_climb_it_is_counted_anew_from_the_climb(sqlite_cast):
    alert = fever(sqlite_cast, on(FRIDAY, "12:00"))
    asks(sqlite_cast, alert, on(FRIDAY, "16:00"))
    with sqlite_cast.session() as session:
        calendar = {"calendar": {"holidays": [str(day(MONDAY))]}}
        change_settings(session, sqlite_cast.viewer_of(sqlite_cast.alda), calendar, "holiday", on(FRIDAY, "16:40"))
    counts_anew(sqlite_cast, on(FRIDAY, "16:41"))
    assert now(sqlite_cast, alert).deadline_at == on(TUESDAY, "09:00")


def test_a_silence_shortens_and_never_lengthens(sqlite_cast):
    alert = new_pain(sqlite_cast, on(FRIDAY, "12:00"))
    for sooner in ("15:00", "16:00"):
        with sqlite_cast.session() as session, transaction(session):
            row = session.get_one(Alert, (sqlite_cast.porto.id, alert.id))
            row.silent_since = day(2)
            deadlines.shorten(session, row, on(FRIDAY, sooner))
    assert due_at(sqlite_cast, alert) == now(sqlite_cast, alert).deadline_at == on(FRIDAY, "15:00")
    assert asks(sqlite_cast, alert, on(FRIDAY, "14:00")) == "not-yet"
    assert due_at(sqlite_cast, alert) == on(FRIDAY, "15:00")


def fails(cast, when: datetime, **values) -> None:
    """Let something become of every letter about an alert that waits."""
    with cast.session() as session:
        for row in cast.rows(Letter):
            letter = session.get_one(Letter, (cast.porto.id, row.id))
            for name, value in values.items():
                setattr(letter, name, value)
        session.commit()


def climbs(cast, when: datetime) -> int:
    with cast.store.session(cast.porto.id, "jobs") as session:
        return escalating.climb_undelivered(session, system(cast.porto.id), when)


NIGHT = on(FRIDAY, "23:00")


@pytest.mark.parametrize("state", [LetterState.BOUNCED, LetterState.DEAD])
def test_a_letter_that_bounced_lets_the_next_one_know_at_once_at_any_hour(cast, state):
    fever(cast, NIGHT)
    assert climbs(cast, NIGHT + MINUTE) == 0
    fails(cast, NIGHT, state=state)
    assert [climbs(cast, NIGHT + MINUTE), climbs(cast, NIGHT + MINUTE)] == [1, 0]
    assert told(cast, "escalation") == ["Boris"]
    assert all(row.climbed_at for row in cast.rows(Letter) if row.kind == "alert")


def test_a_letter_that_has_not_left_for_15_minutes_lets_the_next_one_know(sqlite_cast):
    alert = fever(sqlite_cast, NIGHT)
    assert climbs(sqlite_cast, NIGHT + 14 * MINUTE) == 0
    fails(sqlite_cast, NIGHT, state=LetterState.DEFERRED, due_at=NIGHT + 60 * MINUTE)
    assert climbs(sqlite_cast, NIGHT + 15 * MINUTE) == 1
    assert told(sqlite_cast, "escalation") == ["Boris"]
    assert now(sqlite_cast, alert).deadline_at == on(MONDAY, "10:00")
    assert climbs(sqlite_cast, NIGHT + 16 * MINUTE) == 0, "his letter is on its way"
    assert [climbs(sqlite_cast, NIGHT + 31 * MINUTE), climbs(sqlite_cast, NIGHT + 47 * MINUTE)] == [1, 0]
    assert told(sqlite_cast, "escalation") == ["Boris", "Dora"]


def test_one_that_left_is_no_reason(sqlite_cast):
    fever(sqlite_cast, NIGHT)
    fails(sqlite_cast, NIGHT, state=LetterState.SENT, sent_at=NIGHT)
    assert climbs(sqlite_cast, NIGHT + 60 * MINUTE) == 0


def test_an_address_that_failed_brings_in_who_stands_on_the_same_rung_instead(sqlite_cast):
    cast, rita = sqlite_cast, another(sqlite_cast, "Rita")
    with cast.session() as session:
        away = Away(cast.nuno.id, rita.id, day(0), day(20))
        absence = duty.announce_absence(session, cast.viewer_of(cast.nuno), away, at(0))
        duty.accept_absence(session, cast.viewer_of(rita), absence.id, at(0))
    alert = fever(cast, NIGHT)
    assert told(cast, "alert") == ["Rita"]
    with cast.session() as session:
        session.get_one(Staff, (cast.porto.id, rita.id)).address_failed_at = NIGHT
        session.commit()
    assert climbs(cast, NIGHT + MINUTE) == 1
    assert (told(cast, "escalation"), now(cast, alert).rung) == (["Boris"], 0)


def test_what_somebody_has_taken_or_what_is_not_urgent_climbs_no_further(sqlite_cast):
    takes(sqlite_cast, fever(sqlite_cast, NIGHT), NIGHT + MINUTE)
    new_pain(sqlite_cast, on(FRIDAY, "12:00"))
    fails(sqlite_cast, NIGHT, state=LetterState.BOUNCED)
    assert climbs(sqlite_cast, NIGHT + 60 * MINUTE) == 0


def test_a_letter_told_in_one_that_bounced_climbs_with_it(sqlite_cast):
    fever(sqlite_cast, NIGHT)
    sqlite_cast.sends(sqlite_cast.ana, ticks("calf-swelling", day=FRIDAY, recorded_at=NIGHT), now=NIGHT)
    states = [row.state for row in sqlite_cast.rows(Letter)]
    assert sorted(states) == [LetterState.JOINED, LetterState.QUEUED]
    with sqlite_cast.session() as session:
        for row in sqlite_cast.rows(Letter):
            if row.state is LetterState.QUEUED:
                session.get_one(Letter, (sqlite_cast.porto.id, row.id)).state = LetterState.BOUNCED
        session.commit()
    assert climbs(sqlite_cast, NIGHT + MINUTE) == 2


def test_a_letter_of_an_earlier_opening_that_came_back_is_no_reason_any_more(sqlite_cast):
    alert = fever(sqlite_cast, on(FRIDAY, "09:00"))
    takes(sqlite_cast, alert, on(FRIDAY, "10:00"))
    fails(sqlite_cast, NIGHT, state=LetterState.BOUNCED)
    again = ticks("fever", day=FRIDAY, recorded_at=on(FRIDAY, "15:00"))
    sqlite_cast.sends(sqlite_cast.ana, again, now=on(FRIDAY, "15:00"))
    assert sqlite_cast.steps(alert)[-1] == "reopened"
    assert climbs(sqlite_cast, on(FRIDAY, "15:01")) == 0
    assert climbs(sqlite_cast, on(FRIDAY, "15:20")) == 1, "the new one has not left either"


def test_nobody_but_the_clock_escalates(sqlite_cast):
    alert = fever(sqlite_cast, NIGHT)
    with sqlite_cast.session() as session:
        for person in (sqlite_cast.nuno, sqlite_cast.boris, sqlite_cast.alda, sqlite_cast.ana):
            with pytest.raises(NotAllowed):
                escalating.alert_due(session, sqlite_cast.viewer_of(person), alert.id, NIGHT)
            with pytest.raises(NotAllowed):
                escalating.climb_undelivered(session, sqlite_cast.viewer_of(person), NIGHT)


def test_the_clock_itself_lets_it_climb_once_however_often_it_asks(store):
    cast = settle(store)
    alert = fever(cast, on(FRIDAY, "16:30"))
    for clock_says in ("09:29", "09:31", "09:32", "10:00"):
        clock.run_due(sessions(store.engine("jobs")), lambda then=clock_says: on(MONDAY, then))
    assert told(cast, "escalation") == ["Boris"]
    assert cast.steps(alert) == ["raised", "climbed"]
    assert due_at(cast, alert) == now(cast, alert).deadline_at == on(MONDAY, "11:31")


def test_the_clock_of_braga_finds_nothing_of_porto(cast):
    alert = fever(cast, on(FRIDAY, "15:00"))
    with cast.store.session(cast.braga.id, "jobs") as session, transaction(session):
        assert escalating.alert_due(session, system(cast.braga.id), alert.id, on(FRIDAY, "17:00")) == "ended"
        assert escalating.climb_undelivered(session, system(cast.braga.id), on(FRIDAY, "17:00")) == 0
    assert (now(cast, alert).rung, due_at(cast, alert)) == (0, on(FRIDAY, "17:00"))
