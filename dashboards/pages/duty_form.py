"""The forms of duty: shifts, absences and working hours, as they are asked and as they are read."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from babel.dates import format_date
from flask_babel import get_locale, gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.form import Option, Question, Said, Shape, typed
from rehab_tracker.domain.access import CLINICIANS
from rehab_tracker.domain.duty import EVERY_WEEKDAY, Away, Duty, Shift
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.working_hours import WorkingHours
from rehab_tracker.storage.people import Staff

A_MONDAY = date(2026, 1, 5)


def weekday_names() -> list[str]:
    """Return the days of the week from Monday on, in the reader's language."""
    days = [A_MONDAY + timedelta(days=n - 1) for n in EVERY_WEEKDAY]
    return [str(format_date(day, "EEEE", locale=str(get_locale()))) for day in days]


def shift_questions(staff: Iterable[Staff], duties: Mapping[Duty, str]) -> list[Question]:
    """Return what is asked to put somebody on duty."""
    codes = (_choose(), *(Option(str(code), gettext(label)) for code, label in duties.items()))
    weekdays = tuple(Option(str(n), name) for n, name in enumerate(weekday_names(), 1))
    return [
        Question("staff_id", gettext("Who"), Shape.SELECT, (_choose(), *_people(staff))),
        Question("duty", gettext("Duty"), Shape.SELECT, codes),
        Question("weekdays", gettext("On which days of the week"), Shape.CHECKS, weekdays, none_offered=False),
        _day("first_day", gettext("First day")),
        Question("last_day", gettext("Last day"), hint=gettext("Empty: until it is taken back.")),
    ]


def absence_questions(staff: Iterable[Staff], only: UUID | None) -> list[Question]:
    """Return what is asked about an absence; ``only`` is the one person of whom the reader may tell."""
    staff = list(staff)
    who = [Option(str(each.id), each.name) for each in staff if only in (None, each.id)]
    nobody = Option("", gettext("nobody"))
    return [
        Question("staff_id", gettext("Who is away"), Shape.SELECT, tuple(who)),
        _day("first_day", gettext("First day")),
        _day("last_day", gettext("Last day")),
        Question(
            "deputy_id",
            gettext("Who is asked to stand in"),
            Shape.SELECT,
            (nobody, *(option for option in _people(staff) if option.code != str(only))),
            hint=gettext("Alerts go there once this person has accepted, until then to who else is there."),
        ),
    ]


def hours_questions() -> list[Question]:
    """Return what is asked about the working hours."""
    week = [Question(f"calendar/week/{n}", name) for n, name in enumerate(weekday_names(), 1)]
    week[0] = Question(week[0].name, week[0].label, hint=gettext("Like 08:00-12:00, 13:00-17:00. Empty: closed."))
    holidays = Question(
        "calendar/holidays", gettext("Holidays"), Shape.AREA, hint=gettext("One day a line, like 2026-12-25.")
    )
    return [*week, holidays, Question("reason", gettext("Why you change it"))]


def _choose() -> Option:
    return Option("", gettext("choose"))


def _people(staff: Iterable[Staff]) -> list[Option]:
    return [Option(str(each.id), each.name) for each in staff if each.role in CLINICIANS]


def _day(name: str, label: str) -> Question:
    return Question(name, label, hint=gettext("Like 2026-03-05."))


def shift_said(said: Said) -> Shift:
    """Return the shift that was typed; raise InvalidValue for anything that is none."""
    who, code, last = _person(said, "staff_id"), typed(said, "duty"), typed(said, "last_day")
    if code not in list(Duty):
        raise _not_listed("/duty")
    return Shift(
        who,
        Duty(code),
        tuple(n for n in EVERY_WEEKDAY if str(n) in said.getlist("weekdays")),
        local_date(typed(said, "first_day"), "/first_day"),
        local_date(last, "/last_day") if last else None,
    )


def absence_said(said: Said) -> Away:
    """Return the absence that was typed, with the deputy who is asked; raise InvalidValue for anything that is none."""
    return Away(
        _person(said, "staff_id"),
        _person(said, "deputy_id") if typed(said, "deputy_id") else None,
        local_date(typed(said, "first_day"), "/first_day"),
        local_date(typed(said, "last_day"), "/last_day"),
    )


def _person(said: Said, name: str) -> UUID:
    try:
        return UUID(typed(said, name))
    except ValueError:
        raise _not_listed(f"/{name}") from None


def _not_listed(pointer: str) -> InvalidValue:
    return InvalidValue("Choose an answer from the list.", code="unknown-code", pointer=pointer)


def calendar_said(said: Said) -> dict[str, Any]:
    """Return the week and the holidays that were typed."""
    week = {str(n): _parts(typed(said, f"calendar/week/{n}").replace(",", "\n")) for n in EVERY_WEEKDAY}
    return {"week": week, "holidays": _parts(typed(said, "calendar/holidays"))}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n") if part.strip()]


def said_of_hours(hours: WorkingHours) -> Said:
    """Return the working hours as they stand in the fields of their form."""
    plain = hours.plain
    week = {f"calendar/week/{n}": ", ".join(stretches) for n, stretches in plain["week"].items()}
    return MultiDict(week | {"calendar/holidays": "\n".join(plain["holidays"])})
