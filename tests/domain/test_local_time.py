"""Local time: a daily run comes once on every day that a zone has, whatever its clocks do."""

import os
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.local_time import instant_of, next_after, next_midnight, next_slot, wall_time

LONG = os.environ.get("REHAB_LONG_DRILLS") == "1"
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
ODD = ["Africa/Cairo", "Africa/Casablanca", "America/Nuuk", "Antarctica/Troll", "Australia/Lord_Howe", "Europe/Berlin",
       "Europe/Lisbon", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati"]  # fmt: skip
CLOCKS = [time(7, 30), time(0, 30), time(1, 45), time(2, 30), time(23, 59)]
FIRST, LAST = date(2026, 1, 1), date(2030, 12, 31)
SHORT_ZONES = sorted({*ODD, *ZONES[:: len(ZONES) // 30]})[:40]


def utc(*at):
    return datetime(*at, tzinfo=UTC)


def due(day, clock, zone):
    return instant_of(day, time.fromisoformat(clock), ZoneInfo(zone))


def runs(zone, clock, first=FIRST, last=LAST):
    """Every run of the days from one to another, as a scheduler would ask for them, one after the other."""
    slot = next_slot(datetime.combine(first, time.min, UTC) - timedelta(days=2), clock, zone)
    while slot.for_date <= last:
        if slot.for_date >= first:
            yield slot
        slot = next_slot(slot.due_at, clock, zone)


def existing(zone, first, last):
    """The local days of a zone from one to another, found by asking for the day of every hour."""
    at, until = datetime.combine(first, time.min, UTC) - timedelta(days=2), datetime.combine(last, time.min, UTC)
    found = set()
    while at < until + timedelta(days=3):
        found.add(at.astimezone(zone).date())
        at += timedelta(hours=1)
    return {day for day in found if first <= day <= last}


@pytest.mark.parametrize(
    ("day", "clock", "zone", "at"),
    [
        (date(2026, 3, 29), "02:30", "Europe/Berlin", utc(2026, 3, 29, 1, 0)),  # left out: with the end of the gap
        (date(2026, 10, 25), "02:30", "Europe/Berlin", utc(2026, 10, 25, 0, 30)),  # twice: the first time
        (date(2026, 4, 24), "00:30", "Africa/Cairo", utc(2026, 4, 23, 22, 0)),
        (date(2026, 4, 24), "00:00", "Africa/Cairo", utc(2026, 4, 23, 22, 0)),  # a day that begins at one
        (date(2026, 10, 4), "02:15", "Australia/Lord_Howe", utc(2026, 10, 3, 15, 30)),  # half an hour only
        (date(2026, 4, 5), "01:45", "Australia/Lord_Howe", utc(2026, 4, 4, 14, 45)),
        (date(2011, 12, 29), "07:30", "Pacific/Apia", utc(2011, 12, 29, 17, 30)),
        (date(2011, 12, 30), "07:30", "Pacific/Apia", None),
        (date(2011, 12, 30), "00:00", "Pacific/Apia", None),
        (date(2011, 12, 31), "00:00", "Pacific/Apia", utc(2011, 12, 30, 10, 0)),
        (date(2026, 6, 1), "07:30", "Europe/Lisbon", utc(2026, 6, 1, 6, 30)),
    ],
)
def test_a_wall_time_comes_at_one_instant(day, clock, zone, at):
    assert due(day, clock, zone) == at


def test_a_time_that_is_left_out_before_midnight_still_comes_for_its_day():
    """Nuuk's clocks go from 23:00 on Saturday to midnight; what is due at 23:59 that day comes with Sunday."""
    nuuk = ZoneInfo("America/Nuuk")
    changed = next(day for day in map(date.fromordinal, range(FIRST.toordinal(), LAST.toordinal()))
                   if instant_of(day, time(23, 59), nuuk).astimezone(nuuk).date() != day)  # fmt: skip
    days = [changed + timedelta(days=number) for number in range(-2, 3)]
    assert [slot.for_date for slot in runs(nuuk, time(23, 59), days[0], days[-1])] == days


def test_the_day_that_apia_left_out_has_no_run_and_its_neighbours_have_one_each():
    apia = ZoneInfo("Pacific/Apia")
    for clock in CLOCKS:
        found = [slot.for_date.day for slot in runs(apia, clock, date(2011, 12, 28), date(2011, 12, 31))]
        assert found == [28, 29, 31]
    assert next_after(date(2011, 12, 29), time(7, 30), apia).for_date == date(2011, 12, 31)


@given(st.sampled_from(ZONES), st.times(), st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)))
def test_the_next_run_is_later_and_the_first_that_is(zone, clock, after):
    zone, after, clock = ZoneInfo(zone), after.replace(tzinfo=UTC), clock.replace(second=0, microsecond=0)
    slot = next_slot(after, clock, zone)
    assert slot.due_at > after
    before = [instant_of(slot.for_date - timedelta(days=number), clock, zone) for number in (1, 2)]
    assert all(each is None or each <= after for each in before)
    assert slot.due_at - after < timedelta(days=2, hours=3)


@given(st.sampled_from(ZONES), st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)))
def test_a_midnight_is_the_first_instant_of_its_day(zone, after):
    zone = ZoneInfo(zone)
    for_date, due_at = next_midnight(after.replace(tzinfo=UTC), zone)
    assert due_at.astimezone(zone).date() == for_date
    assert (due_at - timedelta(seconds=1)).astimezone(zone).date() != for_date


@pytest.mark.drill
def test_every_zone_has_exactly_one_run_on_every_day_that_it_has():
    """The long form takes every zone, the short one 40 of them."""
    zones, wrong, count = (ZONES if LONG else SHORT_ZONES), [], 0
    for name in zones:
        zone = ZoneInfo(name)
        days = existing(zone, FIRST, LAST) if LONG or name in ODD else None
        for clock in CLOCKS:
            found = Counter(slot.for_date for slot in runs(zone, clock))
            wanted = days or {date.fromordinal(n) for n in range(FIRST.toordinal(), LAST.toordinal() + 1)}
            wrong += [(name, clock, day) for day in wanted.symmetric_difference(found)]
            wrong += [(name, clock, day) for day, number in found.items() if number != 1]
            count += found.total()
    print(f"\n{len(zones)} zones, {count} runs of {len(CLOCKS)} times a day, {FIRST} to {LAST}: {len(wrong)} wrong")
    assert len(zones) >= (500 if LONG else 30)
    assert wrong == []


@pytest.mark.drill
def test_a_cron_trigger_doubles_and_skips():
    """The positive control: the same two nights, by the scheduler's own reckoning, and by adding 24 hours."""
    berlin, cairo = ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Cairo")

    def fired(zone, clock, first, last):
        trigger, at, found = CronTrigger(hour=clock.hour, minute=clock.minute, timezone=zone), None, []
        now = datetime.combine(first, time.min, zone)
        while (at := trigger.get_next_fire_time(at, now)) and at.date() <= last:
            found.append(at.date().day)
            now = at.astimezone(UTC) + timedelta(microseconds=1)
        return found

    doubled = fired(berlin, time(2, 30), date(2026, 10, 24), date(2026, 10, 26))
    skipped = fired(cairo, time(0, 30), date(2026, 4, 23), date(2026, 4, 25))
    at, plain = instant_of(date(2026, 10, 24), time(23, 59), berlin), []
    for _ in range(3):
        plain.append(at.astimezone(berlin).strftime("%d %H:%M"))
        at += timedelta(hours=24)
    print(f"\nBerlin 02:30 by cron: {doubled}; Cairo 00:30 by cron: {skipped}; 24 hours on: {plain}")
    assert doubled == [24, 25, 25, 26] and skipped == [23, 25] and plain[1] == "25 22:59"
    assert [s.for_date.day for s in runs(berlin, time(2, 30), date(2026, 10, 24), date(2026, 10, 26))] == [24, 25, 26]
    assert [s.for_date.day for s in runs(cairo, time(0, 30), date(2026, 4, 23), date(2026, 4, 25))] == [23, 24, 25]


@pytest.mark.parametrize("text", ["7:30", "24:00", "07:60", "07:30:00", "", None, 730, "０7:30"])
def test_a_time_of_day_is_read_strictly(text):
    with pytest.raises(InvalidValue, match="07:30"):
        wall_time(text)


def test_a_time_of_day_is_read():
    assert wall_time("07:30") == time(7, 30) and wall_time("23:59") == time(23, 59)
