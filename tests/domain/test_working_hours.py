from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.working_hours import WorkingHours

LISBON = ZoneInfo("Europe/Lisbon")
LUNCH = {"week": dict.fromkeys("12345", ["08:00-12:00", "13:00-17:00"]), "holidays": ["2026-12-25", "2026-06-10"]}
NIGHT = {"week": dict.fromkeys("1234567", ["00:00-06:00", "22:00-24:00"])}
ALWAYS = {"week": dict.fromkeys("1234567", ["00:00-24:00"])}
SUNDAY_NIGHT = {"week": {"7": ["00:30-03:30"]}}
CALENDARS = [{}, LUNCH, NIGHT, ALWAYS, SUNDAY_NIGHT, {"week": {"6": ["01:15-01:45"]}}]
ZONES = ["Europe/Lisbon", "Atlantic/Azores", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe", "UTC"]

HOURS = timedelta(hours=1)


def lisbon(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LISBON)


def hours(values: object = LUNCH, zone: str = "Europe/Lisbon") -> WorkingHours:
    return WorkingHours.of(values, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("at", "working", "then"),
    [
        ("2026-01-06T09:00", 2, "2026-01-06T11:00"),
        ("2026-01-06T11:00", 2, "2026-01-06T14:00"),
        ("2026-01-06T08:00", 4, "2026-01-06T12:00"),
        ("2026-01-06T12:30", 1, "2026-01-06T14:00"),
        ("2026-01-06T16:30", 2, "2026-01-07T09:30"),
        ("2026-01-06T03:00", 2, "2026-01-06T10:00"),
        ("2026-01-09T16:30", 2, "2026-01-12T09:30"),
        ("2026-01-10T12:00", 4, "2026-01-12T12:00"),
        ("2026-12-24T16:00", 2, "2026-12-28T09:00"),
        ("2026-01-05T08:00", 16, "2026-01-06T17:00"),
    ],
)
def test_working_time_runs_only_while_somebody_works(at, working, then):
    assert hours().later(lisbon(at), working * HOURS) == lisbon(then)


def test_without_settings_work_is_from_8_to_17_from_monday_to_friday():
    open_at = [hour for hour in range(24 * 7) if hours({}).is_open(lisbon("2026-01-05T00:00") + hour * HOURS)]
    assert open_at == [24 * day + hour for day in range(5) for hour in range(8, 17)]


def test_in_spring_the_missing_hour_is_no_working_time():
    night = hours(SUNDAY_NIGHT)
    assert night.later(lisbon("2026-03-29T00:30"), 2 * HOURS) == lisbon("2026-03-29T03:30")
    assert night.later(lisbon("2026-03-22T00:30"), 2 * HOURS) == lisbon("2026-03-22T02:30")


def test_in_autumn_the_doubled_hour_is_two_hours_of_work():
    night = hours(SUNDAY_NIGHT)
    assert night.later(lisbon("2026-10-25T00:30"), 4 * HOURS) == lisbon("2026-10-25T03:30")


def test_hours_that_fall_into_the_gap_are_none_that_day():
    gap = hours({"week": {"7": ["01:15-01:45"]}})
    assert gap.next_opening(lisbon("2026-03-28T12:00")) == lisbon("2026-04-05T01:15")


@pytest.mark.parametrize(
    ("at", "noon"),
    [
        ("2026-01-06T09:00", "2026-01-07T12:00"),
        ("2026-01-06T23:59", "2026-01-07T12:00"),
        ("2026-01-09T18:00", "2026-01-12T12:00"),
        ("2026-01-10T10:00", "2026-01-12T12:00"),
        ("2026-06-09T10:00", "2026-06-11T12:00"),
        ("2026-06-10T10:00", "2026-06-11T12:00"),
    ],
)
def test_noon_of_the_next_working_day(at, noon):
    assert hours().noon_of_next_working_day(lisbon(at)) == lisbon(noon)


def test_where_work_begins_after_noon_its_first_closing_stands_in_for_noon():
    late = hours({"week": dict.fromkeys("12345", ["13:00-16:00", "17:00-19:00"])})
    assert late.noon_of_next_working_day(lisbon("2026-01-06T10:00")) == lisbon("2026-01-07T16:00")


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2026-01-06T15:00", "2026-01-08T15:00"),
        ("2026-01-08T15:00", "2026-01-12T15:00"),
        ("2026-01-10T15:00", "2026-01-13T15:00"),
        ("2026-01-09T18:00", "2026-01-14T08:00"),
        ("2026-12-23T12:30", "2026-12-28T13:00"),
    ],
)
def test_two_working_days_later_is_the_same_time_of_day(at, then):
    assert hours().working_days_later(lisbon(at), 2) == lisbon(then)


def test_a_day_without_work_begins_with_the_next_that_has_any():
    assert hours().opens_on(date(2026, 1, 9)) == lisbon("2026-01-09T08:00")
    assert hours().opens_on(date(2026, 1, 10)) == lisbon("2026-01-12T08:00")
    assert hours().opens_on(date(2026, 12, 25)) == lisbon("2026-12-28T08:00")


def test_closing_time_is_closed_and_opening_time_is_open():
    assert [hours().is_open(lisbon(f"2026-01-06T{t}")) for t in ("07:59", "08:00", "11:59", "12:00", "13:00")] == [
        False, True, True, False, True,
    ]  # fmt: skip


def test_every_instant_goes_out_in_utc():
    summer = hours().later(lisbon("2026-07-01T09:00"), HOURS)
    assert summer == lisbon("2026-07-01T10:00") and summer.tzinfo is UTC


@pytest.mark.parametrize(
    ("values", "code", "pointer"),
    [
        ([], "wrong-type", "/calendar"),
        ({"days": {}}, "unknown-key", "/calendar"),
        ({"week": []}, "wrong-type", "/calendar/week"),
        ({"week": {"0": []}}, "unknown-key", "/calendar/week"),
        ({"week": {"8": []}}, "unknown-key", "/calendar/week"),
        ({"week": {1: ["08:00-12:00"]}}, "unknown-key", "/calendar/week"),
        ({"week": {"1": "08:00-12:00"}}, "wrong-type", "/calendar/week/1"),
        ({"week": {"1": ["08:00-12:00"] * 7}}, "wrong-type", "/calendar/week/1"),
        ({"week": {"1": ["8:00-12:00"]}}, "bad-hours", "/calendar/week/1"),
        ({"week": {"1": ["08:00-24:01"]}}, "bad-hours", "/calendar/week/1"),
        ({"week": {"1": ["24:00-24:00"]}}, "bad-hours", "/calendar/week/1"),
        ({"week": {"1": ["22:00-06:00"]}}, "bad-hours", "/calendar/week/1"),
        ({"week": {"1": ["08:00-08:00"]}}, "bad-hours", "/calendar/week/1"),
        ({"week": {"1": [8]}}, "bad-hours", "/calendar/week/1"),
        ({"week": {"1": ["08:00-12:00", "11:59-17:00"]}}, "overlap", "/calendar/week/1"),
        ({"holidays": "2026-12-25"}, "wrong-type", "/calendar/holidays"),
        ({"holidays": ["2026-12-25", "25/12"]}, "bad-date", "/calendar/holidays/1"),
        ({"holidays": ["2026-12-25"] * 401}, "wrong-type", "/calendar/holidays"),
        ({"week": {}}, "never-open", "/calendar"),
        ({"week": {"1": []}}, "never-open", "/calendar"),
    ],
)
def test_what_can_not_be_read_has_one_clear_answer(values, code, pointer):
    with pytest.raises(InvalidValue) as refusal:
        hours(values)
    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


def test_holidays_that_close_a_clinic_for_a_year_are_refused():
    mondays = [(date(2026, 1, 5) + timedelta(weeks=n)).isoformat() for n in range(54)]
    assert hours({"week": {"1": ["08:00-12:00"]}, "holidays": mondays[:52]})
    with pytest.raises(InvalidValue, match="opening in every year"):
        hours({"week": {"1": ["08:00-12:00"]}, "holidays": mondays})


def test_what_is_kept_is_read_as_it_was():
    assert hours().plain == {"week": LUNCH["week"], "holidays": ["2026-06-10", "2026-12-25"]}
    mixed = hours({"week": {"1": ["13:00-17:00", "08:00-12:00"]}, "holidays": []})
    assert hours(mixed.plain) == mixed and mixed.plain["week"] == {"1": ["08:00-12:00", "13:00-17:00"]}


instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
spans = st.timedeltas(timedelta(), timedelta(hours=60))
clinics = st.builds(hours, st.sampled_from(CALENDARS), st.sampled_from(ZONES))


@given(clinics, instants, spans, spans)
def test_time_passes_the_same_in_one_piece_and_in_two(clinic, at, some, more):
    assert clinic.later(clinic.later(at, some), more) == clinic.later(at, some + more)


@given(clinics, instants, instants, spans)
def test_who_comes_later_is_never_due_sooner(clinic, one, other, working):
    earlier, later = sorted((one, other))
    assert clinic.later(earlier, working) <= clinic.later(later, working)
    assert clinic.noon_of_next_working_day(earlier) <= clinic.noon_of_next_working_day(later)
    assert clinic.working_days_later(earlier, 2) <= clinic.working_days_later(later, 2)


@given(clinics, instants, spans.filter(bool))
def test_what_is_due_is_due_in_working_hours(clinic, at, working):
    due = clinic.later(at, working)
    assert due - at >= working
    assert clinic.is_open(due - timedelta(microseconds=1))
    assert clinic.is_open(clinic.working_days_later(at, 2))
    assert clinic.is_open(clinic.next_opening(at))


@given(clinics, instants)
def test_working_time_is_all_the_time_for_which_it_is_open(clinic, at):
    minute, span = timedelta(minutes=1), timedelta(hours=30)
    at = at.replace(second=0, microsecond=0)
    opened = sum((minute for n in range(int(span / minute)) if clinic.is_open(at + n * minute)), timedelta())
    if opened:
        assert clinic.later(at, opened) <= at + span < clinic.later(at, opened + minute)


@given(clinics, instants)
def test_noon_is_noon_by_the_clinics_clock(clinic, at):
    due = clinic.noon_of_next_working_day(at)
    assert due.astimezone(clinic.zone).date() > at.astimezone(clinic.zone).date()
    first = min(begins for begins, _ in clinic.week[due.astimezone(clinic.zone).weekday()])
    if first < 12 * 60:
        assert due.astimezone(clinic.zone).time() == time(12)
