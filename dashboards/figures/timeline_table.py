"""The timeline as a table: one row a day, the newest first, with the same values that the picture draws."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from dashboards.figures.chart import Shown
from dashboards.figures.exercise_row import TITLE as EXERCISES
from dashboards.figures.exercise_row import Week
from dashboards.figures.figured import Table
from dashboards.figures.lanes import Event
from dashboards.figures.phases import phase_words
from dashboards.figures.weight_row import Allowed
from dashboards.figures.words import Words
from rehab_tracker.domain.course import Course
from rehab_tracker.domain.plan_wording import LIMBS
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.wording import LEVELS, capitalised, place_name

CAPTION = N_(
    "Each day: pain from 0 to 10, phases, weight limits, exercises, findings and alerts, as far as there are any"
)
DAY, NO_ENTRY = N_("Day"), N_("no entry")
PHASE_OF, LIMIT_OF = N_("%(place)s: phase"), N_("%(limb)s: weight")
FINDINGS, ALERTS = N_("Findings"), N_("Alerts")

Column = tuple[str, Callable[[date], str]]


def timeline_table(shown: Shown, words: Words) -> Table:
    """Return a column for each thing that the picture shows, and a row for each of its days."""
    length = (shown.today - shown.start).days
    days = [shown.today - timedelta(days=back) for back in range(length + 1)]
    columns = _columns(shown, words)
    rows = tuple((words.day(day), *(cell(day) for _, cell in columns)) for day in days)
    return Table(words(CAPTION), (words(DAY), *(head for head, _ in columns)), rows)


def _columns(shown: Shown, words: Words) -> list[Column]:
    columns: list[Column] = []
    for course in shown.courses:
        columns.append((_place(course.joint, words), _scores(course, words)))
        if any(own.site.joint == course.joint for own in shown.phases):
            columns.append((words(PHASE_OF, place=_place(course.joint, words)), _phase(shown, course.joint, words)))
    columns += [(words(LIMIT_OF, limb=words(LIMBS[own.limb])), _limit(own, words)) for own in shown.limbs]
    if shown.weeks:
        columns.append((words(EXERCISES), _week(shown.weeks, shown.start, words)))
    levels = set(LEVELS.values())
    findings = [event for event in shown.events if event.lane not in levels]
    if findings:
        columns.append((words(FINDINGS), _events(findings)))
    return [*columns, (words(ALERTS), _events(event for event in shown.events if event.lane in levels))]


def _place(joint: Site, words: Words) -> str:
    return capitalised(place_name(joint, None, words.gettext))


def _scores(course: Course, words: Words) -> Callable[[date], str]:
    scores = {day.day: str(day.x) for day in course.days}
    return lambda day: scores.get(day, words(NO_ENTRY))


def _phase(shown: Shown, joint: Site, words: Words) -> Callable[[date], str]:
    return lambda day: phase_words(shown.phases, joint, day, words)


def _limit(own: Allowed, words: Words) -> Callable[[date], str]:
    return lambda day: own.on(day, words)


def _week(weeks: Iterable[Week], start: date, words: Words) -> Callable[[date], str]:
    """A week's numbers stand on its Monday, or on the first day shown."""
    told = {max(week.monday, start): week.told(words) for week in weeks}
    return lambda day: told.get(day, "")


def _events(events: Iterable[Event]) -> Callable[[date], str]:
    told: dict[date, list[str]] = {}
    for event in events:
        told.setdefault(event.day, []).append(event.short)
    return lambda day: ", ".join(told.get(day, ()))
