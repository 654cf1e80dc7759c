"""Wishes: at which local times a clinician wants the digests, and which other letters they can do without."""

from dataclasses import dataclass
from datetime import date, timedelta

MORNING, EVENING = "07:30", "16:00"
"""Times of the digests until somebody chooses others: before the first patient, and with an hour left to call."""


@dataclass(frozen=True, slots=True)
class MailWishes:
    """What somebody wants of their mail; times are HH:MM by ``time_zone``, None for the clinic's, no time for none."""

    morning_at: str | None = MORNING
    evening_at: str | None = EVENING
    time_zone: str | None = None
    unwanted: frozenset[str] = frozenset()

    @property
    def wants_digests(self) -> bool:
        """Return whether any digest comes."""
        return bool(self.morning_at or self.evening_at)

    def without_digests(self) -> "MailWishes":
        """Return the same wishes with no digest at all."""
        return MailWishes(None, None, self.time_zone, self.unwanted)

    def after(self, for_date: date, time: str) -> tuple[date, str] | None:
        """Return the day and time of the digest after this one, None where none comes."""
        times = sorted(each for each in (self.morning_at, self.evening_at) if each)
        later = next((each for each in times if each > time), None)
        if later:
            return for_date, later
        return (for_date + timedelta(days=1), times[0]) if times else None
