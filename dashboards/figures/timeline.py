"""F1, the patient's timeline: what hurt where and when, with which alerts, on one time axis."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from dashboards.figures.chart import Band, Shown, drawn
from dashboards.figures.figured import Figured, Table
from dashboards.figures.words import Words, summary
from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.course import Course
from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.wording import LEVELS, capitalised, place_name
from rehab_tracker.storage.alerts import Alert

RECENT = timedelta(days=28)
"""How long a settled place is still told in the sentence."""

CAPTION = N_("Pain on each day, 0 to 10, and alerts")
DAY, ALERTS, NO_ENTRY = N_("Day"), N_("Alerts"), N_("no entry")


def timeline(
    courses: Sequence[Course],
    alerts: Sequence[Alert],
    phases: Sequence[Band],
    today: date,
    words: Words,
    *,
    days: int | None = None,
    cut_points: Sequence[int] = (),
) -> Figured:
    """Return the timeline of the last ``days``, or of everything, up to today.

    ``cut_points`` are the clinic's scores that deserve a line between 0 and 10. The sentence tells of today, whatever
    is shown.
    """
    start = today - timedelta(days=days - 1) if days else _first_day(courses, alerts, today)
    shown = Shown(
        courses=[c.since(start) for c in courses if c.parts or any(d.x for d in c.since(start).days)],
        alerts=[a for a in alerts if a.first_for_date >= start],
        bands=[band for band in phases if band.end is None or band.end >= start],
        start=start,
        today=today,
        ticks=sorted({0, *cut_points, WORST_PAIN}),
    )
    still = [c for c in courses if c.parts or any(d.x for d in c.since(today - RECENT).days)]
    open_alerts = sum(alert.state is AlertState.OPEN for alert in alerts)
    return Figured(
        sentence=summary(still, open_alerts, today, words),
        table=_table(shown, words),
        draw=lambda: drawn(shown, words),
    )


def _first_day(courses: Iterable[Course], alerts: Iterable[Alert], today: date) -> date:
    days = [course.days[0].day for course in courses if course.days]
    return min([*days, *(alert.first_for_date for alert in alerts), today - RECENT])


def _table(shown: Shown, words: Words) -> Table:
    """Return one row a day, the newest first; a day without an entry says so."""
    length = (shown.today - shown.start).days
    days = [shown.today - timedelta(days=back) for back in range(length + 1)]
    scores = [{day.day: str(day.x) for day in course.days} for course in shown.courses]
    names = [capitalised(place_name(course.joint, None, words.gettext)) for course in shown.courses]
    raised = _alerts_by_day(shown.alerts, words)
    rows = [
        (words.day(day), *(of_site.get(day, words(NO_ENTRY)) for of_site in scores), raised.get(day, ""))
        for day in days
    ]
    return Table(words(CAPTION), (words(DAY), *names, words(ALERTS)), tuple(rows))


def _alerts_by_day(alerts: Iterable[Alert], words: Words) -> dict[date, str]:
    found: dict[date, list[str]] = {}
    for alert in alerts:
        found.setdefault(alert.first_for_date, []).append(words(LEVELS[alert.level]))
    return {day: ", ".join(levels) for day, levels in found.items()}
