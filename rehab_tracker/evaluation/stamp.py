"""When a made-up patient writes and when the clinic receives it: evenings, forgotten ones, spells without a network."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from rehab_tracker.evaluation.engagement import spells
from rehab_tracker.evaluation.life import Life

Line = dict[str, Any]

HOURS = (17, 22)
"""Hours in which a person's evening entry lies. Assumption, as all that follows."""
MORNING, NOON, SENT_AT = time(8, 10), time(12, 30), time(9)
"""When a forgotten evening is written up, when the first of two entries is, and when a phone has a network again."""
WRITTEN_NEXT_MORNING = 0.03
"""Share of entries written about the day before."""
SENT_NEXT_MORNING, SENT_LATER = 0.03, timedelta(hours=11)
"""Share of entries that a phone could only send the next morning."""
OFFLINE_EVERY, OFFLINE_DAYS = 150, (2, 7)
"""Days from one spell without a network to the next, and its length; all its entries are sent at its end."""
EDIT_MINUTES = (2, 90)
"""How much later an entry is changed or taken back."""


class Stamp(NamedTuple):
    """The times of one entry; ``received`` None is at once, ``is_given`` tells whether the day must be said."""

    day: date
    recorded: datetime
    received: datetime | None = None
    is_given: bool = False

    def on(self, line: Line) -> Line:
        """Return a line with these times."""
        line["recorded_at"] = self.recorded.isoformat()
        if self.received:
            line["received_at"] = self.received.isoformat()
        if self.is_given:
            line["for_date"] = self.day.isoformat()
        return line

    def about(self, day: date) -> "Stamp":
        """Return the same times for an entry about another day."""
        return self._replace(day=day, is_given=True)

    def later(self, chance: Random) -> "Stamp":
        """Return the times of a change made some minutes later; what waits for a network waits on."""
        recorded = self.recorded + timedelta(minutes=chance.randint(*EDIT_MINUTES))
        return Stamp(self.day, recorded, self.received and max(self.received, recorded), True)


class Watch:
    """One patient's times of writing and sending."""

    def __init__(self, life: Life) -> None:
        self._chance = life.chance("times")
        self._first, self._zone = life.enrolled_on, ZoneInfo(life.zone)
        self._hour = self._chance.randint(*HOURS)
        self._offline = spells(life, "offline", OFFLINE_EVERY, OFFLINE_DAYS)

    def date(self, day: int) -> date:
        """Return the local date of a day after enrolment."""
        return self._first + timedelta(days=day)

    def at(self, day: int, when: time) -> datetime:
        """Return a local time of a day after enrolment."""
        return datetime.combine(self.date(day), when, self._zone)

    def noon(self, day: int) -> Stamp:
        """Return the times of the first entry of two."""
        return self._sent(Stamp(self.date(day), self.at(day, NOON)), day)

    def evening(self, day: int) -> Stamp:
        """Return the times of a day's entry, which some write the next morning."""
        if self._chance.random() < WRITTEN_NEXT_MORNING:
            return self._sent(Stamp(self.date(day), self.at(day + 1, MORNING), is_given=True), day)
        when = time(self._hour, self._chance.randrange(60))
        return self._sent(Stamp(self.date(day), self.at(day, when)), day)

    def _sent(self, stamp: Stamp, day: int) -> Stamp:
        if day in self._offline:
            return stamp._replace(received=self.at(self._offline[day], SENT_AT))
        if self._chance.random() < SENT_NEXT_MORNING:
            return stamp._replace(received=stamp.recorded + SENT_LATER)
        return stamp
