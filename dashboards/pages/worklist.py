"""The worklist: who needs somebody, why, and since when, in one list without a secret score."""

from flask import Response
from flask_babel import gettext, ngettext

from dashboards.figures.sparkline import sparkline
from dashboards.pages.page import clinic_pages, page
from dashboards.pages.words import DOUBTS, NEEDS, age, words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.course import Course, Trend
from rehab_tracker.domain.wording import place_name
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.worklist import PRESSING, Need, Row, Worklist, worklist
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

worklist_pages = clinic_pages("worklist")

MOST_PLACES = 3


@worklist_pages.get("/")
@for_staff(Action.SEE_WORKLIST, "worklist-read names every patient shown")
def show(slug: str) -> Response:
    """Return the list of the reader's patients and of those whom nobody cares for."""
    found = worklist(context.session(), context.viewer(), context.now())
    threshold = in_force(context.session(), context.clinic().id).rules.pain_counts_from
    context.session().rollback()
    return page(
        "worklist.html",
        found=found,
        headline=headline(found),
        why=lambda row: why(row, found),
        needs=NEEDS,
        age=age,
        places=places,
        spark=lambda row: sparkline(row.courses[0], row.today, threshold, words()) if row.courses else "",
    )


def headline(found: Worklist) -> str:
    """Return how many patients need somebody and for which reasons, in one sentence."""
    everybody, pressing = len(found.rows), found.count(*PRESSING)
    if not everybody:
        return str(gettext("No patients yet"))
    if not pressing:
        return str(gettext("Nobody needs you now"))
    needing = ngettext(
        "%(num)d of %(all)d patients needs you", "%(num)d of %(all)d patients need you", pressing, all=everybody
    )
    told = (
        (Need.URGENT, gettext("%(count)d urgent", count=found.count(Need.URGENT))),
        (Need.SOON, gettext("%(count)d soon", count=found.count(Need.SOON))),
        (Need.ENTRIES, gettext("%(count)d with entries to check", count=found.count(Need.ENTRIES))),
        (Need.NOT_LOGGING, gettext("%(count)d not logging", count=found.count(Need.NOT_LOGGING))),
    )
    return f"{needing}: {', '.join(text for need, text in told if found.count(need))}"


def why(row: Row, found: Worklist) -> str:
    """Return the reason for which a patient stands where they stand, as a sentence; empty where there is none."""
    say = words()
    if row.need is Need.ENTRIES:
        return say(DOUBTS[row.doubts[0].doubt])
    if row.need is Need.NOT_LOGGING:
        return str(gettext("No entry for %(days)s.", days=say.days(row.silent_days)))
    if not row.alerts:
        return ""
    alert = row.alerts[0]
    if row.need is Need.IN_HAND and alert.acknowledged_by:
        name = found.names.get(alert.acknowledged_by, "")
        return str(gettext("%(name)s looks after this: %(reason)s", name=name, reason=say.reason(alert)))
    return say.reason(alert)


ARROWS = {Trend.RISING: "↑", Trend.FALLING: "↓", Trend.SAME: "→"}


def places(row: Row) -> list[tuple[str, int, str, str]]:
    """Return the worst places of the last weeks: name, latest score, arrow, and the arrow in words."""
    hurting = [course for course in row.courses if any(day.x for day in course.days)]
    return [_place(course) for course in hurting[:MOST_PLACES]]


def _place(course: Course) -> tuple[str, int, str, str]:
    trend = course.trend
    in_words = {
        Trend.RISING: gettext("rising"),
        Trend.FALLING: gettext("falling"),
        Trend.SAME: gettext("unchanged"),
    }
    name = place_name(course.joint, None, gettext)
    score = course.latest.x if course.latest else 0
    return name, score, ARROWS[trend] if trend else "", in_words[trend] if trend else ""
