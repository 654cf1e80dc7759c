"""Who is there: the rota of the week, duties, absences with their deputies, and the clinic's working hours."""

from datetime import date
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.duty_form import (
    absence_questions,
    absence_said,
    calendar_said,
    hours_questions,
    said_of_hours,
    shift_questions,
    shift_said,
    weekday_names,
)
from dashboards.pages.form import Question, Said, fault_of, typed
from dashboards.pages.page import clinic_pages, done, may, page
from dashboards.pages.words import words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.duty import EVERY_WEEKDAY, Duty
from rehab_tracker.domain.errors import InvalidValue, WrongState
from rehab_tracker.domain.translation import N_
from rehab_tracker.services import duty
from rehab_tracker.services.clinics import change_settings
from rehab_tracker.services.duty import WhoIsThere
from rehab_tracker.storage.duty import Absence, DutyShift
from rehab_tracker.storage.people import Staff
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

duty_pages = clinic_pages("duty_page")

DUTIES = {
    Duty.NURSE: N_("Nurse on duty"),
    Duty.SECOND: N_("Second nurse"),
    Duty.LEAD: N_("Lead"),
}
WHOLE_WEEK = N_("every day")
FROM_TO, FROM_ON = N_("%(first)s to %(last)s"), N_("from %(first)s")


def _read() -> WhoIsThere:
    return duty.who_is_there(context.session(), context.viewer(), context.now())


@duty_pages.get("/duty")
@for_staff(Action.SEE_DUTY, "the rota tells of no patient")
def show(slug: str) -> Response:
    """Return who is on duty and who is away, today and this week."""
    found, me = _read(), context.viewer().person
    rota = [(gettext(label), [_names(each.on_duty[code]) for each in found.days]) for code, label in DUTIES.items()]
    rota.append((gettext("Away"), [_names(each.away) for each in found.days]))
    shifts = [(row, gettext(DUTIES[row.duty]), _when(row)) for row in found.shifts]
    absences = [(row, _when(row), me == row.deputy_id, me == row.staff_id or may("set-duty")) for row in found.absences]
    return page("duty.html", found=found, rota=rota, shifts=shifts, absences=absences, hours=_hours(found))


def _names(people: tuple[Staff, ...]) -> str:
    return ", ".join(person.name for person in people)


def _when(row: DutyShift | Absence) -> str:
    """Return the days of a shift or an absence in words."""
    say = words()
    first, last = say.day(row.first_day), say.day(row.last_day) if row.last_day else ""
    days = first if first == last else say(FROM_TO if last else FROM_ON, first=first, last=last)
    weekdays = _weekdays(row.weekdays) if isinstance(row, DutyShift) else ""
    return ", ".join(filter(None, (weekdays, days)))


def _weekdays(weekdays: list[int]) -> str:
    names = weekday_names()
    return words()(WHOLE_WEEK) if tuple(weekdays) == EVERY_WEEKDAY else ", ".join(names[n - 1] for n in weekdays)


def _hours(found: WhoIsThere) -> list[tuple[str, str]]:
    """Return the working hours of each weekday, and the holidays to come."""
    plain, today = found.hours.plain, found.days[0].day
    week = [(name, ", ".join(plain["week"].get(str(n), []))) for n, name in enumerate(weekday_names(), 1)]
    ahead = [words().day(day) for day in map(date.fromisoformat, plain["holidays"]) if day >= today]
    return [(name, hours or gettext("closed")) for name, hours in week] + [(gettext("Holidays"), "; ".join(ahead))]


def _form(title: str, asked: list[Question], said: Said, button: str, refusal: InvalidValue | None) -> Response:
    fault = fault_of(refusal, asked, said) if refusal else None
    values = {"heading": title, "asked": asked, "said": said, "fault": fault, "button": button}
    return page("duty_form.html", 422 if refusal else 200, **values)


@duty_pages.get("/duty/shift")
@for_staff(Action.SET_DUTY, "the form tells of no patient")
def show_shift(slug: str) -> Response:
    """Return the form that puts somebody on duty."""
    return _shift_form(MultiDict({"first_day": _read().days[0].day.isoformat()}), None)


def _shift_form(said: Said, refusal: InvalidValue | None) -> Response:
    asked = shift_questions(_read().staff, DUTIES)
    return _form(gettext("Put somebody on duty"), asked, said, gettext("Save the duty"), refusal)


@duty_pages.post("/duty/shift")
@for_staff(Action.SET_DUTY, "duty-set")
def set_shift(slug: str) -> ResponseReturnValue:
    """Put somebody on duty."""
    said = MultiDict(request.form)
    try:
        duty.set_duty(context.session(), context.viewer(), shift_said(said), context.now())
    except InvalidValue as refusal:
        return _shift_form(said, refusal)
    return done(gettext("The duty is saved."), url_for("duty_page.show"))


@duty_pages.post("/duty/shift/<uuid:shift_id>/end")
@for_staff(Action.SET_DUTY, "duty-ended")
def end_shift(slug: str, shift_id: UUID) -> ResponseReturnValue:
    """Take a duty back."""
    duty.end_duty(context.session(), context.viewer(), shift_id, context.now())
    return done(gettext("The duty is taken back."), url_for("duty_page.show"))


@duty_pages.get("/duty/absence")
@for_staff(Action.ANNOUNCE_ABSENCE, "the form tells of no patient")
def show_absence(slug: str) -> Response:
    """Return the form that tells of an absence."""
    return _absence_form(MultiDict({"staff_id": str(context.viewer().person)}), None)


def _absence_form(said: Said, refusal: InvalidValue | None) -> Response:
    asked = absence_questions(_read().staff, None if may("set-duty") else context.viewer().person)
    return _form(gettext("Tell of an absence"), asked, said, gettext("Save the absence"), refusal)


@duty_pages.post("/duty/absence")
@for_staff(Action.ANNOUNCE_ABSENCE, "absence-announced")
def announce(slug: str) -> ResponseReturnValue:
    """Keep when somebody is away and who is asked to stand in."""
    said = MultiDict(request.form)
    try:
        duty.announce_absence(context.session(), context.viewer(), absence_said(said), context.now())
    except InvalidValue as refusal:
        return _absence_form(said, refusal)
    told = gettext("The absence is saved. Alerts go to the deputy once the deputy has accepted.")
    return done(told if typed(said, "deputy_id") else gettext("The absence is saved."), url_for("duty_page.show"))


@duty_pages.post("/duty/absence/<uuid:absence_id>/accept")
@for_staff(Action.ANNOUNCE_ABSENCE, "absence-accepted")
def accept(slug: str, absence_id: UUID) -> ResponseReturnValue:
    """Accept to stand in, or say that it was taken back meanwhile."""
    try:
        duty.accept_absence(context.session(), context.viewer(), absence_id, context.now())
    except WrongState:
        return done(gettext("This absence was taken back meanwhile."), url_for("duty_page.show"))
    return done(gettext("You stand in on these days."), url_for("duty_page.show"))


@duty_pages.post("/duty/absence/<uuid:absence_id>/end")
@for_staff(Action.ANNOUNCE_ABSENCE, "absence-ended")
def end_absence(slug: str, absence_id: UUID) -> ResponseReturnValue:
    """Take an absence back."""
    duty.end_absence(context.session(), context.viewer(), absence_id, context.now())
    return done(gettext("The absence is taken back."), url_for("duty_page.show"))


@duty_pages.get("/duty/hours")
@for_staff(Action.CHANGE_SETTINGS, "the hours tell of no patient")
def show_hours(slug: str) -> Response:
    """Return the form of the working hours and holidays."""
    return _hours_form(said_of_hours(_read().hours), None)


def _hours_form(said: Said, refusal: InvalidValue | None) -> Response:
    return _form(gettext("Working hours"), hours_questions(), said, gettext("Save the hours"), refusal)


@duty_pages.post("/duty/hours")
@for_staff(Action.CHANGE_SETTINGS, "settings-changed")
def change_hours(slug: str) -> ResponseReturnValue:
    """Change the working hours, by which every open deadline is counted anew."""
    said = MultiDict(request.form)
    try:
        calendar = {"calendar": calendar_said(said)}
        change_settings(context.session(), context.viewer(), calendar, typed(said, "reason"), context.now())
    except InvalidValue as refusal:
        return _hours_form(said, refusal)
    return done(gettext("The hours are saved. Open deadlines are counted anew."), url_for("duty_page.show"))
