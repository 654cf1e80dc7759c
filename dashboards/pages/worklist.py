"""The worklist: who needs somebody, why, and since when, in one list without a secret score."""

from flask import Response
from flask_babel import gettext, ngettext

from dashboards.figures.sparkline import sparkline
from dashboards.pages.page import clinic_pages, page
from dashboards.pages.words import DOUBTS, NEEDS, age, words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.course import Course, Trend
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.site import LEGS, Limb
from rehab_tracker.domain.weight_bearing import Grade, LimbLimit
from rehab_tracker.domain.wording import capitalised, place_name
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.need import PRESSING, Need
from rehab_tracker.services.worklist import Row, Worklist, worklist
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

worklist_pages = clinic_pages("worklist")

MOST_PLACES = 3
UNBROKEN = "\N{NO-BREAK SPACE}"


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
        overdue=overdue,
        needs=NEEDS,
        age=age,
        places=places,
        phase=phase,
        limits=limits,
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
        (Need.CALL_REQUEST, gettext("%(count)d asking for a call", count=found.count(Need.CALL_REQUEST))),
        (Need.PLAN_READY, gettext("%(count)d with criteria met", count=found.count(Need.PLAN_READY))),
        (Need.PLAN_OVERDUE, gettext("%(count)d with a plan to review", count=found.count(Need.PLAN_OVERDUE))),
        (Need.NOT_LOGGING, gettext("%(count)d not logging", count=found.count(Need.NOT_LOGGING))),
        (Need.SUSPECTED, gettext("%(count)d with a place to examine", count=found.count(Need.SUSPECTED))),
    )
    return f"{needing}: {', '.join(text for need, text in told if found.count(need))}"


def why(row: Row, found: Worklist) -> str:
    """Return the reason for which a patient stands where they stand, as a sentence; empty where there is none."""
    say = words()
    if row.need is Need.ENTRIES:
        return say(DOUBTS[row.doubts[0].doubt])
    if row.need is Need.NOT_LOGGING:
        return str(gettext("No entry for %(days)s.", days=say.days(row.silent_days)))
    if row.need is Need.CALL_REQUEST:
        request = row.calls[0].request
        about, best = say.code(request.about), say.code(request.best_time)
        return str(gettext("About %(about)s, best %(time)s.", about=about, time=best))
    if row.need is Need.SUSPECTED:
        place, since = say.place(row.suspected[0].site), say.day(row.suspected[0].since)
        return str(gettext("%(place)s: suspected since %(since)s, no finding yet.", place=place, since=since))
    if row.need in (Need.PLAN_READY, Need.PLAN_OVERDUE, Need.PLAN_HELD):
        return _why_of_plan(row)
    if not row.alerts:
        return ""
    alert = row.alerts[0]
    if row.need is Need.IN_HAND and alert.acknowledged_by:
        name = found.names.get(alert.acknowledged_by, "")
        return str(gettext("%(name)s looks after this: %(reason)s", name=name, reason=say.reason(alert)))
    return say.reason(alert)


def overdue(row: Row) -> str:
    """Return since when somebody should have taken the alert, like "overdue since 12:00"; empty where none is late."""
    if row.overdue_since is None:
        return ""
    today = local_day(row.now, time_zone(context.clinic().time_zone))
    return str(gettext("overdue since %(when)s", when=words().recorded(row.overdue_since, today)))


def _why_of_plan(row: Row) -> str:
    """Return why somebody should look at a plan."""
    say, ready, overdue, held = words(), row.ready, row.stands.overdue(row.today), row.stands.held
    if row.need is Need.PLAN_READY and ready and ready.target and ready.target_limit:
        place, step = say.place(ready.site), f"{say.code(ready.target.phase)}, {say.limit(ready.target_limit)}"
        return str(gettext("%(place)s: every criterion is met. Next step: %(step)s.", place=place, step=step))
    if row.need is Need.PLAN_OVERDUE and overdue:
        place, phase = say.place(overdue.site), say.code(overdue.phase)
        days = (row.today - overdue.since).days + 1
        return str(gettext("%(place)s: %(phase)s, day %(day)d.", place=place, phase=phase, day=days))
    if held and held.held_since:
        place, since = say.place(held.site), say.day(held.held_since)
        return str(gettext("%(place)s: on hold since %(since)s.", place=place, since=since))
    return ""


def phase(row: Row) -> str:
    """Return the phase of the strictest plan with its day, like "Partial weight, day 9 of 21"; empty without a plan."""
    if not row.stands.plans:
        return ""
    plan = row.stands.plans[0]
    day, least = (row.today - plan.since).days + 1, plan.template.min_days
    of = least if day <= least else plan.template.max_days
    return str(gettext("%(phase)s, day %(day)d of %(days)d", phase=words().code(plan.phase), day=day, days=of))


def limits(row: Row) -> str:
    """Return the limits of the legs in short, like "Left 30 %, right no limit", and of an arm where there is one."""
    found = row.stands.limits(row.today)
    if not found:
        return ""
    names = {
        Limb.LEFT_LEG: gettext("left"),
        Limb.RIGHT_LEG: gettext("right"),
        Limb.LEFT_ARM: gettext("left arm"),
        Limb.RIGHT_ARM: gettext("right arm"),
    }
    shown = [limb for limb in Limb if limb in LEGS or limb in found]
    told = (f"{names[limb]} {_load(found.get(limb))}".replace(" ", UNBROKEN) for limb in shown)
    return capitalised(", ".join(told))


def _load(found: LimbLimit | None) -> str:
    if found is None or not found.limit.is_restricted:
        return str(gettext("no limit"))
    if found.limit.grade is Grade.TTWB:
        return str(gettext("toes only"))
    return str(gettext("%(percent)d %%", percent=found.limit.load))


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
