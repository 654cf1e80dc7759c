"""Clinics in many zones live through the nights in which their clocks change: each digest comes exactly once."""

import os
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger

from rehab_tracker.domain.access import Role
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.duty import MailPreference
from tests.cast import _clinic, _staff
from tests.services.clockwork import Clockwork

LONG = os.environ.get("REHAB_LONG_DRILLS") == "1"
EVERY_ZONE = ("Europe/Lisbon", "Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe", "America/New_York", "Asia/Tokyo",
         "Pacific/Apia", "America/Nuuk")  # fmt: skip
ZONES = EVERY_ZONE if LONG else EVERY_ZONE[:4]
AT = {"half past midnight": ("00:30", "23:59"), "two in the night": ("02:15", "02:45"), "as usual": ("07:30", "16:00")}
NIGHTS = {
    "Europe, autumn": (date(2026, 10, 24), date(2026, 10, 26)),
    "Europe, spring": (date(2026, 3, 28), date(2026, 3, 30)),
    "Cairo, spring": (date(2026, 4, 23), date(2026, 4, 25)),
    "Lord Howe, spring": (date(2026, 10, 3), date(2026, 10, 5)),
}


def clinics(store):
    """A clinic in each zone, with a nurse for each choice of times."""
    found = []
    with store.session(role="owner") as session:
        found = [_clinic(f"porto-{number}", zone) for number, zone in enumerate(ZONES)]
        session.add_all(found)
        session.commit()
    for clinic in found:
        with store.session(clinic.id) as session:
            for name, (morning, evening) in AT.items():
                nurse = _staff(clinic, name.split()[0], Role.NURSE)
                session.add(nurse)
                session.flush()
                session.add(MailPreference(clinic_id=clinic.id, staff_id=nurse.id, morning_at=morning,
                                           evening_at=evening, unwanted=[], changed_at=nurse.created_at))  # fmt: skip
            session.commit()
    return found


def lived(works, clinic: Clinic, days: list[date]) -> Counter:
    """How many digests each nurse had of each kind and local day."""
    wanted = {day.isoformat() for day in days}
    return Counter(found for found in works.digests(clinic) if found[2] in wanted)


@pytest.mark.drill
@pytest.mark.parametrize("night", sorted(NIGHTS) if LONG else ["Cairo, spring", "Europe, autumn"])
def test_each_digest_of_each_local_day_comes_exactly_once(sqlite_store, night):
    first, last = NIGHTS[night]
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    # The first of these days begins 14 hours before UTC's, and the last one ends 12 hours after it.
    works = Clockwork(sqlite_store, datetime.combine(first, time.min, UTC) - timedelta(hours=14))
    found = clinics(sqlite_store)
    works.until(datetime.combine(last, time.min, UTC) + timedelta(hours=36), timedelta(minutes=15 if LONG else 30))
    total = Counter()
    for clinic in found:
        had = lived(works, clinic, days)
        assert set(had.values()) == {1}, clinic.time_zone
        assert len(had) == len(AT) * 2 * len(days), clinic.time_zone
        total += had
    print(f"\n{night}: {len(found)} zones, {len(AT)} nurses each, {len(days)} days: {total.total()} digests, each once")


@pytest.mark.drill
def test_by_a_cron_trigger_a_digest_comes_twice_or_not_at_all():
    """The positive control: the same times by the scheduler's own reckoning."""

    def fired(zone, at, first, last):
        clock, now, found = time.fromisoformat(at), datetime.combine(first, time.min, ZoneInfo(zone)), Counter()
        trigger = CronTrigger(hour=clock.hour, minute=clock.minute, timezone=ZoneInfo(zone))
        while (at := trigger.get_next_fire_time(None, now)).date() <= last:
            found[at.date()] += 1
            now = at.astimezone(UTC) + timedelta(seconds=1)
        return [found[first + timedelta(days=n)] for n in range((last - first).days + 1)]

    twice = fired("Europe/Berlin", "02:15", *NIGHTS["Europe, autumn"])
    never = fired("Africa/Cairo", "00:30", *NIGHTS["Cairo, spring"])
    print(f"\nby cron: Berlin 02:15 {twice}, Cairo 00:30 {never}")
    assert (twice, never) == ([1, 2, 1], [1, 0, 1])
