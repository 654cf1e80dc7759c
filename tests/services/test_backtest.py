"""The backtest: a clinic sees what a rule would have raised with other numbers, and nothing of it is written."""

import weakref
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from rehab_tracker.domain.access import Role, Viewer, system
from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.errors import InvalidValue, NotAllowed
from rehab_tracker.domain.person import PatientState
from rehab_tracker.services import audit, clinics, people
from rehab_tracker.services import stored_story as stored_story_module
from rehab_tracker.services.backtest import Trial, backtest
from rehab_tracker.services.stored_story import StoredStory
from rehab_tracker.storage.database import Base, read_only
from rehab_tracker.storage.people import Patient
from tests.cast import another_patient, at, logs
from tests.domain.diary import day

STRICTER = {"sudden_score": 8}


def tried(
    cast, rule="sudden-severe-pain", first=0, last=60, now=70, viewer=None, shown=None, shadow=None, clinic=None,
    **changes,
):  # fmt: skip
    trial = Trial(rule and Rule(rule), day(first), day(last), changes, shadow)
    with cast.session(clinic) as session:
        return backtest(session, viewer or system((clinic or cast.porto).id), trial, at(now), shown)


def before(told, *rules, month=None):
    """Return the alerts of these rules, or all, by level, as the settings in force raise them."""
    return told.count(False, [Rule(rule) for rule in rules] or Rule, month).alerts


def after(told, *rules, month=None):
    return told.count(True, [Rule(rule) for rule in rules] or Rule, month).alerts


def aches(cast, number=10, worst=7, place="left-knee"):
    """Let Ana's known knee be recorded, and another place hurt suddenly on a day."""
    cast.records("right-knee")
    cast.ana_logs({place: worst}, number)


def test_a_stricter_number_raises_less(cast):
    aches(cast)
    cast.ana_logs({"left-hip": 9}, 11)
    told = tried(cast, **STRICTER)
    assert (before(told), after(told)) == (Counter(soon=1, urgent=1), Counter(urgent=1))
    [ana] = told.patients
    assert (ana.patient_id, ana.before.total(), ana.after.total()) == (cast.ana.id, 2, 1)
    assert (told.before_rules.sudden_score, told.after_rules.sudden_score) == (7, 8)


def test_the_settings_in_force_are_those_that_the_change_is_compared_with(cast):
    aches(cast)
    with cast.session() as session:
        clinics.change_settings(session, cast.viewer_of(cast.alda), {"rules": STRICTER}, "too many", at(20))
    told = tried(cast, sudden_score=7)
    assert (told.settings_version, before(told).total(), after(told).total()) == (2, 0, 1)
    assert after(tried(cast)) == before(tried(cast)) == Counter()


def test_only_the_rule_that_is_asked_is_counted(cast):
    aches(cast, worst=9)
    assert before(tried(cast, "red-flag")) == Counter()
    cast.ana_ticks("fever", day=12)
    assert before(tried(cast, "red-flag")) == Counter(urgent=1)


@pytest.mark.parametrize(("first", "last", "found"), [(10, 10, 1), (11, 20, 0), (0, 9, 0), (0, 10, 1), (10, 60, 1)])
def test_both_days_count_by_the_day_on_which_the_alert_was_raised(cast, first, last, found):
    aches(cast)
    assert before(tried(cast, first=first, last=last)).total() == found


def test_what_came_late_counts_on_the_day_on_which_it_came(cast):
    cast.records("right-knee")
    cast.ana_logs({"left-knee": 7}, 10, received_on=14)
    assert before(tried(cast, first=10, last=13)).total() == 0
    assert before(tried(cast, first=14, last=14)).total() == 1


def test_the_days_are_those_of_the_patients_own_zone(cast):
    kiri = another_patient(cast, cast.porto, "Kiri", zone="Pacific/Kiritimati")
    cast.records("right-knee")
    cast.sends(kiri, logs({"left-knee": 7}, 10), now=at(10))
    assert before(tried(cast, "no-site-recorded", first=10, last=10)).total() == 0
    assert before(tried(cast, "no-site-recorded", first=11, last=11)).total() == 1


def test_weeks_count_from_enrolment_to_today_between_the_two_days(cast):
    another_patient(cast, cast.porto, "Rui")
    with cast.session() as session:
        session.get_one(Patient, (cast.porto.id, cast.ana.id)).enrolled_on = day(14)
        session.commit()
    told = tried(cast, first=7, last=60, now=27)
    assert {each.patient_id == cast.ana.id: each.days.total() for each in told.patients} == {True: 14, False: 21}
    assert (told.count(False).patient_weeks, told.count(False).patients) == (5, 2)
    assert [each.patient_id == cast.ana.id for each in tried(cast, last=13).patients] == [False]


def test_without_patients_there_is_no_rate(cast):
    told = tried(cast, first=-20, last=-10)
    assert (told.patients, told.months, told.count(False).per_100_weeks) == ((), [], None)


def test_two_records_of_one_person_count_once(cast):
    aches(cast)
    again = cast.twice(cast.nuno, cast.boris)
    cast.sends(again, logs({"left-hip": 9}, 11))
    cast.merges(again, on=12)
    told = tried(cast)
    assert [(each.patient_id, each.before.total()) for each in told.patients] == [(cast.ana.id, 2)]


def test_another_clinics_patients_are_not_looked_at(cast):
    cast.sends(cast.bento, logs({"left-knee": 9}, 10))
    assert [each.patient_id for each in tried(cast).patients] == [cast.ana.id]


def everything(cast):
    """Return every row of every table, of all clinics."""
    with cast.store.engine("superuser").connect() as connection:
        tables = Base.metadata.sorted_tables
        return {table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table))) for table in tables}


def test_nothing_is_written_anywhere(cast):
    aches(cast)
    held = everything(cast)
    assert before(tried(cast, **STRICTER)).total() == 1
    assert everything(cast) == held
    cast.ana_logs({"left-knee": 1}, 20)
    assert everything(cast) != held


def test_the_database_itself_would_refuse_to_write(cast):
    with cast.session() as session, pytest.raises(DBAPIError):
        read_only(session)
        audit.note(session, system(cast.porto.id), "settings-changed", at(1))
        session.flush()


def test_who_waits_is_told_how_far_it_is(cast):
    another_patient(cast, cast.porto, "Rui")
    shown = []
    tried(cast, shown=lambda done, number: shown.append((done, number)))
    assert shown == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"sudden_scoer": 8}, "unknown-key"), ({"sudden_score": 11}, "out-of-range"),
     ({"persistent_days": 6, "persistent_window": 5}, "out-of-reach")],
)  # fmt: skip
def test_a_number_that_no_rule_may_have_is_refused(sqlite_cast, changes, code):
    with pytest.raises(InvalidValue) as refused:
        tried(sqlite_cast, **changes)
    assert refused.value.code == code


def test_days_that_are_turned_round_are_refused():
    with pytest.raises(InvalidValue) as refused:
        Trial(Rule.RED_FLAG, date(2026, 2, 2), date(2026, 2, 1), {})
    assert refused.value.code == "days-turned"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_it_is_the_operators_command_alone(sqlite_cast, role):
    with pytest.raises(NotAllowed):
        tried(sqlite_cast, viewer=Viewer(sqlite_cast.porto.id, role, sqlite_cast.nuno.id))


def test_a_rise_of_level_counts_at_its_own_level(cast):
    cast.records("right-knee")
    for number, worst in enumerate((3, 3, 3, 3, 5, 5, 5), start=1):
        cast.ana_logs({"left-knee": worst}, number)
    told = before(tried(cast, "new-site-pain"))
    assert (told[Level.URGENT], told.total()) == (1, 2)


# Every rule, by month, and rules that run silently


def test_without_a_rule_every_one_is_counted(cast):
    aches(cast, worst=9)
    cast.ana_ticks("fever", day=12)
    told = tried(cast, None, last=13, **STRICTER)
    assert before(told, "sudden-severe-pain") == after(told, "sudden-severe-pain") == Counter(soon=1)
    assert before(told, "red-flag") == Counter(urgent=1)
    assert before(told) == before(told, *Rule)
    for rule in Rule:
        assert before(told, rule) == before(tried(cast, rule, last=13, **STRICTER))


def test_alerts_and_weeks_are_told_by_month(cast):
    """Day 0 is the 5th of January: days 10 and 26 lie in it, day 27 is the first of February."""
    rui = another_patient(cast, cast.porto, "Rui")
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 9}, 10)
    cast.ana_logs({"left-knee": 8}, 26)
    cast.ana_logs({"left-foot": 8}, 27)
    told = tried(cast, first=0, last=40)
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    assert told.months == [january, february]
    assert before(told, month=january) == Counter(urgent=1, soon=1)
    assert before(told, month=february) == Counter(soon=1)
    counts = [told.count(False, month=month) for month in (january, february, None)]
    assert [(count.concerned, count.patients, count.days) for count in counts] == [(1, 2, 54), (1, 2, 28), (1, 2, 82)]
    assert counts[1].per_100_weeks == 25
    assert rui.id in {each.patient_id for each in told.patients}


def test_who_falls_silent_counts_up_to_the_last_day_or_today(cast):
    cast.records("lumbar-spine", "suspected")
    cast.ana_logs({}, 1)
    assert before(tried(cast, "not-logging", last=4)) == Counter()
    assert before(tried(cast, "not-logging", last=5)) == Counter(info=1)
    assert before(tried(cast, "not-logging", last=9)) == Counter(info=1, soon=1)
    assert before(tried(cast, "not-logging", last=9, now=8)) == Counter(info=1)


def test_what_came_in_after_the_last_day_takes_nothing_back(cast):
    cast.records("lumbar-spine", "suspected")
    cast.ana_logs({}, 1)
    cast.ana_logs({}, 4, received_on=9)
    assert before(tried(cast, "not-logging", last=8)) == Counter(info=1)
    assert before(tried(cast, "not-logging", last=40)) == Counter(info=1, soon=1)


def goes(cast, state, on):
    with cast.session() as session:
        people.set_state(session, cast.viewer_of(cast.boris), cast.ana.id, PatientState(state), "well", at(on))


@pytest.mark.parametrize(("state", "silences"), [("surveillance", 2), ("discharged", 1), ("moved", 1), ("deceased", 1)])
def test_who_was_discharged_is_missed_no_more_and_counts_for_no_week(cast, state, silences):
    cast.records("lumbar-spine", "suspected")
    cast.ana_logs({}, 1)
    goes(cast, state, 6)
    told = tried(cast, "not-logging", first=0, last=34)
    assert before(told).total() == silences
    assert told.count(False).days == (35 if state == "surveillance" else 7)


def test_who_came_back_after_a_discharge_is_missed_again(cast):
    cast.records("lumbar-spine", "suspected")
    cast.ana_logs({}, 1)
    goes(cast, "discharged", 3)
    goes(cast, "moved", 4)
    assert before(tried(cast, "not-logging", last=20)) == Counter()
    goes(cast, "active", 4)
    assert before(tried(cast, "not-logging", last=20)) == Counter(info=1, soon=1)


def silenced(cast, *rules):
    with cast.session() as session:
        clinics.change_settings(session, cast.viewer_of(cast.alda), {"shadow": list(rules)}, "too many", at(0))


def flares(cast):
    cast.records("right-knee")
    for number, worst in enumerate((1, 1, 1, 1, 1, 1, 1, 5, 5, 5), start=1):
        cast.ana_logs({"right-knee": worst}, number)


def test_a_silent_rule_is_counted_as_what_it_would_have_raised(cast):
    silenced(cast, "known-site-flare", "not-logging")
    flares(cast)
    told = tried(cast, "known-site-flare")
    assert (before(told), told.heard(False)) == (Counter(soon=1), [])
    assert after(tried(cast, "known-site-flare", flare_score=6)) == Counter()
    whole = tried(cast, None)
    assert before(whole, "known-site-flare") == Counter(soon=1)
    assert before(whole, "not-logging") == before(tried(cast, "not-logging"))
    assert set(Rule) - set(whole.heard(False)) == {Rule.KNOWN_SITE_FLARE, Rule.NOT_LOGGING}


def test_what_others_raise_is_counted_without_the_silent_one(cast):
    """A flare would make the silence after it soon; a silent flare is no alert, so that the silence is only info."""
    cast.records("lumbar-spine", "suspected")
    for number, worst in enumerate((1, 1, 1, 1, 1, 1, 1, 1, 5, 5, 5), start=1):
        cast.ana_logs({"lumbar-spine": worst}, number)
    assert before(tried(cast, None, last=16), "not-logging") == Counter(soon=1)
    silenced(cast, "known-site-flare")
    told = tried(cast, None, last=16)
    assert before(told, "not-logging") == Counter(info=1)
    assert before(told, "known-site-flare") == Counter(soon=1)


def test_falling_silent_can_be_tried_before_it_is_decided(cast):
    flares(cast)
    told = tried(cast, None, shadow=frozenset({Rule.KNOWN_SITE_FLARE}))
    assert Rule.KNOWN_SITE_FLARE in told.heard(False)
    assert Rule.KNOWN_SITE_FLARE not in told.heard(True)
    assert before(told, *told.heard(False)) - after(told, *told.heard(True)) == Counter(soon=1)
    with cast.session() as session:
        assert clinics.in_force(session, cast.porto.id).rules.shadow == frozenset()


def test_a_rule_that_must_be_heard_can_not_even_be_tried_silent(sqlite_cast):
    with pytest.raises(InvalidValue) as refused:
        tried(sqlite_cast, None, shadow=frozenset({Rule.RED_FLAG}))
    assert refused.value.code == "never-silent"


def test_one_clinics_silence_is_not_anothers(cast):
    silenced(cast, "known-site-flare")
    assert tried(cast, None, clinic=cast.braga).heard(False) == list(Rule)
    assert [each.patient_id for each in tried(cast, None, clinic=cast.braga).patients] == [cast.bento.id]


def test_counting_silent_rules_writes_nothing_either(cast):
    silenced(cast, "known-site-flare", "over-limit")
    flares(cast)
    held = everything(cast)
    assert before(tried(cast, None), "known-site-flare").total() == 1
    assert everything(cast) == held


def test_one_story_is_held_at_a_time(sqlite_cast, monkeypatch):
    """While a patient is judged, nothing of the one before is left: neither rows nor the story."""
    for name in ("Rui", "Eva", "Ivo"):
        sqlite_cast.sends(another_patient(sqlite_cast, sqlite_cast.porto, name), logs({"neck": 3}, 1))
    alive, most = weakref.WeakSet(), []

    class Watched(StoredStory):
        __slots__ = ("__weakref__",)

        def raised(self, *told):
            alive.add(self)
            most.append(len(alive))
            return super().raised(*told)

        __hash__ = object.__hash__

    monkeypatch.setattr(stored_story_module, "StoredStory", Watched)
    tried(sqlite_cast, None)
    assert (len(most), max(most)) == (4, 1)
