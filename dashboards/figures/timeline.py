"""F1, the patient's timeline: what hurt where and when, under which phase and limit, with which findings and alerts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from dashboards.figures.chart import Shown, drawn
from dashboards.figures.exercise_row import weeks_shown
from dashboards.figures.figured import Figured
from dashboards.figures.lanes import FINDINGS, Tell, alert_events, item_events
from dashboards.figures.phases import Phases, phase_words, phases_shown
from dashboards.figures.timeline_table import timeline_table
from dashboards.figures.weight_row import Reported, allowed, limits_told
from dashboards.figures.words import Words, summary
from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.course import Course
from rehab_tracker.domain.limb import Span
from rehab_tracker.domain.occurrence_state import Result
from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.record_item import RecordItem, standing_items
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import WeightLimit
from rehab_tracker.storage.alerts import Alert

RECENT = timedelta(days=28)
"""How long a settled place is still told in the sentence."""
LEAD = timedelta(days=90)
"""How long before everything else a finding may lie and still be shown with everything (house rule)."""


def timeline(
    courses: Sequence[Course],
    alerts: Sequence[Alert],
    plans: Sequence[PlanCourse],
    today: date,
    words: Words,
    *,
    limits: Mapping[Limb, Sequence[Span]] = {},
    limits_now: Mapping[Limb, WeightLimit] = {},
    over_limit: Sequence[Reported] = (),
    items: Sequence[RecordItem] = (),
    tell: Tell = lambda item: "",
    results: Sequence[Result] = (),
    days: int | None = None,
    cut_points: Sequence[int] = (),
) -> Figured:
    """Return the timeline of the last ``days``, or of everything, up to today.

    ``plans`` are all plans, ended ones too; ``limits`` come from ``limit_spans``, ``limits_now`` are those in force;
    ``over_limit`` is what the patient reported of each limb; ``items`` may hold every kind and version, and ``tell``
    says what one of them says; ``results`` are the exercises. ``cut_points`` are the clinic's scores that deserve a
    line between 0 and 10. The sentence tells of now, whatever is shown: a plan that ended today is no longer in it.
    """
    begun = [*_begun(courses, alerts, plans, limits), *(result.occurrence.day for result in results[:1])]
    start = today - timedelta(days=days - 1) if days else _first_day(begun, items, today)
    phases = phases_shown(plans, start, today)
    every = [*courses, *_planned_only(courses, phases)]
    planned = {own.site.joint for own in phases}
    shown = Shown(
        courses=[c.since(start) for c in every if c.joint in planned or _is_told(c, start)],
        events=[*alert_events(alerts, start, words), *item_events(items, start, today, tell, words)],
        phases=phases,
        limbs=allowed(limits, over_limit, start, today),
        weeks=weeks_shown(results, start, today),
        start=start,
        today=today,
        ticks=sorted({0, *cut_points, WORST_PAIN}),
    )
    running = [own for own in phases if not own.ends]
    phase_of = {course.joint: phase_words(running, course.joint, today, words) for course in every}
    still = [course for course in every if phase_of[course.joint] or _is_told(course, today - RECENT)]
    open_alerts = sum(alert.state is AlertState.OPEN for alert in alerts)
    return Figured(
        sentence=summary(still, phase_of, limits_told(limits_now, words), open_alerts, today, words),
        table=timeline_table(shown, words),
        draw=lambda: drawn(shown, words),
    )


def _begun(
    courses: Iterable[Course],
    alerts: Iterable[Alert],
    plans: Iterable[PlanCourse],
    limits: Mapping[Limb, Sequence[Span]],
) -> Iterator[date]:
    yield from (course.days[0].day for course in courses if course.days)
    yield from (alert.first_for_date for alert in alerts)
    yield from (course.plan.started_on for course in plans)
    yield from (spans[0][0] for spans in limits.values() if spans)


def _first_day(begun: Iterable[date], items: Iterable[RecordItem], today: date) -> date:
    """Return the first day of everything; findings from long before would leave no room for what came after."""
    first = min([*begun, today - RECENT])
    seen = (item.on.day for item in standing_items(items) if item.kind in FINDINGS and item.on)
    return min([first, *(day for day in seen if first - day <= LEAD)])


def _planned_only(courses: Iterable[Course], phases: Iterable[Phases]) -> list[Course]:
    """Return an empty course for each joint that has a plan and of which nothing is known."""
    known = {course.joint for course in courses}
    return [Course(joint) for joint in dict.fromkeys(own.site.joint for own in phases) if joint not in known]


def _is_told(course: Course, since: date) -> bool:
    return bool(course.parts) or any(day.x for day in course.since(since).days)
