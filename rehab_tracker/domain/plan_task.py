"""What a running plan asks of a clinician: a phase that lasts too long, imaging to think of, news from before a move.

A task never moves a plan.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from rehab_tracker.domain.alert import Evidence
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.history import History
from rehab_tracker.domain.plan import PlanCourse, received_late
from rehab_tracker.domain.site_log import LoggedDay
from rehab_tracker.domain.traffic_light import Light, light_of, too_much

IMPROVED_BY = timedelta(weeks=8)
"""From the start of a plan, or from when imaging was last thought of; experts repeat imaging after 8 to 12 weeks."""
LEAST_IMPROVEMENT = 15
"""Percent: half of the 30 percent that patients call meaningful (Farrar 2001, Pain 94:149; halved as a house rule)."""
MEDIAN_DAYS = 7
"""Logged days at the start of the plan, and at its present end, that are compared (house rule)."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something a clinician must look at: ``phase-overdue`` or ``consider-imaging``, since a day, and why."""

    code: str
    since: date
    why: str


def tasks(course: PlanCourse, today: date) -> tuple[Task, ...]:
    """Return the tasks of a plan at the end of today; an ended plan has none."""
    if course.ended_on:
        return ()
    found = []
    overdue = course.phase_since + timedelta(days=course.plan.template.phase(course.rung.phase).max_days)
    if overdue <= today:
        found.append(Task("phase-overdue", overdue, "max-days"))
    if course.imaging_since:
        found.append(Task("consider-imaging", course.imaging_since, "red-days"))
    improved_by = (course.imaging_considered or course.plan.started_on) + IMPROVED_BY
    if improved_by <= today and _has_not_improved(course):
        found.append(Task("consider-imaging", improved_by, "not-improved"))
    return tuple(found)


def _has_not_improved(course: PlanCourse) -> bool:
    """Return whether the last logged days hurt nearly as much as the first ones; fewer than 14 logged days say nothing.

    A plan that began without pain has nothing to improve.
    """
    days = [logged.x for logged in course.logged if logged.day >= course.plan.started_on]
    if len(days) < 2 * MEDIAN_DAYS:
        return False
    first, last = median(days[:MEDIAN_DAYS]), median(days[-MEDIAN_DAYS:])
    return first > 0 and 100 * last > (100 - LEAST_IMPROVEMENT) * first


@dataclass(frozen=True, slots=True)
class LateNews:
    """An amber or red day from before a decision that its clinician could not know of."""

    day: date
    light: Light
    evidence: tuple[Evidence, ...]


def late_news(course: PlanCourse, history: History) -> tuple[LateNews, ...]:
    """Return what of the days before the last start or move reached us only after it, oldest day first.

    The mornings are judged against the baseline of the present phase.
    """

    def is_late(entry: Entry) -> bool:
        return received_late(entry, course.decided)

    known = {logged.day: late for logged in course.logged if (late := logged.only(is_late))}
    ticked: dict[date, list[Evidence]] = {}
    for entry, report in history.flagged:
        if is_late(entry):
            rows = (Evidence(entry.for_date, entry.recorded_at, None, "flag", str(flag)) for flag in report.flags)
            ticked.setdefault(entry.for_date, []).extend(rows)
    news = (_news(course, day, known.get(day), ticked.get(day, [])) for day in sorted(known.keys() | ticked.keys()))
    return tuple(late for late in news if late.light in (Light.AMBER, Light.RED))


def _news(course: PlanCourse, day: date, logged: LoggedDay | None, ticked: list[Evidence]) -> LateNews:
    light = light_of(logged, course.baseline, course.plan.template, flagged=bool(ticked))
    template = course.plan.template
    said = () if logged is None else logged.burden(template.hold_from if ticked else too_much(light, template))
    return LateNews(day, light, (*ticked, *said))
