"""Figures in words: how a joint does now, as a sentence that is computed from the same values as the picture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date, format_skeleton

from rehab_tracker.domain.course import Course, Steady, Trend
from rehab_tracker.domain.partial_date import PartialDate, Precision
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.translation import N_, Gettext
from rehab_tracker.domain.wording import PARTS, capitalised, place_name

STALE_AFTER = 2
"""Days after which a score is told with its age and compared with nothing."""

TODAY = N_("%(score)d today")
YESTERDAY = N_("%(score)d yesterday")
DAYS_AGO = N_("%(score)d, %(days)d days ago")
NO_ENTRY_YET = N_("no entry yet")
STEADY_AT = N_("%(low)d for %(weeks)d weeks")
STEADY_BETWEEN = N_("%(low)d to %(high)d for %(weeks)d weeks")
SINCE_A_WEEK = {
    Trend.RISING: N_("up from %(before)d a week ago"),
    Trend.FALLING: N_("down from %(before)d a week ago"),
    Trend.SAME: N_("about the same as a week ago"),
}
ON_DAY = N_("%(day)s: %(what)s")
LOOSELY = {Precision.WEEK: N_("around %(date)s"), Precision.ABOUT: N_("about %(date)s")}
IN_WORDS = N_("%(date)s (“%(words)s”)")
NOTHING_YET = N_("No pain has been logged yet.")
NO_OPEN_ALERT = N_("No open alerts.")
ONE_OPEN_ALERT = N_("1 open alert.")
OPEN_ALERTS = N_("%(count)d open alerts.")


@dataclass(frozen=True, slots=True)
class Words:
    """A language: its gettext, and the name under which Babel knows it (``en_GB``)."""

    gettext: Gettext
    locale: str

    def day(self, day: date) -> str:
        """Return a day in full, like "22 April 2025"."""
        return format_date(day, "long", locale=self.locale)

    def partial(self, said: PartialDate) -> str:
        """Return a date as exactly as it is known, with the words it was said in, like "about April 2025"."""
        known = {Precision.YEAR: "y", Precision.MONTH: "yMMMM", Precision.ABOUT: "yMMMM"}.get(said.precision)
        told = str(format_skeleton(known, said.day, locale=self.locale)) if known else self.day(said.day)
        if said.precision in LOOSELY:
            told = self(LOOSELY[said.precision], date=told)
        return self(IN_WORDS, date=told, words=said.source_text) if said.source_text else told

    def on(self, day: date, what: str) -> str:
        """Return what was on a day, like "22 April 2025: next step"; a picture tells days near the pointer together."""
        return self(ON_DAY, day=self.day(day), what=what)

    def __call__(self, text: str, **values: object) -> str:
        return self.gettext(text) % values if values else self.gettext(text)


def course_title(course: Course, words: Words) -> str:
    """Return a joint with its involved parts, like "Left knee, medial femoral condyle"."""
    parts = [words(PARTS[part.compartment]) for part in course.parts if part.compartment]
    return capitalised(", ".join([place_name(course.joint, None, words.gettext), *parts]))


def summary(
    courses: Iterable[Course],
    phase_of: Mapping[Site, str],
    limits: Iterable[str],
    open_alerts: int,
    today: date,
    words: Words,
) -> str:
    """Return how each joint does now and in which phase, what each limb may carry, and how many alerts are open.

    ``phase_of`` holds each joint's phase today, empty for none, ``limits`` the limits of today, in words.
    """
    told = []
    for course in courses:
        parts = (how_it_does(course, today, words), lowered(phase_of[course.joint]))
        told.append(f"{place_name(course.joint, None, words.gettext)}: {', '.join(filter(None, parts))}")
    places = [capitalised("; ".join(told))] if told else []
    sentences = [f"{sentence}." for sentence in (*places, *limits)] or [words(NOTHING_YET)]
    return " ".join((*sentences, _open_alerts(open_alerts, words)))


def lowered(text: str) -> str:
    """Return the text with its first letter small."""
    return text[:1].lower() + text[1:]


def _open_alerts(count: int, words: Words) -> str:
    if count > 1:
        return words(OPEN_ALERTS, count=count)
    return words(ONE_OPEN_ALERT if count else NO_OPEN_ALERT)


def how_it_does(course: Course, today: date, words: Words) -> str:
    """Return a joint's latest score with its age, and how that compares with before."""
    if course.latest is None:
        return words(NO_ENTRY_YET)
    age = (today - course.latest.day).days
    if age <= STALE_AFTER and course.steady:
        return _steady(course.steady, words)
    change = _change(course, words) if age <= STALE_AFTER else None
    return ", ".join(filter(None, (_latest(course.latest.x, age, words), change)))


def _steady(steady: Steady, words: Words) -> str:
    text = STEADY_AT if steady.low == steady.high else STEADY_BETWEEN
    return words(text, low=steady.low, high=steady.high, weeks=steady.days // 7)


def _latest(score: int, age: int, words: Words) -> str:
    if age > 1:
        return words(DAYS_AGO, score=score, days=age)
    return words(YESTERDAY if age == 1 else TODAY, score=score)


def _change(course: Course, words: Words) -> str | None:
    return words(SINCE_A_WEEK[course.trend], before=course.a_week_ago) if course.trend else None
