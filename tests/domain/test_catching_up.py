"""Catching up: what a stopped clock does when it goes on, as one table, and that no local day has two digests."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.catching_up import CATCHING_UP, turn
from rehab_tracker.domain.catching_up import result_of as result
from rehab_tracker.domain.due import Job
from rehab_tracker.domain.local_time import Slot, next_slot

LISBON = ZoneInfo("Europe/Lisbon")
DUE = datetime(2026, 3, 10, 7, 30, tzinfo=UTC)
TIMES = {Job.DAY: time.min, Job.DIGEST_MORNING: time(7, 30), Job.DIGEST_EVENING: time(16, 0), Job.REMINDER: time(19, 0),
         Job.RETENTION: time(3, 30)}  # fmt: skip
STOPS = {"1 s": timedelta(seconds=1), "10 min": timedelta(minutes=10), "7 h": timedelta(hours=7),
         "3 days": timedelta(days=3), "40 days": timedelta(days=40)}  # fmt: skip


def told(job, stopped):
    """What is done when the clock goes on so long after a job was due: how many missed, how the run counts, and
    after how many days it is due next."""
    slot = next_slot(datetime(2026, 3, 10, tzinfo=UTC), TIMES[job], LISBON)
    if job is Job.DAY:
        slot = next_slot(datetime(2026, 3, 9, 12, tzinfo=UTC), TIMES[job], LISBON)
    now = slot.due_at + STOPS[stopped]
    found = turn(job, slot, TIMES[job], LISBON, now)
    how = str(result(job, now - found.run.due_at)) if found.run else "-"
    return len(found.missed), how, (found.then.for_date - slot.for_date).days


@pytest.mark.parametrize(
    ("job", "one_second", "ten_minutes", "seven_hours", "three_days", "forty_days"),
    [
        # How many days are missed, how the run counts (-: none), after how many days it is due again.
        (Job.DAY, (0, "done", 1), (0, "late", 1), (0, "late", 1), (0, "late", 4), (0, "late", 41)),
        (Job.DIGEST_MORNING, (0, "done", 1), (0, "late", 1), (1, "-", 1), (3, "done", 4), (40, "late", 41)),
        (Job.DIGEST_EVENING, (0, "done", 1), (0, "late", 1), (1, "-", 1), (3, "done", 4), (40, "late", 41)),
        (Job.REMINDER, (0, "done", 1), (0, "late", 1), (1, "-", 1), (3, "done", 4), (40, "late", 41)),
        (Job.RETENTION, (0, "done", 1), (0, "late", 1), (0, "late", 1), (0, "late", 4), (0, "late", 41)),
    ],
)
def test_the_table_of_catching_up(job, one_second, ten_minutes, seven_hours, three_days, forty_days):
    """Three days later to the minute the present day's digest is in time; after 40 the summer time makes it an hour."""
    found = tuple(told(job, stopped) for stopped in STOPS)
    assert found == (one_second, ten_minutes, seven_hours, three_days, forty_days)


def test_every_job_has_its_line():
    assert set(CATCHING_UP) == set(Job)
    assert {job for job, rule in CATCHING_UP.items() if rule.most_late is None} == {
        Job.DAY, Job.ALERT_DEADLINE, Job.RETENTION,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("job", "late", "counts"),
    [
        (Job.DIGEST_MORNING, timedelta(minutes=5), "done"),
        (Job.DIGEST_MORNING, timedelta(hours=6), "late"),
        (Job.DIGEST_MORNING, timedelta(hours=6, seconds=1), "missed"),
        (Job.REMINDER, timedelta(hours=2), "late"),
        (Job.REMINDER, timedelta(hours=2, seconds=1), "missed"),
        (Job.ALERT_DEADLINE, timedelta(days=400), "late"),
        (Job.DAY, timedelta(seconds=-1), "done"),
    ],
)
def test_how_a_run_counts(job, late, counts):
    assert result(job, late) == counts


@given(
    st.sampled_from([Job.DIGEST_MORNING, Job.REMINDER, Job.DAY]),
    st.sampled_from(["Europe/Lisbon", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia", "America/New_York"]),
    st.sampled_from([time(7, 30), time(0, 30), time(2, 30), time(23, 59)]),
    st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=9)), min_size=1, max_size=12),
)
def test_no_day_is_run_twice_or_forgotten_however_the_clock_stops(job, zone, clock, stops):
    zone, now = ZoneInfo(zone), datetime(2026, 3, 20, tzinfo=UTC)
    slot = next_slot(now, clock, zone)
    first, ran, missed = slot.for_date, [], []
    for stop in stops:
        now += stop
        while slot.due_at <= now:
            done = turn(job, slot, clock, zone, now)
            missed += [each.for_date for each in done.missed]
            ran += [done.run.for_date] if done.run else []
            assert done.then.for_date > slot.for_date
            slot = done.then
    days = [first + timedelta(days=n) for n in range((slot.for_date - first).days)]
    assert len(ran) == len(set(ran))
    if not CATCHING_UP[job].at_once:
        assert sorted(ran + missed) == days
    assert slot.due_at > now


def test_after_an_outage_a_day_is_judged_from_the_first_that_was_missed():
    slot = Slot(date(2026, 3, 10), datetime(2026, 3, 10, tzinfo=UTC))
    found = turn(Job.DAY, slot, time.min, LISBON, DUE + timedelta(days=3))
    assert found.run == slot and found.then == Slot(date(2026, 3, 14), datetime(2026, 3, 14, tzinfo=UTC))
