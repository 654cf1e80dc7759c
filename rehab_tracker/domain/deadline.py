"""Deadlines: by when somebody looks at an alert, counted in the clinic's working hours, and what the patient is told.

One function answers both, so that nobody is promised what the clinic does not count.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rehab_tracker.domain.alert import Level
from rehab_tracker.domain.moment import local_day
from rehab_tracker.domain.translation import N_, Gettext
from rehab_tracker.domain.working_hours import NOON, WorkingHours

RED_FLAG_HOURS = 2
"""Working hours within which somebody looks at a red flag (house rule)."""
URGENT_HOURS = 4
"""Working hours within which somebody looks at any other urgent alert (house rule)."""
STEP_HOURS = 2
"""Working hours that each rung of the ladder has before the next is told (house rule)."""
FORGOTTEN_DAYS = 2
"""Working days after which an alert that somebody took, without an outcome, is anybody's again (house rule)."""

WITHIN_A_WEEK = 6
"""Days ahead that a weekday's name alone tells without doubt."""

TODAY = N_("Your clinic will look at this by %(clock)s today.")
TODAY_NOON = N_("Your clinic will look at this by 12 noon today.")
TOMORROW = N_("Your clinic will look at this by %(clock)s tomorrow.")
TOMORROW_NOON = N_("Your clinic will look at this by 12 noon tomorrow.")
THAT_DAY = N_("Your clinic will look at this by %(clock)s %(on_day)s.")
THAT_DAY_NOON = N_("Your clinic will look at this by 12 noon %(on_day)s.")
ON_WEEKDAY = (
    N_("on Monday"), N_("on Tuesday"), N_("on Wednesday"), N_("on Thursday"), N_("on Friday"), N_("on Saturday"),
    N_("on Sunday"),
)  # fmt: skip
ON_DATE = N_("on %(date)s")


def deadline(level: Level, is_red_flag: bool, at: datetime, hours: WorkingHours) -> datetime | None:
    """Return by when somebody looks at an alert that is open since ``at``; None for what only stands in a list."""
    if is_red_flag:
        return hours.later(at, timedelta(hours=RED_FLAG_HOURS))
    if level is Level.URGENT:
        return hours.later(at, timedelta(hours=URGENT_HOURS))
    return hours.noon_of_next_working_day(at) if level is Level.SOON else None


def next_step(at: datetime, hours: WorkingHours) -> datetime:
    """Return until when whoever was told at ``at`` has time before the next rung of the ladder is told."""
    return hours.later(at, timedelta(hours=STEP_HOURS))


def forgotten_from(at: datetime, hours: WorkingHours) -> datetime:
    """Return from when on an alert counts as forgotten that somebody last tended at ``at``."""
    return hours.working_days_later(at, FORGOTTEN_DAYS)


def promise(by: datetime, now: datetime, zone: ZoneInfo, gettext: Gettext, in_words: Callable[[date], str]) -> str:
    """Return the sentence that tells a patient by when the clinic looks, on the clinic's clock.

    ``in_words`` writes a day of more than six days on, like "4 January".
    """
    local, day = by.astimezone(zone), local_day(by, zone)
    ahead = (day - local_day(now, zone)).days
    plain, at_noon = {0: (TODAY, TODAY_NOON), 1: (TOMORROW, TOMORROW_NOON)}.get(ahead, (THAT_DAY, THAT_DAY_NOON))
    is_near = ahead <= WITHIN_A_WEEK
    on_day = gettext(ON_WEEKDAY[day.weekday()]) if is_near else gettext(ON_DATE) % {"date": in_words(day)}
    said = at_noon if local.time() == NOON else plain
    return gettext(said) % {"clock": f"{local:%H:%M}", "on_day": on_day}
