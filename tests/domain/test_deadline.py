from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rehab_tracker.domain.alert import Level
from rehab_tracker.domain.deadline import deadline, forgotten_from, next_step, promise
from rehab_tracker.domain.translation import as_written
from rehab_tracker.domain.working_hours import WorkingHours

LISBON = ZoneInfo("Europe/Lisbon")
HOURS = WorkingHours.of({"holidays": ["2026-12-25"]}, LISBON)


def lisbon(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LISBON)


@pytest.mark.parametrize(
    ("level", "is_red_flag", "at", "by"),
    [
        (Level.URGENT, True, "2026-01-09T16:30", "2026-01-12T09:30"),
        (Level.URGENT, False, "2026-01-09T16:30", "2026-01-12T11:30"),
        (Level.SOON, False, "2026-01-09T18:00", "2026-01-12T12:00"),
        (Level.SOON, False, "2026-12-25T10:00", "2026-12-28T12:00"),
        (Level.URGENT, True, "2026-12-24T16:00", "2026-12-28T09:00"),
    ],
)
def test_each_level_has_its_deadline(level, is_red_flag, at, by):
    assert deadline(level, is_red_flag, lisbon(at), HOURS) == lisbon(by)


def test_what_only_stands_in_a_list_has_none():
    assert deadline(Level.INFO, False, lisbon("2026-01-09T16:30"), HOURS) is None


def test_a_rung_has_two_working_hours_and_what_was_taken_two_working_days():
    assert next_step(lisbon("2026-01-09T16:00"), HOURS) == lisbon("2026-01-12T09:00")
    assert forgotten_from(lisbon("2026-01-09T16:00"), HOURS) == lisbon("2026-01-13T16:00")


@pytest.mark.parametrize(
    ("by", "now", "sentence"),
    [
        ("2026-01-06T16:30", "2026-01-06T10:00", "by 16:30 today."),
        ("2026-01-06T12:00", "2026-01-06T10:00", "by 12 noon today."),
        ("2026-01-07T12:00", "2026-01-06T10:00", "by 12 noon tomorrow."),
        ("2026-01-07T09:05", "2026-01-06T23:59", "by 09:05 tomorrow."),
        ("2026-01-12T12:00", "2026-01-09T18:00", "by 12 noon on Monday."),
        ("2026-01-12T12:00", "2026-01-06T18:00", "by 12 noon on Monday."),
        ("2026-01-13T09:30", "2026-01-06T18:00", "by 09:30 on 13/1."),
    ],
)
def test_the_patient_is_told_the_day_as_people_say_it(by, now, sentence):
    said = promise(lisbon(by), lisbon(now), LISBON, as_written, lambda day: f"{day.day}/{day.month}")
    assert said == f"Your clinic will look at this {sentence}"


def test_what_is_told_is_told_on_the_clinics_clock():
    by, now = datetime(2026, 7, 2, 11, tzinfo=UTC), datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert promise(by, now, LISBON, as_written, date.isoformat) == "Your clinic will look at this by 12 noon today."
    azores = ZoneInfo("Atlantic/Azores")
    assert promise(by, now, azores, as_written, date.isoformat) == "Your clinic will look at this by 11:00 tomorrow."
