"""The mail page: when the digests come and which letters can be left; and the page behind a digest's own link."""

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.form import Option, Question, Said, Shape, fault_of, typed
from dashboards.pages.page import clinic_pages, done, framed, page
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import InvalidValue, RehabError, WrongState
from rehab_tracker.domain.mail_wishes import MailWishes
from rehab_tracker.mail.letters import OPTIONAL, LetterKind
from rehab_tracker.services.mail_choices import choose_mail, leave_digests, mail_choices, reader_of
from rehab_tracker.web import context
from rehab_tracker.web.language import in_words
from rehab_tracker.web.policy import for_everybody, for_staff

mail_pages = clinic_pages("mail_page")


def _questions() -> list[Question]:
    plans = Option(str(LetterKind.PLAN_CHANGE), gettext("plans that stopped, went back or went on, once a day"))
    time, zone = gettext("Like 07:30. Leave it empty for none."), context.clinic().time_zone
    own_zone = gettext("Like Europe/Lisbon. Leave it empty for the clinic's, %(zone)s.", zone=zone)
    return [
        Question("morning_at", gettext("Morning digest at"), hint=time),
        Question("evening_at", gettext("Evening digest at"), hint=time),
        Question("time_zone", gettext("Your own time zone"), hint=own_zone),
        Question("wanted", gettext("Other letters that you want"), Shape.CHECKS, (plans,), none_offered=False),
    ]


@mail_pages.get("/mail")
@for_staff(Action.CHOOSE_MAIL, "one's own choices of mail; no patient is shown")
def show(slug: str) -> Response:
    """Return the form with what the reader chose so far."""
    return _page(_as_said(mail_choices(context.session(), context.viewer())), None)


def _as_said(wishes: MailWishes) -> Said:
    times = {"morning_at": wishes.morning_at or "", "evening_at": wishes.evening_at or ""}
    said = Said({**times, "time_zone": wishes.time_zone or ""})
    said.setlist("wanted", [str(kind) for kind in OPTIONAL if kind not in wishes.unwanted])
    return said


def _page(said: Said, refusal: RehabError | None) -> Response:
    asked = _questions()
    fault = fault_of(refusal, asked, said) if refusal else None
    status = 409 if isinstance(refusal, WrongState) else 422 if refusal else 200
    return page("mail.html", status, asked=asked, said=said, fault=fault)


@mail_pages.post("/mail")
@for_staff(Action.CHOOSE_MAIL, "mail-chosen or digests-left")
def choose(slug: str) -> ResponseReturnValue:
    """Keep what was chosen, or say why that is not possible, with what was typed."""
    said = MultiDict(request.form)
    unwanted = frozenset(str(kind) for kind in OPTIONAL if kind not in said.getlist("wanted"))
    morning, evening, zone = (typed(said, name) or None for name in ("morning_at", "evening_at", "time_zone"))
    try:
        choose_mail(context.session(), context.viewer(), MailWishes(morning, evening, zone, unwanted), context.now())
    except (InvalidValue, WrongState) as refusal:
        return _page(said, refusal)
    return done(gettext("Your choices are saved."), url_for("mail_page.show"))


@mail_pages.get("/unsubscribe/<token>")
@for_everybody("shows a button, and nothing of anybody")
def ask(slug: str, token: str) -> Response:
    """Return the page with the button; opening it changes nothing, as mail scanners open links too."""
    reader_of(context.session(), context.clinic(), token, context.now())
    return framed("leave_mail.html", token=token, left=False, refusal=None)


@mail_pages.post("/unsubscribe/<token>")
@for_everybody("the service notes digests-left", from_anywhere=True)
def leave(slug: str, token: str) -> Response:
    """Leave the digests, without signing in (RFC 8058), or say that somebody else must take them first."""
    try:
        leave_digests(context.session(), context.clinic(), token, context.now())
    except WrongState as refusal:
        return framed("leave_mail.html", 409, token=token, left=False, refusal=in_words(refusal))
    return framed("leave_mail.html", token=token, left=True, refusal=None)
