"""The backtest: a clinic sees what a rule would have raised with other numbers, and nothing of it is written."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from rehab_tracker.domain.access import Role, Viewer, system
from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.errors import InvalidValue, NotAllowed
from rehab_tracker.services import audit, clinics
from rehab_tracker.services.backtest import Trial, backtest
from rehab_tracker.storage.database import Base, read_only
from rehab_tracker.storage.people import Patient
from tests.cast import another_patient, at, logs
from tests.domain.diary import day

STRICTER = {"sudden_score": 8}


def tried(cast, rule="sudden-severe-pain", first=0, last=60, now=70, viewer=None, shown=None, **changes):
    trial = Trial(Rule(rule), day(first), day(last), changes)
    with cast.session() as session:
        return backtest(session, viewer or system(cast.porto.id), trial, at(now), shown)


def aches(cast, number=10, worst=7, place="left-knee"):
    """Let Ana's known knee be recorded, and another place hurt suddenly on a day."""
    cast.records("right-knee")
    cast.ana_logs({place: worst}, number)


def test_a_stricter_number_raises_less(cast):
    aches(cast)
    cast.ana_logs({"left-hip": 9}, 11)
    told = tried(cast, **STRICTER)
    assert (told.before, told.after) == (Counter(soon=1, urgent=1), Counter(urgent=1))
    [ana] = told.patients
    assert (ana.patient_id, ana.before.total(), ana.after.total()) == (cast.ana.id, 2, 1)
    assert (told.before_rules.sudden_score, told.after_rules.sudden_score) == (7, 8)


def test_the_settings_in_force_are_those_that_the_change_is_compared_with(cast):
    aches(cast)
    with cast.session() as session:
        clinics.change_settings(session, cast.viewer_of(cast.alda), {"rules": STRICTER}, "too many", at(20))
    told = tried(cast, sudden_score=7)
    assert (told.settings_version, told.before.total(), told.after.total()) == (2, 0, 1)
    assert tried(cast).after == tried(cast).before == Counter()


def test_only_the_rule_that_is_asked_is_counted(cast):
    aches(cast, worst=9)
    assert tried(cast, "red-flag").before == Counter()
    cast.ana_ticks("fever", day=12)
    assert tried(cast, "red-flag").before == Counter(urgent=1)


@pytest.mark.parametrize(("first", "last", "found"), [(10, 10, 1), (11, 20, 0), (0, 9, 0), (0, 10, 1), (10, 60, 1)])
def test_both_days_count_by_the_day_on_which_the_alert_was_raised(cast, first, last, found):
    aches(cast)
    assert tried(cast, first=first, last=last).before.total() == found


def test_what_came_late_counts_on_the_day_on_which_it_came(cast):
    cast.records("right-knee")
    cast.ana_logs({"left-knee": 7}, 10, received_on=14)
    assert tried(cast, first=10, last=13).before.total() == 0
    assert tried(cast, first=14, last=14).before.total() == 1


def test_the_days_are_those_of_the_patients_own_zone(cast):
    kiri = another_patient(cast, cast.porto, "Kiri", zone="Pacific/Kiritimati")
    cast.records("right-knee")
    cast.sends(kiri, logs({"left-knee": 7}, 10), now=at(10))
    assert tried(cast, "no-site-recorded", first=10, last=10).before.total() == 0
    assert tried(cast, "no-site-recorded", first=11, last=11).before.total() == 1


def test_weeks_count_from_enrolment_to_today_between_the_two_days(cast):
    another_patient(cast, cast.porto, "Rui")
    with cast.session() as session:
        session.get_one(Patient, (cast.porto.id, cast.ana.id)).enrolled_on = day(14)
        session.commit()
    told = tried(cast, first=7, last=60, now=27)
    assert {each.patient_id == cast.ana.id: each.days for each in told.patients} == {True: 14, False: 21}
    assert told.patient_weeks == 5
    assert told.per_100_weeks(2) == 40
    assert [each.patient_id == cast.ana.id for each in tried(cast, last=13).patients] == [False]


def test_without_patients_there_is_no_rate(cast):
    told = tried(cast, first=-20, last=-10)
    assert (told.patients, told.patient_weeks, told.per_100_weeks(0)) == ((), 0, None)


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
    assert tried(cast, **STRICTER).before.total() == 1
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
    told = tried(cast, "new-site-pain").before
    assert (told[Level.URGENT], told.total()) == (1, 2)
