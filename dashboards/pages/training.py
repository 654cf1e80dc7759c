"""The exercises of a patient's page: this week's, how much was done, and what was put on the legs beyond the limit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext
from markupsafe import Markup

from dashboards.figures.share_bar import share_bar
from dashboards.pages.words import words
from rehab_tracker.domain.adherence import Adherence, WhyUnknown
from rehab_tracker.domain.occurrence_state import Result, State
from rehab_tracker.domain.prescription import Dose
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.translation import N_
from rehab_tracker.services.record import Record

WHY = {
    WhyUnknown.NOTHING_DUE: N_("nothing was due"),
    WhyUnknown.ALL_EXCUSED: N_("all were on hold"),
    WhyUnknown.NOT_STARTED: N_("nothing is due yet"),
}
SHORT = {
    State.DONE: "✓",
    State.PARTIAL: "½",
    State.MISSED: "×",
    State.EXCUSED: "–",
    State.OPEN: "○",
    State.PLANNED: "·",
}
WEEK = timedelta(days=6)
WEEKS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ShareTold:
    """How much of some exercises was done, in numbers, in a sentence, and as a bar."""

    name: str
    counts: str
    sentence: str
    bar: Markup


@dataclass(frozen=True, slots=True)
class ExerciseTold:
    """One exercise of the week: its dose, and for each day a sign and the same in words."""

    name: str
    dose: str
    places: str
    days: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Week:
    """This week's days and exercises."""

    days: list[date]
    rows: list[ExerciseTold]


def week(record: Record) -> Week:
    """Return the exercises of the week that holds today, Monday to Sunday."""
    monday = record.today - timedelta(days=record.today.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    by_name: dict[str, list[Result]] = {}
    for result in record.told.known.results:
        if monday <= result.occurrence.day <= monday + WEEK and result.state is not State.CANCELLED:
            by_name.setdefault(result.occurrence.exercise, []).append(result)
    return Week(days, [_exercise(code, found, days) for code, found in sorted(by_name.items())])


def _exercise(code: str, found: Iterable[Result], days: Iterable[date]) -> ExerciseTold:
    rows, say = list(found), words()
    last = rows[-1].occurrence
    return ExerciseTold(
        name=say.exercise(code),
        dose=dose_words(last.dose),
        places=", ".join(dict.fromkeys(say.place(place.joint) for place in last.sites)),
        days=[_day([row for row in rows if row.occurrence.day == day]) for day in days],
    )


def _day(found: list[Result]) -> tuple[str, str]:
    say = words()
    return " ".join(SHORT[r.state] for r in found), ", ".join(_state(r, say.code(r.state)) for r in found)


def _state(result: Result, state: str) -> str:
    return f"{state}, {words().code(result.not_done)}" if result.not_done else state


def dose_words(dose: Dose) -> str:
    """Return a dose in words, like "3 sets of 10, twice a day"."""
    parts = []
    if dose.sets and dose.reps:
        parts.append(gettext("%(sets)d × %(reps)d", sets=dose.sets, reps=dose.reps))
    elif dose.sets:
        parts.append(gettext("%(sets)d sets", sets=dose.sets))
    elif dose.reps:
        parts.append(gettext("%(reps)d times", reps=dose.reps))
    if dose.seconds:
        parts.append(gettext("hold %(seconds)d s", seconds=dose.seconds))
    if dose.minutes:
        parts.append(gettext("%(minutes)d minutes", minutes=dose.minutes))
    if dose.times_a_day > 1:
        parts.append(gettext("%(times)d times a day", times=dose.times_a_day))
    return ", ".join(str(part) for part in parts)


def shares(record: Record) -> dict[str, list[ShareTold]]:
    """Return how much was done: in all, by place, by phase, and by week, the newest week first."""
    told, say = record.told, words()
    weeks = dict(sorted(told.by_week.items(), reverse=True)[:WEEKS_SHOWN])
    by_phase = {say.code(phase): told.by_phase[phase] for phase in Phase if phase in told.by_phase}
    groups = {
        gettext("All together"): {gettext("since the first plan"): told.total},
        gettext("By place"): {say.place(code): found for code, found in told.by_site.items()},
        gettext("By phase"): by_phase,
        gettext("By week"): {_week_name(code): found for code, found in weeks.items()},
    }
    return {str(name): _shares(found) for name, found in groups.items() if found}


def _week_name(code: str) -> str:
    year, _, number = code.partition("-W")
    monday = date.fromisocalendar(int(year), int(number), 1)
    return str(gettext("week of %(day)s", day=words().day(monday)))


def _shares(found: Mapping[str, Adherence]) -> list[ShareTold]:
    return [
        ShareTold(str(name), _counts(each), _sentence(each), share_bar(each, words())) for name, each in found.items()
    ]


def _counts(found: Adherence) -> str:
    if not found.due:
        return str(gettext(WHY[found.why])) if found.why else ""
    return str(gettext("%(done)d of %(due)d", done=found.done, due=found.due))


def _sentence(found: Adherence) -> str:
    counts = {"partial": found.partial, "missed": found.missed, "excused": found.excused}
    return str(gettext("%(partial)d partly, %(missed)d missed, %(excused)d on hold", **counts))


def over_limit(record: Record) -> list[str]:
    """Return how often each limb carried more than allowed, as the patient says; shown by itself."""
    return [
        str(
            gettext(
                "%(limb)s: often on %(often)s, a few steps on %(few)s, of %(days)s that were told of.",
                limb=words().code(limb),
                often=words().days(count.often),
                few=words().days(count.few_steps),
                days=words().days(count.days_logged),
            )
        )
        for limb, count in record.told.over_limit.items()
    ]
