"""What ran when: the clock's last week in a table, what is due next, and whether letters leave; no patient in it."""

from typing import NamedTuple

from flask import Response
from flask_babel import ngettext

from dashboards.pages.page import clinic_pages, page
from dashboards.pages.words import words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.due import Job, RunResult
from rehab_tracker.domain.translation import N_
from rehab_tracker.services.clock_log import RunsOfDay, clock_log
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

clock_pages = clinic_pages("clock_page")

JOBS: dict[Job, str] = {
    Job.DAY: N_("A new day: silence and plans"),
    Job.DIGEST_MORNING: N_("Morning mail"),
    Job.DIGEST_EVENING: N_("Evening mail"),
    Job.REMINDER: N_("Reminders to patients"),
    Job.ALERT_DEADLINE: N_("Alerts that nobody took in time"),
    Job.RETENTION: N_("Tidying up"),
}

RESULTS: dict[RunResult, str] = {
    RunResult.DONE: N_("in time"),
    RunResult.LATE: N_("late"),
    RunResult.MISSED: N_("missed: too late to be of use"),
    RunResult.FAILED: N_("failed, and tried again"),
}

TICKS = {
    "letters": N_("Sending letters"),
    "due": N_("Doing what is due"),
    "upkeep": N_("Entering what will be due"),
    "undelivered": N_("Telling the next person when a letter does not arrive"),
}

MINUTE = 60
HOUR = 60 * MINUTE


class Line(NamedTuple):
    """One line of the table, in words; ``needs_look`` marks what did not go as it should."""

    what: str
    began: str
    results: str
    late: str
    done: int
    needs_look: bool


@clock_pages.get("/clock")
@for_staff(Action.SEE_PULSE, "no patient data: what the clock did, in numbers")
def show(slug: str) -> Response:
    """Return what ran in the last 7 days, what failed last, what is due next, and how letters go."""
    say, told = words(), clock_log(context.session(), context.viewer(), context.now())
    days: dict[str, list[Line]] = {}
    for each in told.runs:
        days.setdefault(say.weekday(each.day), []).append(_line(each))
    due = [(say(JOBS[each.job]), say.when(each.due_at), each.number) for each in told.due]
    beats = [
        (say(TICKS.get(beat.name, beat.name)), say.when(beat.went_well_at) if beat.went_well_at else "")
        for beat in told.beats
    ]
    failed = [(say(JOBS[each.job]), say.when(each.started_at), say.when(each.due_at)) for each in told.failures]
    return page("clock.html", days=days, due=due, beats=beats, failed=failed, told=told)


def _line(each: RunsOfDay) -> Line:
    say = words()
    results = (f"{number} {say(RESULTS[result])}" for result, number in sorted(each.results.items()))
    needs_look = bool(each.results[RunResult.MISSED] or each.results[RunResult.FAILED])
    late = _long(each.late_seconds) if each.late_seconds >= MINUTE else ""
    return Line(say(JOBS[each.job]), say.when(each.began_at), ", ".join(results), late, each.done, needs_look)


def _long(seconds: int) -> str:
    """Return so many seconds in words, in whole minutes or hours."""
    if seconds < 2 * HOUR:
        return str(ngettext("%(num)d minute", "%(num)d minutes", seconds // MINUTE))
    return str(ngettext("%(num)d hour", "%(num)d hours", seconds // HOUR))
