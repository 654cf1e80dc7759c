from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import local_day
from rehab_tracker.domain.slot_window import GRACE, local_instant, slot_window

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
DAYS = st.dates(date(1970, 1, 2), date(2040, 1, 1))
LISBON = "Europe/Lisbon"


def shown(moment, zone=LISBON):
    return f"{moment.astimezone(ZoneInfo(zone)):%d %H:%M}"


def hours(window):
    return (window.closes_at - window.opens_at) / timedelta(hours=1)


def test_once_a_day_has_the_whole_local_day():
    window = slot_window(date(2026, 7, 6), 0, 1, LISBON)
    assert window.opens_at == datetime(2026, 7, 5, 23, tzinfo=UTC)
    assert window.closes_at == datetime(2026, 7, 6, 23, tzinfo=UTC)
    assert window.grace_ends_at - window.closes_at == GRACE


@pytest.mark.parametrize(
    ("slots", "changes"),
    [
        (2, ["14:30"]),
        (3, ["12:00", "17:00"]),
        (4, ["10:45", "14:30", "18:15"]),
        (6, ["09:30", "12:00", "14:30", "17:00", "19:30"]),
    ],
)
def test_more_slots_share_the_waking_hours(slots, changes):
    windows = [slot_window(date(2026, 1, 5), slot, slots, LISBON) for slot in range(slots)]
    assert [shown(window.opens_at) for window in windows] == ["05 00:00", *(f"05 {change}" for change in changes)]
    assert shown(windows[-1].closes_at) == "06 00:00"


@pytest.mark.parametrize(
    ("day", "zone", "length"),
    [
        (date(2026, 3, 29), LISBON, 23),
        (date(2026, 10, 25), LISBON, 25),
        (date(2018, 11, 4), "America/Sao_Paulo", 23),
        (date(2018, 2, 17), "America/Sao_Paulo", 25),
        (date(2024, 4, 26), "Africa/Cairo", 23),
        (date(2024, 10, 31), "Africa/Cairo", 25),
        (date(2026, 4, 5), "Australia/Lord_Howe", 24.5),
        (date(2026, 6, 1), LISBON, 24),
    ],
)
def test_a_day_of_a_clock_change_is_one_window_from_its_first_to_its_last_minute(day, zone, length):
    window = slot_window(day, 0, 1, zone)
    assert hours(window) == length
    assert local_day(window.opens_at, ZoneInfo(zone)) == day
    assert local_day(window.opens_at - timedelta(seconds=1), ZoneInfo(zone)) == day - timedelta(days=1)
    assert local_day(window.closes_at - timedelta(seconds=1), ZoneInfo(zone)) == day


def test_where_midnight_is_skipped_the_day_begins_with_the_first_instant_after_it():
    assert shown(slot_window(date(2018, 11, 4), 0, 1, "America/Sao_Paulo").opens_at, "America/Sao_Paulo") == "04 01:00"
    assert shown(slot_window(date(2024, 4, 26), 0, 1, "Africa/Cairo").opens_at, "Africa/Cairo") == "26 01:00"


def test_a_skipped_minute_is_the_first_instant_after_the_gap_and_a_doubled_one_the_first():
    lisbon = ZoneInfo(LISBON)
    assert local_instant(date(2026, 3, 29), 90, lisbon) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert local_instant(date(2026, 10, 25), 90, lisbon) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_that_the_date_line_left_out_has_no_time():
    assert slot_window(date(2011, 12, 30), 0, 1, "Pacific/Apia").is_empty
    assert not slot_window(date(2011, 12, 31), 0, 1, "Pacific/Apia").is_empty


@given(DAYS, st.integers(1, 6), st.sampled_from(ZONES))
def test_the_slots_of_a_day_follow_on_each_other_without_gap_or_overlap(day, slots, zone):
    windows = [slot_window(day, slot, slots, zone) for slot in range(slots)]
    whole = slot_window(day, 0, 1, zone)
    assert [w.closes_at for w in windows[:-1]] == [w.opens_at for w in windows[1:]]
    assert (windows[0].opens_at, windows[-1].closes_at) == (whole.opens_at, whole.closes_at)
    assert whole.closes_at == slot_window(day + timedelta(days=1), 0, 1, zone).opens_at
    assert all(window.opens_at <= window.closes_at for window in windows)


@given(DAYS, st.sampled_from(ZONES), st.integers(0, 24 * 60 - 1))
def test_every_minute_that_a_local_clock_shows_lies_in_the_window_of_its_day(day, zone, minute):
    whole = slot_window(day, 0, 1, zone)
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    shows_first = moment.astimezone(ZoneInfo(zone)).fold == 0
    if shows_first and local_day(moment, ZoneInfo(zone)) == day:
        assert whole.opens_at <= moment < whole.closes_at


def test_where_the_clock_goes_back_over_midnight_the_new_day_begins_with_the_first_midnight():
    day, zone = date(2010, 11, 7), "America/St_Johns"
    assert hours(slot_window(day - timedelta(days=1), 0, 1, zone)) == 24
    assert hours(slot_window(day, 0, 1, zone)) == 25


def test_an_unknown_zone_is_refused():
    with pytest.raises(InvalidValue) as refusal:
        slot_window(date(2026, 1, 5), 0, 1, "Europe/Atlantis")
    assert refusal.value.code == "bad-time-zone"
