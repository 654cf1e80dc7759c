from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import instant, local_date, local_day, time_zone

LISBON = ZoneInfo("Europe/Lisbon")
ZONES = sorted(available_timezones() - {"localtime", "Factory"})


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-05T20:10:00Z", datetime(2026, 1, 5, 20, 10, tzinfo=UTC)),
        ("2026-01-05t20:10:00z", datetime(2026, 1, 5, 20, 10, tzinfo=UTC)),
        ("2026-01-05T20:10:00+01:00", datetime(2026, 1, 5, 19, 10, tzinfo=UTC)),
        ("2026-01-05T20:10:00-03:30", datetime(2026, 1, 5, 23, 40, tzinfo=UTC)),
        ("2026-01-06T00:10:00+14:00", datetime(2026, 1, 5, 10, 10, tzinfo=UTC)),
        ("2026-01-05T20:10:00.5Z", datetime(2026, 1, 5, 20, 10, 0, 500_000, tzinfo=UTC)),
        ("2026-01-05T20:10:00.123456789Z", datetime(2026, 1, 5, 20, 10, 0, 123_456, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_as_it_is_written(text, utc):
    assert instant(text) == utc


@pytest.mark.parametrize(
    "text",
    [
        None,
        1767643800,
        "",
        "2026-01-05",
        "2026-01-05T20:10:00",
        "2026-01-05 20:10:00Z",
        "2026-01-05T20:10Z",
        "2026-01-05T20:10:00+0100",
        "2026-01-05T20:10:00-00:00",
        "2026-01-05T20:10:00+14:01",
        "2026-01-05T20:10:00+00:60",
        "2026-01-05T20:10:00-24:00",
        "2026-01-05T24:00:00Z",
        "2026-01-05T20:60:00Z",
        "2026-01-05T20:10:61Z",
        "2026-02-29T20:10:00Z",
        "0000-01-05T20:10:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "2026-01-05T20:10:00Z\n",
        "٢٠٢٦-01-05T20:10:00Z",
    ],
)
def test_any_other_text_is_no_instant(text):
    with pytest.raises(InvalidValue) as refusal:
        instant(text, "/recorded_at")
    assert (refusal.value.code, refusal.value.pointer) == ("bad-time", "/recorded_at")


@given(st.one_of(st.text(), st.from_regex(r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)\Z")))
def test_no_text_crashes_the_reader_of_instants(text):
    try:
        found = instant(text)
    except InvalidValue:
        return
    assert found.astimezone(UTC) == found


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from(ZONES).map(ZoneInfo)))
def test_what_python_writes_is_read_back(moment):
    moment = moment.replace(microsecond=0)
    written = moment.isoformat()
    if len(written) == len("2026-01-05T20:10:00+00:00") and not written.endswith("-00:00"):
        assert instant(written).astimezone(UTC) == moment.astimezone(UTC)
        assert instant(written).date() == moment.date()


@given(st.dates())
def test_a_date_is_read_back(day):
    assert local_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "text", [None, 20260105, "", "20260105", "2026-1-5", "2026-02-30", "2026-W01-1", "2026-01-05T"]
)
def test_any_other_text_is_no_date(text):
    with pytest.raises(InvalidValue) as refusal:
        local_date(text, "/for_date")
    assert (refusal.value.code, refusal.value.pointer) == ("bad-date", "/for_date")


def test_a_time_zone_is_an_iana_name_and_nothing_else():
    assert time_zone("Europe/Lisbon").key == "Europe/Lisbon"
    assert time_zone("America/Argentina/Buenos_Aires").key == "America/Argentina/Buenos_Aires"


@pytest.mark.parametrize(
    "name",
    [None, 1, [], "", "europe/lisbon", "Europe/Atlantis", "localtime", "Factory", "../etc/passwd", "/etc/localtime"],
)
def test_any_other_name_is_no_time_zone(name):
    with pytest.raises(InvalidValue) as refusal:
        time_zone(name)
    assert refusal.value.code == "bad-time-zone"


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2026-01-05T23:59:59+00:00", "Europe/Lisbon", date(2026, 1, 5)),
        ("2026-07-05T23:30:00+00:00", "Europe/Lisbon", date(2026, 7, 6)),
        ("2026-01-05T10:30:00Z", "Pacific/Kiritimati", date(2026, 1, 6)),
        ("2026-01-05T10:30:00Z", "Pacific/Pago_Pago", date(2026, 1, 4)),
    ],
)
def test_a_day_is_local_and_never_inferred_from_utc(text, zone, day):
    assert local_day(instant(text), ZoneInfo(zone)) == day


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_of_a_clock_change_has_23_or_25_hours_and_still_one_date(day, hours):
    quarters = (datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=15 * n) for n in range(-96, 192))
    assert sum(local_day(moment, LISBON) == day for moment in quarters) == hours * 4


def test_the_hour_that_comes_twice_is_two_instants_of_one_day():
    first, second = instant("2026-10-25T01:30:00+01:00"), instant("2026-10-25T01:30:00+00:00")
    assert second - first == timedelta(hours=1)
    assert local_day(first, LISBON) == local_day(second, LISBON) == date(2026, 10, 25)


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_the_ends_of_the_calendar_are_no_crash(moment, zone):
    assert abs((local_day(moment, ZoneInfo(zone)) - moment.date()).days) <= 1
