"""Words of the pages: dates, ages and waits in the reader's language, and the names of rules, fields and steps."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from babel.dates import format_skeleton, format_time, format_timedelta
from babel.numbers import format_decimal
from flask_babel import get_locale, gettext

from dashboards.figures.words import Words
from dashboards.pages.care_words import CODES
from rehab_tracker.domain.alert import AlertState, Level, Rule
from rehab_tracker.domain.exercise_names import exercise_name
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.partial_date import PartialDate, Precision
from rehab_tracker.domain.red_flag import RedFlag
from rehab_tracker.domain.site import Site, site
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.weight_bearing import Aids, Grade, OverLimit, WeightLimit
from rehab_tracker.domain.wording import FLAGS, LEVELS, capitalised, place_name, reason
from rehab_tracker.services.need import Need
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.readings import Doubt
from rehab_tracker.web import context

RULES = {
    Rule.RED_FLAG: N_("Red flag"),
    Rule.SUDDEN_SEVERE_PAIN: N_("Sudden severe pain"),
    Rule.NEW_SITE_PAIN: N_("Pain in a new place"),
    Rule.NEW_COMPARTMENT_PAIN: N_("Pain in another part of a known joint"),
    Rule.NO_SITE_RECORDED: N_("No affected place recorded yet"),
    Rule.PHASE_REVIEW: N_("Plan to review"),
    Rule.RECURRENCE: N_("Pain again in a resolved place"),
    Rule.OVER_LIMIT: N_("More weight than allowed"),
    Rule.NOT_IMPROVING: N_("Not improving"),
    Rule.EXERCISE_PAIN: N_("Pain during exercises"),
    Rule.KNOWN_SITE_FLARE: N_("More pain in a known place"),
    Rule.NOT_LOGGING: N_("Not logging"),
}
STATES = {
    AlertState.OPEN: N_("Open"),
    AlertState.ACKNOWLEDGED: N_("Acknowledged"),
    AlertState.SUPERSEDED: N_("No longer supported by the data"),
    AlertState.CLOSED: N_("Closed"),
    AlertState.SNOOZED: N_("Put to rest"),
}
NEEDS = {
    Need.URGENT: LEVELS[Level.URGENT],
    Need.SOON: LEVELS[Level.SOON],
    Need.ENTRIES: N_("Check entries"),
    Need.CALL_REQUEST: N_("Asks for a call"),
    Need.PLAN_READY: N_("Criteria met"),
    Need.PLAN_OVERDUE: N_("Plan to review"),
    Need.NOT_LOGGING: N_("Not logging"),
    Need.SUSPECTED: N_("Suspected"),
    Need.PLAN_HELD: N_("Plan on hold"),
    Need.INFO: LEVELS[Level.INFO],
    Need.IN_HAND: N_("Acknowledged"),
    Need.NOTHING: N_("Nothing open"),
}
DOUBTS = {
    Doubt.QUARANTINED: N_("The phone's clock was impossible. The rules did not use this entry, red flags excepted."),
    Doubt.CONFLICTING: N_("Two different versions of one entry came. The rules use the worse value."),
    Doubt.REFUSED: N_("Something could not be read. It was kept as it came."),
}
FIELDS = {
    "on_loading": N_("pain on loading"),
    "at_rest": N_("pain at rest"),
    "woke_at_night": N_("woken by pain"),
    "flag": N_("red flag"),
    "over_limit": N_("more weight than allowed"),
    "pain_during": N_("pain during an exercise"),
}
STEPS = {
    "raised": N_("Raised by the rule"),
    "risen": N_("Rose to a higher level and opened again"),
    "reopened": N_("Opened again by new entries"),
    "lowered": N_("Fell to a lower level"),
    "acknowledged": N_("Acknowledged"),
    "assigned": N_("A colleague was asked to take it"),
    "accepted": N_("Accepted"),
    "declined": N_("Not accepted"),
    "handed-over": N_("Handed over; a colleague was asked to take it"),
    "snoozed": N_("Put to rest"),
    "woken": N_("Awake again"),
    "woken-by-pain": N_("The pain rose while it rested; opened again"),
    "woken-by-alert": N_("Another alert came while it rested; opened again"),
    "silent": N_("The patient stopped logging; it is due sooner"),
    "called": N_("The patient was called"),
    "noted": N_("Note"),
    "undone": N_("The last step was undone"),
    "climbed": N_("Nobody took it in time, or a letter did not arrive; others were told"),
    "reminded": N_("Nobody took it in time, and nobody else can be told; a reminder was sent"),
    "forgotten": N_("It was not closed within 2 working days; open for everybody again"),
    "given-back": N_("Whoever had it has left or changed roles; open for everybody again"),
    "superseded": N_("Later entries no longer support it"),
    "merged": N_("The record was joined with another one; it goes on there"),
    "closed": N_("Closed"),
    "withdrawn-by-patient": N_("The patient withdrew this answer; the alert stays for somebody to look at"),
}
TODAY_AT, YESTERDAY_AT, DAY_AT = N_("today %(clock)s"), N_("yesterday %(clock)s"), N_("%(day)s, %(clock)s")
YES, NO = N_("yes"), N_("no")
DATES = {
    Precision.WEEK: N_("around %(date)s"),
    Precision.ABOUT: N_("about %(date)s"),
}
PERCENT = N_("%(percent)d %% of body weight")
IN_WORDS = N_("%(date)s (“%(words)s”)")


class PageWords(Words):
    """The reader's language, with the clinic's zone and the instant of the request."""

    def when(self, moment: datetime) -> str:
        """Return an instant on the clinic's clock, like "today 19:32" or "22 April 2025, 19:32"."""
        zone = time_zone(context.clinic().time_zone)
        clock = format_time(moment, "short", tzinfo=zone, locale=self.locale)
        day, today = local_day(moment, zone), local_day(context.now(), zone)
        if (today - day).days in (0, 1):
            return self(TODAY_AT if day == today else YESTERDAY_AT, clock=clock)
        return self(DAY_AT, day=self.day(day), clock=clock)

    def recorded(self, moment: datetime, for_date: date) -> str:
        """Return when something was recorded: the clock's time if on the day it is about, else the day too."""
        zone = time_zone(context.clinic().time_zone)
        if local_day(moment, zone) == for_date:
            return str(format_time(moment, "short", tzinfo=zone, locale=self.locale))
        return self.when(moment)

    def since(self, moment: datetime) -> str:
        """Return how long ago an instant was, like "3 hours"."""
        return format_timedelta(context.now() - moment, threshold=1.2, locale=self.locale)

    def days(self, count: int) -> str:
        """Return a number of days in words, like "5 days"."""
        return format_timedelta(timedelta(days=count), granularity="day", threshold=999, locale=self.locale)

    def reason(self, alert: Alert) -> str:
        """Return the plain sentence of an alert."""
        return reason(alert.reason_key, alert.reason_values, self.gettext)

    def weekday(self, day: date) -> str:
        """Return a day as the head of a column, like "Mon 5"."""
        return str(format_skeleton("Ed", day, locale=self.locale))

    def partial(self, date: PartialDate) -> str:
        """Return a date as exactly as it is known, with the words it was said in."""
        known = {Precision.YEAR: "y", Precision.MONTH: "yMMMM", Precision.ABOUT: "yMMMM"}.get(date.precision)
        told = str(format_skeleton(known, date.day, locale=self.locale)) if known else self.day(date.day)
        if date.precision in DATES:
            told = self(DATES[date.precision], date=told)
        return self(IN_WORDS, date=told, words=date.source_text) if date.source_text else told

    def code(self, code: StrEnum) -> str:
        """Return a code in words."""
        return self(CODES[type(code)][code])

    def limit(self, limit: WeightLimit) -> str:
        """Return how much weight a limit allows, for staff, like "30 % of body weight, two crutches"."""
        load = self(PERCENT, percent=limit.percent) if limit.grade is Grade.PWB else self.code(limit.grade)
        aids = self.code(limit.aids) if limit.aids and limit.aids is not Aids.NONE else ""
        return ", ".join(filter(None, (load, aids)))

    def exercise(self, code: str) -> str:
        """Return what an exercise is called, for staff as for the patient."""
        return exercise_name(code, self)

    def number(self, value: int | Decimal) -> str:
        """Return a number as the reader writes it."""
        return str(format_decimal(value, locale=self.locale))

    def place(self, code: Site | str | None) -> str:
        """Return a site's code as a place in words, with a capital; empty for none."""
        return capitalised(place_name(site(str(code)), None, self.gettext)) if code else ""

    def evidence_value(self, value: int | bool | str) -> str:
        """Return what was said: a score, a yes, or a red flag or a weight over the limit in words."""
        if isinstance(value, bool):
            return self(YES)
        if isinstance(value, int):
            return str(value)
        return self.code(OverLimit(value)) if value in list(OverLimit) else self(FLAGS[RedFlag(value)])


def words() -> PageWords:
    """Return the words of this request."""
    return PageWords(gettext, str(get_locale()))


def age(born: date | None, today: date) -> int | None:
    """Return somebody's age in years, None where the birth date is not known."""
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
